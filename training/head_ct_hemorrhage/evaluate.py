"""Measure on patients that a member never saw, beside baselines, under changes, in groups."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.inference.manifest import Evaluation
from training.command_line import TrainingOptions, say
from training.head_ct_hemorrhage.augmentation import rewindow
from training.head_ct_hemorrhage.dataset import folds_of
from training.head_ct_hemorrhage.package_texts import DATA_SET, MEANINGS
from training.head_ct_hemorrhage.train import Trained
from training.image_baselines import (
    logistic_logits,
    majority_logits,
    reference_cnn_logits,
    thumbnails,
)
from training.metrics import Predictions, Scores, patient_bootstrap, roc_auc
from training.reference_models import REFERENCE_EPOCHS
from training.transfer_ensemble.evaluate import REFERENCE, changed_pictures
from training.transfer_ensemble.pictures import Pictures, Values

SYSTEM = "MedDx members"
SPLIT = "cross-validation by patient, five folds"
PER_SLICE, PER_STUDY = "AUC per slice", "AUC per study (highest slice)"
REPEATS = 500
AGES = {
    "younger than 18 years": (0, 18),
    "18 to 44 years": (18, 45),
    "45 years and older": (45, 200),
}

WIDTHS = (80, 160)
TRAINED_WIDTH = 120
DRAWN_WITHOUT = 8
REFERENCE_STEP = 8
THUMBNAIL_STRENGTH = 0.01

Folds = NDArray[np.int64]


def by_study(predictions: Predictions) -> Predictions:
    """Return one row a patient: the highest logit and the highest label of the slices."""
    names, index = np.unique(predictions.patients, return_inverse=True)
    labels, logits = np.zeros(len(names), np.int64), np.full(len(names), -np.inf)
    np.maximum.at(labels, index, predictions.labels)
    np.maximum.at(logits, index, predictions.logits)
    return Predictions(labels, logits, names)


def fold_mean(predictions: Predictions, folds: Folds, *, is_per_study: bool = False) -> float:
    """Return the mean of the folds' AUC; folds without both classes do not count."""
    values = []
    for fold in np.unique(folds):
        part = predictions.take(folds == fold)
        part = by_study(part) if is_per_study else part
        values.append(roc_auc(part.labels, part.logits))
    known = [value for value in values if np.isfinite(value)]
    return float(np.mean(known)) if known else float("nan")


def fold_mean_interval(
    predictions: Predictions, folds: Folds, *, is_per_study: bool = False, seed: int = 0
) -> tuple[float, float]:
    """Return the 95 % interval when patients are drawn with replacement within their folds."""
    generator = np.random.default_rng(seed)
    patients = np.unique(predictions.patients)
    items = {name: np.flatnonzero(predictions.patients == name) for name in patients}
    members = {
        fold: [name for name in patients if folds[items[name][0]] == fold]
        for fold in np.unique(folds)
    }
    values = []
    for _ in range(REPEATS):
        drawn = [name for names in members.values() for name in generator.choice(names, len(names))]
        index = np.concatenate([items[name] for name in drawn])
        # A patient drawn twice counts as two.
        copies = np.repeat(np.arange(len(drawn)), [len(items[name]) for name in drawn])
        sample = Predictions(
            predictions.labels[index], predictions.logits[index], copies.astype(np.str_)
        )
        values.append(fold_mean(sample, folds[index], is_per_study=is_per_study))
    low, high = np.percentile([value for value in values if np.isfinite(value)], [2.5, 97.5])
    return float(low), float(high)


def predictions_of(slices: Pictures, scores: Scores, finding: int = 0) -> Predictions:
    """Return what belongs to one finding."""
    return Predictions(slices.labels[:, finding], scores[:, finding], slices.patients)


def main_rows(
    system: str, slices: Pictures, scores: Scores, *, is_baseline: bool
) -> list[Evaluation]:
    """Return the AUC of the first finding per slice and per study, as means of the folds."""
    predictions, folds = predictions_of(slices, scores), folds_of(slices)
    rows = []
    for is_per_study, metric in ((False, PER_SLICE), (True, PER_STUDY)):
        count = predictions.patient_count if is_per_study else len(scores)
        value = fold_mean(predictions, folds, is_per_study=is_per_study)
        interval = fold_mean_interval(predictions, folds, is_per_study=is_per_study)
        name = f"{MEANINGS[0]}: {metric}, mean of the folds"
        rows.append(_row(system, predictions, _Figure(name, value, interval, count)))
    return [row.model_copy(update={"is_baseline": is_baseline}) for row in rows]


def kind_rows(slices: Pictures, scores: Scores) -> list[Evaluation]:
    """Return the AUC per slice of every finding over all slices together."""
    rows = []
    for finding, meaning in enumerate(MEANINGS):
        predictions = predictions_of(slices, scores, finding)
        value = roc_auc(predictions.labels, predictions.logits)
        interval = patient_bootstrap(
            predictions, lambda one: roc_auc(one.labels, one.logits), REPEATS
        )
        name = f"{meaning}: {PER_SLICE}, all folds together"
        rows.append(_row(SYSTEM, predictions, _Figure(name, value, interval, len(scores))))
    return rows


def subgroup_rows(slices: Pictures, scores: Scores) -> list[Evaluation]:
    """Return the AUC per slice by sex and by age, over all folds together."""
    ages, sexes = slices.attributes["age"].astype(np.float64), slices.attributes["sex"]
    groups = {name: (ages >= low) & (ages < high) for name, (low, high) in AGES.items()}
    groups |= {sex.lower(): sexes == sex for sex in np.unique(sexes)}
    rows = []
    for name, belongs in groups.items():
        predictions = predictions_of(slices, scores).take(belongs)
        if len(np.unique(predictions.labels)) < 2:
            continue
        value = roc_auc(predictions.labels, predictions.logits)
        interval = patient_bootstrap(
            predictions, lambda one: roc_auc(one.labels, one.logits), REPEATS
        )
        metric, count = f"{MEANINGS[0]}: {PER_SLICE}", int(belongs.sum())
        split = f"{SPLIT}, {name}"
        figure = _Figure(metric, value, interval, count)
        rows.append(_row(SYSTEM, predictions, figure, split))
    return rows


def robustness_rows(slices: Pictures, trained: Trained) -> list[Evaluation]:
    """Return the AUC per slice, mean of the folds, under each change of the slices.

    All slices with a bleed and a share of those without take part.
    """
    items = every_bleed(slices, DRAWN_WITHOUT)
    part = slices.take(items)
    folds, rows = folds_of(part), []
    for change, values in _changes(part.values):
        predictions = predictions_of(part, trained.held_out_scores(values, items))
        figure = _Figure(
            f"{MEANINGS[0]}: {PER_SLICE}, mean of the folds",
            fold_mean(predictions, folds),
            None,
            len(values),
        )
        rows.append(_row(SYSTEM, predictions, figure, f"{SPLIT}, {change}"))
    return rows


def _changes(values: Values) -> Iterator[tuple[str, Values]]:
    yield "as they are", values
    yield from changed_pictures(values)
    for width in WIDTHS:
        contrast = TRAINED_WIDTH / width
        yield f"window of width {width}", np.stack([rewindow(v, contrast, 0.0) for v in values])


def every_bleed(slices: Pictures, step: int) -> NDArray[np.int64]:
    """Return the places of all slices with a bleed and of one in `step` of all slices."""
    is_drawn = slices.labels[:, 0] == 1
    is_drawn |= np.arange(len(is_drawn)) % step == 0
    return np.flatnonzero(is_drawn)


def reference_rows(slices: Pictures, options: TrainingOptions) -> list[Evaluation]:
    """Return the figures of the reference network, one trained a fold, kept between runs.

    Slices without a bleed are many and alike: it learns from one in `REFERENCE_STEP` of them.
    """
    cache, folds = reference_file(options), folds_of(slices)
    logits = np.load(cache) if cache.is_file() else np.full(len(folds), np.nan)
    chosen = np.isin(np.arange(len(folds)), every_bleed(slices, REFERENCE_STEP))
    epochs = options.epochs or REFERENCE_EPOCHS
    for fold in np.unique(folds):
        seen, unseen = chosen & (folds != fold), folds == fold
        if np.isfinite(logits[unseen]).all():
            continue
        labels = slices.labels[seen, 0]
        known, others = slices.values[seen], slices.values[unseen]
        logits[unseen] = reference_cnn_logits(known, labels, others, options.optimizer, epochs)
        cache.parent.mkdir(parents=True, exist_ok=True)
        np.save(cache, logits)
    system = f"{REFERENCE}, learned from every bleed and one in {REFERENCE_STEP} other slices"
    return main_rows(system, slices, logits[:, None], is_baseline=True)


def reference_file(options: TrainingOptions) -> Path:
    """Return where the reference network's logits of unseen slices are kept."""
    return options.work / f"reference-cnn-{options.optimizer}-folds.npy"


def baseline_rows(slices: Pictures, linear: Scores) -> list[Evaluation]:
    """Return the baselines' figures on the same folds; `linear` are the linear member's scores."""
    small = thumbnails(slices.values)
    folds, labels = folds_of(slices), slices.labels[:, 0]
    majority, thumbnail = np.zeros(slices.labels.shape), np.zeros(slices.labels.shape)
    for fold in np.unique(folds):
        seen, unseen = folds != fold, folds == fold
        majority[unseen, 0] = majority_logits(labels[seen], int(unseen.sum()))
        thumbnail[unseen, 0] = logistic_logits(
            small[seen], labels[seen], small[unseen], THUMBNAIL_STRENGTH
        )
    systems = {
        "Majority": majority,
        "Linear thumbnail 24 x 24": thumbnail,
        "Frozen EfficientNet-Lite0 blocks and logistic regression, same crop": linear,
    }
    return [
        row
        for name, scores in systems.items()
        for row in main_rows(name, slices, scores, is_baseline=True)
    ]


@dataclass(frozen=True, slots=True)
class _Figure:
    """A measured figure with its interval and the number of items."""

    metric: str
    value: float
    interval: tuple[float, float] | None
    items: int


def _row(system: str, predictions: Predictions, figure: _Figure, split: str = SPLIT) -> Evaluation:
    say(f"{system}, {split}: {figure.metric} {figure.value:.4f} {figure.interval}")
    return Evaluation(
        system=system,
        data_set=DATA_SET,
        split=split,
        patients=predictions.patient_count,
        items=figure.items,
        metric=figure.metric,
        value=figure.value,
        interval=figure.interval,
    )

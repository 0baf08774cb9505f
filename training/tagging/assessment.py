"""What an ensemble says about a held-out part: rows, plots and calibration of its card."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from meddx_desktop.inference.manifest import Evaluation, Isotonic, Temperature
from meddx_desktop.inference.text_tagging import TaggedText
from training import plots
from training.calibration import FOLDS, calibrate, fit_calibration
from training.command_line import TrainingOptions, say
from training.metrics import Predictions, Scores, expected_calibration_error
from training.tagging.encoding import EncodedCorpus
from training.tagging.ensemble import Ensemble
from training.tagging.evaluation import (
    SYSTEM,
    Known,
    baseline_rows,
    calibration_row,
    mention_rows,
    other_rows,
    reference_predictions,
    robustness_rows,
    sentence_rows,
)
from training.tagging.figures import (
    Figures,
    Found,
    Place,
    chosen_kinds,
    measure,
    mention_predictions,
    place_of,
    sentence_predictions,
    spans_by_sentence,
)
from training.tagging.pictures import draw_plots
from training.tagging.sentences import Sentence

Calibrations = Mapping[str, Temperature | Isotonic | None]


@dataclass(frozen=True, slots=True)
class Given:
    """What the figures need beside the ensembles."""

    baselines: Known
    options: TrainingOptions


@dataclass(frozen=True, slots=True, eq=False)
class Assessment:
    """What an ensemble says about a held-out part."""

    ensemble: Ensemble
    sentences: tuple[Sentence, ...]
    place: Place
    corpus: EncodedCorpus
    decoded: TaggedText

    @property
    def mentions(self) -> dict[str, Predictions]:
        """The found mentions by entity type."""
        spec = self.ensemble.spec
        names = (spec.corpus.tags, spec.entity_types)
        return mention_predictions(self.corpus, self.decoded, names, self.place)

    def figures(self) -> dict[str, Figures]:
        """Return the strict figures of each entity type."""
        spec = self.ensemble.spec
        gold, found = (chosen_kinds(one, spec.entity_types) for one in self.spans())
        return {
            one: measure(
                chosen_kinds(gold, {one: one}),
                chosen_kinds(found, {one: one}),
                self.place.documents,
            )
            for one in spec.types
        }

    def spans(self) -> tuple[Found, Found]:
        """Return the true and the found mentions of each sentence, by kind."""
        labels = self.ensemble.spec.corpus.tags
        found = spans_by_sentence(self.corpus.ranges, self.decoded.tags, labels)
        return [one.spans for one in self.sentences], found


def assess(ensemble: Ensemble, sentences: tuple[Sentence, ...], split: str) -> Assessment:
    """Run an ensemble over a held-out part of its own corpus."""
    place = place_of(ensemble.spec.corpus.name, split, sentences)
    corpus = ensemble.encode(sentences)
    return Assessment(ensemble, sentences, place, corpus, ensemble.decode(corpus))


def calibration_of(found: Predictions) -> Temperature | Isotonic | None:
    """Fit the calibration, or none where a trial run has found too little."""
    is_enough = len(np.unique(found.labels)) == 2 and found.patient_count >= FOLDS
    return fit_calibration(found) if is_enough else None


def calibrated_logits(found: Predictions, calibration: Temperature | Isotonic | None) -> Scores:
    """Return the log odds of the calibrated probabilities, raw without a calibration."""
    if calibration is None:
        return found.logits
    inside = np.clip(calibrate(found.logits, calibration), 1e-7, 1 - 1e-7)
    return np.asarray(np.log(inside) - np.log1p(-inside))


def measure_all(
    given: Given, assessed: tuple[Assessment, Assessment], calibrations: Calibrations, folder: Path
) -> list[Evaluation]:
    """Return every row of the card and draw its plots; `assessed` is development and test part.

    Where there is no test part both are the same.
    """
    dev, main = assessed
    spec = main.ensemble.spec
    plain = replace(main.place, split=main.place.split.split(",")[0])
    rows = baseline_rows(spec, given.baselines, plain)
    rows += mention_rows(spec, SYSTEM, main.place, main.spans(), is_baseline=False)
    if main is not dev:
        rows += mention_rows(spec, SYSTEM, dev.place, dev.spans(), is_baseline=False)
    rows += harder_rows(given, main)
    kinds = spec.kinds_of(spec.sentence_type)
    systems = {SYSTEM: sentence_predictions(main.sentences, main.decoded, spec.corpus, kinds)}
    if given.options.limit is None:
        reference = reference_predictions(spec, given.baselines, given.options.optimizer)
        systems["reference_lstm"] = reference
    rows += sentence_rows(spec, main.place, systems)
    drawn = draw_all(main, systems, calibrations, folder)
    is_own = main is dev and any(calibrations.values())
    rows += [calibration_row(main.place, *_cross_validated(calibrations))] if is_own else drawn
    for row in rows:
        say(f"{row.system}, {row.split}: {row.metric} {row.value:.4f} {row.interval}")
    return rows


def harder_rows(given: Given, main: Assessment) -> list[Evaluation]:
    """Return the figures on sentences alone, on spoiled texts and on other corpora."""
    spec = main.ensemble.spec
    alone = main.ensemble.decode_alone(main.corpus)
    found = spans_by_sentence(main.corpus.ranges, alone.tags, spec.corpus.tags)
    place = replace(main.place, split=f"{main.place.split}, each sentence by itself")
    rows = mention_rows(spec, SYSTEM, place, (main.spans()[0], found), is_baseline=False)[:1]
    part = "test" if spec.corpus.has_test else "dev"
    documents = tuple(spec.corpus.documents(given.options.data, part) or ())
    rows += robustness_rows(main.ensemble, main.place, main.sentences, documents)
    return rows + other_rows(main.ensemble, given.options.data)


def draw_all(
    main: Assessment,
    systems: Mapping[str, Predictions],
    calibrations: Calibrations,
    folder: Path,
) -> list[Evaluation]:
    """Draw the plots of the card and return the row of the calibration."""
    spec = main.ensemble.spec
    calibrated = {
        one: replace(found, logits=calibrated_logits(found, calibrations[one]))
        for one, found in main.mentions.items()
    }
    gold, found = (chosen_kinds(one, spec.entity_types) for one in main.spans())
    draw_plots(folder, calibrated, systems, (gold, found))
    labels = np.concatenate([one.labels for one in calibrated.values()])
    probabilities = np.concatenate([one.probabilities for one in calibrated.values()])
    if not len(labels):
        return []
    plots.plot_reliability(labels, probabilities, folder / "reliability.png")
    error = expected_calibration_error(labels, probabilities)
    return [calibration_row(main.place, error, len(labels))]


def _cross_validated(calibrations: Calibrations) -> tuple[float, int, str]:
    fitted = [one for one in calibrations.values() if one is not None]
    items = sum(one.items for one in fitted)
    error = sum(one.items * one.expected_calibration_error for one in fitted) / max(1, items)
    return error, items, ", cross-validated over documents"

"""`python -m training.note_section_classifier --data DIR [--output DIR]`."""

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold

from meddx_desktop.inference.manifest import Evaluation, OutOfDistribution
from meddx_desktop.preprocessing.tokens import tokenize
from training import plots
from training.calibration import calibrate, fit_temperature
from training.command_line import TrainingOptions, parse_options, say
from training.export import PackageDraft, compare_with_keras, export_network, write_package
from training.half_precision import store_half
from training.metrics import (
    Predictions,
    expected_calibration_error,
    item_auc,
    patient_bootstrap,
)
from training.note_section_classifier.baselines import Fold, reference_answers, tfidf_answers
from training.note_section_classifier.dataset import (
    NAMES,
    WORDS_FILE,
    Note,
    encode_notes,
    encode_text,
    read_notes,
)
from training.note_section_classifier.golden import TEXTS, write_golden_inputs
from training.note_section_classifier.model import (
    NETWORK_WEIGHTS,
    build_export,
    log_odds,
)
from training.note_section_classifier.package import (
    DATA_SET,
    INPUTS,
    MODEL_ID,
    SPLIT,
    Measurements,
    build_manifest,
)
from training.note_section_classifier.train import Setting, Trained, train
from training.out_of_distribution import rate_negatives
from training.tagging.gate import OTHER_LANGUAGES, lacks, random_texts, unknown_rates

FOLDS, EPOCHS, REPEATS = 5, 24, 1000
OURS = "MedDx (words and pairs, with the LSTM)"
Answers = NDArray[np.int64]


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, measure on held-out folds, calibrate, export and check."""
    options = parse_options(MODEL_ID, ("bilstm_and_bag",), arguments)
    notes = read_notes(options.data, options.limit)
    say(f"{len(notes)} notes of {len(NAMES)} body systems")
    glove = options.data.parent / "glove-6b-50d-subset"
    epochs = EPOCHS if options.epochs is None else options.epochs
    setting = Setting(
        glove if glove.is_dir() else None, options.work, options.seed, epochs, options.is_resumed
    )
    folds = folds_of(notes, options.seed)
    scores = held_out_scores(notes, folds, setting)
    measured = measure(notes, folds, scores, setting)
    for row in measured.evaluation:
        say(f"{row.system}: {row.metric} {row.value:.4f} {row.interval}")
    final = train(notes, "final", setting)
    with TemporaryDirectory() as temporary:
        write(options, final, measured, Path(temporary))


def folds_of(notes: Sequence[Note], seed: int) -> list[Fold]:
    """Return (known, held out) places of each fold, the classes in equal shares."""
    labels = np.array([note.label for note in notes])
    count = max(2, min(FOLDS, int(np.bincount(labels)[np.unique(labels)].min())))
    splitter = StratifiedKFold(count, shuffle=True, random_state=seed)
    return list(splitter.split(labels[:, None], labels))


def held_out_scores(
    notes: Sequence[Note], folds: Sequence[Fold], setting: Setting
) -> NDArray[np.float64]:
    """Return both members' scores of each held-out note, shape (2, notes, classes)."""
    scores = np.zeros((2, len(notes), len(NAMES)))
    for number, (known, others) in enumerate(folds, 1):
        trained = train([notes[at] for at in known], f"fold-{number}", setting)
        encoded = encode_notes([notes[at] for at in others], trained.folder)
        scores[:, others] = trained.scores(encoded)
    np.save(setting.work / "held-out.npy", scores)
    return scores


def measure(
    notes: Sequence[Note], folds: Sequence[Fold], scores: NDArray[np.float64], setting: Setting
) -> Measurements:
    """Return what the card states."""
    labels = np.array([note.label for note in notes])
    names = np.array([note.name for note in notes])
    logits = np.empty(scores.shape[1:])
    for known, others in folds:
        weight = choose_weight(labels[known], scores[:, known])
        logits[others] = log_odds(scores[:, others], weight)
    systems = {
        "Majority": np.full(len(labels), np.bincount(labels).argmax()),
        "TF-IDF of words and pairs, linear SVM": tfidf_answers(notes, folds),
        "The LSTM alone": scores[1].argmax(axis=1),
        "Hashed words and pairs alone": scores[0].argmax(axis=1),
        OURS: logits.argmax(axis=1),
    }
    rows = []
    for system, answers in systems.items():
        rows += class_rows(system, labels, answers)
    classes = [
        Predictions((labels == place).astype(np.int64), logits[:, place], names)
        for place in range(len(NAMES))
    ]
    rows += [_class_row(place, one) for place, one in enumerate(classes)]
    reference = Predictions(classes[0].labels, reference_answers(notes, folds), names)
    for system, one in (("reference_lstm", reference), (OURS, classes[0])):
        interval = patient_bootstrap(one, item_auc, 300)
        name = f"AUC, {NAMES[0]} against the rest"
        rows.append(_row(system, name, (item_auc(one), interval), len(labels)))
    rows.append(calibration_row(classes))
    gate = fit_gate(notes, setting.work / "fold-1", folds[0])
    return Measurements(classes, tuple(rows), gate, choose_weight(labels, scores))


def choose_weight(labels: Answers, scores: NDArray[np.float64]) -> float:
    """Return the weight of the network with which both members' scores sort notes best.

    A fold's notes are sorted with the weight that is best on the held-out notes of the others, so
    no figure knows its own notes.
    """
    values = {
        weight: macro_f1(labels, log_odds(scores, weight).argmax(axis=1))
        for weight in NETWORK_WEIGHTS
    }
    return max(values, key=values.__getitem__)


def class_rows(system: str, labels: Answers, answers: Answers) -> list[Evaluation]:
    """Return macro-F1 and accuracy with bootstrap intervals over notes."""
    metrics: dict[str, Callable[[Answers, Answers], float]] = {
        "macro-F1 of twelve body systems": macro_f1,
        "accuracy": lambda truth, answer: float((truth == answer).mean()),
    }
    return [
        _row(
            system,
            name,
            (function(labels, answers), _interval(function, labels, answers)),
            len(labels),
        )
        for name, function in metrics.items()
    ]


def _interval(
    function: Callable[[Answers, Answers], float], labels: Answers, answers: Answers
) -> tuple[float, float]:
    generator = np.random.default_rng(0)
    values = []
    for _ in range(REPEATS):
        drawn = generator.integers(0, len(labels), len(labels))
        values.append(function(labels[drawn], answers[drawn]))
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


def macro_f1(labels: Answers, answers: Answers) -> float:
    """Return the mean F1 over the classes that occur."""
    values = []
    for place in np.unique(labels):
        right = int(((labels == place) & (answers == place)).sum())
        total = int((labels == place).sum() + (answers == place).sum())
        values.append(2 * right / max(1, total))
    return float(np.mean(values))


def _class_row(place: int, predictions: Predictions) -> Evaluation:
    interval = patient_bootstrap(predictions, item_auc, 300)
    count = int(predictions.labels.sum())
    return _row(OURS, f"AUC, {NAMES[place]}", (item_auc(predictions), interval), count)


def calibration_row(classes: Sequence[Predictions]) -> Evaluation:
    """Return the expected calibration error over all classes of all notes."""
    labels = np.concatenate([one.labels for one in classes])
    probabilities = np.concatenate([calibrate(one.logits, fit_temperature(one)) for one in classes])
    error = expected_calibration_error(labels, probabilities)
    return _row(OURS, "Expected calibration error, 10 bins", (error, None), len(labels))


def _row(
    system: str,
    metric: str,
    measured: tuple[float, tuple[float, float] | None],
    items: int,
) -> Evaluation:
    value, interval = measured
    return Evaluation(
        system=system,
        data_set=DATA_SET,
        split=SPLIT,
        items=items,
        metric=metric,
        value=round(value, 4),
        interval=None if interval is None else (round(interval[0], 4), round(interval[1], 4)),
        is_baseline=system != OURS,
    )


def fit_gate(notes: Sequence[Note], folder: Path, fold: Fold) -> OutOfDistribution:
    """Set the limit on unknown words midway between held-out notes and other languages."""
    is_unknown = lacks(folder / WORDS_FILE)
    held_out = [tokenize(notes[place].text).words for place in fold[1]]
    inside = unknown_rates(held_out, is_unknown)
    outside = {
        name: unknown_rates((tokenize(text).words for text in own), is_unknown)
        for name, own in OTHER_LANGUAGES.items()
    }
    outside["Random letters"] = unknown_rates(random_texts(), is_unknown)
    nearest = min(float(rates.min()) for rates in outside.values())
    limit = round((float(np.quantile(inside, 0.99)) + nearest) / 2, 3)
    return OutOfDistribution(
        method="token_rate",
        limit=limit,
        false_refusals=float((inside > limit).mean()),
        false_refusals_items=len(inside),
        negatives=tuple(
            rate_negatives(name, inside, rates, limit) for name, rates in outside.items()
        ),
    )


def write(options: TrainingOptions, final: Trained, measured: Measurements, folder: Path) -> None:
    """Export the final network and write the package."""
    network = build_export(final.network, final.bag, measured.network_weight)
    manifest = build_manifest(measured)
    content = export_network(network, INPUTS, ("logits",), manifest)
    for text in TEXTS.values():
        samples = {"words": encode_text(text, final.folder)[0][None]}
        say(f"Keras and ONNX differ by {compare_with_keras(network, content, samples):.1e}")
    labels = np.concatenate([one.labels for one in measured.classes])
    probabilities = np.concatenate(
        [calibrate(one.logits, fit_temperature(one)) for one in measured.classes]
    )
    plots.plot_reliability(labels, probabilities, folder / "plots" / "reliability.png")
    draft = PackageDraft(
        manifest=manifest,
        network=store_half(content),
        golden=write_golden_inputs(folder / "golden"),
        files={WORDS_FILE: (final.folder / WORDS_FILE).read_bytes()},
        plots=folder / "plots",
    )
    complete = write_package(draft, options.output)
    size = sum(file.size for file in complete.files) / 1e6
    say(f"{options.output}: {complete.id} {complete.version}, {size:.1f} MB")


if __name__ == "__main__":
    main()

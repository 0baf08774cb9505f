"""`python -m training.phi_redaction --data DIR [--extra DIR] [--output DIR]`."""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from meddx_desktop.inference.manifest import Evaluation, Isotonic, Temperature
from training import plots
from training.calibration import calibrate, fit_calibration
from training.command_line import TrainingOptions, parse_options, say
from training.export import PackageDraft, compare_with_keras, export_network, write_package
from training.metrics import (
    Predictions,
    expected_calibration_error,
    item_auc,
    patient_bootstrap,
    wilson_interval,
)
from training.phi_redaction.baselines import (
    PRESIDIO,
    crf_places,
    holds_name,
    pattern_places,
    reference_answers,
)
from training.phi_redaction.dataset import (
    ENTITY_TYPES,
    AnnotatedText,
    Place,
    read_asq_phi,
    read_harmless_sentences,
    read_presidio,
)
from training.phi_redaction.evaluate import (
    FIELD_FILE,
    Mention,
    Where,
    harmless_marked,
    label_rows,
    mention_predictions,
    rows_of,
    strict_figures,
)
from training.phi_redaction.folds import HeldOut, Material, find, find_held_out, train_folds
from training.phi_redaction.gate import fit_gate
from training.phi_redaction.golden import write_golden_inputs
from training.phi_redaction.knowledge import (
    NAMES_FILE,
    PATTERNS_FILE,
    WORDS_FILE,
    learn_words,
    read_lists,
)
from training.phi_redaction.model import Tagger, build_export
from training.phi_redaction.package import (
    DATA_SET,
    INPUTS,
    MODEL_ID,
    SPLIT,
    Measurements,
    build_manifest,
)
from training.phi_redaction.synthesis import Wording, change, lower, wrap_lines, write_texts
from training.phi_redaction.train import field_of, mean_of
from training.tagging.encoding import assemble

OWN_TEXTS, OTHER_TEXTS, OTHER_SEED = 7000, 600, 99
SYSTEM = "MedDx"
_NOTES = 2000


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, measure on held-out folds, calibrate, export and check."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--extra", type=Path, default=None)
    known, others = parser.parse_known_args(sys.argv[1:] if arguments is None else arguments)
    options = parse_options(MODEL_ID, ("bilstm_crf",), others)
    beside = options.data.parent
    texts = read_asq_phi(options.data, options.limit)
    lists = read_lists(beside / "vocab")
    presidio = read_presidio(known.extra or beside / "deid-presidio-synth")
    wording = Wording(lists, read_harmless_sentences(beside), presidio)
    count = OWN_TEXTS if options.limit is None else options.limit
    own = write_texts(count, wording, options.seed + 1)
    say(f"{len(texts)} texts of the set, {len(own)} of our own")
    options.work.mkdir(parents=True, exist_ok=True)
    glove = beside / "glove-6b-50d-subset"
    vectors = glove if glove.is_dir() else None
    knowledge = learn_words(vectors, lists, [*own, *texts], options.work)
    epochs = (4, 3) if options.epochs is None else (options.epochs, options.epochs)
    material = Material(knowledge, own, options.work, options.seed, epochs, options.is_resumed)
    other = write_texts(min(count, OTHER_TEXTS), wording, options.seed + OTHER_SEED)
    make_package(options, material, texts, other)


def make_package(
    options: TrainingOptions,
    material: Material,
    texts: Sequence[AnnotatedText],
    other: Sequence[AnnotatedText],
) -> None:
    """Run the whole road from texts to a signed package; `other` are texts of our own."""
    first = material.pretrain()
    folds = train_folds(material, texts, first)
    held_out = find_held_out(material, folds, texts)
    measured, reliability = measure(options, material, held_out, folds)
    final = mean_of([model for model, _ in folds])
    rows = (*measured.evaluation, *own_rows(material, final, other))
    measured = replace(measured, evaluation=rows)
    for row in rows:
        say(f"{row.system}, {row.split}: {row.metric} {row.value:.4f} {row.interval}")
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        if reliability is not None:
            plots.plot_reliability(*reliability, folder / "plots" / "reliability.png")
        write(options, material, (final, measured), folder)


def measure(
    options: TrainingOptions,
    material: Material,
    held_out: HeldOut,
    folds: Sequence[tuple[Tagger, np.ndarray]],
) -> tuple[Measurements, tuple[np.ndarray, np.ndarray] | None]:
    """Return everything that the card states, and labels with probabilities for the plot."""
    texts, found = held_out.texts, held_out.places
    mentions = {kind: mention_predictions(texts, held_out.mentions, kind) for kind in ENTITY_TYPES}
    calibrations = {kind: calibration_of(one) for kind, one in mentions.items()}
    where = Where(SYSTEM, DATA_SET, SPLIT)
    rows = baseline_rows(options, material, held_out)
    rows += rows_of(where, texts, found) + label_rows(where, texts, found)
    rows += robustness_rows(material, folds, texts)
    rows.append(notes_row(options, material, folds))
    figures = {kind: strict_figures(texts, found, (kind,)) for kind in ENTITY_TYPES}
    reliability = None
    sure = [kind for kind in ENTITY_TYPES if calibrations[kind] is not None]
    if sure:
        labels = np.concatenate([mentions[kind].labels for kind in sure])
        probabilities = np.concatenate(
            [calibrated(mentions[kind], calibrations[kind]) for kind in sure]
        )
        reliability = labels, probabilities
        error = expected_calibration_error(labels, probabilities)
        name = "Expected calibration error of marked places, 10 bins"
        rows.append(_row(where, name, error, None, len(labels)))
    set_folder = options.data.parent if options.limit is None else None
    inside = [*texts, *material.own[: len(texts)]]
    gate = fit_gate(inside, set_folder, material.knowledge.folder / WORDS_FILE)
    return Measurements(figures, calibrations, tuple(rows), gate), reliability


def calibration_of(found: Predictions) -> Temperature | Isotonic | None:
    """Fit the calibration, or none where too few are right or wrong."""
    counts = np.bincount(found.labels, minlength=2)
    return fit_calibration(found) if counts.min() >= 3 else None


def calibrated(found: Predictions, calibration: Temperature | Isotonic | None) -> np.ndarray:
    """Return calibrated probabilities, raw ones without a calibration."""
    return found.probabilities if calibration is None else calibrate(found.logits, calibration)


def baseline_rows(
    options: TrainingOptions, material: Material, held_out: HeldOut
) -> list[Evaluation]:
    """Return the rows of nothing, patterns, the linear CRF, the reference LSTM and Presidio."""
    texts = held_out.texts
    encoded = material.knowledge.encode(texts)
    systems: dict[str, Sequence[Sequence[Place]]] = {
        "Majority (nothing marked)": [() for _ in texts],
        "Patterns alone": pattern_places(encoded),
        "Linear-chain CRF": crf_places(encoded, options.seed),
    }
    rows = []
    for system, found in systems.items():
        rows += rows_of(Where(system, DATA_SET, SPLIT, is_baseline=True), texts, found)
    other = Where("Presidio 2.2.366", DATA_SET, "all 1,051 texts", is_baseline=True)
    rows += [_row(other, name, value, None, items) for name, (value, items) in PRESIDIO.items()]
    name = "AUC, does the text hold a name"
    names = np.array([one.name for one in texts])
    answers = {"reference_lstm": reference_answers(encoded, options.seed)}
    answers[SYSTEM] = np.array([_likeliest_name(one) for one in held_out.mentions])
    for system, logits in answers.items():
        found_names = Predictions(holds_name(texts), logits, names)
        interval = patient_bootstrap(found_names, item_auc, 300)
        place = Where(system, DATA_SET, SPLIT, is_baseline=system != SYSTEM)
        rows.append(_row(place, name, item_auc(found_names), interval, len(texts)))
    return rows


def _likeliest_name(mentions: Sequence[Mention]) -> float:
    return max((one.log_odds for one in mentions if one.place.entity_type == "name"), default=-20.0)


def robustness_rows(
    material: Material, folds: Sequence[tuple[Tagger, np.ndarray]], texts: Sequence[AnnotatedText]
) -> list[Evaluation]:
    """Return the held-out figures under lost capitals and under line breaks."""
    changes: dict[str, Callable[[AnnotatedText], AnnotatedText]] = {
        "all in small letters": lambda one: change(one, lower),
        "a line break about every 40 characters": lambda one: wrap_lines(one, 40),
    }
    rows = []
    for name, function in changes.items():
        changed = [replace(function(one), labels=one.labels) for one in texts]
        found = find_held_out(material, folds, changed).places
        rows += rows_of(Where(SYSTEM, DATA_SET, f"{SPLIT}, {name}"), changed, found)[:2]
    return rows


def own_rows(material: Material, final: Tagger, other: Sequence[AnnotatedText]) -> list[Evaluation]:
    """Return the shipped network's figures on texts of our own that it has not seen."""
    found = find(final, material.knowledge.encode(other), field_of(final))
    where = Where(SYSTEM, "texts of our own", "another draw from the same templates and lists")
    return rows_of(where, other, [[one.place for one in mentions] for mentions in found])[:2]


def notes_row(
    options: TrainingOptions, material: Material, folds: Sequence[tuple[Tagger, np.ndarray]]
) -> Evaluation:
    """Return how many held-out sentences of notes and abstracts have anything marked."""
    sentences = read_harmless_sentences(options.data.parent, "dev")[:_NOTES]
    texts = [AnnotatedText(f"note{n}", one) for n, one in enumerate(sentences)]
    if not texts:
        texts = [AnnotatedText("note0", "The examination was normal.")]
    model = folds[0][0]
    found = find(model, material.knowledge.encode(texts), field_of(model))
    marked = harmless_marked(texts, [[one.place for one in mentions] for mentions in found])
    where = Where(
        SYSTEM, "MTSamples and BC5CDR", "held-out sentences in which nothing looks private"
    )
    interval = wilson_interval(int(marked.sum()), len(marked))
    name = "sentences with anything marked"
    return _row(where, name, float(marked.mean()), interval, len(marked))


def _row(
    where: Where, metric: str, value: float, interval: tuple[float, float] | None, items: int
) -> Evaluation:
    return Evaluation(
        system=where.system,
        data_set=where.data_set,
        split=where.split,
        items=items,
        metric=metric,
        value=round(value, 4),
        interval=interval,
        is_baseline=where.is_baseline,
    )


def write(
    options: TrainingOptions, material: Material, made: tuple[Tagger, Measurements], folder: Path
) -> None:
    """Export the final network and write the package."""
    final, measured = made
    knowledge = material.knowledge
    network = build_export(final, knowledge.vectors)
    manifest = build_manifest(measured)
    content = export_network(network, INPUTS, ("emissions",), manifest)
    encoded = knowledge.encode([AnnotatedText("sample", "Seen by Dr. Vance on 3/4/2021 in Reno.")])
    inputs, _ = assemble(encoded.corpus, encoded.corpus.ranges, "spelling")
    samples = {tensor.name: inputs[tensor.name] for tensor in INPUTS}
    say(f"Keras and ONNX differ by {compare_with_keras(network, content, samples):.1e}")
    files = (WORDS_FILE, NAMES_FILE, PATTERNS_FILE)
    draft = PackageDraft(
        manifest=manifest,
        network=content,
        golden=write_golden_inputs(folder / "golden"),
        files={
            FIELD_FILE: field_of(final).to_json(),
            **{name: (knowledge.folder / name).read_bytes() for name in files},
        },
        plots=folder / "plots" if (folder / "plots").is_dir() else None,
    )
    complete = write_package(draft, options.output)
    size = sum(file.size for file in complete.files) / 1e6
    say(f"{options.output}: {complete.id} {complete.version}, {size:.1f} MB")


if __name__ == "__main__":
    main()

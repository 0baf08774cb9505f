"""`python -m training.lung_sound_events --data DIR [--output DIR]`."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import keras
import numpy as np

from meddx_desktop.inference.manifest import Evaluation, FindingSpec
from training import plots
from training.amendments import put_reference_into_card
from training.command_line import TrainingOptions, parse_options, say
from training.export import PackageDraft, compare_with_keras, export_network, write_package
from training.image_baselines import reference_file
from training.lung_sound_events.baselines import baseline_decisions
from training.lung_sound_events.cross_validation import REPEATS, CrossValidated, cross_validate
from training.lung_sound_events.dataset import (
    CLASSES,
    Cycle,
    folds_of,
    in_split,
    labels_of,
    read_cycles,
)
from training.lung_sound_events.decision import Values
from training.lung_sound_events.evaluate import (
    TEST_SPLIT,
    Row,
    accuracy_row,
    auc_rows,
    calibration_rows,
    decisions_of,
    finding_predictions,
    probabilities_of,
    robustness_rows,
    run_ensemble,
    subgroup_rows,
)
from training.lung_sound_events.gate import measure_gate
from training.lung_sound_events.golden import make_golden_inputs
from training.lung_sound_events.model import OUTPUTS, build_ensemble
from training.lung_sound_events.package import (
    EDITION,
    MODEL_ID,
    Measured,
    build_findings,
    build_manifest,
    input_tensor,
)
from training.lung_sound_events.reference import ARCHITECTURE as REFERENCE
from training.lung_sound_events.reference import reference_row
from training.lung_sound_events.train import Recipe
from training.out_of_distribution import mahalanobis_file
from training.sound_gate import GATE_PARAMETERS

ARCHITECTURES = ("logistic_ensemble", REFERENCE)
SYSTEM = "MedDx ensemble"


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Cycles with log odds from members that have not heard their patients."""

    cycles: tuple[Cycle, ...]
    odds: Values


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, measure, calibrate, export and check."""
    options = parse_options(MODEL_ID, ARCHITECTURES, arguments)
    cycles = read_cycles(options.data, options.limit, options.work)
    known, test = in_split(cycles, "train", "val"), in_split(cycles, "test")
    say(f"{len(known)} cycles to learn from, {len(test)} to test on")
    if options.architecture == REFERENCE:
        compare_reference(known, test, options)
        return
    repeats = REPEATS if options.limit is None else 1
    shipped = cross_validate(known, Recipe(), options.seed, repeats)
    everybody = cross_validate(cycles, Recipe(), options.seed, repeats)
    statistics = np.concatenate([cycle.statistics for cycle in known])
    ensemble = build_ensemble(shipped.members, statistics)
    tested = Part(test, run_ensemble(ensemble, [cycle.statistics for cycle in test]).odds)
    findings = build_findings((known, shipped.held_out), (test, tested.odds))
    rows = [
        *measure_test(tested, Part(known, shipped.held_out), findings),
        *([reference_row(known, test, options)] if reference_file(options).is_file() else []),
        *measure_folds(cycles, everybody),
        *robustness_rows(SYSTEM, ensemble, test, findings),
    ]
    make_package(options, ensemble, (shipped, known, tested), (findings, rows))


def compare_reference(
    known: Sequence[Cycle], test: Sequence[Cycle], options: TrainingOptions
) -> None:
    """Train the reference network and put its figure into the package's card."""
    put_reference_into_card(options, EDITION, [reference_row(known, test, options)])


def measure_test(tested: Part, known: Part, findings: tuple[FindingSpec, ...]) -> list[Evaluation]:
    """Return the rows of the fixed test patients, and how the thresholds fit known patients."""
    row = Row(SYSTEM, TEST_SPLIT)
    rows = [
        accuracy_row(Row(name, TEST_SPLIT, is_baseline=True), tested.cycles, decisions)
        for name, decisions in baseline_decisions(known.cycles, tested.cycles).items()
    ]
    decisions = decisions_of(findings, tested.odds)
    rows.append(accuracy_row(row, tested.cycles, decisions))
    rows += auc_rows(row, tested.cycles, tested.odds)
    rows += calibration_rows(SYSTEM, tested.cycles, findings, tested.odds)
    placed = "training and validation patients, held out by fold, thresholds placed on them"
    held_out = decisions_of(findings, known.odds)
    rows.append(accuracy_row(Row(SYSTEM, placed), known.cycles, held_out))
    return rows


def measure_folds(cycles: tuple[Cycle, ...], everybody: CrossValidated) -> list[Evaluation]:
    """Return the rows of folds over all patients; thresholds come from the other folds' half.

    The patients are halved twice over, so that nobody has a part in the threshold that judges him.
    """
    split = "five folds over training, validation and test patients, mean of {} repeats"
    row = Row(SYSTEM, split.format(len(everybody.repeats)))
    half = _halves(cycles)
    decisions = np.zeros(len(cycles), np.int64)
    for side in (False, True):
        fitted, judged = np.flatnonzero(half == side), np.flatnonzero(half != side)
        parts = [
            ([cycles[i] for i in index.tolist()], everybody.held_out[index])
            for index in (fitted, judged)
        ]
        findings = build_findings(parts[0], parts[1])
        decisions[judged] = decisions_of(findings, parts[1][1])
    return [
        accuracy_row(row, cycles, decisions),
        *auc_rows(row, cycles, everybody.held_out),
        *subgroup_rows(SYSTEM, cycles, decisions, row.split),
    ]


def _halves(cycles: Sequence[Cycle]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.asarray(folds_of(cycles, 2, 0) == 1)


def make_package(
    options: TrainingOptions,
    ensemble: keras.Model,
    trained: tuple[CrossValidated, tuple[Cycle, ...], Part],
    measured: tuple[tuple[FindingSpec, ...], list[Evaluation]],
) -> None:
    """Measure the gate, export, and write the package."""
    shipped, known, tested = trained
    findings, rows = measured
    gate, fitted = measure_gate(ensemble, options.data, known, tested.cycles)
    samples = tested.cycles[0].statistics
    manifest = build_manifest(Measured(findings, tuple(rows), gate), samples.shape[1])
    tensor = input_tensor(samples.shape[1])
    network = export_network(ensemble, (tensor,), OUTPUTS, manifest)
    difference = compare_with_keras(ensemble, network, {tensor.name: samples})
    say(f"Keras and ONNX differ by at most {difference:.1e}")
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        draw(folder / "plots", Part(known, shipped.held_out), (tested, findings))
        draft = PackageDraft(
            manifest=manifest,
            network=network,
            golden=make_golden_inputs(folder / "golden"),
            files={GATE_PARAMETERS: mahalanobis_file(fitted)},
            plots=folder / "plots",
        )
        written = write_package(draft, options.output)
    size = sum(file.size for file in written.files) / 1e6
    say(f"{options.output}: {written.id} {written.version}, {size:.1f} MB")


def draw(
    folder: Path,
    known: Part,
    judged: tuple[Part, tuple[FindingSpec, ...]],
) -> None:
    """Draw the plots of the card."""
    tested, findings = judged
    labels, decisions = labels_of(tested.cycles), decisions_of(findings, tested.odds)
    counts = [
        [int(((labels == truth) & (decisions == said)).sum()) for said in range(len(CLASSES))]
        for truth in range(len(CLASSES))
    ]
    curves = {
        name: finding_predictions(tested.cycles, tested.odds, place)
        for place, name in enumerate(CLASSES[1:])
    }
    held_out = probabilities_of(findings, known.odds)
    truths = [finding_predictions(known.cycles, known.odds, place).labels for place in (0, 1)]
    plots.plot_roc(curves, folder / "roc.png")
    plots.plot_precision_recall(curves, folder / "precision_recall.png")
    plots.plot_reliability(np.concatenate(truths), held_out.T.ravel(), folder / "reliability.png")
    plots.plot_confusion(counts, CLASSES, folder / "confusion.png")


if __name__ == "__main__":
    main()

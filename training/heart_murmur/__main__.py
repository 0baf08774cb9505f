"""`python -m training.heart_murmur --data DIR [--extra DIR] [--output DIR]`."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import keras
import numpy as np
from numpy.typing import NDArray

from meddx_desktop.inference.manifest import Evaluation
from training import plots
from training.calibration import calibrate
from training.command_line import TrainingOptions, parse_options, say
from training.export import PackageDraft, compare_with_keras, export_network, write_package
from training.heart_murmur.baselines import baseline_predictions
from training.heart_murmur.cross_validation import (
    REPEATS,
    CrossValidated,
    cross_validate,
    without_extrasystoles,
)
from training.heart_murmur.dataset import (
    RESAMPLE,
    Recording,
    in_split,
    read_recordings,
    unique_recordings,
    windows_of,
)
from training.heart_murmur.evaluate import (
    Row,
    auc_row,
    calibration_row,
    elsewhere_rows,
    held_out_rows,
    predictions_of,
    robustness_rows,
    run_ensemble,
    sounds_of,
    test_rows,
)
from training.heart_murmur.gate import measure_gate
from training.heart_murmur.golden import make_golden_inputs
from training.heart_murmur.model import OUTPUTS, build_ensemble
from training.heart_murmur.package import (
    INPUT,
    MODEL_ID,
    build_finding,
    build_manifest,
)
from training.heart_murmur.train import Recipe
from training.measurements import Measurements
from training.metrics import Predictions
from training.out_of_distribution import mahalanobis_file
from training.sound_gate import GATE_PARAMETERS

ARCHITECTURES = ("band_cnn_ensemble",)
SYSTEM = "MedDx ensemble"
ELSEWHERE_FOLDER = "heart-cinc2016"


@dataclass(frozen=True, slots=True, eq=False)
class Recordings:
    """What is trained on, added to the training, tested on, and listened to elsewhere."""

    known: tuple[Recording, ...]
    extra: tuple[Recording, ...]
    test: tuple[Recording, ...]
    elsewhere: tuple[Recording, ...]


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, measure, calibrate, export and check."""
    own = argparse.ArgumentParser(add_help=False)
    own.add_argument("--extra", type=Path, default=None)
    parsed, rest = own.parse_known_args(sys.argv[1:] if arguments is None else arguments)
    options = parse_options(MODEL_ID, ARCHITECTURES, rest)
    recordings = read_all(options, parsed.extra)
    say(f"{len(recordings.known)} recordings to learn from, {len(recordings.test)} to test on")
    recipe = Recipe() if options.epochs is None else Recipe(epochs=options.epochs)
    repeats = REPEATS if options.limit is None else 1
    validated = cross_validate(recordings.known, recordings.extra, recipe, options, repeats)
    make_package(options, recordings, validated)


def read_all(options: TrainingOptions, extra: Path | None) -> Recordings:
    """Read the own set, the extra set, and the databases beside it, if they are there."""
    own = read_recordings(options.data, options.limit)
    beside = options.data.parent / ELSEWHERE_FOLDER
    is_measured_elsewhere = options.limit is None and (beside / "index.csv").is_file()
    return Recordings(
        known=unique_recordings(in_split(own, "train", "val")),
        extra=read_recordings(extra, options.limit) if extra else (),
        test=in_split(own, "test"),
        elsewhere=read_recordings(beside) if is_measured_elsewhere else (),
    )


def make_package(
    options: TrainingOptions, recordings: Recordings, validated: CrossValidated
) -> None:
    """Go the road from trained members to a signed package."""
    ensemble = build_ensemble(validated.members)
    test = predictions_of(
        recordings.test, run_ensemble(ensemble, sounds_of(recordings.test)).logits
    )
    baselines = (
        baseline_predictions(recordings.known, recordings.test, options.work)
        if options.limit is None
        else {}
    )
    gate, statistics = measure_gate(
        lambda sounds: run_ensemble(ensemble, sounds).features,
        options.data,
        recordings.known,
        recordings.test,
    )
    rows = measure_all(recordings, validated, ensemble, test, baselines)
    measured = Measurements(validated.held_out, test, tuple(rows), gate)
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        systems = {SYSTEM: test, **baselines}
        _draw(folder / "plots", systems, recordings.test, measured, validated)
        samples = windows_of(recordings.test[0].samples, RESAMPLE.sampling_frequency)
        draft = _draft(ensemble, measured, folder, samples)
        files = {GATE_PARAMETERS: mahalanobis_file(statistics)}
        manifest = write_package(replace(draft, files=files), options.output)
    size = sum(file.size for file in manifest.files) / 1e6
    say(f"{options.output}: {manifest.id} {manifest.version}, {size:.1f} MB")


def measure_all(
    recordings: Recordings,
    validated: CrossValidated,
    ensemble: keras.Model,
    test: Predictions,
    baselines: Mapping[str, Predictions],
) -> list[Evaluation]:
    """Return every row of the card."""
    rows = [
        auc_row(Row(name, is_baseline=True), without_extrasystoles(recordings.test, predictions))
        for name, predictions in baselines.items()
    ]
    rows += test_rows(SYSTEM, recordings.test, test)
    rows += held_out_rows(SYSTEM, recordings.known, validated)
    calibration = build_finding(validated.held_out, test).calibration
    rows.append(calibration_row(SYSTEM, test, calibrate(test.logits, calibration)))
    rows += robustness_rows(SYSTEM, ensemble, recordings.test)
    is_trained_on = bool(recordings.extra)
    rows += elsewhere_rows(SYSTEM, ensemble, recordings.elsewhere, is_trained_on=is_trained_on)
    return rows


def _draft(
    ensemble: keras.Model, measured: Measurements, folder: Path, samples: NDArray[np.float32]
) -> PackageDraft:
    manifest = build_manifest(measured, ensemble.output["features"].shape[-1])
    network = export_network(ensemble, (INPUT,), OUTPUTS, manifest)
    difference = compare_with_keras(ensemble, network, {INPUT.name: samples})
    say(f"Keras and ONNX differ by at most {difference:.1e}")
    return PackageDraft(
        manifest=manifest,
        network=network,
        golden=make_golden_inputs(folder / "golden"),
        plots=folder / "plots",
    )


def _draw(
    folder: Path,
    systems: Mapping[str, Predictions],
    recordings: Sequence[Recording],
    measured: Measurements,
    validated: CrossValidated,
) -> None:
    finding = build_finding(measured.held_out, measured.test)
    test = measured.test
    probabilities = calibrate(test.logits, finding.calibration)
    positive = probabilities >= finding.operating_points[0].threshold
    counts = [
        [int(((test.labels == truth) & (positive == said)).sum()) for said in (False, True)]
        for truth in (0, 1)
    ]
    curves = {name: without_extrasystoles(recordings, one) for name, one in systems.items()}
    epochs = min(len(history) for history in validated.histories)
    mean_history = [
        {"loss": float(np.mean([history[epoch]["loss"] for history in validated.histories]))}
        for epoch in range(epochs)
    ]
    held_out = calibrate(measured.held_out.logits, finding.calibration)
    plots.plot_roc(curves, folder / "roc.png")
    plots.plot_precision_recall(curves, folder / "precision_recall.png")
    plots.plot_reliability(measured.held_out.labels, held_out, folder / "reliability.png")
    plots.plot_confusion(counts, ("no murmur", "murmur"), folder / "confusion.png")
    plots.plot_learning_curves(mean_history, folder / "learning_curves.png")


if __name__ == "__main__":
    main()

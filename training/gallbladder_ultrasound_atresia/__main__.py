"""`python -m training.gallbladder_ultrasound_atresia --data DIR [--output DIR]`."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import onnxruntime

from training import plots
from training.calibration import calibrate
from training.command_line import TrainingOptions, parse_options, say
from training.export import (
    PackageDraft,
    add_identity,
    compare_with_keras,
    convert_network,
    write_package,
)
from training.gallbladder_ultrasound_atresia.dataset import Pictures, join, read_split
from training.gallbladder_ultrasound_atresia.evaluate import (
    GATE_PARAMETERS,
    auc_rows,
    baseline_predictions,
    calibration_row,
    cross_validation_rows,
    measure_gate,
    robustness_rows,
    run_network,
    session_of,
)
from training.gallbladder_ultrasound_atresia.golden import make_golden_inputs
from training.gallbladder_ultrasound_atresia.model import OUTPUTS
from training.gallbladder_ultrasound_atresia.package import (
    INPUT,
    MODEL_ID,
    build_finding,
    build_manifest,
)
from training.gallbladder_ultrasound_atresia.train import (
    Recipe,
    enlarged,
    recipe_for,
    train_ensemble,
)
from training.image_baselines import reference_cnn_logits
from training.measurements import Measurements
from training.metrics import Predictions
from training.out_of_distribution import mahalanobis_file
from training.reference_models import REFERENCE_EPOCHS

ARCHITECTURES = ("transfer_ensemble", "reference_cnn")
SYSTEM = "MedDx ensemble"


def main() -> None:
    """Train, measure, calibrate, export and check; or train the reference for comparison."""
    options = parse_options(MODEL_ID, ARCHITECTURES)
    known = join(
        tuple(read_split(options.data, split, options.limit) for split in ("train", "val"))
    )
    test = read_split(options.data, "test", options.limit)
    say(f"{len(known.labels)} pictures to learn from, {len(test.labels)} to test on")
    if options.architecture == "reference_cnn":
        compare_reference(options, known, test)
    else:
        make_package(options, known, test, recipe_for(options))


def compare_reference(options: TrainingOptions, known: Pictures, test: Pictures) -> None:
    """Train the reference network with the chosen optimizer and print its figures.

    At 51 million weights it is too large to be shipped, so no package is written.
    """
    logits = reference_cnn_logits(
        known.values,
        known.labels,
        test.values,
        options.optimizer,
        options.epochs or REFERENCE_EPOCHS,
    )
    name = f"reference_cnn, {options.optimizer}"
    auc_rows(name, Predictions(test.labels, logits, test.patients), is_baseline=True)


def make_package(options: TrainingOptions, known: Pictures, test: Pictures, recipe: Recipe) -> None:
    """Run the whole road from pictures to a signed package."""
    trained = train_ensemble(known, recipe, options)
    held_out = trained.held_out
    converted = convert_network(trained.ensemble, (INPUT,), OUTPUTS)
    samples = {INPUT.name: enlarged(test.values[:16])}
    difference = compare_with_keras(trained.ensemble, converted, samples)
    say(f"Keras and ONNX differ by at most {difference:.1e}")
    network = session_of(converted)
    predictions = Predictions(test.labels, run_network(network, test.values).logits, test.patients)
    baselines = baseline_predictions(known, test, options.work, has_reference=options.limit is None)
    gate, statistics = measure_gate(network, options.data, known, test)
    rows = [row for name, one in baselines.items() for row in auc_rows(name, one, is_baseline=True)]
    rows += auc_rows(SYSTEM, predictions, is_baseline=False)
    rows += cross_validation_rows(SYSTEM, held_out)
    rows += robustness_rows(SYSTEM, network, test)
    probabilities = calibrate(predictions.logits, build_finding(held_out, predictions).calibration)
    rows.append(calibration_row(SYSTEM, predictions, probabilities))
    measured = Measurements(held_out, predictions, tuple(rows), gate)
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        _draw(folder / "plots", {SYSTEM: predictions, **baselines}, measured, trained.history)
        manifest = build_manifest(measured, _shapes(network))
        draft = PackageDraft(
            manifest=manifest,
            network=add_identity(converted, manifest),
            golden=make_golden_inputs(folder / "golden"),
            files={GATE_PARAMETERS: mahalanobis_file(statistics)},
            plots=folder / "plots",
        )
        manifest = write_package(draft, options.output)
    size = sum(file.size for file in manifest.files) / 1e6
    say(f"{options.output}: {manifest.id} {manifest.version}, {size:.1f} MB")


def _shapes(network: onnxruntime.InferenceSession) -> dict[str, tuple[int, ...]]:
    """Return the sizes of each output but the batch."""
    return {output.name: tuple(output.shape[1:]) for output in network.get_outputs()}


def _draw(
    folder: Path,
    systems: Mapping[str, Predictions],
    measured: Measurements,
    history: list[dict[str, float]],
) -> None:
    finding = build_finding(measured.held_out, measured.test)
    test = measured.test
    probabilities = calibrate(test.logits, finding.calibration)
    positive = probabilities >= finding.operating_points[0].threshold
    counts = [
        [int(((test.labels == truth) & (positive == said)).sum()) for said in (False, True)]
        for truth in (0, 1)
    ]
    plots.plot_roc(systems, folder / "roc.png")
    plots.plot_precision_recall(systems, folder / "precision_recall.png")
    plots.plot_reliability(test.labels, probabilities, folder / "reliability.png")
    plots.plot_confusion(counts, ("no atresia", "atresia"), folder / "confusion.png")
    plots.plot_learning_curves(history, folder / "learning_curves.png")


if __name__ == "__main__":
    main()

"""The whole road from pictures to a signed package, the same for every image model."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from meddx_desktop.inference.manifest import Evaluation
from training import plots
from training.amendments import put_reference_into_card
from training.command_line import TrainingOptions, parse_options, say
from training.export import (
    PackageDraft,
    add_identity,
    compare_with_keras,
    convert_network,
    write_package,
)
from training.half_precision import store_half
from training.metrics import Predictions
from training.out_of_distribution import mahalanobis_file
from training.transfer_ensemble.bank import Plan
from training.transfer_ensemble.declaration import ImageModel
from training.transfer_ensemble.evaluate import (
    FLOOR,
    REFERENCE,
    System,
    accuracy_rows,
    baseline_tables,
    calibration_rows,
    correction_rows,
    cross_validation_rows,
    fit_floor,
    metric_rows,
    reference_logits,
    robustness_rows,
    subgroup_rows,
)
from training.transfer_ensemble.explanations import map_rows
from training.transfer_ensemble.gate import PARAMETERS, measure_gate
from training.transfer_ensemble.heads import finding_labels
from training.transfer_ensemble.inference import INPUT_NAME, open_network
from training.transfer_ensemble.network import OUTPUTS
from training.transfer_ensemble.package import (
    Measured,
    build_findings,
    build_manifest,
    calibrated,
    input_tensor,
)
from training.transfer_ensemble.pictures import Pictures, join, read_split
from training.transfer_ensemble.predictions import PredictionTable
from training.transfer_ensemble.train import Trained, train_ensemble

ARCHITECTURES = ("transfer_ensemble", REFERENCE)
SYSTEM = "MedDx ensemble"
COMPARED = 16


def run(model: ImageModel) -> None:
    """Train, measure, calibrate, export and check; or train the reference for comparison."""
    options = parse_options(model.texts.model_id, ARCHITECTURES)
    train, val, test = (
        read_split(options.data, split, options.limit, model.columns, model.preparation)
        for split in ("train", "val", "test")
    )
    known = join((train, val))
    say(f"{len(known.labels)} pictures to learn from, {len(test.labels)} to test on")
    if options.architecture == REFERENCE:
        compare_reference(model, options, known, test)
    else:
        make_package(model, options, known, test)


def compare_reference(
    model: ImageModel, options: TrainingOptions, known: Pictures, test: Pictures
) -> None:
    """Train the reference network with the chosen optimizer and print its figures.

    At 44 million weights it is too large to be shipped. Its figures go into the card of the
    package where one is there; its logits are kept for the cards of later trainings.
    """
    logits = reference_logits(model, known, test, options)
    labels = finding_labels(model.architecture.head, test.labels)[:, :1]
    table = PredictionTable(labels, logits[:, None], test.patients)
    system = REFERENCE if options.optimizer == "adam" else f"{REFERENCE}, {options.optimizer}"
    rows = metric_rows(model, system, table, is_baseline=True)
    put_reference_into_card(options, model.texts, rows)


def make_package(
    model: ImageModel, options: TrainingOptions, known: Pictures, test: Pictures
) -> None:
    """Train the ensemble, convert and measure it, and write the package."""
    recipe = model.recipe.for_options(options)
    plan = Plan(model.architecture, recipe, model.preparation, options)
    trained = train_ensemble(known, plan)
    converted = convert_network(trained.ensemble, (input_tensor(model),), OUTPUTS)
    samples = {INPUT_NAME: model.preparation.network_input(test.values[:COMPARED])}
    difference = compare_with_keras(trained.ensemble, converted, samples)
    say(f"Keras and ONNX differ by at most {difference:.1e}")
    converted = store_half(converted)
    network = open_network(converted, model.preparation)
    table = network.predict(test, finding_labels(model.architecture.head, test.labels))
    floor = fit_floor(model, known, options)
    baselines = baseline_tables(model, (known, test), floor, options)
    gate, statistics = measure_gate(network, model, options.data, (known, test))
    findings = build_findings(model, trained.held_out, table)
    systems: dict[str, System] = {FLOOR: floor, SYSTEM: lambda values: network.run(values).logits}
    rows = [
        *comparison_rows(model, table, baselines),
        *accuracy_rows(model, SYSTEM, table, findings),
        *cross_validation_rows(model, SYSTEM, trained.held_out),
        *subgroup_rows(model, SYSTEM, table, test),
        *correction_rows(model, SYSTEM, table, test),
        *robustness_rows(model, systems, test),
        *map_rows(model, network, converted, test),
        *calibration_rows(model, SYSTEM, table, calibrated(findings, table)),
    ]
    measured = Measured(findings, tuple(rows), gate)
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        draw_plots(folder / "plots", model, {SYSTEM: table, **baselines}, (measured, trained))
        manifest = build_manifest(model, measured, network.output_sizes())
        draft = PackageDraft(
            manifest=manifest,
            network=add_identity(converted, manifest),
            golden=model.make_golden_inputs(folder / "golden"),
            files={PARAMETERS: mahalanobis_file(statistics)},
            plots=folder / "plots",
        )
        manifest = write_package(draft, options.output)
    size = sum(file.size for file in manifest.files) / 1e6
    say(f"{options.output}: {manifest.id} {manifest.version}, {size:.1f} MB")


def comparison_rows(
    model: ImageModel, table: PredictionTable, baselines: Mapping[str, PredictionTable]
) -> list[Evaluation]:
    """Return the metrics of every baseline, then those of the ensemble."""
    rows = [
        row
        for name, one in baselines.items()
        for row in metric_rows(model, name, one, is_baseline=True)
    ]
    return rows + metric_rows(model, SYSTEM, table, is_baseline=False)


def draw_plots(
    folder: Path,
    model: ImageModel,
    systems: Mapping[str, PredictionTable],
    results: tuple[Measured, Trained],
) -> None:
    """Draw the figures of the card, for the first finding."""
    measured, trained = results
    curves: dict[str, Predictions] = {name: table.of(0) for name, table in systems.items()}
    finding, test = measured.findings[0], systems[SYSTEM]
    probabilities = calibrated(measured.findings, test)[:, 0]
    positive = probabilities >= finding.operating_points[0].threshold
    labels = test.labels[:, 0]
    counts = [
        [int(((labels == truth) & (positive == said)).sum()) for said in (False, True)]
        for truth in (0, 1)
    ]
    plots.plot_roc(curves, folder / "roc.png")
    plots.plot_precision_recall(curves, folder / "precision_recall.png")
    plots.plot_reliability(labels, probabilities, folder / "reliability.png")
    plots.plot_confusion(counts, model.class_names, folder / "confusion.png")
    plots.plot_learning_curves(trained.history, folder / "learning_curves.png")

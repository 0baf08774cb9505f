"""`python -m training.head_ct_hemorrhage --data DIR [--output DIR]`."""

from pathlib import Path
from tempfile import TemporaryDirectory

from meddx_desktop.inference.manifest import Evaluation, FindingSpec
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
from training.head_ct_hemorrhage.dataset import PREPARATION, read_slices
from training.head_ct_hemorrhage.evaluate import (
    SYSTEM,
    baseline_rows,
    kind_rows,
    main_rows,
    predictions_of,
    reference_file,
    reference_rows,
    robustness_rows,
    subgroup_rows,
)
from training.head_ct_hemorrhage.explanation import curve_rows, location_rows
from training.head_ct_hemorrhage.gate import PARAMETERS, measure_gate
from training.head_ct_hemorrhage.golden import make_golden_inputs
from training.head_ct_hemorrhage.network import OUTPUTS, build_ensemble
from training.head_ct_hemorrhage.package import INPUT, build_findings, build_manifest, calibrated
from training.head_ct_hemorrhage.package_texts import EDITION, MODEL_ID
from training.head_ct_hemorrhage.recipe import Recipe
from training.head_ct_hemorrhage.train import Trained, train_members
from training.metrics import Scores
from training.out_of_distribution import mahalanobis_file
from training.transfer_ensemble.evaluate import REFERENCE
from training.transfer_ensemble.inference import INPUT_NAME, open_network
from training.transfer_ensemble.pictures import Pictures

ARCHITECTURES = ("located_members", REFERENCE)
COMPARED = 16


def main(arguments: list[str] | None = None) -> None:
    """Train, measure, calibrate, export and check."""
    options = parse_options(MODEL_ID, ARCHITECTURES, arguments)
    cache = options.work / "slices.npy"
    if not options.is_resumed:
        cache.unlink(missing_ok=True)
    slices = read_slices(options.data, options.limit, cache)
    say(f"{len(slices.labels)} slices, {int(slices.labels[:, 0].sum())} with a bleed")
    if options.architecture == REFERENCE:
        compare_reference(slices, options)
        return
    trained = train_members(slices, Recipe().for_options(options), options)
    make_package(slices, trained, options)


def compare_reference(slices: Pictures, options: TrainingOptions) -> None:
    """Train the reference network in every fold and put its figures into the package's card.

    They stand in the card of later trainings too, as long as its logits are kept.
    """
    put_reference_into_card(options, EDITION, reference_rows(slices, options))


def make_package(slices: Pictures, trained: Trained, options: TrainingOptions) -> None:
    """Convert and measure the ensemble of all members, and write the package."""
    ensemble = build_ensemble(trained.members, trained.judges.frozen, trained.linear, trained.share)
    converted = convert_network(ensemble, (INPUT,), OUTPUTS)
    samples = {INPUT_NAME: PREPARATION.finish(slices.values[:COMPARED])}
    difference = compare_with_keras(ensemble, converted, samples)
    say(f"Keras and ONNX differ by at most {difference:.1e}")
    converted = store_half(converted)
    network = open_network(converted, PREPARATION)
    scores = trained.held_out.together(trained.share)
    findings = build_findings(slices, scores)
    gate, statistics = measure_gate(network, slices, options.data)
    rows: list[Evaluation] = [
        *baseline_rows(slices, trained.held_out.linear),
        *(reference_rows(slices, options) if reference_file(options).is_file() else ()),
        *main_rows(SYSTEM, slices, scores, is_baseline=False),
        *kind_rows(slices, scores),
        *subgroup_rows(slices, scores),
        *robustness_rows(slices, trained),
        *location_rows(network, slices),
        *curve_rows(network, converted, slices),
    ]
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        draw_plots(folder / "plots", slices, (scores, findings[0]), trained)
        manifest = build_manifest((findings, tuple(rows), gate), network.output_sizes())
        draft = PackageDraft(
            manifest=manifest,
            network=add_identity(converted, manifest),
            golden=make_golden_inputs(folder / "golden"),
            files={PARAMETERS: mahalanobis_file(statistics)},
            plots=folder / "plots",
        )
        manifest = write_package(draft, options.output)
    size = sum(file.size for file in manifest.files) / 1e6
    say(f"{options.output}: {manifest.id} {manifest.version}, {size:.1f} MB")


def draw_plots(
    folder: Path, slices: Pictures, told: tuple[Scores, FindingSpec], trained: Trained
) -> None:
    """Draw the figures of the card, for the first finding on unseen patients."""
    scores, finding = told
    curves = {SYSTEM: predictions_of(slices, scores)}
    probabilities = calibrated(finding, scores)
    labels = slices.labels[:, 0]
    positive = probabilities >= finding.operating_points[0].threshold
    counts = [
        [int(((labels == truth) & (positive == said)).sum()) for said in (False, True)]
        for truth in (0, 1)
    ]
    plots.plot_roc(curves, folder / "roc.png")
    plots.plot_precision_recall(curves, folder / "precision_recall.png")
    plots.plot_reliability(labels, probabilities, folder / "reliability.png")
    plots.plot_confusion(counts, ("no bleed", "bleed"), folder / "confusion.png")
    plots.plot_learning_curves(trained.histories[0], folder / "learning_curves.png")


if __name__ == "__main__":
    main()

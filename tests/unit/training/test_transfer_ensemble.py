"""The parts that all image models share: folds, heads, scaling, preparation, one graph."""

import numpy as np
import pytest

from meddx_desktop.case.grayscale import GrayscaleTransform
from meddx_desktop.inference.manifest import Tensor
from meddx_desktop.preprocessing.image import (
    ImageInput,
    Presentation,
    Resize,
    StandardizeImage,
    prepare_image,
)
from training.export import compare_with_keras, convert_network
from training.metrics import sigmoid
from training.transfer_ensemble.heads import (
    ExclusiveClasses,
    IndependentFindings,
    finding_labels,
    finding_scores,
    smoothed,
    strata_of,
)
from training.transfer_ensemble.inference import open_network
from training.transfer_ensemble.linear import frozen_blocks
from training.transfer_ensemble.network import (
    OUTPUTS,
    Architecture,
    Weighed,
    build_ensemble,
    build_linear_member,
    build_member,
    score_only,
    set_linear_weights,
)
from training.transfer_ensemble.pictures import Preparation, folds_by_patient
from training.transfer_ensemble.scaling import fit_class_scaling

PNEUMONIA = ExclusiveClasses(3, ((1, 2), (1,), (2,)))


def test_patients_stay_whole_and_strata_are_spread_over_folds():
    patients = np.repeat([f"patient-{n}" for n in range(40)], 3)
    strata = np.repeat(np.arange(40) % 4 == 0, 3).astype(np.int64)
    fold = folds_by_patient(patients, strata, 4, seed=1)
    for name in np.unique(patients):
        assert len(np.unique(fold[patients == name])) == 1
    shares = [strata[fold == number].mean() for number in range(4)]
    assert max(shares) - min(shares) < 0.11
    assert np.array_equal(fold, folds_by_patient(patients, strata, 4, seed=1))


def test_the_findings_of_exclusive_classes_agree_with_each_other():
    scores = np.random.default_rng(0).normal(0, 3, (50, 3))
    either, bacterial, viral = sigmoid(finding_scores(PNEUMONIA, scores)).T
    assert either == pytest.approx(bacterial + viral, abs=1e-9)
    softmax = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    assert bacterial == pytest.approx(softmax[:, 1], abs=1e-9)


def test_labels_of_groups_follow_from_those_of_classes():
    labels = np.eye(3, dtype=np.int64)
    assert finding_labels(PNEUMONIA, labels).tolist() == [[0, 0, 0], [1, 1, 0], [1, 0, 1]]
    assert strata_of(PNEUMONIA, labels).tolist() == [0, 1, 2]
    assert finding_labels(IndependentFindings(3), labels).tolist() == labels.tolist()
    assert smoothed(PNEUMONIA, labels, 0.3).sum(axis=1) == pytest.approx(1)
    assert smoothed(IndependentFindings(3), labels, 0.1).max() == pytest.approx(0.95)


def test_joint_scaling_finds_the_temperature_and_the_biases_that_made_the_classes():
    generator = np.random.default_rng(3)
    scores = generator.normal(0, 4, (6000, 3))
    true = (scores + np.array([1.0, -0.5, 0.0])) / 2.0
    shares = np.exp(true) / np.exp(true).sum(axis=1, keepdims=True)
    drawn = (generator.random((6000, 1)) > shares.cumsum(axis=1)).sum(axis=1)
    scaling = fit_class_scaling(scores, np.eye(3, dtype=np.int64)[drawn])
    assert scaling.temperature == pytest.approx(2.0, rel=0.1)
    assert scaling.biases == pytest.approx([1.0, -0.5, 0.0], abs=0.25)


def test_joint_scaling_stays_modest_where_few_items_are_told_apart_without_an_error():
    labels = np.tile(np.eye(3, dtype=np.int64), (5, 1))
    scaled = fit_class_scaling(labels * 2.0, labels).apply(labels * 2.0)
    shares = np.exp(scaled) / np.exp(scaled).sum(axis=1, keepdims=True)
    assert shares.max(axis=1) == pytest.approx(16 / 18, abs=0.01)


@pytest.mark.parametrize("source", [20, 48])
def test_what_training_prepares_is_what_the_manifest_declares(source):
    preparation = Preparation(
        (Presentation(), Resize(rows=source, columns=source)), 32, (StandardizeImage(),)
    )
    gray = np.random.default_rng(5).integers(0, 256, (90, 70)).astype(np.uint8)
    image = ImageInput(gray, GrayscaleTransform())
    by_training = preparation.network_input(preparation.prepare_values(image)[None])
    by_app = prepare_image(image, preparation.operations)
    assert by_training.shape == (1, 32, 32, 1)
    assert by_training == pytest.approx(by_app, abs=1e-4)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_one_graph_holds_all_members_and_its_maps_explain_its_logits():
    architecture = Architecture(size=64, head=PNEUMONIA, tuned_size=48)
    generator = np.random.default_rng(0)
    image = generator.normal(0, 1, (3, 64, 64, 1)).astype(np.float32)
    linear = build_linear_member(architecture)
    # The whole also looks at each picture as in a mirror.
    frozen = frozen_blocks(linear)
    pooled = (frozen.predict_on_batch(image) + frozen.predict_on_batch(image[:, :, ::-1])) / 2
    weights, biases = generator.normal(0, 0.01, (pooled.shape[1], 3)), np.array([0.5, 0.0, -0.5])
    set_linear_weights(linear, weights, biases)
    members = Weighed([build_member(1, architecture)], [0.5]), Weighed([linear], [2.0])
    ensemble = build_ensemble(*members, architecture, [0.1, -0.2, 0.3])
    scores = build_ensemble(*members, score_only(architecture), [0.1, -0.2, 0.3])
    only_linear = build_ensemble(
        Weighed(members[0].models, [0.0]), Weighed([linear], [1.0]), score_only(architecture)
    )
    by_map = only_linear.predict_on_batch(image)["activation_map"].mean(axis=(1, 2))
    assert by_map == pytest.approx(pooled @ weights + biases, abs=1e-3)
    given = ensemble.predict_on_batch(image)
    classes = np.asarray(scores.predict_on_batch(image)["logits"], np.float64)
    assert given["logits"] == pytest.approx(finding_scores(PNEUMONIA, classes), abs=1e-4)
    tensor = Tensor(
        name="image",
        axes=("batch", "row", "column", "channel"),
        shape=(None, 64, 64, 1),
        dtype="float32",
    )
    converted = convert_network(ensemble, (tensor,), OUTPUTS)
    assert compare_with_keras(ensemble, converted, {"image": image}) < 1e-3
    network = open_network(converted, Preparation((Presentation(),), 64, ()))
    assert network.output_sizes()["activation_map"] == (4, 4, 3)

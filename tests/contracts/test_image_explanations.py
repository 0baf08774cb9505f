"""The heat map of every bundled image model shows what its network goes by."""

import json
from functools import partial

import numpy as np
import pytest

from meddx_desktop.analysis.model_inputs import frame_inputs
from meddx_desktop.case.image_series import Box
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.inference.explanations import activation_map
from meddx_desktop.inference.image_classification import prepare_frame
from meddx_desktop.inference.manifest import FILE_NAME, Task
from meddx_desktop.inference.model_package import load_package
from meddx_desktop.inference.onnx_session import session_for
from meddx_desktop.inference.ticking import no_tick
from meddx_desktop.readers import open_path
from meddx_desktop.resources import resources_folder
from training.explanation_tests import (
    measure_curves,
    rank_correlations,
    shuffle_weights,
)
from training.transfer_ensemble.inference import open_network
from training.transfer_ensemble.pictures import Preparation


def _is_explained_by_its_map(folder) -> bool:
    content = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
    return (
        content["task"] == Task.IMAGE_CLASSIFICATION.value
        and content["explanation"]["method"] == "activation_map"
        and not content["explanation"].get("weights")
    )


FOLDERS = [
    path.parent
    for path in sorted((resources_folder() / "models").glob(f"*/{FILE_NAME}"))
    if _is_explained_by_its_map(path.parent)
]

pytestmark = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


def _golden_tensors(package):
    tensors = []
    for case in package.manifest.golden:
        series = open_path(package.folder / case.input, ignore_progress)
        box = Box(*case.region) if case.region else None
        ((_, image),) = frame_inputs(series, (0,), box, ignore_progress)
        tensors.append(prepare_frame(package, image)[0])
    return np.stack(tensors)


def _logit(package, spec, images):
    inputs = {package.manifest.inputs[0].name: images.astype(np.float32)}
    return session_for(package).run(inputs)["logits"][:, spec.index].astype(np.float64)


def _maps(package, spec, images):
    return np.stack([activation_map(package, one[None], spec, no_tick) for one in images])


def test_hiding_what_speaks_for_a_finding_lowers_it_more_than_hiding_what_speaks_against(folder):
    package = load_package(folder)
    images = _golden_tensors(package)
    # Experimental findings never alarm, and the made inputs hardly show them.
    for spec in (one for one in package.manifest.findings if not one.is_experimental):
        score = partial(_logit, package, spec)
        maps = _maps(package, spec, images)
        first, last = measure_curves(score, images, maps), measure_curves(score, images, -maps)
        assert first.deletion.mean() < last.deletion.mean(), spec.concept.meaning
        assert first.insertion.mean() > last.insertion.mean(), spec.concept.meaning


def test_a_network_with_shuffled_weights_gives_another_map(folder):
    package = load_package(folder)
    images = _golden_tensors(package)
    shuffled = open_network(
        shuffle_weights(package.read(package.manifest.model)), Preparation((), 1, ())
    )
    name = package.manifest.inputs[0].name
    (others,) = shuffled.session.run(["activation_map"], {name: images})
    for spec in package.manifest.findings:
        maps = _maps(package, spec, images)
        likeness = rank_correlations(maps, others[..., spec.index])
        assert np.abs(likeness).mean() < 0.7, spec.concept.meaning

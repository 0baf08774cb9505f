"""Evidence for an image finding: activation map and occlusion."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.errors import MedDxError
from meddx_desktop.case.explanation import Heatmap
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.inference.calibration import concept_of, finding_logits, has_operation
from meddx_desktop.inference.image_classification import (
    IMAGE_AXES,
    image_operations,
    prepare_frame,
)
from meddx_desktop.inference.image_geometry import place_on_frame
from meddx_desktop.inference.manifest import (
    ActivationMap,
    FindingSpec,
    Occlusion,
    OutputRole,
    Softmax,
)
from meddx_desktop.inference.model_package import ModelPackage
from meddx_desktop.inference.onnx_session import arrange_axes, output_of, session_for
from meddx_desktop.inference.ticking import Tick
from meddx_desktop.preprocessing.image import ImageInput, prepare_image

BATCH = 16

Values: TypeAlias = NDArray[np.float32]


def no_explanation(package: ModelPackage) -> MedDxError:
    """Return the error of a model that declares no way to explain itself for this input."""
    return MedDxError(
        f"{package.manifest.name} declares no evidence for this kind of input.",
        code="no_explanation",
    )


def explain_frame(
    package: ModelPackage,
    image: ImageInput,
    spec: FindingSpec,
    frame_index: int,
    progress: ReportProgress,
) -> Heatmap:
    """Return where in a frame the evidence for a finding lies, by the declared recipe."""
    recipe = package.manifest.explanation
    match recipe:
        case ActivationMap():
            tick = partial(progress, 0, 1, "activation map")
            values = activation_map(package, prepare_frame(package, image), spec, tick)
        case Occlusion(over="image"):
            values = _occlude_image(package, image, spec, progress)
        case _:
            raise no_explanation(package)
    placed, box = place_on_frame(values, image, image_operations(package))
    return Heatmap(concept_of(spec), frame_index, box, scaled(placed), recipe.method)


def scaled(values: NDArray[np.floating]) -> Values:
    """Scale to [-1, 1], keeping the sign; all zero stays all zero."""
    largest = float(np.abs(values).max()) if values.size else 0.0
    return (values / largest if largest else values).astype(np.float32)


def activation_map(package: ModelPackage, tensor: Values, spec: FindingSpec, tick: Tick) -> Values:
    """Return the network's own map (rows, columns) for a finding.

    For exclusive classes it is the class's map less the mean of the others'.
    """
    manifest = package.manifest
    outputs = session_for(package).run({manifest.inputs[0].name: tensor}, tick=tick)
    maps = output_of(manifest, outputs, OutputRole.ACTIVATION_MAP)
    if maps is None or maps.ndim != 4:
        raise no_explanation(package)
    classes = maps[0]
    if isinstance(manifest.explanation, ActivationMap) and manifest.explanation.weights:
        weights = json.loads(package.read(manifest.explanation.weights))
        classes = classes @ np.asarray(weights, np.float32).T
    own = classes[..., spec.index]
    if has_operation(manifest, Softmax) and classes.shape[-1] > 1:
        others = np.delete(classes, spec.index, axis=-1)
        own = own - others.mean(axis=-1)
    return np.asarray(own, np.float32)


@dataclass(frozen=True, slots=True)
class Variants:
    """Variants of a prepared input: `make(i)` for i below `count`, each without a batch axis.

    `axes` are the axes of a batch of them.
    """

    axes: tuple[str, ...]
    count: int
    make: Callable[[int], Values]


def finding_logits_of(
    package: ModelPackage, spec: FindingSpec, variants: Variants, progress: ReportProgress
) -> NDArray[np.float64]:
    """Return a finding's logit for each variant, shape (count,), batch by batch."""
    declared = package.manifest.inputs[0]
    is_exclusive = has_operation(package.manifest, Softmax)
    session = session_for(package)
    size = BATCH if declared.shape[0] is None else 1
    found = []
    for start in range(0, variants.count, size):
        tick = partial(progress, start, variants.count, "occlusion")
        tick()
        stop = min(start + size, variants.count)
        batch = np.stack([variants.make(place) for place in range(start, stop)])
        inputs = {declared.name: arrange_axes(batch, variants.axes, declared)}
        outputs = session.run(inputs, tick=tick)
        logits = output_of(package.manifest, outputs, OutputRole.LOGITS)
        if logits is None:
            raise no_explanation(package)
        rows = logits.reshape(len(batch), -1)
        found.append(finding_logits(rows, spec, is_exclusive=is_exclusive))
    return np.concatenate(found)


def _occlude_image(
    package: ModelPackage, image: ImageInput, spec: FindingSpec, progress: ReportProgress
) -> Values:
    """Return the mean loss of the finding's logit over the patches that hide each place."""
    recipe = package.manifest.explanation
    if not isinstance(recipe, Occlusion):
        raise no_explanation(package)
    tensor = prepare_image(image, image_operations(package))
    rows, columns = tensor.shape[1:3]
    places = [
        (slice(top, top + round(recipe.patch)), slice(left, left + round(recipe.patch)))
        for top in patch_starts(rows, round(recipe.patch), round(recipe.stride))
        for left in patch_starts(columns, round(recipe.patch), round(recipe.stride))
    ]

    def hide(place: int) -> Values:
        hidden: Values = tensor[0].copy()
        hidden[places[place]] = tensor.mean(axis=(1, 2))[0]
        return hidden

    whole = finding_logits_of(package, spec, Variants(IMAGE_AXES, 1, lambda _: tensor[0]), progress)
    hidden = finding_logits_of(package, spec, Variants(IMAGE_AXES, len(places), hide), progress)
    loss_sum, count = np.zeros((rows, columns)), np.zeros((rows, columns))
    for place, loss in zip(places, whole[0] - hidden, strict=True):
        loss_sum[place] += loss
        count[place] += 1
    return np.asarray(loss_sum / np.maximum(count, 1), np.float32)


def patch_starts(size: int, patch: int, stride: int) -> list[int]:
    """Return where patches start so that they cover everything and end with the last place."""
    if size <= patch:
        return [0]
    starts = list(range(0, size - patch + 1, max(1, stride)))
    return starts if starts[-1] == size - patch else [*starts, size - patch]

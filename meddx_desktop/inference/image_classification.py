"""Findings of an image model: frame by frame, then for the series."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.finding import Finding, OutOfDistribution
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.inference.calibration import (
    finding_for,
    findings_from_logits,
    has_operation,
)
from meddx_desktop.inference.gates import QUALITY_GATE, ClosedGate, distribution_gates
from meddx_desktop.inference.manifest import MeanOverFrames, OutputRole
from meddx_desktop.inference.model_package import ModelPackage
from meddx_desktop.inference.onnx_session import Session, arrange_axes, output_of, session_for
from meddx_desktop.inference.out_of_distribution import feature_distances, judge
from meddx_desktop.inference.quality import failed_limits, measure_image
from meddx_desktop.preprocessing.image import (
    CropRegion,
    ImageInput,
    ImageOperation,
    Presentation,
    crop_region,
    prepare_image,
    to_presentation,
)

BATCH = 8
IMAGE_AXES = ("batch", "row", "column", "channel")

Tensor: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class FrameOutcome:
    """What the model says about one frame.

    `findings` is empty when a gate in `closed` refused the frame. `logits` has shape (classes,).
    """

    index: int
    findings: tuple[Finding, ...] = ()
    logits: Tensor | None = None
    out_of_distribution: OutOfDistribution | None = None
    closed: tuple[ClosedGate, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Prepared:
    index: int
    tensor: Tensor
    closed: tuple[ClosedGate, ...]


def image_operations(package: ModelPackage) -> tuple[ImageOperation, ...]:
    """Return the declared operations of an image model."""
    return tuple(
        step for step in package.manifest.preprocessing if isinstance(step, ImageOperation)
    )


def prepare_frame(package: ModelPackage, image: ImageInput) -> Tensor:
    """Return the network's input for one frame, with a batch axis of one."""
    tensor = prepare_image(image, image_operations(package))
    return arrange_axes(tensor, IMAGE_AXES, package.manifest.inputs[0])


def classify_frames(
    package: ModelPackage,
    frames: Iterable[tuple[int, ImageInput]],
    progress: ReportProgress,
    *,
    total: int = 0,
    ignore_gates: bool = False,
) -> Iterator[FrameOutcome]:
    """Assess frames in batches, in the order in which they come.

    Parameters
    ----------
    frames : index in the series and decoded pixels.
    total : number of frames, for the progress.
    ignore_gates : run the model on frames that its quality or distribution gate refuses.
    """
    session = session_for(package)
    done = 0
    batch: list[_Prepared] = []
    size = BATCH if package.manifest.inputs[0].shape[0] is None else 1
    for index, image in frames:
        progress(done, total, package.manifest.name)
        closed = quality_gates(package, image)
        done += 1
        if closed and not ignore_gates:
            yield FrameOutcome(index, closed=closed)
            continue
        batch.append(_Prepared(index, prepare_frame(package, image), closed))
        if len(batch) == size:
            tick = partial(progress, done, total, package.manifest.name)
            yield from _assess(session, package, batch, tick, ignore_gates=ignore_gates)
            batch = []
    if batch:
        tick = partial(progress, done, total, package.manifest.name)
        yield from _assess(session, package, batch, tick, ignore_gates=ignore_gates)


def quality_gates(package: ModelPackage, image: ImageInput) -> tuple[ClosedGate, ...]:
    """Return the quality limits that a frame breaks."""
    limits = package.manifest.quality
    if not limits:
        return ()
    operations = image_operations(package)
    presentation = next(
        (step for step in operations if isinstance(step, Presentation)), Presentation()
    )
    values = to_presentation(image, presentation)
    crop = next((step for step in operations if isinstance(step, CropRegion)), None)
    if crop is not None:
        values = crop_region(values, image.box, crop)
    measured = measure_image(values, (limit.measure for limit in limits))
    return tuple(
        ClosedGate(QUALITY_GATE, limit.answer) for limit in failed_limits(limits, measured)
    )


def _assess(
    session: Session,
    package: ModelPackage,
    batch: Sequence[_Prepared],
    tick: partial[None],
    *,
    ignore_gates: bool,
) -> Iterator[FrameOutcome]:
    manifest = package.manifest
    tensor = np.concatenate([prepared.tensor for prepared in batch])
    outputs = session.run({manifest.inputs[0].name: tensor}, tick=tick)
    logits = output_of(manifest, outputs, OutputRole.LOGITS)
    if logits is None:
        raise ValueError("an image classification model needs a logits output")
    distances = distribution_of(package, outputs)
    for place, prepared in enumerate(batch):
        row = logits[place].reshape(-1)
        distribution = None if distances is None else distances[place]
        closed = prepared.closed + distribution_gates(distribution)
        findings = findings_from_logits(row, manifest) if ignore_gates or not closed else ()
        yield FrameOutcome(prepared.index, findings, row, distribution, closed)


def distribution_of(
    package: ModelPackage, outputs: dict[str, Tensor]
) -> tuple[OutOfDistribution, ...] | None:
    """Return the gate's judgment on each item of a batch; None when the model has no such gate."""
    gate = package.manifest.out_of_distribution
    features = output_of(package.manifest, outputs, OutputRole.FEATURES)
    if gate is None or features is None or gate.parameters is None:
        return None
    return tuple(judge(gate, distance) for distance in feature_distances(package, features))


def series_findings(package: ModelPackage, outcomes: Sequence[FrameOutcome]) -> tuple[Finding, ...]:
    """Return the findings of the series from its assessed frames, as the manifest declares.

    The mean over frames averages logits; otherwise the largest probability counts, at the
    operating point of a series where the model has one.
    """
    assessed = [outcome for outcome in outcomes if outcome.findings]
    if not assessed:
        return ()
    if has_operation(package.manifest, MeanOverFrames):
        logits = [outcome.logits for outcome in assessed if outcome.logits is not None]
        return findings_from_logits(np.mean(logits, axis=0), package.manifest)
    return tuple(
        finding_for(
            max(outcome.findings[place].probability for outcome in assessed),
            spec,
            is_series=len(assessed) > 1,
        )
        for place, spec in enumerate(package.manifest.findings)
    )


def series_distribution(outcomes: Sequence[FrameOutcome]) -> OutOfDistribution | None:
    """Return the farthest of the frames inside, or the nearest when all are outside."""
    judged = [o.out_of_distribution for o in outcomes if o.out_of_distribution is not None]
    inside = [one for one in judged if one.is_inside]
    if inside:
        return max(inside, key=lambda one: one.value)
    return min(judged, key=lambda one: one.value, default=None)

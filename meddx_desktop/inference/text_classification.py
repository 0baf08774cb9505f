"""Findings of a text model that reads whole records."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.finding import Finding, OutOfDistribution
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.case.text_record import TextRecord
from meddx_desktop.inference.calibration import findings_from_logits
from meddx_desktop.inference.gates import ClosedGate, distribution_gates
from meddx_desktop.inference.manifest import OutputRole
from meddx_desktop.inference.model_package import ModelPackage
from meddx_desktop.inference.onnx_session import Tensors, output_of, session_for
from meddx_desktop.inference.text_tagging import (
    batch_inputs,
    measure_distribution,
    prepare_record,
    quality_gates,
)
from meddx_desktop.inference.ticking import call_with_ticks
from meddx_desktop.preprocessing.text import PreparedText


@dataclass(frozen=True, slots=True, eq=False)
class TextFindings:
    """What the model says about a record.

    `findings` is empty when a gate in `closed` refused it; `logits` of shape (classes,) is None
    when the network did not run. `first_inputs` is what the network saw of the first chunk.
    """

    findings: tuple[Finding, ...] = ()
    logits: NDArray[np.float32] | None = None
    out_of_distribution: OutOfDistribution | None = None
    closed: tuple[ClosedGate, ...] = ()
    first_inputs: Tensors = field(default_factory=dict)


def classify_text(
    package: ModelPackage,
    record: TextRecord,
    progress: ReportProgress,
    *,
    ignore_gates: bool = False,
) -> TextFindings:
    """Assess a record; of several chunks the mean of the logits counts, weighted by length.

    Parameters
    ----------
    ignore_gates : run the model on what its quality or distribution gate refuses.
    """
    tick = partial(progress, 0, 0, package.manifest.name)
    prepared = call_with_ticks(partial(prepare_record, package, record.text), tick)
    distribution = measure_distribution(package, prepared)
    closed = quality_gates(package, record.text, prepared) + distribution_gates(distribution)
    if not prepared.chunks:
        closed += (ClosedGate("characters", "The record holds no words."),)
        return TextFindings(out_of_distribution=distribution, closed=closed)
    if closed and not ignore_gates:
        return TextFindings(out_of_distribution=distribution, closed=closed)
    chunks = list(_chunk_inputs(package, prepared))
    logits = _mean_logits(package, chunks, progress)
    findings = findings_from_logits(logits, package.manifest)
    return TextFindings(findings, logits, distribution, closed, chunks[0][1])


def _chunk_inputs(
    package: ModelPackage, prepared: PreparedText
) -> Iterator[tuple[int, dict[str, NDArray[np.generic]]]]:
    """Yield each chunk's number of tokens and the network's inputs for it."""
    for start, end in prepared.chunks:
        inputs = batch_inputs(package, prepared, np.arange(start, end)[None])
        yield end - start, {name: _fit(package, name, value) for name, value in inputs.items()}


def _fit(package: ModelPackage, name: str, values: NDArray[np.generic]) -> NDArray[np.generic]:
    """Cut or pad with zeros to the sizes that the network fixes."""
    spec = next(tensor for tensor in package.manifest.inputs if tensor.name == name)
    for axis, size in enumerate(spec.shape):
        if size is None or size == values.shape[axis]:
            continue
        values = values.take(range(min(size, values.shape[axis])), axis=axis)
        missing = [(0, 0)] * values.ndim
        missing[axis] = (0, size - values.shape[axis])
        values = np.pad(values, missing)
    return values


def _mean_logits(
    package: ModelPackage,
    chunks: list[tuple[int, dict[str, NDArray[np.generic]]]],
    progress: ReportProgress,
) -> NDArray[np.float32]:
    session = session_for(package)
    rows = []
    for done, (_, inputs) in enumerate(chunks):
        tick = partial(progress, done, len(chunks), package.manifest.name)
        tick()
        logits = output_of(package.manifest, session.run(inputs, tick=tick), OutputRole.LOGITS)
        if logits is None:
            raise ValueError("a text classification model needs a logits output")
        rows.append(logits.reshape(-1))
    lengths = [length for length, _ in chunks]
    return np.asarray(np.average(np.stack(rows), axis=0, weights=lengths), np.float32)

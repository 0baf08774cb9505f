"""From Keras to a signed model package; whatever disagrees on the way stops the export."""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import keras
import numpy as np
import onnx
import onnxruntime
import tensorflow as tf
import tf2onnx
from numpy.typing import NDArray

from meddx_desktop.analysis.golden import check_golden, compute_golden
from meddx_desktop.inference.manifest import GoldenCase, Manifest, Tensor
from meddx_desktop.inference.model_package import ModelPackage, identity_metadata, load_package
from meddx_desktop.inference.package_files import (
    package_digest_of,
    sign_package,
    write_manifest,
)
from meddx_desktop.inference.signatures import Trust
from training.command_line import REPOSITORY
from training.model_card import write_model_card

OPSET = 18
TOLERANCE = 1e-4
SIGNING_KEY = Path(__file__).resolve().parent / "development_signing_key.pem"


class DisagreementError(ValueError):
    """The exported network does not give what the trained one gives."""


@dataclass(frozen=True, slots=True)
class GoldenInput:
    """A self-made input file; `region` is (left, top, right, bottom) where the model needs one.

    `tolerance` is absolute and relative; None leaves the manifest's own.
    """

    path: Path
    region: tuple[int, int, int, int] | None = None
    tolerance: float | None = None


@dataclass(frozen=True, slots=True)
class PackageDraft:
    """What goes into a package; `manifest` is complete but for its files and golden cases.

    `files` are further files by path, `plots` the folder whose pictures go into `plots/`.
    `signing_key` is an Ed25519 key file.
    """

    manifest: Manifest
    network: bytes
    golden: Sequence[GoldenInput]
    files: Mapping[str, bytes] = field(default_factory=dict)
    plots: Path | None = None
    signing_key: Path = SIGNING_KEY


def export_network(
    model: keras.Model, inputs: Sequence[Tensor], outputs: Sequence[str], manifest: Manifest
) -> bytes:
    """Return the model as ONNX with the package's identity in it; see `convert_network`."""
    return add_identity(convert_network(model, inputs, outputs), manifest)


def add_identity(network: bytes, manifest: Manifest) -> bytes:
    """Return a converted network that says whose model it is."""
    converted = onnx.load_from_string(network)
    onnx.helper.set_model_props(converted, identity_metadata(manifest))
    return bytes(converted.SerializeToString())


def convert_network(model: keras.Model, inputs: Sequence[Tensor], outputs: Sequence[str]) -> bytes:
    """Return the model as ONNX with named inputs and outputs.

    Parameters
    ----------
    model : takes the inputs in this order and returns a dictionary by output name.
    inputs : name, shape and type of each input; None is a free size.
    """
    signature = [
        tf.TensorSpec(tensor.shape, tf.dtypes.as_dtype(tensor.dtype), name=tensor.name)
        for tensor in inputs
    ]

    def call(*values: tf.Tensor) -> dict[str, tf.Tensor]:
        given = values[0] if len(values) == 1 else list(values)
        result = model(given, training=False)
        return {name: tf.identity(result[name]) for name in outputs}

    run = tf.function(call, input_signature=signature)
    converted, _ = tf2onnx.convert.from_function(run, input_signature=signature, opset=OPSET)
    onnx.checker.check_model(converted, full_check=True)
    return bytes(converted.SerializeToString())


def compare_with_keras(
    model: keras.Model, network: bytes, samples: Mapping[str, NDArray[np.generic]]
) -> float:
    """Return the largest difference of any output over the samples.

    Raises
    ------
    DisagreementError : it exceeds 1e-4 of the output's own size, or a value is not finite.
    """
    session = onnxruntime.InferenceSession(network, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    got = dict(zip(names, session.run(names, dict(samples)), strict=True))
    values = list(samples.values())
    expected = model(values[0] if len(values) == 1 else values, training=False)
    worst = 0.0
    for name in names:
        want = np.asarray(expected[name])
        difference = float(np.max(np.abs(got[name] - want), initial=0.0))
        scale = max(1.0, float(np.max(np.abs(want), initial=0.0)))
        if not np.isfinite(got[name]).all() or difference > TOLERANCE * scale:
            raise DisagreementError(f"{name}: ONNX and Keras differ by {difference:.2g}")
        worst = max(worst, difference)
    return worst


def write_package(draft: PackageDraft, output: Path) -> Manifest:
    """Write, sign, load and check a package, then put it in the place of an older one.

    The folder changes only when everything has passed.
    """
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".package-", dir=output.parent) as temporary:
        folder = Path(temporary) / output.name
        folder.mkdir()
        _write_files(draft, folder)
        manifest = _write_golden_cases(draft, folder)
        (folder / "MODEL_CARD.md").write_text(
            write_model_card(manifest, _plots_of(folder)), encoding="utf-8", newline="\n"
        )
        manifest = write_manifest(folder, manifest)
        sign_package(folder, draft.signing_key)
        # Its author agrees to the signature, whose key this computer may not know.
        package = load_package(folder, consents=frozenset((package_digest_of(folder),)))
        for case in manifest.golden:
            check_golden(package, case)
        _replace(folder, output)
    return manifest


def _write_files(draft: PackageDraft, folder: Path) -> None:
    (folder / draft.manifest.model).write_bytes(draft.network)
    shutil.copy(REPOSITORY / "LICENSE", folder / "LICENSE")
    for name, content in draft.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    if draft.plots is not None:
        (folder / "plots").mkdir()
        for path in sorted(draft.plots.glob("*.png")):
            shutil.copy(path, folder / "plots" / path.name)


def _write_golden_cases(draft: PackageDraft, folder: Path) -> Manifest:
    (folder / "golden").mkdir()
    # Not loaded: without its golden cases it is no package yet. They are checked in the end.
    unfinished = write_manifest(folder, draft.manifest)
    package = ModelPackage(folder, unfinished, Trust.UNSIGNED, package_digest_of(folder))
    cases = []
    for golden in draft.golden:
        expected = compute_golden(package, golden.path, golden.region)
        name = golden.path.name
        shutil.copy(golden.path, folder / "golden" / name)
        (folder / "golden" / f"{name}.json").write_text(expected, encoding="utf-8")
        case = GoldenCase(
            input=f"golden/{name}", expected=f"golden/{name}.json", region=golden.region
        )
        if golden.tolerance is not None:
            both = ("absolute_tolerance", "relative_tolerance")
            case = case.model_copy(update=dict.fromkeys(both, golden.tolerance))
        cases.append(case)
    return draft.manifest.model_copy(update={"golden": tuple(cases)})


def _plots_of(folder: Path) -> tuple[str, ...]:
    return tuple(f"plots/{path.name}" for path in sorted((folder / "plots").glob("*.png")))


def _replace(folder: Path, output: Path) -> None:
    older = folder.parent / "older"
    if output.exists():
        output.replace(older)
    folder.replace(output)

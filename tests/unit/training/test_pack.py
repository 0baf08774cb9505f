"""Whatever is wrong with a foreign network, its draft or its labels is said before packing."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from onnx import TensorProto, helper, numpy_helper

from meddx_desktop.inference.package_files import digest_files
from meddx_desktop.inference.random_field import best_paths
from meddx_desktop.inference.signatures import Trust, check_signature
from training.pack.answers import Answer
from training.pack.build import PackOptions, neutral_field, pack
from training.pack.draft import Draft, read_draft
from training.pack.faults import PackError
from training.pack.findings import Goals, Part, measure_findings
from training.pack.gate import LEAST_UNKNOWN, Judged, fit_gate
from training.pack.labels import LabelledItem, LabelledSet, read_labels
from training.pack.network import check_network_file

RECIPES = Path(__file__).resolve().parents[3] / "training" / "pack" / "recipes"
SIDE = 8


def draft_content(**changes: Any) -> dict[str, Any]:
    content = json.loads((RECIPES / "densenet" / "package.json").read_text(encoding="utf-8"))
    content["preprocessing"][1] |= {"rows": SIDE, "columns": SIDE}
    content["accepts"] = {}
    content["findings"] = content["findings"][:1]
    content["findings"][0]["index"] = 0
    return content | changes


def draft_file(folder: Path, **changes: Any) -> Path:
    path = folder / "package.json"
    path.write_text(json.dumps(draft_content(**changes)), encoding="utf-8")
    return path


def network(weight: float = 1.0, dtype: int = TensorProto.FLOAT) -> onnx.ModelProto:
    """Return a network whose logit is the mean of the picture."""
    kind = np.float16 if dtype == TensorProto.FLOAT16 else np.float32
    nodes = [
        helper.make_node("Mul", ["image", "weight"], ["scaled"]),
        helper.make_node("ReduceMean", ["scaled", "plane"], ["features"], keepdims=0),
        helper.make_node("Identity", ["features"], ["logits"]),
    ]
    image = helper.make_tensor_value_info("image", dtype, ["n", 1, SIDE, SIDE])
    outputs = [
        helper.make_tensor_value_info(name, dtype, ["n", 1]) for name in ("logits", "features")
    ]
    weights = [
        numpy_helper.from_array(np.array(weight, kind), "weight"),
        numpy_helper.from_array(np.array([2, 3], np.int64), "plane"),
    ]
    graph = helper.make_graph(nodes, "mean", [image], outputs, weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)


def fault_of(folder: Path, model: onnx.ModelProto | bytes, **changes: Any) -> str:
    path = folder / "model.onnx"
    path.write_bytes(model if isinstance(model, bytes) else model.SerializeToString())
    draft = read_draft(draft_file(folder, **changes))
    with pytest.raises(PackError) as caught:
        check_network_file(path, draft)
    return str(caught.value)


def test_shapes_types_and_operator_set_are_read_from_the_network(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(network().SerializeToString())
    checked = check_network_file(path, read_draft(draft_file(tmp_path)))
    assert checked.opset == 18
    assert checked.inputs[0].shape == (None, 1, SIDE, SIDE)
    assert [output.name for output in checked.outputs] == ["logits", "features"]


def test_a_file_that_is_no_network_is_named(tmp_path: Path) -> None:
    assert "is no ONNX model" in fault_of(tmp_path, b"not a network")


def test_weights_in_other_files_are_refused_with_the_remedy(tmp_path: Path) -> None:
    model = network()
    model.graph.initializer[0].data_location = TensorProto.EXTERNAL
    model.graph.initializer[0].external_data.add(key="location", value="weights.bin")
    assert "save_as_external_data=False" in fault_of(tmp_path, model)


def test_weights_that_are_no_numbers_are_named(tmp_path: Path) -> None:
    assert "The weights weight hold values" in fault_of(tmp_path, network(float("nan")))


def test_half_precision_inputs_are_refused(tmp_path: Path) -> None:
    assert "again in float32" in fault_of(tmp_path, network(dtype=TensorProto.FLOAT16))


def test_other_names_and_axes_are_told_apart(tmp_path: Path) -> None:
    other = [{"name": "x", "axes": ["batch", "row", "column"]}]
    assert "inputs are image; the draft names x" in fault_of(tmp_path, network(), inputs=other)
    short = [{"name": "image", "axes": ["batch", "row", "column"]}]
    assert "has 4 axes" in fault_of(tmp_path, network(), inputs=short)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"task": "speech-to-text"}, "cannot be packed"),
        ({"findings": []}, "A classifier needs `findings`"),
        ({"task": "text-tagging"}, "A text tagger needs `entities`"),
        ({"version": "one"}, "version: String should match"),
        ({"colour": "red"}, "colour: Extra inputs"),
    ],
)
def test_an_incomplete_draft_says_what_it_lacks(
    tmp_path: Path, changes: dict[str, Any], fault: str
) -> None:
    with pytest.raises(PackError, match=fault):
        read_draft(draft_file(tmp_path, **changes))


def write_index(folder: Path, *lines: str) -> Path:
    for name in ("a.png", "b.png"):
        (folder / name).write_bytes(b"x")
    (folder / "index.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (["name,label", "a.png,x"], "needs a column `file`"),
        (["file,label", "c.png,x"], "line 2: there is no file c.png"),
        (["file,split", "a.png,exam"], "'exam' is none of"),
        (["file,region", "a.png,1 2 3"], "left top right bottom"),
        (
            ["file,patient_id,split", "a.png,P1,calibration", "b.png,P1,test"],
            "1 patients stand in both calibration and test, P1 for one",
        ),
    ],
)
def test_faults_of_an_index_name_their_line(tmp_path: Path, lines: list[str], fault: str) -> None:
    with pytest.raises(PackError, match=fault):
        read_labels(write_index(tmp_path, *lines))


def test_patients_without_a_split_are_divided_whole(tmp_path: Path) -> None:
    rows = [f"{'ab'[n % 2]}.png,P{n // 4},x;y" for n in range(40)]
    found = read_labels(write_index(tmp_path, "file,patient_id,label", *rows))
    assert found.has_patients
    assert {len(found.part(split)) for split in ("calibration", "test")} == {20}
    assert found.items[0].labels == {"x", "y"}


def test_folders_are_labels(tmp_path: Path) -> None:
    for name in ("effusion/1.png", "effusion/2.png", "negatives/3.png", "4.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    found = read_labels(tmp_path)
    labels = {item.path.name: set(item.labels) for item in found.items}
    assert labels == {"1.png": {"effusion"}, "2.png": {"effusion"}, "3.png": set(), "4.png": set()}
    assert [item.path.name for item in found.part("negatives")] == ["3.png"]


def parts_of(count: int, positives: int) -> Part:
    items = [
        LabelledItem(Path(f"{n}.png"), frozenset(["Effusion"] if n < positives else []), f"{n}", "")
        for n in range(count)
    ]
    logits = [2.0 * (n < positives) + 0.1 * (n % 7) - 1 for n in range(count)]
    return Part(items, [Answer(np.array([logit]), None) for logit in logits])


def test_too_few_of_a_class_cannot_be_measured() -> None:
    draft = Draft.model_validate(draft_content())
    with pytest.raises(PackError, match="4 of 40 test items show it"):
        measure_findings(draft, LabelledSet((), False), parts_of(40, 10), parts_of(40, 4), Goals())


def test_operating_points_reach_their_goals_on_the_calibration_part() -> None:
    draft = Draft.model_validate(draft_content())
    known = parts_of(60, 20)
    measured = measure_findings(draft, LabelledSet((), False), known, known, Goals(0.9, 0.95))
    (finding,) = measured.findings
    sensitive, specific = finding.operating_points
    assert sensitive.sensitivity >= 0.9
    assert specific.specificity >= 0.95
    assert finding.words == (sensitive.threshold, specific.threshold)


def test_a_gate_over_words_leaves_room_for_names() -> None:
    items = parts_of(30, 10).items
    judged = Judged(items, [None] * 30, [0.0] * 30)
    strange = Judged(items, [None] * 30, [0.8] * 30)
    gate = fit_gate(judged, judged, strange)
    assert gate is not None
    assert gate.block.limit == LEAST_UNKNOWN
    assert gate.block.negatives[0].auroc == 1


def test_without_features_or_words_there_is_no_gate(capsys: pytest.CaptureFixture[str]) -> None:
    items = parts_of(30, 10).items
    nothing = Judged(items, [None] * 30, [None] * 30)
    assert fit_gate(nothing, nothing, nothing) is None
    assert "no output with the role `features`" in capsys.readouterr().out


def test_the_neutral_field_forbids_an_inside_without_its_beginning() -> None:
    field = neutral_field(("O", "B-Drug", "I-Drug", "I-Other"))
    emissions = np.array([[[0, 0, 5, 0], [0, 0, 5, 0], [0, 0, 0, 5]]], np.float32)
    assert best_paths(emissions, field).tolist() == [[1, 2, 3]]


def test_a_measured_draft_needs_no_labels_and_takes_a_key_of_ones_own(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_bytes(
        Ed25519PrivateKey.generate().private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )
    )
    model = tmp_path / "model.onnx"
    model.write_bytes(network().SerializeToString())
    known = parts_of(60, 20)
    draft = Draft.model_validate(draft_content())
    measured = measure_findings(draft, LabelledSet((), False), known, known, Goals())
    findings = [json.loads(one.model_dump_json()) for one in measured.findings]
    manifest = draft_file(tmp_path, findings=findings)
    written = pack(PackOptions(model, manifest, tmp_path / "package", key=key))
    assert len(written.golden) == 3
    assert written.findings[0] == measured.findings[0]
    folder = tmp_path / "package"
    assert check_signature(folder, digest_files(folder)) is Trust.FOREIGN

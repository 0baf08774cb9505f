"""Every check stands between a package and its first run, in the published order."""

import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from meddx_desktop.case.errors import ModelPackageError
from meddx_desktop.inference.consents import consents_path, record_consent
from meddx_desktop.inference.manifest import FindingSpec
from meddx_desktop.inference.model_package import list_packages, load_package
from meddx_desktop.inference.package_files import package_digest_of, sign_package
from meddx_desktop.inference.signatures import Trust


def _code(folder: Path, **options: object) -> str:
    with pytest.raises(ModelPackageError) as caught:
        load_package(folder, **options)
    assert folder.name in caught.value.message
    return caught.value.code


def _edit(folder: Path, key: Path, **changes: object) -> None:
    """Change the manifest and sign it again, as a careless author would."""
    path = folder / "package.json"
    content = json.loads(path.read_text(encoding="utf-8")) | changes
    path.write_text(json.dumps(content), encoding="utf-8")
    sign_package(folder, key)


def test_a_good_package_is_loaded(packages):
    package = packages.image()
    assert package.trust is Trust.TRUSTED
    assert package.is_trusted
    assert package.manifest.id == "test-image-classification"
    assert package.digest == package_digest_of(package.folder)


def test_an_unsigned_package_needs_consent_which_is_remembered_for_this_content(
    unsigned_packages,
):
    folder = unsigned_packages.image_folder()
    assert _code(folder) == "consent_required"
    record_consent(package_digest_of(folder), "test 1.0.0", Trust.UNSIGNED)
    package = load_package(folder)
    assert package.trust is Trust.UNSIGNED
    assert not package.is_trusted
    (folder / "package.json").write_text(
        (folder / "package.json").read_text().replace("Test model", "Best model")
    )
    assert _code(folder) == "consent_required"


def test_a_foreign_signature_needs_consent_too(foreign_packages):
    folder = foreign_packages.image_folder()
    assert _code(folder) == "consent_required"
    package = load_package(folder, consents=frozenset({package_digest_of(folder)}))
    assert package.trust is Trust.FOREIGN


def test_no_consent_helps_an_invalid_signature(packages):
    folder = packages.image_folder()
    (folder / "model.onnx").write_bytes(b"changed")
    digest = package_digest_of(folder)
    assert _code(folder, consents=frozenset({digest})) == "invalid_signature"


def test_a_damaged_record_of_consents_is_said(unsigned_packages):
    folder = unsigned_packages.image_folder()
    consents_path().parent.mkdir(parents=True)
    consents_path().write_text("{")
    with pytest.raises(Exception, match="damaged") as caught:
        load_package(folder)
    assert caught.value.code == "damaged_consents"


@pytest.mark.parametrize("change", ["flip", "extra", "missing"])
def test_files_must_be_those_of_the_list_even_when_signed(packages, change):
    folder = packages.with_json("golden/one.json", 1).image_folder()
    one = folder / "golden" / "one.json"
    if change == "flip":
        one.write_bytes(b"2")
    elif change == "extra":
        (folder / "more.py").write_text("print(1)")
    else:
        one.unlink()
    sign_package(folder, packages.key)
    assert _code(folder) == "damaged_package"


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "[" * 100_000, '{"files": [1]}', '{"files": [{"path": "x"}]}']
)
def test_a_manifest_that_is_none_is_refused(packages, text):
    folder = packages.image_folder()
    (folder / "package.json").write_text(text)
    sign_package(folder, packages.key)
    assert _code(folder) in {"invalid_manifest", "damaged_package"}


@pytest.mark.parametrize(
    "changes",
    [
        {"task": "mind-reading"},
        {"model": "../../model.onnx"},
        {"surprise": 1},
        {"version": "new"},
        {"opset": "18"},
        {"postprocessing": [{"op": "sigmoid", "also": 1}]},
    ],
)
def test_a_manifest_that_breaks_the_schema_is_refused(packages, changes):
    folder = packages.image_folder()
    _edit(folder, packages.key, **changes)
    assert _code(folder) == "invalid_manifest"


def test_numbers_must_be_numbers(packages):
    folder = packages.image_folder()
    path = folder / "package.json"
    path.write_text(path.read_text().replace('"temperature": 1.0', '"temperature": Infinity'))
    sign_package(folder, packages.key)
    assert _code(folder) == "invalid_manifest"


@pytest.mark.parametrize(("words", "fault"), [([0.6, 0.7], "unlikely"), ([0.3, 0.4], "likely")])
def test_words_that_contradict_the_operating_point_are_refused(packages, words, fault):
    folder = packages.image_folder()
    content = json.loads((folder / "package.json").read_text())
    content["findings"][0]["words"] = words
    with pytest.raises(ValueError, match=f"would be called {fault}"):
        FindingSpec.model_validate(content["findings"][0])
    _edit(folder, packages.key, findings=content["findings"])
    assert _code(folder) == "invalid_manifest"


@pytest.mark.parametrize("count", [0, 2, 11, None])
def test_a_package_needs_three_to_ten_golden_cases(packages, count):
    folder = packages.image_folder()
    path = folder / "package.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    golden = content.pop("golden")
    if count is not None:
        content["golden"] = golden[:1] * count
    path.write_text(json.dumps(content), encoding="utf-8")
    sign_package(folder, packages.key)
    assert _code(folder) == "invalid_manifest"


def test_a_named_file_must_be_in_the_package(packages):
    folder = packages.image_folder()
    _edit(
        folder,
        packages.key,
        golden=[{"input": "golden/x.png", "expected": "golden/x.json"}] * 3,
    )
    assert _code(folder) == "unsafe_path"


def test_a_vocabulary_outside_the_package_is_refused(packages):
    folder = packages.tagger().folder
    steps = [{"op": "vocabulary", "input": "words", "file": "../words.txt"}]
    _edit(folder, packages.key, preprocessing=steps)
    assert _code(folder) == "unsafe_path"


def test_a_link_is_refused(packages, tmp_path):
    folder = packages.image_folder()
    secret = tmp_path / "secret"
    secret.write_text("secret")
    (folder / "LICENSE").symlink_to(secret)
    assert _code(folder) == "unsafe_path"


def test_external_data_is_refused(packages, tmp_path):
    tensor = numpy_helper.from_array(np.zeros(4, np.float32), "unused")
    tensor.ClearField("raw_data")
    tensor.data_location = onnx.TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "../secret"
    folder = packages.image_folder()
    model = onnx.load(folder / "model.onnx", load_external_data=False)
    model.graph.initializer.append(tensor)
    shutil.rmtree(folder)
    assert _code(packages.image_folder(model.SerializeToString())) == "external_data"


def _renamed_input() -> onnx.GraphProto:
    return _network("picture", "logits", [None, 16, 16, 1])


def _renamed_output() -> onnx.GraphProto:
    return _network("image", "scores", [None, 16, 16, 1])


def _other_size() -> onnx.GraphProto:
    return _network("image", "logits", [None, 32, 32, 1])


def _other_rank() -> onnx.GraphProto:
    return _network("image", "logits", [None, 16, 16])


def _network(given: str, result: str, shape: list[int | None]) -> onnx.GraphProto:
    value = helper.make_tensor_value_info
    return helper.make_graph(
        [helper.make_node("Identity", [given], [result])],
        "other",
        [value(given, onnx.TensorProto.FLOAT, shape)],
        [value(result, onnx.TensorProto.FLOAT, shape)],
    )


@pytest.mark.parametrize("build", [_renamed_input, _renamed_output, _other_size, _other_rank])
def test_a_network_that_is_not_the_declared_one_is_refused(packages, build):
    assert _code(packages.image_folder(build())) == "wrong_network"


@pytest.mark.parametrize("content", [b"\x08", b"rubbish", b"\x3a\x00"])
def test_a_file_that_is_no_network_is_refused(packages, content):
    assert _code(packages.image_folder(content)) == "wrong_network"


def test_a_network_with_broken_text_in_it_is_refused_silently(packages, capfd):
    folder = packages.image_folder()
    content = (folder / "model.onnx").read_bytes().replace(b"ReduceMean", b"Reduce\xdb\xffan")
    shutil.rmtree(folder)
    assert _code(packages.image_folder(content)) == "wrong_network"
    assert capfd.readouterr() == ("", "")


def test_another_operator_set_is_refused(packages):
    assert _code(packages.image_folder(opset=17)) == "wrong_network"


def test_a_network_that_names_another_model_is_refused(packages):
    folder = packages.image_folder()
    content = (folder / "model.onnx").read_bytes()
    shutil.rmtree(folder)
    assert _code(packages.image_folder(content, id="another")) == "wrong_network"


def test_a_file_that_changes_after_loading_is_noticed(packages):
    package = packages.with_json("table.json", 1).image()
    (package.folder / "table.json").write_bytes(b"2")
    with pytest.raises(ModelPackageError, match="has changed"):
        package.read("table.json")


def test_packages_are_listed_with_their_problems(packages, unsigned_packages):
    packages.image_folder()
    unsigned_packages.image_folder(id="stranger")
    (packages.root / "no-package").mkdir()
    good, bad = list_packages([packages.root, unsigned_packages.root, Path("/nowhere")])
    assert (good.model_id, good.problem) == ("test-image-classification", None)
    assert good.package is not None
    assert (bad.model_id, bad.trust, bad.code) == ("stranger", Trust.UNSIGNED, "consent_required")
    assert bad.package is None


def test_the_first_of_two_packages_with_one_id_counts(packages, foreign_packages):
    first = packages.image_folder()
    second = packages.root / "other"
    shutil.copytree(first, second)
    listings = list_packages([packages.root])
    # Folders are taken in alphabetical order.
    assert [listing.package is not None for listing in listings] == [True, False]
    assert listings[1].code == "duplicate_id"

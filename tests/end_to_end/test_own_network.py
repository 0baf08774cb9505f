"""Two recipes from a foreign network to an answer: pack, install, analyze, all by command."""

import csv
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest

from meddx_desktop.inference.manifest import Manifest
from meddx_desktop.inference.model_package import load_package
from training.pack.__main__ import main
from training.pack.random_networks import densenet_121, token_classifier

RECIPES = Path(__file__).resolve().parents[2] / "training" / "pack" / "recipes"
FINDINGS = ("Effusion", "Cardiomegaly")
DISEASES, DRUGS = ("hepatitis", "fever", "asthma"), ("aspirin", "ribavirin", "insulin")
VERBS = ("improved with", "was treated with", "followed after")
PIECES = ("hepat", "##itis", "as", "##thma", "riba", "##vir", "##in", "insul", "##s", "##pirin")


def meddx(*arguments: object) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "meddx_desktop", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def phantom(seed: int, labels: tuple[str, ...]) -> bytes:
    """Return a gray picture, darker below with an effusion, with a wide disc with a big heart."""
    rows, columns = np.mgrid[:240, :240]
    values = np.full((240, 240), 120.0)
    values[160:] -= 70 if "Effusion" in labels else 0
    radius = 70 if "Cardiomegaly" in labels else 35
    values += 60 * ((rows - 120) ** 2 + (columns - 120) ** 2 < radius**2)
    values += np.random.default_rng(seed).normal(0, 6, values.shape)
    return imagecodecs.png_encode(np.clip(values, 0, 255).astype(np.uint8))


def write_films(folder: Path, count: int) -> None:
    rows = []
    for number in range(count):
        labels = tuple(name for bit, name in enumerate(FINDINGS) if number >> bit & 1)
        (folder / f"{number}.png").write_bytes(phantom(number, labels))
        rows.append((f"{number}.png", ";".join(labels), f"P{number % 28}", ""))
    noise = np.random.default_rng(0).integers(0, 255, (240, 240)).astype(np.uint8)
    (folder / "noise.png").write_bytes(imagecodecs.png_encode(noise))
    rows.append(("noise.png", "", "nobody", "negatives"))
    with (folder / "index.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("file", "label", "patient_id", "split"), *rows])


def test_a_densenet_in_onnx_becomes_a_package_that_finds(
    tmp_path: Path, write_dicom: Callable[..., Path]
) -> None:
    network, films, output = tmp_path / "model.onnx", tmp_path / "films", tmp_path / "package"
    network.write_bytes(densenet_121())
    films.mkdir()
    write_films(films, 56)
    draft = RECIPES / "densenet" / "package.json"
    words = [network, "--manifest", draft, "--labels", films, "--output", output]
    assert main(list(map(str, words))) == 0

    manifest = load_package(output).manifest
    check_findings(manifest)
    meddx("models", "install", output, "--json")
    picture = imagecodecs.png_decode(phantom(100, ()))
    film = write_dicom(tmp_path / "film.dcm", picture, Modality="DX")
    (line,) = meddx("analyze", "--json", "--model", manifest.id, film)
    (answer,) = line["analyses"]
    assert answer["status"] == "assessed", answer["reason"]
    names = [finding["concept"]["meaning"] for finding in answer["findings"]]
    assert names == ["Pleural effusion", "Cardiomegaly"]
    assert all(0 <= finding["probability"] <= 1 for finding in answer["findings"])
    noise = imagecodecs.png_decode((films / "noise.png").read_bytes())
    write_dicom(film, noise, Modality="DX")
    (line,) = meddx("analyze", "--json", "--model", manifest.id, film)
    assert line["analyses"][0]["out_of_distribution"]["inside"] is False


def check_findings(manifest: Manifest) -> None:
    for finding in manifest.findings:
        assert finding.conformal is not None
        assert [point.name for point in finding.operating_points] == ["sensitive", "specific"]
        assert finding.operating_points[0].positives + finding.operating_points[0].negatives == 28
    gate = manifest.out_of_distribution
    assert gate is not None
    assert gate.negatives[0].auroc > 0.9
    metrics = {row.metric for row in manifest.evaluation if row.interval is not None}
    assert metrics == {"AUC per item", "AUC per patient"}
    assert manifest.opset == 18
    assert manifest.inputs[0].shape == (None, 1, 224, 224)


def records(count: int) -> Iterator[tuple[str, list[tuple[str, int, int]]]]:
    for number in range(count):
        disease, drug = DISEASES[number % 3], DRUGS[number // 3 % 3]
        text = f"The {disease} {VERBS[number % len(VERBS)]} {drug}, case {number}."
        start, behind = text.index(disease), text.index(drug)
        yield (
            text,
            [
                ("Disease", start, start + len(disease)),
                ("Drug", behind, behind + len(drug)),
            ],
        )


def write_records(folder: Path, count: int) -> None:
    for number, (text, mentions) in enumerate(records(count)):
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
        lines = [
            f"T{place}\t{tag} {start} {end}\t{text[start:end]}"
            for place, (tag, start, end) in enumerate(mentions, 1)
        ]
        (folder / f"{number}.ann").write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_vocabulary(path: Path) -> int:
    words = " ".join(text for text, _ in records(50)).lower()
    known = set(re.findall(r"[a-z]+|[0-9]|[.,]", words)) - {"hepatitis", "asthma", "ribavirin"}
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *sorted(known), *PIECES]
    pieces += [f"##{digit}" for digit in range(10)]
    path.write_text("\n".join(pieces) + "\n", encoding="utf-8")
    return len(pieces)


def test_a_token_classifier_in_onnx_becomes_a_package_that_marks(tmp_path: Path) -> None:
    network, texts, output = tmp_path / "model.onnx", tmp_path / "texts", tmp_path / "package"
    draft = Path(shutil.copytree(RECIPES / "token_classifier", tmp_path / "draft"))
    pieces = write_vocabulary(draft / "vocab.txt")
    network.write_bytes(token_classifier(pieces, tags=5))
    texts.mkdir()
    write_records(texts, 50)
    words = [network, "--manifest", draft / "package.json", "--labels", texts, "--output", output]
    assert main(list(map(str, words))) == 0

    manifest = load_package(output).manifest
    assert manifest.out_of_distribution is not None
    assert manifest.out_of_distribution.method == "token_rate"
    assert [row.metric for row in manifest.evaluation] == [
        "F1, exact boundaries, disease",
        "F1, exact boundaries, drug",
    ]
    meddx("models", "install", output, "--json")
    record = tmp_path / "record.txt"
    record.write_text(
        "The hepatitis was treated with ribavirin.\nThe asthma improved with insulin.\n",
        encoding="utf-8",
    )
    (line,) = meddx("analyze", "--json", "--model", manifest.id, record)
    (answer,) = line["analyses"]
    assert answer["status"] == "assessed", answer["reason"]
    check_entities(line["text"], answer["entities"])


def check_entities(text: str, entities: list[dict[str, Any]]) -> None:
    assert entities
    for entity in entities:
        assert text[entity["start"] : entity["end"]] == entity["text"]
        # A mention begins and ends with whole words, however many pieces these have.
        assert re.fullmatch(r"(?:\w+|[.,])(?:\s?(?:\w+|[.,]))*", entity["text"])
        around = text[entity["start"] - 1 : entity["start"]] + text[entity["end"] :][:1]
        assert not any(character.isalnum() for character in around)


@pytest.mark.parametrize("missing", ["--labels"])
def test_what_nobody_has_measured_is_no_package(
    tmp_path: Path, missing: str, capsys: pytest.CaptureFixture[str]
) -> None:
    network = tmp_path / "model.onnx"
    network.write_bytes(token_classifier(10, tags=5))
    draft = RECIPES / "densenet" / "package.json"
    output = tmp_path / "package"
    words = [network, "--manifest", draft, "--output", output]
    assert main(list(map(str, words))) == 1
    said = capsys.readouterr().err
    assert "Pleural effusion, Cardiomegaly: nobody has measured it" in said
    assert missing in said
    assert not output.exists()

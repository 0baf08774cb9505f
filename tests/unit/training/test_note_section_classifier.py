"""The note classifier's training: the bag inside the network, and a tiny run to a package."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from meddx_desktop.analysis.golden import check_golden
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.inference.model_package import load_package
from meddx_desktop.inference.text_classification import classify_text
from meddx_desktop.readers import open_path
from training.note_section_classifier.__main__ import macro_f1, main
from training.note_section_classifier.bag import BagScores, fit_bag
from training.note_section_classifier.dataset import (
    NAMES,
    EncodedNote,
    encode_text,
    read_notes,
    write_words,
)
from training.note_section_classifier.train import bag_scores

SUBJECTS = {
    "Cardiovascular/Pulmonary": "The heart beat fast and the coronary artery was narrow.",
    "Dermatology": "The skin was red with an itching rash and scales on the scalp.",
    "ENT": "The tonsils were large and the nose and the ear were blocked.",
    "Gastroenterology": "The colon and the stomach were seen with the endoscope.",
    "Hematology/Oncology": "The lymphoma shrank and the platelets rose after chemotherapy.",
    "Neurology/Neurosurgery": "The seizure ended and the nerves of the brain were tested.",
    "Obstetrics/Gynecology": "The uterus and the fetus were healthy and labor began.",
    "Ophthalmology": "The cornea was clear and the lens of the eye was replaced under the iris.",
    "Orthopedic": "The fracture of the femur was fixed with a plate and the knee joint was moved.",
    "Pediatrics": "The toddler was vaccinated and the mother asked about the feeding.",
    "Psychiatry": "The mood was low and the anxiety and the delusions were treated.",
    "Urology/Nephrology": "The bladder was opened and a stone of the ureter was removed.",
}


def write_set(folder: Path, count: int) -> None:
    folder.mkdir()
    mapping = {name.lower(): name for name in SUBJECTS}
    (folder / "labels.json").write_text(json.dumps({"specialty": mapping}), encoding="utf-8")
    for part, shift in (("train", 0), ("dev", count)):
        rows = []
        for number in range(shift, shift + count):
            name = NAMES[number % len(NAMES)]
            text = f"Note {number}. {SUBJECTS[name]} The patient went home on day {number}."
            rows.append(json.dumps({"id": number, "specialties": [name.lower()], "text": text}))
        (folder / f"{part}.jsonl.gz").write_bytes(gzip.compress("\n".join(rows).encode()))


def test_only_notes_of_exactly_one_body_system_are_read(tmp_path: Path) -> None:
    write_set(tmp_path / "set", 12)
    part = tmp_path / "set" / "train.jsonl.gz"
    lines = gzip.decompress(part.read_bytes()).decode().splitlines()
    several = {"id": 99, "specialties": ["ent", "dermatology"], "text": "Of two."}
    other = {"id": 100, "specialties": ["autopsy"], "text": "Of none."}
    part.write_bytes(
        gzip.compress("\n".join([*lines, *map(json.dumps, (several, other))]).encode())
    )
    notes = read_notes(tmp_path / "set")
    assert len(notes) == 24
    assert {NAMES[note.label] for note in notes} == set(NAMES)
    assert not {"train-99", "train-100"} & {note.name for note in notes}


def test_the_bag_scores_the_same_inside_the_network(tmp_path: Path) -> None:
    write_set(tmp_path / "set", 36)
    notes = read_notes(tmp_path / "set")
    words = write_words(notes, tmp_path)
    encoded = [EncodedNote(encode_text(note.text, tmp_path), note.label) for note in notes]
    bag = fit_bag(encoded, len(words), len(NAMES))
    numbers = encoded[5].chunks[0]
    inside = np.asarray(BagScores(bag)(numbers[None]))[0]
    np.testing.assert_allclose(inside, bag_scores(bag, numbers), atol=2e-4)
    assert int(inside.argmax()) == encoded[5].label


def test_small_letters_and_line_breaks_change_no_input(tmp_path: Path) -> None:
    write_set(tmp_path / "set", 12)
    write_words(read_notes(tmp_path / "set"), tmp_path)
    text = " ".join(SUBJECTS.values())
    (plain,) = encode_text(text, tmp_path)
    (changed,) = encode_text(text.lower().replace(" ", "\n"), tmp_path)
    assert (plain == changed).all()


def test_macro_f1_weighs_each_class_alike() -> None:
    labels, answers = np.array([0, 0, 0, 1]), np.array([0, 0, 0, 0])
    assert macro_f1(labels, answers) == pytest.approx(0.5 * 6 / 7)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_tiny_run_ends_in_a_package_that_sorts_records(tmp_path: Path) -> None:
    write_set(tmp_path / "set", 36)
    output = tmp_path / "models" / "note-section-classifier"
    main(
        f"--data {tmp_path / 'set'} --output {output} --work {tmp_path / 'work'} --epochs 1".split()
    )
    package = load_package(output)
    assert package.manifest.purpose == "organization"
    for case in package.manifest.golden:
        check_golden(package, case)
    golden = open_path(output / package.manifest.golden[0].input, ignore_progress)
    outcome = classify_text(package, golden, ignore_progress, ignore_gates=True)
    assert len(outcome.findings) == len(NAMES)

"""The redaction tagger's training: its own texts, its figures, and a tiny run to a package."""

import json
from pathlib import Path

import numpy as np
import pytest

from meddx_desktop.analysis.golden import check_golden
from meddx_desktop.inference.model_package import load_package
from training.phi_redaction.__main__ import main
from training.phi_redaction.dataset import AnnotatedText, Place, encode_texts, read_asq_phi
from training.phi_redaction.evaluate import (
    covered_by_label,
    harmless_marked,
    is_covered,
    strict_figures,
)
from training.phi_redaction.folds import fold_of
from training.phi_redaction.knowledge import OPERATIONS, learn_words, read_lists
from training.phi_redaction.synthesis import Wording, lower, wrap_lines, write_texts

WORDING = Wording(read_lists(None), ("The wound healed well.",), ())
LABELS = {
    "name": "NAME",
    "date": "DATE",
    "location": "GEOGRAPHIC_LOCATION",
    "contact": "PHONE_NUMBER",
    "identifier": "MEDICAL_RECORD_NUMBER",
}


def test_own_texts_are_the_same_for_a_seed_and_their_places_hold_words() -> None:
    texts = write_texts(200, WORDING, 3)
    assert texts == write_texts(200, WORDING, 3)
    assert {place.entity_type for one in texts for place in one.places} == set(LABELS)
    assert any(one.is_harmless for one in texts)
    for one in texts:
        ends = [0, *(place.end for place in one.places)]
        assert all(place.start >= end for place, end in zip(one.places, ends, strict=False))
        assert all(one.text[place.start : place.end].strip() for place in one.places)
        assert not any(sign in one.text for sign in "{}<>")


def test_changes_keep_the_places() -> None:
    text = "İpek O'Neil of Duluth"
    assert len(lower(text)) == len(text)
    wrapped = wrap_lines(AnnotatedText("a", "one two three four", (Place(4, 7, "name"),)), 6)
    assert wrapped.text == "one two\nthree\nfour"
    assert wrapped.text[4:7] == "two"


def test_encoding_puts_each_place_on_its_tokens_and_keeps_texts_apart(tmp_path: Path) -> None:
    texts = write_texts(40, WORDING, 1)
    learn_words(None, read_lists(None), texts, tmp_path)
    encoded = encode_texts(texts, OPERATIONS, tmp_path, 16)
    covered = np.zeros(len(encoded.corpus.tags), np.int64)
    for start, end in encoded.corpus.prepared.chunks:
        assert end - start <= 16
        assert sum(first <= start and end <= last for first, last in encoded.ranges) == 1
        covered[start:end] += 1
    assert (covered == 1).all()
    begins = int((encoded.corpus.tags % 2 == 1).sum())
    assert begins == sum(len(one.places) for one in texts)


def test_a_place_is_covered_only_as_a_whole() -> None:
    text = AnnotatedText("a", "Ann Lee, ward 3", (Place(0, 7, "name"),), ("NAME",))
    assert is_covered(text.text, text.places[0], [Place(0, 3, "date"), Place(4, 7, "name")])
    assert not is_covered(text.text, text.places[0], [Place(0, 6, "name")])
    answers = covered_by_label([text], [[Place(0, 9, "name")]])
    assert answers["NAME"].tolist() == [True]


def test_harmless_texts_and_exact_places_are_counted() -> None:
    texts = (
        AnnotatedText("a", "Ann came", (Place(0, 3, "name"),)),
        AnnotatedText("b", "All is well"),
        AnnotatedText("c", "All is well again"),
    )
    found = [[Place(0, 3, "name")], [], [Place(0, 3, "name")]]
    assert harmless_marked(texts, found).tolist() == [False, True]
    figures = strict_figures(texts, found, ("name",))
    assert (figures.precision, figures.recall) == (0.5, 1.0)


def test_equal_texts_share_a_fold() -> None:
    texts = [AnnotatedText(str(n), f"text {n % 7}") for n in range(21)]
    fold = fold_of(texts, 0)
    assert (fold[:7] == fold[7:14]).all()
    assert len(set(fold.tolist())) > 1


def write_set(folder: Path, count: int) -> None:
    folder.mkdir()
    lines = []
    for one in write_texts(count, WORDING, 9):
        marked = [
            {
                "start": place.start,
                "end": place.end,
                "label": LABELS[place.entity_type],
                "text": one.text[place.start : place.end],
            }
            for place in one.places
        ]
        lines.append(json.dumps({"id": one.name, "text": one.text, "phi": marked}))
    (folder / "dev.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_the_set_is_read_with_our_types_beside_its_own_labels(tmp_path: Path) -> None:
    write_set(tmp_path / "set", 30)
    texts = read_asq_phi(tmp_path / "set")
    assert len(texts) == 30
    assert all(
        LABELS[place.entity_type] == label
        for one in texts
        for place, label in zip(one.places, one.labels, strict=True)
    )


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_tiny_run_ends_in_a_package_for_redaction(tmp_path: Path) -> None:
    write_set(tmp_path / "set", 30)
    output = tmp_path / "models" / "phi-redaction"
    main(
        f"--data {tmp_path / 'set'} --output {output} --work {tmp_path / 'work'} "
        "--epochs 1 --limit 30".split()
    )
    package = load_package(output)
    assert package.manifest.purpose == "redaction"
    for case in package.manifest.golden:
        check_golden(package, case)

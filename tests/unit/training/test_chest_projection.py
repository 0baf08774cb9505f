"""Labels that the films themselves contradict, and films without words that give them away."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras")

from training.chest_projection import dataset
from training.chest_projection.dataset import COLUMNS, PRINTED, printed_on, printed_projection
from training.chest_projection.package import MODEL
from training.transfer_ensemble.evaluate import correction_rows, subgroup_rows
from training.transfer_ensemble.pictures import Pictures
from training.transfer_ensemble.predictions import PredictionTable

TOLD_WRONG = "test/pneumonia/00003981_016.jpg"


def test_words_name_a_projection_only_where_they_say_one() -> None:
    assert printed_projection("AP SUPINE PORTABLE") == (True,)
    assert printed_projection("PA") == (False,)
    for words in ("", "PORTABLE", "AP PA"):
        assert printed_projection(words) is None


def test_each_row_gives_what_is_printed_on_its_film() -> None:
    row = {"file": TOLD_WRONG, "view": "PA", "age": "65", "sex": "M"}
    assert COLUMNS.facts_of(row) == {"age": "65", "sex": "M", PRINTED: "AP PORTABLE"}
    assert COLUMNS.labels(row) == (False,)
    assert printed_on({**row, "file": "train/x.jpg"}) == ""


def test_the_words_are_those_of_films_of_the_test_part() -> None:
    file = Path(dataset.__file__).with_name("printed_words.csv")
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len({row["file"] for row in rows}) == len(rows) == 27
    assert all(row["file"].startswith("test/") for row in rows)


def test_the_card_has_figures_with_the_labels_put_right() -> None:
    printed = np.array(["", "AP PORTABLE", "AP", "PORTABLE", "", ""])
    test = Pictures(
        np.zeros((6, 2, 2), np.float32),
        np.array([[0], [0], [1], [1], [1], [0]], np.int64),
        np.array(list("abcdef")),
        {PRINTED: printed, "age": np.full(6, "50"), "sex": np.full(6, "F")},
    )
    logits = np.array([-3.0, 4.0, 3.0, 2.0, 1.0, -2.0])[:, None]
    table = PredictionTable(test.labels, logits, test.patients)
    (row,) = correction_rows(MODEL, "ours", table, test)
    assert row.value == 1
    assert "(1 changed)" in row.split
    without = next(
        one for one in subgroup_rows(MODEL, "ours", table, test) if "no word" in one.split
    )
    assert (without.items, without.value) == (3, 1)
    plain = replace(MODEL, source=replace(MODEL.source, correction=None))
    assert correction_rows(plain, "ours", table, test) == []

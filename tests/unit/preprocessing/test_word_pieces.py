"""WordPiece as BERT does it: words, pieces, rows; the numbers agree with `tokenizers` 0.23."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meddx_desktop.preprocessing.text import SplitChunks, Tokenize, prepare_text
from meddx_desktop.preprocessing.word_pieces import (
    WordPiece,
    basic_tokens,
    first_pieces,
    limit_pieces,
    piece_rows,
    split_words,
)

VOCABULARY = (
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "acute", "hepat", "##itis", "##it", "##is", ",", "37",
    "##°", "##c", "naive", "-", "l", "dopa", "病", "fever",
)  # fmt: skip
OPERATION = WordPiece(
    input="input_ids",
    mask_input="attention_mask",
    type_input="token_type_ids",
    file="vocab.txt",
    is_lower_case=True,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "vocab.txt").write_text("\n".join(VOCABULARY) + "\n", encoding="utf-8")
    return tmp_path


def spelled(text: str, folder: Path, operation: WordPiece = OPERATION) -> list[list[str]]:
    pieces = split_words(basic_tokens(text).words, operation, folder)
    return [[VOCABULARY[number] for number in word] for word in pieces.of_words]


def test_words_are_those_of_bert_with_their_places() -> None:
    text = "Acute hepatitis, 37°C L-dopa 病病 don't a_b"
    tokens = basic_tokens(text)
    assert list(tokens.words) == [
        "Acute", "hepatitis", ",", "37°C", "L", "-", "dopa", "病", "病", "don", "'", "t",
        "a", "_", "b",
    ]  # fmt: skip
    places = zip(tokens.starts.tolist(), tokens.ends.tolist(), strict=True)
    assert [text[start:end] for start, end in places] == list(tokens.words)


def test_the_longest_pieces_are_taken_from_the_left(folder: Path) -> None:
    assert spelled("Acute HEPATITIS, 37°C", folder) == [
        ["acute"],
        ["hepat", "##itis"],
        [","],
        ["37", "##°", "##c"],
    ]


def test_accents_and_invisible_characters_do_not_count(folder: Path) -> None:
    assert spelled("naïve hepat\u00aditis fe\u200bver", folder) == [
        ["naive"],
        ["hepat", "##itis"],
        ["fever"],
    ]


def test_a_word_that_no_pieces_cover_is_unknown(folder: Path) -> None:
    pieces = split_words(("hepatoma", "fever", "x" * 101), OPERATION, folder)
    assert pieces.is_unknown().tolist() == [True, False, True]


def test_a_word_in_too_many_pieces_may_count_as_unknown(folder: Path) -> None:
    words = ("fever", "hepatitis", "37°C")
    for most, unknown in ((None, [0, 0, 0]), (2, [0, 0, 1]), (1, [0, 1, 1])):
        operation = OPERATION.model_copy(update={"familiar_pieces": most})
        assert split_words(words, operation, folder).is_unknown().tolist() == unknown


def test_case_is_kept_where_the_model_was_trained_with_it(folder: Path) -> None:
    cased = OPERATION.model_copy(update={"is_lower_case": False})
    assert spelled("fever Fever naïve", folder, cased) == [["fever"], ["[UNK]"], ["[UNK]"]]


def test_rows_have_ends_padding_and_a_mask(folder: Path) -> None:
    pieces = split_words(("acute", "hepatitis", "fever", "fever"), OPERATION, folder)
    place = np.array([[0, 1], [2, 3]])
    rows = piece_rows(place, pieces, OPERATION)
    assert rows["input_ids"].tolist() == [[2, 4, 5, 6, 3], [2, 18, 18, 3, 0]]
    assert rows["attention_mask"].tolist() == [[1, 1, 1, 1, 1], [1, 1, 1, 1, 0]]
    assert not rows["token_type_ids"].any()
    assert first_pieces(place, pieces).tolist() == [[1, 2], [1, 2]]


def test_chunks_with_too_many_pieces_are_divided_between_words(folder: Path) -> None:
    pieces = split_words(("hepatitis", "fever", "hepatitis", "fever"), OPERATION, folder)
    assert list(limit_pieces([(0, 4)], pieces, 5)) == [(0, 2), (2, 4)]
    assert list(limit_pieces([(0, 2), (2, 4)], pieces, 100)) == [(0, 2), (2, 4)]


def test_a_word_longer_than_a_row_is_cut(folder: Path) -> None:
    short = OPERATION.model_copy(update={"maximum_pieces": 4})
    pieces = split_words(("37°C", "fever"), short, folder)
    assert [len(numbers) for numbers in pieces.of_words] == [2, 1]
    assert list(limit_pieces([(0, 2)], pieces, 4)) == [(0, 1), (1, 2)]


def test_a_vocabulary_without_the_special_pieces_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "vocab.txt").write_text("fever\n[UNK]\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"lacks the pieces \[CLS\], \[SEP\], \[PAD\]"):
        split_words(("fever",), OPERATION, tmp_path)


def test_a_record_is_prepared_with_pieces_and_chunks(folder: Path) -> None:
    short = OPERATION.model_copy(update={"maximum_pieces": 6})
    operations = (Tokenize(rule="bert"), SplitChunks(maximum_tokens=50), short)
    prepared = prepare_text("Acute hepatitis, 37°C fever", operations, folder)
    assert prepared.pieces is not None
    assert [len(numbers) for numbers in prepared.pieces.of_words] == [1, 2, 1, 3, 1]
    assert prepared.chunks == ((0, 3), (3, 5))


@given(st.text(max_size=80))
def test_every_word_lies_where_it_says_and_none_holds_a_blank(text: str) -> None:
    tokens = basic_tokens(text)
    behind = 0
    for word, start, end in zip(tokens.words, tokens.starts, tokens.ends, strict=True):
        assert behind <= start < end
        assert text[start:end] == word
        assert not any(character.isspace() for character in word)
        behind = end

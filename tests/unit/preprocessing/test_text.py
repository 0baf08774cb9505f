"""Tokens, sentences and input tensors of records."""

import gzip
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meddx_desktop.preprocessing.sentences import split_sentences
from meddx_desktop.preprocessing.text import (
    UNKNOWN,
    Characters,
    Gazetteer,
    SplitChunks,
    Vocabulary,
    WordShape,
    mark_names,
    number_words,
    pack_chunks,
    prepare_text,
    spell_words,
    word_shapes,
)
from meddx_desktop.preprocessing.tokens import tokenize, tokens_of_words


def sentences_of(text: str) -> list[str]:
    tokens = tokenize(text)
    return [
        text[tokens.starts[start] : tokens.ends[end - 1]]
        for start, end in split_sentences(text, tokens)
    ]


def write_names(folder: Path, *lines: str) -> None:
    content = "".join(line + "\n" for line in lines).encode()
    (folder / "names.tsv.gz").write_bytes(gzip.compress(content, mtime=0))


@given(st.text(max_size=300))
def test_each_token_is_the_text_between_its_offsets(text):
    tokens = tokenize(text)
    for word, start, end in zip(tokens.words, tokens.starts, tokens.ends, strict=True):
        assert text[start:end] == word


@given(st.text(max_size=300))
def test_tokens_cover_everything_but_white_space(text):
    tokens = tokenize(text)
    assert "".join(tokens.words) == "".join(c for c in text if not c.isspace())


@given(st.text(alphabet="aB1.\n :-", max_size=200))
def test_sentences_cover_all_tokens_once_and_in_order(text):
    tokens = tokenize(text)
    ranges = split_sentences(text, tokens)
    assert [place for start, end in ranges for place in range(start, end)] == list(
        range(len(tokens))
    )


@given(
    st.lists(st.integers(1, 30), max_size=20).map(
        lambda sizes: [(sum(sizes[:i]), sum(sizes[: i + 1])) for i in range(len(sizes))]
    ),
    st.integers(1, 20),
)
def test_chunks_cover_all_tokens_and_are_never_too_long(sentences, maximum):
    chunks = list(pack_chunks(sentences, maximum))
    total = sentences[-1][1] if sentences else 0
    assert [place for start, end in chunks for place in range(start, end)] == list(range(total))
    assert all(0 < end - start <= maximum for start, end in chunks)


def test_punctuation_splits_words_as_in_the_corpora():
    assert tokenize("L-dopa (5 mg), Parkinson's").words == (
        *("L", "-", "dopa", "(", "5", "mg", ")", ",", "Parkinson", "'", "s"),
    )


def test_offsets_count_code_points_beyond_the_basic_plane():
    tokens = tokenize("𝛼-blocker 😀 ok")
    assert tokens.words == ("𝛼", "-", "blocker", "😀", "ok")
    assert tokens.starts.tolist() == [0, 1, 2, 10, 12]


def test_words_of_a_corpus_become_tokens_of_their_joined_text():
    tokens = tokens_of_words(["Take", "aspirin", "."])
    text = "Take aspirin ."
    assert [text[a:b] for a, b in zip(tokens.starts, tokens.ends, strict=True)] == [
        *("Take", "aspirin", "."),
    ]


def test_a_wrapped_line_goes_on_but_a_list_item_does_not():
    text = (
        "The patient was admitted from home because of increasing\nshortness of breath.\n"
        "Diagnoses:\n- heart failure\n- gout\nNo fever. Dr. Miller agrees."
    )
    assert sentences_of(text) == [
        "The patient was admitted from home because of increasing\nshortness of breath.",
        "Diagnoses:",
        "- heart failure",
        "- gout",
        "No fever.",
        "Dr. Miller agrees.",
    ]


def test_an_empty_line_always_ends_a_sentence():
    long_line = "this line is surely longer than fifty characters without a full stop"
    assert sentences_of(f"{long_line}\n\nand this one") == [long_line, "and this one"]


def test_a_decimal_number_does_not_end_a_sentence():
    assert sentences_of("Potassium 3.1 mmol, given 1.5 g.") == ["Potassium 3.1 mmol, given 1.5 g."]


def test_words_are_numbered_by_their_line_without_case_and_digits(tmp_path):
    (tmp_path / "words.txt").write_text("fever\nmg\n00\n", encoding="utf-8")
    numbers = number_words(["FEVER", "mg", "37", "unheard", "ｍｇ"], tmp_path / "words.txt")
    assert numbers.tolist() == [2, 3, 4, UNKNOWN, 3]


def test_a_long_word_keeps_its_beginning_and_its_end():
    operation = Characters(input="c", index_input="i", alphabet="abcdef", length=4)
    spelled, index = spell_words(["ab", "abcdef", "ab", "zb"], operation)
    assert index.tolist() == [0, 1, 0, 2]
    assert spelled.tolist() == [[2, 3, 0, 0], [2, 3, 6, 7], [1, 3, 0, 0]]


def test_word_shapes_tell_case_digits_and_signs_apart():
    shapes = word_shapes(["aspirin", "Aspirin", "ADHD", "mRNA", "5", "beta1", "-"])
    assert len({tuple(row) for row in shapes}) == 7


def test_the_longest_name_wins_and_lists_are_kept_apart(tmp_path):
    write_names(tmp_path, "disease\trenal failure", "disease\tfailure", "drug\tiron")
    operation = Gazetteer(input="n", file="names.tsv.gz", lists=("disease", "drug"))
    marks = mark_names(["Renal", "failure", ",", "iron", "failure"], operation, tmp_path)
    places = [(int(row), int(column)) for row, column in np.argwhere(marks)]
    assert places == [(0, 0), (1, 2), (3, 7), (4, 3)]


def test_names_stop_at_the_declared_length(tmp_path):
    write_names(tmp_path, "disease\ta b c")
    operation = Gazetteer(input="n", file="names.tsv.gz", lists=("disease",), maximum_tokens=2)
    assert not mark_names(["a", "b", "c"], operation, tmp_path).any()


def test_prepared_arrays_have_one_row_a_token(tmp_path):
    (tmp_path / "words.txt").write_text("no\nfever\n", encoding="utf-8")
    write_names(tmp_path, "disease\tfever")
    operations = (
        SplitChunks(maximum_tokens=3),
        Vocabulary(input="words", file="words.txt"),
        Characters(input="characters", index_input="spelling", alphabet="abc", length=5),
        WordShape(input="shape"),
        Gazetteer(input="names", file="names.tsv.gz", lists=("disease",)),
    )
    prepared = prepare_text("No fever. Fever gone.", operations, tmp_path)
    assert {name: values.shape for name, values in prepared.by_token.items()} == {
        "words": (6,),
        "spelling": (6,),
        "shape": (6, 12),
        "names": (6, 4),
    }
    assert prepared.by_word["characters"].shape == (5, 5)
    assert prepared.chunks == ((0, 3), (3, 6))


def test_an_empty_record_gives_empty_arrays(tmp_path):
    (tmp_path / "words.txt").write_text("no\n", encoding="utf-8")
    operations = (SplitChunks(maximum_tokens=3), Vocabulary(input="words", file="words.txt"))
    prepared = prepare_text(" \n", (*operations, WordShape(input="shape")), tmp_path)
    assert prepared.chunks == ()
    assert prepared.by_token["shape"].shape == (0, 12)


@pytest.mark.slow
def test_time_grows_linearly_with_the_record():
    line = "The patient takes lisinopril for hypertension and denies chest pain today"

    def cost(repeats: int) -> float:
        text = f"{line} " * repeats
        started = time.process_time()
        tokens = tokenize(text)
        split_sentences(text, tokens)
        return time.process_time() - started

    small, large = min(cost(3000) for _ in range(3)), min(cost(12000) for _ in range(3))
    assert large < 8 * small

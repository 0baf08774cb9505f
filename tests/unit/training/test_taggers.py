"""The taggers' training: random field, heads, sentences, figures, and tiny runs to packages."""

import json
from itertools import product
from pathlib import Path

import keras
import numpy as np
import pytest

from meddx_desktop.analysis.golden import check_golden
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.inference.model_package import load_package
from meddx_desktop.inference.text_tagging import tag_record
from meddx_desktop.readers import open_path
from training.disease_chemical_tagger.__main__ import main as train_disease_chemical
from training.disease_tagger.__main__ import main as train_disease
from training.tagging.corpora import Corpus
from training.tagging.count_vectors import point_alike
from training.tagging.encoding import draw_batches, draw_chunks
from training.tagging.evaluation import documents_of_sentences, joined_words
from training.tagging.figures import confusion, count_overlaps, measure
from training.tagging.members import Recipe, Run, train_member
from training.tagging.network import EightBitRows, NetworkSpec, build_tagger
from training.tagging.random_field import RandomField, path_weight_by_hand
from training.tagging.sentences import (
    Document,
    Sentence,
    documents_of,
    read_json_lines,
    read_pubtator,
    read_sentences,
    sentences_of,
    spans_of_labels,
    without_nesting,
)
from training.tagging.transformer import pieces_of, read_safetensors
from training.tagging.words import Sources, learn_words

TEMPLATES = (
    (("{c}", "caused", "{d}", "in", "two", "patients", "."), {0: "Chemical", 2: "Disease"}),
    (("No", "{d}", "was", "seen", "without", "{c}", "."), {1: "Disease", 5: "Chemical"}),
    (("The", "trial", "compared", "{c}", "with", "{c}", "."), {3: "Chemical", 5: "Chemical"}),
)
FILLERS = {"{c}": ("lithium", "aspirin", "ibuprofen"), "{d}": ("tremor", "gout", "asthma")}


def write_part(file: Path, count: int) -> None:
    blocks = []
    for number in range(count):
        words, kinds = TEMPLATES[number % len(TEMPLATES)]
        lines = [
            f"{FILLERS[w][number % 3] if w in FILLERS else w}\t"
            + (f"B-{kinds[place]}" if place in kinds else "O")
            for place, w in enumerate(words)
        ]
        blocks.append("\n".join(lines))
    file.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")


@pytest.mark.parametrize("length", [1, 2, 3, 5, 6])
def test_the_loss_is_that_of_enumeration_and_ignores_padding(length: int) -> None:
    generator = np.random.default_rng(length)
    field = RandomField(3)
    field.build((None, None, 3))
    for weight in (field.transitions, field.start, field.end):
        weight.assign(generator.normal(size=weight.shape))
    emissions = generator.normal(size=(1, length, 3)).astype(np.float32)
    tags = generator.integers(0, 3, (1, length))
    weights = [
        path_weight_by_hand(field, emissions[0], path) for path in product(range(3), repeat=length)
    ]
    chosen = path_weight_by_hand(field, emissions[0], tuple(tags[0]))
    expected = (np.log(np.sum(np.exp(weights))) - chosen) / length
    padded = np.concatenate([emissions, np.ones((1, 2, 3), np.float32)], axis=1)
    marked = np.concatenate([tags, -np.ones((1, 2), tags.dtype)], axis=1)
    for one, truth in ((emissions, tags), (padded, marked)):
        assert float(field.negative_log_likelihood(one, truth)) == pytest.approx(expected, rel=1e-4)


def test_chunks_and_batches_hold_every_token_once() -> None:
    generator = np.random.default_rng(0)
    ends = np.cumsum(generator.integers(1, 90, 60))
    ranges = list(zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True))
    chunks = draw_chunks(ranges, 64, generator)
    assert [place for start, end in chunks for place in range(start, end)] == list(range(ends[-1]))
    assert max(end - start for start, end in chunks) <= 64
    batches = draw_batches(chunks, 300, generator)
    assert sorted(chunk for batch in batches for chunk in batch) == chunks


def test_mentions_follow_the_labels() -> None:
    labels = ("B-Disease", "I-Disease", "B-Disease", "O", "I-Chemical", "B-Chemical")
    assert list(spans_of_labels(labels)) == [
        (0, 2, "Disease"),
        (2, 3, "Disease"),
        (4, 5, "Chemical"),
        (5, 6, "Chemical"),
    ]


def test_figures_count_exact_mentions_or_any_overlap() -> None:
    gold = [frozenset({(0, 2, "Disease"), (4, 5, "Chemical")}), frozenset({(1, 2, "Disease")})]
    found = [frozenset({(0, 2, "Disease"), (4, 6, "Chemical")}), frozenset[tuple[int, int, str]]()]
    documents = np.array([0, 1])
    figures = measure(gold, found, documents)
    assert (figures.precision, figures.recall) == (0.5, pytest.approx(1 / 3))
    assert figures.f1 == pytest.approx(0.4)
    figures = measure(gold, found, documents, count_overlaps)
    assert (figures.precision, figures.recall) == (1.0, pytest.approx(2 / 3))


def test_confusion_counts_other_types_missed_and_invented_mentions() -> None:
    gold = [frozenset({(0, 2, "a"), (4, 5, "b"), (7, 8, "b")})]
    found = [frozenset({(1, 2, "b"), (4, 5, "b"), (9, 10, "a")})]
    assert confusion(gold, found, ("a", "b")).tolist() == [[0, 1, 0], [0, 1, 1], [1, 0, 0]]


def test_texts_with_offsets_become_the_sentences_of_the_app() -> None:
    text = "No gout. Breast\ncancer grew."
    mentions = ((3, 7, "D"), (9, 22, "D"))
    sentences = list(sentences_of([Document(text, mentions)]))
    assert sentences == [
        Sentence(("No", "gout", "."), ("O", "B-D", "O"), 0),
        Sentence(("Breast",), ("B-D",), 0),
        Sentence(("cancer", "grew", "."), ("B-D", "O", "O"), 0),
    ]
    assert documents_of(sentences).tolist() == [0, 0, 0]
    (again,) = documents_of_sentences(sentences)
    marked = [again.text[start:end] for start, end, _ in again.mentions]
    assert marked == ["gout", "Breast", "cancer"]


def test_of_nested_mentions_the_longer_one_stays() -> None:
    assert without_nesting([(3, 5, "a"), (0, 6, "b"), (8, 9, "a")]) == ((0, 6, "b"), (8, 9, "a"))


def test_both_forms_with_offsets_are_read(tmp_path: Path) -> None:
    line = {"text": "Gout!", "entities": [{"start": 0, "end": 4, "label": "X"}]}
    (tmp_path / "a.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    (read,) = read_json_lines(tmp_path / "a.jsonl", {"X": "D"})
    assert read == Document("Gout!", ((0, 4, "D"),))
    block = "1|t|Gout!\n1|a|It hurts.\n1\t0\t4\tGout\tSpecificDisease\tD1\n"
    (tmp_path / "a.txt").write_text(f"{block}\n{block}", encoding="utf-8")
    (read,) = read_pubtator(tmp_path / "a.txt", "D")
    assert read == Document("Gout!\nIt hurts.", ((0, 4, "D"),))


def test_a_batch_teaches_its_own_head_alone() -> None:
    spec = NetworkSpec(np.ones((5, 3), np.float32), 2, 4, 6, 4, units=3, learned_size=2)
    model = build_tagger(spec, {"one": 3, "other": 5})
    model.compile(keras.optimizers.SGD(0.1), jit_compile=False)
    inputs = {
        "words": np.array([[2, 3, 4]], np.int32),
        "characters": np.ones((3, 6), np.int32),
        "spelling": np.array([[0, 1, 2]], np.int32),
        "shape": np.ones((1, 3, 12), np.float32),
        "names": np.ones((1, 3, 4), np.float32),
    }

    def biases() -> dict[str, list[float]]:
        layers = {name: model.get_layer(f"emissions_{name}") for name in model.heads}
        return {name: layer.get_weights()[1].tolist() for name, layer in layers.items()}

    before = biases()
    target = {"tags": np.array([[0, 4, 3]], np.int32), "head": np.array([1], np.int32)}
    model.train_on_batch(inputs, target)
    assert biases()["one"] == before["one"]
    assert biases()["other"] != before["other"]


def test_rows_in_eight_bits_are_within_half_a_step() -> None:
    table = np.random.default_rng(0).normal(size=(7, 4)).astype(np.float32)
    rows = np.asarray(EightBitRows(table)(np.arange(7)))
    assert np.all(np.abs(rows - table) <= np.abs(table).max(axis=0) / 254 + 1e-6)


def test_a_direction_and_its_opposite_are_turned_alike() -> None:
    directions = np.random.default_rng(0).normal(size=(5, 7))
    signs = np.array([1, -1, -1, 1, -1])[:, None]
    np.testing.assert_array_equal(point_alike(signs * directions), point_alike(directions))
    assert (np.abs(point_alike(directions)) == np.abs(directions)).all()


def test_words_are_learned_once_wherever_their_sources_lie(tmp_path: Path) -> None:
    sentences = [Sentence(("fever", "and", "cough"), ("O", "O", "O"))] * 3
    first, moved = tmp_path / "one" / "text", tmp_path / "other" / "text"
    for folder in (first, moved):
        folder.mkdir(parents=True)
    learned = learn_words(Sources(None, None, first), sentences, tmp_path / "words")
    file = tmp_path / "words" / "vectors.npz"
    with np.load(file) as stored:
        content = dict(stored)
    np.savez(file, **{**content, "vectors": content["vectors"] + 1})
    again = learn_words(Sources(None, None, moved), sentences, tmp_path / "words")
    np.testing.assert_array_equal(again.vectors, learned.vectors + 1)
    assert again.digest != learned.digest


def test_words_are_cut_into_their_longest_known_pieces() -> None:
    pieces = {"gout": 1, "arthr": 2, "##itis": 3, "a": 4}
    assert pieces_of("Gout", pieces) == (1,)
    assert pieces_of("arthritis", pieces) == (2, 3)
    assert pieces_of("xyz", pieces) == (100,)


def test_safetensors_are_read_without_running_code(tmp_path: Path) -> None:
    values = np.arange(6, dtype="<f4").reshape(2, 3)
    entry = {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}
    header = json.dumps({"__metadata__": {}, "weight": entry}).encode()
    content = len(header).to_bytes(8, "little") + header + values.tobytes()
    (tmp_path / "a.safetensors").write_bytes(content)
    assert np.array_equal(read_safetensors(tmp_path / "a.safetensors")["weight"], values)


def test_words_are_joined_as_in_a_sentence() -> None:
    assert joined_words(("sign",)) == "sign"
    assert joined_words(("sign", "disease", "drug")) == "sign, disease and drug"


def test_a_corpus_file_is_read_sentence_by_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("No\tO\ngout\tB-Disease\n\nEnd\tO\n", encoding="utf-8")
    assert read_sentences(tmp_path / "a.tsv") == (
        Sentence(("No", "gout"), ("O", "B-Disease")),
        Sentence(("End",), ("O",)),
    )


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_tunings_end_in_the_mean_of_what_they_reached(tmp_path: Path) -> None:
    write_part(tmp_path / "train.tsv", 9)
    corpus = Corpus("tiny", "tiny", ("Chemical", "Disease"))
    sentences = corpus.read(tmp_path, "train")
    knowledge = learn_words(Sources(None, None, None), sentences, tmp_path / "words")
    recipe = Recipe(epochs=1, averaged=1, tuned_epochs=2, tunings=2)
    run = Run("member", 1, tmp_path / "work", tmp_path / "shared")
    tuning = (corpus, sentences)
    model, history = train_member(knowledge, {corpus: sentences}, recipe, run, tuning)
    reached = [np.load(run.work / f"{name}-epoch-2.npz") for name in ("member", "member-2")]
    pairs = [[one[name] for one in reached] for name in reached[0].files]
    for weights, pair in zip(model.get_weights(), pairs, strict=True):
        np.testing.assert_allclose(weights, np.mean(pair, axis=0), atol=1e-6)
    assert any(not np.array_equal(one, other) for one, other in pairs)
    assert len(history) == 3


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_tiny_run_ends_in_a_package_that_the_app_runs(tmp_path: Path) -> None:
    data = tmp_path / "corpus"
    data.mkdir()
    for name, count in (("train", 18), ("dev", 9), ("test", 9)):
        write_part(data / f"{name}.tsv", count)
    output = tmp_path / "models" / "disease-chemical-tagger"
    arguments = f"--data {data} --output {output} --work {tmp_path} --epochs 2 --limit 18"
    train_disease_chemical(arguments.split())
    check_package(output, 5)


def check_package(output: Path, tags: int) -> None:
    package = load_package(output)
    assert package.is_trusted
    for case in package.manifest.golden:
        check_golden(package, case)
    assert {path.stem for path in (output / "plots").glob("*.png")} >= {"roc", "confusion"}
    golden = open_path(output / package.manifest.golden[0].input, ignore_progress)
    outcome = tag_record(package, golden, ignore_progress, ignore_gates=True)
    assert outcome.tagged is not None
    assert outcome.tagged.emissions.shape == (len(outcome.tagged.prepared.tokens), tags)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_tiny_run_with_a_companion_ends_in_a_package_that_the_app_runs(tmp_path: Path) -> None:
    data = tmp_path / "ncbi-disease"
    data.mkdir()
    for part in ("train", "dev"):
        blocks = [
            f"{number}|t|A family with {disease}.\n{number}|a|No {disease} was seen later.\n"
            f"{number}\t14\t{14 + len(disease)}\t{disease}\tSpecificDisease\tD1\n"
            for number, disease in enumerate(("gout", "asthma", "tremor", "anemia"))
        ]
        (data / f"{part}.pubtator.txt").write_text("\n".join(blocks), encoding="utf-8")
    companion = tmp_path / "bc5cdr"
    companion.mkdir()
    for name in ("train", "dev", "test"):
        write_part(companion / f"{name}.tsv", 6)
    output = tmp_path / "models" / "disease-tagger"
    arguments = f"--data {data} --output {output} --work {tmp_path / 'work'} --epochs 1 --limit 6"
    train_disease(arguments.split())
    check_package(output, 3)

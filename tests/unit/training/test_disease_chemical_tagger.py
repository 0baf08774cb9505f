"""The tagger's training: its random field, its figures, and a tiny run to a package."""

from itertools import product
from pathlib import Path

import numpy as np
import pytest

from meddx_desktop.analysis.golden import check_golden
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.inference.model_package import load_package
from meddx_desktop.inference.text_tagging import tag_record
from meddx_desktop.readers import open_path
from training.disease_chemical_tagger.__main__ import main
from training.disease_chemical_tagger.dataset import (
    Sentence,
    draw_batches,
    draw_chunks,
    read_sentences,
    spans_of_labels,
)
from training.disease_chemical_tagger.evaluate import measure
from training.disease_chemical_tagger.random_field import RandomField, path_weight_by_hand

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


def test_figures_count_only_exact_mentions() -> None:
    gold = [frozenset({(0, 2, "Disease"), (4, 5, "Chemical")}), frozenset({(1, 2, "Disease")})]
    found = [frozenset({(0, 2, "Disease"), (4, 6, "Chemical")}), frozenset[tuple[int, int, str]]()]
    figures = measure(gold, found, ("Disease", "Chemical"))
    assert (figures.precision, figures.recall) == (0.5, pytest.approx(1 / 3))
    assert figures.f1 == pytest.approx(0.4)


def test_a_corpus_file_is_read_sentence_by_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("No\tO\ngout\tB-Disease\n\nEnd\tO\n", encoding="utf-8")
    assert read_sentences(tmp_path / "a.tsv") == (
        Sentence(("No", "gout"), ("O", "B-Disease")),
        Sentence(("End",), ("O",)),
    )


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_tiny_run_ends_in_a_package_that_the_app_runs(tmp_path: Path) -> None:
    data = tmp_path / "corpus"
    data.mkdir()
    for name, count in (("train", 18), ("dev", 9), ("test", 9)):
        write_part(data / f"{name}.tsv", count)
    output = tmp_path / "models" / "disease-chemical-tagger"
    main(
        f"--data {data} --output {output} --work {tmp_path} --epochs 2 --limit 18".split(),
    )
    package = load_package(output)
    assert package.is_trusted
    for case in package.manifest.golden:
        check_golden(package, case)
    golden = open_path(output / package.manifest.golden[0].input, ignore_progress)
    outcome = tag_record(package, golden, ignore_progress, ignore_gates=True)
    assert outcome.tagged is not None
    assert outcome.tagged.emissions.shape == (len(outcome.tagged.prepared.tokens), 5)

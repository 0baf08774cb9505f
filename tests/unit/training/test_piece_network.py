"""The tagger that is a small transformer: its pieces, its rows, its states, its way to ONNX."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest

pytest.importorskip("keras")

from training.case_report_tagger.statement import STATEMENT as CASE_REPORTS
from training.tagging.corpora import Corpus
from training.tagging.ensemble import build
from training.tagging.members import Recipe, Run, train_member
from training.tagging.piece_knowledge import PIECES_FILE, SPECIAL, PieceKnowledge, learn_pieces
from training.tagging.piece_network import INNER, LAYERS
from training.tagging.sentences import Sentence
from training.tagging.spec import TaggerSpec
from training.tagging.transformer import SIZE, Transformer

WORDS = ("acute", "hepat", "##itis", "fever", "rare", "##ly")
LETTERS = "abcdehiprtuvyf"
PIECES = (*SPECIAL, "[unused1]", *LETTERS, *(f"##{one}" for one in LETTERS), *WORDS)
TEXTS = [
    ("Acute", "hepatitis"),
    ("acute",),
    ("ACUTE",),
    ("fever", "Hepatitis"),
    ("fever", "rarely"),
]


def random_transformer(seed: int = 0) -> Transformer:
    generator = np.random.default_rng(seed)

    def draw(*shape: int) -> np.ndarray:
        return generator.normal(0, 0.05, shape).astype(np.float32)

    weights = {
        "embeddings.word_embeddings.weight": draw(len(PIECES), SIZE),
        "embeddings.position_embeddings.weight": draw(512, SIZE),
        "embeddings.token_type_embeddings.weight": draw(2, SIZE),
    }
    norms = ["embeddings.LayerNorm"]
    for number in range(LAYERS):
        layer = f"encoder.layer.{number}"
        for part in ("self.query", "self.key", "self.value", "output.dense"):
            weights[f"{layer}.attention.{part}.weight"] = draw(SIZE, SIZE)
            weights[f"{layer}.attention.{part}.bias"] = draw(SIZE)
        for part, shape in (("intermediate", (INNER, SIZE)), ("output", (SIZE, INNER))):
            weights[f"{layer}.{part}.dense.weight"] = draw(*shape)
            weights[f"{layer}.{part}.dense.bias"] = draw(shape[0])
        norms += [f"{layer}.attention.output.LayerNorm", f"{layer}.output.LayerNorm"]
    for norm in norms:
        weights[f"{norm}.weight"], weights[f"{norm}.bias"] = 1 + draw(SIZE), draw(SIZE)
    return Transformer(weights, {piece: number for number, piece in enumerate(PIECES)})


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> PieceKnowledge:
    count = len(PIECES) - 3
    return learn_pieces(random_transformer(), TEXTS, count, tmp_path_factory.mktemp("pieces"))


def test_the_pieces_that_texts_need_are_kept_with_their_vectors(knowledge) -> None:
    pieces = (knowledge.folder / PIECES_FILE).read_text(encoding="utf-8").split("\n")
    assert tuple(pieces[:4]) == SPECIAL
    assert "[unused1]" not in pieces
    # All single characters stay; of the others the rarest two go.
    assert [one for one in WORDS if one not in pieces] == ["rare", "##ly"]
    table = knowledge.transformer.weights["embeddings.word_embeddings.weight"]
    whole = random_transformer().weights["embeddings.word_embeddings.weight"]
    assert np.array_equal(table[pieces.index("fever")], whole[PIECES.index("fever")])
    assert knowledge.is_unknown(("fever", "hepatitis", "rarely", "xx")).tolist() == [0, 0, 1, 1]


def test_rows_say_where_each_word_begins(knowledge) -> None:
    sentences = [
        Sentence(("Acute", "hepatitis", "fever"), ("O", "B-D", "O"), 0),
        Sentence(("fever",), ("B-D",), 1),
    ]
    corpus = knowledge.encode(sentences, ("O", "B-D", "I-D"))
    inputs, tags = knowledge.assemble(corpus, corpus.prepared.chunks)
    assert inputs["first"].tolist() == [[1, 2, 4], [1, 0, 0]]
    assert inputs["attention_mask"].tolist() == [[1] * 6, [1, 1, 1, 0, 0, 0]]
    assert tags.tolist() == [[0, 1, 0], [1, -1, -1]]
    emissions = np.arange(2 * 6 * 3, dtype=np.float32).reshape(2, 6, 3)
    words = knowledge.of_words(emissions, inputs)
    assert words[0].tolist() == emissions[0, [1, 2, 4]].tolist()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_tuned_transformer_learns_and_says_in_eight_bits_what_it_learned(
    knowledge, tmp_path: Path
) -> None:
    corpus = Corpus("tiny", "tiny", ("D",))
    sentences = [
        Sentence(words, tuple("B-D" if one == "fever" else "O" for one in words), place)
        for place, words in enumerate([("acute", "fever"), ("fever",), ("hepatitis", "acute")] * 24)
    ]
    recipe = Recipe(epochs=6, maximum_tokens=4, batch_tokens=6, learning_rate=3e-4, averaged=1)
    run = Run("member", 1, tmp_path / "work", tmp_path / "shared")
    member, history = train_member(knowledge, {corpus: tuple(sentences)}, recipe, run)
    assert history[-1]["loss"] < 0.5 * history[0]["loss"]

    spec = TaggerSpec("tiny", corpus, {"D": "disease"}, CASE_REPORTS, {}, "disease")
    network = build(spec, [member], knowledge).network
    assert len(network) < 1.1 * (LAYERS * (4 * SIZE * SIZE + 2 * SIZE * INNER) + 256 * SIZE * 2)
    session = onnxruntime.InferenceSession(network, providers=["CPUExecutionProvider"])
    encoded = knowledge.encode(sentences[:3], corpus.tags)
    for chunk in encoded.prepared.chunks:
        inputs, tags = knowledge.assemble(encoded, [chunk])
        given = {one.name: inputs[one.name] for one in knowledge.inputs}
        found = knowledge.of_words(session.run(["emissions"], given)[0], inputs)
        wanted = member(inputs, training=False)["tiny"]
        np.testing.assert_allclose(found, wanted, atol=0.1)
        assert np.array_equal(found.argmax(axis=-1), tags)

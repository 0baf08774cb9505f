"""A trained ensemble as the package carries it: an ONNX network, words and a random field."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from meddx_desktop.inference.manifest import Output, OutputRole, Tensor
from meddx_desktop.inference.random_field import RandomField
from meddx_desktop.inference.text_tagging import TaggedText, decode_chunks, equal_length_batches
from meddx_desktop.preprocessing.text import SHAPE_FEATURES
from training.command_line import say
from training.export import compare_with_keras, convert_network
from training.half_precision import store_half
from training.tagging.corpora import Corpus
from training.tagging.encoding import EncodedCorpus, assemble
from training.tagging.figures import decode
from training.tagging.members import field_of
from training.tagging.network import Tagger, build_ensemble
from training.tagging.sentences import Sentence
from training.tagging.spec import TaggerSpec
from training.tagging.words import NAME_LISTS, WORD_LENGTH, WordKnowledge

_TOKENS: tuple[int | None, ...] = (None, None)
_TOKEN_AXES = ("batch", "token")
INPUTS = (
    Tensor(name="words", axes=_TOKEN_AXES, shape=_TOKENS, dtype="int32"),
    Tensor(name="characters", axes=("word", "character"), shape=(None, WORD_LENGTH), dtype="int32"),
    Tensor(name="spelling", axes=_TOKEN_AXES, shape=_TOKENS, dtype="int32"),
    Tensor(
        name="shape",
        axes=(*_TOKEN_AXES, "feature"),
        shape=(*_TOKENS, SHAPE_FEATURES),
        dtype="float32",
        value_range=(0.0, 1.0),
    ),
    Tensor(
        name="names",
        axes=(*_TOKEN_AXES, "feature"),
        shape=(*_TOKENS, 4 * len(NAME_LISTS)),
        dtype="float32",
        value_range=(0.0, 1.0),
    ),
)


def outputs_of(corpus: Corpus) -> tuple[Output, ...]:
    """Return what the network of a corpus' head says."""
    return (
        Output(
            name="emissions",
            axes=(*_TOKEN_AXES, "class"),
            shape=(*_TOKENS, len(corpus.tags)),
            dtype="float32",
            value_range=(-200.0, 200.0),
            role=OutputRole.EMISSIONS,
        ),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Ensemble:
    """The network in half precision with what decodes it; figures are taken through it."""

    spec: TaggerSpec
    network: bytes
    knowledge: WordKnowledge
    field: RandomField

    def encode(self, sentences: Sequence[Sentence]) -> EncodedCorpus:
        """Prepare sentences with the app's own operations."""
        return self.knowledge.encode(sentences, self.spec.corpus.tags)

    def decode(self, corpus: EncodedCorpus) -> TaggedText:
        """Run over the documents, in the chunks that the app would make."""
        return decode(self.emissions(corpus), corpus, self.field, self.spec.postprocessing)

    def decode_alone(self, corpus: EncodedCorpus) -> TaggedText:
        """Run over each sentence as if it were a whole record."""
        prepared = replace(corpus.prepared, chunks=corpus.ranges)
        emissions = self.emissions(replace(corpus, prepared=prepared))
        return decode_chunks(emissions, prepared, self.field)

    def emissions(self, corpus: EncodedCorpus) -> NDArray[np.float32]:
        """Return the emissions of every token, shape (tokens, tags)."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(
            self.network, options, providers=["CPUExecutionProvider"]
        )
        emissions = np.zeros((len(corpus.tags), len(self.spec.corpus.tags)), np.float32)
        for batch in equal_length_batches(corpus.prepared.chunks):
            inputs, _ = assemble(corpus, batch, "spelling")
            (values,) = session.run(["emissions"], inputs)
            for row, (start, end) in enumerate(batch):
                emissions[start:end] = values[row]
        return emissions


def build(spec: TaggerSpec, members: Sequence[Tagger], knowledge: WordKnowledge) -> Ensemble:
    """Export the members' mean, compare it with Keras, and round its weights.

    Raises
    ------
    DisagreementError : ONNX does not give what Keras gives.
    """
    model = build_ensemble(members, knowledge.network_spec(), spec.corpus.folder)
    network = convert_network(model, INPUTS, ("emissions",))
    sentence = Sentence(("Lithium", "causes", "tremor", "."), ("O",) * 4)
    corpus = knowledge.encode([sentence], spec.corpus.tags)
    inputs, _ = assemble(corpus, corpus.ranges, "spelling")
    samples = {tensor.name: inputs[tensor.name] for tensor in INPUTS}
    say(f"Keras and ONNX differ by {compare_with_keras(model, network, samples):.1e}")
    return Ensemble(spec, store_half(network), knowledge, field_of(members, spec.corpus))

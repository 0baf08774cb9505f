"""A trained ensemble as the package carries it: an ONNX network, words and a random field."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from meddx_desktop.inference.manifest import Output, OutputRole
from meddx_desktop.inference.random_field import RandomField
from meddx_desktop.inference.text_tagging import TaggedText, decode_chunks, equal_length_batches
from training.command_line import say
from training.export import compare_with_keras, convert_network
from training.tagging.corpora import Corpus
from training.tagging.encoding import EncodedCorpus
from training.tagging.figures import decode
from training.tagging.knowledge import Knowledge
from training.tagging.members import field_of
from training.tagging.network import Tagger
from training.tagging.sentences import Sentence
from training.tagging.spec import TaggerSpec


def outputs_of(corpus: Corpus, axis: str) -> tuple[Output, ...]:
    """Return what the network of a corpus' head says of each "token" or "piece"."""
    return (
        Output(
            name="emissions",
            axes=("batch", axis, "class"),
            shape=(None, None, len(corpus.tags)),
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
    knowledge: Knowledge
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
            inputs, _ = self.knowledge.assemble(corpus, batch)
            given = {one.name: inputs[one.name] for one in self.knowledge.inputs}
            (values,) = session.run(["emissions"], given)
            for row, of_words in zip(batch, self.knowledge.of_words(values, inputs), strict=True):
                emissions[slice(*row)] = of_words
        return emissions


def build(spec: TaggerSpec, members: Sequence[Tagger], knowledge: Knowledge) -> Ensemble:
    """Export the members' mean, compare it with Keras, and round its weights.

    Raises
    ------
    DisagreementError : ONNX does not give what Keras gives.
    """
    model = knowledge.join(members, spec.corpus.folder)
    network = convert_network(model, knowledge.inputs, ("emissions",))
    sentence = Sentence(("Lithium", "causes", "tremor", "."), ("O",) * 4)
    corpus = knowledge.encode([sentence], spec.corpus.tags)
    inputs, _ = knowledge.assemble(corpus, corpus.ranges)
    samples = {tensor.name: inputs[tensor.name] for tensor in knowledge.inputs}
    say(f"Keras and ONNX differ by {compare_with_keras(model, network, samples):.1e}")
    return Ensemble(spec, knowledge.round(network), knowledge, field_of(members, spec.corpus))

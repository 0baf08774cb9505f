"""What a tagger knows of words before it is trained, whatever network reads them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import keras
import numpy as np
from numpy.typing import NDArray

from meddx_desktop.inference.manifest import Tensor
from meddx_desktop.preprocessing.text import TextOperation
from training.tagging.encoding import Batch, EncodedCorpus
from training.tagging.network import Tagger
from training.tagging.sentences import Sentence


class Knowledge(Protocol):
    """Words or pieces of words with their vectors; its files lie in `folder`."""

    @property
    def folder(self) -> Path:
        """Where the files that `operations` name lie."""

    @property
    def digest(self) -> str:
        """What tells these vectors from others: a network knows only those it learned with."""

    @property
    def operations(self) -> tuple[TextOperation, ...]:
        """The app's preprocessing."""

    @property
    def inputs(self) -> tuple[Tensor, ...]:
        """The inputs of an exported network."""

    @property
    def output_axis(self) -> str:
        """What an exported network says something about: each "token" or each "piece"."""

    @property
    def files(self) -> Mapping[str, bytes]:
        """The files that a package needs."""

    def encode(self, sentences: Sequence[Sentence], tags: Sequence[str]) -> EncodedCorpus:
        """Prepare sentences with the app's own operations."""

    def assemble(self, corpus: EncodedCorpus, chunks: Sequence[tuple[int, int]]) -> Batch:
        """Return the padded inputs and tags of a batch; padding has tag -1."""

    def of_words(
        self, emissions: NDArray[np.float32], inputs: Mapping[str, NDArray[np.generic]]
    ) -> NDArray[np.float32]:
        """Return an exported network's emissions for each word, shape (batch, words, tags)."""

    def build(self, heads: Mapping[str, int], seed: int) -> Tagger:
        """Return a network for training; `heads` gives the tags of each."""

    def join(self, members: Sequence[Tagger], head: str) -> keras.Model:
        """Return the members' mean emissions by one head as a network for export."""

    def round(self, network: bytes) -> bytes:
        """Return the exported network with the weights that the package stores."""

    def is_unknown(self, words: Sequence[str]) -> NDArray[np.bool_]:
        """Return which words the gate calls unknown."""

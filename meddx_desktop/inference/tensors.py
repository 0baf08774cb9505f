"""Inputs and outputs of a network, as a manifest declares them."""

from enum import StrEnum
from typing import Literal

from meddx_desktop.inference.record import Record


class OutputRole(StrEnum):
    """What an output of the network means.

    A `state` goes into the next step or network under the name of an input.
    """

    LOGITS = "logits"
    ACTIVATION_MAP = "activation_map"
    FEATURES = "features"
    EMISSIONS = "emissions"
    STATE = "state"
    VOICE_PROBABILITY = "voice_probability"


class Tensor(Record):
    """An input of the network; a dimension of None is free.

    `axes` names each dimension: batch, row, column, channel, time, frequency, token, character.
    """

    name: str
    axes: tuple[str, ...]
    shape: tuple[int | None, ...]
    dtype: Literal["float32", "int32", "int64"]
    value_range: tuple[float, float] | None = None


class Output(Tensor):
    """An output of the network with its role."""

    role: OutputRole

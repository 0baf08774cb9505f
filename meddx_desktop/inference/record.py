"""The base of every block of a manifest."""

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """A frozen block of the manifest that refuses unknown keys and numbers that are none."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

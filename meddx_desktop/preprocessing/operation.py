"""The base of every preprocessing operation."""

from pydantic import BaseModel, ConfigDict


class Operation(BaseModel):
    """Declared parameters of one operation; each has exactly one numpy function beside it.

    Subclasses set `op` to a literal name, which is what `package.json` says. Parameters have no
    hidden constants: whatever changes the tensor is a field.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

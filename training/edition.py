"""What a package calls itself."""

from collections.abc import Mapping
from dataclasses import dataclass

from meddx_desktop.inference.manifest import Label


@dataclass(frozen=True, slots=True)
class Edition:
    """A model's identity, its version, what each version brought, and for whom it is made."""

    model_id: str
    version: str
    changelog: Mapping[str, str]
    label: Label

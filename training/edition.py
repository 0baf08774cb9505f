"""What a package calls itself."""

from collections.abc import Mapping
from dataclasses import dataclass

from meddx_desktop.inference.manifest import Label

# What a version brought that only amended the card of the one before.
EVIDENCE_TESTED = "The same network; the card also tests the evidence."
REFERENCE_ADDED = "The same network; the card also holds the reference network."


@dataclass(frozen=True, slots=True)
class Edition:
    """A model's identity, what each version brought, the present one last, and for whom it is."""

    model_id: str
    changelog: Mapping[str, str]
    label: Label

    @property
    def version(self) -> str:
        """The present version."""
        return tuple(self.changelog)[-1]

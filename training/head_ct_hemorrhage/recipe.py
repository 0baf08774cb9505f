"""How the members are trained, as one record."""

from dataclasses import dataclass, field, replace

from training.command_line import TrainingOptions
from training.head_ct_hemorrhage.augmentation import SliceAugmentation


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the members are trained.

    `copies` is the number of augmented copies in the bank, `without_bleed` that of slices without
    a bleed in each. `place_weight` weighs the loss of the map against that of the scores,
    `first_weight` the loss of "any bleed" against each of the kinds. `linear_share` is the weight
    of the linear member.
    """

    copies: int = 8
    without_bleed: int = 650
    epochs: int = 12
    batch_size: int = 32
    learning_rate: float = 2e-3
    weight_decay: float = 1e-3
    smoothing: float = 0.04
    place_weight: float = 1.0
    first_weight: float = 4.0
    linear_share: float = 0.3
    linear_strength: float = 0.0005
    augmentation: SliceAugmentation = field(default_factory=SliceAugmentation)

    def for_options(self, options: TrainingOptions) -> "Recipe":
        """Return the recipe with what the person asked for; a trial has two copies."""
        recipe = self if options.limit is None else replace(self, copies=2)
        return recipe if options.epochs is None else replace(recipe, epochs=options.epochs)

    @property
    def of_the_bank(self) -> str:
        """What the bank depends on, in words."""
        return f"{self.copies} {self.without_bleed} {self.augmentation!r}"

    @property
    def of_a_member(self) -> str:
        """What one member depends on, in words: the weighing of members is no part of it."""
        return repr(replace(self, linear_share=0.0, linear_strength=1.0))

"""How the members are trained, as one record."""

from dataclasses import dataclass, field, replace

from training.command_line import TrainingOptions
from training.head_ct_hemorrhage.augmentation import SliceAugmentation


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the members are trained.

    `folds` is the number of members; where it is less than the set's five folds, these are put
    together. `copies` is the number of augmented copies in the bank, `without_bleed` that of
    slices without a bleed in each. `place_weight` weighs the loss of the map against that of the
    scores, `first_weight` the loss of "any bleed" against each of the kinds. `linear_strength` is
    the inverse of the linear member's regularization, `linear_copies` the number of copies that
    it learns from.
    """

    folds: int = 5
    copies: int = 12
    without_bleed: int = 550
    epochs: int = 36
    batch_size: int = 32
    learning_rate: float = 1.5e-3
    smoothing: float = 0.04
    place_weight: float = 1.0
    first_weight: float = 4.0
    linear_strength: float = 0.0005
    linear_copies: int = 4
    augmentation: SliceAugmentation = field(default_factory=SliceAugmentation)

    def for_options(self, options: TrainingOptions) -> "Recipe":
        """Return the recipe with what the person asked for; a trial has two folds and copies."""
        recipe = self if options.limit is None else replace(self, folds=2, copies=2)
        return recipe if options.epochs is None else replace(recipe, epochs=options.epochs)

    @property
    def of_the_bank(self) -> str:
        """What the bank depends on, in words."""
        return f"{self.copies} {self.without_bleed} {self.augmentation!r}"

    @property
    def of_a_member(self) -> str:
        """What one member depends on, in words: the linear one is no part of it."""
        return repr(replace(self, linear_strength=1.0, linear_copies=0))

"""How the members of an ensemble are trained: one record a model."""

from dataclasses import dataclass, field, replace

from training.command_line import TrainingOptions
from training.image_augmentation import Augmentation


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the members are trained.

    `members` is the number of folds that get a tuned member, None for all; what is held out is
    then known for their patients alone. `variants` is the number of augmented copies of each
    picture in the bank, `smoothing` moves labels towards ignorance, `mixing` is the parameter of
    mixup's beta distribution (0: none), `linear_share` the weight of the linear member (None: the
    one that ranks held-out patients best), `linear_strength` the inverse of its regularization,
    `linear_copies` the number of augmented copies that it learns from.
    """

    folds: int = 5
    members: int | None = None
    variants: int = 12
    epochs: int = 8
    batch_size: int = 32
    learning_rate: float = 1e-3
    smoothing: float = 0.05
    mixing: float = 0.3
    linear_share: float | None = None
    linear_strength: float = 0.01
    linear_copies: int = 4
    augmentation: Augmentation = field(default_factory=Augmentation)

    def for_options(self, options: TrainingOptions) -> "Recipe":
        """Return the recipe with what the person asked for; a trial has two folds, few copies."""
        recipe = self if options.limit is None else replace(self, folds=2, variants=2)
        return recipe if options.epochs is None else replace(recipe, epochs=options.epochs)

    @property
    def of_a_member(self) -> str:
        """What one tuned member depends on, in words: the weighing of members is no part of it."""
        alone = replace(self, members=None, linear_share=0.0, linear_strength=1.0, linear_copies=0)
        return repr(alone)

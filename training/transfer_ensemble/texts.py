"""What the written parts of several image models have in common."""

from meddx_desktop.inference.manifest import Accepts, QualityLimit

DEVELOPER = "The MedDx Desktop authors"
FUNDING = "None"
MAINTENANCE = "Retrained by one command from the public data; figures are measured anew."
UPDATE_SCHEDULE = "With releases of MedDx Desktop"
NO_ATTRIBUTES = "Not possible: the pictures carry no attributes of the patients."
EFFICIENTNET = (
    "Tan M, Le QV. EfficientNet: rethinking model scaling for convolutional neural networks. "
    "ICML 2019. ImageNet weights of EfficientNet-Lite0: Apache-2.0."
)
SMALLEST_SIDE = 112


def accept_chest_films(youngest: float, oldest: float) -> Accepts:
    """Return what a model of frontal chest films accepts; ages in years."""
    return Accepts(
        modalities=("CR", "DX", "RG"),
        body_parts=("CHEST", "THORAX", "LUNG"),
        view_positions=("AP", "PA"),
        age_years=(youngest, oldest),
        minimum_rows=SMALLEST_SIDE,
        minimum_columns=SMALLEST_SIDE,
        maximum_frames=1,
    )


def require_structure(deviation: float, answer: str) -> tuple[QualityLimit, ...]:
    """Return the limit below which a picture shows next to nothing."""
    return (QualityLimit(measure="standard_deviation", minimum=deviation, answer=answer),)


CHEST_QUALITY = require_structure(
    0.05, "The film shows next to no structure. Open a film of the whole chest."
)

"""The gate over unknown words: names and numbers must pass, other languages must not."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from meddx_desktop.inference.manifest import OutOfDistribution
from meddx_desktop.preprocessing.tokens import tokenize
from training.out_of_distribution import rate_negatives
from training.phi_redaction.dataset import AnnotatedText
from training.tagging.gate import (
    OTHER_LANGUAGES,
    clinical_notes,
    lacks,
    random_texts,
    unknown_rates,
)

_INSIDE_QUANTILE = 0.99


def fit_gate(
    texts: Sequence[AnnotatedText], set_folder: Path | None, words_file: Path
) -> OutOfDistribution:
    """Set the limit midway between texts of the kind and other languages; report both sides.

    `texts` should hold short ones that are mostly names, such as headers: they must pass.
    """
    is_unknown = lacks(words_file)
    known = [*(tokenize(one.text).words for one in texts), *clinical_notes(set_folder)]
    inside = unknown_rates(known, is_unknown)
    outside = {
        name: unknown_rates((tokenize(text).words for text in own), is_unknown)
        for name, own in OTHER_LANGUAGES.items()
    }
    outside["Random letters"] = unknown_rates(random_texts(), is_unknown)
    nearest = min(float(rates.min()) for rates in outside.values())
    limit = round((float(np.quantile(inside, _INSIDE_QUANTILE)) + nearest) / 2, 3)
    return OutOfDistribution(
        method="token_rate",
        limit=limit,
        false_refusals=float((inside > limit).mean()),
        false_refusals_items=len(inside),
        negatives=tuple(
            rate_negatives(name, inside, rates, limit) for name, rates in outside.items()
        ),
    )

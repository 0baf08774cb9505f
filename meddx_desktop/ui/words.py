"""The words for what models say, in the person's language."""

from collections import Counter

from meddx_desktop.case.finding import (
    MENTION_LIKELY,
    MENTION_POSSIBLE,
    Assertion,
    Compatibility,
    ConformalSet,
    Entity,
    EntityMeasure,
    Finding,
    OperatingPoint,
    OutOfDistribution,
    Word,
    mention_word,
)
from meddx_desktop.ui.reviews import Review
from meddx_desktop.ui.translations import mark, translate
from meddx_desktop.ui.verdict import Verdict

# A different shape for each word, so that none depends on color.
WORD_SIGNS = {Word.LIKELY: "▲", Word.POSSIBLE: "◆", Word.UNLIKELY: "▽"}
_WORDS = {
    Word.LIKELY: mark("Words", "Likely"),
    Word.POSSIBLE: mark("Words", "Possible"),
    Word.UNLIKELY: mark("Words", "Unlikely"),
}
_VERDICTS = {
    Verdict.OPEN: mark("Words", "Not reviewed"),
    Verdict.ACCEPTED: mark("Words", "✔ Accepted"),
    Verdict.CHANGED: mark("Words", "✎ Changed"),
    Verdict.REJECTED: mark("Words", "✖ Rejected"),
}
_COMPATIBILITIES = {
    Compatibility.PRESENT: mark("Words", "present"),
    Compatibility.ABSENT: mark("Words", "absent"),
    Compatibility.BOTH: mark("Words", "present as well as absent: the model cannot tell"),
    Compatibility.NEITHER: mark("Words", "neither present nor absent: the model cannot tell"),
}
ASSERTION_NAMES = {
    "present": mark("Words", "present"),
    "negated": mark("Words", "negated"),
    "historical": mark("Words", "historical"),
    "hypothetical": mark("Words", "hypothetical"),
    "family": mark("Words", "family"),
    "uncertain": mark("Words", "uncertain"),
}


def word_text(word: Word) -> str:
    """Return "Likely", "Possible" or "Unlikely"."""
    return translate("Words", _WORDS[word])


def verdict_text(review: Review) -> str:
    """Return the doctor's verdict, with the doctor's own word where it differs."""
    text = translate("Words", _VERDICTS[review.verdict])
    if review.word is not None:
        text = f"{text}: {word_text(review.word)}"
    return f"{text} – {review.note}" if review.note else text


def percent(fraction: float) -> str:
    """Return a whole percentage; the ends stay open, because no model is ever certain."""
    if fraction < 0.01:
        return "< 1 %"
    return "> 99 %" if fraction > 0.99 else f"{fraction:.0%}".replace("%", " %")


def _measured(fraction: float) -> str:
    """Return a measured share, which may well be all or none."""
    return f"{fraction:.0%}".replace("%", " %")


def operating_point_text(point: OperatingPoint) -> str:
    """Return the threshold and what it reached."""
    text = translate(
        "Words",
        "Threshold {threshold}: sensitivity {sensitivity} ({low}–{high}), "
        "specificity {specificity} ({lower}–{upper})",
    )
    return text.format(
        threshold=percent(point.threshold),
        sensitivity=_measured(point.sensitivity),
        low=f"{point.sensitivity_interval[0]:.0%}".rstrip("%"),
        high=f"{point.sensitivity_interval[1]:.0%}".rstrip("%"),
        specificity=_measured(point.specificity),
        lower=f"{point.specificity_interval[0]:.0%}".rstrip("%"),
        upper=f"{point.specificity_interval[1]:.0%}".rstrip("%"),
    )


def conformal_text(conformal: ConformalSet) -> str:
    """Return which answers are compatible with the input, and how often that held."""
    text = translate(
        "Words",
        "Conformal set at {goal}: {answers}. On {items} inputs with known truth it held the truth "
        "in {coverage}.",
    )
    return text.format(
        goal=_measured(conformal.coverage_goal),
        answers=translate("Words", _COMPATIBILITIES[conformal.compatible_with]),
        items=conformal.items,
        coverage=_measured(conformal.measured_coverage),
    )


def finding_sentence(finding: Finding) -> str:
    """Return a finding in one sentence, for screen readers."""
    text = translate("Words", "{concept}: {word}, {probability}. {point} in {group}")
    return text.format(
        concept=finding.concept.meaning,
        word=word_text(finding.word),
        probability=percent(finding.probability),
        point=operating_point_text(finding.operating_point),
        group=finding.operating_point.reference_group,
    )


def mention_certainty(entity: Entity) -> str:
    """Return the word for a mention with its probability."""
    return f"{word_text(mention_word(entity.probability))} {percent(entity.probability)}"


def mention_reference(measures: tuple[EntityMeasure, ...]) -> str:
    """Return by what rule mentions get their word and what the tagger reached, in one line."""
    rule = translate("Words", "Likely from {likely}, possible from {possible}.").format(
        likely=_measured(MENTION_LIKELY), possible=_measured(MENTION_POSSIBLE)
    )
    text = translate("Words", "{kind}: precision {precision}, recall {recall}")
    groups: dict[str, list[str]] = {}
    for measure in measures:
        figures = text.format(
            kind=measure.entity_type,
            precision=_measured(measure.precision),
            recall=_measured(measure.recall),
        )
        groups.setdefault(measure.reference_group, []).append(figures)
    return " ".join([rule, *(f"{'; '.join(said)} ({name})." for name, said in groups.items())])


def distribution_text(distribution: OutOfDistribution) -> str:
    """Return how unlike the training data an input is."""
    text = translate("Words", "Distance from the training data {value:.3g}, limit {limit:.3g}")
    return text.format(value=distribution.value, limit=distribution.limit)


def assertion_keys(assertion: Assertion) -> tuple[str, ...]:
    """Return the axes that hold; "present" when none does."""
    axes = ("negated", "historical", "hypothetical", "family", "uncertain")
    return tuple(axis for axis in axes if getattr(assertion, axis)) or ("present",)


def assertion_text(assertion: Assertion) -> str:
    """Return what the record says about a mention."""
    return ", ".join(translate("Words", ASSERTION_NAMES[key]) for key in assertion_keys(assertion))


def entity_summary(entities: tuple[Entity, ...]) -> str:
    """Return how many mentions of each type were found."""
    counts = Counter(entity.entity_type for entity in entities)
    parts = [f"{kind} {count}" for kind, count in sorted(counts.items())]
    text = translate("Words", "Mentions: {counts}. They are marked in the text.")
    return text.format(counts=", ".join(parts))

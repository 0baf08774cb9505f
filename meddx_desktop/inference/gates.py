"""The gates before inference: whether an input is what the model was made for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

from meddx_desktop.case.age import age_in_words
from meddx_desktop.case.audio_clip import AudioClip
from meddx_desktop.case.case import CaseItem
from meddx_desktop.case.finding import OutOfDistribution
from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.case.text_record import TextRecord
from meddx_desktop.case.waveform_record import WaveformRecord
from meddx_desktop.inference.manifest import Accepts, Fact

REGION_GATE = "region"
QUALITY_GATE = "quality"
DISTRIBUTION_GATE = "out_of_distribution"
# DICOM's word for a picture of which nobody says how it was made; raster films carry it.
_OTHER_MODALITY = "OT"


@dataclass(frozen=True, slots=True)
class InputFacts:
    """What is known about an input before it is read; None where the file does not say."""

    modality: str | None = None
    body_part: str | None = None
    view_position: str | None = None
    age_years: float | None = None
    rows: int | None = None
    columns: int | None = None
    frames: int | None = None
    duration_s: float | None = None
    sampling_frequency: int | None = None
    language: str | None = None
    characters: int | None = None
    has_region: bool = False


@dataclass(frozen=True, slots=True)
class ClosedGate:
    """A gate that refuses an input: its name and the sentence for the person."""

    gate: str
    sentence: str


def facts_of(item: CaseItem, *, has_region: bool = False) -> InputFacts:
    """Return what the files say; `has_region` when the person drew a box or chose the whole."""
    match item:
        case ImageSeries():
            return InputFacts(
                modality=None if item.modality == _OTHER_MODALITY else item.modality or None,
                body_part=item.body_part or None,
                view_position=item.view_position or None,
                age_years=item.patient.age_years,
                rows=item.rows,
                columns=item.columns,
                frames=len(item.frames),
                has_region=has_region,
            )
        case TextRecord():
            return InputFacts(
                age_years=item.patient.age_years,
                language=item.language,
                characters=len(item.text),
            )
        case AudioClip():
            return InputFacts(
                age_years=item.patient.age_years,
                duration_s=item.duration_s,
                sampling_frequency=item.sampling_frequency,
            )
        case WaveformRecord():
            return InputFacts(modality=item.modality or None, age_years=item.patient.age_years)
        case _:
            assert_never(item)


def reads_examination(accepts: Accepts, facts: InputFacts) -> bool:
    """Return whether the model is made for this modality and body part, where these are known."""
    return _modality(accepts, facts) is None and _body_part(accepts, facts) is None


def closed_gates(accepts: Accepts, facts: InputFacts) -> tuple[ClosedGate, ...]:
    """Return every gate that refuses the input, in the order in which they are declared."""
    gates = (check(accepts, facts) for check in _CHECKS)
    return tuple(gate for gate in gates if gate is not None)


def unchecked_limits(accepts: Accepts, facts: InputFacts) -> tuple[str, ...]:
    """Return a sentence for each declared limit that nobody checked: the file does not say.

    A fact that the model requires is left out; without it the gate closes.
    """
    declared: tuple[tuple[Fact, str, object, str], ...] = (
        ("modality", "its modality", facts.modality, ", ".join(accepts.modalities)),
        ("body_part", "its body part", facts.body_part, ", ".join(accepts.body_parts)),
        (
            "view_position",
            "its view position",
            facts.view_position,
            ", ".join(accepts.view_positions),
        ),
        (
            "age",
            "the patient's age",
            facts.age_years,
            _ages(accepts.age_years) if accepts.age_years else "",
        ),
        ("language", "its language", facts.language, ", ".join(accepts.languages)),
    )
    return tuple(
        f"The file does not say {what}; this model is made for {limit}."
        for name, what, fact, limit in declared
        if limit and fact is None and name not in accepts.requires
    )


def distribution_gates(distribution: OutOfDistribution | None) -> tuple[ClosedGate, ...]:
    """Return the closed gate of an input outside the training distribution, or nothing."""
    if distribution is None or distribution.is_inside:
        return ()
    return (
        ClosedGate(
            DISTRIBUTION_GATE,
            f"The input is unlike the data that this model learned from (distance "
            f"{distribution.value:.3g}, limit {distribution.limit:.3g}).",
        ),
    )


def _one_of(
    gate: str, fact: str | None, allowed: tuple[str, ...], *, is_required: bool, what: str
) -> ClosedGate | None:
    if fact is None:
        if not is_required:
            return None
        return ClosedGate(
            gate, f"The file does not say its {what}, which this model needs to know."
        )
    if not allowed or fact.casefold() in {word.casefold() for word in allowed}:
        return None
    return ClosedGate(gate, f"The {what} is {fact}; this model is made for {', '.join(allowed)}.")


def _modality(accepts: Accepts, facts: InputFacts) -> ClosedGate | None:
    required = "modality" in accepts.requires
    return _one_of(
        "modality", facts.modality, accepts.modalities, is_required=required, what="modality"
    )


def _body_part(accepts: Accepts, facts: InputFacts) -> ClosedGate | None:
    required = "body_part" in accepts.requires
    return _one_of(
        "body_part", facts.body_part, accepts.body_parts, is_required=required, what="body part"
    )


def _view_position(accepts: Accepts, facts: InputFacts) -> ClosedGate | None:
    required = "view_position" in accepts.requires
    return _one_of(
        "view_position",
        facts.view_position,
        accepts.view_positions,
        is_required=required,
        what="view position",
    )


def _language(accepts: Accepts, facts: InputFacts) -> ClosedGate | None:
    required = "language" in accepts.requires
    return _one_of(
        "language", facts.language, accepts.languages, is_required=required, what="language"
    )


def _age(accepts: Accepts, facts: InputFacts) -> ClosedGate | None:
    if facts.age_years is None:
        if "age" not in accepts.requires:
            return None
        return ClosedGate(
            "age", "The file does not say the patient's age, which this model needs to know."
        )
    if accepts.age_years is None or accepts.age_years[0] <= facts.age_years <= accepts.age_years[1]:
        return None
    return ClosedGate(
        "age",
        f"The patient is {age_in_words(facts.age_years)} old; this model is made for "
        f"{_ages(accepts.age_years)}.",
    )


def _ages(limits: tuple[float, float]) -> str:
    return f"ages from {limits[0]:g} to {limits[1]:g} years"


def _size(accepts: Accepts, facts: InputFacts) -> ClosedGate | None:
    for what, fact, limit in (
        ("rows", facts.rows, accepts.minimum_rows),
        ("columns", facts.columns, accepts.minimum_columns),
    ):
        if fact is not None and limit is not None and fact < limit:
            return ClosedGate(
                "size", f"The image has {fact} {what}; this model needs at least {limit}."
            )
    return None


def _frames(accepts: Accepts, facts: InputFacts) -> ClosedGate | None:
    limit = accepts.maximum_frames
    if facts.frames is None or limit is None or facts.frames <= limit:
        return None
    return ClosedGate(
        "frames", f"The series has {facts.frames} frames; this model takes at most {limit}."
    )


def _duration(accepts: Accepts, facts: InputFacts) -> ClosedGate | None:
    if facts.duration_s is None:
        return None
    shortest, longest = accepts.minimum_duration_s, accepts.maximum_duration_s
    if shortest is not None and facts.duration_s < shortest:
        limit = f"needs at least {shortest:g} s"
    elif longest is not None and facts.duration_s > longest:
        limit = f"takes at most {longest:g} s"
    else:
        return None
    return ClosedGate(
        "duration", f"The recording lasts {facts.duration_s:.1f} s; this model {limit}."
    )


def _sampling_frequency(accepts: Accepts, facts: InputFacts) -> ClosedGate | None:
    fact, limit = facts.sampling_frequency, accepts.minimum_sampling_frequency
    if fact is None or limit is None or fact >= limit:
        return None
    return ClosedGate(
        "sampling_frequency",
        f"The recording was sampled at {fact} Hz; this model needs at least {limit} Hz.",
    )


def _characters(accepts: Accepts, facts: InputFacts) -> ClosedGate | None:
    fact, limit = facts.characters, accepts.minimum_characters
    if fact is None or limit is None or fact >= limit:
        return None
    return ClosedGate(
        "characters", f"The record has {fact} characters; this model needs at least {limit}."
    )


def _region(accepts: Accepts, facts: InputFacts) -> ClosedGate | None:
    if accepts.region != "required" or facts.has_region:
        return None
    return ClosedGate(
        REGION_GATE,
        "This model looks at one region: draw a box around it, or choose the whole image.",
    )


_CHECKS: tuple[Callable[[Accepts, InputFacts], ClosedGate | None], ...] = (
    _modality,
    _body_part,
    _view_position,
    _age,
    _size,
    _frames,
    _duration,
    _sampling_frequency,
    _language,
    _characters,
    _region,
)

"""What models say about each slice of a series, made ready for the strip above the slider."""

from collections.abc import Iterable
from dataclasses import dataclass

from meddx_desktop.case.coded_concept import CodedConcept
from meddx_desktop.case.finding import Analysis, AnalysisStatus, Finding


@dataclass(frozen=True, slots=True)
class SliceFindings:
    """One finding of one model on each slice that the model read."""

    model_id: str
    model_name: str
    concept: CodedConcept
    by_index: dict[int, Finding]

    @property
    def highest(self) -> int:
        """The slice with the highest probability, the first of several."""
        return max(sorted(self.by_index), key=lambda index: self.by_index[index].probability)


def slice_findings(analyses: Iterable[Analysis]) -> tuple[SliceFindings, ...]:
    """Return each finding that was given slice by slice, the most probable first."""
    found: dict[tuple[str, CodedConcept], SliceFindings] = {}
    for analysis in analyses:
        if analysis.status is not AnalysisStatus.ASSESSED or len(analysis.frames) < 2:
            continue
        for frame in analysis.frames:
            for finding in frame.findings:
                key = (analysis.model_id, finding.concept)
                fresh = SliceFindings(analysis.model_id, analysis.model_name, finding.concept, {})
                found.setdefault(key, fresh).by_index[frame.index] = finding
    return tuple(sorted(found.values(), key=lambda one: -one.by_index[one.highest].probability))

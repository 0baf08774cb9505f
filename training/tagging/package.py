"""The manifest of a tagger's package, from its words and what was measured."""

from collections.abc import Mapping
from dataclasses import dataclass

from meddx_desktop.case.task import Task
from meddx_desktop.inference.manifest import (
    Accepts,
    EntitySpec,
    Evaluation,
    Isotonic,
    Manifest,
    Occlusion,
    OutOfDistribution,
    QualityLimit,
    Temperature,
)
from training.export import OPSET
from training.tagging.ensemble import Ensemble, outputs_of
from training.tagging.figures import Figures
from training.tagging.spec import TaggerSpec

LEAST_LETTERS = 0.45


@dataclass(frozen=True, slots=True)
class Measurements:
    """What the finished package states; figures and calibration by entity type."""

    figures: Mapping[str, Figures]
    calibrations: Mapping[str, Temperature | Isotonic | None]
    evaluation: tuple[Evaluation, ...]
    gate: OutOfDistribution


def build_manifest(final: Ensemble, measured: Measurements) -> Manifest:
    """Return the manifest, complete but for files and golden cases."""
    spec, knowledge = final.spec, final.knowledge
    said = spec.statement
    return Manifest(
        id=spec.model_id,
        version=spec.edition.version,
        name=said.name,
        summary=said.summary,
        changelog=dict(said.changelog),
        authors="The MedDx Desktop authors",
        copyright="Copyright 2026 The MedDx Desktop authors",
        license="Apache-2.0",
        references=said.references,
        task=Task.TEXT_TAGGING,
        opset=OPSET,
        inputs=knowledge.inputs,
        outputs=outputs_of(spec.corpus, knowledge.output_axis),
        preprocessing=knowledge.operations,
        postprocessing=spec.postprocessing,
        accepts=Accepts(languages=("en",), minimum_characters=3),
        quality=(
            QualityLimit(
                measure="letter_fraction",
                minimum=LEAST_LETTERS,
                answer="The text is mostly numbers and signs. The model reads running English "
                "text, not tables.",
            ),
        ),
        entities=tuple(_entity(spec, kind, measured) for kind in spec.entity_types),
        out_of_distribution=measured.gate,
        explanation=Occlusion(over="text", patch=1, stride=1),
        label=said.label,
        evaluation=measured.evaluation,
        files=(),
    )


def _entity(spec: TaggerSpec, kind: str, measured: Measurements) -> EntitySpec:
    entity_type = spec.entity_types[kind]
    figures = measured.figures[entity_type]
    return EntitySpec(
        tag=kind,
        entity_type=entity_type,
        precision=figures.precision,
        recall=figures.recall,
        f1=figures.f1,
        reference_group=spec.statement.reference_group,
        calibration=measured.calibrations[entity_type],
    )

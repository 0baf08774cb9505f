"""The `package.json` that a person writes: a manifest without what is measured or read."""

import json
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from meddx_desktop.inference.manifest import (
    Accepts,
    ActivationMap,
    Concept,
    EntitySpec,
    FindingSpec,
    Identifier,
    Label,
    Occlusion,
    OperatingPoint,
    OutputRole,
    PostprocessingOperation,
    QualityLimit,
    Task,
    Temperature,
)
from meddx_desktop.inference.record import Record
from meddx_desktop.preprocessing.spec import PreprocessingOperation
from training.pack.faults import PackError

TASKS = (
    Task.IMAGE_CLASSIFICATION,
    Task.AUDIO_CLASSIFICATION,
    Task.TEXT_CLASSIFICATION,
    Task.TEXT_TAGGING,
)


class DraftTensor(Record):
    """An input of the network: what its axes mean; shape and type are read from the file."""

    name: str
    axes: tuple[str, ...]
    value_range: tuple[float, float] | None = None


class DraftOutput(DraftTensor):
    """An output of the network with its role."""

    role: OutputRole


class DraftFinding(Record):
    """A finding that is yet to be calibrated.

    `class_name` is its name in the labels, the concept's meaning where it is None.
    """

    concept: Concept
    index: int
    class_name: str | None = None
    is_experimental: bool = False

    @property
    def name_in_labels(self) -> str:
        """The label of items that show it."""
        return self.class_name or self.concept.meaning


class DraftEntity(Record):
    """An entity type that is yet to be measured; its labels are called `tag`."""

    tag: str
    entity_type: str


class Draft(Record):
    """A manifest without shapes, operator set, calibration, figures, golden cases and files.

    `data_set` and `reference_group` say whose figures these will be.
    """

    id: Identifier
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    name: str
    summary: str
    changelog: dict[str, str]
    authors: str
    copyright: str
    license: str
    references: tuple[str, ...] = ()
    task: Task
    inputs: Annotated[tuple[DraftTensor, ...], Field(min_length=1)]
    outputs: Annotated[tuple[DraftOutput, ...], Field(min_length=1)]
    preprocessing: tuple[PreprocessingOperation, ...]
    postprocessing: tuple[PostprocessingOperation, ...]
    accepts: Accepts
    quality: tuple[QualityLimit, ...] = ()
    findings: tuple[FindingSpec | DraftFinding, ...] = ()
    entities: tuple[EntitySpec | DraftEntity, ...] = ()
    explanation: Annotated[ActivationMap | Occlusion, Field(discriminator="method")] | None = None
    label: Label
    data_set: str
    reference_group: str

    @property
    def unmeasured(self) -> tuple[str, ...]:
        """Names of findings and entity types that need a labelled folder."""
        findings = [one.concept.meaning for one in self.findings if isinstance(one, DraftFinding)]
        entities = [one.entity_type for one in self.entities if isinstance(one, DraftEntity)]
        return (*findings, *entities)


def read_draft(path: Path) -> Draft:
    """Read a draft.

    Raises
    ------
    PackError : it is not JSON, breaks the schema, or its task cannot be packed.
    """
    try:
        draft = Draft.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise PackError(f"{path} cannot be read as JSON: {error}") from error
    except ValidationError as error:
        faults = [
            f"{'.'.join(map(str, one['loc'])) or 'the file'}: {one['msg']}"
            for one in error.errors(include_url=False, include_input=False)
        ]
        raise PackError(f"{path.name} is not complete: {'; '.join(faults[:5])}") from error
    if draft.task not in TASKS:
        names = ", ".join(task.value for task in TASKS)
        raise PackError(f"The task {draft.task.value} cannot be packed; these can: {names}.")
    if draft.task is Task.TEXT_TAGGING and not draft.entities:
        raise PackError("A text tagger needs `entities`: a tag and its entity_type each.")
    if draft.task is not Task.TEXT_TAGGING and not draft.findings:
        raise PackError("A classifier needs `findings`: a concept and its index in the logits.")
    return draft


def not_yet_measured(finding: FindingSpec | DraftFinding) -> FindingSpec:
    """Return a finding that lets the network run before it is calibrated."""
    if isinstance(finding, FindingSpec):
        return finding
    nothing = (0.0, 1.0)
    point = OperatingPoint(
        name="not measured",
        threshold=0.5,
        sensitivity=0.0,
        sensitivity_interval=nothing,
        specificity=0.0,
        specificity_interval=nothing,
        positives=0,
        negatives=0,
        reference_group="nobody",
    )
    return FindingSpec(
        concept=finding.concept,
        index=finding.index,
        calibration=Temperature(temperature=1.0, expected_calibration_error=1.0, items=0),
        operating_points=(point,),
        words=(0.5, 0.5),
    )


def not_yet_counted(entity: EntitySpec | DraftEntity) -> EntitySpec:
    """Return an entity type that lets the tagger run before it is measured."""
    if isinstance(entity, EntitySpec):
        return entity
    return EntitySpec(
        tag=entity.tag,
        entity_type=entity.entity_type,
        precision=0.0,
        recall=0.0,
        f1=0.0,
        reference_group="nobody",
    )

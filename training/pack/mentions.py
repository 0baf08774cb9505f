"""Measure a tagger on BRAT standoff files: exact boundaries and type, calibrated mentions."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from meddx_desktop.case.finding import Entity
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.case.text_record import TextRecord
from meddx_desktop.inference.manifest import EntitySpec, Evaluation, Isotonic, Temperature
from meddx_desktop.inference.model_package import ModelPackage
from meddx_desktop.inference.text_tagging import tag_record
from training.calibration import fit_calibration
from training.command_line import say
from training.metrics import Predictions
from training.pack.answers import open_of_kind, unknown_share
from training.pack.draft import Draft
from training.pack.faults import PackError
from training.pack.labels import LabelledItem

LEAST_MENTIONS = 20
_REPEATS = 1000
_MENTION = re.compile(r"T\d+\t(\S+) (\d+) (\d+)\t")

Place = tuple[int, int, str]


@dataclass(frozen=True, slots=True, eq=False)
class TaggedItem:
    """What was annotated in a record and what the tagger found."""

    item: LabelledItem
    annotated: frozenset[Place]
    found: tuple[Entity, ...]
    unknown: float | None


@dataclass(frozen=True, slots=True)
class MeasuredEntities:
    """The finished entity types and the rows of evaluation."""

    entities: tuple[EntitySpec, ...]
    evaluation: tuple[Evaluation, ...]


def tag_items(package: ModelPackage, items: Sequence[LabelledItem]) -> tuple[TaggedItem, ...]:
    """Run the tagger over records, gates left aside.

    Raises
    ------
    PackError : a record has no standoff file, or that file does not fit it.
    """
    types = {spec.tag: spec.entity_type for spec in package.manifest.entities}
    tagged = []
    for item in items:
        record = record_of(package, item)
        annotated = frozenset(_annotations(item, record.text, types))
        found = tag_record(package, record, ignore_progress, ignore_gates=True).entities
        tagged.append(TaggedItem(item, annotated, found, unknown_share(package, record)))
    return tuple(tagged)


def record_of(package: ModelPackage, item: LabelledItem) -> TextRecord:
    """Open a text record."""
    record = open_of_kind(package, item)
    if not isinstance(record, TextRecord):
        raise PackError(f"{item.path.name} is no text record. Take it out of the folder.")
    return record


def _annotations(item: LabelledItem, text: str, types: dict[str, str]) -> Iterator[Place]:
    path = item.path.with_suffix(".ann")
    if not path.is_file():
        raise PackError(f"{item.path.name} has no standoff file {path.name} beside it.")
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        matched = _MENTION.match(line)
        if line.startswith("T") and matched is None:
            raise PackError(
                f"{path.name} line {number} is not `T1<TAB>Type start end<TAB>text`; mentions in "
                "several parts cannot be measured."
            )
        if matched is not None and matched[1] in types:
            start, end = int(matched[2]), int(matched[3])
            if text[start:end] != line.rsplit("\t", 1)[1]:
                raise PackError(f"{path.name} line {number}: {item.path.name} reads otherwise.")
            yield start, end, types[matched[1]]


def measure_entities(
    draft: Draft, calibration: Sequence[TaggedItem], test: Sequence[TaggedItem]
) -> MeasuredEntities:
    """Return each entity type with its figures and, where mentions suffice, its calibration."""
    specs, rows = [], []
    for entity in draft.entities:
        counts = _counts(test, entity.entity_type)
        precision, recall, f1 = _figures(counts)
        if counts[:, 2].sum() == 0:
            raise PackError(
                f"No test record has a {entity.tag} annotation. Annotate some, or take the type "
                "out of `entities`."
            )
        interval = _bootstrap(counts, [one.item.patient for one in test])
        say(f"{entity.entity_type}: F1 {f1:.3f} {interval}, precision {precision:.3f}")
        specs.append(
            EntitySpec(
                tag=entity.tag,
                entity_type=entity.entity_type,
                precision=precision,
                recall=recall,
                f1=f1,
                reference_group=draft.reference_group,
                calibration=_calibration(calibration, entity.entity_type),
            )
        )
        rows.append(
            Evaluation(
                system=draft.name,
                data_set=draft.data_set,
                split="test part",
                items=len(test),
                metric=f"F1, exact boundaries, {entity.entity_type}",
                value=f1,
                interval=interval,
            )
        )
    return MeasuredEntities(tuple(specs), tuple(rows))


def _places(one: TaggedItem, entity_type: str) -> set[Place]:
    found = {(entity.start, entity.end, entity.entity_type) for entity in one.found}
    return {place for place in found if place[2] == entity_type}


def _counts(items: Sequence[TaggedItem], entity_type: str) -> NDArray[np.int64]:
    """Return (right, found, annotated) of each record, shape (records, 3)."""
    rows = []
    for one in items:
        found = _places(one, entity_type)
        wanted = {place for place in one.annotated if place[2] == entity_type}
        rows.append((len(found & wanted), len(found), len(wanted)))
    return np.array(rows, np.int64).reshape(len(rows), 3)


def _figures(counts: NDArray[np.int64]) -> tuple[float, float, float]:
    right, found, wanted = counts.sum(axis=0).tolist()
    return right / max(1, found), right / max(1, wanted), 2 * right / max(1, found + wanted)


def _bootstrap(counts: NDArray[np.int64], patients: Sequence[str]) -> tuple[float, float]:
    """Return the 95 % interval of F1 when whole patients are drawn with replacement."""
    _, index = np.unique(patients, return_inverse=True)
    of_patient = np.zeros((index.max() + 1, 3), np.int64)
    np.add.at(of_patient, index, counts)
    generator = np.random.default_rng(0)
    drawn = generator.integers(0, len(of_patient), (_REPEATS, len(of_patient)))
    values = [_figures(of_patient[one])[2] for one in drawn]
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


def _calibration(items: Sequence[TaggedItem], entity_type: str) -> Temperature | Isotonic | None:
    """Calibrate the log odds of mentions; None where there are too few, or all are alike."""
    log_odds, is_right, patients = [], [], []
    for one in items:
        for entity in one.found:
            if entity.entity_type == entity_type:
                likely = float(np.clip(entity.probability, 1e-9, 1 - 1e-9))
                log_odds.append(np.log(likely) - np.log1p(-likely))
                is_right.append((entity.start, entity.end, entity_type) in one.annotated)
                patients.append(one.item.patient)
    labels = np.array(is_right, np.int64)
    if len(labels) < LEAST_MENTIONS or labels.min() == labels.max():
        say(f"{entity_type}: {len(labels)} mentions, too few or too alike to calibrate")
        return None
    return fit_calibration(Predictions(labels, np.array(log_odds), np.array(patients, np.str_)))

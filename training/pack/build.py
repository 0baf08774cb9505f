"""From network, draft and labels to a package."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from meddx_desktop.inference.manifest import (
    ActivationMap,
    Manifest,
    Record,
    Task,
    ViterbiDecode,
)
from meddx_desktop.inference.model_package import ModelPackage
from meddx_desktop.inference.package_files import package_digest_of, write_manifest
from meddx_desktop.inference.random_field import RandomField
from meddx_desktop.inference.signatures import Trust
from meddx_desktop.preprocessing.text import Gazetteer, Vocabulary
from meddx_desktop.preprocessing.word_pieces import WordPiece
from training.command_line import say
from training.export import SIGNING_KEY, PackageDraft, add_identity, write_package
from training.pack.answers import answers_to, unknown_share
from training.pack.draft import Draft, not_yet_counted, not_yet_measured, read_draft
from training.pack.faults import PackError
from training.pack.findings import Goals, Part, check_label_names, measure_findings
from training.pack.gate import Gate, Judged, fit_gate
from training.pack.golden_inputs import golden_inputs
from training.pack.labels import CALIBRATION, NEGATIVES, TEST, LabelledSet, read_labels
from training.pack.mentions import TaggedItem, measure_entities, record_of, tag_items
from training.pack.network import CheckedNetwork, check_network_file

FORBIDDEN = -1e4


@dataclass(frozen=True, slots=True)
class PackOptions:
    """What the person asked for; `golden` is a folder of inputs, None for self-made ones."""

    network: Path
    manifest: Path
    output: Path
    labels: Path | None = None
    golden: Path | None = None
    key: Path = SIGNING_KEY
    goals: Goals = field(default_factory=Goals)


def pack(options: PackOptions) -> Manifest:
    """Check, measure, write, sign, load and check a package.

    Raises
    ------
    PackError : something must be changed first; the sentence says what.
    """
    draft = read_draft(options.manifest)
    if options.labels is None and draft.unmeasured:
        raise PackError(
            f"{', '.join(draft.unmeasured)}: nobody has measured it. Name a labelled folder with "
            "--labels, or give calibration and figures in the draft."
        )
    network = check_network_file(options.network, draft)
    files = _named_files(draft, options.manifest.parent)
    manifest = _unmeasured_manifest(draft, network)
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        if options.labels is not None:
            package = _provisional(work / draft.id, manifest, network, files)
            labels = read_labels(options.labels)
            manifest, gate = _measure(draft, package, labels, options.goals)
            files |= gate.files if gate else {}
        inputs = golden_inputs(manifest, options.golden, work)
        content = add_identity(network.content, manifest)
        package_draft = PackageDraft(manifest, content, inputs, files, signing_key=options.key)
        return write_package(package_draft, options.output)


def _unmeasured_manifest(draft: Draft, network: CheckedNetwork) -> Manifest:
    facts = {name: getattr(draft, name) for name in type(draft).model_fields}
    for name in ("data_set", "reference_group"):
        del facts[name]
    facts |= {
        "opset": network.opset,
        "inputs": network.inputs,
        "outputs": network.outputs,
        "findings": tuple(map(not_yet_measured, draft.findings)),
        "entities": tuple(map(not_yet_counted, draft.entities)),
        "files": (),
    }
    return Manifest(**facts)


def _named_files(draft: Draft, folder: Path) -> dict[str, bytes]:
    """Return the files that the draft names, from beside it; a missing random field is neutral."""
    files: dict[str, bytes] = {}
    names = [
        step.file
        for step in draft.preprocessing
        if isinstance(step, Vocabulary | Gazetteer | WordPiece)
    ]
    if isinstance(draft.explanation, ActivationMap) and draft.explanation.weights is not None:
        names.append(draft.explanation.weights)
    for step in draft.postprocessing:
        if isinstance(step, ViterbiDecode) and not (folder / step.parameters).is_file():
            say(f"{step.parameters} is not there: tags follow each other freely, within IOB2")
            files[step.parameters] = neutral_field(step.tags).to_json()
        elif isinstance(step, ViterbiDecode):
            names.append(step.parameters)
    if (folder / "LICENSE").is_file():
        names.append("LICENSE")
    elif draft.license != "Apache-2.0":
        raise PackError(f"Put the text of {draft.license} as LICENSE beside {draft.id}'s draft.")
    for name in names:
        if not (folder / name).is_file():
            raise PackError(f"The draft names {name}, which does not lie beside it.")
        files[name] = (folder / name).read_bytes()
    return files


def neutral_field(tags: Sequence[str]) -> RandomField:
    """Return a random field that only forbids an I that its type's B or I does not precede."""
    transitions = np.zeros((len(tags), len(tags)))
    start = np.zeros(len(tags))
    for column, tag in enumerate(tags):
        kind = tag.removeprefix("I-")
        if kind == tag or f"B-{kind}" not in tags:
            continue
        start[column] = FORBIDDEN
        for row, before in enumerate(tags):
            if before not in (f"B-{kind}", f"I-{kind}"):
                transitions[row, column] = FORBIDDEN
    return RandomField(transitions, start, np.zeros(len(tags)))


def _provisional(
    folder: Path, manifest: Manifest, network: CheckedNetwork, files: dict[str, bytes]
) -> ModelPackage:
    """Write what the app's own functions need to run the network; it is no package yet."""
    folder.mkdir()
    (folder / manifest.model).write_bytes(network.content)
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    complete = write_manifest(folder, manifest)
    return ModelPackage(folder, complete, Trust.UNSIGNED, package_digest_of(folder))


def _measure(
    draft: Draft, package: ModelPackage, labels: LabelledSet, goals: Goals
) -> tuple[Manifest, Gate | None]:
    if draft.task is Task.TEXT_TAGGING:
        return _measure_tagger(draft, package, labels)
    check_label_names(draft, labels)
    parts = {
        split: Part(labels.part(split), answers_to(package, labels.part(split)))
        for split in (CALIBRATION, TEST, NEGATIVES)
    }
    measured = measure_findings(draft, labels, parts[CALIBRATION], parts[TEST], goals)
    judged = [
        Judged(
            part.items,
            [answer.features for answer in part.answers],
            [answer.unknown for answer in part.answers],
        )
        for part in parts.values()
    ]
    gate = fit_gate(*judged)
    changes = {"findings": measured.findings, "evaluation": measured.evaluation}
    return _with(package.manifest, changes, gate), gate


def _measure_tagger(
    draft: Draft, package: ModelPackage, labels: LabelledSet
) -> tuple[Manifest, Gate | None]:
    known, unseen = (tag_items(package, labels.part(one)) for one in (CALIBRATION, TEST))
    if not known or not unseen:
        raise PackError("Both splits need records: name the splits, or give more of them.")
    measured = measure_entities(draft, known, unseen)
    strangers = labels.part(NEGATIVES)
    shares = [unknown_share(package, record_of(package, item)) for item in strangers]
    negatives = Judged(strangers, [None] * len(strangers), shares)
    gate = fit_gate(_judged(known), _judged(unseen), negatives)
    changes = {"entities": measured.entities, "evaluation": measured.evaluation}
    return _with(package.manifest, changes, gate), gate


def _judged(tagged: Sequence[TaggedItem]) -> Judged:
    items = [one.item for one in tagged]
    return Judged(items, [None] * len(items), [one.unknown for one in tagged])


def _with(
    manifest: Manifest,
    changes: Mapping[str, tuple[Record, ...]],
    gate: Gate | None,
) -> Manifest:
    block = gate.block if gate else None
    return manifest.model_copy(update={**changes, "out_of_distribution": block})

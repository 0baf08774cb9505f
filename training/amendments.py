"""Put further figures into the card of a package that is already written."""

import argparse
from collections.abc import Mapping, Sequence
from itertools import takewhile
from pathlib import Path

from meddx_desktop.inference.manifest import (
    FILE_NAME,
    Evaluation,
    GoldenCase,
    Manifest,
)
from meddx_desktop.inference.model_package import ModelPackage, load_package
from meddx_desktop.inference.package_files import package_digest_of
from meddx_desktop.inference.signatures import SIGNATURE_NAME
from training.command_line import REPOSITORY, TrainingOptions, say
from training.edition import Edition
from training.export import GoldenInput, PackageDraft, add_identity, write_package

CARD = "MODEL_CARD.md"
_WRITTEN_ANEW = (FILE_NAME, SIGNATURE_NAME, CARD, "LICENSE")
_FOLDERS_WRITTEN_ANEW = ("golden", "plots")


def amend_package(
    folder: Path,
    edition: Edition,
    rows: Sequence[Evaluation],
    network: bytes | None = None,
    changes: Mapping[str, object] | None = None,
) -> Manifest:
    """Write a package again with these rows in its evaluation.

    `network` is the same network stored in another way, `changes` other fields of the manifest.

    A row takes the place of an older one of the same system, data, split and metric; baselines
    stand before our own systems. Golden cases are computed anew and everything is checked.

    Raises
    ------
    ValueError : the folder holds another model.
    """
    package = open_written(folder)
    older = package.manifest
    if older.id != edition.model_id:
        raise ValueError(f"{folder} holds {older.id}, not {edition.model_id}")
    manifest = older.model_copy(
        update={
            "version": edition.version,
            "changelog": dict(edition.changelog),
            "label": edition.label,
            "evaluation": join_rows(older.evaluation, rows),
            **(changes or {}),
        }
    )
    draft = PackageDraft(
        manifest=manifest,
        network=add_identity(network or (folder / older.model).read_bytes(), manifest),
        golden=[_input_of(folder, case) for case in older.golden],
        files=_further_files(folder, older),
        plots=folder / "plots" if (folder / "plots").is_dir() else None,
    )
    written = write_package(draft, folder)
    say(f"{folder}: {written.id} {written.version}, {len(rows)} rows")
    return written


def put_reference_into_card(
    options: TrainingOptions, edition: Edition, rows: Sequence[Evaluation]
) -> None:
    """Amend the package at `--output`, where one is, with rows of the reference network.

    Rows of a trial run, or of another optimizer than the reference's own, stay out.
    """
    if options.optimizer == "adam" and options.limit is None and options.output.is_dir():
        amend_package(options.output, edition, rows)


def package_parser(prog: str, description: str | None = None) -> argparse.ArgumentParser:
    """Return the options of a command that measures a written package."""
    parser = argparse.ArgumentParser(prog=f"python -m {prog}", description=description)
    parser.add_argument("--data", type=Path, required=True, help="folder of the training set")
    parser.add_argument("--package", type=Path, default=None, help="default: the bundled one")
    return parser


def package_folder(options: argparse.Namespace, model_id: str) -> Path:
    """Return the package that is meant."""
    return Path(options.package or REPOSITORY / "resources" / "models" / model_id)


def open_written(folder: Path) -> ModelPackage:
    """Load a package whose author this computer is."""
    return load_package(folder, consents=frozenset((package_digest_of(folder),)))


def join_rows(older: Sequence[Evaluation], rows: Sequence[Evaluation]) -> tuple[Evaluation, ...]:
    """Return all rows; a new baseline of a metric that the baselines in front have stands there."""
    new = {_key(row): row for row in rows}
    kept = [new.pop(_key(row), row) for row in older]
    front = list(takewhile(lambda row: row.is_baseline, kept))
    metrics = {row.metric for row in front}
    added = [row for row in new.values() if row.is_baseline and row.metric in metrics]
    last = [row for row in new.values() if row not in added]
    return (*front, *added, *kept[len(front) :], *last)


def _key(row: Evaluation) -> tuple[str, str, str, str]:
    return row.system, row.data_set, row.split, row.metric


def _input_of(folder: Path, case: GoldenCase) -> GoldenInput:
    """Return a case's input; where both tolerances are one, it was given with the input."""
    is_given = case.absolute_tolerance == case.relative_tolerance
    tolerance = case.absolute_tolerance if is_given else None
    return GoldenInput(folder / case.input, case.region, tolerance)


def _further_files(folder: Path, manifest: Manifest) -> dict[str, bytes]:
    """Return what is neither the network nor written anew with every package."""
    return {
        file.path: (folder / file.path).read_bytes()
        for file in manifest.files
        if file.path not in {*_WRITTEN_ANEW, manifest.model}
        and file.path.split("/")[0] not in _FOLDERS_WRITTEN_ANEW
    }

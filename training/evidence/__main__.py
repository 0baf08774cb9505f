"""`python -m training.evidence MODEL --data DIR [--package FOLDER]`: test evidence, fill the card.

The evidence is what the installed app computes: occlusion over time or over words. Hiding what
weighs most must cost the answer more than hiding as much at random, showing it first must bring
the answer back sooner, and a network with shuffled weights must give other evidence.
"""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from meddx_desktop.inference.manifest import Evaluation
from meddx_desktop.inference.model_package import ModelPackage
from meddx_desktop.inference.package_files import package_digest_of, write_manifest
from meddx_desktop.inference.signatures import Trust
from training.amendments import (
    amend_package,
    open_written,
    package_folder,
    package_parser,
)
from training.evidence.curves import Case, measure_chance, measure_evidence
from training.evidence.subjects import SUBJECTS, Subject
from training.explanation_rows import RANDOM, Shown, explanation_rows
from training.explanation_tests import Areas, rank_correlations, shuffle_weights

EVIDENCE = "Evidence by occlusion"
LIKENESS = "rank correlation with the evidence (0: other evidence)"


def main(arguments: list[str] | None = None) -> None:
    """Measure, print, and write the rows into the package."""
    parser = package_parser("training.evidence", __doc__)
    parser.add_argument("model", choices=sorted(SUBJECTS))
    options = parser.parse_args(arguments)
    folder = package_folder(options, options.model)
    subject = SUBJECTS[options.model]
    amend_package(folder, subject.edition, evidence_rows(subject, options.data, folder))


def evidence_rows(subject: Subject, data: Path, folder: Path) -> list[Evaluation]:
    """Return deletion, insertion and the effect of shuffled weights."""
    package, make_cases = open_written(folder), subject.read(data)
    cases = make_cases(package, package)
    with TemporaryDirectory() as temporary:
        shuffled = shuffled_package(package, Path(temporary) / "package")
        others = make_cases(package, shuffled)
    orders = {EVIDENCE: measure_evidence(cases), RANDOM: measure_chance(cases)}
    shown = Shown(subject.data_set, subject.items, EVIDENCE, subject.score, LIKENESS)
    return explanation_rows(shown, orders, likeness(cases, others))


def shuffled_package(package: ModelPackage, folder: Path) -> ModelPackage:
    """Return a copy whose network has the values within each weight tensor shuffled.

    It is not loaded as a package: its golden cases no longer hold.
    """
    shutil.copytree(package.folder, folder)
    network = folder / package.manifest.model
    network.write_bytes(shuffle_weights(network.read_bytes()))
    manifest = write_manifest(folder, package.manifest)
    return ModelPackage(folder, manifest, Trust.UNSIGNED, package_digest_of(folder))


def likeness(cases: list[Case], others: list[Case]) -> Areas:
    """Return the rank correlation of each case's weights with those of the other network."""
    pairs = [
        (one.weights[None].astype(np.float32), other.weights[None].astype(np.float32))
        for one, other in zip(cases, others, strict=True)
    ]
    return np.array([rank_correlations(*pair)[0] for pair in pairs])


if __name__ == "__main__":
    main()

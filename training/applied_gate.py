"""`python -m training.applied_gate MODEL --data DIR [--package FOLDER]`: rate a sound model's gate.

It is rated as the installed app applies it: the network is that of the package, the limits of
quality, those of the training code, stand before the distance, which stays as it is. The figures
are written into the package. What a kind of negatives does that was left out of the fit only its
training can tell. Recordings of the right kind are counted too, by label and device: how many are
refused.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import numpy as np

from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.inference.audio_classification import Recording, classify_recording
from meddx_desktop.inference.gates import QUALITY_GATE
from meddx_desktop.inference.manifest import Evaluation, OutOfDistribution, QualityLimit
from meddx_desktop.inference.model_package import ModelPackage
from training.amendments import amend_package, open_written
from training.command_line import REPOSITORY, say
from training.edition import Edition
from training.heart_murmur import dataset as hearts
from training.heart_murmur.__main__ import ELSEWHERE_FOLDER
from training.heart_murmur.evaluate import DATA_SET, ELSEWHERE
from training.heart_murmur.gate import NEGATIVES as NO_HEARTS
from training.heart_murmur.gate import QUALITY as HEART_QUALITY
from training.heart_murmur.package import EDITION as HEART_MURMUR
from training.lung_sound_events import dataset as lungs
from training.lung_sound_events.gate import NEGATIVES as NO_LUNGS
from training.lung_sound_events.gate import QUALITY as LUNG_QUALITY
from training.lung_sound_events.package import EDITION as LUNG_SOUNDS
from training.metrics import wilson_interval
from training.sound_files import Samples, Sound, read_source
from training.sound_gate import LEFT_OUT, Judged, describe_gate, rate_kind
from training.sound_negatives import SoundSet, read_negatives

GATES = "MedDx gates"
# Recordings by data set and split.
Groups: TypeAlias = dict[tuple[str, str], list[Sound]]


@dataclass(frozen=True, slots=True)
class _Subject:
    """A model, its test patients' recordings as they came, and what it must refuse.

    `groups` gives recordings of the right kind by data set and split.
    """

    edition: Edition
    quality: tuple[QualityLimit, ...]
    test: Callable[[Path], list[Sound]]
    negatives: tuple[SoundSet, ...]
    groups: Callable[[Path], Groups]


def _hearts(data: Path) -> list[Sound]:
    recordings = hearts.read_recordings(data)
    return [read_source(each.path) for each in hearts.in_split(recordings, "test")]


def _heart_groups(data: Path) -> Groups:
    """Return test patients with and without a murmur, and the databases of other devices."""
    found: Groups = {}
    for each in hearts.in_split(hearts.read_recordings(data), "test"):
        split = "test patients, " + ("murmur" if each.label else "no murmur")
        found.setdefault((DATA_SET, split), []).append(read_source(each.path))
    for each in hearts.read_recordings(data.parent / ELSEWHERE_FOLDER):
        name = ELSEWHERE.format(each.group.removeprefix("training-"))
        split = "all recordings, " + ("abnormal" if each.label else "normal")
        found.setdefault((name, split), []).append(read_source(each.path))
    return found


def _lungs(data: Path) -> list[Sound]:
    return lungs.sounds_of(lungs.in_split(lungs.list_cycles(data), "test"))


SUBJECTS = {
    subject.edition.model_id: subject
    for subject in (
        _Subject(HEART_MURMUR, HEART_QUALITY, _hearts, NO_HEARTS, _heart_groups),
        _Subject(LUNG_SOUNDS, LUNG_QUALITY, _lungs, NO_LUNGS, lambda _: {}),
    )
}


def main(arguments: list[str] | None = None) -> None:
    """Measure, print, and write the figures into the package."""
    parser = argparse.ArgumentParser(prog="python -m training.applied_gate", description=__doc__)
    parser.add_argument("model", choices=sorted(SUBJECTS))
    parser.add_argument("--data", type=Path, required=True, help="folder of the training set")
    parser.add_argument("--package", type=Path, default=None, help="default: the bundled one")
    options = parser.parse_args(arguments)
    subject = SUBJECTS[options.model]
    folder = options.package or REPOSITORY / "resources" / "models" / options.model
    written = open_written(folder)
    manifest = written.manifest.model_copy(update={"quality": subject.quality})
    package = replace(written, manifest=manifest)
    gate = rate_gate(package, subject, options.data)
    rows = refusal_rows(package, subject.groups(options.data))
    changes = {"out_of_distribution": gate, "quality": subject.quality}
    amend_package(folder, subject.edition, rows, changes=changes)


def refusal_rows(package: ModelPackage, groups: Groups) -> list[Evaluation]:
    """Return for each group the share that either gate refuses."""
    rows = []
    for (data_set, split), sounds in sorted(groups.items()):
        refused = judge(package, sounds).refused(_gate_of(package).limit)
        say(f"{data_set}, {split}: {refused:.1%} not assessed")
        rows.append(
            Evaluation(
                system=GATES,
                data_set=data_set,
                split=split,
                items=len(sounds),
                metric="share not assessed (limits of quality, distance)",
                value=refused,
                interval=wilson_interval(round(refused * len(sounds)), len(sounds)),
            )
        )
    return rows


def rate_gate(package: ModelPackage, subject: _Subject, data: Path) -> OutOfDistribution:
    """Return the package's gate with what is measured of it now.

    Raises
    ------
    ValueError : the package has no gate of distance.
    """
    gate = _gate_of(package)
    inside = judge(package, subject.test(data))
    kept = [each for each in gate.negatives if each.name.endswith(LEFT_OUT)]
    rated = []
    for kind in read_negatives(data, subject.negatives):
        # A gate that learned from no negatives may be measured on all of them.
        sounds = kind.measured if kept else (*kind.fitted, *kind.measured)
        rated.append(rate_kind(kind.name, inside, judge(package, sounds), gate.limit))
    return describe_gate(gate, inside, (*rated, *kept))


def _gate_of(package: ModelPackage) -> OutOfDistribution:
    gate = package.manifest.out_of_distribution
    if gate is None:
        raise ValueError(f"{package.manifest.id} has no gate of distance")
    return gate


def judge(package: ModelPackage, sounds: Sequence[Sound]) -> Judged:
    """Return what the gates of a package find in recordings, whatever they refuse."""
    distances, poor = [], []
    for sound in sounds:
        outcome = classify_recording(
            package, _recording(*sound), ignore_progress, ignore_gates=True
        )
        if outcome.out_of_distribution is None:
            raise ValueError(f"{package.manifest.id} has no gate of distance")
        distances.append(outcome.out_of_distribution.value)
        poor.append(any(closed.gate == QUALITY_GATE for closed in outcome.closed))
    return Judged(np.array(distances), np.array(poor))


def _recording(samples: Samples, sampling_frequency: int) -> Recording:
    def read(start: int, stop: int) -> Samples:
        return samples[:, start:stop]

    return Recording(samples.shape[1], sampling_frequency, read)


if __name__ == "__main__":
    main()

"""`python -m training.applied_gate MODEL --data DIR [--package FOLDER]`: rate a sound model's gate.

It is rated as the installed app applies it: the network is that of the package, the limits of
quality, those of the training code, stand before the distance, which stays as it is. The figures
are written into the package. What a kind of negatives does that was left out of the fit only its
training can tell. Recordings of the right kind are counted too, by label and device: how many are
refused.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import numpy as np

from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.inference.audio_classification import classify_recording
from meddx_desktop.inference.gates import QUALITY_GATE
from meddx_desktop.inference.manifest import Evaluation, OutOfDistribution, QualityLimit
from meddx_desktop.inference.model_package import ModelPackage
from training.amendments import (
    amend_package,
    open_written,
    package_folder,
    package_parser,
)
from training.command_line import say
from training.edition import Edition
from training.heart_murmur import dataset as hearts
from training.heart_murmur.__main__ import ELSEWHERE_FOLDER
from training.heart_murmur.evaluate import DATA_SET as HEARTS
from training.heart_murmur.evaluate import ELSEWHERE
from training.heart_murmur.gate import NEGATIVES as NO_HEARTS
from training.heart_murmur.gate import QUALITY as HEART_QUALITY
from training.heart_murmur.package import EDITION as HEART_MURMUR
from training.lung_sound_events import dataset as lungs
from training.lung_sound_events.evaluate import DATA_SET as LUNGS
from training.lung_sound_events.gate import NEGATIVES as NO_LUNGS
from training.lung_sound_events.gate import QUALITY as LUNG_QUALITY
from training.lung_sound_events.package import EDITION as LUNG_SOUNDS
from training.metrics import wilson_interval
from training.sound_files import Sound, read_source, recording_from
from training.sound_gate import LEFT_OUT, Judged, describe_gate, join, rate_kind
from training.sound_negatives import SoundSet, read_negatives

GATES = "MedDx gates"
# Recordings by data set and split.
Groups: TypeAlias = dict[tuple[str, str], list[Sound]]


@dataclass(frozen=True, slots=True)
class _Subject:
    """A model, what it must refuse, and recordings of the right kind as they came.

    Those of its test patients, and those of other devices.
    """

    edition: Edition
    quality: tuple[QualityLimit, ...]
    negatives: tuple[SoundSet, ...]
    test: Callable[[Path], Groups]
    elsewhere: Callable[[Path], Groups]


def _hearts(data: Path) -> Groups:
    found: Groups = {}
    for each in hearts.in_split(hearts.read_recordings(data), "test"):
        split = "test patients, " + ("murmur" if each.label else "no murmur")
        found.setdefault((HEARTS, split), []).append(read_source(each.path))
    return found


def _other_hearts(data: Path) -> Groups:
    found: Groups = {}
    for each in hearts.read_recordings(data.parent / ELSEWHERE_FOLDER):
        name = ELSEWHERE.format(each.group.removeprefix("training-"))
        split = "all recordings, " + ("abnormal" if each.label else "normal")
        found.setdefault((name, split), []).append(read_source(each.path))
    return found


def _lungs(data: Path) -> Groups:
    cycles = lungs.in_split(lungs.list_cycles(data), "test")
    return {(LUNGS, "test patients"): lungs.sounds_of(cycles)}


SUBJECTS = {
    subject.edition.model_id: subject
    for subject in (
        _Subject(HEART_MURMUR, HEART_QUALITY, NO_HEARTS, _hearts, _other_hearts),
        _Subject(LUNG_SOUNDS, LUNG_QUALITY, NO_LUNGS, _lungs, lambda _: {}),
    )
}


def main(arguments: list[str] | None = None) -> None:
    """Measure, print, and write the figures into the package."""
    parser = package_parser("training.applied_gate", __doc__)
    parser.add_argument("model", choices=sorted(SUBJECTS))
    options = parser.parse_args(arguments)
    subject = SUBJECTS[options.model]
    folder = package_folder(options, options.model)
    written = open_written(folder)
    manifest = written.manifest.model_copy(update={"quality": subject.quality})
    package = replace(written, manifest=manifest)
    gate, rows = rate_gate(package, subject, options.data)
    changes = {"out_of_distribution": gate, "quality": subject.quality}
    amend_package(folder, subject.edition, rows, changes=changes)


def rate_gate(
    package: ModelPackage, subject: _Subject, data: Path
) -> tuple[OutOfDistribution, list[Evaluation]]:
    """Return the package's gate as it is measured now, and the share of each group it refuses.

    Raises
    ------
    ValueError : the package has no gate of distance.
    """
    gate = package.manifest.out_of_distribution
    if gate is None:
        raise ValueError(f"{package.manifest.id} has no gate of distance")
    test = _judge_groups(package, subject.test(data))
    inside = join(tuple(test.values()))
    kept = [each for each in gate.negatives if each.name.endswith(LEFT_OUT)]
    rated = []
    for kind in read_negatives(data, subject.negatives):
        # A gate that learned from no negatives may be measured on all of them.
        sounds = kind.measured if kept else (*kind.fitted, *kind.measured)
        rated.append(rate_kind(kind.name, inside, judge(package, sounds), gate.limit))
    groups = {**test, **_judge_groups(package, subject.elsewhere(data))}
    rows = [_refusal_row(*name, group, gate.limit) for name, group in sorted(groups.items())]
    return describe_gate(gate.limit, inside, (*rated, *kept)), rows


def _judge_groups(package: ModelPackage, groups: Groups) -> dict[tuple[str, str], Judged]:
    return {name: judge(package, sounds) for name, sounds in groups.items()}


def _refusal_row(data_set: str, split: str, group: Judged, limit: float) -> Evaluation:
    items, refused = len(group.distances), group.refused(limit)
    say(f"{data_set}, {split}: {refused:.1%} not assessed")
    return Evaluation(
        system=GATES,
        data_set=data_set,
        split=split,
        items=items,
        metric="share not assessed (limits of quality, distance)",
        value=refused,
        interval=wilson_interval(round(refused * items), items),
    )


def judge(package: ModelPackage, sounds: Sequence[Sound]) -> Judged:
    """Return what the gates of a package find in recordings, whatever they refuse."""
    distances, poor = [], []
    for sound in sounds:
        recording = recording_from(*sound)
        outcome = classify_recording(package, recording, ignore_progress, ignore_gates=True)
        if outcome.out_of_distribution is None:
            raise ValueError(f"{package.manifest.id} gives no distance")
        distances.append(outcome.out_of_distribution.value)
        poor.append(any(closed.gate == QUALITY_GATE for closed in outcome.closed))
    return Judged(np.array(distances), np.array(poor))


if __name__ == "__main__":
    main()

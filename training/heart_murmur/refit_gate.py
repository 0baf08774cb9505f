"""A package with the network and figures of an earlier one, and a gate that is measured anew."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from meddx_desktop.inference.model_package import ModelPackage, load_package
from meddx_desktop.inference.onnx_session import session_for
from training.command_line import TrainingOptions, say
from training.export import PackageDraft, add_identity, write_package
from training.heart_murmur.dataset import in_split, read_recordings, unique_recordings, windows_of
from training.heart_murmur.gate import QUALITY, measure_gate
from training.heart_murmur.golden import make_golden_inputs
from training.heart_murmur.model import INPUT_NAME
from training.heart_murmur.package import CHANGELOG, LABEL, VERSION
from training.out_of_distribution import mahalanobis_file
from training.sound_files import Sound
from training.sound_gate import GATE_PARAMETERS, Features


def refit_gate(options: TrainingOptions, folder: Path) -> None:
    """Fit and measure the gate on the features of a package's network, and write the package."""
    package = load_package(folder)
    recordings = read_recordings(options.data, options.limit)
    gate, statistics = measure_gate(
        lambda sounds: _features(package, sounds),
        options.data,
        unique_recordings(in_split(recordings, "train", "val")),
        in_split(recordings, "test"),
    )
    changes = {
        "version": VERSION,
        "changelog": CHANGELOG,
        "label": LABEL,
        "quality": QUALITY,
        "out_of_distribution": gate,
        "golden": (),
        "files": (),
    }
    manifest = package.manifest.model_copy(update=changes)
    with TemporaryDirectory() as temporary:
        draft = PackageDraft(
            manifest=manifest,
            network=add_identity(package.read(manifest.model), manifest),
            golden=make_golden_inputs(Path(temporary) / "golden"),
            files={GATE_PARAMETERS: mahalanobis_file(statistics)},
            plots=folder / "plots",
        )
        written = write_package(draft, options.output)
    say(f"{options.output}: {written.id} {written.version}")


def _features(package: ModelPackage, sounds: Sequence[Sound]) -> Features:
    session = session_for(package)
    return [
        np.asarray(session.run({INPUT_NAME: windows_of(*sound)})["features"], np.float64)
        for sound in sounds
    ]

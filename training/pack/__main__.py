"""`python -m training.pack MODEL.onnx --manifest package.json --labels DIR --output DIR`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from meddx_desktop.case.errors import MedDxError
from training.command_line import say
from training.export import SIGNING_KEY
from training.pack.build import PackOptions, pack
from training.pack.faults import PackError
from training.pack.findings import Goals


def parse(arguments: Sequence[str] | None = None) -> PackOptions:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m training.pack",
        description="Make a signed model package of an ONNX file from anywhere.",
    )
    add = parser.add_argument
    add("network", type=Path, metavar="MODEL.onnx")
    add("--manifest", type=Path, required=True, help="the draft; its files lie beside it")
    add("--labels", type=Path, help="labelled folder or index.csv (see training/pack/README.md)")
    add("--golden", type=Path, help="folder of 3 to 10 inputs of your own making")
    add("--key", type=Path, default=SIGNING_KEY, help="Ed25519 key (default: development key)")
    add("--sensitivity", type=float, default=0.9, help="goal of the first operating point")
    add("--specificity", type=float, default=0.95, help="goal of the second operating point")
    add("--output", type=Path, required=True, help="the package's folder")
    parsed = parser.parse_args(arguments)
    return PackOptions(
        parsed.network,
        parsed.manifest,
        parsed.output,
        parsed.labels,
        parsed.golden,
        parsed.key,
        Goals(parsed.sensitivity, parsed.specificity),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Pack; on a fault say what to change and return 1."""
    options = parse(arguments)
    try:
        manifest = pack(options)
    except (PackError, MedDxError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    say(f"{manifest.id} {manifest.version} is written to {options.output}.")
    if options.key != SIGNING_KEY:
        say("Whoever installs it must trust this key, or agree to an unknown signature.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

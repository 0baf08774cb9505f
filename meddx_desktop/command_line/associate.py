"""`meddx associate`: let the desktop open DICOM files with MedDx, for this account."""

import argparse
import sys

from meddx_desktop.command_line.exit_status import ExitStatus
from meddx_desktop.command_line.file_association import associate, remove_association

_MAC = "meddx: macOS knows the program's files from the application bundle; nothing to do here.\n"


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command's arguments."""
    words = "let the desktop open DICOM files with MedDx, for this account only"
    command = commands.add_parser("associate", help=words, description=words)
    command.add_argument("--remove", action="store_true", help="take the association back")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> ExitStatus:
    """Write or remove the association and say where it lies."""
    if sys.platform == "darwin":
        sys.stderr.write(_MAC)
        return ExitStatus.WRONG_USAGE
    places = remove_association() if arguments.remove else associate()
    word = "removed" if arguments.remove else "written"
    sys.stdout.writelines(f"{word}  {place}\n" for place in places)
    if not places:
        sys.stdout.write("nothing to remove\n")
    return ExitStatus.DONE

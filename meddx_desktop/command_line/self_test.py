"""`meddx self-test`: every bundled model, reader and codec on bundled samples."""

import argparse
import json
import sys
from typing import Any

from meddx_desktop.analysis.jobs import run_self_test
from meddx_desktop.command_line.exit_status import ExitStatus
from meddx_desktop.command_line.job_runner import JobRunner, report_failure
from meddx_desktop.engine.messages import Failed, Piece
from meddx_desktop.resources import resources_folder


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command's arguments."""
    command = commands.add_parser("self-test", help="check this installation on bundled samples")
    command.add_argument("--json", action="store_true", help="one JSON object per line")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> ExitStatus:
    """Print each check as it ends; fail when one of them does."""
    checks: list[dict[str, Any]] = []
    with JobRunner([resources_folder()]) as runner:
        runner.submit(run_self_test)
        for reply in runner.replies():
            match reply:
                case Piece(value=check):
                    checks.append(check)
                    print_check(check, as_json=arguments.json)
                case Failed():
                    report_failure(reply)
                    return ExitStatus.BROKEN
    failed = sum(not check["passed"] for check in checks)
    if not arguments.json:
        sys.stdout.write(f"{len(checks) - failed} passed, {failed} failed\n")
    return ExitStatus.BROKEN if failed or not checks else ExitStatus.DONE


def print_check(check: dict[str, Any], *, as_json: bool) -> None:
    """Print one check."""
    if as_json:
        sys.stdout.write(json.dumps(check, ensure_ascii=False) + "\n")
    else:
        mark = "ok    " if check["passed"] else "FAILED"
        detail = f": {check['detail']}" if check["detail"] else ""
        sys.stdout.write(f"{mark}  {check['check']}{detail}\n")
    sys.stdout.flush()

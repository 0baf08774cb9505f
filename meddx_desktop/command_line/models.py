"""`meddx models`: list, show, install, remove, test and verify model packages."""

import argparse
import json
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from meddx_desktop.analysis import jobs
from meddx_desktop.command_line.exit_status import ExitStatus
from meddx_desktop.command_line.job_runner import JobRunner, report_failure
from meddx_desktop.engine.messages import Failed, Job, Piece, Succeeded
from meddx_desktop.resources import user_folder

_CONSENT_HELP = "agree to a package that no trusted key has signed"
_CONSENT_HINT = (
    "If you know where the package comes from, install it with --consent. MedDx then says, "
    "wherever this model speaks, that no trusted key has signed it.\n"
)


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command's arguments."""
    models = commands.add_parser("models", help="list, show, install, remove, test model packages")
    actions = models.add_subparsers(metavar="ACTION", required=True)
    for name, (run, subject, words) in _ACTIONS.items():
        action = actions.add_parser(name, help=words, description=words)
        if subject == "[ID]":
            action.add_argument("subject", nargs="*", metavar="ID", help="none means every model")
        elif subject:
            action.add_argument("subject", metavar=subject)
        if name == "install":
            action.add_argument("--consent", action="store_true", help=_CONSENT_HELP)
        action.add_argument("--json", action="store_true", help="one JSON object per line")
        action.set_defaults(run=run)


def list_models(arguments: argparse.Namespace) -> ExitStatus:
    """Print one line for each installed package."""
    return Orders(arguments).run([jobs.list_models])


def show_model(arguments: argparse.Namespace) -> ExitStatus:
    """Print a model's manifest."""
    return Orders(arguments).run([partial(jobs.show_model, arguments.subject)])


def install_model(arguments: argparse.Namespace) -> ExitStatus:
    """Install a package; without trust it asks for consent."""
    path = Path(arguments.subject)
    job = partial(jobs.install_package, path.absolute(), consent=arguments.consent)
    return Orders(arguments, paths=[path], writable=[user_folder()]).run([job])


def remove_model(arguments: argparse.Namespace) -> ExitStatus:
    """Delete an installed model."""
    job = partial(jobs.remove_model, arguments.subject)
    return Orders(arguments, writable=[user_folder()]).run([job])


def test_models(arguments: argparse.Namespace) -> ExitStatus:
    """Compute the golden cases of the named models, or of all."""
    orders = Orders(arguments)
    return orders.run([partial(jobs.test_model, name) for name in orders.named_models()])


def verify_models(arguments: argparse.Namespace) -> ExitStatus:
    """Check the named models, or all."""
    orders = Orders(arguments)
    return orders.run([partial(jobs.verify_model, name) for name in orders.named_models()])


_ACTIONS = {
    "list": (list_models, "", "every installed model, also those that never run"),
    "show": (show_model, "ID", "the whole manifest of a model"),
    "install": (install_model, "FILE", "install a package file or folder"),
    "remove": (remove_model, "ID", "delete a model that was installed here"),
    "test": (test_models, "[ID]", "compute the golden cases again"),
    "verify": (verify_models, "[ID]", "check signature, files and golden cases"),
}


class Orders:
    """Jobs about models whose results are printed one line each."""

    def __init__(
        self,
        arguments: argparse.Namespace,
        *,
        paths: Sequence[Path] = (),
        writable: Sequence[Path] = (),
    ) -> None:
        self._arguments, self._paths, self._writable = arguments, paths, writable
        for folder in writable:
            folder.mkdir(parents=True, exist_ok=True)

    def named_models(self) -> list[str]:
        """Return the ids on the command line, or those of every installed model.

        Raises
        ------
        OSError : the models cannot be listed.
        """
        if self._arguments.subject:
            return list(self._arguments.subject)
        with JobRunner() as runner:
            runner.submit(jobs.list_models)
            for reply in runner.replies():
                match reply:
                    case Succeeded(result=listings):
                        return [listing["id"] for listing in listings]
                    case Failed(message=message):
                        raise OSError(message)
        return []

    def run(self, orders: Sequence[Job]) -> ExitStatus:
        """Run the jobs and print what they return; any fault decides the exit status."""
        status = ExitStatus.DONE
        with JobRunner(self._paths, self._writable) as runner:
            for job in orders:
                runner.submit(job)
            for reply in runner.replies():
                match reply:
                    case Piece(value=row) | Succeeded(result=dict() as row):
                        status = status.worst(self._print(row))
                    case Succeeded(result=tuple() as rows):
                        for row in rows:
                            status = status.worst(self._print(row))
                    case Failed():
                        status = status.worst(tell_failure(reply))
        return status

    def _print(self, row: dict[str, Any]) -> ExitStatus:
        words = json.dumps(row, ensure_ascii=False) if self._arguments.json else describe(row)
        sys.stdout.write(words + "\n")
        sys.stdout.flush()
        is_faulty = row.get("problem") or row.get("passed") is False
        return ExitStatus.PARTLY_REFUSED if is_faulty else ExitStatus.DONE


def tell_failure(failure: Failed) -> ExitStatus:
    """Say what went wrong and return the exit status that it deserves."""
    report_failure(failure)
    if failure.code == "consent_required":
        sys.stderr.write(_CONSENT_HINT)
    if failure.code == "unknown_model":
        return ExitStatus.WRONG_USAGE
    return ExitStatus.BROKEN if failure.details else ExitStatus.PARTLY_REFUSED


def describe(row: dict[str, Any]) -> str:
    """Return a listing, a golden result or a manifest as a person reads it."""
    if "passed" in row:
        mark = "ok    " if row["passed"] else "FAILED"
        detail = f": {row['detail']}" if row["detail"] else ""
        return f"{mark}  {row['model_id']} {row['model_version']}  {row['case']}{detail}"
    if "label" in row:
        return json.dumps(row, ensure_ascii=False, indent=1)
    if row["problem"]:
        return f"{row['id']}: never runs. {row['problem']}"
    signed = "" if row["trust"] == "trusted" else f" ({row['trust']}: no trusted key has signed it)"
    speaks_of = ", ".join((*row["findings"], *row["entity_types"])) or "no finding"
    return (
        f"{row['id']} {row['version']}{signed}: {row['summary']}\n"
        f"  {row['task']}; {speaks_of}\n  For: {row['intended_population']}"
    )

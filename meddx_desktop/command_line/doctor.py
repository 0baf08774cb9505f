"""`meddx doctor`: what a support call asks for."""

import argparse
import json
import sys
from typing import Any

from meddx_desktop.analysis.jobs import collect_diagnostics, list_models
from meddx_desktop.command_line.exit_status import ExitStatus
from meddx_desktop.command_line.job_runner import JobRunner, report_failure
from meddx_desktop.engine.messages import Failed, Succeeded
from meddx_desktop.engine.sandbox import sandbox_state
from meddx_desktop.resources import keeps_measurements, measurements_folder
from meddx_desktop.store.kept_files import kept_files


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command's arguments."""
    command = commands.add_parser(
        "doctor", help="versions, device, models, codecs, folders, disk: what support asks for"
    )
    command.add_argument("--json", action="store_true", help="one JSON object")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> ExitStatus:
    """Print the state of this installation."""
    with JobRunner() as runner:
        state_job, models_job = runner.submit(collect_diagnostics), runner.submit(list_models)
        results: dict[int, Any] = {}
        for reply in runner.replies():
            match reply:
                case Succeeded(job_id=job_id, result=result):
                    results[job_id] = result
                case Failed():
                    report_failure(reply)
                    return ExitStatus.BROKEN
    state = results[state_job]
    state["sandbox"] = sandbox_state()
    state["kept_measurements"] = describe_kept()
    state["models"] = [
        {"id": model["id"], "version": model["version"], "problem": model["problem"]}
        for model in results[models_job]
    ]
    if arguments.json:
        sys.stdout.write(json.dumps(state, ensure_ascii=False) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in outline(state))
    return ExitStatus.DONE


def describe_kept() -> dict[str, Any]:
    """Return where measurements are kept and how many; workers do not see that folder."""
    folder = measurements_folder()
    files = kept_files(folder)
    return {
        "is_on": keeps_measurements(),
        "folder": str(folder),
        "files": len(files),
        "kib": -(-sum(path.stat().st_size for path in files) // 1024),
    }


def outline(state: dict[str, Any], indent: str = "") -> list[str]:
    """Return an indented outline of nested facts."""
    lines: list[str] = []
    for name, value in state.items():
        title = name.replace("_", " ")
        match value:
            case dict():
                lines += [f"{indent}{title}:", *outline(value, indent + "  ")]
            case list():
                lines += [f"{indent}{title}:", *(f"{indent}  {in_words(entry)}" for entry in value)]
            case _:
                lines.append(f"{indent}{title}: {in_words(value)}")
    return lines


def in_words(value: object) -> str:
    """Return a fact as a person reads it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return " ".join(str(part) for part in value.values() if part is not None)
    return str(value)

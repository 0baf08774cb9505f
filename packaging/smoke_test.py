"""Run the packaged build as a clinic would: no Python, no environment, no network.

Any unexpected line on standard error fails. What the samples must give lies in
`resources/samples/golden-findings.json`; `--record` writes it anew with the source tree's program,
after a model or a sample has changed.
"""

import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from contents import PROGRAM

PACKAGING = Path(__file__).resolve().parent
BUILD = PACKAGING / "dist" / PROGRAM
GOLDEN = BUILD / "_internal" / "resources" / "samples" / "golden-findings.json"
TOLERANCE = 0.02


def main(arguments: list[str]) -> int:
    """Return 0 when every check passes; print one line for each."""
    if arguments == ["--record"]:
        return record()
    if not BUILD.is_dir():
        sys.stderr.write("There is no build yet: bash packaging/dev.sh build\n")
        return 1
    with tempfile.TemporaryDirectory(prefix="meddx smoke тест ") as home:
        checks = (check_self_test, check_samples, check_window)
        problems = [
            f"{check.__name__}: {problem}" for check in checks for problem in check(Path(home))
        ]
    for problem in problems:
        sys.stderr.write(problem + "\n")
    print(f"{len(problems)} problems" if problems else "The packaged build passes its smoke test.")
    return 1 if problems else 0


def record() -> int:
    """Write the findings of the source tree's program on the samples."""
    command = [sys.executable, "-m", "meddx_desktop", "analyze", "--sample-case", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    golden = PACKAGING.parent / "resources" / "samples" / GOLDEN.name
    found = {name: round(value, 4) for name, value in sorted(findings_of(done.stdout).items())}
    golden.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return 0


def start(arguments: list[str], home: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the program without environment and, where the kernel allows, without network."""
    isolated = ["unshare", "--net", "--map-root-user"] if can_unshare() else []
    environment = {
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "MEDDX_HOME": str(home / "meddx"),
        "TMPDIR": str(home),
        **variables,
    }
    return subprocess.run(
        [*isolated, str(BUILD / PROGRAM), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


def can_unshare() -> bool:
    """Return whether an empty network namespace can be made here."""
    tool = shutil.which("unshare")
    command = [tool or "", "--net", "--map-root-user", "true"]
    return (
        tool is not None
        and subprocess.run(command, capture_output=True, check=False).returncode == 0
    )


def judge(done: subprocess.CompletedProcess[str], status: int = 0) -> list[str]:
    """Return what is wrong with a finished run: its exit status or words on standard error."""
    problems = (
        [] if done.returncode == status else [f"exit status {done.returncode}, expected {status}"]
    )
    return problems + [f"unexpected on standard error: {line}" for line in done.stderr.splitlines()]


def check_self_test(home: Path) -> list[str]:
    """Let every bundled model, reader and codec answer as recorded."""
    done = start(["self-test"], home)
    print(done.stdout.strip())
    return judge(done)


def check_samples(home: Path) -> list[str]:
    """Compare the findings on the bundled samples with the recorded ones."""
    done = start(["analyze", "--sample-case", "--json"], home)
    problems = judge(done)
    found = findings_of(done.stdout)
    expected: dict[str, float] = json.loads(GOLDEN.read_text(encoding="utf-8"))
    problems += [f"missing finding {name}" for name in expected.keys() - found.keys()]
    return problems + [
        f"{name}: {found[name]:.4f}, recorded {expected[name]:.4f}"
        for name in expected.keys() & found.keys()
        if not math.isclose(found[name], expected[name], abs_tol=TOLERANCE)
    ]


def findings_of(lines: str) -> dict[str, float]:
    """Return each finding's probability, and each sample's number of entities, by name."""
    found: dict[str, float] = {}
    for line in map(json.loads, lines.splitlines()):
        name = Path(line["path"]).name
        for analysis in line["analyses"]:
            for finding in analysis["findings"]:
                key = f"{name} | {analysis['model_id']} | {finding['concept']['meaning']}"
                found[key] = finding["probability"]
            if analysis.get("entities"):
                found[f"{name} | {analysis['model_id']} | entities"] = len(analysis["entities"])
    return found


def check_window(home: Path) -> list[str]:
    """Let the window open the sample case and draw itself."""
    picture = home / "window.png"
    done = start(["--sample-case", "--screenshot", str(picture)], home, QT_QPA_PLATFORM="offscreen")
    problems = judge(done)
    if not picture.is_file() or picture.stat().st_size < 20_000:
        return [*problems, "no screenshot of the window"]
    kept = Path(os.environ.get("MEDDX_SMOKE_OUTPUT", str(PACKAGING / "scratch")))
    kept.mkdir(parents=True, exist_ok=True)
    shutil.copy(picture, kept / "smoke-test-window.png")
    return problems


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

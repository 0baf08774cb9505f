"""`python -m training.distributed --workers 2 --work DIR`: workers on this computer's loopback."""

import argparse
import json
import os
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from training.command_line import say

_PATIENCE_S = 1800


def main(arguments: list[str]) -> int:
    """Start the workers, wait for them, return the worst of their exit statuses."""
    parser = argparse.ArgumentParser(prog="python -m training.distributed")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--work", type=Path, required=True, help="the state is kept here")
    options, passed_on = parser.parse_known_args(arguments)
    options.work.mkdir(parents=True, exist_ok=True)
    addresses = free_addresses(options.workers)
    command = [sys.executable, "-m", "training.distributed.worker", "--work", str(options.work)]
    started = []
    for place in range(options.workers):
        config = {
            "cluster": {"worker": addresses},
            "task": {"type": "worker", "index": place},
        }
        environment = {**os.environ, "TF_CONFIG": json.dumps(config)}
        # Our own module with the words of our own command line.
        started.append(subprocess.Popen([*command, *passed_on], env=environment))  # noqa: S603 - see above
    return wait_for(started)


def free_addresses(count: int) -> list[str]:
    """Return addresses of the loopback that nobody listens at."""
    with ExitStack() as stack:
        listeners = [
            stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)
        ]
        return [f"127.0.0.1:{listener.getsockname()[1]}" for listener in listeners]


def wait_for(started: list["subprocess.Popen[bytes]"]) -> int:
    """Wait for all; when one fails the others would wait for ever, so they are ended."""
    worst = 0
    try:
        for process in started:
            worst = max(worst, abs(process.wait(_PATIENCE_S)))
            if worst:
                break
    except subprocess.TimeoutExpired:
        say("the workers did not end in time")
        worst = 1
    finally:
        for process in started:
            if process.poll() is None:
                process.kill()
                process.wait()
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

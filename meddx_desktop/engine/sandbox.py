"""What a worker may touch: Python itself, the models, and the files that its job names.

Landlock can only be tightened, so a worker is bound to one `Grant` for life. The engine gives a
job to a bound worker whose grant covers it, and otherwise to a fresh one (engine/lane_runner.py).
"""

import os
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from meddx_desktop.engine import landlock, seccomp
from meddx_desktop.resources import key_folders, model_folders, resources_folder

_NETWORK_VERSION = 4

# What the dynamic linker, the C library, ONNX Runtime and Qt's multimedia plug-ins look at.
_SYSTEM = (
    "/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib",
    "/nix/store", "/etc/ld.so.cache", "/etc/ld.so.preload", "/etc/localtime", "/etc/nsswitch.conf",
    "/etc/passwd",     "/usr/share/zoneinfo", "/usr/share/locale", "/usr/share/mime", "/proc/self",
    "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/filesystems", "/proc/sys/vm",
    "/sys/devices", "/sys/bus/pci", "/sys/fs/cgroup", "/dev/urandom", "/dev/random", "/dev/zero",
)  # fmt: skip
_WRITABLE_DEVICES = ("/dev/null",)


@dataclass(frozen=True, slots=True)
class Grant:
    """The files and folders, by absolute path, that one worker may read or change."""

    readable: frozenset[str] = frozenset()
    writable: frozenset[str] = frozenset()

    def covers(self, wanted: "Grant") -> bool:
        """Return whether a worker with this grant may do what `wanted` asks for."""
        readable = self.readable | self.writable
        return all(_is_beneath(path, readable) for path in wanted.readable) and all(
            _is_beneath(path, self.writable) for path in wanted.writable
        )

    def without(self, folder: str) -> "Grant":
        """Return this grant less what lies beneath a folder that every worker may read."""
        shared = frozenset({folder})
        needed = frozenset(path for path in self.readable if not _is_beneath(path, shared))
        return Grant(needed, self.writable)

    def joined(self, other: "Grant") -> "Grant":
        """Return a grant that covers both."""
        return Grant(self.readable | other.readable, self.writable | other.writable)


def grant_for(paths: Iterable[Path], writable: Iterable[Path]) -> Grant:
    """Return what a job with these paths needs; a path to be created stands for its folder.

    Where no worker can give up files, no job needs a grant.
    """
    if not is_available():
        return Grant()
    return Grant(
        frozenset(os.path.realpath(path) for path in paths),
        frozenset(os.path.realpath(path if path.exists() else path.parent) for path in writable),
    )


def is_available() -> bool:
    """Return whether this kernel lets a worker give up its rights."""
    return landlock.abi_version() > 0


def give_up_network() -> None:
    """Give up, for good, every connection to a machine or program and every signal to one."""
    landlock.give_up_network()
    seccomp.give_up_sockets()


class Confinement:
    """What a worker gives up with its first job.

    Most of the rules are made before it comes, as a person waits from then on.
    """

    def __init__(self, *own_folders: str) -> None:
        self._rules = landlock.FileRules() if is_available() else None
        if self._rules is not None:
            self._rules.allow(installation_paths(), (*_WRITABLE_DEVICES, *own_folders))

    def enforce(self, grant: Grant) -> None:
        """Give up, for good, every file beyond Python, the models, `grant` and the own folders."""
        if self._rules is not None:
            # Models may have been installed since the worker was started.
            self._rules.allow((*_model_paths(), *grant.readable), grant.writable)
            self._rules.enforce()


def installation_paths() -> tuple[str, ...]:
    """Return what every worker reads: system libraries, Python, this app and its models."""
    paths = sysconfig.get_paths()
    installed = [paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    installed += [sys.prefix, sys.base_prefix, sys.exec_prefix]
    if getattr(sys, "frozen", False):
        installed += [sys._MEIPASS, str(Path(sys.executable).parent)]  # type: ignore[attr-defined]  # noqa: SLF001
    own = (str(Path(__file__).resolve().parents[1]), str(resources_folder()))
    return (*_SYSTEM, *dict.fromkeys(installed), *own, *_model_paths())


def _model_paths() -> tuple[str, ...]:
    return tuple(str(path) for path in (*model_folders(), *key_folders()))


def sandbox_state() -> str:
    """Say in words how far the workers are shut in on this machine."""
    version = landlock.abi_version()
    given_up = []
    if version > 0:
        given_up += ["other files", "starting programs"]
    if seccomp.is_available():
        given_up.append("the network")
    elif version >= _NETWORK_VERSION:
        given_up.append("TCP")
    limit = "a process of its own" if sys.platform == "win32" else "a memory limit"
    if not given_up:
        return f"workers have {limit}; this system offers no sandbox"
    return f"workers have {limit} and give up {', '.join(given_up)} (Landlock version {version})"


def _is_beneath(path: str, folders: frozenset[str]) -> bool:
    # A series may have thousands of files; pathlib takes five times as long.
    while path not in folders:
        parent = os.path.dirname(path)  # noqa: PTH120 - see above
        if parent == path:
            return False
        path = parent
    return True

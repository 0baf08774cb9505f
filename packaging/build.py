"""Make the packaged one-folder build and bound its size.

Run it from an environment without the training extra: `bash packaging/dev.sh build`.
"""

import importlib.util
import subprocess
import sys
from pathlib import Path

from contents import PROGRAM, SIZE_LIMIT_MIB, STRIPPED

PACKAGING = Path(__file__).resolve().parent


def main() -> int:
    """Build into packaging/dist/meddx and return 0, or 1 with the reason on standard error."""
    if importlib.util.find_spec("tensorflow") is not None:
        sys.stderr.write("The training extra is installed here; use: bash packaging/dev.sh build\n")
        return 1
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"]
    command += ["--distpath", str(PACKAGING / "dist"), "--workpath", str(PACKAGING / "scratch")]
    subprocess.run([*command, str(PACKAGING / "meddx_desktop.spec")], check=True)
    folder = PACKAGING / "dist" / PROGRAM
    if sys.platform == "linux":
        strip_debugging(folder / "_internal")
    return report_size(folder)


def strip_debugging(folder: Path) -> None:
    """Take away what only a debugger needs; PyInstaller needs binutils anyway."""
    libraries = [path for pattern in STRIPPED for path in sorted(folder.glob(pattern))]
    subprocess.run(["strip", "--strip-unneeded", *libraries], check=True)


def report_size(folder: Path) -> int:
    """Print the size with its largest parts; return 1 above the bound."""
    sizes = {path: path.lstat().st_size for path in folder.rglob("*") if path.is_file()}
    total = sum(sizes.values()) / 2**20
    for path in sorted(sizes, key=lambda path: -sizes[path])[:10]:
        print(f"{sizes[path] / 2**20:8.1f} MiB  {path.relative_to(folder)}")
    print(f"{total:8.1f} MiB  in all, bound {SIZE_LIMIT_MIB} MiB: {folder}")
    if total > SIZE_LIMIT_MIB:
        sys.stderr.write("The build is larger than its bound.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

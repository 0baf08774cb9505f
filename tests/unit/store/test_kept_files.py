"""Files are written whole or not at all, and nobody's work is written over."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from meddx_desktop.store.kept_files import KeptFiles, kept_files, remove_all
from tests.conftest import REPOSITORY


def files_in(folder: Path) -> KeptFiles:
    return KeptFiles(folder / "measurements", "ab" * 16)


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    files_in(tmp_path).write(b"one")
    assert files_in(tmp_path).read() == {1: b"one"}
    assert kept_files(tmp_path / "measurements") == [files_in(tmp_path).path(1)]


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX")
def test_only_this_account_reads_folder_and_file(tmp_path: Path) -> None:
    files_in(tmp_path).write(b"one")
    folder = tmp_path / "measurements"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [path.stat().st_mode & 0o777 for path in folder.iterdir()] == [0o600]


def test_the_own_file_is_written_over_and_removed(tmp_path: Path) -> None:
    files_in(tmp_path).write(b"one")
    files = files_in(tmp_path)
    files.read()
    files.own(1)
    files.write(b"two")
    files.write(b"three")
    assert files_in(tmp_path).read() == {1: b"three"}
    files.remove()
    assert list((tmp_path / "measurements").iterdir()) == []
    files.write(b"four")
    assert files_in(tmp_path).read() == {1: b"four"}


def test_a_file_that_was_not_understood_is_left_alone(tmp_path: Path) -> None:
    files_in(tmp_path).write(b"of a newer version")
    files = files_in(tmp_path)
    files.read()
    files.write(b"mine")
    assert files_in(tmp_path).read() == {1: b"of a newer version", 2: b"mine"}
    files.remove()
    assert files_in(tmp_path).read() == {1: b"of a newer version"}


def test_two_running_programs_do_not_write_over_each_other(tmp_path: Path) -> None:
    files_in(tmp_path).write(b"before")
    first, second = files_in(tmp_path), files_in(tmp_path)
    for files in (first, second):
        files.read()
        files.own(1)
    first.write(b"of the first")
    second.write(b"of the second")
    first.write(b"of the first, later")
    second.write(b"of the second, later")
    both = files_in(tmp_path)
    assert both.read() == {1: b"of the first, later", 2: b"of the second, later"}
    both.own(1)
    both.own(2)
    first.remove()
    both.write(b"of both")
    assert files_in(tmp_path).read() == {2: b"of both"}


def test_files_that_were_read_together_become_one(tmp_path: Path) -> None:
    for content in (b"one", b"two", b"three"):
        files_in(tmp_path).write(content)
    files = files_in(tmp_path)
    assert sorted(files.read()) == [1, 2, 3]
    for number in (1, 3):
        files.own(number)
    files.write(b"one and three")
    assert files_in(tmp_path).read() == {1: b"one and three", 2: b"two"}


def test_there_is_an_end_to_files_that_are_left_alone(tmp_path: Path) -> None:
    for _ in range(9):
        files_in(tmp_path).write(b"damaged")
    with pytest.raises(FileExistsError):
        files_in(tmp_path).write(b"mine")
    assert len(files_in(tmp_path).read()) == 9


_FULL = """
import resource, signal, sys
from pathlib import Path
from meddx_desktop.store.kept_files import KeptFiles
files = KeptFiles(Path(sys.argv[1]), "ab" * 16)
files.read()
files.own(1)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    files.write(bytes(5000))
except OSError as error:
    print(type(error).__name__)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits the size of files")
def test_a_disk_that_takes_only_a_part_leaves_the_old_file(tmp_path: Path) -> None:
    files = files_in(tmp_path)
    files.write(b"old")
    ended = subprocess.run(
        [sys.executable, "-c", _FULL, files.folder],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stdout.strip() == "OSError", ended.stderr
    assert files_in(tmp_path).read() == {1: b"old"}
    assert list(files.folder.iterdir()) == [files.path(1)], "no part is left"


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "measurements").write_text("a file is in the way")
    with pytest.raises(FileExistsError):
        files_in(tmp_path).write(b"one")
    assert (tmp_path / "measurements").read_text() == "a file is in the way"
    with pytest.raises(NotADirectoryError):
        KeptFiles(tmp_path / "measurements" / "below", "ab").write(b"one")


def test_what_killed_programs_left_is_removed_later(tmp_path: Path) -> None:
    files_in(tmp_path).write(b"one")
    folder = tmp_path / "measurements"
    old, young = folder / "x.unfinished", folder / "y.unfinished"
    for path in (old, young):
        path.write_bytes(b"part")
    os.utime(old, (0, 0))
    files_in(tmp_path).write(b"two")
    assert not old.exists()
    assert young.exists()
    remove_all(folder)
    assert list(folder.iterdir()) == []
    remove_all(tmp_path / "never made")

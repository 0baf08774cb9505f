"""Files made to exhaust memory are refused within the budget, measured in a process of its own."""

import json
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
from pydicom.encaps import encapsulate

BUDGET_MIB = 512
JPEG_2000 = "1.2.840.10008.1.2.4.90"

# Peak memory comes from the kernel; the test process itself has long had larger arrays.
INSPECT = """
import json, sys
from pathlib import Path
from meddx_desktop.analysis.inspect import InspectOptions, inspect_paths
from meddx_desktop.case.progress import ignore_progress

def peak_mib():
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) // 1024

idle = peak_mib()
lines = list(inspect_paths((Path(sys.argv[1]),), InspectOptions(pixels=True), ignore_progress))
print(json.dumps({"lines": lines, "grown_mib": peak_mib() - idle}))
"""


def inspect_apart(path: Path) -> dict[str, Any]:
    """Inspect a file in a fresh process; return its lines and how much memory it took."""
    command = [sys.executable, "-c", INSPECT, str(path)]
    repository = Path(__file__).resolve().parents[2]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=repository)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def huge_jpeg_2000(path: Path, write_dicom: Callable[..., Path]) -> Path:
    """Header and stream agree on a size that the stream does not fill."""
    stream = bytearray(imagecodecs.jpeg2k_encode(np.zeros((64, 64), np.uint8), codecformat="j2k"))
    for offset in (8, 12, 24, 28):
        struct.pack_into(">I", stream, offset, 15_000)
    return write_dicom(
        path,
        np.zeros((2, 2), np.uint8),
        syntax=JPEG_2000,
        content=encapsulate([bytes(stream)]),
        Rows=15_000,
        Columns=15_000,
    )


def deflate_bomb(path: Path, write_dicom: Callable[..., Path]) -> Path:
    """One gibibyte of zeros in a few megabytes."""
    packer = zlib.compressobj(1, wbits=-zlib.MAX_WBITS)
    block = packer.compress(bytes(8 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    # After a full flush the same block can be said again.
    again = packer.compress(bytes(8 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    body = block + again * 127 + packer.flush()
    uid = b"1.2.840.10008.1.2.1.99"
    meta = b"\x02\x00\x10\x00UI" + struct.pack("<H", len(uid)) + uid
    path.write_bytes(bytes(128) + b"DICM" + meta + body)
    return path


def many_frames(path: Path, write_dicom: Callable[..., Path]) -> Path:
    """A claim of two thousand million frames."""
    return write_dicom(path, NumberOfFrames=2_000_000_000)


def zip_bomb(path: Path, write_dicom: Callable[..., Path]) -> Path:
    """A quarter of a gibibyte of zeros in an archive."""
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("zeros.dcm", "w", force_zip64=True) as member,
    ):
        for _ in range(256):
            member.write(bytes(1 << 20))
    return path


def nested_sequences(path: Path, write_dicom: Callable[..., Path]) -> Path:
    """Sequences a million levels deep."""
    level = b"\x40\x00\x75\x02SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff"
    path.write_bytes(bytes(128) + b"DICM" + level * 1_000_000)
    return path


def huge_png(path: Path, write_dicom: Callable[..., Path]) -> Path:
    """A picture of 60,000 x 60,000 pixels in a few bytes."""
    content = bytearray(imagecodecs.png_encode(np.zeros((8, 8), np.uint8)))
    struct.pack_into(">II", content, 16, 60_000, 60_000)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "make",
    [huge_jpeg_2000, deflate_bomb, many_frames, zip_bomb, nested_sequences, huge_png],
    ids=lambda make: make.__name__.replace("_", " "),
)
def test_a_hostile_file_is_refused_within_the_memory_budget(
    tmp_path: Path,
    write_dicom: Callable[..., Path],
    make: Callable[[Path, Callable[..., Path]], Path],
) -> None:
    path = make(tmp_path / "hostile", write_dicom)
    found = inspect_apart(path)
    (line,) = found["lines"]
    assert line["status"] == "error"
    assert "hostile" in line["error"]["message"]
    assert found["grown_mib"] < BUDGET_MIB

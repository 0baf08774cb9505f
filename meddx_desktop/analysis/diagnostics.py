"""What a support call asks for: versions, device in effect, codecs, folders, disk."""

import os
import platform
import shutil
import sys
from pathlib import Path
from typing import Any

import imagecodecs
import numpy
import onnxruntime
import pydicom
import soundfile

from meddx_desktop import __version__
from meddx_desktop.case.progress import ReportProgress
from meddx_desktop.inference.signatures import unusable_keys
from meddx_desktop.resources import log_folder, model_folders, resources_folder, user_folder

PIXEL_CODECS = ("jpeg", "jpeg8", "ljpeg", "jpegls", "jpeg2k", "htj2k", "png", "tiff", "zlib")


def collect_diagnostics(progress: ReportProgress) -> dict[str, Any]:
    """Return the state of this installation, without any patient data or file of the person."""
    progress(0, 1, "Collecting diagnostics")
    return {
        "meddx": __version__,
        "is_packaged": bool(getattr(sys, "frozen", False)),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "processors": os.cpu_count(),
        "device": "CPU (CPUExecutionProvider)",
        "network": "none",
        "libraries": {
            "numpy": numpy.__version__,
            "onnxruntime": onnxruntime.__version__,
            "pydicom": pydicom.__version__,
            "imagecodecs": imagecodecs.__version__,
            "soundfile": soundfile.__version__,
            "libsndfile": soundfile.__libsndfile_version__,
        },
        "pixel_codecs": {name: has_codec(name) for name in PIXEL_CODECS},
        "audio_formats": sorted(soundfile.available_formats()),
        "folders": {
            "resources": str(resources_folder()),
            "user": str(user_folder()),
            "logs": str(log_folder()),
            "models": [str(folder) for folder in model_folders()],
        },
        "unusable_keys": [str(path) for path in unusable_keys()],
        "free_disk_mib": free_disk_mib(user_folder()),
    }


def has_codec(name: str) -> bool:
    """Return whether imagecodecs was built with this decoder."""
    codec = getattr(imagecodecs, name.upper(), None)
    return codec is not None and bool(codec.available)


def free_disk_mib(folder: Path) -> int:
    """Return the free space of the disk that holds the folder or its nearest parent."""
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    return shutil.disk_usage(existing).free // 2**20

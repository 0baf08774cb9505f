"""The checks that a build runs after installation, on what it bundles."""

import io
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import imagecodecs
import numpy as np
import soundfile

from meddx_desktop.analysis.models import list_models, test_model
from meddx_desktop.analysis.open_files import open_paths
from meddx_desktop.analysis.sample_case import SampleItem, read_sample_case
from meddx_desktop.case.audio_clip import AudioClip
from meddx_desktop.case.case import RefusedFile, kind_of
from meddx_desktop.case.errors import MedDxError
from meddx_desktop.case.progress import ReportProgress, ignore_progress
from meddx_desktop.readers.audio_samples import read_samples
from meddx_desktop.resources import resources_folder
from meddx_desktop.store.image_keys import SeriesKey
from meddx_desktop.store.kept_measurements import KeptMeasurements, from_bytes, to_bytes
from meddx_desktop.store.sealing import DamagedSealError, find_place, seal, unseal

LOSSLESS_CODECS = ("ljpeg", "jpegls", "jpeg2k", "htj2k", "png", "zlib")
AUDIO_FORMATS = ("WAV", "FLAC", "OGG", "MP3")


@dataclass(frozen=True, slots=True)
class Check:
    """One named check, whether it passed, and what to know about it."""

    name: str
    passed: bool
    detail: str = ""


def run_self_test(progress: ReportProgress) -> Generator[Check, None, None]:
    """Check every codec, audio format, seal, bundled sample and installed model in turn."""
    checks = list(list_checks())
    for done, (name, check) in enumerate(checks):
        progress(done, len(checks), name)
        yield attempt(name, check)


def list_checks() -> Iterator[tuple[str, Callable[[], str]]]:
    """Yield each check's name and the function that returns its detail or raises."""
    for codec in LOSSLESS_CODECS:
        yield f"pixel codec {codec}", partial(round_trip_pixels, codec)
    for audio_format in AUDIO_FORMATS:
        yield f"audio format {audio_format}", partial(round_trip_sound, audio_format)
    for path in sorted((resources_folder() / "samples" / "formats").iterdir()):
        yield f"audio decoder {path.suffix[1:].upper()}", partial(decode_sound, path)
    yield "sealing of kept measurements", round_trip_seal
    for sample in read_sample_case():
        yield f"sample {sample.path.name}", partial(open_sample, sample)
    for listing in list_models(ignore_progress):
        name = f"model {listing.model_id} {listing.version or ''}".rstrip()
        yield name, partial(check_model, listing.model_id)


def attempt(name: str, check: Callable[[], str]) -> Check:
    """Run one check; its errors are its result."""
    try:
        return Check(name, passed=True, detail=check())
    except (MedDxError, ValueError, RuntimeError, OSError, ImportError) as error:
        return Check(name, passed=False, detail=str(error))


def round_trip_pixels(codec: str) -> str:
    """Encode and decode a 12-bit ramp without loss."""
    ramp = (np.arange(64 * 64, dtype=np.uint16) % 4096).reshape(64, 64)
    encode = getattr(imagecodecs, f"{codec}_encode")
    decode = getattr(imagecodecs, f"{codec}_decode")
    if codec == "zlib":
        decoded = np.frombuffer(decode(encode(ramp.tobytes())), np.uint16).reshape(64, 64)
    else:
        options = {"reversible": True} if codec in {"jpeg2k", "htj2k"} else {}
        decoded = decode(encode(ramp, **options))
    if not np.array_equal(decoded, ramp):
        raise ValueError("decoded pixels differ from the encoded ones")
    return ""


def round_trip_sound(audio_format: str) -> str:
    """Write and read one second of a tone; compressed formats may differ a little."""
    tone = np.sin(np.arange(16000) * 2 * np.pi * 220 / 16000).astype(np.float32) / 2
    buffer = io.BytesIO()
    soundfile.write(buffer, tone, 16000, format=audio_format)
    buffer.seek(0)
    samples, rate = soundfile.read(buffer, dtype="float32")
    level = float(np.sqrt(np.mean(np.square(samples))))
    if rate != 16000 or abs(level - 0.3536) > 0.02:
        raise ValueError(f"the decoded tone has level {level:.3f} at {rate} Hz")
    return ""


def decode_sound(path: Path) -> str:
    """Decode a bundled recording completely; it must hold sound."""
    (clip,) = open_paths((path,), ignore_progress)
    if not isinstance(clip, AudioClip):
        raise MedDxError(getattr(clip, "message", "it is not opened as a recording"))
    samples = read_samples(clip)
    if float(np.abs(samples).max()) < 0.01:
        raise ValueError("the decoded recording is silent")
    return f"{clip.duration_s:.1f} s"


def round_trip_seal() -> str:
    """Seal and open what is kept of a series; another series must not open it."""
    own, other = (
        find_place(SeriesKey("self-test", "2.25.1", uid), ignore_progress)
        for uid in ("2.25.2", "2.25.3")
    )
    sealed = seal(to_bytes(KeptMeasurements()), own)
    if not from_bytes(unseal(sealed, own)).is_empty:
        raise ValueError("what was opened differs from what was sealed")
    try:
        unseal(sealed, other)
    except DamagedSealError:
        return ""
    raise ValueError("the key of another series opens it")


def open_sample(sample: SampleItem) -> str:
    """Read a bundled sample completely."""
    found = list(open_paths((sample.path,), ignore_progress))
    refused = [entry.message for entry in found if isinstance(entry, RefusedFile)]
    kinds = [kind_of(entry) for entry in found if not isinstance(entry, RefusedFile)]
    if refused or kinds != [sample.kind]:
        raise ValueError("; ".join(refused) or f"opened as {kinds}, expected {sample.kind}")
    return sample.kind


def check_model(model_id: str) -> str:
    """Recompute the golden cases of an installed model from their files."""
    results = list(test_model(model_id, ignore_progress))
    faults = [f"{result.case}: {result.detail}" for result in results if not result.passed]
    if faults or not results:
        raise ValueError("; ".join(faults) or "the package has no golden case")
    return f"{len(results)} golden cases"

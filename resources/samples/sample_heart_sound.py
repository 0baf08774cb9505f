"""The sample case's recording: a synthesized heart sound with a systolic murmur."""

from pathlib import Path

import soundfile

from training.heart_murmur.synthetic_sound import HeartSound, synthesize

FILE_NAME = "synthetic-heart-sound-murmur.flac"
TITLE = "Synthetic heart sound: systolic murmur"
SOUND = HeartSound(duration_s=12.0, heart_rate=92, murmur=0.35, seed=7)


def make(folder: Path) -> dict[str, object]:
    """Write the file and return its entry in the list of samples."""
    path = folder / FILE_NAME
    soundfile.write(path, synthesize(SOUND), SOUND.sampling_frequency, subtype="PCM_16")
    return {"file": FILE_NAME, "kind": "audio", "title": TITLE}

"""Make every bundled sample anew: `python resources/samples/make_samples.py`.

Each module beside this one makes one file, the same bytes each time, and returns its entry for
`sample-case.json`. Nothing is taken from a patient.
"""

import json
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
LISTING = FOLDER / "sample-case.json"


def main() -> None:
    """Write all samples and their list."""
    sys.path.insert(0, str(FOLDER.parents[1]))
    import sample_compressed_sound
    import sample_heart_sound
    import sample_record
    import sample_ultrasound

    modules = (sample_ultrasound, sample_record, sample_heart_sound)
    items = [module.make(FOLDER) for module in modules]
    text = json.dumps({"items": items}, indent=2, ensure_ascii=False) + "\n"
    LISTING.write_text(text, encoding="utf-8", newline="\n")
    sample_compressed_sound.make(FOLDER / sample_heart_sound.FILE_NAME, FOLDER / "formats")


if __name__ == "__main__":
    main()

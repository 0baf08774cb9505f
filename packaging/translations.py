"""Collect the window's texts into .ts files and compile them."""

import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
TRANSLATIONS = REPOSITORY / "resources" / "translations"
SOURCE = TRANSLATIONS / "meddx_en.ts"
TOOLS = Path(sys.executable).parent


def collect(target: Path) -> None:
    """Bring a .ts file up to date with the sources; obsolete texts go."""
    sources = sorted((REPOSITORY / "meddx_desktop" / "ui").glob("*.py"))
    language = ["-source-language", "en", "-target-language", target.stem.partition("_")[2]]
    subprocess.run(
        [
            TOOLS / "pyside6-lupdate",
            *("-tr-function-alias", "QT_TRANSLATE_NOOP+=mark"),
            *("-no-obsolete", "-locations", "none", "-silent", *language),
            *sources,
            *("-ts", target),
        ],
        check=True,
        capture_output=True,
        text=True,
    )


def release(source: Path) -> Path:
    """Compile a .ts file to the .qm file beside it."""
    target = source.with_suffix(".qm")
    subprocess.run(
        [TOOLS / "pyside6-lrelease", "-silent", source, "-qm", target],
        check=True,
        capture_output=True,
        text=True,
    )
    return target


def translate(source: Path, target: Path, change: Callable[[str], str]) -> None:
    """Write a .ts file whose every text, plurals included, is changed by a function."""
    tree = ET.parse(source)  # noqa: S314 - our own file
    root = tree.getroot()
    root.set("language", target.stem.partition("_")[2])
    for message in root.iter("message"):
        text = message.findtext("source") or ""
        translation = message.find("translation")
        if translation is not None:
            translation.attrib.pop("type", None)
            plurals = translation.findall("numerusform")
            for place in plurals or [translation]:
                place.text = change(text)
    tree.write(target, encoding="utf-8", xml_declaration=True)


def fill_english(path: Path) -> None:
    """English is its own translation, but for plurals, which it has to name."""
    tree = ET.parse(path)  # noqa: S314 - our own file
    for message in tree.getroot().iter("message"):
        if message.get("numerus") != "yes":
            continue
        text = message.findtext("source") or ""
        forms = message.findall("translation/numerusform")
        for place, ending in zip(forms, ("", "s"), strict=True):
            place.text = place.text or text.replace("(s)", ending)
        translation = message.find("translation")
        if translation is not None:
            translation.attrib.pop("type", None)
    tree.write(path, encoding="utf-8", xml_declaration=True)


if __name__ == "__main__":
    collect(SOURCE)
    fill_english(SOURCE)
    for found in sorted(TRANSLATIONS.glob("*.ts")):
        print(release(found).relative_to(REPOSITORY))

"""One battery over the table of readers: a new format is tested unasked."""

import wave
from collections.abc import Callable
from pathlib import Path

import imagecodecs
import numpy as np
import pytest

from meddx_desktop.case.audio_clip import AudioClip
from meddx_desktop.case.case import CaseItem
from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.case.image_series import ImageSeries
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.case.text_record import TextRecord
from meddx_desktop.case.waveform_record import WaveformRecord
from meddx_desktop.readers import READERS, open_path, read_head, reader_for
from meddx_desktop.readers.dicom import DicomReader
from meddx_desktop.readers.dicom_waveform import DicomWaveformReader
from meddx_desktop.readers.pdf_document import EncapsulatedPdfReader, PdfReader
from meddx_desktop.readers.plain_text import PlainTextReader
from meddx_desktop.readers.qt_audio_decoder import QtAudioReader
from meddx_desktop.readers.raster_image import RasterReader
from meddx_desktop.readers.reader import Reader
from meddx_desktop.readers.structured_report import StructuredReportReader
from meddx_desktop.readers.wave_audio import WaveAudioReader
from tests.pdf_files import Page, encapsulated_pdf, pdf
from tests.structured_reports import report
from tests.waveforms import resting_ecg

MakeFile = Callable[[Path], Path]

# The readers of which a file can be made here; Qt's decoder only reads.
WITHOUT_WRITER = (QtAudioReader,)


def _film(path: Path) -> Path:
    pixels = np.add.outer(np.arange(200), np.arange(300)).astype(np.uint16)
    path.write_bytes(imagecodecs.png_encode(pixels * 100))
    return path


def _record(path: Path) -> Path:
    path.write_text("HISTORY: cough for two weeks.\nPLAN: chest film.\n" * 20, encoding="utf-8")
    return path


def _sound(path: Path) -> Path:
    samples = (np.sin(np.arange(8000) / 10) * 9000).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(4000)
        file.writeframes(samples.tobytes())
    return path


def _document(path: Path) -> Path:
    path.write_bytes(pdf(Page("Cholesterol 5.2 mmol/l")))
    return path


@pytest.fixture
def makers(write_dicom: Callable[..., Path]) -> dict[type, tuple[MakeFile, type]]:
    """For each reader a function that writes a good file, and what it becomes."""
    pixels = np.arange(4096, dtype=np.uint16).reshape(64, 64)
    return {
        DicomReader: (lambda path: write_dicom(path, pixels), ImageSeries),
        RasterReader: (_film, ImageSeries),
        WaveAudioReader: (_sound, AudioClip),
        PlainTextReader: (_record, TextRecord),
        DicomWaveformReader: (resting_ecg, WaveformRecord),
        PdfReader: (_document, ImageSeries),
        EncapsulatedPdfReader: (
            lambda path: encapsulated_pdf(path, pdf(Page("Cholesterol 5.2 mmol/l"))),
            ImageSeries,
        ),
        StructuredReportReader: (lambda path: write_dicom(path, **report()), TextRecord),
    }


@pytest.fixture(params=[one for one in READERS if not isinstance(one, WITHOUT_WRITER)],
                ids=lambda reader: type(reader).__name__)  # fmt: skip
def reader(request: pytest.FixtureRequest) -> Reader:
    """Every reader of the table."""
    found: Reader = request.param
    return found


@pytest.fixture
def good_file(reader: Reader, makers: dict[type, tuple[MakeFile, type]], tmp_path: Path) -> Path:
    """A good file of the reader's format, without a suffix."""
    make, _ = makers[type(reader)]
    return make(tmp_path / "file")


def test_names_are_different() -> None:
    assert len({reader.name for reader in READERS}) == len(READERS)


def test_a_good_file_becomes_its_kind_of_item(
    reader: Reader, good_file: Path, makers: dict[type, tuple[MakeFile, type]]
) -> None:
    item = open_path(good_file, ignore_progress)
    assert isinstance(item, makers[type(reader)][1])
    assert item.source.path == good_file
    assert item.source.warnings == ()


@pytest.mark.parametrize("suffix", [".dcm", ".png", ".txt", ".wav", ".exe", ""])
def test_the_suffix_does_not_matter(reader: Reader, good_file: Path, suffix: str) -> None:
    renamed = good_file.rename(good_file.with_name(f"renamed{suffix}"))
    assert reader_for(renamed, read_head(renamed)) is reader
    open_path(renamed, ignore_progress)


def test_an_empty_file_is_refused(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "empty.dcm"
    path.touch()
    assert not reader.can_read(path, b"")
    with pytest.raises(RefusedFileError, match=r"empty\.dcm") as caught:
        open_path(path, ignore_progress)
    assert caught.value.code == "empty_file"


@pytest.mark.parametrize("share", [0.02, 0.3, 0.7, 0.99])
def test_a_cut_file_is_refused_or_opens_with_a_warning(
    reader: Reader, good_file: Path, share: float
) -> None:
    content = good_file.read_bytes()
    good_file.write_bytes(content[: int(len(content) * share)])
    found = open_or_refuse(good_file)
    if isinstance(found, RefusedFileError):
        assert good_file.name in found.message
        assert ". " in found.message
    else:
        # The end of a text cannot be missed.
        assert isinstance(found, TextRecord) or found.source.warnings


def open_or_refuse(path: Path) -> CaseItem | RefusedFileError:
    """Return the item, or the refusal as a value."""
    try:
        return open_path(path, ignore_progress)
    except RefusedFileError as error:
        return error


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedFileError, match="no such file"):
        open_path(tmp_path / "gone", ignore_progress)


@pytest.mark.parametrize(
    "content",
    [b"MZ\x90\0" + bytes(range(256)) * 8, b"\x7fELF" + bytes(500), bytes(5000),
     bytes(128) + b"DICM", b"PK\x03\x04" + bytes(100)],
    ids=["program", "library", "zeros", "preamble", "archive"],
)  # fmt: skip
def test_what_no_reader_understands_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "image.dcm"
    path.write_bytes(content)
    with pytest.raises(RefusedFileError, match=r"image\.dcm"):
        open_path(path, ignore_progress)

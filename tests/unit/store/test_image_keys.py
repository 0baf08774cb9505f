"""References to frames outlive the folder, and find their images alone or among others."""

from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from meddx_desktop.case.image_series import Frame, ImageSeries
from meddx_desktop.case.measurement import FrameReference, frame_reference
from meddx_desktop.case.source import Patient, Source
from meddx_desktop.store.image_keys import FileKey, OpenImages, SeriesKey, keys_of

AXIAL = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))


def make_series(
    folder: str, frames: tuple[Frame, ...], *, each_has_file: bool = True, **changes: object
) -> ImageSeries:
    """Return a series whose files lie in a folder."""
    placed = tuple(replace(one, path=Path(folder) / one.path) for one in frames)
    paths = tuple(one.path for one in placed)
    series = ImageSeries(
        source=Source(Path(folder), paths if each_has_file else paths[:1]),
        frames=placed,
        rows=8,
        columns=8,
        modality="CT",
        photometric_interpretation="MONOCHROME2",
        is_color=False,
        bits_stored=16,
        is_signed=False,
        patient=Patient(patient_id="P-1"),
        study_instance_uid="1.2",
        series_instance_uid="1.2.3",
    )
    return replace(series, **changes)  # type: ignore[arg-type]


def slices(count: int, *, with_uid: bool = True) -> tuple[Frame, ...]:
    return tuple(
        Frame(
            Path(f"{number}.dcm"),
            0,
            f"1.2.3.{number}" if with_uid else None,
            position=(0.0, 0.0, float(number)),
            orientation=AXIAL,
        )
        for number in range(count)
    )


def computed(series: ImageSeries, count: int) -> ImageSeries:
    """Return planes through a series as the window makes them (ui/plane_series.py)."""
    middle = series.frames[len(series.frames) // 2]
    frames = tuple(
        replace(middle, sop_instance_uid=None, position=(0.0, number / 3, 0.0))
        for number in range(count)
    )
    return replace(series, frames=frames)


def opened(*series: ImageSeries) -> OpenImages:
    images = OpenImages()
    for number, one in enumerate(series):
        images.put(number, one)
    return images


def moved(first: ImageSeries, second: ImageSeries, reference: FrameReference) -> FrameReference:
    """Keep a reference while a series is open and find it while another is."""
    kept = opened(first).lasting(reference)
    assert kept is not None
    key, lasting = kept
    assert (lasting.path, lasting.series_instance_uid) == ("", None)
    if isinstance(key, FileKey):
        # The worker finds that both files have one content.
        key = FileKey(second.frames[[one.path for one in first.frames].index(key.path)].path)
    found = opened(second).present(key, lasting)
    assert found is not None
    return found


@given(
    count=st.integers(1, 6),
    planes=st.integers(1, 8),
    number=st.integers(0, 7),
    with_uid=st.booleans(),
    each_has_file=st.booleans(),
    has_series=st.booleans(),
)
def test_every_frame_is_found_in_another_folder(
    count: int,
    planes: int,
    number: int,
    *,
    with_uid: bool,
    each_has_file: bool,
    has_series: bool,
) -> None:
    uid = "1.2.3" if has_series else None
    here, there = (
        make_series(
            folder,
            slices(count, with_uid=with_uid),
            each_has_file=each_has_file,
            series_instance_uid=uid,
        )
        for folder in ("/stick/ct", "/disk/copy")
    )
    frame = number % count
    if each_has_file or with_uid:
        expected = frame_reference(there, frame)
        assert moved(here, there, frame_reference(here, frame)) == expected
    plane = number % planes
    reference = frame_reference(computed(here, planes), plane)
    assert moved(here, there, reference) == frame_reference(computed(there, planes), plane)


def test_pages_of_a_file_without_uid_are_found() -> None:
    pages = tuple(Frame(Path("report.pdf"), number) for number in range(3))
    changes = {"series_instance_uid": None, "each_has_file": False}
    here, there = (make_series(name, pages, **changes) for name in ("/a", "/b"))  # type: ignore[arg-type]
    assert keys_of(here) == (FileKey(Path("/a/report.pdf")),)
    assert moved(here, there, frame_reference(here, 2)) == frame_reference(there, 2)


def test_a_slice_that_is_not_open_waits_for_its_file() -> None:
    whole = make_series("/ct", slices(3))
    part = make_series("/ct", slices(3)[:1])
    kept = opened(whole).lasting(frame_reference(whole, 2))
    assert kept is not None
    images = opened(part)
    assert images.present(*kept) is None
    images.put(0, whole)
    assert images.present(*kept) == frame_reference(whole, 2)


def test_a_member_of_an_archive_is_read_where_it_was_unpacked() -> None:
    shown = Path("/films.zip/one.png")
    unpacked = Frame(Path("/scratch/x/one.png"))
    series = make_series("/", (unpacked,), series_instance_uid=None)
    series = replace(series, source=Source(Path("/films.zip"), (shown,)))
    reference = frame_reference(series, 0)
    assert reference.path == str(shown)
    kept = opened(series).lasting(reference)
    assert kept is not None
    assert kept[0] == FileKey(Path("/scratch/x/one.png"))
    assert opened(series).present(*kept) == reference


def test_two_patients_under_one_uid_are_two_series() -> None:
    first = make_series("/a", slices(2))
    second = make_series("/b", slices(2), patient=Patient(patient_id="P-2"))
    assert keys_of(first) == (SeriesKey("P-1", "1.2", "1.2.3"),)
    assert set(keys_of(first)).isdisjoint(keys_of(second))


def test_images_that_are_not_open_have_no_key() -> None:
    series = make_series("/a", slices(2))
    assert opened().lasting(frame_reference(series, 0)) is None
    assert opened(series).series_of(frame_reference(series, 1)) is series
    assert opened().series_of(frame_reference(series, 1)) is None

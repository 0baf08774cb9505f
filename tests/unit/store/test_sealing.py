"""Only who has the images opens what was kept of them, and the file says nothing by itself."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meddx_desktop.case.measurement import FrameReference, Measurement, MeasurementKind
from meddx_desktop.store.image_keys import FileKey, ImagesKey, Place, SeriesKey
from meddx_desktop.store.kept_measurements import KeptMeasurements, to_bytes
from meddx_desktop.store.sealing import (
    DamagedSealError,
    NewerSealError,
    find_place,
    seal,
    unseal,
)

SERIES = SeriesKey("P-4711", "1.2.826.0.1.3680043.8.498.1", "1.2.826.0.1.3680043.8.498.2")
PLACE = Place("0" * 32, bytes(range(32)))


def place_of(images: ImagesKey) -> Place:
    return find_place(images, lambda done, total, step: None)


def test_a_sealed_file_and_its_name_tell_nothing() -> None:
    uid = "1.2.826.0.1.3680043.8.498.3"
    frame = FrameReference(None, uid, "", 0)
    text = "suspicious node, Mrs Miller"
    kept = KeptMeasurements((Measurement("a1", MeasurementKind.TEXT, frame, ((1.0, 2.0),), text),))
    place = place_of(SERIES)
    sealed = seal(to_bytes(kept), place)
    for word in (uid, text, "Miller", "P-4711", "1.2.826", "text", "measurements", "format"):
        assert word.encode() not in sealed
        assert word not in place.name
    assert sealed != seal(to_bytes(kept), place), "a nonce is used once"
    assert str(place.key) not in repr(place)
    assert place.key.hex() not in repr(place)


@pytest.mark.parametrize(
    "other",
    [
        SeriesKey("P-4712", SERIES.study_instance_uid, SERIES.series_instance_uid),
        SeriesKey(SERIES.patient_id, "1.2.3", SERIES.series_instance_uid),
        SeriesKey(SERIES.patient_id, SERIES.study_instance_uid, "1.2.3"),
    ],
)
def test_other_images_have_another_place_and_do_not_open_it(other: SeriesKey) -> None:
    mine, theirs = place_of(SERIES), place_of(other)
    assert mine.name != theirs.name
    assert mine.key != theirs.key
    sealed = seal(b"content", mine)
    assert unseal(sealed, place_of(SERIES)) == b"content"
    for place in (theirs, Place(mine.name, theirs.key), Place(theirs.name, mine.key)):
        with pytest.raises(DamagedSealError):
            unseal(sealed, place)


def test_a_file_is_known_by_its_content_wherever_it_lies(tmp_path: Path) -> None:
    first, copy, other = (tmp_path / name for name in ("a.png", "b.png", "c.png"))
    first.write_bytes(b"picture" * 300_000)
    copy.write_bytes(first.read_bytes())
    other.write_bytes(first.read_bytes()[:-1] + b"x")
    assert place_of(FileKey(first)) == place_of(FileKey(copy))
    assert place_of(FileKey(first)) != place_of(FileKey(other))
    with pytest.raises(FileNotFoundError):
        place_of(FileKey(tmp_path / "gone.png"))


@given(st.binary(max_size=200), st.data())
def test_any_change_of_a_sealed_file_is_noticed(content: bytes, data: st.DataObject) -> None:
    sealed = bytearray(seal(content, PLACE))
    assert unseal(bytes(sealed), PLACE) == content
    number = data.draw(st.integers(0, len(sealed) - 1))
    sealed[number] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises((DamagedSealError, NewerSealError)):
        unseal(bytes(sealed), PLACE)


@given(st.binary(max_size=60), st.data())
def test_any_part_of_a_sealed_file_is_noticed(content: bytes, data: st.DataObject) -> None:
    sealed = seal(content, PLACE)
    with pytest.raises(DamagedSealError):
        unseal(sealed[: data.draw(st.integers(0, len(sealed) - 1))], PLACE)


@given(st.binary(max_size=200))
def test_what_was_never_sealed_does_not_open(content: bytes) -> None:
    with pytest.raises((DamagedSealError, NewerSealError)):
        unseal(content, PLACE)


def test_a_newer_seal_is_named_as_such() -> None:
    sealed = seal(b"content", PLACE)
    with pytest.raises(NewerSealError):
        unseal(sealed[:9] + b"\x02" + sealed[10:], PLACE)

"""DICOM waveforms: values, channels, annotations, and what is refused."""

import warnings
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.sequence import Sequence
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ImplicitVRLittleEndian

from meddx_desktop.case.errors import RefusedFileError
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.case.waveform_record import WaveformRecord
from meddx_desktop.readers import dicom_file, open_path, waveform_sequence
from meddx_desktop.readers.waveform_sequence import lead_label, read_stretch
from tests.waveforms import (
    EEG,
    HEMODYNAMIC,
    LEADS,
    Channel,
    group,
    heartbeats,
    leads,
    measured,
    moment,
    resting_ecg,
    statement,
    write_waveform,
)

PYDICOM_ECG = Path(str(get_testdata_file("waveform_ecg.dcm")))


def opened(path: Path) -> WaveformRecord:
    item = open_path(path, ignore_progress)
    assert isinstance(item, WaveformRecord)
    return item


def test_values_are_those_of_pydicom() -> None:
    record = opened(PYDICOM_ECG)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset = dcmread(PYDICOM_ECG)
    assert [one.label for one in record.groups] == ["RHYTHM", "MEDIAN BEAT"]
    for number, found in enumerate(record.groups):
        expected = dataset.waveform_array(number)
        stretch = read_stretch(record, number, 0, found.sample_count)
        assert stretch.values.shape == expected.T.shape
        # The file is in microvolts.
        np.testing.assert_allclose(stretch.values * 1000, expected.T, rtol=1e-6)


def test_channels_filters_and_patient_are_read() -> None:
    record = opened(PYDICOM_ECG)
    rhythm = record.groups[0]
    assert record.title == "12-lead ECG"
    assert (rhythm.sampling_frequency, rhythm.duration_s) == (1000.0, 10.0)
    assert tuple(one.label for one in rhythm.channels) == LEADS
    assert rhythm.channels[0].source == "Lead I (Einthoven)"
    assert {one.unit for one in rhythm.channels} == {"mV"}
    assert rhythm.channels[0].filters == (0.05, 300.0, None)
    assert (record.patient.age_years, record.modality) == (42.0, "ECG")
    assert record.source.warnings == ()


def test_annotations_are_statements_measurements_and_moments() -> None:
    said = opened(PYDICOM_ECG).annotations
    assert len(said) == 77
    assert [one.text for one in said[:3]] == [
        "RITMO SINUSALE",
        "ECG NORMALE",
        "RR Interval: 982 ms",
    ]
    assert said[0].times_s == ()
    # The first sample has number 1.
    assert (said[11].text, said[11].times_s) == ("P Onset", (0.298,))
    assert (said[11].group, said[11].channel) == (0, None)


@pytest.mark.parametrize(
    "syntax", ["", ImplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian]
)
@pytest.mark.parametrize("kind", ["i2", "u2", "i4"])
def test_sensitivity_correction_and_baseline_give_the_value(
    tmp_path: Path, syntax: str, kind: str
) -> None:
    stored = np.array([[1, 10], [2, 20], [300, 30]], kind)
    channels = (
        Channel("Lead II", "2:2", "2.5", "uV", correction="1.1", baseline="100"),
        Channel("Aortic pressure", "9", "0.5", "mm[Hg]", baseline="-4"),
    )
    path = write_waveform(
        tmp_path / "a.dcm", group(stored, channels), sop_class=HEMODYNAMIC, syntax=syntax
    )
    record = opened(path)
    assert [(one.label, one.unit) for one in record.groups[0].channels] == [
        ("II", "mV"),
        ("Aortic pressure", "mmHg"),
    ]
    values = read_stretch(record, 0, 0, 3).values
    np.testing.assert_allclose(
        values[0], [(n * 2.5 * 1.1 + 100) / 1000 for n in (1, 2, 300)], rtol=1e-6
    )
    np.testing.assert_allclose(values[1], [1.0, 6.0, 11.0])


def test_bytes_are_samples_too(tmp_path: Path) -> None:
    stored = np.array([[-5], [7]], np.int8)
    record = opened(write_waveform(tmp_path / "a.dcm", group(stored, [Channel("Lead I")])))
    np.testing.assert_allclose(read_stretch(record, 0, 0, 2).values, [[-0.005, 0.007]])


def test_padding_is_a_gap(tmp_path: Path) -> None:
    stored = np.array([[1], [-32768], [3]], np.int16)
    padded = group(stored, [Channel("Lead I")], WaveformPaddingValue=b"\x00\x80")
    record = opened(write_waveform(tmp_path / "a.dcm", padded))
    values = read_stretch(record, 0, 0, 3).values[0]
    assert np.isnan(values).tolist() == [False, True, False]


def test_a_stretch_is_cut_to_the_recording(tmp_path: Path) -> None:
    record = opened(resting_ecg(tmp_path / "a.dcm"))
    whole = read_stretch(record, 0, 0, 5000)
    part = read_stretch(record, 0, 4990, 9000)
    assert (part.start, part.stop) == (4990, 5000)
    np.testing.assert_array_equal(part.values, whole.values[:, 4990:])


def test_a_curve_without_sensitivity_has_no_unit(tmp_path: Path) -> None:
    stored = np.array([[4], [9]], np.int16)
    path = write_waveform(tmp_path / "a.dcm", group(stored, [Channel("Lead I", "2:1", None)]))
    record = opened(path)
    assert record.groups[0].channels[0].unit == ""
    assert "cannot be measured" in record.source.warnings[0]
    assert read_stretch(record, 0, 0, 2).values.tolist() == [[4.0, 9.0]]


def test_brain_waves_stay_in_microvolts(tmp_path: Path) -> None:
    stored = np.array([[4], [9]], np.int16)
    path = write_waveform(tmp_path / "a.dcm", group(stored, [Channel("Fp1")]), sop_class=EEG)
    assert opened(path).groups[0].channels[0].unit == "uV"


@pytest.mark.parametrize(
    ("code", "meaning", "label"),
    [
        ("5.6.3-9-1", "Lead I (Einthoven)", "I"),
        ("2:62", "aVR, augmented voltage, right", "aVR"),
        ("", "Lead V4R", "V4R"),
        ("", "LEAD AVF", "aVF"),
        ("5.6.3-9-131", "Lead ES", "Lead ES"),
        ("1", "Aortic pressure", "Aortic pressure"),
    ],
)
def test_leads_have_their_short_names(code: str, meaning: str, label: str) -> None:
    assert lead_label(code, meaning) == label


def test_moments_of_one_lead_know_it(tmp_path: Path) -> None:
    record = opened(resting_ecg(tmp_path / "a.dcm"))
    assert [(one.text, one.channel, one.times_s) for one in record.annotations] == [
        ("Sinus rhythm", None, ()),
        ("QT Interval: 368 ms", None, ()),
        ("QRS Onset", None, (0.44,)),
        ("T Offset", 1, (1.0,)),
    ]


def test_annotations_of_groups_that_are_not_there_have_no_place(tmp_path: Path) -> None:
    stray = moment("QRS Onset", 5)
    stray.ReferencedWaveformChannels = [7, 1]
    path = write_waveform(
        tmp_path / "a.dcm",
        group(heartbeats(1), leads()),
        WaveformAnnotationSequence=Sequence([stray, statement(""), measured("Rate", "60", "1")]),
    )
    said = opened(path).annotations
    assert [(one.text, one.group, one.times_s) for one in said] == [
        ("QRS Onset", None, ()),
        ("Rate: 60", 0, ()),
    ]


def test_a_long_recording_is_read_from_where_it_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = resting_ecg(tmp_path / "a.dcm")
    expected = read_stretch(opened(path), 0, 0, 5000).values
    # A sequence of this length is left in the file.
    monkeypatch.setattr(dicom_file, "_VALUE_LIMIT", 4096)
    waveform_sequence._kept_samples.cache_clear()
    np.testing.assert_array_equal(read_stretch(opened(path), 0, 0, 5000).values, expected)


def refusal_of(path: Path) -> RefusedFileError:
    with pytest.raises(RefusedFileError) as caught:
        open_path(path, ignore_progress)
    assert path.name in caught.value.message
    return caught.value


def test_a_waveform_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    samples = heartbeats(1)
    short = group(samples, leads(), WaveformData=samples.tobytes()[:-2])
    error = refusal_of(write_waveform(tmp_path / "a.dcm", short))
    assert error.code == "truncated_file"
    assert "11998 of 12000 bytes" in error.message


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"SamplingFrequency": None}, "sampling frequency"),
        ({"SamplingFrequency": "0"}, "sampling frequency"),
        ({"NumberOfWaveformSamples": 0}, "how many samples"),
        ({"NumberOfWaveformChannels": 11}, "more channels than it describes"),
        ({"WaveformData": None}, "0 of 12000 bytes"),
        ({"WaveformSampleInterpretation": "MB", "WaveformBitsAllocated": 8}, "encoded as MB"),
    ],
)
def test_a_waveform_that_contradicts_itself_is_refused(
    tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    path = write_waveform(tmp_path / "a.dcm", group(heartbeats(1), leads(), **changes))
    assert said in refusal_of(path).message


def test_a_waveform_without_curves_or_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = write_waveform(tmp_path / "a.dcm", WaveformSequence=None)
    assert "lacks its curves" in refusal_of(empty).message
    monkeypatch.setattr(waveform_sequence, "_FILE_LIMIT", 1000)
    assert refusal_of(resting_ecg(tmp_path / "b.dcm")).code == "too_large"


def test_a_waveform_that_was_replaced_is_noticed(tmp_path: Path) -> None:
    path = resting_ecg(tmp_path / "a.dcm")
    record = opened(path)
    write_waveform(path, group(heartbeats(1), leads()))
    with pytest.raises(RefusedFileError, match="changed since"):
        read_stretch(record, 0, 0, 10)


def test_sound_is_not_drawn_as_a_waveform(tmp_path: Path) -> None:
    path = write_waveform(
        tmp_path / "voice.dcm",
        group(heartbeats(1), leads()),
        sop_class="1.2.840.10008.5.1.4.1.1.9.4.1",
    )
    assert refusal_of(path).code == "no_pixel_data"

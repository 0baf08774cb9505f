"""Evidence lies where the network looks."""

import numpy as np
import pytest

from meddx_desktop.case.errors import MedDxError
from meddx_desktop.case.grayscale import GrayscaleTransform
from meddx_desktop.case.image_series import Box
from meddx_desktop.case.progress import ignore_progress
from meddx_desktop.inference.audio_classification import Recording
from meddx_desktop.inference.explanations import explain_frame, patch_starts
from meddx_desktop.inference.hidden_sound import hide_stretch, quietest_stretch
from meddx_desktop.inference.image_geometry import place_on_frame
from meddx_desktop.inference.time_explanation import explain_recording
from meddx_desktop.preprocessing.head import CropHead
from meddx_desktop.preprocessing.image import (
    CropRegion,
    ImageInput,
    Presentation,
    Resize,
    prepare_image,
)

_OCCLUSION = {"method": "occlusion", "over": "image", "patch": 4, "stride": 4}


def _bright_corner(**changes) -> ImageInput:
    pixels = np.full((32, 32), 100, np.uint8)
    pixels[:8, 24:] = 255
    return ImageInput(pixels, GrayscaleTransform(), **changes)


@pytest.mark.parametrize("recipe", [{"method": "activation_map", "output": "map"}, _OCCLUSION])
def test_the_heat_map_is_hottest_where_the_network_looks(packages, recipe):
    package = packages.image(explanation=recipe)
    spec = package.manifest.findings[0]
    heatmap = explain_frame(package, _bright_corner(), spec, 3, ignore_progress)
    assert heatmap.frame_index == 3
    assert heatmap.box == Box(0, 0, 32, 32)
    assert heatmap.values.shape == (16, 16)
    assert np.abs(heatmap.values).max() == 1
    assert heatmap.values[:4, 12:].min() > heatmap.values[8:, :8].max()
    assert heatmap.method == recipe["method"]


def test_weights_mix_the_channels_of_a_map(packages):
    recipe = {"method": "activation_map", "output": "map", "weights": "weights.json"}
    package = packages.with_json("weights.json", [[-1.0]]).image(explanation=recipe)
    spec = package.manifest.findings[0]
    heatmap = explain_frame(package, _bright_corner(), spec, 0, ignore_progress)
    assert heatmap.values[0, 15] == -1


def test_a_model_without_a_recipe_has_no_evidence(packages):
    package = packages.image(explanation=None)
    with pytest.raises(MedDxError) as caught:
        explain_frame(package, _bright_corner(), package.manifest.findings[0], 0, ignore_progress)
    assert caught.value.code == "no_explanation"


def test_patches_cover_everything():
    assert patch_starts(10, 4, 4) == [0, 4, 6]
    assert patch_starts(8, 4, 4) == [0, 4]
    assert patch_starts(3, 4, 4) == [0]


@pytest.mark.parametrize(
    ("shape", "box", "operations", "shown"),
    [
        ((32, 32), None, [Resize(rows=16, columns=16)], Box(0, 0, 32, 32)),
        (
            (32, 32),
            Box(4, 8, 20, 24),
            [CropRegion(), Resize(rows=16, columns=16)],
            Box(4, 8, 20, 24),
        ),
        (
            (32, 32),
            Box(4, 8, 20, 24),
            [CropRegion(margin=0.25), Resize(rows=16, columns=16)],
            Box(0, 4, 24, 28),
        ),
        ((20, 40), None, [Resize(rows=16, columns=16, aspect="pad")], Box(0, 0, 40, 20)),
        ((20, 40), None, [Resize(rows=16, columns=16, aspect="crop")], Box(10, 0, 30, 20)),
    ],
)
def test_the_heat_map_knows_its_box(shape, box, operations, shown):
    image = ImageInput(np.zeros(shape, np.uint8), GrayscaleTransform(), box)
    _, found = place_on_frame(np.zeros((4, 4), np.float32), image, operations)
    assert found == shown


@pytest.mark.parametrize("aspect", ["stretch", "pad", "crop"])
def test_what_the_network_sees_returns_to_its_place(aspect):
    """The prepared picture, put back on the frame, lies where the frame is bright."""
    pixels = np.zeros((48, 96), np.uint8)
    pixels[12:24, 40:52] = 255
    image = ImageInput(pixels, GrayscaleTransform(), Box(16, 0, 80, 48))
    operations = [Presentation(), CropRegion(), Resize(rows=32, columns=32, aspect=aspect)]
    seen = prepare_image(image, operations)[0, :, :, 0]
    values, box = place_on_frame(seen, image, operations)
    rows, columns = np.nonzero(values > 0.5)
    row_mm = (box.bottom - box.top) / values.shape[0]
    column_mm = (box.right - box.left) / values.shape[1]
    assert box.top + (rows.mean() + 0.5) * row_mm == pytest.approx(18, abs=1.5)
    assert box.left + (columns.mean() + 0.5) * column_mm == pytest.approx(46, abs=1.5)


@pytest.mark.parametrize("left", [4, 60])
def test_what_lies_in_the_head_returns_to_its_place(left):
    """Also where the square around the head reaches beyond the picture."""
    pixels = np.zeros((100, 140), np.uint8)
    pixels[6:90, left : left + 60] = 120
    pixels[40:52, left + 30 : left + 42] = 255
    image = ImageInput(pixels, GrayscaleTransform())
    operations = [Presentation(), CropHead(), Resize(rows=64, columns=64)]
    seen = prepare_image(image, operations)[0, :, :, 0]
    values, box = place_on_frame(seen, image, operations)
    rows, columns = np.nonzero(values > 0.75)
    row_size = (box.bottom - box.top) / values.shape[0]
    column_size = (box.right - box.left) / values.shape[1]
    assert (box.top, box.left) >= (0, 0)
    assert box.top + (rows.mean() + 0.5) * row_size == pytest.approx(46, abs=1.5)
    assert box.left + (columns.mean() + 0.5) * column_size == pytest.approx(left + 36, abs=1.5)


def _recording(samples: np.ndarray, rate: int = 1000) -> Recording:
    return Recording(samples.shape[1], rate, lambda start, stop: samples[:, start:stop])


@pytest.mark.parametrize("over", ["time", "samples"])
def test_the_loud_second_carries_the_evidence(packages, over):
    samples = np.zeros((1, 5000), np.float32)
    samples[0, 2000:3000:2] = 0.8
    samples[0, 2001:3000:2] = -0.8
    recipe = {"method": "occlusion", "over": over, "patch": 0.25, "stride": 0.125}
    package = packages.audio(explanation=recipe)
    evidence = explain_recording(
        package, _recording(samples), package.manifest.findings[0], ignore_progress
    )
    inside = [span.weight for span in evidence.spans if span.start >= 2 and span.end <= 3]
    outside = [span.weight for span in evidence.spans if span.end <= 1.5 or span.start >= 3.5]
    assert min(inside) > 0.5
    assert max(np.abs(outside)) < 0.05
    assert evidence.spans[0].start == 0
    assert evidence.spans[-1].end == 5


def test_the_evidence_of_a_short_recording_stays_within_it(packages):
    samples = np.ones((1, 600), np.float32)
    package = packages.audio()
    evidence = explain_recording(
        package, _recording(samples), package.manifest.findings[0], ignore_progress
    )
    assert max(span.end for span in evidence.spans) <= 0.6


def test_a_long_recording_is_explained_where_it_counts(packages):
    samples = np.zeros((1, 100_000), np.float32)
    samples[0, 90_000:91_000] = 0.5
    package = packages.audio()
    calls = []
    evidence = explain_recording(
        package,
        _recording(samples),
        package.manifest.findings[0],
        lambda done, total, step: calls.append((done, total, step)),
    )
    strongest = max(evidence.spans, key=lambda span: span.weight)
    assert 89.9 <= strongest.start <= 91
    assert len(evidence.spans) < 100_000 / 125
    assert calls


def _tone_in_noise(rate: int = 4000) -> np.ndarray:
    """Four seconds of noise, the second and the third with a tone."""
    time = np.arange(4 * rate) / rate
    noise = 0.05 * np.random.default_rng(0).standard_normal(len(time))
    tone = 0.4 * np.sin(2 * np.pi * 400 * time)
    return (noise + tone * ((time >= 1) & (time < 3))).astype(np.float32)


def test_a_hidden_stretch_holds_the_quietest_of_the_sound_without_a_click():
    samples = _tone_in_noise()
    quiet = quietest_stretch(samples, 1000)
    assert quiet.std() < 0.06
    hidden = hide_stretch(samples, (6000, 7000), quiet, 40)
    np.testing.assert_array_equal(hidden[:6000], samples[:6000])
    np.testing.assert_array_equal(hidden[7000:], samples[7000:])
    assert hidden[6040:6960].std() < 0.06
    steps = np.abs(np.diff(hidden))
    assert steps.max() <= np.abs(np.diff(samples)).max() * 1.01


def test_a_stretch_that_reaches_over_the_end_is_hidden_to_the_end():
    samples = np.r_[np.zeros(100), np.ones(100)].astype(np.float32)
    hidden = hide_stretch(samples, (150, 260), quietest_stretch(samples, 50), 10)
    assert len(hidden) == 200
    assert np.all(hidden[160:] == 0)

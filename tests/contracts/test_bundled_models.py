"""The product ships models of every kind of item; the battery over them never runs empty."""

from meddx_desktop.inference.manifest import Task
from meddx_desktop.inference.model_package import list_packages
from meddx_desktop.resources import resources_folder


def test_likely_is_said_of_nothing_that_is_less_likely_than_not():
    for listing in list_packages([resources_folder() / "models"]):
        assert listing.package is not None
        for finding in listing.package.manifest.findings:
            assert finding.words[1] >= 0.5, (listing.package.manifest.id, finding.concept.meaning)


def test_every_kind_of_item_has_a_bundled_model_that_loads():
    listings = list_packages([resources_folder() / "models"])
    assert [listing.problem for listing in listings if listing.problem] == []
    tasks = {listing.package.manifest.task for listing in listings if listing.package}
    assert tasks >= {Task.IMAGE_CLASSIFICATION, Task.TEXT_TAGGING, Task.AUDIO_CLASSIFICATION}
    assert Task.SPEECH_TO_TEXT in tasks

"""The product ships models of every kind of item; the battery over them never runs empty."""

from meddx_desktop.inference.manifest import Task
from meddx_desktop.inference.model_package import list_packages
from meddx_desktop.resources import resources_folder


def test_every_kind_of_item_has_a_bundled_model_that_loads():
    listings = list_packages([resources_folder() / "models"])
    assert [listing.problem for listing in listings if listing.problem] == []
    tasks = {listing.package.manifest.task for listing in listings if listing.package}
    assert tasks >= {Task.IMAGE_CLASSIFICATION, Task.TEXT_TAGGING, Task.AUDIO_CLASSIFICATION}
    assert Task.SPEECH_TO_TEXT in tasks

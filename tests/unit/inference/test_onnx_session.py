"""A run ends in time, and only numbers come out of it."""

import shutil
import threading

import numpy as np
import pytest

from meddx_desktop.case.errors import JobCancelled, MedDxError, ModelPackageError
from meddx_desktop.inference import runtime
from meddx_desktop.inference.onnx_session import (
    ModelOutputError,
    ModelTimeoutError,
    arrange_axes,
    session_for,
)


def _image(value: float = 0.5, count: int = 1) -> dict[str, np.ndarray]:
    return {"image": np.full((count, 16, 16, 1), value, np.float32)}


def test_outputs_come_by_name(packages):
    outputs = session_for(packages.image()).run(_image(0.5, 3))
    assert sorted(outputs) == ["features", "logits", "map"]
    np.testing.assert_allclose(outputs["logits"], np.zeros((3, 1)), atol=1e-6)


def test_a_session_is_created_once_for_each_content(packages):
    package = packages.image()
    assert session_for(package).network is session_for(package).network
    assert session_for(package, threads=1).network is not session_for(package, threads=3).network


def test_the_least_recently_used_sessions_are_given_up(packages, monkeypatch):
    monkeypatch.setattr(runtime, "KEPT_SESSIONS", 1)
    package = packages.image()
    first = session_for(package, threads=1).network
    session_for(package, threads=2)
    assert session_for(package, threads=1).network is not first


def test_a_network_that_changed_on_disk_is_not_loaded(packages):
    package = packages.image(id="changing")
    (package.folder / "model.onnx").write_bytes(b"other")
    with pytest.raises(ModelPackageError, match="has changed"):
        session_for(package, threads=5)


def test_an_output_that_is_not_a_number_is_no_answer(packages, not_a_number_network):
    package = packages.image(not_a_number_network)
    with pytest.raises(ModelOutputError, match="not numbers") as caught:
        session_for(package).run(_image())
    assert caught.value.code == "model_output_invalid"


@pytest.mark.parametrize(("value", "is_fine"), [(0.5, True), (1.0, False), (-1.0, False)])
def test_an_output_outside_its_declared_range_is_no_answer(packages, value, is_fine):
    package = packages.image()
    outputs = [output.model_dump() for output in package.manifest.outputs]
    outputs[0]["value_range"] = (-1.0, 1.0)
    shutil.rmtree(package.folder)
    session = session_for(packages.image(outputs=outputs))
    if is_fine:
        session.run(_image(value))
    else:
        with pytest.raises(ModelOutputError, match="declared range"):
            session.run(_image(value))


def test_an_input_that_is_not_a_number_is_refused(packages):
    with pytest.raises(MedDxError) as caught:
        session_for(packages.image()).run(_image(float("inf")))
    assert caught.value.code == "input_not_finite"


def test_an_endless_network_is_stopped_and_can_be_run_again(packages, endless_network):
    session = session_for(packages.image(endless_network))
    for _ in range(2):
        with pytest.raises(ModelTimeoutError, match=r"did not end within 0\.3 s"):
            session.run(_image(), time_limit_s=0.3)
    for thread in threading.enumerate():
        if "long call" in thread.name:
            thread.join()


def test_a_run_can_be_cancelled(packages, endless_network):
    def cancel() -> None:
        raise JobCancelled

    with pytest.raises(JobCancelled):
        session_for(packages.image(endless_network)).run(_image(), tick=cancel)


def test_a_network_that_fails_says_so(packages):
    with pytest.raises(MedDxError, match="failed on this input") as caught:
        session_for(packages.image()).run({"image": np.zeros((1, 16, 17, 1), np.float32)})
    assert caught.value.code == "model_failed"


def test_axes_are_put_in_the_declared_order(packages):
    tensor = packages.image().manifest.inputs[0]
    values = np.arange(6, dtype=np.float32).reshape(1, 2, 3, 1)
    axes = ("batch", "row", "column", "channel")
    assert arrange_axes(values, axes, tensor) is values
    channels_first = tensor.model_copy(update={"axes": ("batch", "channel", "row", "column")})
    assert arrange_axes(values, axes, channels_first).shape == (1, 1, 2, 3)
    other = tensor.model_copy(update={"axes": ("batch", "time")})
    with pytest.raises(ModelPackageError, match="declared with axes batch, time"):
        arrange_axes(values, axes, other)

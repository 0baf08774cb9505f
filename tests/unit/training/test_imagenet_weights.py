"""The weights file is read without PyTorch, and without running what a pickle asks for."""

import pickle
from pathlib import Path

import numpy as np
import pytest

from training.imagenet_weights import efficientnet_lite0_file, read_torch_file

MAGIC = 0x1950A86A20F9469CFC6C


class _RunsCode:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return Path.touch, (Path("was-run"),)


def test_weights_have_the_shapes_of_the_network() -> None:
    weights = read_torch_file(efficientnet_lite0_file())
    assert weights["_conv_stem.weight"].shape == (32, 3, 3, 3)
    assert weights["_blocks.15._project_conv.weight"].shape == (320, 1152, 1, 1)
    assert weights["_blocks.10._depthwise_conv.weight"].shape == (672, 1, 5, 5)
    variances = [values for name, values in weights.items() if name.endswith("running_var")]
    assert all((values >= 0).all() for values in variances)


def test_transposed_tensors_are_put_in_order() -> None:
    weights = read_torch_file(efficientnet_lite0_file())
    kernels = weights["_blocks.5._expand_conv.weight"]
    # Trained kernels differ from output to output; a wrong stride would repeat them.
    assert np.unique(kernels[:, :, 0, 0], axis=0).shape == (240, 40)


def test_a_pickle_that_names_anything_else_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "weights.pth"
    content = (MAGIC, 1001, {}, _RunsCode())
    path.write_bytes(b"".join(pickle.dumps(part, protocol=2) for part in content))
    with pytest.raises(pickle.UnpicklingError, match="asks for"):
        read_torch_file(path)
    assert not (tmp_path / "was-run").exists()


def test_another_file_form_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.pth"
    path.write_bytes(pickle.dumps(42, protocol=2))
    with pytest.raises(ValueError, match="old form"):
        read_torch_file(path)

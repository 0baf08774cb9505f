"""Which words of the command line name an input."""

import argparse
from pathlib import Path

import pytest

from meddx_desktop.command_line.input_path import input_path
from meddx_desktop.command_line.program import build_parser


def test_a_name_is_a_path() -> None:
    assert input_path("a b.dcm") == Path("a b.dcm")


def test_an_empty_name_is_no_folder() -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="no such file"):
        input_path("")


@pytest.mark.parametrize("command", ["analyze", "inspect"])
def test_commands_refuse_an_empty_name(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        build_parser().parse_args([command, ""])
    assert left.value.code == 2
    assert "no such file" in capsys.readouterr().err

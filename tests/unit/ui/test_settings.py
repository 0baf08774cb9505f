"""What is remembered, and what a damaged file does."""

from pathlib import Path

import pytest

from meddx_desktop.ui.settings import (
    MAXIMUM_RECENT,
    Settings,
    load_settings,
    save_settings,
    settings_path,
)


def test_settings_come_back_as_they_were_saved() -> None:
    kept = Settings(("a", "b"), "Z2VvbQ==", (1, 2, 3), 0.25, "dark", False)
    save_settings(kept)
    assert load_settings() == kept


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"recent": 3}', "\x00"])
def test_a_damaged_file_gives_the_defaults(content: str) -> None:
    settings_path().parent.mkdir(parents=True)
    settings_path().write_text(content, encoding="utf-8")
    assert load_settings() == Settings()


def test_recent_files_come_newest_first_and_once() -> None:
    settings = Settings(("a", "b")).with_recent((Path("b"),)).with_recent((Path("c"),))
    assert settings.recent == ("c", "b", "a")
    many = settings.with_recent(tuple(Path(str(number)) for number in range(30)))
    assert len(many.recent) == MAXIMUM_RECENT


def test_a_folder_that_cannot_be_written_is_no_error(own_home: Path) -> None:
    own_home.parent.mkdir(exist_ok=True)
    own_home.write_text("a file where the folder should be", encoding="utf-8")
    save_settings(Settings(("a",)))
    assert load_settings() == Settings()

"""What the window remembers for this person, in one small JSON file."""

import json
import logging
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from meddx_desktop.resources import user_folder
from meddx_desktop.ui.control_settings import ControlSettings, read_control_settings
from meddx_desktop.ui.layout_choices import GridShape, LinkChoices

MAXIMUM_RECENT = 12

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settings:
    """Recent paths (newest first), window layout in base 64, and choices of the person.

    `color_scheme` is "system", "light" or "dark"; `overlay_opacity` is a fraction.
    """

    recent: tuple[str, ...] = ()
    geometry: str = ""
    panes: tuple[int, ...] = ()
    overlay_opacity: float = 0.55
    color_scheme: str = "system"
    analyzes_automatically: bool = True
    hangs_automatically: bool = True
    grid: GridShape = field(default_factory=GridShape)
    links: LinkChoices = field(default_factory=LinkChoices)
    controls: ControlSettings = field(default_factory=ControlSettings)

    def with_recent(self, paths: tuple[Path, ...]) -> "Settings":
        """Put paths first among the recent ones."""
        names = [str(path) for path in paths]
        kept = [name for name in self.recent if name not in names]
        return replace(self, recent=tuple([*names, *kept][:MAXIMUM_RECENT]))


def settings_path() -> Path:
    """Return the file that holds the settings."""
    return user_folder() / "settings.json"


def load_settings() -> Settings:
    """Read the settings; a missing or damaged file gives the defaults."""
    try:
        stored = json.loads(settings_path().read_text(encoding="utf-8"))
        return Settings(
            recent=tuple(str(name) for name in stored["recent"]),
            geometry=str(stored["geometry"]),
            panes=tuple(int(size) for size in stored["panes"]),
            overlay_opacity=min(1.0, max(0.0, float(stored["overlay_opacity"]))),
            color_scheme=str(stored["color_scheme"]),
            analyzes_automatically=bool(stored["analyzes_automatically"]),
            hangs_automatically=bool(stored.get("hangs_automatically", True)),
            grid=GridShape.restore(stored.get("grid", {})),
            links=LinkChoices.restore(stored.get("links", {})),
            controls=read_control_settings(stored.get("controls")),
        )
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        logger.warning("the settings file is not usable: %s", type(error).__name__)
        return Settings()


def save_settings(settings: Settings) -> None:
    """Write the settings whole or not at all."""
    path = settings_path()
    fresh = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(json.dumps(asdict(settings), indent=1), encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        logger.warning("the settings cannot be written: %s", type(error).__name__)

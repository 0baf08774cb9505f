"""Every action of the person: one table; menus, toolbar and shortcut sheet are built from it."""

from collections.abc import Callable
from dataclasses import dataclass

from meddx_desktop.ui.main_window import MainWindow
from meddx_desktop.ui.scope import Scope
from meddx_desktop.ui.tools import Tool
from meddx_desktop.ui.translations import mark, translate
from meddx_desktop.ui.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Command:
    """One action; `text` is to be translated, `shortcuts` are Qt key sequences.

    With `in_view`, the shortcuts work only while the view itself has the keyboard, because lists,
    sliders and buttons need the same keys. Commands with an `icon` are in the toolbar.
    """

    id: str
    text: str
    shortcuts: tuple[str, ...]
    run: Callable[[MainWindow], None]
    scope: Scope = Scope.CASE
    in_view: bool = False
    icon: str = ""

    @property
    def label(self) -> str:
        """The text in the person's language."""
        return translate("Commands", self.text)


@dataclass(frozen=True, slots=True)
class Menu:
    """A menu with its commands; None is a separator."""

    title: str
    commands: tuple[Command | None, ...]

    @property
    def label(self) -> str:
        """The title in the person's language."""
        return translate("Commands", self.title)


# fmt: off
_FILE = Menu(mark("Commands", "&File"), (
    Command("open-files", mark("Commands", "&Open files…"), ("Ctrl+O",),
            lambda w: w.choose_files(), Scope.ALWAYS, icon="open"),
    Command("open-folder", mark("Commands", "Open &folder…"), ("Ctrl+Shift+O",),
            lambda w: w.choose_folder(), Scope.ALWAYS, icon="folder"),
    Command("open-sample", mark("Commands", "Open &sample case"), (),
            lambda w: w.open_sample_case(), Scope.ALWAYS),
    None,
    Command("close-case", mark("Commands", "&Close case"), ("Ctrl+W",),
            lambda w: w.workspace.close_case()),
    Command("quit", mark("Commands", "&Quit"), ("Ctrl+Q",),
            lambda w: w.quit(), Scope.ALWAYS),
))
_VIEW = Menu(mark("Commands", "&View"), (
    Command("next-item", mark("Commands", "&Next series or item"), ("PgDown",),
            lambda w: w.workspace.step_item(1)),
    Command("previous-item", mark("Commands", "&Previous series or item"), ("PgUp",),
            lambda w: w.workspace.step_item(-1)),
    Command("cancel", mark("Commands", "Step &back or stop"), ("Esc",),
            lambda w: w.workspace.cancel()),
    None,
    Command("scheme-system", mark("Commands", "Colors of the &system"), (),
            lambda w: w.choose_scheme("system"), Scope.ALWAYS),
    Command("scheme-light", mark("Commands", "&Light colors"), (),
            lambda w: w.choose_scheme("light"), Scope.ALWAYS),
    Command("scheme-dark", mark("Commands", "&Dark colors"), (),
            lambda w: w.choose_scheme("dark"), Scope.ALWAYS),
))
_IMAGE = Menu(mark("Commands", "&Image"), (
    Command("next-image", mark("Commands", "&Next image"), ("Down", "Right"),
            lambda w: w.workspace.image.step(1), Scope.IMAGE, in_view=True),
    Command("previous-image", mark("Commands", "&Previous image"), ("Up", "Left"),
            lambda w: w.workspace.image.step(-1), Scope.IMAGE, in_view=True),
    Command("first-image", mark("Commands", "First image"), ("Home",),
            lambda w: w.workspace.image.first(), Scope.IMAGE, in_view=True),
    Command("last-image", mark("Commands", "Last image"), ("End",),
            lambda w: w.workspace.image.last(), Scope.IMAGE, in_view=True),
    Command("cine", mark("Commands", "Play or pause"), ("C",),
            lambda w: w.workspace.image.toggle_cine(), Scope.IMAGE, icon="play"),
    None,
    Command("window-tool", mark("Commands", "&Window/level tool"), ("W",),
            lambda w: w.workspace.image.choose_tool(Tool.WINDOW), Scope.IMAGE, icon="window"),
    Command("pan-tool", mark("Commands", "&Pan tool"), ("P",),
            lambda w: w.workspace.image.choose_tool(Tool.PAN), Scope.IMAGE, icon="pan"),
    Command("zoom-tool", mark("Commands", "&Zoom tool"), ("Z",),
            lambda w: w.workspace.image.choose_tool(Tool.ZOOM), Scope.IMAGE, icon="zoom"),
    None,
    Command("zoom-in", mark("Commands", "Zoom in"), ("+",),
            lambda w: w.workspace.image.zoom_by(1.25), Scope.IMAGE),
    Command("zoom-out", mark("Commands", "Zoom out"), ("-",),
            lambda w: w.workspace.image.zoom_by(0.8), Scope.IMAGE),
    Command("fit", mark("Commands", "&Fit to the view"), ("=",),
            lambda w: w.workspace.image.fit(), Scope.IMAGE, icon="fit"),
    Command("one-to-one", mark("Commands", "One image pixel per screen pixel"), ("Ctrl+1",),
            lambda w: w.workspace.image.one_to_one(), Scope.IMAGE, icon="one_to_one"),
    None,
    Command("rotate-right", mark("Commands", "Rotate &right"), ("R",),
            lambda w: w.workspace.image.rotate(clockwise=True), Scope.IMAGE, icon="rotate"),
    Command("rotate-left", mark("Commands", "Rotate &left"), ("L",),
            lambda w: w.workspace.image.rotate(clockwise=False), Scope.IMAGE),
    Command("flip-left-right", mark("Commands", "Mirror left and right"), ("H",),
            lambda w: w.workspace.image.mirror(left_right=True), Scope.IMAGE, icon="flip"),
    Command("flip-top-bottom", mark("Commands", "Mirror top and bottom"), ("V",),
            lambda w: w.workspace.image.mirror(left_right=False), Scope.IMAGE),
    Command("invert", mark("Commands", "&Invert"), ("I",),
            lambda w: w.workspace.image.invert(), Scope.IMAGE, icon="invert"),
    Command("reset", mark("Commands", "Re&set the view"), ("Space",),
            lambda w: w.workspace.image.reset(), Scope.IMAGE, in_view=True, icon="reset"),
    None,
    Command("toggle-overlay", mark("Commands", "Hide or show the &evidence"), ("O",),
            lambda w: w.workspace.image.toggle_overlay(), Scope.IMAGE),
    Command("toggle-planes", mark("Commands", "Hide or show the file's &overlays"), ("Shift+O",),
            lambda w: w.workspace.image.planes.toggle(), Scope.IMAGE),
    Command("attributes", mark("Commands", "&DICOM attributes…"), ("Ctrl+T",),
            lambda w: w.workspace.show_attributes(), Scope.IMAGE),
    Command("toggle-facts", mark("Commands", "Hide or show the &corner texts"), ("T",),
            lambda w: w.workspace.image.toggle_facts(), Scope.IMAGE, icon="facts"),
))
_WINDOW = Menu(mark("Commands", "&Window/level"), (
    Command("preset-1", mark("Commands", "Brain"), ("1",),
            lambda w: w.workspace.image.choose_preset(0), Scope.IMAGE),
    Command("preset-2", mark("Commands", "Stroke"), ("2",),
            lambda w: w.workspace.image.choose_preset(1), Scope.IMAGE),
    Command("preset-3", mark("Commands", "Subdural"), ("3",),
            lambda w: w.workspace.image.choose_preset(2), Scope.IMAGE),
    Command("preset-4", mark("Commands", "Bone"), ("4",),
            lambda w: w.workspace.image.choose_preset(3), Scope.IMAGE),
    Command("preset-5", mark("Commands", "Lung"), ("5",),
            lambda w: w.workspace.image.choose_preset(4), Scope.IMAGE),
    Command("preset-6", mark("Commands", "Mediastinum"), ("6",),
            lambda w: w.workspace.image.choose_preset(5), Scope.IMAGE),
    Command("preset-7", mark("Commands", "Abdomen"), ("7",),
            lambda w: w.workspace.image.choose_preset(6), Scope.IMAGE),
    Command("window-automatic", mark("Commands", "Automatic"), ("8",),
            lambda w: w.workspace.image.choose_automatic_window(), Scope.IMAGE),
    Command("window-of-file", mark("Commands", "As the file says"), ("9",),
            lambda w: w.workspace.image.choose_file_window(), Scope.IMAGE),
))
_TEXT = Menu(mark("Commands", "&Text"), (
    Command("next-mention", mark("Commands", "&Next mention"), ("N",),
            lambda w: w.workspace.text.step_mention(1), Scope.TEXT),
    Command("previous-mention", mark("Commands", "&Previous mention"), ("Shift+N",),
            lambda w: w.workspace.text.step_mention(-1), Scope.TEXT),
    Command("explain-mention", mark("Commands", "&Evidence for the mention"), ("F8",),
            lambda w: w.workspace.explain_mention(), Scope.TEXT),
    Command("find", mark("Commands", "&Find in the text…"), ("Ctrl+F",),
            lambda w: w.workspace.text.start_search(), Scope.TEXT),
    Command("find-next", mark("Commands", "Find ne&xt"), ("F3",),
            lambda w: w.workspace.text.find_next(), Scope.TEXT),
))
_SOUND = Menu(mark("Commands", "&Sound"), (
    Command("play-sound", mark("Commands", "&Play or pause"), ("Space",),
            lambda w: w.workspace.audio.toggle_playing(), Scope.AUDIO, in_view=True),
    Command("loop", mark("Commands", "Play in a &loop"), ("Shift+L",),
            lambda w: w.workspace.audio.toggle_loop(), Scope.AUDIO),
    Command("seek-on", mark("Commands", "One second &on"), ("Right",),
            lambda w: w.workspace.audio.seek_by(1.0), Scope.AUDIO, in_view=True),
    Command("seek-back", mark("Commands", "One second &back"), ("Left",),
            lambda w: w.workspace.audio.seek_by(-1.0), Scope.AUDIO, in_view=True),
    Command("sound-start", mark("Commands", "To the &start"), ("Home",),
            lambda w: w.workspace.audio.seek(0.0), Scope.AUDIO, in_view=True),
    Command("time-in", mark("Commands", "&Zoom in on time"), ("+", "Up"),
            lambda w: w.workspace.audio.zoom_by(2.0), Scope.AUDIO, in_view=True),
    Command("time-out", mark("Commands", "Zoom &out on time"), ("-", "Down"),
            lambda w: w.workspace.audio.zoom_by(0.5), Scope.AUDIO, in_view=True),
    Command("time-fit", mark("Commands", "Show the &whole recording"), ("=",),
            lambda w: w.workspace.audio.show_all(), Scope.AUDIO, in_view=True),
))
_FINDINGS = Menu(mark("Commands", "Fin&dings"), (
    Command("analyze", mark("Commands", "&Analyze this item"), ("F5",),
            lambda w: w.workspace.analyze(), icon="analyze"),
    Command("analyze-all", mark("Commands", "Analyze &all items"), ("Shift+F5",),
            lambda w: w.workspace.analyze_all()),
    Command("analyze-automatically", mark("Commands", "Analyze items when they are &opened"), (),
            lambda w: w.workspace.toggle_automatic_analysis()),
    None,
    Command("next-finding", mark("Commands", "&Next finding"), ("F6",),
            lambda w: w.workspace.findings.choose_next()),
    Command("show-evidence", mark("Commands", "Show the &evidence"), ("F7",),
            lambda w: w.workspace.findings.show_chosen_evidence()),
    Command("accept", mark("Commands", "A&ccept the finding"), ("A",),
            lambda w: w.workspace.findings.give_verdict(Verdict.ACCEPTED)),
    Command("change", mark("Commands", "C&hange the finding…"), ("E",),
            lambda w: w.workspace.findings.give_verdict(Verdict.CHANGED)),
    Command("reject", mark("Commands", "&Reject the finding"), ("X",),
            lambda w: w.workspace.findings.give_verdict(Verdict.REJECTED)),
    Command("undo-verdict", mark("Commands", "&Undo the last verdict"), ("Ctrl+Z",),
            lambda w: w.workspace.undo_verdict()),
))
_HELP = Menu(mark("Commands", "&Help"), (
    Command("shortcuts", mark("Commands", "&Keyboard shortcuts"), ("?", "F1"),
            lambda w: w.shortcuts_wanted.emit(), Scope.ALWAYS),
    Command("logs", mark("Commands", "Show &log folder"), (),
            lambda w: w.show_logs(), Scope.ALWAYS),
    Command("about", mark("Commands", "&About MedDx Desktop"), (),
            lambda w: w.show_about(), Scope.ALWAYS),
))
# fmt: on

MENUS = (_FILE, _VIEW, _IMAGE, _WINDOW, _TEXT, _SOUND, _FINDINGS, _HELP)


def all_commands() -> tuple[Command, ...]:
    """Return every command in the order of the menus."""
    return tuple(command for menu in MENUS for command in menu.commands if command is not None)

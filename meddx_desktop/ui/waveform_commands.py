"""The commands of the view of waveforms."""

from meddx_desktop.ui.command import Command, Menu
from meddx_desktop.ui.scope import Scope
from meddx_desktop.ui.translations import mark

_STEP = 0.2

# fmt: off
WAVEFORM = Menu(mark("Commands", "C&urves"), (
    Command("curves-on", mark("Commands", "&On in time"), ("Right",),
            lambda w: w.workspace.waveform.canvas.scroll_by(_STEP), Scope.WAVEFORM, in_view=True),
    Command("curves-back", mark("Commands", "&Back in time"), ("Left",),
            lambda w: w.workspace.waveform.canvas.scroll_by(-_STEP), Scope.WAVEFORM, in_view=True),
    Command("curves-start", mark("Commands", "To the &start"), ("Home",),
            lambda w: w.workspace.waveform.canvas.show_from(0.0), Scope.WAVEFORM, in_view=True),
    Command("curves-end", mark("Commands", "To the &end"), ("End",),
            lambda w: w.workspace.waveform.canvas.show_from(float("inf")), Scope.WAVEFORM,
            in_view=True),
    None,
    Command("curves-in", mark("Commands", "&Zoom in on the paper"), ("+", "Up"),
            lambda w: w.workspace.waveform.canvas.zoom_by(1.25), Scope.WAVEFORM, in_view=True),
    Command("curves-out", mark("Commands", "Zoom o&ut on the paper"), ("-", "Down"),
            lambda w: w.workspace.waveform.canvas.zoom_by(0.8), Scope.WAVEFORM, in_view=True),
    Command("curves-fit", mark("Commands", "&Fit ten seconds to the view"), ("=",),
            lambda w: w.workspace.waveform.canvas.fit(), Scope.WAVEFORM, in_view=True),
    None,
    Command("curves-layout", mark("Commands", "Next &arrangement"), ("L",),
            lambda w: w.workspace.waveform.choose_next(w.workspace.waveform.layout_box),
            Scope.WAVEFORM),
    Command("curves-speed", mark("Commands", "Next &paper speed"), ("S",),
            lambda w: w.workspace.waveform.choose_next(w.workspace.waveform.speed_box),
            Scope.WAVEFORM),
    Command("curves-gain", mark("Commands", "Next &gain"), ("G",),
            lambda w: w.workspace.waveform.choose_next(w.workspace.waveform.gain_box),
            Scope.WAVEFORM),
    Command("curves-group", mark("Commands", "&Next group of curves"), ("N",),
            lambda w: w.workspace.waveform.choose_next(w.workspace.waveform.group_box),
            Scope.WAVEFORM),
    None,
    Command("move-caliper", mark("Commands", "&Measure by keys"), ("Return", "Enter"),
            lambda w: w.workspace.waveform.canvas.measure_by_keys(), Scope.WAVEFORM,
            in_view=True),
    Command("forget-caliper", mark("Commands", "Take the calipers awa&y"), ("Del", "Backspace"),
            lambda w: w.workspace.waveform.canvas.forget_measurement(), Scope.WAVEFORM,
            in_view=True),
    None,
    Command("save-curves", mark("Commands", "Sa&ve the sheet as a picture…"), ("Ctrl+S",),
            lambda w: w.workspace.waveform.sheets.save(), Scope.WAVEFORM),
    Command("copy-curves", mark("Commands", "&Copy the sheet"), ("Ctrl+C",),
            lambda w: w.workspace.waveform.sheets.copy(names_patient=True), Scope.WAVEFORM,
            in_view=True),
    Command("copy-curves-only", mark("Commands", "Copy the sheet &without the patient"),
            ("Ctrl+Shift+C",), lambda w: w.workspace.waveform.sheets.copy(names_patient=False),
            Scope.WAVEFORM, in_view=True),
    Command("print-curves", mark("Commands", "P&rint the sheet…"), ("Ctrl+P",),
            lambda w: w.workspace.waveform.sheets.ask(), Scope.WAVEFORM),
    Command("attributes-of-curves", mark("Commands", "&DICOM attributes…"), ("Ctrl+T",),
            lambda w: w.workspace.show_attributes(), Scope.WAVEFORM),
))
# fmt: on

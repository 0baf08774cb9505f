"""The commands that measure and mark."""

from meddx_desktop.ui.command import Command, Menu
from meddx_desktop.ui.scope import Scope
from meddx_desktop.ui.tools import Tool
from meddx_desktop.ui.translations import mark

# fmt: off
MEASURE = Menu(mark("Commands", "&Measure"), (
    Command("length-tool", mark("Commands", "&Length"), ("D",),
            lambda w: w.workspace.image.choose_tool(Tool.LENGTH), Scope.IMAGE, icon="length"),
    Command("angle-tool", mark("Commands", "&Angle"), ("G",),
            lambda w: w.workspace.image.choose_tool(Tool.ANGLE), Scope.IMAGE, icon="angle"),
    Command("cobb_angle-tool", mark("Commands", "&Cobb angle"), ("Shift+G",),
            lambda w: w.workspace.image.choose_tool(Tool.COBB_ANGLE), Scope.IMAGE),
    Command("ellipse-tool", mark("Commands", "&Ellipse with statistics"), ("Shift+E",),
            lambda w: w.workspace.image.choose_tool(Tool.ELLIPSE), Scope.IMAGE, icon="ellipse"),
    Command("rectangle-tool", mark("Commands", "&Rectangle with statistics"), ("Shift+B",),
            lambda w: w.workspace.image.choose_tool(Tool.RECTANGLE), Scope.IMAGE),
    Command("freehand-tool", mark("Commands", "&Freehand region with statistics"), ("Shift+D",),
            lambda w: w.workspace.image.choose_tool(Tool.FREEHAND), Scope.IMAGE),
    Command("probe-tool", mark("Commands", "&Pixel value"), ("Q",),
            lambda w: w.workspace.image.choose_tool(Tool.PROBE), Scope.IMAGE),
    Command("arrow-tool", mark("Commands", "Arro&w"), ("Shift+A",),
            lambda w: w.workspace.image.choose_tool(Tool.ARROW), Scope.IMAGE, icon="arrow"),
    Command("text-tool", mark("Commands", "&Text"), ("Shift+T",),
            lambda w: w.workspace.image.choose_tool(Tool.TEXT), Scope.IMAGE),
    None,
    Command("calibration-tool", mark("Commands", "Cali&brate by hand…"), ("Shift+C",),
            lambda w: w.workspace.image.choose_tool(Tool.CALIBRATION), Scope.IMAGE),
    Command("remove-calibration", mark("Commands", "Remo&ve the calibration by hand"), (),
            lambda w: w.workspace.image.markup.remove_calibration(), Scope.IMAGE),
    None,
    Command("next-measurement", mark("Commands", "&Next measurement"), (".",),
            lambda w: w.workspace.measurements.step(1), Scope.IMAGE),
    Command("previous-measurement", mark("Commands", "Previou&s measurement"), (",",),
            lambda w: w.workspace.measurements.step(-1), Scope.IMAGE),
    Command("reset-label", mark("Commands", "Put the label bac&k beside its shape"), (),
            lambda w: w.workspace.image.markup.put_label_back(), Scope.IMAGE),
    Command("delete-measurement", mark("Commands", "&Delete the chosen measurement"),
            ("Del", "Backspace"), lambda w: w.workspace.book.remove_chosen(), Scope.IMAGE,
            in_view=True),
    Command("delete-measurements", mark("Commands", "Delete all &measurements of the case"), (),
            lambda w: w.workspace.book.remove_all(), Scope.IMAGE),
    None,
    Command("forget-measurements", mark("Commands", "F&orget kept measurements…"), (),
            lambda w: w.ask_to_forget(), Scope.ALWAYS),
))
# fmt: on

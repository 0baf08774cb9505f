"""The commands of the layout: viewports, what they do together, screens."""

from meddx_desktop.ui.command import Command, Menu
from meddx_desktop.ui.image_window import (
    move_image_window_on,
    toggle_full_screen,
    toggle_image_window,
)
from meddx_desktop.ui.layout_choices import GridShape
from meddx_desktop.ui.scope import Scope
from meddx_desktop.ui.translations import mark

# fmt: off
LAYOUT = Menu(mark("Commands", "&Layout"), (
    Command("layout-1x1", mark("Commands", "&One viewport"), ("Alt+1",),
            lambda w: w.workspace.views.grid.set_shape(GridShape(1, 1)), Scope.IMAGE),
    Command("layout-1x2", mark("Commands", "&Two side by side"), ("Alt+2",),
            lambda w: w.workspace.views.grid.set_shape(GridShape(1, 2)), Scope.IMAGE),
    Command("layout-2x1", mark("Commands", "Two, one &above the other"), ("Alt+Shift+2",),
            lambda w: w.workspace.views.grid.set_shape(GridShape(2, 1)), Scope.IMAGE),
    Command("layout-1x3", mark("Commands", "Three s&ide by side"), ("Alt+3",),
            lambda w: w.workspace.views.grid.set_shape(GridShape(1, 3)), Scope.IMAGE),
    Command("layout-2x2", mark("Commands", "&Four (2 × 2)"), ("Alt+4",),
            lambda w: w.workspace.views.grid.set_shape(GridShape(2, 2)), Scope.IMAGE),
    Command("layout-2x3", mark("Commands", "&Six (2 × 3)"), ("Alt+6",),
            lambda w: w.workspace.views.grid.set_shape(GridShape(2, 3)), Scope.IMAGE),
    Command("layout-3x3", mark("Commands", "&Nine (3 × 3)"), ("Alt+9",),
            lambda w: w.workspace.views.grid.set_shape(GridShape(3, 3)), Scope.IMAGE),
    Command("maximize-viewport", mark("Commands", "&Enlarge the viewport or show all"), ("F",),
            lambda w: w.workspace.views.grid.toggle_maximized(), Scope.IMAGE),
    None,
    Command("next-viewport", mark("Commands", "Ne&xt viewport"), ("Ctrl+Right",),
            lambda w: w.workspace.views.grid.step(1), Scope.IMAGE, in_view=True),
    Command("previous-viewport", mark("Commands", "Pre&vious viewport"), ("Ctrl+Left",),
            lambda w: w.workspace.views.grid.step(-1), Scope.IMAGE, in_view=True),
    Command("show-in-next-viewport", mark("Commands", "Show the series in the next viewport, too"),
            ("Ctrl+Shift+Right",), lambda w: w.workspace.placing.show_in_next(), Scope.IMAGE),
    None,
    Command("find-series", mark("Commands", "Search the &case"), ("Ctrl+Shift+F",),
            lambda w: w.workspace.case_panel.search()),
    None,
    Command("link-position", mark("Commands", "Scroll together by &position"), ("Shift+P",),
            lambda w: w.workspace.views.links.toggle("by_position"), Scope.IMAGE),
    Command("link-number", mark("Commands", "Scroll together &by image number"), (),
            lambda w: w.workspace.views.links.toggle("by_number"), Scope.IMAGE),
    Command("link-window", mark("Commands", "Same &window in all viewports"), ("Shift+W",),
            lambda w: w.workspace.views.links.toggle("window"), Scope.IMAGE),
    Command("link-zoom", mark("Commands", "Same &zoom in all viewports"), ("Shift+Z",),
            lambda w: w.workspace.views.links.toggle("zoom"), Scope.IMAGE),
    Command("reference-lines", mark("Commands", "Show &reference lines"), ("Shift+R",),
            lambda w: w.workspace.views.links.toggle("lines"), Scope.IMAGE),
    None,
    Command("hang", mark("Commands", "&Hang by the rules"), ("Shift+H",),
            lambda w: w.workspace.placing.hang(), Scope.IMAGE),
    Command("hang-automatically", mark("Commands", "Han&g what is opened"), (),
            lambda w: w.workspace.placing.toggle_automatic_hanging()),
    Command("reformat", mark("Commands", "&Multiplanar reformation"), ("Shift+M",),
            lambda w: w.workspace.views.reformations.toggle(), Scope.IMAGE),
    Command("reset-planes", mark("Commands", "Put the reformatted p&lanes upright"),
            ("Ctrl+Shift+M",), lambda w: w.workspace.views.reformations.reset(), Scope.IMAGE),
    None,
    Command("full-screen", mark("Commands", "F&ull screen"), ("F11",),
            lambda w: toggle_full_screen(w)),
    Command("image-window", mark("Commands", "Images on the other screen"), ("Shift+F11",),
            lambda w: toggle_image_window(w), Scope.IMAGE),
    Command("image-window-on", mark("Commands", "Images to the next screen"), ("Ctrl+Shift+F11",),
            lambda w: move_image_window_on(w), Scope.IMAGE),
))
# fmt: on

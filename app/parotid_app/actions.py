"""The menus as data: what stands where, its key, and what it does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from qtpy.QtGui import QAction, QKeySequence

from napari_parotid.looks import PERCENTS
from napari_parotid.tools import ACCEPT, NEXT, TOOLS
from napari_parotid.tr import mark, tr
from napari_parotid.views.bar import CROSSHAIR_KEY, HANGING_KEY
from napari_parotid.views.hanging import Hanging
from napari_parotid.views.orientation import Convention, Plane
from napari_parotid.views.windowing import Preset
from napari_parotid.work import State
from parotid_training.labels import Structure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from napari_parotid.tools import Tool
    from parotid_app.build import MainWindow


@dataclass(frozen=True)
class Action:
    """One line of a menu.

    Parameters
    ----------
    menu
        The menu's title.
    title
        What the line says; a text for `tr`, as `menu`.
    act
        What it does.
    keys
        Its shortcuts, the first one is shown.
    possible
        Whether it can be done now; such lines are greyed out otherwise.
    break_before
        Whether a line is drawn above it.
    chosen
        Whether what it says is so now; such lines carry a tick.
    """

    menu: str
    title: str
    act: Callable[[MainWindow], object]
    keys: tuple[str, ...] = ()
    possible: Callable[[MainWindow], bool] = lambda window: True
    break_before: bool = False
    chosen: Callable[[MainWindow], bool] | None = None


def _has_study(window: MainWindow) -> bool:
    return window.session.study is not None


def _writes(window: MainWindow) -> bool:
    return not window.session.read_only


def _editable(window: MainWindow) -> bool:
    return window.session.editable


def _can_propose_ahead(window: MainWindow) -> bool:
    return not window.ahead.wanted and _writes(window)


def _can_learn(window: MainWindow) -> bool:
    return not window.session.learning.state.running and _writes(window)


def _can_grow(window: MainWindow) -> bool:
    return window.look.percent < PERCENTS[-1]


def _can_shrink(window: MainWindow) -> bool:
    return window.look.percent > PERCENTS[0]


def _can_approve(window: MainWindow) -> bool:
    case = window.session.case
    return _can_reopen(window) and case is not None and not case.approved_by and not case.is_by(window.session.who)


def _can_reopen(window: MainWindow) -> bool:
    return window.session.state is State.ACCEPTED and _writes(window)


def _other(convention: Convention) -> Convention:
    return next(one for one in Convention if one is not convention)


SHOWING = ("mask", "outline", "changes", "unsure", "fainter", "stronger", "find")
"""Tools that change nothing of the mask: they stand with what is seen."""
ENDING = ("accept", "next")
"""Tools that end the work on a study: they stand with what is done with a study."""
EXTRA_KEYS = {"redo": ("Ctrl+Y",)}
"""Shortcuts the tools have in this window besides their own; napari knows one key a tool."""
_POSSIBLE: dict[str, Callable[[MainWindow], bool]] = {
    "undo": lambda w: w.session.can_undo,
    "redo": lambda w: w.session.can_redo,
    "next": lambda w: True,
    "pan_zoom": _has_study,
    **dict.fromkeys(SHOWING, _has_study),
    "changes": lambda w: w.session.compared_with is not None,
    "unsure": lambda w: w.binding.unsure.known,
}
_CHOSEN: dict[str, Callable[[MainWindow], bool]] = {
    "mask": lambda w: w.binding.mask_visible,
    "outline": lambda w: w.binding.outline,
    "changes": lambda w: w.binding.changes.shown,
    "unsure": lambda w: w.binding.unsure.shown,
    "ball": lambda w: w.binding.brush_3d,
    "range": lambda w: w.binding.range_on,
    "gland": lambda w: w.session.active_structure is Structure.GLAND,
    "tumour": lambda w: w.session.active_structure is Structure.TUMOUR,
    "lock_gland": lambda w: Structure.GLAND in w.session.locks,
    "lock_tumour": lambda w: Structure.TUMOUR in w.session.locks,
}


def _is_chosen(tool: Tool) -> Callable[[MainWindow], bool] | None:
    """Return whether what a tool says is so now; None for what is done once."""
    return (lambda w: w.binding.mode == tool.name) if tool.group == "mouse" else _CHOSEN.get(tool.name)


def _lines(menu: str, tools: Iterable[Tool]) -> tuple[Action, ...]:
    """Return a line for each tool, parted where the group changes."""
    lines = list[Action]()
    group = None
    for tool in tools:
        if tool.release is not None:  # a menu knows no key that is held; the pictures do
            continue
        lines.append(
            Action(
                menu,
                tool.title,
                partial(lambda w, one: w.bench.use(one), one=tool),
                (tool.keys, *EXTRA_KEYS.get(tool.name, ())),
                _POSSIBLE.get(tool.name, _editable),
                bool(lines) and tool.group != group,
                _is_chosen(tool),
            )
        )
        group = tool.group
    return tuple(lines)


FILE = (
    Action(mark("&File"), mark("Add study…"), lambda w: w.ask_folder(), ("Ctrl+O",), _writes),
    Action(mark("&File"), mark("Add NIfTI file…"), lambda w: w.ask_file(), (), _writes),
    Action(mark("&File"), mark("Export mask…"), lambda w: w.ask_export(), ("Ctrl+S",), _has_study, True),
    Action(mark("&File"), mark("Report…"), lambda w: w.desk.report_study(), ("Ctrl+R",), _has_study),
    Action(
        mark("&File"), mark("Report of all…"), lambda w: w.ask_report_of_all(), (), lambda w: bool(w.session.records)
    ),
    Action(mark("&File"), mark("Close study"), lambda w: w.session.close(), ("Ctrl+W",), _has_study),
    Action(mark("&File"), mark("Choose workspace…"), lambda w: w.ask_workspace(), break_before=True),
    Action(mark("&File"), mark("Quit"), lambda w: w.close(), ("Ctrl+Q",), break_before=True),
)
STUDY = (
    Action(mark("&Study"), mark("Propose"), lambda w: w.session.propose(), ("Ctrl+P",), _editable),
    *_lines(mark("&Study"), (ACCEPT,)),
    Action(mark("&Study"), mark("Approve"), lambda w: w.session.approve(), (), _can_approve),
    Action(mark("&Study"), mark("Reopen"), lambda w: w.session.reopen(), (), _can_reopen),
    *_lines(mark("&Study"), (NEXT,)),
    Action(mark("&Study"), mark("Propose the worklist ahead"), lambda w: w.ahead.start(), (), _can_propose_ahead, True),
    Action(mark("&Study"), mark("Learn now"), lambda w: w.desk.learning.learn_now(), (), _can_learn, True),
)
WINDOWS = {
    Preset.AUTO: mark("Window: auto"),
    Preset.SOFT: mark("Window: soft tissue"),
    Preset.BRIGHT: mark("Window: bright tissue"),
    Preset.FULL: mark("Window: full range"),
}
THEMES = {"dark": mark("Dark colours"), "light": mark("Light colours")}
CORRECT = _lines(mark("&Correct"), (tool for tool in TOOLS if tool.name not in (*SHOWING, *ENDING)))
MASK = _lines(mark("&View"), (tool for tool in TOOLS if tool.name in SHOWING))
VIEW = (
    *(
        Action(
            mark("&View"),
            hanging.value,
            partial(lambda w, one: w.canvases.set_hanging(one), one=hanging),
            (),
            _has_study,
            chosen=partial(lambda w, one: w.canvases.hanging is one, one=hanging),
        )
        for hanging in Hanging
    ),
    Action(mark("&View"), mark("Next arrangement"), lambda w: w.canvases.next_hanging(), (HANGING_KEY,), _has_study),
    *(
        Action(
            mark("&View"),
            plane.value,
            partial(lambda w, one: w.canvases.set_plane(one), one=plane),
            (),
            _has_study,
            n == 0,
            partial(lambda w, one: w.canvases.hanging is not Hanging.PLANES and w.canvases.plane is one, one=plane),
        )
        for n, plane in enumerate(Plane)
    ),
    Action(
        mark("&View"),
        mark("Crosshair"),
        lambda w: w.canvases.set_crosshair(not w.canvases.crosshair),
        (CROSSHAIR_KEY,),
        _has_study,
        True,
        lambda w: w.canvases.crosshair,
    ),
    Action(
        mark("&View"),
        mark("Patient's right on the right"),
        lambda w: w.canvases.set_convention(_other(w.canvases.convention)),
        chosen=lambda w: w.canvases.convention is Convention.NEUROLOGICAL,
    ),
    *(replace(line, break_before=line.break_before or n == 0) for n, line in enumerate(MASK)),
    *(
        Action(
            mark("&View"),
            title,
            partial(lambda w, one: w.canvases.set_preset(one), one=preset),
            (f"F{5 + n}",),
            _has_study,
            n == 0,
        )
        for n, (preset, title) in enumerate(WINDOWS.items())
    ),
    Action(mark("&View"), mark("Fit to view"), lambda w: w.canvases.fit(), ("F2",), _has_study, True),
    Action(mark("&View"), mark("Find a study"), lambda w: w.worklist.search.setFocus(), ("Ctrl+F",), break_before=True),
    Action(mark("&View"), mark("Worklist and learning"), lambda w: w.toggle_left(), ("F9",)),
    *(
        Action(
            mark("&View"),
            title,
            partial(lambda w, one: w.wear(replace(w.look, theme=one)), one=theme),
            (),
            lambda w: True,
            theme == "dark",
            partial(lambda w, one: w.look.theme == one, one=theme),
        )
        for theme, title in THEMES.items()
    ),
    Action(
        mark("&View"), mark("Larger text"), lambda w: w.wear(w.look.larger(1)), ("Ctrl++", "Ctrl+="), _can_grow, True
    ),
    Action(mark("&View"), mark("Smaller text"), lambda w: w.wear(w.look.larger(-1)), ("Ctrl+-",), _can_shrink),
    Action(mark("&View"), mark("Usual text size"), lambda w: w.wear(replace(w.look, percent=100)), ("Ctrl+0",)),
)
HELP = (
    Action(mark("&Help"), mark("Mouse and keys"), lambda w: w.show_keys(), ("F1",)),
    Action(mark("&Help"), mark("Look around"), lambda w: w.start_tour()),
    Action(mark("&Help"), mark("Open the demo"), lambda w: w.open_demo(), (), lambda w: not w.is_demo, True),
    Action(mark("&Help"), mark("Leave the demo"), lambda w: w.leave_demo(), (), lambda w: w.is_demo),
    Action(mark("&Help"), mark("About"), lambda w: w.show_about(), break_before=True),
)
ACTIONS: tuple[Action, ...] = (*FILE, *STUDY, *CORRECT, *VIEW, *HELP)
"""All menus, in the order of the menu bar."""


REPEATED = {tool.title for tool in TOOLS if tool.name in ("smaller", "larger", "fainter", "stronger")}
"""What goes on as long as its key is held."""


def build_menus(window: MainWindow) -> dict[str, QAction]:
    """Put all actions into the window's menu bar; return them by title."""
    made: dict[str, QAction] = {}
    menus = {}
    for action in ACTIONS:
        if action.menu not in menus:
            menus[action.menu] = window.menuBar().addMenu(tr(action.menu))
            # Much of what is ticked is chosen elsewhere.
            menus[action.menu].aboutToShow.connect(lambda: allow(window, made))
        menu = menus[action.menu]
        if action.break_before:
            menu.addSeparator()
        line = QAction(tr(action.title), window)
        line.setShortcuts([QKeySequence(key) for key in action.keys])
        line.setCheckable(action.chosen is not None)
        # A key that is held must not answer a question, or pass a study over.
        line.setAutoRepeat(action.title in REPEATED)
        line.triggered.connect(lambda _=False, one=action: one.act(window))
        menu.addAction(line)
        made[action.title] = line
    return made


def allow(window: MainWindow, made: dict[str, QAction]) -> None:
    """Grey out what cannot be done now, and tick what is on."""
    for action in ACTIONS:
        made[action.title].setEnabled(action.possible(window))
        if action.chosen is not None:
            made[action.title].setChecked(action.chosen(window))

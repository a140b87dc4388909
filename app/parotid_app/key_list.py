"""What mouse and keys do, in groups: for the window that lists it (F1) and for the guide's page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from napari_parotid.tools import TOOLS
from napari_parotid.tr import mark
from napari_parotid.views.bar import CROSSHAIR_KEY, HANGING_KEY
from parotid_app.actions import ACTIONS, EXTRA_KEYS

if TYPE_CHECKING:
    from napari_parotid.tools import Tool

MOUSE = (
    (mark("Wheel, Up, Down"), mark("Next or previous slice")),
    (mark("Ctrl + wheel"), mark("Zoom at the mouse")),
    (mark("Middle drag"), mark("Move the picture")),
    (mark("Right drag"), mark("Window: to the right wider, downwards brighter")),
    (mark("Double right click"), mark("Automatic window for this picture")),
    (mark("Double click"), mark("This picture alone, and back (with the Move tool)")),
    (mark("Shift + click"), mark("This place in all pictures; so does a click with the Move tool")),
    (mark("Click on a name"), mark("Another sequence in this picture")),
    (HANGING_KEY, mark("Sequences side by side, three planes with the mask in 3D, or one picture")),
    (CROSSHAIR_KEY, mark("Mark the place in all pictures")),
)
"""What is done on a picture."""
GROUPS = (
    (mark("What the left button does"), ("mouse",)),
    (mark("What is drawn"), ("structure", "lock", "range")),
    (mark("Brush"), ("brush", "smaller", "larger")),
    (mark("The whole structure"), ("whole", "margin")),
    (mark("What is shown"), ("show", "hide", "fainter", "stronger", "go")),
    (mark("Undo and finish"), ("edit", "accept", "next")),
)
"""Headings, and the groups of tools below each, or the names of those that belong to none."""


@dataclass(frozen=True)
class Row:
    """One line of the list; all texts are for `tr`.

    Parameters
    ----------
    keys
        What is pressed or done.
    words
        What that does.
    title
        What its button says, if it is a tool.
    """

    keys: str
    words: str
    title: str = ""


@dataclass(frozen=True)
class Group:
    """Lines under a heading."""

    title: str
    rows: tuple[Row, ...]


def key_groups() -> tuple[Group, ...]:
    """Return all of it: pictures, tools, and the menus of the app."""
    tools = {heading: list[Row]() for heading, _ in GROUPS}
    for tool in TOOLS:
        keys = ", ".join(_key(one) for one in (tool.keys, *EXTRA_KEYS.get(tool.name, ())))
        tools[_heading(tool)].append(Row(keys, tool.tip, tool.title))
    said = {_key(tool.keys) for tool in TOOLS} | {keys for keys, _ in MOUSE}
    menus = [
        Row(", ".join(_key(key) for key in action.keys), action.title)
        for action in ACTIONS
        if action.keys and _key(action.keys[0]) not in said
    ]
    return (
        Group(mark("On a picture"), tuple(Row(keys, words) for keys, words in MOUSE)),
        *(Group(heading, tuple(rows)) for heading, rows in tools.items()),
        Group(mark("Menus"), tuple(menus)),
    )


def _heading(tool: Tool) -> str:
    return next(heading for heading, those in GROUPS if tool.group in those or tool.name in those)


def _key(keys: str) -> str:
    return keys.upper() if len(keys) == 1 else keys

"""Write the guide's page of keys, from the tools and menus themselves: `python scripts/keys_page.py`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from napari_parotid.tools import TOOLS
from parotid_app.actions import ACTIONS
from parotid_app.dialogs import MOUSE

if TYPE_CHECKING:
    from napari_parotid.tools import Tool

PAGE = Path(__file__).parents[1] / "docs" / "guide" / "keys.md"
GROUPS = (
    ("What the mouse does", ("mouse",)),
    ("What is drawn", ("structure", "lock", "range")),
    ("Brush", ("brush", "smaller", "larger")),
    ("The whole structure", ("whole", "margin")),
    ("What is shown", ("show", "go", "")),
    ("Undo and finish", ("edit", "accept", "next")),
)
"""Headings, and the groups or names of the tools below each; what fits none stands under the last."""


def page() -> str:
    """Return the page: the tools by what they are for, then mouse and menus."""
    lines = [
        "# Mouse and keys",
        "",
        "All keys of the correction tools work as soon as a study is open, in the app and in napari. *Help > Mouse and",
        "keys* (`F1`) shows the same list.",
        "",
    ]
    for heading, _ in GROUPS:
        chosen = [one for one in TOOLS if _place(one) == heading]
        lines += _table(heading, "Tool", [(_key(one.keys), one.title, one.tip) for one in chosen])
    lines += ["## Mouse", "", "| Mouse or key | What it does |", "| --- | --- |"]
    lines += [f"| {key} | {words} |" for key, words in MOUSE]
    tools = {tool.title for tool in TOOLS}
    menus = [
        (", ".join(_key(key) for key in action.keys), action.title.rstrip("…"), action.menu.replace("&", ""))
        for action in ACTIONS
        if action.keys and action.title not in tools
    ]
    lines += ["", *_table("Menus of the app", "Line", menus)]
    return "\n".join(lines).rstrip() + "\n"


def _place(tool: Tool) -> str:
    named = (heading for key in (tool.name, tool.group) for heading, groups in GROUPS if key in groups)
    return next(named, GROUPS[-1][0])


def _table(heading: str, name: str, rows: list[tuple[str, str, str]]) -> list[str]:
    last = "Menu" if name == "Line" else "What it does"
    body = [f"| {key} | {title} | {words} |" for key, title, words in rows]
    return [f"## {heading}", "", f"| Key | {name} | {last} |", "| --- | --- | --- |", *body, ""]


def _key(keys: str) -> str:
    return f"`{keys.upper() if len(keys) == 1 else keys}`"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

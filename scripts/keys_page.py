"""Write the guide's page of keys, from the list that the app itself shows: `python scripts/keys_page.py`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from parotid_app.key_list import key_groups

if TYPE_CHECKING:
    from parotid_app.key_list import Group

PAGE = Path(__file__).parents[1] / "docs" / "guide" / "keys.md"


def page() -> str:
    """Return the page: a table for each group."""
    lines = [
        "# Mouse and keys",
        "",
        "All keys of the correction tools work as soon as a study is open, in the app and in napari; those of",
        "pictures and menus are the app's. *Help > Mouse and keys* (`F1`) shows the same list.",
        "",
    ]
    for group in key_groups():
        lines += _table(group)
    return "\n".join(lines).rstrip() + "\n"


def _table(group: Group) -> list[str]:
    if any(row.title for row in group.rows):
        head = ["| Key | Tool | What it does |", "| --- | --- | --- |"]
        body = [f"| `{row.keys}` | {row.title} | {row.words} |" for row in group.rows]
    else:
        head = ["| Mouse or key | What it does |", "| --- | --- |"]
        body = [f"| {row.keys} | {row.words.rstrip('…')} |" for row in group.rows]
    return [f"## {group.title}", "", *head, *body, ""]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

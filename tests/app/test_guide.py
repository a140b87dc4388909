"""The user guide says what the program does."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from napari_parotid.tools import TOOLS
from parotid_app.key_list import key_groups
from scripts import keys_page

GUIDE = keys_page.PAGE.parent
PAGES = sorted(GUIDE.glob("*.md"))


def test_the_page_of_keys_is_up_to_date():
    assert keys_page.PAGE.read_text("utf-8") == keys_page.page(), "run python scripts/keys_page.py"


def test_every_tool_is_on_the_page_of_keys_once():
    lines = [line for line in keys_page.page().splitlines() if line.startswith("|")]
    for tool in TOOLS:
        assert sum(f"| {tool.title} | {tool.tip} |" in line for line in lines) == 1


def test_no_key_is_listed_twice():
    """A tool that has another key in the window stands in a menu as well."""
    keys = [row.keys for group in key_groups() for row in group.rows]
    assert sorted(keys) == sorted(set(keys))
    assert sum("Ctrl+Y" in one for one in keys) == 1


def test_the_guide_names_every_tool_that_corrects():
    words = (GUIDE / "correct.md").read_text("utf-8")
    wanted = [one.title for one in TOOLS if one.group in ("mouse", "structure", "range", "whole", "margin")]
    assert [title for title in wanted if title not in words] == []


def test_pictures_are_there_and_small():
    shown = {GUIDE / name for page in PAGES for name in re.findall(r"\]\((images/[^)]+)\)", page.read_text("utf-8"))}
    assert shown == set((GUIDE / "images").iterdir())
    assert max(picture.stat().st_size for picture in shown) < 200_000


@pytest.mark.filterwarnings("ignore")
def test_the_guide_builds_without_a_broken_link(tmp_path):
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")]
    built = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    assert (tmp_path / "site" / "correct.html").is_file()

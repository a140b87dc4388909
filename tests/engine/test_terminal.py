"""Progress in a file or a pipe: plain lines, and few."""

from __future__ import annotations

import sys

import pytest

from parotid_training.terminal import SAME_SECONDS, STAGE_SECONDS, ProgressLine


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_file_gets_a_plain_line_a_stage(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    line = ProgressLine(clock)
    line.show(0.0, "Looking for files")
    assert capsys.readouterr().err == ""
    clock.now += STAGE_SECONDS
    for number in range(1, 4):
        line.show(0.1 * number, f"Reading headers, {number} of 9")
    assert capsys.readouterr().err == " 10 %  Reading headers, 1 of 9\n"
    line.show(0.5, "Preparing the sequences")
    assert capsys.readouterr().err == ""
    clock.now += STAGE_SECONDS
    line.show(0.6, "Preparing the sequences")
    clock.now += STAGE_SECONDS
    line.show(0.7, "Preparing the sequences")
    assert capsys.readouterr().err == " 60 %  Preparing the sequences\n"
    clock.now += SAME_SECONDS
    line.show(0.8, "Preparing the sequences")
    line.clear()
    assert capsys.readouterr().err == " 80 %  Preparing the sequences\n"


def test_a_terminal_gets_one_line_that_changes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    line = ProgressLine(Clock())
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    line.show(0.25, "Reading images")
    line.show(0.5, "Drawing the mask")
    line.clear()
    said = capsys.readouterr().err
    assert "\n" not in said
    assert said.split("\r\033[K") == ["", " 25 %  Reading images", " 50 %  Drawing the mask", ""]

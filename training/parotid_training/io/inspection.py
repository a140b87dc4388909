"""What a folder holds, as text for a terminal. Series descriptions are shown, patients' names never."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parotid_training.io.find import find_series
from parotid_training.progress import Cancelled, Report, ignore_progress, never

if TYPE_CHECKING:
    from pathlib import Path

    from parotid_training.io.finding import Finding, SeriesInfo

HEADINGS = ("#", "series", "role", "plane", "matrix", "spacing mm", "axes", "oblique", "frame", "usable")
LONGEST_NAME = 40


def inspect_text(path: Path | str, progress: Report = ignore_progress, cancelled: Cancelled = never) -> str:
    """Find the series below a path and describe them.

    Raises
    ------
    ParotidError, CancelledError
        As `find_series`.
    """
    return describe(find_series(path, progress, cancelled))


def describe(finding: Finding) -> str:
    """Lay out a finding: a table of the series, then what was left out and why.

    Frames of reference are numbered in the order they occur; "-" where a file has none.
    """
    frames: dict[str, int] = {}
    for info in finding.series:
        if info.grid is not None and info.grid.frame_of_reference:
            frames.setdefault(info.grid.frame_of_reference, len(frames) + 1)
    rows = [HEADINGS, *(_row(n, info, frames) for n, info in enumerate(finding.series))]
    widths = [max(len(row[n]) for row in rows) for n in range(len(HEADINGS))]
    lines = []
    if finding.series:
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    notes = [f"  {n}  {info.why_not} {info.remedy}" for n, info in enumerate(finding.series) if not info.usable]
    if notes:
        lines += ["", "Listed, but not usable as a study's sequence:", *notes]
    if finding.left_out:
        lines += ["", "Left out:"]
        lines += [f"  {_short(item.what)}: {item.sentence} {item.remedy}" for item in finding.left_out]
    if finding.ignored:
        files = (
            "1 file that is no image was"
            if finding.ignored == 1
            else f"{finding.ignored} files that are no images were"
        )
        lines += ["", f"{files} passed over."]
    return "\n".join(lines).lstrip("\n")


def _row(number: int, info: SeriesInfo, frames: dict[str, int]) -> tuple[str, ...]:
    usable = "yes" if info.usable else "no"
    grid = info.grid
    if grid is None:
        return (str(number), _short(info.name), str(info.role), "-", "-", "-", "-", "-", "-", usable)
    return (
        str(number),
        _short(info.name),
        str(info.role),
        grid.plane,
        " x ".join(map(str, grid.shape)),
        " x ".join(f"{size:.2f}" for size in grid.spacing),
        grid.codes,
        f"{grid.obliquity_deg:.0f} deg",
        str(frames[grid.frame_of_reference]) if grid.frame_of_reference else "-",
        usable,
    )


def _short(name: str) -> str:
    """Return a name that fits its column, without control characters."""
    name = "".join(letter if letter.isprintable() else " " for letter in name)
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 3] + "..."

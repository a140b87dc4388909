"""What a folder holds, as text for a terminal. Series descriptions are shown, patients' names never."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parotid_training.io.finding import Finding, SeriesInfo

HEADINGS = ("#", "series", "role", "plane", "matrix", "spacing mm", "axes", "oblique", "frame", "usable")
LONGEST_NAME = 40


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
        lines += [f"  {_printable(item.what)}: {item.sentence} {item.remedy}" for item in finding.left_out]
    if finding.ignored:
        files = "1 other file was" if finding.ignored == 1 else f"{finding.ignored} other files were"
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
    """Return a name that fits its column; what tells it from others is often at its end, so the middle is cut."""
    name = _printable(name)
    if len(name) <= LONGEST_NAME:
        return name
    half = (LONGEST_NAME - 3) // 2
    return f"{name[: LONGEST_NAME - 3 - half]}...{name[-half:]}"


def _printable(name: str) -> str:
    """Return a name without control characters."""
    return "".join(letter if letter.isprintable() else " " for letter in name)

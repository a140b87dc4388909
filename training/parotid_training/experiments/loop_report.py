"""docs/results/loop.md: proposals and the reader's work study by study, and what every round of learning came to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from parotid_training.experiments.scoring import mean_of, write_rows
from parotid_training.experiments.tables import COLOURS, markdown, reduced

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from parotid_training.experiments.clinic import Read, Round
    from parotid_training.experiments.loop import Sizes

NAME = "loop"
SIZES = ("studies", "every", "judged", "steps", "batch", "replay", "base_set", "blend")
GIVEN = (*SIZES, "skip")
OUTCOME = {"promoted": COLOURS[4], "refused": COLOURS[5]}


def write_report(
    out: Path,
    read: Sequence[Read],
    rounds: Sequence[Round],
    sizes: Sizes,
    model_id: str,
    data: str,
    knows: Collection[str] = (),
) -> str:
    """Write ``loop.md``, ``loop.png``, ``loop.csv`` (studies) and ``loop-rounds.csv``; returns the table.

    Parameters
    ----------
    knows
        Names of the patients whom the base learned from.
    """
    from parotid_training.experiments.loop import Sizes

    if not read:
        return "No study was read yet."
    out.mkdir(parents=True, exist_ok=True)
    write_rows(out / f"{NAME}.csv", read)
    write_rows(out / f"{NAME}-rounds.csv", rounds)
    draw(out / f"{NAME}.png", read, rounds)
    table = tabulate(read, rounds, sizes.every)
    text = TEXT.format(
        model=model_id[:12], data=data, command=command(sizes, data), count=len(read), every=sizes.every,
        sizes=f"{sizes.steps} steps of {sizes.batch} slices", judged=sizes.judged, table=table,
        verdicts=_verdicts(rounds), reduced=reduced(sizes, Sizes(), SIZES), known=_known(read, knows),
    )  # fmt: skip
    (out / f"{NAME}.md").write_text(text, "utf-8")
    return table


def tabulate(read: Sequence[Read], rounds: Sequence[Round], every: int) -> str:
    """Markdown table, a line for the studies between two rounds, and what the round after them came to."""
    columns = (
        "studies", "proposed by", "gland DSC", "tumour DSC", "brush set down, a study", "changed ml",
        "round after them", "held-out gland DSC, in use and new", "minutes", "gland DSC, unseen patients, afterwards",
    )  # fmt: skip
    after = {one.after: one for one in rounds}
    rows = []
    for first in range(0, len(read), every):
        block = read[first : first + every]
        learned = after.get(first + every)
        rows.append((
            f"{block[0].number}-{block[-1].number}", f"version {block[0].version}",
            mean_of(one.gland for one in block if one.gland is not None),
            mean_of(one.tumour for one in block if one.tumour is not None),
            f"{np.mean([one.dabs for one in block]):.0f}", f"{np.mean([one.changed_ml for one in block]):.1f}",
            "-" if learned is None else learned.state,
            "-" if learned is None or learned.held_after is None
            else f"{learned.held_before:.3f}, {learned.held_after:.3f}",
            "-" if learned is None else f"{learned.seconds / 60:.1f}",
            "-" if learned is None or learned.unseen_gland is None else f"{learned.unseen_gland:.3f}",
        ))  # fmt: skip
    return markdown(columns, rows)


def draw(path: Path, read: Sequence[Read], rounds: Sequence[Round]) -> None:
    """Draw DSC of the proposals and the reader's work against the study's number, with every round marked."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 6.4), layout="constrained")
    upper, lower = figure.subplots(2, 1, sharex=True)
    numbers = [one.number for one in read]
    for name, colour, marker in (("gland", COLOURS[7], "o"), ("tumour", COLOURS[1], "^")):
        points = [(one.number, getattr(one, name)) for one in read if getattr(one, name) is not None]
        if points:
            upper.plot(*zip(*points, strict=True), marker, color=colour, ms=4, label=f"{name} of the proposal")
    upper.plot(numbers, _running([one.gland for one in read]), color=COLOURS[7], label="gland, mean of the last five")
    unseen = [(one.after, one.unseen_gland) for one in rounds if one.unseen_gland is not None]
    if unseen:
        upper.step(*zip(*unseen, strict=True), where="post", color="#888888", ls=":", label="gland, unseen patients")
    lower.bar(numbers, [one.dabs for one in read], color="#b8c4d0", label="dabs")
    lower.plot(numbers, _running([one.dabs for one in read]), color=COLOURS[0], label="mean of the last five")
    said = set()
    for one in rounds:
        colour, style = OUTCOME.get(one.state, "#888888"), "-" if one.state == "promoted" else "--"
        for axes in (upper, lower):
            label = None if one.state in said else one.state
            axes.axvline(one.after + 0.5, color=colour, ls=style, lw=1.4, label=label)
        said.add(one.state)
        upper.annotate(
            f"v{one.version}" if one.state == "promoted" else "kept",
            (one.after + 0.5, 1.0), xycoords=("data", "axes fraction"), xytext=(2, -10), textcoords="offset points",
            color=colour, fontsize=8,
        )  # fmt: skip
    upper.set(ylabel="DSC", ylim=(0, 1))
    lower.set(xlabel="study, in the order it came", ylabel="brush set down, to DSC 0.95")
    for axes in (upper, lower):
        axes.grid(visible=True, alpha=0.3)
    figure.legend(*upper.get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=8)
    figure.savefig(path, dpi=130)


def command(sizes: Sizes, data: str) -> str:
    """Return the command that makes this again."""
    from parotid_training.experiments.loop import Sizes

    source = "--anatomy OPENKBP" if data.startswith("OpenKBP") else "--phantoms"
    given = [(name, getattr(sizes, name)) for name in GIVEN if getattr(sizes, name) != getattr(Sizes(), name)]
    return " ".join(
        [f"parotid experiment loop {source}", *(f"--{name.replace('_', '-')} {value}" for name, value in given)]
    )


def _running(values: Sequence[float | None], last: int = 5) -> list[float]:
    """Mean of the last few values at each place; NaN where there is none yet."""
    found = np.array([np.nan if value is None else value for value in values], dtype=float)
    windows = [found[max(0, n + 1 - last) : n + 1] for n in range(found.size)]
    return [float(np.nanmean(window)) if np.isfinite(window).any() else float("nan") for window in windows]


def _known(read: Sequence[Read], knows: Collection[str]) -> str:
    count = sum(one.patient in knows for one in read)
    if not count:
        return "The base learned from none of the patients who come in: their anatomy is new to it."
    who = f"Of the {len(read)} patients who come in the base learned from {count}"
    return f"{who}: it knows their anatomy, not these scans."


def _verdicts(rounds: Sequence[Round]) -> str:
    return "\n".join(f"- after {one.after} studies: {one.sentence}" for one in rounds) or "No round was run yet."


TEXT = """# The loop: a new hospital's studies come in one by one

Base model `{model}` (`--model` names it where it is not the shipped one). Data: {data}. Made by

    {command}

{count} studies of a hospital whose scans the base never learned from (one T2 with fat suppression in thick slices,
noise and shading; see `finetuning.md`) are proposed by the version in use, corrected by a simulated reader until
gland and tumour reach DSC 0.95 each, and accepted. After every {every} a round of learning runs as in the clinic:
the workspace's store, child process, judge and gate, with the shipped recipe at {sizes}. {reduced} The reader puts
one wrong region of one slice right at a time, the largest first; the brush (radius 5 mm) is set down once for each
and once more for every further area of a brush. No hand is as sure, so only the change of that figure says
something.

![DSC of the proposals and the reader's work, study by study](loop.png)

{table}

{known}
"Unseen" are {judged} of the development split, scanned by the same hospital, on whom the version in use after each
round is tried; nothing is chosen by them.

## What the gate said

{verdicts}

**What this says and what it does not.** One run with one order of studies, on CT painted as MR. It shows that the
loop closes and how fast; it is no figure to expect on patients.
"""

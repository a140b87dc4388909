"""docs/results/worklist.md: what is gained a corrected case in each order, and which measure of doubt was taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from parotid_training.experiments.scoring import mean_of
from parotid_training.experiments.tables import COLOURS, Values, gain, markdown, reduced, signed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from parotid_training.experiments.doubts import Doubting
    from parotid_training.experiments.worklist import Sizes, Turn

NAME = "worklist"
SIZES = ("pool", "stretch", "rounds", "each", "judged", "steps", "batch")
TITLES = {
    "list": "as the studies came",
    "random": "random",
    "doubt": "most doubtful first",
    "mixed": "doubtful and random in turn",
}


def write_report(
    out: Path, turns: Sequence[Turn], doubts: Sequence[Doubting], sizes: Sizes, model_id: str, data: str
) -> str:
    """Write ``worklist.md``, ``worklist.png`` and ``worklist.csv``; returns the tables."""
    from parotid_training.experiments.worklist import Sizes

    if len(turns) < 2:
        return "No round is finished yet."
    out.mkdir(parents=True, exist_ok=True)
    write_csv(out / f"{NAME}.csv", turns)
    draw(out / f"{NAME}.png", turns)
    table, measures = tabulate(turns), tabulate_doubts(doubts)
    text = TEXT.format(
        model=model_id[:12], data=data, command=command(turns, sizes, data), pool=sizes.pool, stretch=sizes.stretch,
        each=sizes.each, judged=sizes.judged, sizes=f"{sizes.steps} steps of {sizes.batch} slices", table=table,
        measures=measures, best=_say_best(turns), reduced=reduced(sizes, Sizes(), SIZES),
    )  # fmt: skip
    (out / f"{NAME}.md").write_text(text, "utf-8")
    return f"{table}\n\n{measures}"


def values(turns: Sequence[Turn]) -> Values:
    """DSC of each seed and of each structure of each case judged."""
    return {
        (turn.seed, f"{row.source} {row.case_id} {row.structure.name}"): row.dsc
        for turn in turns
        for row in turn.scores.cases
        if row.present
    }


def gained(turns: Sequence[Turn], group: Sequence[Turn]) -> Values:
    """What a group gained over the base as it is, a corrected case."""
    nothing = values([turn for turn in turns if not turn.order])
    cases = {turn.seed: len(turn.corrected) for turn in group}
    return {(seed, what): (dsc - nothing[0, what]) / cases[seed] for (seed, what), dsc in values(group).items()}


def best_order(turns: Sequence[Turn]) -> str:
    """The order that gained most a corrected case, mean over its rounds."""
    orders = dict.fromkeys(turn.order for turn in turns if turn.order)
    last = min(max(turn.number for turn in turns if turn.order == order) for order in orders)
    means = {order: np.mean([_gain(turns, order, number) for number in range(1, last + 1)]) for order in orders}
    return max(means, key=lambda order: means[order])


def _say_best(turns: Sequence[Turn]) -> str:
    best, listed = best_order(turns), "list"
    rounds = {turn.number for turn in turns if turn.order == best}
    last = max(rounds & {turn.number for turn in turns if turn.order == listed}, default=0)
    more = gain(gained(turns, _group(turns, best, last)), gained(turns, _group(turns, listed, last)))
    if best == listed or (more.cases and more.low > 0):
        return f"{TITLES[best]}."
    return f"{TITLES[best]}; but that may be luck, for its interval against the order they came in holds 0."


def tabulate(turns: Sequence[Turn]) -> str:
    """Markdown table: mean DSC after each round in each order, and what is gained a corrected case."""
    columns = (
        "corrected",
        "order",
        "seeds",
        "DSC",
        "gained a corrected case",
        "against as they came",
        "new hospital's",
    )
    rows = []
    for number in sorted({turn.number for turn in turns} - {0}):
        for order in dict.fromkeys(turn.order for turn in turns if turn.number == number):
            group = _group(turns, order, number)
            mine, listed = gained(turns, group), gained(turns, _group(turns, "list", number))
            theirs = sum(name.endswith("-new") for turn in group for name in turn.corrected) / len(group)
            rows.append((
                len(group[0].corrected), TITLES[order], len(group), mean_of(values(group).values()),
                f"{np.mean(list(mine.values())):+.4f}", "" if order == "list" else signed(gain(mine, listed)),
                f"{theirs:.1f}",
            ))  # fmt: skip
    return markdown(columns, rows)


def tabulate_doubts(doubts: Sequence[Doubting]) -> str:
    """Markdown table of the measures of doubt."""
    rows = [(d.measure, d.passes, f"{d.finds:.3f}", f"{d.ranks:.2f}") for d in doubts]
    return markdown(
        ("measure", "looks of the network", "finds wrong voxels (AUC)", "ranks the studies (Spearman)"), rows
    )


def write_csv(path: Path, turns: Sequence[Turn]) -> None:
    """Write every score of every round."""
    lines = ["order,seed,round,corrected,where,patient,structure,present,dsc"]
    for turn in turns:
        for row in turn.scores.cases:
            what = f"{row.source},{row.case_id},{row.structure.name.lower()},{int(row.present)},{row.dsc:.4f}"
            lines.append(f"{turn.order or 'none'},{turn.seed},{turn.number},{len(turn.corrected)},{what}")
    path.write_text("\n".join(lines) + "\n", "utf-8")


def draw(path: Path, turns: Sequence[Turn]) -> None:
    """Draw the mean DSC against the number of corrected cases, a line an order."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4.4), layout="constrained")
    axes = figure.subplots()
    start = mean_of(values([turn for turn in turns if not turn.order]).values()).value
    for number, (order, title) in enumerate(TITLES.items()):
        rounds = sorted({turn.number for turn in turns if turn.order == order})
        groups = [_group(turns, order, n) for n in rounds]
        points = [(len(group[0].corrected), mean_of(values(group).values()).value) for group in groups]
        if points:
            x, y = zip(*[(0, start), *points], strict=True)
            axes.plot(x, y, color=COLOURS[(0, 1, 5, 4)[number]], marker="o", ms=4, label=title)
    axes.set(xlabel="corrected cases", ylabel="mean DSC (gland and tumour, both hospitals)")
    axes.grid(visible=True, alpha=0.3)
    axes.legend(fontsize=8)
    figure.savefig(path, dpi=130)


def command(turns: Sequence[Turn], sizes: Sizes, data: str) -> str:
    """Return the command that makes this again."""
    from parotid_training.experiments.worklist import ORDERS, Sizes

    source = "--anatomy OPENKBP" if data.startswith("OpenKBP") else "--phantoms"
    orders = [order for order in ORDERS if any(turn.order == order for turn in turns)]
    flags = [f"--orders {' '.join(orders)}"] if orders != list(ORDERS) else []
    flags.append(f"--seeds {' '.join(map(str, sorted({turn.seed for turn in turns if turn.order})))}")
    flags += [f"--{n} {getattr(sizes, n)}" for n in SIZES if getattr(sizes, n) != getattr(Sizes(), n)]
    return " ".join([f"parotid experiment worklist {source}", *flags])


def _group(turns: Sequence[Turn], order: str, number: int) -> list[Turn]:
    return [turn for turn in turns if turn.order == order and turn.number == number]


def _gain(turns: Sequence[Turn], order: str, number: int) -> float:
    return float(np.mean(list(gained(turns, _group(turns, order, number)).values())))


TEXT = """# Which studies to correct first

Base model `{model}` (`--model` names it where it is not the shipped one). Data: {data}. Made by

    {command}

A worklist of {pool} studies, half of the base's kind and half of a new hospital (one T2 with fat suppression in
thick slices, see `finetuning.md`), in stretches of {stretch} as they came in. In each order the first {each} are
corrected (their truth is taken), a version is learned from all corrected so far by the shipped recipe ({sizes}),
and the next {each} are chosen; the doubtful ones by what that version hesitates over. Judged on {judged} patients
of the development split, scanned in both places: mean over gland and tumour and both places.

![Mean DSC against the number of corrected cases](worklist.png)

{table}

The last column says how many of the corrected studies were the new hospital's. 95 % intervals in brackets, by a
bootstrap over structures and patients: they say little about another worklist. Gained most a corrected case here:
{best}

{reduced}

## Where the model hesitates

{measures}

`margin` is one less the lead of the likeliest class over the second, `entropy` that of the class probabilities;
with two looks the second is at the mirrored head, and the two are averaged. "Finds wrong voxels": within 3 voxels
of what is drawn or true. "Ranks the studies": doubt against what the proposal lacks to DSC 1, where a study's doubt
is what is doubtful as a share of that and what was drawn. The program shows the margin of one look, which costs
nothing.

**What this says and what it does not.** One worklist, on CT painted as MR, with short trainings: whether an order
helps depends on what the worklist holds. Every score is in `worklist.csv`.
"""

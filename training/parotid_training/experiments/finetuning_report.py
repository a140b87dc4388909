"""docs/results/finetuning.md: what was learned from how many cases by which recipe, and what was forgotten for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parotid_training.experiments.scoring import mean_of
from parotid_training.experiments.tables import COLOURS, Values, gain, markdown, reduced, signed
from parotid_training.labels import Structure

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from parotid_training.experiments.finetuning import Result, Sizes
    from parotid_training.learn.scores import Source

NAME = "finetuning"
WHERE: dict[Source, str] = {"hold-out": "new hospital", "base": "base's patients"}
LINES = (4, 0, 7, 5, 3, 1, 6)
"""Colour of each recipe, in the order of `RECIPES`."""
SIZES = ("steps", "batch", "rate", "replay", "pool", "judged")


def write_report(out: Path, results: Sequence[Result], sizes: Sizes, model_id: str, data: str) -> str:
    """Write ``finetuning.md``, ``finetuning.png`` and ``finetuning.csv``; returns the table."""
    from parotid_training.experiments.finetuning import Sizes

    out.mkdir(parents=True, exist_ok=True)
    write_csv(out / f"{NAME}.csv", results)
    draw(out / f"{NAME}.png", results)
    table = tabulate(results)
    told = "\n".join(f"- {line}" for line in conclude(results))
    gaps = "\n".join(f"- {line}" for line in missing(results)) or "Nothing of the design."
    text = TEXT.format(
        model=model_id[:12], data=data, command=command(results, sizes, data), judged=sizes.judged, pool=sizes.pool,
        sizes=f"{sizes.steps} steps of {sizes.batch} slices", start=_start(results), table=table,
        gaps=gaps, told=told, shipped=_shipped(), reduced=reduced(sizes, Sizes(), SIZES),
    )  # fmt: skip
    (out / f"{NAME}.md").write_text(text, "utf-8")
    return table


def values(results: Sequence[Result], share: float, source: Source, structure: Structure) -> Values:
    """DSC of each (seed, patient) that has the structure, so far on the way from the start to what was learned."""
    return {
        (result.cell.seed, row.case_id): row.dsc
        for result in results
        for at, scores in result.scores
        for row in scores.cases
        if at == share and row.source == source and row.structure == structure and row.present
    }


def tabulate(results: Sequence[Result]) -> str:
    """Markdown table of every recipe, number of cases and share of the way: gained there, lost here."""
    columns = (
        "cases", "recipe", "way", "seeds", "new hospital: gland DSC", "gained", "tumour DSC", "gained",
        "base's patients: gland, changed", "tumour, changed",
    )  # fmt: skip
    rows = []
    for (budget, recipe, share), group in groups(results).items():
        row: list[object] = [budget, recipe, f"{share:g}", len(group)]
        for structure in (Structure.GLAND, Structure.TUMOUR):
            found = values(group, share, "hold-out", structure)
            row += [mean_of(found.values()), signed(gain(found, _before(results, group, "hold-out", structure)))]
        for structure in (Structure.GLAND, Structure.TUMOUR):
            found = values(group, share, "base", structure)
            row.append(signed(gain(found, _before(results, group, "base", structure))))
        rows.append(row)
    return markdown(columns, rows)


def groups(results: Sequence[Result]) -> dict[tuple[int, str, float], list[Result]]:
    """Results of one number of cases, recipe and share of the way, in the order of the recipes' first cell."""
    learned = sorted((r for r in results if r.cell.budget), key=lambda r: (r.cell.budget, _place(r.cell.recipe)))
    found: dict[tuple[int, str, float], list[Result]] = {}
    for result in learned:
        for share, _ in result.scores:
            found.setdefault((result.cell.budget, result.cell.recipe, share), []).append(result)
    return found


def write_csv(path: Path, results: Sequence[Result]) -> None:
    """Write every score of every cell: recipe, cases, seed, way, where, patient, structure, DSC and surface Dice."""
    lines = ["recipe,cases,seed,way,where,patient,structure,present,dsc,surface_dice_2mm"]
    for result in results:
        cell = result.cell
        for share, scores in result.scores:
            for row in scores.cases:
                what = f"{WHERE[row.source]},{row.case_id},{row.structure.name.lower()},{int(row.present)}"
                figures = f"{row.dsc:.4f},{row.surface_dice:.4f}"
                lines.append(f"{cell.recipe or 'none'},{cell.budget},{cell.seed},{share:g},{what},{figures}")
    path.write_text("\n".join(lines) + "\n", "utf-8")


def draw(path: Path, results: Sequence[Result]) -> None:
    """Draw the gland's DSC against the number of cases in both places, a line a recipe; half-way dashed."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4.4), layout="constrained")
    budgets = sorted({result.cell.budget for result in results} | {0})
    recipes = _recipes(results)
    for place, source in enumerate(WHERE, 1):
        axes = figure.add_subplot(1, 2, place)
        nothing = [result for result in results if not result.cell.budget]
        before = mean_of(values(nothing, 1.0, source, Structure.GLAND).values()).value
        axes.axhline(before, color="#888888", linewidth=1, label="nothing learned")
        for recipe in recipes:
            colour = COLOURS[LINES[_place(recipe)]]
            for share, style, fill in ((1.0, "-", colour), (0.5, "--", "white")):
                points = [
                    (budgets.index(budget), mean_of(values(group, share, source, Structure.GLAND).values()).value)
                    for (budget, name, at), group in groups(results).items()
                    if name == recipe and at == share
                ]
                if points:
                    x, y = zip(*points, strict=True)
                    if recipe != "scratch":  # which does not start from the base
                        x, y = (0, *x), (before, *y)
                    label = recipe if share == 1.0 else f"{recipe}, half-way"
                    axes.plot(x, y, style, color=colour, marker="o", ms=5, mfc=fill, label=label)
        axes.set_xticks(range(len(budgets)), [str(budget) for budget in budgets])
        axes.set(xlabel="corrected cases", ylabel="gland DSC", title=f"{WHERE[source]}")
        axes.grid(visible=True, alpha=0.3)
    figure.legend(*figure.axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=4, fontsize=8)
    figure.savefig(path, dpi=130)


def command(results: Sequence[Result], sizes: Sizes, data: str) -> str:
    """Return the command that makes these cells again."""
    from parotid_training.experiments.finetuning import Sizes

    cells = [result.cell for result in results if result.cell.budget]
    flags: dict[str, Sequence[object]] = {
        "recipes": list(_recipes(results)),
        "budgets": sorted({cell.budget for cell in cells}),
        "seeds": sorted({cell.seed for cell in cells}),
    }
    for name in SIZES:
        if getattr(sizes, name) != getattr(Sizes(), name):
            flags[name] = [getattr(sizes, name)]
    spoken = [f"--{name} {' '.join(map(str, given))}" for name, given in flags.items() if given]
    source = "--anatomy OPENKBP" if data.startswith("OpenKBP") else "--phantoms"
    return " \\\n        ".join([f"parotid experiment finetuning {source}", *spoken])


def conclude(results: Sequence[Result]) -> list[str]:
    """Say for each number of cases what gained most and what forgot least, each with its price."""
    lines = []
    for budget in sorted({result.cell.budget for result in results} - {0}):
        changes = {
            key[1:]: [
                gain(found, _before(results, group, source, structure)).value
                for source in WHERE
                for structure in (Structure.GLAND, Structure.TUMOUR)
                if (found := values(group, key[2], source, structure))
            ]
            for key, group in groups(results).items()
            if key[0] == budget
        }
        most = max(changes, key=lambda one: changes[one][0])
        kept = max(changes, key=lambda one: min(changes[one][len(changes[one]) // 2 :]))
        lines.append(f"{budget} cases: most gained by {_say(most, changes)}; least forgotten by {_say(kept, changes)}.")
    return lines


def _say(one: tuple[str, float], changes: dict[tuple[str, float], list[float]]) -> str:
    figures = changes[one]
    new, base = figures[: len(figures) // 2], figures[len(figures) // 2 :]
    told = [f"{name} " + ", ".join(f"{x:+.3f}" for x in part) for name, part in (("new", new), ("base", base))]
    return f"`{one[0]}` at {one[1]:g} ({'; '.join(told)})"


def missing(results: Sequence[Result]) -> list[str]:
    """Say which numbers of cases each recipe was not run with."""
    from parotid_training.experiments.finetuning import BUDGETS, RECIPES

    there = {(result.cell.recipe, result.cell.budget) for result in results}
    gaps = {recipe: [str(n) for n in BUDGETS if (recipe, n) not in there] for recipe in RECIPES}
    return [f"{recipe}: {', '.join(numbers)} cases" for recipe, numbers in gaps.items() if numbers]


def _place(recipe: str) -> int:
    from parotid_training.experiments.finetuning import RECIPES

    return list(RECIPES).index(recipe)


def _recipes(results: Sequence[Result]) -> list[str]:
    return sorted({result.cell.recipe for result in results if result.cell.budget}, key=_place)


def _before(results: Sequence[Result], group: Sequence[Result], source: Source, structure: Structure) -> Values:
    """The base's own scores, once for each seed of a group: what its patients are paired with."""
    nothing = [result for result in results if not result.cell.budget]
    own = values(nothing, 1.0, source, structure)
    return {(result.cell.seed, patient): dsc for result in group for (_, patient), dsc in own.items()}


def _shipped() -> str:
    """Say what the program does, from its settings."""
    from parotid_training.experiments.finetuning import RECIPES
    from parotid_training.learn.job import FinetuneSettings

    settings = FinetuneSettings()
    names = {recipe.stages: name for name, recipe in reversed(RECIPES.items()) if recipe.replay and recipe.starter}
    used = ", ".join(f"`{names[stages]}` from {least}" for least, stages in settings.stages if least)
    ways = ", ".join(f"{share:g}" for share in settings.shares)
    at_first = f"uses `{names[settings.stages[0][1]]}` at first, {used} cases, and goes the first"
    return f"{at_first}\nof the ways {ways} that loses nothing on the built-in set."


def _start(results: Sequence[Result]) -> str:
    nothing = [result for result in results if not result.cell.budget]
    told = [
        f"{structure.name.lower()} {mean_of(values(nothing, 1.0, source, structure).values())} ({WHERE[source]})"
        for structure in (Structure.GLAND, Structure.TUMOUR)
        for source in WHERE
    ]
    return ", ".join(told)


TEXT = """# Learning from a few corrected cases of a new hospital

Base model `{model}` (`--model` names it where it is not the shipped one). Data: {data}. Made by

    {command}

The new hospital scans only a T2 with fat suppression, in slices of 6.5 to 7.5 mm, with more noise and coil shading
than the base's training draws; the base's training mostly shows four sequences at once. Corrected cases are drawn
by the seed from {pool} patients of the training split (their CT anatomy, painted otherwise, the base knows), those
of a smaller number among those of a larger one. Judged on {judged} patients of the development split, scanned in
both places, at the network's resolution. Each cell: {sizes}. {reduced}

The base as it is: DSC {start}.

Recipes: `decoder` learns decoder, stems and norms, `last-stages` the last two stages of the encoder too, `full`
everything; `no-replay` leaves out the synthetic heads that are otherwise half of each batch; `scratch` is `full`
from random weights. "Way" says how far the version goes from the start (0) to what was learned (1). The program
{shipped}

![Gland DSC against the number of corrected cases](finetuning.png)

{told}

(In brackets what changed against the base as it is: DSC of gland and tumour at the new hospital, then on the
base's patients.)

{table}

Means over (seed, patient), 95 % interval in brackets (bootstrap over those pairs); "gained" and "changed" are
paired with the base as it is. The same patients are judged for every seed, so the intervals say little about
another draw of cases.

## Not run

{gaps}

**What this says and what it does not.** The figures are on CT painted as MR, with one kind of shift, after short
trainings: they compare recipes with each other and are no accuracy to expect on patients. Every score is in
`finetuning.csv`.
"""

"""Choose the built-in set the gate watches: `python scripts/gate_set.py`.

What the starter hardly finds moves by luck when anything is learned: it guards no skill, and one such case shuts out
every version. So the set is what the starter really finds, by a rule that was made before the first score was seen.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from parotid_assets import BASE_MODEL
from parotid_training.anatomy.tumour import Look
from parotid_training.labels import Structure
from parotid_training.learn.evaluate import score_cases
from parotid_training.learn.job import GATE_SET
from parotid_training.learn.synthetic import phantom_of
from parotid_training.learn.training_case import prepare_case
from parotid_training.model.predict import Segmenter
from parotid_training.model.runtime import tune_process

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

PAGE = Path(__file__).parents[1] / "docs" / "results" / "gate-set.md"
FIRST_SEED = 950_000
"""Nothing is trained, chosen or reported with phantoms from here to 969,999."""
FOUND = {Structure.GLAND: 0.7, Structure.TUMOUR: 0.6}
"""DSC from which on a structure counts as found."""
HEALTHY = "healthy"
WANTED = {**dict.fromkeys((str(look) for look in Look), 1), HEALTHY: 3}
"""How many phantoms of each kind: every look of tumour, and as many heads without one."""


@dataclass(frozen=True)
class Seen:
    """What the starter makes of one candidate; ``dsc`` of the structures that are there."""

    seed: int
    kind: str
    dsc: dict[Structure, float]

    @property
    def found(self) -> bool:
        """Whether every structure is."""
        return all(value >= FOUND[structure] for structure, value in self.dsc.items())


def look_at(seed: int, starter: Segmenter, wanted: Container[str] = WANTED) -> Seen | None:
    """Score the starter on the phantom of a seed; None if its kind is not wanted."""
    phantom = phantom_of(seed)
    kind = str(phantom.facts["look"]) if (phantom.label_map.array == Structure.TUMOUR).any() else HEALTHY
    if kind not in wanted:
        return None
    case = prepare_case(f"phantom-{seed}", phantom.study, phantom.label_map, starter.model.config)
    scores = score_cases(starter, [("base", case)]).cases
    return Seen(seed, kind, {score.structure: score.dsc for score in scores if score.present})


def candidates(starter: Segmenter) -> Iterator[Seen]:
    """Go through the seeds in order until there are enough of each kind; those in which all is found are taken."""
    missing = Counter(WANTED)
    for seed in count(FIRST_SEED):
        seen = look_at(seed, starter, +missing)
        if seen is not None:
            missing[seen.kind] -= seen.found
            yield seen
        if not missing.total():
            return


def in_turn(taken: list[Seen]) -> tuple[int, ...]:
    """Tumour and healthy by turns, so that any beginning of the set has both."""
    halves = ([one.seed for one in taken if (one.kind == HEALTHY) is healthy] for healthy in (False, True))
    return tuple(seed for pair in zip(*halves, strict=True) for seed in pair)


def page(looked_at: list[Seen], model_id: str) -> str:
    """Return the page: the rule, and every candidate that was looked at."""
    rows = [
        f"| {seen.seed} | {seen.kind} | {_figure(seen, Structure.GLAND)} | {_figure(seen, Structure.TUMOUR)} |"
        f" {'yes' if seen.found else ''} |"
        for seen in looked_at
    ]
    wanted = ", ".join(f"{number} {kind}" for kind, number in WANTED.items())
    return TEXT.format(
        model=model_id[:12], first=FIRST_SEED, gland=FOUND[Structure.GLAND], tumour=FOUND[Structure.TUMOUR],
        wanted=wanted, rows="\n".join(rows),
    )  # fmt: skip


def _figure(seen: Seen, structure: Structure) -> str:
    return f"{seen.dsc[structure]:.3f}" if structure in seen.dsc else "-"


TEXT = """# The built-in set the gate watches

Made for the starter `{model}` by

    python scripts/gate_set.py

The rule, made before the first score was seen: the phantoms from seed {first} on, in order, as the gate makes and
scores them. Wanted are {wanted}.
Of those whose kind is still wanted, one is taken if the starter finds every structure in it: gland DSC at least
{gland}, tumour at least {tumour}. The seeds stand in `learn/job.py`; a test fails when the starter changes or no
longer fulfils the rule.

| seed | kind | gland DSC | tumour DSC | taken |
|---|---|---|---|---|
{rows}
"""


def main() -> None:
    """Write the page, and say what belongs into learn/job.py."""
    tune_process(1)
    starter = Segmenter.load(BASE_MODEL)
    looked_at = []
    for seen in candidates(starter):
        looked_at.append(seen)
        print(seen.seed, seen.kind, *(f"{structure.name.lower()} {dsc:.3f}" for structure, dsc in seen.dsc.items()))
    PAGE.write_text(page(looked_at, starter.model_id), "utf-8")
    seeds = in_turn([seen for seen in looked_at if seen.found])
    print(f"GATE_SET = {seeds}", "as it is" if seeds == GATE_SET else f"instead of {GATE_SET} in learn/job.py")


if __name__ == "__main__":
    main()

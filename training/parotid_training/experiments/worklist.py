"""`parotid experiment worklist`: which studies should be corrected first, so that the model learns most from each.

A worklist holds studies of the base's kind and of a new hospital, in stretches as they came in. In each order the first
few are corrected, a version is learned from them and judged; then the next few, in the order the new version gives.
Finished rounds are kept in a folder of runs, so that the command goes on where it was stopped.
"""

from __future__ import annotations

import copy
import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from parotid_training.experiments.doubts import Doubting, compare_doubts
from parotid_training.experiments.new_hospital import find_patients, scan_in_both
from parotid_training.experiments.resumable import begin_from, check_extras, titled
from parotid_training.experiments.worklist_report import write_report
from parotid_training.learn.adapt import Adapter, blend
from parotid_training.learn.evaluate import look_at_case, score_cases
from parotid_training.learn.job import FinetuneSettings
from parotid_training.learn.scores import Scores, Source
from parotid_training.learn.synthetic import phantom_cases
from parotid_training.learn.teaching import teaching_order
from parotid_training.model.checkpoint import load_checkpoint, save_checkpoint, write_json
from parotid_training.model.predict import Segmenter
from parotid_training.model.runtime import tune_process, tune_thread
from parotid_training.model.unsure import hesitation, unsure
from parotid_training.progress import Cancelled, Report, part

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from parotid_training.learn.training_case import TrainingCase
    from parotid_training.model.networks import SwinSegmenter

ROUNDS, DOUBTS = "rounds", "doubts.json"
ORDERS = ("list", "random", "doubt", "mixed")
"""As they came; by lot; those the version in use hesitates over most; `teaching_order`."""
_SHIPPED = FinetuneSettings()


@dataclass(frozen=True)
class Sizes:
    """How much there is, and how much is learned; recorded beside the rounds.

    Parameters
    ----------
    pool, stretch
        Studies of the worklist, and how many of one hospital come in one after the other.
    rounds, each
        Rounds of learning, and studies corrected before each.
    judged
        Patients of the development split, each scanned in both places.
    steps, batch
        As in `FinetuneSettings`; all else as shipped.
    """

    pool: int = 24
    stretch: int = 4
    rounds: int = 3
    each: int = 3
    judged: int = 8
    steps: int = _SHIPPED.steps
    batch: int = _SHIPPED.batch
    threads: int = 1


@dataclass(frozen=True)
class Turn:
    """One round of one order.

    Parameters
    ----------
    corrected
        Names of the studies corrected so far.
    """

    order: str
    seed: int
    number: int
    corrected: tuple[str, ...]
    scores: Scores

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            **{n: getattr(self, n) for n in ("order", "seed", "number", "corrected")},
            "scores": self.scores.to_json(),
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Turn:
        """Read what `to_json` gave."""
        scores = Scores.from_json(values["scores"])
        return cls(values["order"], values["seed"], values["number"], tuple(values["corrected"]), scores)


@dataclass(frozen=True)
class Plan:
    """What to run, and on what; ``anatomy`` None for synthetic heads."""

    anatomy: Path | None
    model: Path
    runs: Path
    cache: Path
    orders: tuple[str, ...]
    seeds: tuple[int, ...]
    sizes: Sizes


@dataclass(frozen=True)
class _Setting:
    """What all rounds share; ``pool`` by name, in the order the studies came."""

    plan: Plan
    base: SwinSegmenter
    pool: dict[str, TrainingCase]
    judged: tuple[tuple[Source, TrainingCase], ...]
    replay: Sequence[TrainingCase]


def run(plan: Plan, out: Path, progress: Report, cancelled: Cancelled) -> str:
    """Run the rounds that are not finished; after each, write the report into ``out``.

    Returns
    -------
    The report's tables.

    Raises
    ------
    ParotidError
        If the folder of runs holds rounds of other sizes, or there are too few patients.
    CancelledError
        If cancelled; the broken round begins anew with the next call.
    """
    check_extras("matplotlib")
    tune_process(plan.sizes.threads)
    tune_thread()
    base, model_id = load_checkpoint(plan.model)
    data = begin_from(plan.runs, model_id, plan.anatomy, plan.sizes)
    setting = _set_up(plan, base, part(progress, 0.0, 0.1), cancelled)
    doubts = _doubts(setting, part(progress, 0.1, 0.2), cancelled)
    folder = plan.runs / ROUNDS
    folder.mkdir(exist_ok=True)
    if not (folder / "nothing.json").is_file():
        scores = score_cases(Segmenter(base, ""), setting.judged, cancelled)
        write_json(folder / "nothing.json", Turn("", 0, 0, (), scores).to_json())
    # Round by round, so that the orders can be compared early.
    turns = [(n, seed, order) for seed in plan.seeds for n in range(1, plan.sizes.rounds + 1) for order in plan.orders]

    def report() -> str:
        return write_report(out, read_turns(plan.runs), doubts, plan.sizes, model_id, data)

    for place, (number, seed, order) in enumerate(turns):
        path = folder / f"{order}-seed-{seed}-round-{number}.json"
        if not path.is_file():
            share = 0.2 + 0.8 * place / len(turns), 0.2 + 0.8 * (place + 1) / len(turns)
            told = titled(part(progress, *share), path.stem)
            write_json(path, take_turn(setting, order, seed, number, told, cancelled).to_json())
            report()
    return report()


def take_turn(setting: _Setting, order: str, seed: int, number: int, progress: Report, cancelled: Cancelled) -> Turn:
    """Correct the next few studies in an order, learn from all corrected so far, and judge."""
    sizes, folder = setting.plan.sizes, setting.plan.runs
    before: tuple[str, ...] = ()
    version = setting.base
    if number > 1:
        last = folder / ROUNDS / f"{order}-seed-{seed}-round-{number - 1}.json"
        before = Turn.from_json(json.loads(last.read_text("utf-8"))).corrected
        version = load_checkpoint(folder / "versions" / last.stem)[0]
    left = {name: case for name, case in setting.pool.items() if name not in before}
    progress(0.0, "choosing")
    corrected = (*before, *choose(order, left, Segmenter(version, ""), seed)[: sizes.each])
    settings = replace(_SHIPPED, steps=sizes.steps, batch=sizes.batch)
    learned = [setting.pool[name] for name in corrected]
    adapter = Adapter(copy.deepcopy(setting.base), learned, setting.replay, settings.recipe(len(learned), seed))
    for step in adapter.steps(None, "", cancelled):
        progress(step.number / sizes.steps, f"step {step.number} of {sizes.steps}")
    blend(adapter.average, setting.base, settings.blend)
    save_checkpoint(folder / "versions" / f"{order}-seed-{seed}-round-{number}", adapter.average, {})
    return Turn(order, seed, number, corrected, score_cases(Segmenter(adapter.average, ""), setting.judged, cancelled))


def choose(order: str, left: dict[str, TrainingCase], segmenter: Segmenter, seed: int) -> list[str]:
    """Names of what is left, as an order has them; ``left`` is as it came."""
    if order == "list":
        return list(left)
    if order == "random":
        names = list(left)
        return [names[int(n)] for n in np.random.default_rng((seed, 14)).permutation(len(names))]
    doubts = {name: doubt_of(segmenter, case) for name, case in left.items()}
    return teaching_order(doubts) if order == "mixed" else sorted(doubts, key=lambda name: (-doubts[name], name))


def doubt_of(segmenter: Segmenter, case: TrainingCase) -> float:
    """How much a version hesitates over a case."""
    labels, probability = look_at_case(segmenter, case)
    return hesitation(np.round(255 * unsure(probability)).astype(np.uint8), labels)


def read_turns(runs: Path) -> tuple[Turn, ...]:
    """Every finished round below a folder of runs, the base as it is first."""
    found = [Turn.from_json(json.loads(path.read_text("utf-8"))) for path in (runs / ROUNDS).glob("*.json")]
    places = {order: place for place, order in enumerate(("", *ORDERS))}
    return tuple(sorted(found, key=lambda turn: (turn.number, places[turn.order], turn.seed)))


def _set_up(plan: Plan, base: SwinSegmenter, progress: Report, cancelled: Cancelled) -> _Setting:
    sizes, kept = plan.sizes, plan.runs / "cases"
    pool, judged = find_patients(plan.anatomy, plan.cache, sizes.pool, sizes.judged, part(progress, 0, 0.5), cancelled)
    listed = {}
    for number, patient in enumerate(pool):
        case = patient.case("new" if number // sizes.stretch % 2 else "base", kept, base.config)
        listed[case.name] = case
    replay = phantom_cases(_SHIPPED.replay_set, base.config, kept, 1, part(progress, 0.5, 1.0), cancelled)
    return _Setting(plan, base, listed, scan_in_both(judged, kept, base.config), replay)


def _doubts(setting: _Setting, progress: Report, cancelled: Cancelled) -> tuple[Doubting, ...]:
    path = setting.plan.runs / DOUBTS
    if not path.is_file():
        found = compare_doubts(Segmenter(setting.base, ""), setting.judged, progress, cancelled)
        write_json(path, {"doubts": [asdict(one) for one in found]})
    return tuple(Doubting(**values) for values in json.loads(path.read_text("utf-8"))["doubts"])

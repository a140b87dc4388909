"""`parotid experiment loop`: a new hospital's studies come in one by one, and are learned from.

Each study is proposed by the version in use, corrected by a simulated reader and accepted; every few studies a round of
learning runs (`clinic`). The workspace is what the command goes on from when it is stopped.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from parotid_training.experiments.clinic import Clinic, read_results
from parotid_training.experiments.loop_report import write_report
from parotid_training.experiments.new_hospital import find_patients
from parotid_training.experiments.resumable import begin_from, check_extras
from parotid_training.learn.job import FinetuneSettings
from parotid_training.learn.start import patients_behind
from parotid_training.model.checkpoint import verify
from parotid_training.model.runtime import tune_process
from parotid_training.progress import Cancelled, Report, check, part
from parotid_training.workspace.store import Store

if TYPE_CHECKING:
    from pathlib import Path

_SHIPPED = FinetuneSettings()


@dataclass(frozen=True)
class Sizes:
    """How large the clinic is.

    Parameters
    ----------
    studies
        That come in.
    every
        After so many accepted ones a round of learning runs.
    judged
        Patients of the development split on whom each version that comes into use is tried.
    skip
        Patients passed over before the first who comes in: for another clinic than one already looked at.
    steps, batch, replay, base_set, blend
        As in `FinetuneSettings`.
    """

    studies: int = 40
    every: int = 5
    judged: int = 8
    skip: int = 0
    steps: int = _SHIPPED.steps
    batch: int = _SHIPPED.batch
    replay: int = _SHIPPED.replay
    base_set: int = _SHIPPED.base_set
    blend: float = _SHIPPED.blend
    threads: int = 1

    @property
    def settings(self) -> dict[str, Any]:
        """What is asked of a round of learning."""
        return {name: getattr(self, name) for name in ("steps", "batch", "replay", "base_set", "blend", "threads")}


@dataclass(frozen=True)
class Plan:
    """What to run, and on what.

    Parameters
    ----------
    anatomy
        Folder of OpenKBP; None for synthetic heads.
    model
        Folder of the base.
    """

    anatomy: Path | None
    model: Path
    runs: Path
    cache: Path
    sizes: Sizes


def run(plan: Plan, out: Path, progress: Report, cancelled: Cancelled) -> str:
    """Run the clinic to its last study, from where it was stopped; after each round, write the report into ``out``.

    Returns
    -------
    The report's table.

    Raises
    ------
    ParotidError
        If the folder of runs holds a clinic of other sizes, or there are too few patients.
    CancelledError
        If cancelled; goes on with the next call.
    """
    check_extras("matplotlib")
    sizes = plan.sizes
    tune_process(sizes.threads)
    model_id = verify(plan.model)
    data = begin_from(plan.runs, model_id, plan.anatomy, sizes)
    wanted = sizes.skip + sizes.studies
    patients, unseen = find_patients(
        plan.anatomy, plan.cache, wanted, sizes.judged, part(progress, 0.0, 0.1), cancelled
    )

    knows = frozenset(patients_behind(str(plan.model)))

    def report() -> str:
        return write_report(out, *read_results(plan.runs), sizes, model_id, data, knows)

    with Store.open(plan.runs / "workspace") as store:
        store.ensure_base(plan.model)
        with closing(Clinic(plan.runs, sizes.settings, store, patients[sizes.skip :], unseen)) as clinic:
            for number in range(1, sizes.studies + 1):
                check(cancelled)
                share = 0.1 + 0.9 * (number - 1) / sizes.studies, 0.1 + 0.9 * number / sizes.studies
                progress(share[0], f"Reading study {number} of {sizes.studies}")
                clinic.read(number)
                if number % sizes.every == 0:
                    clinic.learn(number, part(progress, *share), cancelled)
                    report()
    return report()

"""A simulated clinic: a real workspace, whose studies a simulated reader corrects and whose rounds of learning run.

Proposals, acceptance, learning, judge and gate are those of the clinic; what came of each study and each round is kept
in files of its own beside the workspace.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from parotid_training.acceptance import Acceptance
from parotid_training.experiments.simulated_reader import correct
from parotid_training.labels import Structure
from parotid_training.model.checkpoint import write_json
from parotid_training.model.metrics import dice
from parotid_training.model.predict import Segmenter
from parotid_training.progress import Cancelled, Report, check
from parotid_training.volume import LabelMap
from parotid_training.workspace.jobs import Jobs
from parotid_training.workspace.records import JobState

if TYPE_CHECKING:
    from pathlib import Path

    from parotid_training.experiments.new_hospital import Patient
    from parotid_training.study import Proposal, Study
    from parotid_training.workspace.records import Job, StudyRecord
    from parotid_training.workspace.store import Store

STUDIES, ROUNDS = "studies", "rounds"
READER = "simulated reader"
LOOK_SECONDS = 0.5


@dataclass(frozen=True)
class Read:
    """One study as it was proposed and corrected.

    Parameters
    ----------
    number
        1, 2, ... in the order it came.
    version
        Number of the model version that proposed.
    gland, tumour
        DSC of the proposal; None where there is none of it.
    dabs, changed_ml
        What the reader did (`simulated_reader`).
    """

    number: int
    patient: str
    version: int
    gland: float | None
    tumour: float | None
    dabs: int
    changed_ml: float


@dataclass(frozen=True)
class Round:
    """One round of learning.

    Parameters
    ----------
    after
        Number of accepted studies.
    state, sentence
        What became of it, and what the gate said.
    version
        Number of the version in use afterwards.
    unseen_gland, unseen_tumour
        Mean DSC of that version's proposals for patients who never come into the workspace; None if none has it.
    seconds
        From the request to the verdict.
    held_before, held_after
        Mean DSC of the glands held out, by the version in use and by the new one; None if they were not compared.
    """

    after: int
    state: str
    sentence: str
    version: int
    unseen_gland: float | None
    unseen_tumour: float | None
    seconds: float
    held_before: float | None = None
    held_after: float | None = None


class Clinic:
    """A workspace, and who comes to it.

    Parameters
    ----------
    runs
        Where is kept what came of its studies and rounds.
    settings
        What is asked of a round of learning.
    store
        Open for writing.
    patients, unseen
        Who come in, in their order, and who never do.
    """

    def __init__(
        self,
        runs: Path,
        settings: dict[str, Any],
        store: Store,
        patients: tuple[Patient, ...],
        unseen: tuple[Patient, ...],
    ) -> None:
        self.runs, self.settings, self.store = runs, settings, store
        self.patients, self.unseen = patients, unseen
        self.jobs = Jobs(store)
        self.jobs.recover()
        self._segmenter: Segmenter | None = None

    def close(self) -> None:
        """Let a child that learns go on alone; the next start finds it."""
        self.jobs.close()

    def read(self, number: int) -> None:
        """Have a study proposed, corrected and accepted, unless that is done."""
        path = self.runs / STUDIES / f"{number:03}.json"
        patient = self.patients[number - 1]
        record = self._record(number, patient)
        if record.state.is_accepted:
            return
        study, truth = patient.scan("new")
        proposal = self._propose(study)
        self.store.save_proposal(record.study_id, proposal)
        axis = study.grid.canonical().native_axes[0]
        made = correct(proposal.label_map.array, truth.array, truth.grid.spacing, axis)
        gland, tumour = _scores(proposal, truth)
        changed = made.voxels * truth.grid.voxel_ml
        version = self.store.current_model().number
        # Written first: a study that is accepted has its figures.
        path.parent.mkdir(parents=True, exist_ok=True)
        write_json(path, asdict(Read(number, patient.name, version, gland, tumour, made.dabs, changed)))
        corrected = LabelMap(study.grid, made.labels)
        self.store.accept(record.study_id, study, corrected, Acceptance(READER, model_id=proposal.model_id))

    def learn(self, after: int, progress: Report, cancelled: Cancelled) -> None:
        """Run a round of learning, unless it is done; goes on with one that was broken off."""
        path = self.runs / ROUNDS / f"{after:03}.json"
        if path.is_file():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        started = time.monotonic()
        job = self._wait(self._job(after), progress, cancelled)
        if self._answer() and job.state is JobState.FAILED:
            # Too few were left to learn from while the question stood.
            job = self._wait(self._ask(after), progress, cancelled)
            self._answer()
        seconds = time.monotonic() - started
        gland, tumour = self._try_unseen(cancelled)
        version = self.store.current_model().number
        held = _held_out(job)
        write_json(path, asdict(Round(after, job.state, job.sentence, version, gland, tumour, seconds, *held)))

    def _wait(self, job: Job, progress: Report, cancelled: Cancelled) -> Job:
        """Follow a round to its end."""
        while not (job := self.store.job(job.run)).state.is_final:
            check(cancelled)
            for event in self.jobs.poll():
                progress(event.step / max(1, event.steps), event.stage or event.kind)
            time.sleep(LOOK_SECONDS)
        return job

    def _answer(self) -> bool:
        """Stand for every mask that is asked about; whether one was."""
        questions = self.store.questions()
        for question in questions:
            self.store.answer_question(question.case_id, use=True, who=READER)
        return bool(questions)

    def _record(self, number: int, patient: Patient) -> StudyRecord:
        listed = self.store.studies()
        if len(listed) >= number:
            return listed[number - 1]
        return self.store.add_study(None, patient_key=self.store.patient_key(patient.name))

    def _job(self, after: int) -> Job:
        """Return the round after so many studies: asked for before this command was stopped, or now."""
        asked = self._asked(after)
        return self.store.job(asked.read_text("utf-8")) if asked.is_file() else self._ask(after)

    def _ask(self, after: int) -> Job:
        job = self.store.request_finetune(seed=after, settings=self.settings)
        self._asked(after).write_text(job.run, "utf-8")
        self.jobs.start(job)
        return job

    def _asked(self, after: int) -> Path:
        return self.runs / ROUNDS / f"{after:03}.run"

    def _propose(self, study: Study) -> Proposal:
        model_id = self.store.current_model().model_id
        if self._segmenter is None or self._segmenter.model_id != model_id:
            self._segmenter = Segmenter.load(self.store.model_folder(model_id), model_id)
        return self._segmenter.propose(study)

    def _try_unseen(self, cancelled: Cancelled) -> tuple[float | None, float | None]:
        """Mean DSC of gland and tumour on those who never come in."""
        found = []
        for patient in self.unseen:
            check(cancelled)
            study, truth = patient.scan("new")
            found.append(_scores(self._propose(study), truth))
        gland, tumour = ([value for value in values if value is not None] for values in zip(*found, strict=True))
        return (sum(gland) / len(gland) if gland else None), (sum(tumour) / len(tumour) if tumour else None)


def read_results(runs: Path) -> tuple[tuple[Read, ...], tuple[Round, ...]]:
    """The studies read and the rounds run so far."""
    read = tuple(Read(**json.loads(path.read_text("utf-8"))) for path in sorted((runs / STUDIES).glob("*.json")))
    rounds = tuple(Round(**json.loads(path.read_text("utf-8"))) for path in sorted((runs / ROUNDS).glob("*.json")))
    return read, rounds


def _held_out(job: Job) -> tuple[float | None, float | None]:
    """Mean DSC of the held-out glands before and after a round, as the gate compared them."""
    rows = () if job.verdict is None else job.verdict.rows
    found = [r for r in rows if (r.source, r.structure, r.measure) == ("hold-out", Structure.GLAND, "DSC")]
    return (found[0].incumbent, found[0].candidate) if found else (None, None)


def _scores(proposal: Proposal, truth: LabelMap) -> tuple[float | None, float | None]:
    """DSC of gland and tumour; None where the truth has none of it."""
    pairs = [(proposal.label_map.array == s, truth.array == s) for s in (Structure.GLAND, Structure.TUMOUR)]
    gland, tumour = (dice(mine, true) if true.any() else None for mine, true in pairs)
    return gland, tumour

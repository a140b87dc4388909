"""Once around the loop through the real window, by itself: open, propose, correct, accept, learn, judge, propose.

The reader is played: the synthetic studies' true masks are known, so missed and wrong voxels are corrected with the
brush where they are most, and the rest by one edit that leaves what is thinner than a brush, as a person would.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from napari_parotid.history import difference
from napari_parotid.messages import LearningState, Level
from napari_parotid.panels.review import READ_SECONDS
from napari_parotid.work import State
from parotid_app.build import build_window
from parotid_app.hands import Hands
from parotid_app.played_reader import as_a_person_would, dice, stroke_path
from parotid_app.running import compose, make_application
from parotid_app.settings import Settings
from parotid_app.warm_up import get_ready
from parotid_training.errors import ParotidError
from parotid_training.io.nifti import read_label_map
from parotid_training.labels import Structure
from parotid_training.workspace.demo import truth_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari_parotid.messages import LearningStatus, Notice
    from napari_parotid.views.canvas import StudyCanvas
    from parotid_app.build import MainWindow

CORRECTED = 3
"""Studies that are corrected and accepted before the learning starts by itself."""
BRUSH_MM = 2.5
OPEN_S, DEMO_S, PROPOSE_S, ACCEPT_S, LEARN_S = 120.0, 300.0, 300.0, 120.0, 1800.0
"""Time limits of the steps, seconds."""


@dataclass
class Table:
    """What is printed at the end."""

    rows: list[tuple[str, float, str]] = field(default_factory=list)

    def add(self, step: str, seconds: float, figure: str = "") -> None:
        """Note a step, and say so at once."""
        self.rows.append((step, seconds, figure))
        print(self.line(self.rows[-1]), flush=True)

    @staticmethod
    def line(row: tuple[str, float, str]) -> str:
        """Return one line of the table."""
        return f"{row[0]:<34} {row[1]:7.1f} s   {row[2]}"


def go_around(out: Path, workspace: Path | None = None) -> int:
    """Drive the window once around the loop.

    Parameters
    ----------
    out
        Folder for the pictures; made if absent.
    workspace
        An empty or absent folder; None for a temporary one, which is kept only if a step fails.

    Returns
    -------
    int
        0 if every step went well, 1 if not.
    """
    from parotid_training.engine import Engine

    out.mkdir(parents=True, exist_ok=True)
    make_application()
    table = Table()
    place = workspace or Path(tempfile.mkdtemp(prefix="parotid-once-around-"))
    try:
        engine = Engine.at(place)
        try:
            settings = Settings(reader="demo", learn_after=CORRECTED, propose_ahead=False)
            session, tasks = compose(engine, settings)
            window = build_window(session, tasks, settings)
            window.resize(1920, 1200)
            window.show()
            get_ready(window)
            around = Around(window, Hands(window, out), table)
            try:
                around.go()
            except Exception:
                around.hands.picture("failed")
                raise
            finally:
                window.close()
        finally:
            engine.close()
    except ParotidError as error:
        print(f"FAILED: {error}\nThe workspace was kept: {place}", file=sys.stderr)
        return 1
    if workspace is None:
        shutil.rmtree(place, ignore_errors=True)
    print(f"\nOnce around: {len(table.rows)} steps went well. Pictures are in {out}.")
    return 0


class Around:
    """The steps, one after another."""

    def __init__(self, window: MainWindow, hands: Hands, table: Table) -> None:
        self.window, self.session, self.hands, self.table = window, window.session, hands, table
        self.shots = 0
        self._truth: tuple[str, np.ndarray] = ("", np.empty(0))
        self.errors: list[Notice] = []
        self.session.notice.connect(self._listen)

    def go(self) -> None:
        """Go once around."""
        self.fill()
        for number in range(1, CORRECTED + 1):
            before = self.propose(number)
            self.correct(number, before)
            self.accept(number)
            if number < CORRECTED:
                self.open_next(number + 1)
        self.learn()
        self.judge()
        self.propose_again()

    # -- steps -----------------------------------------------------------------------------------

    def fill(self) -> None:
        """Make the synthetic studies; the first one opens by itself."""
        start = time.monotonic()
        self.window.fill_demo()
        self._wait(lambda: self.session.study is not None, DEMO_S, "Making the synthetic studies")
        self.table.add("synthetic studies made", time.monotonic() - start, f"{len(self.session.records)} studies")
        self._picture("open")

    def propose(self, number: int) -> str:
        """Wait for the proposal of the open study."""
        start = time.monotonic()
        self._wait(lambda: self.session.state is State.PROPOSED and self.session.busy is None, PROPOSE_S, "Proposing")
        self._wait(self._pictures_are_there, OPEN_S, "Preparing the images")
        score = self._score()
        self.table.add(f"study {number} proposed", time.monotonic() - start, score)
        if number == 1:
            self._picture("proposed")
        return score

    def correct(self, number: int, before: str) -> None:
        """Paint what was missed, erase what was too much, and put the rest right."""
        start = time.monotonic()
        truth = self.truth()
        labels = self._labels()
        canvas = self.window.canvases.canvases[self._reference()]
        missed = self._brush(canvas, "paint", (truth == Structure.GLAND) & (labels == 0))
        wrong = self._brush(canvas, "erase", (truth == 0) & (labels > 0))
        if number == 1:
            self._picture("corrected-by-hand")
        study = self.session.study
        assert study is not None
        sliced = study.grid.canonical().native_axes[self.window.canvases.plane.sliced]
        target = as_a_person_would(labels, truth, sliced)
        operation = difference("replace", labels, target)
        if operation is not None:
            self.session.apply(operation)
        self._wait(lambda: self.session.state is State.CORRECTING, ACCEPT_S, "Correcting")
        self.window.bench.set_mode("pan_zoom")
        figure = f"{missed} voxels painted, {wrong} erased with the brush; {before} -> {self._score()}"
        self.table.add(f"study {number} corrected", time.monotonic() - start, figure)
        if number == 1:
            self._picture("corrected")

    def accept(self, number: int) -> None:
        """Answer the questions and accept."""
        start = time.monotonic()
        review = self.window.desk.review
        review.answers.no_tumour.setChecked(not (self.truth() == Structure.TUMOUR).any())
        self.hands.click(review.accept)
        self._wait(lambda: self.session.busy is None, ACCEPT_S, "Looking the mask over")
        if self.session.questions:
            self._picture("questions") if number == 1 else None
            asked = time.monotonic()
            self._wait(lambda: time.monotonic() - asked > READ_SECONDS, ACCEPT_S, "Reading the questions")
            self.hands.click(review.accept)
        self._wait(lambda: self.session.state is State.ACCEPTED, ACCEPT_S, "Accepting")
        self.table.add(f"study {number} accepted", time.monotonic() - start)
        if number == 1:
            self._picture("accepted")

    def open_next(self, number: int) -> None:
        """Go to the next study that is not accepted."""
        start = time.monotonic()
        before = self.session.study_id
        self.window.bench.next_study()
        self._wait(lambda: self.session.study_id not in ("", before), OPEN_S, "Opening the next study")
        self.table.add(f"study {number} opened", time.monotonic() - start)

    def learn(self) -> None:
        """See the learning start by itself, and the window go on reacting."""
        start = time.monotonic()
        self._wait(lambda: self._learning.state is not LearningState.IDLE, ACCEPT_S, "Starting to learn")
        self._wait(lambda: len(self._learning.losses) > 1 or not self._learning.state.running, LEARN_S, "Learning")
        self.hands.slowest = 0.0
        for step in (*[1] * 5, *[-1] * 5):
            self.window.canvases.step(step)
            self.hands.pump(0.1)
        slowest = self.hands.slowest
        self.table.add("learning in the background", time.monotonic() - start, f"window at most {slowest:.2f} s behind")
        self._picture("learning")

    def judge(self) -> None:
        """Wait for the gate's verdict; either answer is a good one."""
        start = time.monotonic()
        self._wait(lambda: not self._learning.state.running, LEARN_S, "Learning")
        status = self._learning
        if status.state not in (LearningState.PROMOTED, LearningState.REFUSED):
            raise ParotidError(f"The learning ended without a verdict: {status.verdict or status.words}")
        self._picture("verdict")
        self.table.add("gate", time.monotonic() - start, f"{status.state.value}: {status.verdict}")

    def propose_again(self) -> None:
        """Open the next study; the version now in use proposes."""
        self.open_next(CORRECTED + 1)
        self.propose(CORRECTED + 1)
        proposal, current = self.session.proposal, self.session.engine.store.current_model()
        if proposal is None or proposal.model_id != current.model_id:
            raise ParotidError("The next study was not proposed by the version in use.")
        self.table.add("next study proposed by", 0.0, current.title)
        self._picture("next-proposal")

    # -- playing the reader ----------------------------------------------------------------------

    def truth(self) -> np.ndarray:
        """Return the true mask of the open study, uint8 on its native grid."""
        study = self.session.study
        assert study is not None
        if self._truth[0] != self.session.study_id:
            grids = [sequence.volume.grid for sequence in study.sequences]
            label_map = read_label_map(truth_path(self.session.record.source), grids, study.grid)
            self._truth = (self.session.study_id, label_map.array)
        return self._truth[1]

    def _brush(self, canvas: StudyCanvas, mode: str, where: np.ndarray) -> int:
        """Stroke along the largest wrong area of one slice; return how many voxels changed."""
        study = self.session.study
        assert study is not None
        found = stroke_path(study.grid.canonical(), where, self.window.canvases.plane.sliced)
        if found is None:
            return 0
        number, path = found
        self.window.canvases.set_slice(number)
        self.window.bench.set_structure(Structure.GLAND)
        self.session.set_radius(BRUSH_MM)
        self.window.bench.set_mode(mode)
        before = self._labels().copy()
        self.hands.draw(canvas, path)
        changed = int((before != self._labels()).sum())
        if not changed or not self.session.can_undo:
            raise ParotidError("A stroke of the brush changed nothing.", "Look at the last picture.")
        return changed

    @property
    def _learning(self) -> LearningStatus:
        return self.session.learning

    def _labels(self) -> np.ndarray:
        labels = self.session.labels
        assert labels is not None
        return labels

    def _reference(self) -> int:
        study = self.session.study
        return min(study.reference if study is not None else 0, len(self.window.canvases.shown) - 1)

    def _score(self) -> str:
        truth, labels = self.truth(), self._labels()
        parts = []
        for structure, name in ((Structure.GLAND, "gland"), (Structure.TUMOUR, "tumour")):
            score = dice(labels == structure, truth == structure)
            parts.append(f"{name} {'–' if np.isnan(score) else f'{score:.2f}'}")
        return "Dice " + ", ".join(parts)

    # -- waiting ---------------------------------------------------------------------------------

    def _wait(self, until: Callable[[], bool], seconds: float, what: str) -> None:
        self.hands.wait(lambda: until() or bool(self.errors), seconds, what)
        if self.errors:
            raise ParotidError(self.errors[0].sentence, self.errors[0].remedy)

    def _listen(self, notice: Notice) -> None:
        if notice.level is Level.ERROR:
            self.errors.append(notice)

    def _pictures_are_there(self) -> bool:
        return not self.window.binding.laying and all(canvas.image is not None for canvas in self.window.canvases.shown)

    def _picture(self, name: str) -> None:
        self.shots += 1
        self.hands.picture(f"{self.shots:02d}-{name}")

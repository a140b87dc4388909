"""Time the window's thread while studies of the demo are opened one after another, in the real window.

    xvfb-run -s "-screen 0 1280x800x24" python benchmarks/open_study.py

Run it on two commits, one after the other on the same quiet machine, for a before and an after. The proposals are
the studies' true masks, so that no network is waited for.
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from qtpy.QtWidgets import QApplication

os.environ.setdefault("NAPARI_CONFIG", "")

from napari_parotid.work import State
from parotid_app.build import build_window
from parotid_app.hands import Hands
from parotid_app.running import compose, make_application
from parotid_app.settings import Settings
from parotid_app.warm_up import get_ready
from parotid_training.engine import Engine
from parotid_training.io.nifti import read_label_map
from parotid_training.study import Proposal
from parotid_training.workspace.demo import add_demo_studies, study_folder, truth_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from parotid_app.build import MainWindow

DRAWN = [0.0]
STUDIES = 4
ROUNDS = 3


def watch_drawing() -> None:
    """Add up the processor time of drawing pictures in `DRAWN`; before there is a window, for Qt looks it up once."""
    # Only once vispy has chosen its window system.
    from vispy.app.backends._qt import CanvasBackendDesktop

    draw = CanvasBackendDesktop.paintGL

    def paintGL(canvas: object) -> None:
        start = time.thread_time()
        draw(canvas)
        DRAWN[0] += time.thread_time() - start

    CanvasBackendDesktop.paintGL = paintGL


class Gauge(Hands):
    """Hands that note how long each round of events kept the window's thread."""

    def __init__(self, window: MainWindow, out: Path) -> None:
        super().__init__(window, out)
        self.rounds: list[tuple[float, float, float]] = []
        """Time on the clock, processor time, and processor time without the drawing of pictures; seconds."""

    def pump(self, seconds: float) -> None:
        """Let the window work for a while."""
        end = time.monotonic() + seconds
        while True:
            self.note(QApplication.processEvents)
            if time.monotonic() >= end:
                return
            time.sleep(0.005)

    def note(self, work: Callable[[], object]) -> None:
        """Do something on the window's thread and note what it took."""
        start, cpu, drawn = time.monotonic(), time.thread_time(), DRAWN[0]
        work()
        took = time.thread_time() - cpu
        self.rounds.append((time.monotonic() - start, took, took - (DRAWN[0] - drawn)))

    def worst(self) -> np.ndarray:
        """Return the longest of each since this was asked last."""
        found, self.rounds = np.max(self.rounds, axis=0), []
        return found


def fill(engine: Engine) -> list[str]:
    """List synthetic studies with their true masks as proposals."""
    add_demo_studies(engine.store, STUDIES)
    folders = {study_folder(engine.store, number) for number in range(1, STUDIES + 1)}
    records = [record for record in engine.store.studies() if record.source in folders]
    for record in records:
        study = engine.open_record(record.study_id, lambda fraction, words: None, lambda: False).study
        truth = read_label_map(truth_path(record.source), [one.volume.grid for one in study.sequences], study.grid)
        model_id = engine.store.current_model().model_id
        probability = (truth.array > 0).astype(np.float16)
        engine.store.save_proposal(record.study_id, Proposal(truth, probability, model_id, {"network": 0.0}))
    return [record.study_id for record in records]


def main() -> None:
    """Open, and print the longest time the window stood still and the thread's processor time, one line."""
    make_application()
    watch_drawing()
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine.at(Path(folder))
        ids = fill(engine)
        settings = Settings(learn_after=0)
        session, tasks = compose(engine, settings)
        window = build_window(session, tasks, settings)
        window.resize(1280, 800)
        window.show()
        get_ready(window)
        hands = Gauge(window, Path(folder))
        hands.wait(lambda: all(len(viewer.layers) == 2 for viewer in window.canvases.viewers), 120, "Getting ready")
        hands.pump(0.5)
        opening, worked = [], []
        for study_id in ids * ROUNDS:
            hands.rounds, cpu = [], time.thread_time()
            session.open_study(study_id)
            hands.wait(lambda wanted=study_id: session.study_id == wanted and session.busy is None, 120, "Opening")
            hands.wait(lambda: not window.binding.laying, 120, "Showing")
            hands.pump(0.5)
            assert session.state is State.PROPOSED
            opening.append(hands.worst())
            worked.append(time.thread_time() - cpu)
        hands.note(session.close)
        hands.wait(lambda: session.state is State.EMPTY, 120, "Closing")
        hands.pump(0.5)
        closing = hands.worst()
        window.close()
        engine.close()
    stood, cpu, without = np.median(opening[1:], axis=0)
    print(
        f"opening a study (median of {len(opening) - 1}): the window stood still for at most {stood:.2f} s (worst "
        f"{max(one[0] for one in opening[1:]):.2f} s, the first {opening[0][0]:.2f} s); of its thread's processor, at "
        f"most {cpu:.2f} s at a stretch, {without:.2f} s of them not drawing; {np.median(worked[1:]):.2f} s in all; "
        f"the first {opening[0][1]:.2f} s, {opening[0][2]:.2f} s of them not drawing, {worked[0]:.2f} s in all"
    )
    stood, cpu, without = closing
    print(f"closing it: stood still for {stood:.2f} s; {cpu:.2f} s at a stretch, {without:.2f} s of them not drawing")


if __name__ == "__main__":
    main()

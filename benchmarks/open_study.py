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

import numpy as np

os.environ.setdefault("NAPARI_CONFIG", "")

from napari_parotid.session import State
from parotid_app.build import build_window
from parotid_app.hands import Hands
from parotid_app.running import compose, make_application
from parotid_app.settings import Settings
from parotid_app.warm_up import warm_up
from parotid_training.engine import Engine
from parotid_training.io.nifti import read_label_map
from parotid_training.study import Proposal
from parotid_training.workspace.demo import add_demo_studies, truth_path

STUDIES = 4
ROUNDS = 3


def fill(engine: Engine) -> list[str]:
    """List synthetic studies with their true masks as proposals."""
    add_demo_studies(engine.store, STUDIES)
    for record in engine.store.studies():
        study = engine.open_record(record.study_id, lambda fraction, words: None, lambda: False).study
        truth = read_label_map(truth_path(record.source), [one.volume.grid for one in study.sequences], study.grid)
        model_id = engine.store.current_model().model_id
        probability = (truth.array > 0).astype(np.float16)
        engine.store.save_proposal(record.study_id, Proposal(truth, probability, model_id, {"network": 0.0}))
    return [record.study_id for record in engine.store.studies()]


def main() -> None:
    """Open, and print the longest time the window stood still and the thread's processor time, one line."""
    make_application()
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine.at(Path(folder))
        ids = fill(engine)
        settings = Settings(learn_after=0)
        session, tasks = compose(engine, settings)
        window = build_window(session, tasks, settings)
        window.resize(1280, 800)
        window.show()
        warm_up().join()
        hands = Hands(window, Path(folder))
        hands.pump(0.5)
        stood, hardest, worked = [], [], []
        for study_id in ids * ROUNDS:
            hands.slowest, hands.hardest, cpu = 0.0, 0.0, time.thread_time()
            session.open_study(study_id)
            hands.wait(lambda wanted=study_id: session.study_id == wanted and session.busy is None, 120, "Opening")
            hands.wait(lambda: all(canvas.image is not None for canvas in window.canvases.shown), 120, "Showing")
            hands.pump(0.5)
            assert session.state is State.PROPOSED
            stood.append(hands.slowest)
            hardest.append(hands.hardest)
            worked.append(time.thread_time() - cpu)
        start, cpu = time.monotonic(), time.thread_time()
        session.close()
        hands.slowest, hands.hardest = time.monotonic() - start, time.thread_time() - cpu
        hands.wait(lambda: session.state is State.EMPTY, 120, "Closing")
        hands.pump(0.5)
        closing = hands.slowest, hands.hardest
        window.close()
        engine.close()
    count = len(stood) - 1
    print(
        f"opening a study: the window stood still for at most {np.median(stood[1:]):.2f} s (median of {count}, "
        f"worst {max(stood[1:]):.2f} s, the first {stood[0]:.2f} s); "
        f"its thread worked for {np.median(worked[1:]):.2f} s, at most {np.median(hardest[1:]):.2f} s at a stretch\n"
        f"closing one: stood still for {closing[0]:.2f} s, worked {closing[1]:.2f} s at a stretch"
    )


if __name__ == "__main__":
    main()

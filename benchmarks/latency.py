"""Time a brush and a step to the next slice in the window's four linked pictures against one plain napari viewer.

    xvfb-run -s "-screen 0 1920x1200x24" python benchmarks/latency.py [--learning [--minutes 30]]

Both are windows of one process that show the same 512 x 512 x 40 study (four sequences and the mask) in as many
pixels. What is timed begins with the event and ends when every picture that shows something new is drawn: the time on
the clock, and the processor's time of the whole process, drawing threads included, which other work on the machine
changes less. The two take turns, so that a busy moment falls on both; the figures are medians over rounds.
``--learning`` fine-tunes in a child process beside it; with ``--minutes`` the rounds go on for so long, and what the
last ones took is told five times, with the memory that both processes hold then.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

os.environ.setdefault("NAPARI_CONFIG", "")

import napari
import psutil
from propose import SHAPE, padded_study
from qtpy.QtCore import QEvent, QEventLoop, QPointF, Qt
from qtpy.QtGui import QMouseEvent
from qtpy.QtWidgets import QApplication

from napari_parotid.work import State
from parotid_app.build import build_window
from parotid_app.hands import Hands
from parotid_app.running import compose, make_application
from parotid_app.settings import Settings
from parotid_app.warm_up import warm_up
from parotid_training.acceptance import Acceptance
from parotid_training.engine import Engine
from parotid_training.io.nifti import write_volume
from parotid_training.labels import Structure
from parotid_training.study import FED_ROLES, Proposal, Study
from parotid_training.volume import LabelMap

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROUNDS = 5
MOVES = 20
"""Of the mouse in one stroke."""
STEPS = 12
RADIUS_MM = 4.0
REST_S = 0.012
"""Between two events; napari hands a move on at most every 5 ms."""
LATEST_S = 30.0


class Drawn:
    """Waits until pictures are drawn anew."""

    def __init__(self, canvases: Sequence[Any]) -> None:
        self._counts = [0] * len(canvases)
        for n, canvas in enumerate(canvases):
            canvas._scene_canvas.events.draw.connect(lambda event, n=n: self._count(n), position="last")

    def _count(self, n: int) -> None:
        self._counts[n] += 1

    def seconds(self, act: Callable[[], None]) -> tuple[float, float]:
        """Return how long it takes from doing something until every picture was drawn: by the clock, and at work."""
        before = list(self._counts)
        start, work = time.perf_counter(), time.process_time()
        act()
        while not all(now > then for now, then in zip(self._counts, before, strict=True)):
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
            if time.perf_counter() - start > LATEST_S:
                late = [n for n, (now, then) in enumerate(zip(self._counts, before, strict=True)) if now == then]
                raise TimeoutError(f"pictures {late} were not drawn anew")
        taken = time.perf_counter() - start, time.process_time() - work
        rest(REST_S)
        return taken


def rest(seconds: float) -> None:
    """Let both windows finish whatever they do."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        QApplication.processEvents()
        time.sleep(0.002)


def stroke(native: Any, drawn: Drawn, around: QPointF) -> list[tuple[float, float]]:
    """Drag the mouse along a spiral; return the seconds of every move."""
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton

    def send(kind: QEvent.Type, at: QPointF, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
        event = QMouseEvent(kind, at, QPointF(native.mapToGlobal(at.toPoint())), button, held, Qt.KeyboardModifier(0))
        QApplication.sendEvent(native, event)

    angles = np.linspace(0, 4 * np.pi, MOVES + 1)
    places = [around + QPointF((10 + 3 * a) * np.cos(a), (10 + 3 * a) * np.sin(a)) for a in angles]
    send(QEvent.Type.MouseMove, places[0], none, none)
    rest(0.05)
    send(QEvent.Type.MouseButtonPress, places[0], left, left)
    rest(0.05)
    seconds = [drawn.seconds(lambda at=place: send(QEvent.Type.MouseMove, at, none, left)) for place in places[1:]]
    send(QEvent.Type.MouseButtonRelease, places[-1], left, none)
    rest(0.2)
    return seconds


def walk(drawn: Drawn, step: Callable[[int], None]) -> list[tuple[float, float]]:
    """Go through slices and back; return the seconds of every step."""
    return [drawn.seconds(lambda by=by: step(by)) for by in (*[1] * (STEPS // 2), *[-1] * (STEPS // 2))]


def put_in(engine: Engine, folder: Path, study: Study, *, proposed: bool = True) -> str:
    """List the large study; if ``proposed`` with a box of gland, so that no network is waited for."""
    for sequence in study.sequences:
        write_volume(folder / f"{sequence.role.value}.nii.gz", sequence.volume)
    record = engine.store.add_study(folder, patient_key="", title="512 x 512 x 40")
    if not proposed:
        return str(record.study_id)
    read = engine.open_record(record.study_id, lambda fraction, words: None, lambda: False).study
    mask = np.zeros(SHAPE, np.uint8)
    mask[120:180, 200:280, 10:30] = Structure.GLAND
    label_map = LabelMap(read.grid, mask)
    model_id = engine.store.current_model().model_id
    engine.store.save_proposal(
        record.study_id, Proposal(label_map, mask.astype(np.float16), model_id, {"network": 0.0})
    )
    return str(record.study_id)


def start_learning(engine: Engine, session: Any, hands: Hands) -> None:
    """Accept the demo's studies and fine-tune on them."""
    from open_study import fill  # wants the application first

    for study_id in fill(engine):
        study = engine.open_record(study_id, lambda fraction, words: None, lambda: False).study
        proposal = engine.store.load_proposal(study_id)
        assert proposal is not None
        engine.store.accept(study_id, study, proposal.label_map, Acceptance("bench", model_id=proposal.model_id))
    session.learn()
    hands.wait(lambda: len(session.learning.losses) > 1, 600, "Starting to learn")


def plain(study: Study, size: Any) -> tuple[Any, Any]:
    """Return napari with the study's images and a mask, and its canvas, of this size in pixels."""
    viewer = napari.Viewer(show=False)
    view = study.grid.canonical()
    for sequence in study.sequences:
        viewer.add_image(
            view.to_display(sequence.volume.array), scale=view.scale, translate=view.translate, name=sequence.role.value
        )
    mask = viewer.add_labels(np.zeros(view.shape, np.uint8), scale=view.scale, translate=view.translate)
    mask.mode = "paint"
    mask.brush_size = 2 * round(RADIUS_MM / view.scale[1])
    window = viewer.window._qt_window
    viewer.show()
    rest(0.5)
    canvas = viewer.window._qt_viewer.canvas
    for _ in range(3):
        missing = size - canvas.native.size()
        window.resize(window.width() + missing.width(), window.height() + missing.height())
        rest(0.3)
    return viewer, canvas


def recently(found: dict[str, list[np.ndarray]], last: int = 8) -> str:
    """Say the median ratios (clock, work) of the last rounds."""
    parts = []
    for what, rounds in found.items():
        array = np.array(rounds[-last:])
        clock, work = np.median(array[:, 0] / array[:, 1], axis=0)
        parts.append(f"{what.partition(',')[0]} {clock:.2f}, {work:.2f}")
    return "; ".join(parts[:2])


def memory(engine: Engine) -> str:
    """Say what this process and the one that learns hold, and how far the latter is."""
    own = psutil.Process()
    held = [f"window {own.memory_info().rss / 2**20:.0f} MiB"]
    held += [f"learning {child.memory_info().rss / 2**20:.0f} MiB" for child in own.children(recursive=True)]
    return ", ".join(held) + f" ({'learning' if engine.jobs.running else 'not learning'})"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--learning", action="store_true", help="fine-tune beside it")
    parser.add_argument("--minutes", type=float, default=0.0, help="go on for so long (default: so many rounds)")
    options = parser.parse_args()
    make_application()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "study"
        folder.mkdir()
        engine = Engine.at(Path(place) / "workspace")
        study_id = put_in(engine, folder, padded_study(roles=FED_ROLES))
        settings = Settings(learn_after=0, propose_ahead=False)
        session, tasks = compose(engine, settings)
        if options.minutes:
            # A round that does not end before the time does.
            desk = session._desk
            desk.settings = replace(desk.settings, finetune={"steps": int(60 * options.minutes)})
        window = build_window(session, tasks, settings)
        window.resize(1600, 1000)
        window.show()
        hands = Hands(window, Path(place))
        warm_up().join()
        hands.pump(0.5)
        if options.learning:
            start_learning(engine, session, hands)
        session.open_study(study_id)
        hands.wait(lambda: session.study_id == study_id and session.busy is None, 120, "Opening")
        hands.wait(lambda: len(window.binding.masks) == 4 and not window.binding.laying, 120, "Showing")
        assert session.state is State.PROPOSED
        session.set_radius(RADIUS_MM)
        window.bench.set_mode("paint")
        pictures = window.canvases.shown
        assert len(pictures) == 4
        viewer, canvas = plain(session.study, window.canvases.pictures.size())
        ours, theirs = Drawn([one.qt_viewer.canvas for one in pictures]), Drawn([canvas])
        middle = [QPointF(native.rect().center()) for native in (pictures[0].native, canvas.native)]

        def in_napari(by: int) -> None:
            viewer.dims.set_current_step(0, viewer.dims.current_step[0] + by)

        found: dict[str, list[np.ndarray]] = {}
        began, told = time.monotonic(), 0
        for turn in count():
            spent = (time.monotonic() - began) / 60
            if options.minutes and spent > (told + 1) * options.minutes / 5:
                told += 1
                print(f"minute {spent:.0f}: {recently(found)}; {memory(engine)}", flush=True)
            if spent > options.minutes if options.minutes else turn > ROUNDS:
                break
            # Another label every time: what is painted already is not drawn anew.
            label = Structure(1 + turn % 2)
            session.set_structure(label)
            viewer.layers[-1].selected_label = int(label)
            figures = {
                "brush, 95th percentile of the moves": (
                    stroke(pictures[0].native, ours, middle[0]),
                    stroke(canvas.native, theirs, middle[1]),
                ),
                "slice step, median": (walk(ours, window.canvases.step), walk(theirs, in_napari)),
            }
            for layer in viewer.layers[1:4]:
                layer.visible = False
            figures["slice step, median, where napari shows one of its images"] = (
                walk(ours, window.canvases.step),
                walk(theirs, in_napari),
            )
            for layer in viewer.layers[1:4]:
                layer.visible = True
            rest(0.3)
            for what, pair in figures.items():
                share = 95 if "95th" in what else 50
                if turn:  # the first warms up
                    found.setdefault(what, []).append(np.array([np.percentile(one, share, axis=0) for one in pair]))
        size = window.canvases.pictures.size()
        learning = ", fine-tuning beside it" if options.learning and session.learning.state.running else ""
        print(f"{size.width()} x {size.height()} pixels, {turn - 1} rounds, load {os.getloadavg()[0]:.1f}{learning}")
        for what, rounds in found.items():
            # round, window (ours, napari), kind of time
            all_rounds = np.array(rounds)
            for n, kind in enumerate(("clock", "work")):
                us, them = np.median(all_rounds[:, :, n], axis=0) * 1000
                ratios = all_rounds[:, 0, n] / all_rounds[:, 1, n]
                print(
                    f"{what} ({kind}): {us:.0f} ms in four linked pictures, {them:.0f} ms in napari; "
                    f"ratio {np.median(ratios):.2f} ({ratios.min():.2f} to {ratios.max():.2f})"
                )
        if options.learning:
            session.cancel_learning()
        viewer.close()
        window.close()
        engine.close()


if __name__ == "__main__":
    main()

"""Time a click's answer in the window: from the click until the four linked pictures show the corrected mask.

    xvfb-run -s "-screen 0 1920x1200x24" python benchmarks/clicks.py [--clicks 30]

On a 512 x 512 x 40 study of four sequences, proposed by the shipped model; clicks just outside of the gland (to add)
and just inside (to take away), in turn, each gone on from the mask that the ones before left. Beside it, what the
engine alone takes to answer the same row of clicks. The goal is half a second on two cores.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from latency import LATEST_S, put_in, rest
from propose import padded_study
from qtpy.QtCore import QEventLoop
from qtpy.QtWidgets import QApplication
from scipy import ndimage

from parotid_app.build import build_window
from parotid_app.hands import Hands
from parotid_app.running import compose, make_application
from parotid_app.settings import Settings
from parotid_app.warm_up import warm_up
from parotid_training.engine import Engine
from parotid_training.labels import Structure
from parotid_training.study import FED_ROLES, Click
from parotid_training.volume import LabelMap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

AWAY_MM = (2.0, 4.0)
"""How far from the gland's edge a click lies."""
QUIET_S = 0.3
"""After an answer, in which what it changed is drawn."""


def place(session: Any, adds: bool, rng: np.random.Generator) -> tuple[float, float, float]:
    """Draw a place a reader might click: just outside of the gland or just inside, LPS mm."""
    gland = session.labels == Structure.GLAND
    away = ndimage.distance_transform_edt(~gland if adds else gland, sampling=session.study.grid.spacing)
    places = np.argwhere((away > AWAY_MM[0]) & (away < AWAY_MM[1]))
    x, y, z = session.study.grid.to_patient(places[int(rng.integers(len(places)))])
    return float(x), float(y), float(z)


class LastDrawn:
    """When a picture was drawn last."""

    def __init__(self, canvases: Sequence[Any]) -> None:
        self.at = time.perf_counter()
        for canvas in canvases:
            canvas._scene_canvas.events.draw.connect(self._note, position="last")

    def _note(self, _: Any) -> None:
        self.at = time.perf_counter()


def answered(session: Any, drawn: LastDrawn, point: tuple[float, float, float], adds: bool) -> float:
    """Click, and return the seconds until the last picture was drawn that the answer changed."""
    start = time.perf_counter()
    session.click([point], adds=adds)
    while session.busy is not None:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        if time.perf_counter() - start > LATEST_S:
            raise TimeoutError("the click was not answered")
    there = time.perf_counter()
    rest(QUIET_S)
    return max(there, drawn.at) - start


def alone(engine: Engine, study: Any, begun: NDArray[np.uint8], clicks: list[Click]) -> list[float]:
    """Seconds that the engine takes to answer the same row."""
    seconds, labels = [], begun
    for number in range(len(clicks)):
        start = time.perf_counter()
        answer = engine.refine(
            study, LabelMap(study.grid, labels), tuple(clicks[: number + 1]), Structure.GLAND, number, begun
        )
        seconds.append(time.perf_counter() - start)
        labels = np.ascontiguousarray(answer.labels)
    return seconds


def told(what: str, seconds: list[float]) -> str:
    """Say median, 95th percentile and the longest."""
    late = f"95 % {np.percentile(seconds, 95):.2f} s, longest {max(seconds):.2f} s"
    return f"{what}: {len(seconds)} clicks, median {np.median(seconds):.2f} s, {late}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clicks", type=int, default=30)
    options = parser.parse_args()
    make_application()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "study").mkdir()
        engine = Engine.at(Path(folder) / "workspace")
        study_id = put_in(engine, Path(folder) / "study", padded_study(roles=FED_ROLES), proposed=False)
        settings = Settings(learn_after=0, propose_ahead=False)
        session, tasks = compose(engine, settings)
        window = build_window(session, tasks, settings)
        window.resize(1600, 1000)
        window.show()
        hands = Hands(window, Path(folder))
        warm_up().join()
        session.open_study(study_id)
        hands.wait(lambda: session.study_id == study_id and session.busy is None, 120, "Opening")
        hands.wait(lambda: len(window.binding.masks) == 4 and not window.binding.laying, 120, "Showing")
        session.set_structure(Structure.GLAND)
        window.bench.set_mode("point")
        hands.wait(lambda: session.busy is None, 60, "Getting ready")
        rest(1.0)
        drawn = LastDrawn([one.qt_viewer.canvas for one in window.canvases.shown])
        begun, rng = session.labels.copy(), np.random.default_rng(0)
        clicks, seconds = [], []
        for number in range(options.clicks):
            point = place(session, number % 2 == 0, rng)
            seconds.append(answered(session, drawn, point, number % 2 == 0))
            clicks.append(Click(point, number % 2 == 0))
        print(told("in the window", seconds))
        print(told("the engine alone", alone(engine, session.study, begun, clicks)))
        window.close()
        engine.close()


if __name__ == "__main__":
    main()

"""Curves of a run: a line of JSON a step, TensorBoard where it is installed, and a picture."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

CURVE, PICTURE = "curve.jsonl", "curve.png"


class Curves:
    """Writer of a run's curves.

    Parameters
    ----------
    run
        Its folder; a curve found there is continued.
    """

    def __init__(self, run: Path) -> None:
        self._run = run
        self._board: Any = None
        with contextlib.suppress(ImportError):
            from torch.utils.tensorboard import SummaryWriter

            self._board = SummaryWriter(str(run / "tensorboard"))

    def add(self, step: int, values: dict[str, float]) -> None:
        """Note the values of a step."""
        with (self._run / CURVE).open("a", encoding="utf-8") as stream:
            stream.write(json.dumps({"step": step, **values}) + "\n")
        if self._board is not None:
            for name, value in values.items():
                self._board.add_scalar(name, value, step)

    def read(self) -> dict[str, list[tuple[int, float]]]:
        """Return the curve so far; of a step that was repeated after a resume, the last."""
        found: dict[str, dict[int, float]] = {}
        path = self._run / CURVE
        for line in path.read_text("utf-8").splitlines() if path.is_file() else ():
            values = json.loads(line)
            step = values.pop("step")
            for name, value in values.items():
                found.setdefault(name, {})[step] = value
        return {name: sorted(points.items()) for name, points in found.items()}

    def draw(self) -> None:
        """Draw the picture, where matplotlib is installed."""
        try:
            from matplotlib.figure import Figure
        except ImportError:
            return
        curves = {name: points for name, points in self.read().items() if name != "rate"}
        figure = Figure(figsize=(7, 4), layout="constrained")
        axes = figure.add_subplot()
        for name, points in curves.items():
            axes.plot(*zip(*points, strict=True), label=name, linewidth=1)
        axes.set(xlabel="step", ylabel="loss")
        axes.legend()
        figure.savefig(self._run / PICTURE, dpi=110)

    def close(self) -> None:
        """Draw for the last time and close TensorBoard's file."""
        self.draw()
        if self._board is not None:
            self._board.close()

"""Take the guide's pictures from the running app, on synthetic studies: `xvfb-run python scripts/pictures.py`.

A real window proposes for a demo study and is walked through its arrangements. No patient is in any
picture, and the figures of the learning panel are made up, as its caption says.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from napari_parotid.messages import LearningState, LearningStatus
from napari_parotid.views.hanging import Hanging
from parotid_app.build import build_window
from parotid_app.hands import Hands
from parotid_app.running import compose, make_application
from parotid_app.settings import Settings
from parotid_training.engine import Engine
from parotid_training.workspace.demo import add_demo_studies

if TYPE_CHECKING:
    from qtpy.QtWidgets import QWidget

    from parotid_app.build import MainWindow

IMAGES = Path(__file__).parents[1] / "docs" / "guide" / "images"
STUDIES, SHOWN = 3, 2
"""How many are listed, and which one is shown, from 1: one with a tumour."""
SECONDS = 600.0
GREYS, COLOURS, SATURATED = 40, 160, 10
"""Sizes of the palette; pixels whose channels differ by more than the last are coloured."""


def take(out: Path) -> None:
    """Take all pictures."""
    out.mkdir(parents=True, exist_ok=True)
    make_application()
    with tempfile.TemporaryDirectory() as place:
        engine = Engine.at(Path(place))
        add_demo_studies(engine.store, STUDIES)
        settings = Settings(reader="Ada", learn_after=0, propose_ahead=False, toured=True)
        session, tasks = compose(engine, settings)
        window = build_window(session, tasks, settings)
        window.resize(1366, 860)
        window.show()
        try:
            _walk(window, Hands(window, out), out)
        finally:
            session.end()
            window.close()
            engine.close()


def _walk(window: MainWindow, hands: Hands, out: Path) -> None:
    session = window.session
    session.open_study(session.records[SHOWN - 1].study_id)
    hands.wait(lambda: session.proposal is not None and session.busy is None, SECONDS, "Proposing")
    hands.wait(lambda: not window.binding.laying, SECONDS, "Preparing the images")
    version = next(one for one in session.learning.versions if one.current)
    # Without its seconds, which are this machine's.
    window.desk.propose.set_model(version.title, is_starter=True, proposed=True)
    window.desk.notice.hide()
    hands.pump(1.5)
    _save(window, out / "window.png")
    _save(window.desk.correct, out / "tools.png")
    window.canvases.set_hanging(Hanging.PLANES)
    hands.pump(4.0)  # the body is made beside the window
    window.desk.notice.hide()
    _save(window.canvases, out / "planes.png")
    # The panel after a round of learning; the round itself takes minutes, so its figures are made up.
    verdict = "Used from now on: on 2 held-out studies the gland score rose from 0.75 to 0.86."
    losses = tuple((step, 0.2 + 0.9 * 0.97**step) for step in range(1, 120))
    held_out, versions = ((0, 0.75), (30, 0.81), (60, 0.84), (90, 0.85)), session.learning.versions
    status = LearningStatus(
        LearningState.PROMOTED, losses=losses, held_out=held_out, verdict=verdict, versions=versions
    )
    window.desk.learning.set_status(status)
    hands.pump(0.5)
    _save(window.desk.learning, out / "learning.png")


def _save(widget: QWidget, path: Path) -> None:
    """Write what a widget shows, small: a palette of greys for the images, and one for all that is coloured."""
    widget.grab().save(str(path))
    picture = Image.open(path).convert("RGB")
    pixels = np.asarray(picture).reshape(-1, 3)
    coloured = pixels[np.ptp(pixels.astype(int), axis=1) > SATURATED]
    colours = Image.fromarray(coloured[None]).quantize(COLOURS, dither=Image.Dither.NONE).getpalette() or []
    greys = [level for grey in np.linspace(0, 255, GREYS) for level in [round(grey)] * 3]
    palette = Image.new("P", (1, 1))
    palette.putpalette([*greys, *colours[: 3 * COLOURS]])
    picture.quantize(palette=palette, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    take(Path(sys.argv[1]) if sys.argv[1:] else IMAGES)

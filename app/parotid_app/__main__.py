"""``parotid-app``: the standalone window, and the child process of the learning (``--worker``)."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

OPEN_FAILED = 3
"""Exit status when the workspace cannot be opened, e.g. because another window has it."""


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="parotid-app",
        description="Propose, correct and learn parotid masks on MRI. For research use; not a medical device.",
    )
    parser.add_argument("--workspace", type=Path, metavar="DIR", help="folder of your work (made if absent)")
    parser.add_argument("--demo", action="store_true", help="open the demo workspace with synthetic studies")
    parser.add_argument("--worker", type=Path, metavar="JOB", help="run a fine-tuning (used by the program itself)")
    parser.add_argument(
        "--once-around", type=Path, metavar="OUT", help="drive the window through the loop; pictures go into OUT"
    )
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; return its exit status."""
    options = parse(arguments)
    if options.worker is not None:
        from parotid_training.workspace.worker import main as work

        return work([str(options.worker)])
    # The window is no napari: neither its settings nor its history are touched.
    os.environ.setdefault("NAPARI_CONFIG", "")
    if options.once_around is not None:
        from parotid_app.once_around import go_around

        return go_around(options.once_around, options.workspace)
    return show(options.workspace, demo=options.demo)


def show(workspace: Path | None, *, demo: bool = False) -> int:
    """Open the window on a workspace; reopen it where another workspace is chosen."""
    # Nothing of what is loaded now is garbage; `warm_up` ends this.
    gc.disable()
    from parotid_app.splash import Splash, make_qt_application

    make_qt_application()
    splash = Splash()
    splash.present()
    from parotid_app.notices import start_log, stop_log
    from parotid_app.running import make_application
    from parotid_app.settings import data_folder
    from parotid_app.visits import Visits

    application = make_application()
    log = start_log(data_folder() / "log")
    try:
        went = Visits(application, workspace, demo=demo).go(splash)
    finally:
        stop_log(log)
    return 0 if went else OPEN_FAILED


if __name__ == "__main__":
    sys.exit(main())

"""Time the start of napari and of this program, from the process to the first moment its window has nothing to do.

    xvfb-run -s "-screen 0 1280x800x24" python benchmarks/start.py [--rounds 7] [--out docs/results/start.csv]

Both start in turn, so that a busy moment of the machine meets both; the first round, which fills the disk's cache, does
not count. The program opens an empty workspace that was made before, as on any day but the first.
"""

from __future__ import annotations

import argparse
import csv
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

QUIET_TICKS = 5
"""So many rounds of an event loop without work, one after another, are idleness."""
QUIET_S = 0.005
"""Longest that such a round takes."""
LIMIT_S = 120.0
PROGRAMS = ("napari", "parotid-app")


def run(program: str, workspace: str) -> None:
    """Start one program in this process; print when it is idle for the first time, and end."""
    begun = float(os.environ["BEGUN"])
    from qtpy.QtCore import QTimer
    from qtpy.QtWidgets import QApplication

    first = QApplication.exec

    def execute(*arguments: object) -> int:
        quiet, last = 0, time.monotonic()

        def tick() -> None:
            nonlocal quiet, last
            now = time.monotonic()
            quiet = quiet + 1 if now - last < QUIET_S else 0
            last = now
            shown = any(widget.isVisible() and widget.isWindow() for widget in QApplication.topLevelWidgets())
            if shown and quiet >= QUIET_TICKS:
                print(f"idle after {time.time() - begun:.3f}", flush=True)
                os._exit(0)

        timer = QTimer(interval=0)
        timer.timeout.connect(tick)
        timer.start()
        return int(first())

    QApplication.exec = QApplication.exec_ = execute
    if program == "napari":
        from napari.__main__ import main

        sys.argv = ["napari"]
        main()
    else:
        from parotid_app.__main__ import main as start

        start(["--workspace", workspace])


def start_once(program: str, workspace: str, home: str) -> float:
    """Return the seconds from starting a process to its window's first idle moment."""
    # Settings of their own: nobody is asked to look around, and no window is as somebody left it.
    environment = {**os.environ, "NAPARI_CONFIG": "", "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home}
    environment["BEGUN"] = str(time.time())
    done = subprocess.run(
        [sys.executable, __file__, "--one", program, "--workspace", workspace],
        env=environment,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    words = [line for line in done.stdout.splitlines() if line.startswith("idle after ")]
    if not words:
        raise SystemExit(f"{program} did not become idle:\n{done.stdout}\n{done.stderr[-2000:]}")
    return float(words[0].removeprefix("idle after "))


def main() -> None:
    """Start both in turn; print the medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--out", type=Path, help="a CSV file for every single time")
    parser.add_argument("--one", choices=PROGRAMS, help=argparse.SUPPRESS)
    parser.add_argument("--workspace", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        run(options.one, options.workspace)
        return
    with tempfile.TemporaryDirectory() as folder:
        workspace, home = str(Path(folder) / "work"), str(Path(folder) / "home")
        settings = Path(home) / "napari-parotid" / "app.json"
        settings.parent.mkdir(parents=True)
        settings.write_text('{"version": 1, "toured": true}')
        rounds = [{name: start_once(name, workspace, home) for name in PROGRAMS} for _ in range(options.rounds + 1)][1:]
    if options.out is not None:
        with options.out.open("w", newline="") as stream:
            table = csv.writer(stream, lineterminator="\n")
            table.writerow(("round", *PROGRAMS))
            table.writerows((n, *(f"{one[name]:.2f}" for name in PROGRAMS)) for n, one in enumerate(rounds, start=1))
    medians = {name: statistics.median(one[name] for one in rounds) for name in PROGRAMS}
    ratio = statistics.median(one["parotid-app"] / one["napari"] for one in rounds)
    print(
        f"start to idle, median of {len(rounds)}: napari {medians['napari']:.2f} s, "
        f"parotid-app {medians['parotid-app']:.2f} s, {ratio:.2f} times as long (median of the rounds)"
    )


if __name__ == "__main__":
    main()

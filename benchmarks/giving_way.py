"""What the learning child leaves of a processor to the window: both compute on the same core.

    python benchmarks/giving_way.py        (Linux)

The child is a process in a session of its own, as the program starts it, at the lowest priority: once by `nice` alone,
once as `workspace.worker` does it, by the share of its session (autogroup) as well.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

from parotid_training.workspace.worker import step_back

SECONDS = 4.0


def share(child: str) -> float:
    """Share of a core that this process gets beside a child that runs so much Python and then computes."""
    code = f"import os, time; {child}; end = time.time() + {SECONDS + 2}\nwhile time.time() < end: pass"
    with subprocess.Popen([sys.executable, "-c", code], start_new_session=True) as busy:
        time.sleep(1.5)
        began, spent = time.perf_counter(), time.process_time()
        while time.perf_counter() < began + SECONDS:
            pass
        found = (time.process_time() - spent) / SECONDS
        busy.kill()
    return found


def main() -> None:
    """Measure and print."""
    os.sched_setaffinity(0, {0})
    print(f"nice alone: {share('os.nice(19)'):.2f} of the core")
    module, name = step_back.__module__, step_back.__name__
    print(f"as the program does it: {share(f'from {module} import {name}; {name}()'):.2f} of the core")


if __name__ == "__main__":
    main()

"""The child process that fine-tunes: ``python -m parotid_training.workspace.worker RUN``.

It reads ``job.json`` of its run folder and writes only inside that folder: ``events.jsonl`` as it goes and, last
of all, ``result.json``. Without that file there is no candidate, whatever else lies there. All of it: docs/protocol.md.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from parotid_training.errors import CancelledError, ParotidError
from parotid_training.words import mark
from parotid_training.workspace.disk import sha256, sync_file, write_whole
from parotid_training.workspace.events import write_event
from parotid_training.workspace.lock import FileLock
from parotid_training.workspace.priority import inference_waits
from parotid_training.workspace.queue import JOB_FILE, PAUSE, VERSION

if TYPE_CHECKING:
    from parotid_training.progress import Cancelled

EVENTS = "events.jsonl"
RESULT = "result.json"
RESULT_VERSION = 1
CANCEL = "cancel"
ALIVE = "alive.lock"
LOG = "log.txt"
GIVE_WAY_SECONDS = 0.05
AUTOGROUP = Path("/proc/self/autogroup")

Trainer = Callable[[dict[str, Any], Path, "Cancelled"], Iterable[Any]]
"""Called with the job's request, the run folder and whether to stop; yields what `finetune` yields."""


def train(request: dict[str, Any], run: Path, cancelled: Cancelled) -> Iterable[Any]:
    """Fine-tune; the only trainer a run can have, so that no job file can name another."""
    from parotid_training.learn.finetune import finetune
    from parotid_training.learn.job import FinetuneRequest

    return finetune(FinetuneRequest.from_json(request), run, cancelled)


def work(run: Path, trainer: Trainer = train) -> int:
    """Do the job of a run folder.

    Parameters
    ----------
    run
        ``runs/<uuid>`` of a workspace, with a ``job.json``.

    Returns
    -------
    Exit status: 0 a candidate was made (now or before), 1 it failed, 2 cancelled or paused, 3 another works in this
    folder, 4 a case is in doubt or cannot be used, and nothing was learned.
    """
    alive = FileLock(run / ALIVE)
    # Whoever asks whether this run lives holds the lock for a moment.
    if not alive.take(patience=1.0):
        return 3
    alive.note(str(os.getpid()))
    if (run / RESULT).exists():
        return 0
    step_back()
    stop: list[int] = []
    if hasattr(signal, "SIGTERM"):
        signal.signal(signal.SIGTERM, lambda number, _: stop.append(number))

    def told_to_stop() -> bool:
        return bool(stop) or (run / CANCEL).exists() or (run / PAUSE).exists()

    def cancelled() -> bool:
        if inference_waits(run.parent.parent):
            _leave_the_card()
        while inference_waits(run.parent.parent) and not told_to_stop():
            time.sleep(GIVE_WAY_SECONDS)
        return told_to_stop()

    with (run / EVENTS).open("a", encoding="utf-8") as events:
        # An earlier child may have died in the middle of a line.
        events.write("\n")
        try:
            job = json.loads((run / JOB_FILE).read_text("utf-8"))
            if job.get("v") != VERSION:
                raise ParotidError(
                    "The round of learning was begun by another version of the program.", "Start learning again."
                )
            if cancelled():
                raise CancelledError
            made = _follow(trainer(job["request"], run, cancelled), run, events, cancelled)
        except CancelledError:
            write_event(events, "cancelled" if not (run / PAUSE).exists() else "paused")
            return 2
        except ParotidError as error:
            write_event(events, "failed", sentence=str(error))
            return 1
        except Exception as error:
            # Without its message: that may hold a path, and a path a patient's name.
            sys.stderr.write("".join(traceback.format_tb(error.__traceback__)) + f"{type(error).__name__}\n")
            sys.stderr.flush()
            write_event(events, "failed", sentence=_plain(error))
            return 1
    return 0 if made else 4


def _follow(news: Iterable[Any], run: Path, events: TextIO, cancelled: Cancelled) -> bool:
    """Write down the news; return whether there is a candidate: not if a case is in doubt or cannot be used."""
    made = excused = False
    used, since = time.process_time(), time.monotonic()
    for item in news:
        if hasattr(item, "doubt"):
            write_event(events, "screened", case=item.case_id, doubt=item.doubt)
            excused = excused or bool(item.doubt)
        elif hasattr(item, "flaw"):
            write_event(events, "unusable", case=item.case_id, flaw=item.flaw)
            excused = True
        elif hasattr(item, "folder"):
            _write_result(item, run)
            write_event(events, "candidate", model_id=item.model_id)
            made = True
        else:
            now_used, now = time.process_time(), time.monotonic()
            share = (now_used - used) / max(now - since, 1e-3) / (os.cpu_count() or 1)
            used, since = now_used, now
            write_event(
                events,
                "progress",
                stage=item.stage,
                step=item.step,
                steps=item.steps,
                loss=item.loss,
                seconds_left=item.seconds_left,
                held_out=item.held_out,
                device=item.device,
                cpu=min(share, 1.0),
            )
    if not made and not excused:
        raise ParotidError("The learning ended without a new version.", "Start it again.")
    return made


def _write_result(candidate: Any, run: Path) -> None:
    """Say that the candidate is whole: its files on the disk first, their checksums last."""
    folder = Path(candidate.folder).resolve()
    files = sorted(path for path in folder.iterdir() if path.is_file())
    for path in files:
        sync_file(path)
    result = {
        "v": RESULT_VERSION,
        "model_id": candidate.model_id,
        "folder": folder.relative_to(run.resolve()).as_posix(),
        "files": {path.name: sha256(path) for path in files},
        "candidate": candidate.candidate.to_json(),
        "incumbent": candidate.incumbent.to_json(),
        "shipped": None if candidate.shipped is None else candidate.shipped.to_json(),
    }
    write_whole(run / RESULT, json.dumps(result, indent=1).encode())


def step_back() -> None:
    """Give way to everything else on the machine; where the system refuses, go on all the same."""
    if hasattr(os, "nice"):
        with contextlib.suppress(OSError):
            os.nice(19)
    # On a Linux desktop nice counts only among the processes of one session, and every session has the same share of
    # the processor (sched(7), autogroup): a child in its own, as this one, would take half of it from the window.
    if sys.platform == "linux" and os.getsid(0) == os.getpid():
        with contextlib.suppress(OSError):
            AUTOGROUP.write_text("19")


def _leave_the_card() -> None:
    """Give back what of the graphics card's memory is only kept for later."""
    if "torch" in sys.modules and (cuda := sys.modules["torch"].cuda).is_available():
        cuda.empty_cache()


def _plain(error: Exception) -> str:
    if _is_out_of_memory(error):
        return mark("The computer ran out of memory while learning. Close other programs and start again.")
    if isinstance(error, OSError):
        return mark("The disk failed or is full while learning. Free space and start again.")
    return mark(
        "Learning stopped because of an error in the program. The details are in log.txt, in the newest folder of "
        "runs in the workspace."
    )


def _is_out_of_memory(error: Exception) -> bool:
    if isinstance(error, MemoryError):
        return True
    if "torch" not in sys.modules:
        return False
    from parotid_training.model.room import is_out_of_memory

    return is_out_of_memory(error)


def main(arguments: list[str] | None = None) -> int:
    """Work on the run folder named on the command line."""
    given = sys.argv[1:] if arguments is None else arguments
    if len(given) != 1 or not (Path(given[0]) / JOB_FILE).is_file():
        sys.stderr.write("usage: worker RUN (a run folder with a job.json)\n")
        return 64
    return work(Path(given[0]))


if __name__ == "__main__":
    sys.exit(main())

"""News of a fine-tuning: JSON lines the child appends, and a reader that trusts none of them."""

from __future__ import annotations

import contextlib
import json
import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from pathlib import Path

    from parotid_training.workspace.records import JobState

VERSION = 1
KINDS = ("progress", "unusable", "screened", "candidate", "failed", "cancelled", "paused")
"""What the child says; ``started``, ``waiting`` and ``done`` are said by the holder of the workspace."""
MOST_BYTES = 1 << 16
"""Read in one poll; a flood is read on with the next."""
LAST_BYTES = 1 << 20
"""Of a flood that a dead child left, only this much of its end is still read."""
LONGEST_LINE = 1 << 14
_LONGEST_TEXT = 500


@dataclass(frozen=True)
class Event:
    """One piece of news.

    Parameters
    ----------
    run
        UUID of the run.
    kind
        ``started``, ``progress``, ``unusable`` (a case cannot be used), ``screened`` (one was looked at),
        ``candidate`` (trained and scored, not yet judged), ``failed``, ``cancelled`` or ``paused`` (the child's own
        words), ``waiting`` (paused, to be resumed), and at last ``done``.
    when
        Seconds since the epoch.
    stage, step, steps, loss, seconds_left
        Of ``progress``; ``steps`` 0 if unknown.
    held_out, device, cpu
        Of ``progress``: Dice of the gland on held-out studies, what learns (``cpu``, ``cuda``), and the share of all
        processor cores that was used since the news before, 0..1.
    state
        Of ``done``: promoted, refused, cancelled or failed.
    sentence
        Of ``done`` and ``failed``: in plain words.
    model_id
        Of ``done`` when promoted: the new version.
    case, doubt
        Of ``screened``: the case, and why a person is to be asked about it ("" if nothing is odd).
    case, flaw
        Of ``unusable``: the case, and why nothing can be learned from it.
    """

    run: str
    kind: str
    when: float
    stage: str = ""
    step: int = 0
    steps: int = 0
    loss: float | None = None
    seconds_left: float | None = None
    held_out: float | None = None
    device: str = ""
    cpu: float | None = None
    state: JobState | None = None
    sentence: str = ""
    model_id: str = ""
    case: str = ""
    doubt: str = ""
    flaw: str = ""


def write_event(stream: TextIO, kind: str, **values: Any) -> None:
    """Append one line and hand it to the system at once. Values that are not finite become null."""
    clean = {key: None if isinstance(v, float) and not math.isfinite(v) else v for key, v in values.items()}
    stream.write(json.dumps({"v": VERSION, "t": time.time(), "kind": kind, **clean}) + "\n")
    stream.flush()


class EventReader:
    """Reads the new complete lines of a growing file; garbage, half lines and floods do no harm.

    Parameters
    ----------
    path
        ``events.jsonl`` of a run; need not exist yet.
    run
        UUID the events are given.
    """

    def __init__(self, path: Path, run: str) -> None:
        self._path = path
        self._run = run
        self.position = 0
        self._part = b""
        self._skipping = False

    def skip(self) -> None:
        """Pass over what was said so far: an earlier child said it."""
        with contextlib.suppress(OSError):
            self.position = self._path.stat().st_size

    def hurry(self) -> None:
        """Skip all but the end of what waits to be read."""
        with contextlib.suppress(OSError):
            late = self._path.stat().st_size - LAST_BYTES
            if late > self.position:
                self.position, self._part, self._skipping = late, b"", True

    def poll(self) -> list[Event]:
        """Return the events of at most `MOST_BYTES` new bytes."""
        try:
            with self._path.open("rb") as stream:
                stream.seek(self.position)
                content = stream.read(MOST_BYTES)
        except OSError:
            return []
        self.position += len(content)
        *lines, self._part = (self._part + content).split(b"\n")
        if lines and self._skipping:
            lines, self._skipping = lines[1:], False
        if len(self._part) > LONGEST_LINE:
            self._part, self._skipping = b"", True
        events = (_parse(line, self._run) for line in lines if len(line) <= LONGEST_LINE)
        return [event for event in events if event is not None]


def _parse(line: bytes, run: str) -> Event | None:
    try:
        values = json.loads(line)
        if not isinstance(values, dict) or values.get("v") != VERSION or values.get("kind") not in KINDS:
            return None
        return Event(
            run,
            values["kind"],
            _number(values.get("t")) or 0.0,
            _text(values, "stage"),
            int(_number(values.get("step")) or 0),
            int(_number(values.get("steps")) or 0),
            _number(values.get("loss")),
            _number(values.get("seconds_left")),
            _number(values.get("held_out")),
            _text(values, "device"),
            _number(values.get("cpu")),
            sentence=_text(values, "sentence"),
            case=_text(values, "case"),
            doubt=_text(values, "doubt"),
            flaw=_text(values, "flaw"),
        )
    except (ValueError, OverflowError, RecursionError):
        return None


def _text(values: dict[str, Any], name: str) -> str:
    """Return a text, cut, without what neither the records nor the screen can take (half of a surrogate pair)."""
    return str(values.get(name, ""))[:_LONGEST_TEXT].encode("utf-8", "replace").decode()


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)

"""Reading what a child says without trusting it."""

from __future__ import annotations

import io
import json
import math
from typing import TYPE_CHECKING

import pytest

from parotid_training.workspace.events import LAST_BYTES, LONGEST_LINE, MOST_BYTES, Event, EventReader, write_event

if TYPE_CHECKING:
    from pathlib import Path


def line(**values: object) -> bytes:
    return json.dumps({"v": 1, "t": 5.0, "kind": "progress", **values}).encode() + b"\n"


def drain(reader: EventReader) -> list[Event]:
    events: list[Event] = []
    while True:
        before = reader.position
        events += reader.poll()
        if reader.position == before:
            return events


def test_what_is_written_is_read(tmp_path: Path) -> None:
    with (tmp_path / "e").open("w") as stream:
        write_event(stream, "progress", stage="Learning", step=3, steps=9, loss=0.25, seconds_left=4.0)
        write_event(stream, "failed", sentence="No.")
    first, second = EventReader(tmp_path / "e", "run").poll()
    assert (first.stage, first.step, first.steps, first.loss, first.seconds_left) == ("Learning", 3, 9, 0.25, 4.0)
    assert first.run == "run"
    assert (second.kind, second.sentence) == ("failed", "No.")


def test_numbers_that_are_none_become_nothing() -> None:
    stream = io.StringIO()
    write_event(stream, "progress", loss=math.nan, seconds_left=math.inf, held_out=math.nan)
    values = json.loads(stream.getvalue(), parse_constant=pytest.fail)
    assert values["loss"] is values["seconds_left"] is values["held_out"] is None


def test_silence_and_absence_are_no_news(tmp_path: Path) -> None:
    reader = EventReader(tmp_path / "e", "run")
    assert reader.poll() == []
    (tmp_path / "e").touch()
    assert reader.poll() == []


def test_half_a_line_waits_for_the_rest(tmp_path: Path) -> None:
    whole = line(step=1) + line(step=2)
    reader = EventReader(tmp_path / "e", "run")
    steps = []
    for n in range(len(whole)):
        with (tmp_path / "e").open("ab") as stream:
            stream.write(whole[n : n + 1])
        steps += [event.step for event in reader.poll()]
    assert steps == [1, 2]


@pytest.mark.parametrize(
    "bad",
    [
        b"\xff\xfe\x00\n",
        b"{}\n",
        b"[]\n",
        b"null\n",
        b'"text"\n',
        b"[" * 10_000 + b"\n",
        line(v=2),
        line(v="1"),
        line(kind="done"),
        line(kind=["progress"]),
        b"\n\n\n",
        b"x" * (LONGEST_LINE + 10) + b"\n",
        b'{"v":1,"kind":"progress","stage":"' + b"y" * (3 * MOST_BYTES) + b'"}\n',
    ],
)
def test_garbage_is_passed_over(tmp_path: Path, bad: bytes) -> None:
    (tmp_path / "e").write_bytes(line(step=1) + bad + line(step=2))
    assert [event.step for event in drain(EventReader(tmp_path / "e", "run"))] == [1, 2]


@pytest.mark.parametrize("value", ["many", None, True, "y" * 3000, [1], {"a": 1}, 10**400, -1e308 * 10])
def test_odd_values_become_harmless_ones(tmp_path: Path, value: object) -> None:
    (tmp_path / "e").write_bytes(line(step=value, loss=value, stage=value, t=value) + line(step=2))
    *odd, last = EventReader(tmp_path / "e", "run").poll()
    assert last.step == 2
    assert all(event.step == 0 and event.loss is None and len(event.stage) <= 500 for event in odd)


def test_a_text_can_be_kept_whatever_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "e").write_bytes(b'{"v": 1, "kind": "failed", "sentence": "No \\ud83d."}\n')
    (event,) = EventReader(tmp_path / "e", "run").poll()
    assert event.sentence.encode() == b"No ?."


def test_a_flood_is_read_in_portions_and_its_end_is_not_missed(tmp_path: Path) -> None:
    count = 3 * LAST_BYTES // len(line(step=10_000))
    (tmp_path / "e").write_bytes(b"".join(line(step=n) for n in range(count)))
    reader = EventReader(tmp_path / "e", "run")
    assert 0 < len(reader.poll()) <= MOST_BYTES // len(line(step=0)) + 1
    reader.hurry()
    steps = [event.step for event in drain(reader)]
    assert steps[-1] == count - 1
    assert steps == list(range(steps[0], count))
    assert len(steps) <= LAST_BYTES // len(line(step=0)) + 1

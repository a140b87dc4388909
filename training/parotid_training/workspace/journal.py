"""Every edit of a mask, appended to a file as it happens, so that a killed program loses next to nothing.

The file is a header and records: length and CRC-32 of the payload (8 bytes, little endian), then the payload. The
first record is the mask as it was when correcting began. A record that was cut off or damaged ends the
journal: it and what follows are cut away when the journal is next opened.
"""

from __future__ import annotations

import os
import struct
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from parotid_training.errors import ParotidError
from parotid_training.volume import Grid, LabelMap
from parotid_training.workspace.disk import write_whole
from parotid_training.workspace.tail import Tail

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

HEADER = b"PAROTID-JOURNAL-1\n"
_RECORD = struct.Struct("<II")
_BASE = struct.Struct("<3q16d")
_STROKE = struct.Struct("<dHQ")
_LONGEST_RECORD = 1 << 30


@dataclass(frozen=True, eq=False)
class Operation:
    """One edit of a mask.

    Parameters
    ----------
    kind
        What the user did, e.g. ``"paint"``.
    index
        int64 [n], flat C-order indices into the native array, without repetition.
    before, after
        uint8 [n], labels.
    when
        Seconds since the epoch.
    """

    kind: str
    index: NDArray[np.int64] = field(repr=False)
    before: NDArray[np.uint8] = field(repr=False)
    after: NDArray[np.uint8] = field(repr=False)
    when: float

    def __post_init__(self) -> None:
        if not self.index.ndim == 1 or not self.index.shape == self.before.shape == self.after.shape:
            raise ValueError("index, before and after are vectors of one length")

    def inverse(self) -> Operation:
        """Return the edit that takes this one back."""
        return Operation(self.kind, self.index, self.after, self.before, self.when)


class Journal:
    """The one history of a study's edits; strokes, undo and redo come back after a restart.

    Use `Journal.open`. Calls come from one thread at a time; the disk is written by a thread of its own.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._base: bytes | None = None
        # Kept as they are on the disk: compressed strokes are small, the arrays of a long session are not.
        self._done: list[bytes] = []
        self._undone: list[bytes] = []
        self._tail: Tail | None = None
        self.closed = False
        self._read()

    @classmethod
    def open(cls, folder: Path) -> Journal:
        """Open the journal in a draft's folder (made if absent), cutting off a damaged end.

        Raises
        ------
        OSError
            If the folder cannot be read or written.
        """
        folder.mkdir(parents=True, exist_ok=True)
        return cls(folder / "journal.bin")

    @property
    def can_undo(self) -> bool:
        """Whether an edit can be taken back."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether an undone edit can be done again."""
        return bool(self._undone)

    @property
    def problem(self) -> str:
        """Why the latest edits are not on the disk, in a few words; empty while all is well."""
        return self._tail.problem if self._tail is not None else ""

    def start(self, label_map: LabelMap) -> None:
        """Begin anew from this mask; the history before it is dropped, whole or not at all."""
        base = _encode_base(label_map)
        if self._tail is not None:
            self._tail.close()
            self._tail = None
        write_whole(self.path, HEADER + _framed(base))
        self._base, self._done, self._undone = base, [], []
        self._tail = Tail(self.path)

    def append(self, op: Operation) -> None:
        """Note an edit; it reaches the file within moments, and the disk within 2 s, without waiting for it here."""
        payload = b"O" + _encode(op)
        self._write(payload)
        self._done.append(payload)
        self._undone.clear()

    def undo(self) -> Operation | None:
        """Take one edit back; return the edit to apply to the mask, None if there is none."""
        if not self._done:
            return None
        self._write(b"U")
        self._undone.append(self._done.pop())
        return _decode(self._undone[-1][1:]).inverse()

    def redo(self) -> Operation | None:
        """Do one undone edit again; return the edit to apply to the mask, None if there is none."""
        if not self._undone:
            return None
        self._write(b"R")
        self._done.append(self._undone.pop())
        return _decode(self._done[-1][1:])

    def restore(self) -> LabelMap | None:
        """Return the mask with all its edits, None if nothing was ever journaled.

        The grid has no frame of reference: identifiers are not kept.
        """
        if self._base is None:
            return None
        label_map = _decode_base(self._base)
        flat = label_map.array.reshape(-1)
        for payload in self._done:
            op = _decode(payload[1:])
            flat[op.index] = op.after
        return label_map

    def flush(self) -> None:
        """Put everything on the disk now.

        Raises
        ------
        ParotidError
            If the disk refuses it; the edits stay in memory and are tried again.
        """
        if self._tail is not None:
            self._tail.flush()
            if self.problem:
                raise ParotidError(f"The corrections cannot be saved: {self.problem}.", "Free space on the disk.")

    def close(self) -> None:
        """Put everything on the disk and let go of the file."""
        if self._tail is not None:
            self._tail.close()
            self._tail = None
        self.closed = True

    def _write(self, payload: bytes) -> None:
        if self._tail is None:
            raise ParotidError("The corrections of this study were not begun.", "Open the study again.")
        self._tail.append(_framed(payload))

    def _read(self) -> None:
        """Replay the file; what cannot be trusted is cut off."""
        if not self.path.exists():
            return
        content = self.path.read_bytes()
        position = len(HEADER)
        if content[:position] != HEADER:
            return
        while (payload := _payload_at(content, position)) is not None:
            if not self._replay(payload):
                break
            position += _RECORD.size + len(payload)
        if self._base is None:
            return
        if position < len(content):
            os.truncate(self.path, position)
        self._tail = Tail(self.path)

    def _replay(self, payload: bytes) -> bool:
        kind = payload[:1]
        if self._base is None:
            self._base = payload if kind == b"B" else None
            return self._base is not None
        if kind == b"O":
            self._done.append(payload)
            self._undone.clear()
        elif kind == b"U" and self._done:
            self._undone.append(self._done.pop())
        elif kind == b"R" and self._undone:
            self._done.append(self._undone.pop())
        else:
            return False
        return True


def _framed(payload: bytes) -> bytes:
    return _RECORD.pack(len(payload), zlib.crc32(payload)) + payload


def _payload_at(content: bytes, position: int) -> bytes | None:
    """Return the whole and undamaged record at a position, None if there is none."""
    start = position + _RECORD.size
    if start > len(content):
        return None
    length, crc = _RECORD.unpack_from(content, position)
    if not 0 < length <= _LONGEST_RECORD or start + length > len(content):
        return None
    payload = content[start : start + length]
    return payload if zlib.crc32(payload) == crc else None


def _encode_base(label_map: LabelMap) -> bytes:
    grid = label_map.grid
    head = _BASE.pack(*grid.shape, *grid.affine.ravel())
    return b"B" + head + zlib.compress(np.ascontiguousarray(label_map.array).tobytes(), 1)


def _decode_base(payload: bytes) -> LabelMap:
    values = _BASE.unpack_from(payload, 1)
    grid = Grid(values[:3], np.reshape(values[3:], (4, 4)))
    voxels = np.frombuffer(zlib.decompress(payload[1 + _BASE.size :]), np.uint8)
    return LabelMap(grid, voxels.reshape(grid.shape).copy())


def _encode(op: Operation) -> bytes:
    name = op.kind.encode()
    # Strokes are runs of neighbours: their steps compress to almost nothing.
    steps = np.diff(op.index, prepend=0).astype("<i8")
    body = name + steps.tobytes() + op.before.tobytes() + op.after.tobytes()
    return _STROKE.pack(op.when, len(name), op.index.size) + zlib.compress(body, 1)


def _decode(payload: bytes) -> Operation:
    when, named, count = _STROKE.unpack_from(payload)
    body = zlib.decompress(payload[_STROKE.size :])
    steps = np.frombuffer(body, "<i8", count, named)
    before = np.frombuffer(body, np.uint8, count, named + 8 * count)
    after = np.frombuffer(body, np.uint8, count, named + 9 * count)
    return Operation(body[:named].decode(), np.cumsum(steps, dtype=np.int64), before, after, when)

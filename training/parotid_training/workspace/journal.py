"""Every edit of a mask, appended to a file as it happens, so that a killed program loses next to nothing.

The file is a header and records: length and CRC-32 of the payload (8 bytes, little endian), then the payload. The
first record is the mask as it was when correcting began. A record that was cut off or damaged ends the
journal: it and what follows are cut away when the journal is next opened, after the file as it was found was put
aside as ``journal.damaged-1``, ``-2``, ...
"""

from __future__ import annotations

import itertools
import os
import re
import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np

from parotid_training.errors import ParotidError
from parotid_training.volume import LabelMap
from parotid_training.words import tr
from parotid_training.workspace.disk import sync_folder, write_whole
from parotid_training.workspace.operation import Kept, KeptOperation, Operation, kept_base
from parotid_training.workspace.tail import Tail

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Journal", "Operation"]

JOURNAL = "journal.bin"
HEADER = b"PAROTID-JOURNAL-1\n"
_ANY_VERSION = re.compile(rb"PAROTID-JOURNAL-\d+\n")
_RECORD = struct.Struct("<II")
_LONGEST_RECORD = 1 << 30


class Journal:
    """The one history of a study's edits; strokes, undo and redo come back after a restart.

    Use `Journal.open`. Calls come from one thread at a time; a thread of its own compresses and writes.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self._read_only = read_only
        self._base: Kept[LabelMap] | None = None
        self._done: list[KeptOperation] = []
        self._undone: list[KeptOperation] = []
        self._tail: Tail | None = None
        self._damage = ""
        self.closed = False
        self._read()

    @classmethod
    def open(cls, folder: Path) -> Journal:
        """Open the journal in a draft's folder (made if absent); what cannot be read of it is put aside.

        Raises
        ------
        OSError
            If the folder cannot be read or written.
        ParotidError
            If a later version of the program wrote it.
        """
        folder.mkdir(parents=True, exist_ok=True)
        return cls(folder / JOURNAL)

    @classmethod
    def look(cls, folder: Path) -> Journal:
        """Read the journal as far as it goes now, while another program may be writing it; it takes no edits."""
        return cls(folder / JOURNAL, read_only=True)

    @property
    def can_undo(self) -> bool:
        """Whether an edit can be taken back."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether an undone edit can be done again."""
        return bool(self._undone)

    def kinds(self) -> tuple[str, ...]:
        """Return of what kind the edits are that were done and not taken back, oldest first."""
        return tuple(kept.kind for kept in self._done)

    @property
    def problem(self) -> str:
        """Why the latest edits are not on the disk, in a few words; empty while all is well."""
        return self._tail.problem if self._tail is not None else ""

    def tell_damage(self) -> str:
        """Return the name of the file in which what could not be read was put aside, the first time; else ""."""
        damage, self._damage = self._damage, ""
        return damage

    def start(self, label_map: LabelMap) -> None:
        """Begin anew from this mask, which is copied; the file is replaced within moments, whole or not at all."""
        self._refuse_reader()
        # Painting goes on in the mask while its beginning is compressed.
        base = kept_base(LabelMap(label_map.grid, np.array(label_map.array, order="C", copy=True)))
        if self._tail is None:
            self._tail = Tail(self.path)
        self._tail.replace(lambda: HEADER + _framed(base.encoded()))
        self._base, self._done, self._undone = base, [], []

    def append(self, op: Operation) -> None:
        """Note an edit; it reaches the file within moments, and the disk within 2 s, without waiting for it here."""
        kept = KeptOperation(op)
        self._write(kept)
        self._done.append(kept)
        self._undone.clear()

    def undo(self) -> Operation | None:
        """Take one edit back; return the edit to apply to the mask, None if there is none."""
        if not self._done:
            return None
        self._write(b"U")
        self._undone.append(self._done.pop())
        return self._undone[-1].value().inverse()

    def redo(self) -> Operation | None:
        """Do one undone edit again; return the edit to apply to the mask, None if there is none."""
        if not self._undone:
            return None
        self._write(b"R")
        self._done.append(self._undone.pop())
        return self._done[-1].value()

    def restore(self) -> LabelMap | None:
        """Return the mask with all its edits, None if nothing was ever journaled.

        The grid has no frame of reference once it was read from the file: identifiers are not kept.
        """
        if self._base is None:
            return None
        base = self._base.value()
        array = base.array.copy()
        flat = array.reshape(-1)
        for kept in self._done:
            op = kept.value()
            flat[op.index] = op.after
        return LabelMap(base.grid, array)

    def set_aside(self) -> str:
        """Keep the file under another name and go on without a history; return that name."""
        self._refuse_reader()
        if self._tail is not None:
            self._tail.close()
            self._tail = None
        aside = self._free_name("aside")
        os.replace(self.path, aside)
        sync_folder(self.path.parent)
        self._base, self._done, self._undone = None, [], []
        return aside.name

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
                raise ParotidError(
                    tr("The corrections cannot be saved: {why}.", why=self.problem),
                    "Free space on the disk, or connect its drive again. Your work is kept until then.",
                )

    def close(self) -> None:
        """Put everything on the disk as far as it goes and let go of the file; `flush` first says how far."""
        if self._tail is not None:
            self._tail.close()
            self._tail = None
        self.closed = True

    def _refuse_reader(self) -> None:
        if self._read_only:
            raise ParotidError("The corrections of this study can only be looked at.", "Close the other window first.")

    def _write(self, record: Kept[Operation] | bytes) -> None:
        self._refuse_reader()
        if self._tail is None:
            raise ParotidError("The corrections of this study were not begun.", "Open the study again.")
        self._tail.append(lambda: _framed(record if isinstance(record, bytes) else record.encoded()))

    def _read(self) -> None:
        """Replay the file; what cannot be trusted is cut off and put aside."""
        content = self.path.read_bytes() if self.path.exists() else b""
        if not content.startswith(HEADER) and _ANY_VERSION.match(content):
            raise ParotidError(
                "The corrections of this study were made with a later version of this program.",
                "Open the study with that version.",
            )
        position = 0
        if content.startswith(HEADER):
            position = len(HEADER)
            while (payload := _payload_at(content, position)) is not None and self._replay(payload):
                position += _RECORD.size + len(payload)
        if self._read_only:
            # What does not end well may just be being written.
            return
        if position < len(content):
            self._put_aside(content, position)
        if self._base is not None:
            self._tail = Tail(self.path)

    def _put_aside(self, content: bytes, position: int) -> None:
        """Keep the file as it was found, then cut it where it can no longer be read."""
        aside = self._free_name("damaged")
        if self._base is None:
            os.replace(self.path, aside)
            sync_folder(self.path.parent)
        else:
            write_whole(aside, content)
            os.truncate(self.path, position)
        self._damage = aside.name

    def _free_name(self, what: str) -> Path:
        names = (self.path.with_suffix(f".{what}-{n}") for n in itertools.count(1))
        return next(name for name in names if not name.exists())

    def _replay(self, payload: bytes) -> bool:
        kind = payload[:1]
        if self._base is None:
            self._base = kept_base(payload=payload) if kind == b"B" else None
            return self._base is not None
        if kind == b"O":
            self._done.append(KeptOperation(payload=payload))
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

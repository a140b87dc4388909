"""One edit of a mask, and how edits and the mask they begin from become bytes."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np

from parotid_training.volume import Grid, LabelMap

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

T = TypeVar("T")

_BASE = struct.Struct("<3q16d")
_STROKE = struct.Struct("<dHQ")


@dataclass(frozen=True, eq=False)
class Operation:
    """One edit of a mask. Its arrays are not changed afterwards.

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


class Kept(Generic[T]):
    """A value that is held as it is until its bytes were made, and as these alone from then on.

    Compressed strokes are small, the arrays of a long session are not. One thread makes the bytes; any may ask for
    the value meanwhile.

    Parameters
    ----------
    encode, decode
        The value's way to bytes and back.
    value
        None where it is known by its bytes.
    payload
        Its bytes; empty until they are made.
    """

    def __init__(
        self, encode: Callable[[T], bytes], decode: Callable[[bytes], T], value: T | None = None, payload: bytes = b""
    ) -> None:
        self._encode, self._decode = encode, decode
        self._value = value
        self._payload = payload

    def encoded(self) -> bytes:
        """Return the bytes, made at the first call."""
        value = self._value
        if value is not None:
            # In this order: who finds no value finds the bytes.
            self._payload = self._encode(value)
            self._value = None
        return self._payload

    def value(self) -> T:
        """Return the value; the one that was given, not a copy, as long as it is held."""
        value = self._value
        return self._decode(self._payload) if value is None else value


def encode_base(label_map: LabelMap) -> bytes:
    """Return a mask as bytes; its frame of reference is left out."""
    grid = label_map.grid
    head = _BASE.pack(*grid.shape, *grid.affine.ravel())
    return b"B" + head + zlib.compress(np.ascontiguousarray(label_map.array).tobytes(), 1)


def decode_base(payload: bytes) -> LabelMap:
    """Return the mask of these bytes."""
    values = _BASE.unpack_from(payload, 1)
    grid = Grid(values[:3], np.reshape(values[3:], (4, 4)))
    voxels = np.frombuffer(zlib.decompress(payload[1 + _BASE.size :]), np.uint8)
    return LabelMap(grid, voxels.reshape(grid.shape))


def encode_operation(op: Operation) -> bytes:
    """Return an edit as bytes."""
    name = op.kind.encode()
    # Strokes are runs of neighbours: their steps compress to almost nothing.
    steps = np.diff(op.index, prepend=0).astype("<i8")
    body = name + steps.tobytes() + op.before.tobytes() + op.after.tobytes()
    return b"O" + _STROKE.pack(op.when, len(name), op.index.size) + zlib.compress(body, 1)


def decode_operation(payload: bytes) -> Operation:
    """Return the edit of these bytes."""
    when, named, count = _STROKE.unpack_from(payload, 1)
    body = zlib.decompress(payload[1 + _STROKE.size :])
    steps = np.frombuffer(body, "<i8", count, named)
    before = np.frombuffer(body, np.uint8, count, named + 8 * count)
    after = np.frombuffer(body, np.uint8, count, named + 9 * count)
    return Operation(body[:named].decode(), np.cumsum(steps, dtype=np.int64), before, after, when)


def kept_base(label_map: LabelMap | None = None, payload: bytes = b"") -> Kept[LabelMap]:
    """Keep a mask, given as it is or as bytes."""
    return Kept(encode_base, decode_base, label_map, payload)


class KeptOperation(Kept[Operation]):
    """An edit, given as it is or as bytes."""

    def __init__(self, op: Operation | None = None, payload: bytes = b"") -> None:
        super().__init__(encode_operation, decode_operation, op, payload)

    @property
    def kind(self) -> str:
        """What the user did; its arrays stay packed."""
        value = self._value
        if value is not None:
            return value.kind
        _, named, _ = _STROKE.unpack_from(self._payload, 1)
        return zlib.decompressobj().decompress(self._payload[1 + _STROKE.size :], named).decode()

"""Whether images are those that were seen before, without keeping them.

Known by what was read (a few block means, and where they lie) once it was, else by their files. Not by a checksum of
the voxels: two decoders of the same lossy file may differ by one in a thousand voxels, and a study must not become
unreadable for that.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from parotid_training.io.opening import Opened
    from parotid_training.study import Study
    from parotid_training.volume import Grid, Volume

BLOCKS = 8
"""Along each axis."""
NEAR, NEAR_MM = 3, 0.2
"""How far block means (of 255) and corners may be apart."""


FILES = "files:"  # no words
"""Begins what is known of files."""
LOOKED_AT = 1 << 16
"""Bytes at the beginning and in the middle of each file: headers, DICOM's identifiers, and voxels that are no air."""


def marks_of(opened: Opened) -> tuple[str, ...]:
    """Return all that a study that was read is known by."""
    return (*likenesses(opened.study), *marks_of_files(opened.finding.series[n].files for n in opened.chosen))


def marks_below(opened: Opened) -> tuple[str, ...]:
    """Return the marks of a study and of all series beside it: one that was listed may be damaged since."""
    return (*likenesses(opened.study), *marks_of_files(info.files for info in opened.finding.series))


def marks_of_files(series: Iterable[Sequence[Path]]) -> tuple[str, ...]:
    """Return what the files of each series are known by; nothing of one that cannot be read."""
    found = []
    for files in series:
        digest = hashlib.sha256()
        try:
            for path in sorted(files):
                with path.open("rb") as stream:
                    size = path.stat().st_size
                    digest.update(f"{size} ".encode() + stream.read(LOOKED_AT))
                    stream.seek(size // 2)
                    digest.update(stream.read(LOOKED_AT))
        except OSError:
            continue
        found.append(FILES + digest.hexdigest()[:32])
    return tuple(found)


def known_again(kept: Sequence[str], now: Sequence[str]) -> bool:
    """Whether marks are of the same images: by their likeness if that was kept, else by their files.

    Series that came since do not count against files.
    """
    pictures, others = ([one for one in marks if not one.startswith(FILES)] for marks in (kept, now))
    if pictures and others:
        return len(pictures) == len(others) and all(map(alike, pictures, others))
    return {one for one in kept if one.startswith(FILES)} <= set(now)


def likenesses(study: Study) -> tuple[str, ...]:
    """Return what each sequence looks like, where its files say that it lies."""
    return tuple(likeness(sequence.volume, sequence.header_grid) for sequence in study.sequences)


def likeness(volume: Volume, grid: Grid) -> str:
    """Return what a volume looks like on this grid, as a text to keep."""
    means = np.nan_to_num(np.asarray(volume.array, np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    for axis in range(3):
        size = means.shape[axis]
        starts = np.unique(np.arange(BLOCKS) * size // BLOCKS)
        counts = np.diff([*starts, size]).reshape([-1 if n == axis else 1 for n in range(3)])
        means = np.add.reduceat(means, starts, axis=axis) / counts
    low, high = float(means.min()), float(means.max())
    picture = np.round((means - low) / max(high - low, 1e-9) * 255).astype(np.uint8)
    corners = grid.to_patient(np.vstack([np.zeros(3), np.diag(np.array(grid.shape) - 1)]))
    return json.dumps([grid.shape, np.round(corners, 2).tolist(), base64.b64encode(picture.tobytes()).decode()])


def alike(kept: str, now: str) -> bool:
    """Whether two likenesses are of the same images."""
    (shape, corners, picture), (other_shape, other_corners, other_picture) = (json.loads(one) for one in (kept, now))
    if shape != other_shape or np.abs(np.subtract(corners, other_corners)).max() > NEAR_MM:
        return False
    one, other = (np.frombuffer(base64.b64decode(text), np.uint8).astype(int) for text in (picture, other_picture))
    return one.size == other.size and int(np.abs(one - other).max()) <= NEAR

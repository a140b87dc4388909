"""A patient's visit, and what the model says of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from parotid_training.words import mark

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from parotid_training.volume import Grid, LabelMap, Volume


class Role(StrEnum):
    """What a sequence shows; the first four feed the segmenter, in this order."""

    T1W = "T1w"
    T2W = "T2w"
    STIR = "STIR"
    T1W_GD = "T1w+Gd"
    FLAIR = "FLAIR"
    DWI = "DWI/ADC"
    OTHER = mark("other")


FED_ROLES: tuple[Role, ...] = (Role.T1W, Role.T2W, Role.STIR, Role.T1W_GD)
"""Input channels of the segmenter, in order; any may be missing."""


def hash_volume(volume: Volume) -> str:
    """SHA-256 over shape, affine (micrometres) and voxels: the identity of an image, free of names."""
    digest = hashlib.sha256()
    digest.update(np.asarray(volume.grid.shape, dtype="<i8").tobytes())
    digest.update(np.round(volume.grid.affine * 1e3).astype("<i8").tobytes())
    digest.update(np.ascontiguousarray(volume.array, dtype="<f4").tobytes())
    return digest.hexdigest()


@dataclass(frozen=True, eq=False)
class Alignment:
    """Where a person let a sequence be moved so that it lies on another; it holds while both series are what they were.

    Parameters
    ----------
    before
        The sequence's grid by its headers.
    after
        Its grid now: the same voxels, moved.
    to
        Index of the sequence it was laid on.
    target
        That one's grid by its headers.
    """

    before: Grid
    after: Grid
    to: int
    target: Grid


@dataclass(frozen=True, eq=False)
class Sequence:
    """One image of a study in its role.

    Parameters
    ----------
    role
        What it shows, guessed from the headers or set by the user.
    volume
        The voxels on their native grid.
    name
        The series description or file stem, for the screen only (may hold identity: never logged or stored).
    alignment
        How the volume came to lie where it does; None if its headers put it there.
    """

    role: Role
    volume: Volume
    name: str = field(default="", repr=False)
    alignment: Alignment | None = None

    @property
    def header_grid(self) -> Grid:
        """Where the headers put the voxels."""
        return self.volume.grid if self.alignment is None else self.alignment.before


@dataclass(frozen=True, eq=False)
class Study:
    """One visit of one patient: its sequences, of which one is the reference.

    Parameters
    ----------
    sequences
        At least one; several may share a role, the first of each role feeds the model.
    reference
        Index of the sequence on whose native grid masks live.
    patient_id
        The PatientID as found, in memory only; the workspace keeps only its HMAC. None for NIfTI.
    """

    sequences: tuple[Sequence, ...]
    reference: int = 0
    patient_id: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if not self.sequences or not 0 <= self.reference < len(self.sequences):
            raise ValueError("a study needs a reference sequence")

    @property
    def grid(self) -> Grid:
        """The reference sequence's native grid."""
        return self.sequences[self.reference].volume.grid

    @property
    def roles(self) -> tuple[Role, ...]:
        """Role of each sequence."""
        return tuple(sequence.role for sequence in self.sequences)

    def fed(self) -> dict[Role, Sequence]:
        """Return the sequences that feed the segmenter, one a role; the reference wins within its role."""
        found: dict[Role, Sequence] = {}
        order = [self.reference, *(n for n in range(len(self.sequences)) if n != self.reference)]
        for n in order:
            sequence = self.sequences[n]
            if sequence.role in FED_ROLES:
                found.setdefault(sequence.role, sequence)
        return found

    def with_sequence(self, index: int, sequence: Sequence) -> Study:
        """Return the study with one sequence replaced."""
        sequences = list(self.sequences)
        sequences[index] = sequence
        return replace(self, sequences=tuple(sequences))

    def with_role(self, index: int, role: Role) -> Study:
        """Return the study with one sequence in another role."""
        return self.with_sequence(index, replace(self.sequences[index], role=role))

    def with_aligned(self, index: int, moved: Volume) -> Study:
        """Return the study with one sequence moved onto the reference."""
        sequence, reference = self.sequences[index], self.sequences[self.reference]
        alignment = Alignment(sequence.header_grid, moved.grid, self.reference, reference.header_grid)
        return self.with_sequence(index, replace(sequence, volume=moved, alignment=alignment))

    def with_reference(self, index: int) -> Study:
        """Return the study with another reference."""
        return replace(self, reference=index)


@dataclass(frozen=True)
class Click:
    """One place a reader pointed at to have the mask corrected; a scribble is several.

    Parameters
    ----------
    point
        LPS mm.
    adds
        True: this belongs to the structure; False: it does not.
    """

    point: tuple[float, float, float]
    adds: bool


@dataclass(frozen=True, eq=False)
class Refined:
    """The mask that answers clicks.

    Parameters
    ----------
    labels
        On the reference's native grid.
    agreed
        Whether the network, which sees the clicks too, would have set any of the places newly clicked so by itself.
        If not, nothing follows from them: only the places themselves obey.
    """

    labels: NDArray[np.uint8] = field(repr=False)
    agreed: bool


@dataclass(frozen=True, eq=False)
class Proposal:
    """What a model says of a study, on the reference's native grid.

    Parameters
    ----------
    label_map
        Proposed structures.
    probability
        Foreground probability (gland or tumour), float16 in 0..1, shape of the grid.
    model_id
        Content hash of the model version.
    seconds
        Stage name to seconds.
    unsure
        Where the model hesitates between two answers, shape of the grid: 0 certain, 255 torn between them. None in
        proposals that were kept before this was.
    """

    label_map: LabelMap
    probability: NDArray[np.float16] = field(repr=False)
    model_id: str
    seconds: dict[str, float] = field(default_factory=dict)
    unsure: NDArray[np.uint8] | None = field(default=None, repr=False)

"""The tissues of a synthetic head and how they relax."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Tissue(IntEnum):
    """One value a voxel of an anatomy."""

    AIR = 0
    SKIN = 1
    FAT = 2
    MUSCLE = 3
    CORTICAL = 4
    MARROW = 5
    TOOTH = 6
    GREY_MATTER = 7
    WHITE_MATTER = 8
    FLUID = 9
    CORD = 10
    MUCOSA = 11
    TONGUE = 12
    ARTERY = 13
    VEIN = 14
    PAROTID = 15
    SUBMANDIBULAR = 16
    NODE = 17
    CARTILAGE = 18
    DISC = 19
    TONSIL = 20
    ADENOMA = 21
    ADENOMA_CAPSULE = 22
    WARTHIN = 23
    WARTHIN_CYST = 24
    MALIGNANT = 25
    NECROSIS = 26


class Kind(IntEnum):
    """What kinds of tissue a network learns to tell apart beside the glands; 0 where it is not asked."""

    UNKNOWN = 0
    AIR = 1
    FAT = 2
    MUSCLE = 3
    BONE = 4
    NERVE = 5
    VESSEL = 6
    GLAND = 7
    OTHER = 8


KINDS: dict[Kind, tuple[Tissue, ...]] = {
    Kind.AIR: (Tissue.AIR,),
    Kind.FAT: (Tissue.FAT, Tissue.SKIN),
    Kind.MUSCLE: (Tissue.MUSCLE, Tissue.TONGUE),
    Kind.BONE: (Tissue.CORTICAL, Tissue.MARROW, Tissue.TOOTH, Tissue.CARTILAGE, Tissue.DISC),
    Kind.NERVE: (Tissue.GREY_MATTER, Tissue.WHITE_MATTER, Tissue.FLUID, Tissue.CORD),
    Kind.VESSEL: (Tissue.ARTERY, Tissue.VEIN),
    Kind.GLAND: (Tissue.PAROTID,),
    Kind.OTHER: (Tissue.SUBMANDIBULAR, Tissue.NODE, Tissue.TONSIL, Tissue.MUCOSA),
}
"""Tumours are of no kind: they are asked for by their label."""


def kinds_of(tissue: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the `Kind` of each voxel of a `Tissue` array; its shape."""
    table = np.zeros(len(Tissue), np.uint8)
    for kind, tissues in KINDS.items():
        table[list(tissues)] = kind
    return np.asarray(table[tissue], dtype=np.uint8)


@dataclass(frozen=True)
class Relaxation:
    """How one tissue answers a pulse sequence.

    Parameters
    ----------
    density
        Proton density of the water part, 0..1.
    t1, t2
        Relaxation times of the water part, ms (between 1.5 and 3 T).
    fat
        Mean fat fraction, 0..1; where an anatomy says otherwise voxel by voxel, that counts.
    uptake
        Gain in 1/T1 by contrast medium, 1/s.
    """

    density: float
    t1: float
    t2: float
    fat: float = 0.0
    uptake: float = 0.0


RELAXATION: dict[Tissue, Relaxation] = {
    Tissue.AIR: Relaxation(0.0, 1000, 50),
    Tissue.SKIN: Relaxation(0.65, 900, 42, 0.05, 0.5),
    Tissue.FAT: Relaxation(0.75, 900, 50, 0.93, 0.1),
    Tissue.MUSCLE: Relaxation(0.80, 1050, 38, 0.04, 0.25),
    Tissue.CORTICAL: Relaxation(0.06, 900, 12),
    Tissue.MARROW: Relaxation(0.70, 950, 45, 0.62, 0.1),
    Tissue.TOOTH: Relaxation(0.03, 900, 8),
    Tissue.GREY_MATTER: Relaxation(0.84, 1250, 92, 0.0, 0.03),
    Tissue.WHITE_MATTER: Relaxation(0.72, 660, 74, 0.0, 0.02),
    Tissue.FLUID: Relaxation(1.0, 3600, 1200),
    Tissue.CORD: Relaxation(0.74, 900, 78),
    Tissue.MUCOSA: Relaxation(0.85, 1100, 82, 0.0, 0.9),
    Tissue.TONGUE: Relaxation(0.80, 1000, 46, 0.16, 0.4),
    Tissue.ARTERY: Relaxation(0.10, 1500, 60),
    Tissue.VEIN: Relaxation(0.45, 1500, 90, 0.0, 2.5),
    Tissue.PAROTID: Relaxation(0.86, 880, 68, 0.30, 0.6),
    Tissue.SUBMANDIBULAR: Relaxation(0.88, 950, 80, 0.10, 0.8),
    Tissue.NODE: Relaxation(0.86, 1050, 82, 0.03, 0.8),
    Tissue.CARTILAGE: Relaxation(0.60, 950, 38, 0.05),
    Tissue.DISC: Relaxation(0.75, 1050, 65),
    Tissue.TONSIL: Relaxation(0.88, 1100, 90, 0.0, 0.9),
    Tissue.ADENOMA: Relaxation(1.0, 1550, 190, 0.0, 1.5),
    Tissue.ADENOMA_CAPSULE: Relaxation(0.60, 1100, 35, 0.0, 0.7),
    Tissue.WARTHIN: Relaxation(0.86, 1150, 72, 0.0, 0.3),
    Tissue.WARTHIN_CYST: Relaxation(0.95, 650, 120, 0.0, 0.0),
    Tissue.MALIGNANT: Relaxation(0.82, 1150, 58, 0.0, 1.0),
    Tissue.NECROSIS: Relaxation(0.95, 1800, 120, 0.0, 0.05),
}

LIPID_DENSITY = 0.95
FAT_T1_MS = 290.0
FAT_T2_MS = 105.0
"""Lipid itself; T2 as a fast spin echo sees it, which is longer than a single echo's."""

TUMOUR_TISSUES = frozenset(
    {
        Tissue.ADENOMA,
        Tissue.ADENOMA_CAPSULE,
        Tissue.WARTHIN,
        Tissue.WARTHIN_CYST,
        Tissue.MALIGNANT,
        Tissue.NECROSIS,
    }
)


def mean_fat() -> NDArray[np.float32]:
    """Mean fat fraction by tissue value: shape (tissues,)."""
    return np.array([RELAXATION[tissue].fat for tissue in Tissue], dtype=np.float32)

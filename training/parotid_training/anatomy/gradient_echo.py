"""T1w as three-dimensional scans measure it: MPRAGE and its like, and spoiled gradient echoes (FLASH, VIBE).

Nothing refocuses what fat and water do to each other here: they add as the echo time says, and a gland whose fat makes
it bright in a spin echo may be hardly brighter than the masseter beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from parotid_training.anatomy.signal import grained, middle_axes, slipped
from parotid_training.anatomy.space import smooth_noise
from parotid_training.anatomy.tissues import FAT_T1_MS, FAT_T2_MS, LIPID_DENSITY, RELAXATION, TUMOUR_TISSUES, Tissue
from parotid_training.study import Role

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from parotid_training.anatomy.head import Anatomy
    from parotid_training.anatomy.signal import Slip

    Array = NDArray[np.float32]

FAT_SHIFT_HZ_PER_T = 145.0
"""Lipid precesses so much slower than water (3.4 ppm)."""
BLOOD_T1_MS, BLOOD_UPTAKE = 1500.0, 2.5
INVERSION = 0.95
"""Share of the magnetisation that an inversion pulse turns over."""
EDGE_MM = 1.4
"""Width of the point spread in which fat and water cancel: what draws the black line round muscles at opposed phase."""


@dataclass(frozen=True)
class GradientEcho:
    """Settings of one sequence.

    Parameters
    ----------
    tr, te
        Repetition (of the inversions, where there are any) and echo time, ms.
    flip_deg
        Flip angle.
    tesla
        Field strength.
    ti, echoes, spacing
        Time from the inversion to the middle of the train, its number of echoes, and the time between two, ms; 0
        without inversion.
    dose
        Contrast medium, 1 is usual, 0 none.
    fat_left
        Share of the fat signal that fat saturation or water excitation leaves; 1 without.
    """

    tr: float
    te: float
    flip_deg: float
    tesla: float
    ti: float = 0.0
    echoes: int = 0
    spacing: float = 0.0
    dose: float = 0.0
    fat_left: float = 1.0

    @property
    def fat_phase(self) -> float:
        """Angle between the signals of fat and water at the echo, radians."""
        return 2 * np.pi * FAT_SHIFT_HZ_PER_T * self.tesla * self.te / 1000.0

    def excited(self, t1: float) -> float:
        """Transverse signal per proton just after the pulse; negative where it is inverted and not yet recovered.

        Ernst's steady state, or that of inversion, delay, train and recovery at the middle of the train (Mugler and
        Brookeman, Magnetic Resonance in Medicine 1990).
        """
        flip = np.deg2rad(self.flip_deg)
        if not self.ti:
            left = np.exp(-self.tr / t1)
            return float(np.sin(flip) * (1 - left) / (1 - np.cos(flip) * left))
        half = self.echoes / 2 * self.spacing
        kept = np.cos(flip) * np.exp(-self.spacing / t1)
        steady = (1 - np.exp(-self.spacing / t1)) / (1 - kept)
        delay, recovery = np.exp(-(self.ti - half) / t1), np.exp(-(self.tr - self.ti - half) / t1)
        train = kept**self.echoes
        inverted = (1 - recovery + recovery * (steady + (1 - delay - steady) * train)) / (
            1 + recovery * INVERSION * delay * train
        )
        first = 1 - delay - INVERSION * delay * inverted
        return float(np.sin(flip) * (steady + (first - steady) * kept ** (self.echoes / 2)))


def draw_mprage(rng: np.random.Generator, tesla: float, te: tuple[float, float] = (1.6, 4.8)) -> GradientEcho:
    """One inversion-prepared train as scanners' protocols have them."""
    ti, spacing = float(rng.uniform(800, 1150)), float(rng.uniform(5.5, 8.5))
    echoes = min(int(rng.integers(110, 200)), int(2 * (ti - 30) / spacing))
    least = ti + echoes / 2 * spacing + 50
    tr = max(float(rng.uniform(1600, 2600)), least)
    return GradientEcho(tr, float(rng.uniform(*te)), float(rng.uniform(7, 12)), tesla, ti, echoes, spacing)


def draw_gradient_echo(role: Role, tesla: float, rng: np.random.Generator) -> GradientEcho:
    """Draw settings for T1w, or for T1w after contrast medium, on a scanner of this field."""
    after = role is Role.T1W_GD
    dose = float(rng.uniform(0.8, 1.2)) if after else 0.0
    left = float(rng.uniform(0.05, 0.25)) if rng.random() < (0.5 if after else 0.15) else 1.0
    if rng.random() < 0.65:
        return replace(draw_mprage(rng, tesla), dose=dose, fat_left=left)
    tr = float(rng.uniform(4, 25))
    te = float(rng.uniform(1.1, min(5.0, 0.6 * tr)))
    return GradientEcho(tr, te, float(rng.uniform(8, 30)), tesla, dose=dose, fat_left=left)


def paint_gradient_echo(
    anatomy: Anatomy, protocol: GradientEcho, rng: np.random.Generator, slip: Slip | None = None
) -> Array:
    """Signal on the anatomy's grid, before the scanner: its shape, never negative, about 0..1000.

    Parameters
    ----------
    slip
        By how much fat lies beside its place (chemical shift along the readout).
    """
    water = _water(protocol, rng)
    t1 = FAT_T1_MS * (1.25 if protocol.tesla > 2 else 1.0) * float(np.exp(rng.normal(0, 0.03)))
    lipid = LIPID_DENSITY * protocol.excited(t1) * float(np.exp(-protocol.te / FAT_T2_MS))
    where = slipped(anatomy.fat, slip) * _saturation(anatomy, protocol, rng)
    image = ((1 - anatomy.fat) * water[anatomy.tissue]).astype(np.complex64)
    image += np.complex64(lipid * np.exp(1j * protocol.fat_phase)) * where
    sigma = EDGE_MM / 2.355 / np.array(anatomy.grid.spacing)
    return grained(np.abs(ndimage.gaussian_filter(image, sigma, truncate=2.0)), anatomy, rng)


def _water(protocol: GradientEcho, rng: np.random.Generator) -> Array:
    """Signal of each tissue's water (tissues,), negative where inverted; relaxation varied, slower at high field."""
    slower = float(rng.uniform(1.1, 1.35) if protocol.tesla > 2 else rng.uniform(0.95, 1.05))
    water = np.zeros(len(Tissue), dtype=np.float32)
    for tissue in Tissue:
        what = RELAXATION[tissue]
        # What tells the gland from the muscle beside it: of neither are the values at high field well known.
        spread = 0.12 if tissue in TUMOUR_TISSUES or tissue in (Tissue.PAROTID, Tissue.MUSCLE) else 0.06
        density, t1, t2, uptake = np.array([what.density, what.t1, what.t2, what.uptake]) * np.exp(
            rng.normal(0, (0.03, spread, spread, spread))
        )
        rate = 1.0 / (t1 * slower) + protocol.dose * uptake / 1000.0
        water[tissue] = density * protocol.excited(1.0 / rate) * np.exp(-protocol.te / t2)
    for vessel in (Tissue.ARTERY, Tissue.VEIN):
        water[vessel] = _blood(protocol, slower, rng)
    return water


def _blood(protocol: GradientEcho, slower: float, rng: np.random.Generator) -> float:
    """Between blood that met every pulse and blood that met none, which is very bright; mostly the former."""
    rate = 1.0 / (BLOOD_T1_MS * slower) + protocol.dose * BLOOD_UPTAKE / 1000.0
    fresh = float(rng.random() ** 3)
    return fresh * float(np.sin(np.deg2rad(protocol.flip_deg))) + (1 - fresh) * protocol.excited(1.0 / rate)


def _saturation(anatomy: Anatomy, protocol: GradientEcho, rng: np.random.Generator) -> Array:
    """Share of the fat signal that is left in each voxel: where the field is uneven, saturation fails."""
    if protocol.fat_left == 1.0:
        return np.ones(1, dtype=np.float32)
    fails = np.clip(smooth_noise(rng, middle_axes(anatomy.grid), 60.0) - float(rng.uniform(0.5, 2.0)), 0.0, 1.0)
    return np.asarray(protocol.fat_left + (1 - protocol.fat_left) * fails, dtype=np.float32)

"""What goes wrong while a head is scanned: it moves, and metal in the teeth takes the signal away around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from parotid_training.anatomy.tissues import Tissue

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from parotid_training.anatomy.head import Anatomy

Spacing = tuple[float, float, float]


def ghosts(image: NDArray[np.float32], spacing: Spacing, rng: np.random.Generator) -> NDArray[np.float32]:
    """Let the head move along the direction of phase encoding while the lines of k-space are measured.

    A shift multiplies a line by a linear phase; one that comes and goes (breathing, pulsation) makes ghosts at a
    distance, one that stays (swallowing) smears the edges (Zaitsev et al., Motion artifacts in MRI, JMRI 2015).

    Parameters
    ----------
    image
        (Z, Y, X); phase encoding is along Y or X, one measurement a line, all slices alike.
    spacing
        mm.
    """
    axis = 1 + int(rng.integers(2))
    count = image.shape[axis]
    time = np.arange(count) / count
    if rng.random() < 0.6:
        moved = rng.uniform(0.3, 1.5) * np.sin(2 * np.pi * (rng.uniform(3, 20) * time + rng.uniform()))
    else:
        # Not while the middle of k-space is measured: that would be a scan to be repeated.
        at = rng.uniform(0.1, 0.4) if rng.random() < 0.5 else rng.uniform(0.6, 0.9)
        moved = np.where(time > at, rng.uniform(1.0, 4.0) * rng.choice((-1.0, 1.0)), 0.0)
        moved -= moved[count // 2]
    frequency = (np.arange(count) - count // 2) / count
    phase = np.exp(-2j * np.pi * frequency * moved / spacing[axis]).astype(np.complex64)
    lines = np.fft.fft(image, axis=axis)
    lines *= np.fft.ifftshift(phase).reshape([-1 if n == axis else 1 for n in range(3)])
    return np.abs(np.fft.ifft(lines, axis=axis)).astype(np.float32)


class Metal:
    """Fillings, crowns and implants: around each the signal is gone, with a bright rim where it piled up.

    Parameters
    ----------
    anatomy
        Whose teeth they are in; without teeth in view there is none.
    """

    def __init__(self, anatomy: Anatomy, rng: np.random.Generator) -> None:
        teeth = np.argwhere(anatomy.tissue == Tissue.TOOTH)
        self._places = (
            [teeth[int(rng.integers(len(teeth)))] for _ in range(int(rng.integers(1, 5)))] if len(teeth) else []
        )
        self._radii = [rng.uniform(4.0, 14.0) * rng.uniform(0.7, 1.4, 3) for _ in self._places]
        self._spacing = anatomy.grid.spacing

    def spoil(self, image: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
        """Take the signal away; how far depends on the sequence."""
        reach, rim = float(rng.uniform(0.6, 1.3)), float(rng.uniform(0.2, 0.8))
        result = image.copy()
        for place, radii in zip(self._places, self._radii, strict=True):
            sizes = radii * reach
            box = tuple(
                slice(max(int(at - 1.6 * mm / step), 0), int(at + 1.6 * mm / step) + 2)
                for at, mm, step in zip(place, sizes, self._spacing, strict=True)
            )
            part = result[box]
            lines = [
                ((np.arange(s.start, s.start + n) - at) * step / mm) ** 2
                for s, n, at, step, mm in zip(box, part.shape, place, self._spacing, sizes, strict=True)
            ]
            distance = np.sqrt(sum(np.ix_(*lines)))
            gone = np.clip((distance - 0.75) / 0.25, 0.0, 1.0)
            part *= (gone * (1.0 + rim * np.exp(-(((distance - 1.15) / 0.15) ** 2)))).astype(np.float32)
        return result


def displaced(image: NDArray[np.float32], spacing: Spacing, rng: np.random.Generator) -> NDArray[np.float32]:
    """Shift a sequence by a millimetre or so against the others: the head lay a little otherwise then."""
    shift = np.clip(rng.normal(0.0, 0.7, 3), -2.0, 2.0) / np.array(spacing)
    return np.asarray(ndimage.shift(image, shift, order=1, mode="nearest"), dtype=np.float32)

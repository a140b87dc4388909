"""Organ maps of made-up heads: ellipsoids where organs lie, varied by seed, on one coarse grid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from parotid_training.anatomy.measured_head import LabelledHead, measure_head
from parotid_training.volume import Grid

if TYPE_CHECKING:
    from collections.abc import Iterable

SHAPE, SPACING = (62, 62, 66), 3.0
LABELS = {
    "cord": 5,
    "brainstem": 6,
    "mandible": 7,
    "parotid_left": 8,
    "parotid_right": 9,
    "submandibular_left": 10,
    "submandibular_right": 11,
    "orbit_left": 12,
    "orbit_right": 13,
    "cochlea_left": 20,
    "cochlea_right": 21,
}
ELLIPSOIDS = {
    "cord": ((0, 22, -75), (8, 8, 400)),
    "brainstem": ((0, 8, 4), (15, 14, 26)),
    "parotid": ((58, -9, -30), (12, 18, 26)),
    "submandibular": ((33, -36, -77), (10, 15, 12)),
    "orbit": ((32, -72, 27), (13, 13, 13)),
    "cochlea": ((34, 0, 3), (4, 4, 4)),
}


def toy_grid() -> Grid:
    affine = np.diag([SPACING, SPACING, SPACING, 1.0])
    affine[:3, 3] = (-91.5, -106.5, -140.0)
    return Grid(SHAPE, affine)


def toy_map(seed: int, missing: Iterable[str] = (), shift: float = 0.0) -> np.ndarray:
    """uint8 label map; ``shift`` moves the mandible aside, mm."""
    rng = np.random.default_rng(seed)
    grid = toy_grid()
    x, y, z = np.moveaxis(grid.to_patient(np.moveaxis(np.indices(SHAPE), 0, -1)), -1, 0)
    scale, move = rng.uniform(0.93, 1.07), rng.uniform(-4, 4, 3)
    x, y, z = ((axis - d) * scale for axis, d in zip((x, y, z), move, strict=True))
    labels = np.zeros(SHAPE, np.uint8)
    arch = np.hypot((x - shift) / 50, (y + 20) / 62)
    jaw = (np.abs(arch - 1) < 0.13) & (y < -12) & (np.abs(z + 45) < 22 + rng.normal(0, 2))
    labels[jaw] = LABELS["mandible"]
    for name, value in LABELS.items():
        if name == "mandible":
            continue
        side = -1 if name.endswith("right") else 1
        (cx, cy, cz), radii = ELLIPSOIDS[name.split("_")[0]]
        rx, ry, rz = np.array(radii) * (1.0 if "cochlea" in name else rng.uniform(0.85, 1.15, 3))
        bump = 1 + 0.08 * rng.normal() * np.sin(z / 9) + 0.08 * rng.normal() * np.cos(y / 9)
        inside = ((x - side * cx) / rx) ** 2 + ((y - cy) / ry) ** 2 + ((z - cz) / rz) ** 2 < bump
        if name == "cord":
            inside &= z < -14
        labels[inside & (labels == 0)] = value
    for name in missing:
        labels[labels == LABELS[name]] = 0
    return labels


def toy_head(seed: int, **given: object) -> LabelledHead:
    """Measure a made-up head that two readers agree on."""
    return measure_head(f"head-{seed}", [toy_map(seed, **given)] * 2, toy_grid(), LABELS)  # type: ignore[arg-type]

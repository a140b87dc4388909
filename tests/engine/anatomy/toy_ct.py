"""A head of ellipsoids in the files' own form: packed contours, axes to P, L, I, HU + 1024."""

from __future__ import annotations

from pathlib import Path

import numpy as np

SIZE, SPACING = 128, (3.0, 3.0, 2.5)


def write_toy_ct(path: Path, gland_hu: float = -20.0, radius: float = 12.0, *, contours: bool = True) -> None:
    p, left, i = (
        (np.arange(SIZE) - SIZE / 2)[tuple(slice(None) if m == n else None for m in range(3))] * SPACING[n]
        for n in range(3)
    )

    def ellipsoid(centre: tuple[float, float, float], radii: tuple[float, float, float]) -> np.ndarray:
        parts = zip((p, left, i), centre, radii, strict=True)
        return np.asarray(sum(((axis - c) / r) ** 2 for axis, c, r in parts) < 1)

    hu = np.full((SIZE,) * 3, -1000.0)
    hu[ellipsoid((0, 0, 0), (95, 75, 140))] = -100
    hu[ellipsoid((0, 0, 0), (85, 66, 135))] = 55
    hu[ellipsoid((20, 0, -60), (60, 52, 50))] = 900
    hu[ellipsoid((20, 0, -60), (54, 46, 44))] = 35
    hu[ellipsoid((-40, 0, 0), (12, 12, 50))] = -1000
    arrays: dict[str, np.ndarray] = {}
    for name, side in (("RightParotid", -55.0), ("LeftParotid", 55.0)):
        gland = ellipsoid((0, side, 10), (1.4 * radius, 0.9 * radius, 1.8 * radius))
        hu[gland] = gland_hu
        arrays[f"mask_{name}"] = np.packbits(gland)
    hu[ellipsoid((50, 0, 60), (9, 9, 60))] = 35
    arrays["mask_SpinalCord"] = np.packbits(ellipsoid((50, 0, 60), (5, 5, 60)))
    if not contours:
        del arrays["mask_LeftParotid"]
    np.savez(path, ct=(hu + 1024).astype(np.int16), spacing=np.array(SPACING), **arrays)

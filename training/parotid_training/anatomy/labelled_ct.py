"""Planning CTs with organ contours: real anatomy to paint MR from.

Read from the OpenKBP challenge's files (Babier et al., Medical Physics 2021) as they lie in ``anatomy/openkbp``.
Nothing of them is shipped.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file
from scipy import ndimage

from parotid_training.errors import ParotidError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

GLANDS = ("RightParotid", "LeftParotid")
GLAND_CENTRE = (0.0, -10.0, -27.0)
"""Where the middle between both glands lies in the head's frame (LPS mm), as in the phantom."""
REACH_MM = (110.0, 125.0, 125.0)
"""What is kept on each side of that point along z, y, x."""
FINE_MM = 2.1
"""The CT is interpolated to about this in-plane voxel size before it is sharpened."""
BONE_HU, AIR_HU, METAL_HU = 200.0, -300.0, 1900.0
PREPARATION = 1
"""Counted up when a CT is prepared otherwise: what was kept before is prepared anew."""


@dataclass(frozen=True, eq=False)
class LabelledCT:
    """One patient's CT about the glands; arrays have axes (z, y, x) rising to S, P, L.

    Parameters
    ----------
    name
        File name without ending; a number, not a patient's name.
    origin, spacing
        Head coordinates (z, y, x, mm) of the first voxel, and the voxel size.
    hu
        Hounsfield units, sharpened.
    gland
        Soft membership 0..1 of the right and the left parotid, (2, Z, Y, X).
    body
        Signed distance to the skin, mm, negative inside.
    bone
        Depth inside bone, mm, 0 outside; negative is the distance to bone.
    cavity
        True inside the skull and the spinal canal.
    cord
        Spinal cord and brainstem, where contoured.
    """

    name: str
    origin: tuple[float, float, float]
    spacing: tuple[float, float, float]
    hu: NDArray[np.float32] = field(repr=False)
    gland: NDArray[np.float32] = field(repr=False)
    body: NDArray[np.float32] = field(repr=False)
    bone: NDArray[np.float32] = field(repr=False)
    cavity: NDArray[np.bool_] = field(repr=False)
    cord: NDArray[np.bool_] = field(repr=False)

    def sample(self, array: NDArray[Any], head: tuple[NDArray[np.float32], ...], outside: float) -> NDArray[np.float32]:
        """Interpolate one of the arrays linearly at head coordinates (x, y, z), each of one shape."""
        places = [(head[2 - n] - self.origin[n]) / np.float32(self.spacing[n]) for n in range(3)]
        values = np.asarray(array, dtype=np.float32)
        found = ndimage.map_coordinates(values, places, order=1, mode="constant", cval=outside, output=np.float32)
        return np.asarray(found)


def read_labelled_ct(path: Path) -> LabelledCT:
    """Read and prepare one patient.

    Raises
    ------
    ParotidError
        If the file holds no CT with both parotids, or contours that do not lie on glands: a volume outside 6..90 ml
        or a median HU outside -110..70.
    """
    with np.load(path) as opened:  # refuses pickled content by default
        if "ct" not in opened or any(f"mask_{name}" not in opened for name in GLANDS):
            raise ParotidError(f"{path.stem} has no CT with both parotids.", "Leave it out.")
        raw = _to_spl(opened["ct"]).astype(np.float32) - 1024.0
        spacing = tuple(float(opened["spacing"][n]) for n in (2, 0, 1))
        masks = {name: _mask(opened, name) for name in (*GLANDS, "SpinalCord", "Brainstem")}
    _check_glands(path.stem, raw, masks, float(np.prod(spacing)) / 1000)
    centre = np.mean([ndimage.center_of_mass(masks[name]) for name in GLANDS], axis=0)
    box = tuple(
        slice(max(0, int(c - reach / step)), min(n, int(c + reach / step) + 2))
        for c, reach, step, n in zip(centre, REACH_MM, spacing, raw.shape, strict=True)
    )
    zoom = [1.0, *(max(1.0, step / FINE_MM) for step in spacing[1:])]
    shape = [round(z * (s.stop - s.start)) for z, s in zip(zoom, box, strict=True)]
    # Voxel centres are kept: the first and the last of the cut stay where they are (ndimage.zoom's convention).
    fine = tuple(step * (s.stop - s.start - 1) / max(1, n - 1) for step, s, n in zip(spacing, box, shape, strict=True))
    origin = tuple(
        float(g + (s.start - c) * step) for g, s, c, step in zip(GLAND_CENTRE[::-1], box, centre, spacing, strict=True)
    )
    ratio = [n / (s.stop - s.start) for n, s in zip(shape, box, strict=True)]
    hu = _sharpen(ndimage.zoom(np.clip(raw[box], -1024, 2500), ratio, order=3), fine)
    soft = [_soft(masks[name][box], ratio, spacing) for name in GLANDS]
    cord = ndimage.zoom((masks["SpinalCord"] | masks["Brainstem"])[box].astype(np.float32), ratio, order=1) > 0.5
    bone_mask = hu > BONE_HU
    bone = ndimage.distance_transform_edt(bone_mask, fine) - ndimage.distance_transform_edt(~bone_mask, fine)
    return LabelledCT(
        path.stem,
        (origin[0], origin[1], origin[2]),
        (fine[0], fine[1], fine[2]),
        hu.astype(np.float32),
        np.stack(soft).astype(np.float32),
        _body(hu, fine),
        bone.astype(np.float32),
        _cavity(hu, bone_mask, fine),
        cord,
    )


def keep_labelled_ct(path: Path, cache: Path) -> Path:
    """Prepare one patient once and keep the result in ``cache``, in half precision; return where.

    It is prepared anew where it was kept of a file of another size, or by another `PREPARATION`.

    Raises
    ------
    ParotidError
        As `read_labelled_ct`.
    """
    kept, made_of = cache / f"{path.stem}.safetensors", {"preparation": PREPARATION, "bytes": path.stat().st_size}
    if not kept.is_file() or not made_of.items() <= _facts(kept).items():
        ct = read_labelled_ct(path)
        arrays = {name: getattr(ct, name) for name in _ARRAYS}
        half = {n: np.ascontiguousarray(a, dtype=bool if a.dtype == bool else np.float16) for n, a in arrays.items()}
        cache.mkdir(parents=True, exist_ok=True)
        temporary = kept.with_name(f"{kept.name}.{os.getpid()}.tmp")
        facts = json.dumps({"origin": ct.origin, "spacing": ct.spacing, **made_of})
        save_file(half, temporary, metadata={"ct": facts})
        os.replace(temporary, kept)
    return kept


def prepared_labelled_ct(path: Path, cache: Path) -> LabelledCT:
    """Read one patient, prepared before or now (`keep_labelled_ct`)."""
    kept = keep_labelled_ct(path, cache)
    facts = _facts(kept)
    with safe_open(kept, framework="numpy") as opened:
        found = {name: opened.get_tensor(name) for name in _ARRAYS}
    plain = {name: a if a.dtype == bool else a.astype(np.float32) for name, a in found.items()}
    return LabelledCT(path.stem, tuple(facts["origin"]), tuple(facts["spacing"]), **plain)


def _facts(kept: Path) -> dict[str, Any]:
    with safe_open(kept, framework="numpy") as opened:
        return dict(json.loads(opened.metadata()["ct"]))


_ARRAYS = ("hu", "gland", "body", "bone", "cavity", "cord")


def _mask(opened: Any, name: str) -> NDArray[np.bool_]:
    size = 128
    if f"mask_{name}" not in opened:
        return np.zeros((size,) * 3, dtype=bool)
    bits = np.unpackbits(opened[f"mask_{name}"])[: size**3]
    return np.ascontiguousarray(_to_spl(bits.reshape((size,) * 3))).astype(bool)


def _to_spl(array: NDArray[Any]) -> NDArray[Any]:
    """From axes (P, L, I), as stored, to (S, P, L)."""
    return array.transpose(2, 0, 1)[::-1]


def _check_glands(name: str, hu: NDArray[np.float32], masks: dict[str, NDArray[np.bool_]], voxel_ml: float) -> None:
    for side in GLANDS:
        ml = float(masks[side].sum()) * voxel_ml
        median = float(np.median(hu[masks[side]])) if ml else 0.0
        if not (6.0 <= ml <= 90.0 and -110.0 <= median <= 70.0):
            raise ParotidError(f"{name}: the contour of the {side} does not lie on a gland.", "Leave it out.")


def _sharpen(hu: NDArray[np.float32], spacing: tuple[float, ...]) -> NDArray[np.float32]:
    """Undo part of the blur of a coarse CT (unsharp mask), without leaving the range of the neighbourhood."""
    blurred = ndimage.gaussian_filter(hu, [3.0 / step for step in spacing], truncate=2.5)
    low = ndimage.minimum_filter(hu, size=(1, 5, 5))
    high = ndimage.maximum_filter(hu, size=(1, 5, 5))
    return np.asarray(np.clip(hu + 1.2 * (hu - blurred), low, high))


def _soft(mask: NDArray[np.bool_], ratio: list[float], spacing: tuple[float, ...]) -> NDArray[np.float32]:
    """Rounded membership, 0.5 at a border that keeps the volume: the stair of the contour's voxels is no anatomy."""
    blurred = ndimage.gaussian_filter(mask.astype(np.float32), [2.2 / step for step in spacing])
    fine = ndimage.zoom(blurred, ratio, order=1)
    # Blurring alone pulls a convex border inwards; this level encloses what the contour enclosed.
    share = float(mask.mean())
    level = float(np.quantile(fine, 1.0 - share))
    return np.asarray(np.clip(fine * (0.5 / max(level, 0.05)), 0, 1))


def _body(hu: NDArray[np.float32], spacing: tuple[float, ...]) -> NDArray[np.float32]:
    """Signed distance to the skin; the couch and the mask's shell are left out as pieces of their own."""
    solid = ndimage.binary_opening(hu > AIR_HU, iterations=1)
    pieces, count = ndimage.label(solid)
    if count:
        sizes = np.bincount(pieces.ravel())
        sizes[0] = 0
        solid = pieces == sizes.argmax()
    filled = np.stack([ndimage.binary_fill_holes(ndimage.binary_closing(s, iterations=3)) for s in solid])
    inside = ndimage.distance_transform_edt(filled, spacing)
    outside = ndimage.distance_transform_edt(~filled, spacing)
    return np.asarray(outside - inside, dtype=np.float32)


def _cavity(hu: NDArray[np.float32], bone: NDArray[np.bool_], spacing: tuple[float, ...]) -> NDArray[np.bool_]:
    """What bone closes off slice by slice and is not air: brain and the spinal canal."""
    cavity = np.zeros(bone.shape, dtype=bool)
    for number, slice_ in enumerate(bone):
        ring = ndimage.binary_dilation(slice_)
        cavity[number] = ndimage.binary_fill_holes(ring) & ~slice_ & (hu[number] > -60) & (hu[number] < BONE_HU)
    # Rings round the marrow of the jaw are thin; brain and canal are not.
    radius = [max(1, round(4.0 / step)) for step in spacing]
    opened = ndimage.binary_opening(cavity, np.ones((1, radius[1] * 2 - 1, radius[2] * 2 - 1), bool))
    return np.asarray(ndimage.binary_dilation(opened, np.ones((1, 3, 3), bool)) & cavity)

"""Synthetic multimodal studies from a seed."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.ndimage import affine_transform, gaussian_filter1d

from parotid_training.anatomy.head import WHOLE, AnatomySettings, make_anatomy
from parotid_training.anatomy.signal import degrade, paint_clean
from parotid_training.anatomy.space import turn_by
from parotid_training.labels import Structure
from parotid_training.study import FED_ROLES, Role, Sequence, Study
from parotid_training.volume import Grid, LabelMap, Volume

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from parotid_training.anatomy.head import Anatomy
    from parotid_training.anatomy.tumour import Look


@dataclass(frozen=True)
class PhantomSettings:
    """What may be asked of a phantom.

    Parameters
    ----------
    roles
        Sequences to make, the first is the reference.
    inplane_mm, slice_mm
        Voxel size; STIR is a quarter coarser in the plane.
    fov_mm
        Field of view left-right and front-back.
    slices
        How many; fewer where ``cropped``.
    cropped
        True cuts the stack so that it may miss part of the glands, False never, None in one of eight.
    motion_mm
        Standard deviation of the head's shift between sequences (turned by as many half degrees).
    noise
        Share of full scale; None draws it.
    tumour
        None draws one in about half, False never, a look always that look.
    gland_ml, gland_fat, tumour_mm
        Ranges of gland volume (ml), of its fat fraction and of the tumour's diameter (mm).
    """

    roles: tuple[Role, ...] = FED_ROLES
    inplane_mm: float = 0.5
    slice_mm: float = 4.0
    fov_mm: tuple[float, float] = (180.0, 212.0)
    slices: int = 34
    cropped: bool | None = None
    motion_mm: float = 0.5
    noise: float | None = None
    tumour: Look | bool | None = None
    gland_ml: tuple[float, float] = (15.0, 45.0)
    gland_fat: tuple[float, float] = (0.08, 0.62)
    tumour_mm: tuple[float, float] = (8.0, 40.0)


@dataclass(frozen=True, eq=False)
class Phantom:
    """A synthetic study with its truth.

    Parameters
    ----------
    study
        Sequences on their own grids; the head has moved a little between them.
    label_map
        Gland and tumour on the reference's grid.
    facts
        `Anatomy.facts`, with gland_ml and tumour_ml as the label map shows them, and seed and cropped.
    """

    study: Study
    label_map: LabelMap
    facts: dict[str, Any] = field(repr=False)


def make_phantom(seed: int, settings: PhantomSettings | None = None) -> Phantom:
    """Study of one seed: arrays with axes (x, y, z) rising to L, P, S; the same seed gives the same voxels."""
    settings = settings or PhantomSettings()
    anatomy = make_anatomy(
        seed,
        (max(0.8, settings.inplane_mm), max(0.8, settings.inplane_mm), min(2.0, settings.slice_mm)),
        settings=AnatomySettings(settings.tumour, settings.gland_ml, settings.gland_fat, settings.tumour_mm),
    )
    rng = np.random.default_rng([seed, 100])
    cropped = bool(rng.random() < 0.125) if settings.cropped is None else settings.cropped
    first, count = _draw_stack(rng, settings, cropped)

    def scan(n: int, role: Role) -> Sequence:
        # Each role has its own stream, so that asking for fewer sequences leaves the others as they were.
        own = np.random.default_rng([seed, 101, list(Role).index(role)])
        grid = _sequence_grid(settings, role, first, count, own if n else None)
        moved = _moved(grid, own, settings.motion_mm if n else 0.0)
        clean = paint_clean(anatomy, role, own)
        image = degrade(
            _sample(_soften(clean), anatomy.grid, moved, settings.slice_mm), grid, own, noise=settings.noise
        )
        return Sequence(role, Volume(grid, np.round(image).astype(np.int16)), f"Phantom {role}")

    # numpy and ndimage let go of the interpreter in their loops: two sequences take hardly longer than one.
    with ThreadPoolExecutor(min(len(settings.roles), os.cpu_count() or 1)) as pool:
        drawn = pool.submit(_sample_labels, anatomy, _sequence_grid(settings, settings.roles[0], first, count, None))
        sequences = list(pool.map(scan, range(len(settings.roles)), settings.roles))
    label_map = drawn.result()
    facts = {**anatomy.facts, **_volumes(label_map), "seed": seed, "cropped": cropped}
    return Phantom(Study(tuple(sequences)), label_map, facts)


def _draw_stack(rng: np.random.Generator, settings: PhantomSettings, cropped: bool) -> tuple[float, int]:
    """Height of the lowest slice (mm) and number of slices."""
    count = settings.slices
    first = WHOLE[0][2] + float(rng.uniform(2.0, 8.0))
    if cropped:
        first += float(rng.uniform(30.0, 60.0))
    room = int((WHOLE[1][2] - first) / settings.slice_mm)
    return first, max(3, min(count, room))


def _sequence_grid(
    settings: PhantomSettings, role: Role, first: float, count: int, rng: np.random.Generator | None
) -> Grid:
    """Grid as the scanner states it; all but the reference's are planned a little differently."""
    step = settings.inplane_mm * (1.25 if role is Role.STIR else 1.0)
    nx, ny = (round(extent / step) for extent in settings.fov_mm)
    shift = np.zeros(3) if rng is None else rng.uniform(-1, 1, 3) * (3.0, 3.0, settings.slice_mm / 2)
    origin = np.array([-(nx - 1) / 2 * step, -5.0 - (ny - 1) / 2 * step, first]) + shift
    affine = np.diag([step, step, settings.slice_mm, 1.0])
    affine[:3, 3] = origin
    return Grid((nx, ny, count), affine)


def _moved(grid: Grid, rng: np.random.Generator, motion_mm: float) -> Grid:
    """Where the slices truly lay, the head having moved: shift of sd ``motion_mm`` in each direction, cut at 1.5 mm."""
    if not motion_mm:
        return grid
    shift = np.clip(rng.normal(0, motion_mm, 3), -1.5, 1.5)
    pitch, yaw, roll = (float(angle) for angle in rng.normal(0, 0.5 * motion_mm, 3))
    rigid = np.eye(4)
    rigid[:3, :3] = turn_by(pitch, yaw, roll)
    rigid[:3, 3] = shift
    return Grid(grid.shape, rigid @ grid.affine)


def _soften(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Blur by about half a voxel in the plane, as a finite acquisition matrix does; a new array."""
    soft = values * np.float32(0.68)
    soft[:, 1:] += np.float32(0.16) * values[:, :-1]
    soft[:, :-1] += np.float32(0.16) * values[:, 1:]
    out = soft * np.float32(0.68)
    out[:, :, 1:] += np.float32(0.16) * soft[:, :, :-1]
    out[:, :, :-1] += np.float32(0.16) * soft[:, :, 1:]
    return out


def _sample(values: NDArray[Any], source: Grid, target: Grid, slice_mm: float) -> NDArray[np.float32]:
    """Values on the anatomy's grid (z, y, x) seen through thick slices on another grid: float32 of its shape."""
    fine = source.spacing[0]
    profile = np.sqrt(max(slice_mm**2 - fine**2, 0.0) / 12.0) / fine * 1.15
    blurred = gaussian_filter1d(values, profile, axis=0, truncate=2.5) if profile > 0.1 else values
    # The grids differ in axis order: sampling the (z, y, x) array for (x, y, z) output, memory kept slice by slice.
    step = np.linalg.inv(source.affine) @ target.affine[:, [2, 1, 0, 3]]
    nx, ny, nz = target.shape
    out = affine_transform(
        blurred, step[:3, :3], step[:3, 3], output_shape=(nz, ny, nx), output=np.float32, order=1, mode="constant"
    )
    return np.asarray(out.transpose(2, 1, 0))


def _sample_labels(anatomy: Anatomy, grid: Grid) -> LabelMap:
    """Each structure where it fills at least half of the thick voxel, tumour first."""
    array = np.zeros(grid.shape, dtype=np.uint8)
    hit = np.argwhere(anatomy.structures.array)
    if not len(hit):
        return LabelMap(grid, array)
    # Only the slab of slices about the glands is sampled: most of a head holds none.
    margin = int(np.ceil(grid.spacing[2] / anatomy.grid.spacing[0])) + 1
    low, high = np.maximum(hit.min(axis=0) - margin, 0), hit.max(axis=0) + margin + 1
    labels = anatomy.structures.array[tuple(slice(a, b) for a, b in zip(low, high, strict=True))]
    affine = anatomy.grid.affine.copy()
    affine[:3, 3] = anatomy.grid.to_patient(low)
    source = Grid(labels.shape, affine)
    foreground = _sample((labels > 0).astype(np.float32), source, grid, grid.spacing[2])
    array[foreground >= 0.5] = Structure.GLAND
    if (labels == Structure.TUMOUR).any():
        tumour = _sample((labels == Structure.TUMOUR).astype(np.float32), source, grid, grid.spacing[2])
        array[(foreground >= 0.5) & (tumour >= 0.5 * foreground)] = Structure.TUMOUR
    return LabelMap(grid, array)


def _volumes(label_map: LabelMap) -> dict[str, dict[str, float]]:
    """Volumes by side of what the label map shows, ml; the phantom's midline lies near x = 0."""
    x = label_map.grid.to_patient(
        np.stack([np.arange(label_map.grid.shape[0]), *np.zeros((2, label_map.grid.shape[0]))], -1)
    )
    left = x[:, 0] > 0
    found: dict[str, dict[str, float]] = {}
    for name, structure in (("gland_ml", Structure.GLAND), ("tumour_ml", Structure.TUMOUR)):
        counts = (label_map.array == structure).sum(axis=(1, 2))
        halves = {"right": counts[~left].sum(), "left": counts[left].sum()}
        found[name] = {side: round(float(n) * label_map.grid.voxel_ml, 2) for side, n in halves.items()}
    return found

"""A whole synthetic head and neck from a seed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from parotid_training.anatomy import bones, softparts
from parotid_training.anatomy.anchors import bending
from parotid_training.anatomy.canvas import Canvas, DrawnOrgans
from parotid_training.anatomy.gland import paint_glands
from parotid_training.anatomy.organs import MANDIBLE, PAROTIDS, SUBMANDIBULARS
from parotid_training.anatomy.shape_model import shipped_shapes
from parotid_training.anatomy.shapes import Blend, Ellipsoid, Tube, melt
from parotid_training.anatomy.space import Pose, make_space, turn_by
from parotid_training.anatomy.tissues import Tissue, mean_fat
from parotid_training.anatomy.tumour import Look, Tumour, draw_look, paint_tumour
from parotid_training.labels import Structure
from parotid_training.volume import LabelMap

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from parotid_training.anatomy.gland import GlandPlan
    from parotid_training.anatomy.shapes import Point
    from parotid_training.anatomy.space import Array, Space
    from parotid_training.volume import Grid

FACE_AND_NECK = Blend(
    (
        Ellipsoid((0, -20, -28), (78, 55, 57)),
        Ellipsoid((0, -46, -18), (62, 50, 60)),
        Ellipsoid((0, -42, 20), (58, 48, 30)),
        Ellipsoid((0, -78, -70), (27, 20, 21)),
        Ellipsoid((0, -46, -74), (46, 42, 26)),
        Ellipsoid((0, 46, -22), (54, 36, 44)),
        Tube(((0, -88, 20), (0, -104, -8)), (6, 11), (1.1, 1, 1)),
        Tube(((0, 18, -20), (0, 14, -75), (0, 12, -150)), (57, 55, 61), (1.08, 1, 1)),
    ),
    12.0,
)
"""The surface below and before the braincase; the scalp follows the skull."""

COVER_MM = {MANDIBLE: 6.0, **dict.fromkeys(PAROTIDS, 4.0), **dict.fromkeys(SUBMANDIBULARS, 5.0)}
"""So much at least lies between an organ and the air."""
COVER_SOFT_MM = 14.0
"""Over so many mm the skin rises to what it covers."""

WHOLE: tuple[Point, Point] = ((-92.0, -118.0, -102.0), (92.0, 112.0, 52.0))
"""Low and high corner (x, y, z, LPS mm) of the usual lattice: orbits to the fourth cervical vertebra."""


@dataclass(frozen=True, eq=False)
class Anatomy:
    """A labelled head: what there is at every voxel, before any sequence sees it.

    Parameters
    ----------
    grid
        Array axes (z, y, x) rising to S, P, L; `Grid.canonical` is the identity on it.
    tissue
        uint8 `Tissue`, shape of the grid.
    fat
        Fat fraction 0..1, shape of the grid.
    texture
        Fine smooth noise of unit variance, the same for all sequences of one head.
    structures
        Gland (its vein included) and tumour on the same grid.
    facts
        has_tumour, look, sides, gland_ml and tumour_ml by side, gland_fat, tumour_mm.
    """

    grid: Grid
    tissue: NDArray[np.uint8] = field(repr=False)
    fat: NDArray[np.float32] = field(repr=False)
    texture: NDArray[np.float32] = field(repr=False)
    structures: LabelMap
    facts: dict[str, Any]


@dataclass(frozen=True)
class AnatomySettings:
    """What may be asked of an anatomy.

    Parameters
    ----------
    tumour
        None draws one in about half of the heads, False never, a look always that look.
    gland_ml
        Range of one gland's volume, ml.
    gland_fat
        Range of the glands' mean fat fraction.
    tumour_mm
        Range of the tumour's diameter, mm.
    tilt_deg
        Standard deviation of the head's pitch, yaw and roll.
    bend_mm
        Size of the smooth deformation.
    even_sizes
        Share of tumours whose size is drawn evenly over ``tumour_mm`` (in its logarithm), not about 18 mm as they are
        met: so that a network sees enough of those that leave nothing of a gland.
    beside
        Share of tumours that grow out of the gland into the fat beside it.
    """

    tumour: Look | bool | None = None
    gland_ml: tuple[float, float] = (15.0, 45.0)
    gland_fat: tuple[float, float] = (0.08, 0.62)
    tumour_mm: tuple[float, float] = (8.0, 40.0)
    tilt_deg: float = 4.0
    bend_mm: float = 2.0
    even_sizes: float = 0.0
    beside: float = 0.0


def make_anatomy(
    seed: int,
    spacing_mm: tuple[float, float, float] = (0.8, 0.8, 2.0),
    *,
    box: tuple[Point, Point] = WHOLE,
    settings: AnatomySettings | None = None,
) -> Anatomy:
    """Head of one seed on a lattice of ``spacing_mm`` (x, y, z) over ``box`` (low, high corner, LPS mm).

    The same seed at another spacing is the same head, as far as the lattice shows it.
    """
    settings = settings or AnatomySettings()
    person, shaping, glands, growth, grain, build = (np.random.default_rng([seed, n]) for n in range(6))
    pose = _draw_pose(person, settings.tilt_deg)
    volumes = _draw_volumes(glands, settings.gland_ml)
    organs = shipped_shapes().draw(build).with_glands(volumes).apart()
    unbent = make_space(*box, spacing_mm, pose, settings.bend_mm, shaping)
    space = unbent.bent(bending(organs))
    canvas = Canvas(space, np.zeros(space.shape, dtype=np.uint8))
    drawn = DrawnOrgans(Canvas(unbent, canvas.tissue), organs)
    cavity = bones.cranial_cavity(canvas)
    body = _draw_surface(canvas, drawn, cavity, person)
    _paint_body(canvas, drawn, body, cavity, person)
    pair = paint_glands(canvas, drawn, body, glands, volumes)
    tumours = grow_tumours(canvas, pair, body, settings, growth)
    low, high = settings.gland_fat
    gland_fat = low + (high - low) * float(glands.beta(1.4, 2.2))
    texture, fat = _texture(canvas, body, gland_fat, grain)
    structures = np.zeros(space.shape, dtype=np.uint8)
    for gland in pair:
        structures[gland.inside] = Structure.GLAND
    for tumour in tumours:
        structures[tumour.inside] = Structure.TUMOUR
    facts = _facts(pair, tumours, structures, space, gland_fat)
    return Anatomy(space.grid, canvas.tissue, fat, texture, LabelMap(space.grid, structures), facts)


def _draw_pose(rng: np.random.Generator, tilt_deg: float) -> Pose:
    pitch, yaw, roll = rng.normal(0, (tilt_deg * 1.3, tilt_deg, tilt_deg * 0.7))
    scale = rng.uniform(0.94, 1.08) * rng.uniform(0.97, 1.03, 3)
    return Pose(turn_by(float(pitch), float(yaw), float(roll)), scale)


def _draw_volumes(rng: np.random.Generator, bounds: tuple[float, float]) -> tuple[float, float]:
    """Volumes right and left, ml: alike within a person."""
    middle = np.sqrt(bounds[0] * bounds[1])
    common = rng.normal(0, 0.24)
    right, left = np.clip(middle * np.exp(common + rng.normal(0, 0.09, 2)), *bounds)
    return float(right), float(left)


def _draw_surface(canvas: Canvas, drawn: DrawnOrgans, cavity: Array, rng: np.random.Generator) -> Array:
    """Signed distance to the skin, mm: scalp over the skull, melted into face and neck, over all organs."""
    plump = float(rng.uniform(-2.0, 5.0))
    scalp = cavity - np.float32(13.0 + 0.4 * plump)
    rest = canvas.wide(FACE_AND_NECK) - np.float32(plump)
    unbent = drawn.canvas.space
    x, y, z = (np.ascontiguousarray(axis[np.ix_(*unbent.knots)]) for axis in unbent.head)
    covers = [drawn.organs[name].distance(x, y, z) - np.float32(cover) for name, cover in COVER_MM.items()]
    return melt(melt(scalp, rest, 14.0), unbent.fill(np.minimum.reduce(covers)), COVER_SOFT_MM)


def _paint_body(canvas: Canvas, drawn: DrawnOrgans, body: Array, cavity: Array, rng: np.random.Generator) -> None:
    """Everything but the parotids."""
    tissue = canvas.tissue
    skin = float(rng.uniform(1.3, 2.2))
    subcutaneous = float(rng.uniform(2.5, 5.0))
    tissue[body < -skin] = Tissue.FAT
    softparts.paint_muscles(canvas, body, subcutaneous, rng)
    bones.paint_cranium(canvas, cavity, rng)
    bones.paint_base(canvas, rng)
    bones.paint_face(canvas, drawn)
    bones.paint_hindbrain(canvas, drawn)
    bones.paint_spine(canvas, drawn)
    softparts.paint_mouth(canvas, float(rng.uniform(0.75, 1.15)))
    bones.paint_jaws(canvas, drawn, float(rng.uniform(-1.0, 3.0)))
    softparts.paint_vessels(canvas, (float(rng.uniform(0.7, 1.3)), float(rng.uniform(0.6, 1.2))))
    softparts.paint_small_glands(canvas, drawn, rng)
    shallow = body > -(skin + subcutaneous)
    tissue[shallow & ((tissue == Tissue.MUSCLE) | (tissue == Tissue.VEIN) | (tissue == Tissue.SUBMANDIBULAR))] = (
        Tissue.FAT
    )
    tissue[(body > -skin) & (tissue != Tissue.AIR)] = Tissue.SKIN
    tissue[(body > -skin) & (body < 0) & (canvas.space.head[1] > -90)] = Tissue.SKIN
    tissue[body > 0] = Tissue.AIR
    _paint_ears(canvas)


def _paint_ears(canvas: Canvas) -> None:
    for side in (1, -1):
        pinna = Ellipsoid((side * 75, 8, 6), (3.6, 17, 25), yaw=-side * 24)
        canvas.put(Tissue.SKIN, pinna, Ellipsoid((side * 72, 2, 4), (6, 7, 20)), over=(Tissue.AIR,))
        canvas.put(Tissue.CARTILAGE, Ellipsoid((side * 75, 8, 8), (1.6, 15, 21), yaw=-side * 24), over=(Tissue.SKIN,))
        canvas.put(
            Tissue.AIR, Tube(((side * 82, 3, 2), (side * 66, 0, 1)), (5.5, 2.6)), over=(Tissue.SKIN, Tissue.CARTILAGE)
        )


def grow_tumours(
    canvas: Canvas, pair: tuple[GlandPlan, GlandPlan], body: Array, settings: AnatomySettings, rng: np.random.Generator
) -> list[Tumour]:
    """None, one, or (Warthin in some) one a side."""
    wanted = rng.random() < 0.5 if settings.tumour is None else bool(settings.tumour)
    look = draw_look(rng)
    if isinstance(settings.tumour, Look):
        look = settings.tumour
    first = int(rng.integers(2))
    both = look is Look.WARTHIN and rng.random() < 0.2
    sizes = draw_diameters(settings, rng)
    if not wanted:
        return []
    sides = (first, 1 - first) if both else (first,)
    beside = bool(settings.beside) and rng.random() < settings.beside
    grown = (
        paint_tumour(canvas, pair[n], body, look, float(size), rng, beside=beside)
        for n, size in zip(sides, sizes, strict=False)
    )
    return [tumour for tumour in grown if tumour is not None]


def draw_diameters(settings: AnatomySettings, rng: np.random.Generator) -> Array:
    """Diameters of a tumour on each side, mm."""
    as_met = np.clip(np.exp(rng.normal(np.log(18.0), 0.4, 2)), *settings.tumour_mm)
    if settings.even_sizes and rng.random() < settings.even_sizes:
        low, high = np.log(settings.tumour_mm)
        return np.asarray(np.exp(rng.uniform(low, high, 2)))
    return np.asarray(as_met)


def _texture(canvas: Canvas, body: Array, gland_fat: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Fine grain, and the fat fraction: lobules in the gland, streaks in muscle, strands in fat."""
    space, tissue = canvas.space, canvas.tissue
    fine = space.noise(rng, (4.0, 2.2, 2.2))
    streaks = space.noise(rng, (14.0, 3.0, 2.4))
    lobules = space.noise(rng, 4.5)
    fat = mean_fat()[tissue]
    gland = tissue == Tissue.PAROTID
    strands = np.exp(-((lobules[gland] / np.float32(0.22)) ** 2))
    fat[gland] = gland_fat + 0.08 * fine[gland] + 0.16 * (strands - 0.3)
    muscle = (tissue == Tissue.MUSCLE) | (tissue == Tissue.TONGUE)
    fat[muscle] += 0.22 * np.maximum(streaks[muscle] - 1.0, 0)
    plain = tissue == Tissue.FAT
    fat[plain] -= 0.12 * np.exp(-((lobules[plain] / np.float32(0.2)) ** 2))
    # Between the deep organs run vessels, nerves and fascia too small to draw: the fat there is never pure.
    impure = float(rng.uniform(0.05, 0.4)) * np.clip((-body[plain] - 9.0) / 8.0, 0, 1)
    fat[plain] -= impure * (0.8 + 0.5 * streaks[plain])
    np.clip(fat, 0.0, 1.0, out=fat)
    return fine, fat


def _facts(
    pair: tuple[GlandPlan, GlandPlan], tumours: list[Tumour], structures: NDArray[np.uint8], space: Space, fat: float
) -> dict[str, Any]:
    names = {-1: "right", 1: "left"}
    ml = float(np.prod(space.spacing)) / 1000.0
    gland_ml = {
        names[gland.side]: round(float((structures[gland.inside] == Structure.GLAND).sum()) * ml, 2) for gland in pair
    }
    return {
        "has_tumour": bool(tumours),
        "look": str(tumours[0].look) if tumours else None,
        "sides": tuple(names[tumour.side] for tumour in tumours),
        "gland_ml": gland_ml,
        "tumour_ml": {names[tumour.side]: round(float(tumour.inside.sum()) * ml, 2) for tumour in tumours},
        "tumour_mm": tuple(round(tumour.diameter_mm, 1) for tumour in tumours),
        "gland_fat": round(fat, 3),
    }

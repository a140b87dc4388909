"""Heads painted from real anatomy: a labelled CT, turned, bent and given tissues, as an `Anatomy` like any other.

In the manner of SynthSeg (Billot et al., Medical Image Analysis 2023): the network never sees a real MR, but it sees
where real organs lie. Hounsfield units say which tissue and how much fat; contours say which of it is gland.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from parotid_training.anatomy.canvas import Canvas
from parotid_training.anatomy.gland import GlandPlan
from parotid_training.anatomy.head import Anatomy, AnatomySettings, grow_tumours
from parotid_training.anatomy.labelled_ct import AIR_HU, BONE_HU, METAL_HU
from parotid_training.anatomy.masseter import Masseter, find_masseter, solid, thickened
from parotid_training.anatomy.neighbours import paint_neighbours
from parotid_training.anatomy.space import Pose, make_space, turn_by
from parotid_training.anatomy.tissues import Tissue, mean_fat
from parotid_training.labels import Structure
from parotid_training.volume import LabelMap

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from parotid_training.anatomy.labelled_ct import LabelledCT
    from parotid_training.anatomy.shapes import Point
    from parotid_training.anatomy.space import Array, Space

FAT_HU, MUSCLE_HU = -105.0, 55.0
SKIN_MM = 1.8


@dataclass(frozen=True)
class PaintingSettings:
    """How far a patient is varied.

    Parameters
    ----------
    tumour, tumour_mm, even_sizes, beside
        As in `AnatomySettings`.
    pitch_deg, turn_deg
        Standard deviation of the nod, and of the turns about the other two axes.
    scale
        Range of the head's size.
    bend_mm
        Size of the smooth deformation.
    mirrored
        Share of heads whose right and left are swapped.
    lean
        Share of heads with less fat in their glands than the patient has: who comes for radiotherapy is older than
        most who are scanned, and glands turn to fat with age.
    firm
        Share of heads whose muscles hold a few per cent of fat, as healthy ones do; in the others, what the CT says.
    strong
        Share of heads whose masseters are thicker than the patient's, and solid: age and the disease waste them.
    nodes
        Share of heads with lymph nodes in and about the glands.
    fascia
        Share of heads with a dark line between gland and muscle, which the CT is too coarse to show.
    """

    tumour: bool | None = None
    tumour_mm: tuple[float, float] = (6.0, 50.0)
    pitch_deg: float = 10.0
    turn_deg: float = 5.0
    scale: tuple[float, float] = (0.82, 1.1)
    bend_mm: float = 2.5
    mirrored: float = 0.5
    even_sizes: float = 0.0
    lean: float = 0.0
    firm: float = 0.0
    strong: float = 0.0
    beside: float = 0.0
    nodes: float = 0.0
    fascia: float = 0.0


@dataclass(frozen=True, eq=False)
class _Seen:
    """A CT as the lattice sees it; all of the lattice's shape."""

    hu: Array
    body: Array
    bone: Array
    cavity: NDArray[np.bool_]
    cord: NDArray[np.bool_]


def anatomy_from_ct(
    ct: LabelledCT,
    seed: int,
    spacing_mm: tuple[float, float, float],
    box: tuple[Point, Point],
    settings: PaintingSettings | None = None,
) -> Anatomy:
    """Head of one patient as one seed varies it, on a lattice of ``spacing_mm`` (x, y, z) over ``box`` (LPS mm).

    Returns
    -------
    Anatomy
        Axes (z, y, x); ``facts`` name the patient's file and the seed.
    """
    settings = settings or PaintingSettings()
    person, shaping, glands, growth, grain = (np.random.default_rng([seed, 20 + n]) for n in range(5))
    space = make_space(*box, spacing_mm, _draw_pose(person, settings), settings.bend_mm, shaping)
    masseters = _strong_masseters(ct, np.random.default_rng([seed, 26]), settings.strong)
    for masseter, mm in masseters:
        space = space.bent(thickened(masseter, mm))
    seen = _look(ct, space, [masseter for masseter, _ in masseters])
    canvas = Canvas(space, np.zeros(space.shape, dtype=np.uint8))
    _paint_tissues(canvas, seen, person)
    _paint_lumps(canvas, seen, person)
    pair = _paint_glands(canvas, ct, seen, glands)
    paint_neighbours(canvas, pair, seen.body, settings.nodes, settings.fascia, np.random.default_rng([seed, 27]))
    youth = np.random.default_rng([seed, 25])
    lean = float(youth.uniform(0.1, 0.75)) if youth.random() < settings.lean else 1.0
    fat = _fat(canvas, seen, grain, lean)
    if youth.random() < settings.firm:
        _firm_up(fat, canvas, seen, float(youth.uniform(0.01, 0.08)))
    texture = space.noise(grain, (4.0, 2.2, 2.2)) + 0.6 * _own_texture(seen.hu)
    wanted = AnatomySettings(
        tumour=settings.tumour,
        tumour_mm=settings.tumour_mm,
        even_sizes=settings.even_sizes,
        beside=settings.beside,
    )
    tumours = [t for t in grow_tumours(canvas, pair, seen.body, wanted, growth) if t.inside.any()]
    structures = np.zeros(space.shape, dtype=np.uint8)
    for gland in pair:
        structures[gland.inside] = Structure.GLAND
    for tumour in tumours:
        structures[tumour.inside] = Structure.TUMOUR
        fat[tumour.inside] = mean_fat()[canvas.tissue[tumour.inside]]
    facts = {"patient": ct.name, "seed": seed, "has_tumour": bool(tumours)}
    return Anatomy(space.grid, canvas.tissue, fat, texture, LabelMap(space.grid, structures), facts)


def _draw_pose(rng: np.random.Generator, settings: PaintingSettings) -> Pose:
    pitch, yaw, roll = rng.normal(0, (settings.pitch_deg, settings.turn_deg, settings.turn_deg))
    size = float(rng.uniform(*settings.scale))
    scale = rng.uniform(0.95, 1.05, 3) / size
    if rng.random() < settings.mirrored:
        scale[0] *= -1.0
    return Pose(turn_by(float(pitch), float(yaw), float(roll)), scale)


def _strong_masseters(ct: LabelledCT, rng: np.random.Generator, share: float) -> list[tuple[Masseter, float]]:
    """In a share of the heads the masseters that are made out, and by how many mm each is thickened."""
    if rng.random() >= share:
        return []
    growth = float(rng.uniform(1.0, 7.0)) * rng.uniform(0.8, 1.2, 2)
    found = (find_masseter(ct, number) for number in range(2))
    return [(one, float(mm)) for one, mm in zip(found, growth, strict=True) if one is not None]


def _look(ct: LabelledCT, space: Space, strong: list[Masseter]) -> _Seen:
    head = space.head
    hu, body = ct.sample(ct.hu, head, -1000.0), ct.sample(ct.body, head, 30.0)
    for masseter in strong:
        gland = ct.sample(ct.gland[int(masseter.side > 0)], head, 0.0)
        hu = solid(masseter, head, hu, gland, body)
    return _Seen(
        hu,
        body,
        ct.sample(ct.bone, head, -30.0),
        ct.sample(ct.cavity, head, 0.0) > 0.5,
        ct.sample(ct.cord, head, 0.0) > 0.5,
    )


def _paint_tissues(canvas: Canvas, seen: _Seen, rng: np.random.Generator) -> None:
    """Tissue classes from Hounsfield units, depth in bone and what bone encloses."""
    tissue, hu = canvas.tissue, seen.hu
    inside = seen.body < 0
    tissue[inside] = Tissue.AIR
    split = float(rng.uniform(-45, -15))
    tissue[inside & (hu > AIR_HU)] = Tissue.FAT
    tissue[inside & (hu > split)] = Tissue.MUSCLE
    vessel = inside & (hu > rng.uniform(105, 130)) & (hu < BONE_HU) & (seen.bone < -3.5)
    tissue[vessel] = Tissue.VEIN if rng.random() < 0.5 else Tissue.ARTERY
    tissue[inside & (seen.body > -SKIN_MM) & (hu > AIR_HU)] = Tissue.SKIN
    bone = inside & (hu > BONE_HU)
    shell = float(rng.uniform(1.8, 3.2))
    tissue[bone] = np.where(seen.bone[bone] < shell, Tissue.CORTICAL, Tissue.MARROW)
    tissue[bone & (hu > rng.uniform(1300, METAL_HU))] = Tissue.TOOTH
    grey = canvas.space.noise(rng, 11.0) > 0
    brain = seen.cavity & ~bone
    tissue[brain] = np.where(grey[brain], Tissue.GREY_MATTER, Tissue.WHITE_MATTER)
    rim = float(rng.uniform(1.5, 4.0))
    tissue[brain & ((seen.bone > -rim) | (ndimage.uniform_filter(hu, 3) < 8))] = Tissue.FLUID
    tissue[seen.cord & ~bone & (hu > -60)] = Tissue.CORD


def _paint_lumps(canvas: Canvas, seen: _Seen, rng: np.random.Generator) -> None:
    """Give parts of the unlabelled soft tissue another look: tonsil, node, submandibular gland, mucosa, tongue.

    CT shows them as one; on MR they differ, and a bright lump is not yet a parotid.
    """
    kinds = (Tissue.TONSIL, Tissue.NODE, Tissue.SUBMANDIBULAR, Tissue.MUCOSA, Tissue.TONGUE)
    soft = (canvas.tissue == Tissue.MUSCLE) & (seen.body < -4)
    places = np.argwhere(soft[::2, ::4, ::4]) * (2, 4, 4)
    if not len(places):
        return
    z, y, x = canvas.space.axes
    for _ in range(int(rng.integers(3, 10))):
        a, b, c = places[int(rng.integers(len(places)))]
        radii = rng.uniform(5.0, 16.0) * rng.uniform(0.6, 1.5, 3)
        distance = (((z - z[a]) / radii[0])[:, None, None] ** 2 + ((y - y[b]) / radii[1])[None, :, None] ** 2) + (
            (x - x[c]) / radii[2]
        ) ** 2
        canvas.tissue[(distance < 1) & soft] = kinds[int(rng.integers(len(kinds)))]


def _paint_glands(canvas: Canvas, ct: LabelledCT, seen: _Seen, rng: np.random.Generator) -> tuple[GlandPlan, GlandPlan]:
    """Both glands from their contours, with a ragged border, and the vein that runs through them."""
    space = canvas.space
    rough = space.noise(rng, 7.0) * np.float32(0.06) + space.noise(rng, 4.0) * np.float32(0.04)
    free = (seen.body < -SKIN_MM - 0.5) & (seen.bone < -0.3) & (seen.hu > AIR_HU)
    mirrored = space.pose.scale[0] < 0
    plans = []
    for number, side in enumerate((-1, 1)):
        member = ct.sample(ct.gland[number], space.head, 0.0)
        core = member > 0.75
        middle = float(np.median(seen.hu[core])) if core.any() else 0.0
        # A dose-sparing contour stops short of the capsule: what next to it looks like its core belongs to it,
        # where the core looks neither like fat nor like muscle.
        alike = np.exp(-(((seen.hu - middle) / 25.0) ** 2)) if -75 < middle < 35 else np.float32(0.0)
        inside = free & (member + rough > 0.46 - 0.16 * alike)
        inside = _largest(inside)
        canvas.tissue[inside] = Tissue.PAROTID
        _paint_vein(canvas, inside, rng)
        plans.append(GlandPlan(-side if mirrored else side, inside))
    return plans[0], plans[1]


def _largest(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    pieces, count = ndimage.label(mask)
    if count < 2:
        return mask
    sizes = np.bincount(pieces.ravel())
    sizes[0] = 0
    return np.asarray(pieces == sizes.argmax())


def _paint_vein(canvas: Canvas, inside: NDArray[np.bool_], rng: np.random.Generator) -> None:
    """The retromandibular vein, a slanting tube down the gland; some do not show."""
    if rng.random() < 0.3 or not inside.any():
        return
    z, y, x = canvas.space.axes
    places = np.argwhere(inside)
    low, middle = places.min(axis=0), places.mean(axis=0).astype(int)
    slant = rng.normal(0, 0.15, 2)
    offset = rng.normal(0, (2.5, 2.0))
    rise = z - z[middle[0]]
    away = (y[None, :, None] - (y[middle[1]] + offset[0] + slant[0] * rise)[:, None, None]) ** 2 + (
        x[None, None, :] - (x[middle[2]] + offset[1] + slant[1] * rise)[:, None, None]
    ) ** 2
    tube = (away < float(rng.uniform(1.2, 2.6)) ** 2) & inside
    tube[: low[0]] = False
    canvas.tissue[tube] = Tissue.VEIN if rng.random() < 0.6 else Tissue.ARTERY


def _fat(canvas: Canvas, seen: _Seen, rng: np.random.Generator, lean: float) -> Array:
    """Fat fraction: what Hounsfield units say in soft tissue (``lean`` times that in glands), or the tissue's mean."""
    space, tissue = canvas.space, canvas.tissue
    fat = mean_fat()[tissue]
    said = (MUSCLE_HU - seen.hu) / np.float32(MUSCLE_HU - FAT_HU)
    soft = (tissue == Tissue.FAT) | (tissue == Tissue.MUSCLE)
    fat[soft] = said[soft]
    gland = tissue == Tissue.PAROTID
    if gland.any():
        lobules = space.noise(rng, 4.5)[gland]
        strands = np.exp(-((lobules / np.float32(0.22)) ** 2))
        steady = float(np.median(said[gland]))
        own = float(rng.uniform(0.4, 1.0)) * (said[gland] - steady) + steady * float(rng.uniform(0.7, 1.15))
        fat[gland] = lean * own + float(rng.normal(0.0, 0.05)) + float(rng.uniform(0.05, 0.2)) * (strands - 0.3)
    return np.asarray(np.clip(fat, 0.0, 1.0), dtype=np.float32)


def _firm_up(fat: Array, canvas: Canvas, seen: _Seen, least: float) -> None:
    """Take from muscle the fat that is only noise and coarseness of the CT; what lies between muscles stays."""
    muscle = canvas.tissue == Tissue.MUSCLE
    sigma = 1.5 / np.array(canvas.space.grid.spacing)
    between = np.clip(-ndimage.gaussian_filter(seen.hu, sigma) / np.float32(-FAT_HU), 0.0, 1.0)
    fat[muscle] = np.float32(least) + (1 - np.float32(least)) * between[muscle]


def _own_texture(hu: Array) -> Array:
    """The CT's own fine structure within soft tissue, of about unit size."""
    soft = np.clip(hu, -150, 150)
    fine = soft - ndimage.uniform_filter(soft, 5)
    return np.asarray(np.clip(fine / 25.0, -2, 2), dtype=np.float32)

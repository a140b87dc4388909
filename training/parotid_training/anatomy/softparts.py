"""Muscles, airway, vessels, glands other than the parotid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from parotid_training.anatomy.organs import SUBMANDIBULARS
from parotid_training.anatomy.shapes import Ellipsoid, Plate, Tube
from parotid_training.anatomy.tissues import Tissue

if TYPE_CHECKING:
    from parotid_training.anatomy.canvas import Canvas, DrawnOrgans
    from parotid_training.anatomy.space import Array

MASSETER = Plate(
    ((-50, 0), (-26, 0), (-19, -30), (-19, -57), (-34, -66), (-47, -56)),
    7.6,
    61.5,
    ky=0.2,
    kz=0.08,
    y0=-32,
    z0=-20,
    rounding=5.0,
)
MEDIAL_PTERYGOID = Plate(
    ((-29, -10), (-42, -10), (-44, -28), (-36, -60), (-19, -60), (-21, -36)),
    6.4,
    29.0,
    ky=0.15,
    kz=-0.24,
    y0=-32,
    z0=-12,
    rounding=4.5,
)
STERNOMASTOID = Tube(
    ((59, 20, -10), (57, 18, -32), (50, 7, -66), (43, -5, -100), (38, -14, -130)),
    (7, 9.5, 10.5, 10.5, 10),
    (0.82, 1.6, 1),
)
DIGASTRIC = Tube(((49, 18, -14), (45, 8, -38), (36, -12, -64), (26, -30, -80)), (5, 6.5, 6, 3.5))
SUBMANDIBULAR = Ellipsoid((33, -36, -77), (9, 15, 12))
RETROMANDIBULAR_VEIN = Tube(((53, -4, 4), (53, -4, -25), (53, -1, -55), (50, 4, -90)), (2.2, 2.6, 2.8, 2.6))


def paint_muscles(canvas: Canvas, body: Array, subcutaneous: float, rng: np.random.Generator) -> None:
    """Chewing, neck and mouth muscles; the nape is filled with muscle, parted by fat, up to the subcutaneous fat."""
    x, y, z = canvas.space.head
    seams = np.abs(canvas.space.noise(rng, (22.0, 9.0, 9.0)))
    front = np.float32(13) + np.float32(0.1) * np.abs(x) + np.float32(4) * canvas.space.noise(rng, 16.0)
    nape = (body < -(subcutaneous + 3)) & (y > front) & (z < -4) & (seams > 0.07)
    canvas.tissue[nape] = Tissue.MUSCLE
    canvas.muscles(
        Tube(((26, 8, -40), (30, 8, -130)), (7, 9)),
        Tube(((34, 22, -26), (36, 24, -70), (44, 26, -130)), (7, 9, 12)),
        Tube(((42, 34, -14), (36, 44, -50), (32, 48, -130)), (8, 12, 13), (1.1, 1.2, 1)),
        Tube(((18, 64, -14), (26, 66, -60), (42, 58, -130)), (6, 7, 8), (2.0, 0.8, 1)),
        Tube(((20, 40, -14), (17, 46, -40), (16, 48, -130)), (12, 15, 16), (1.15, 1, 1)),
        Tube(((14, 32, -14), (14, 34, -34), (10, 38, -130)), (6, 8, 8), (1.2, 1, 1)),
        Tube(((9, -4, -10), (9, -4, -60), (11, -1, -130)), (6, 6, 6), (1.35, 1, 1)),
        STERNOMASTOID,
        DIGASTRIC,
        Tube(((40, -3, -18), (34, -12, -36), (27, -26, -48), (21, -44, -52)), (2.2, 3.6, 4.2, 4.5)),
        Tube(((40, 0, -20), (37, -5, -50), (30, -20, -76)), (2.0, 3.0, 3.0)),
        Tube(((27, -12, 0), (22, -22, -10), (17, -28, -20)), (4.5, 5.5, 5)),
        MEDIAL_PTERYGOID,
        Tube(((47, -14, -3), (38, -24, -4), (26, -40, -6)), (6, 9.5, 10), (1, 1, 1.2)),
        Tube(((46, -40, -12), (56, -38, 12), (68, -26, 40), (71, -14, 62)), (8, 10, 6, 4), (0.8, 1.9, 1)),
        MASSETER,
        Tube(((34, -40, -35), (32, -62, -35), (24, -78, -36)), (2.4, 2.6, 2.6), (1, 1, 5)),
        Tube(((10, -78, -79), (20, -40, -82)), (4.5, 4)),
        Tube(((8, -40, -88), (10, -34, -130)), (5, 6), (2, 1, 1)),
        plane=np.clip(seams * np.float32(1.1) - np.float32(0.3), 0, 2),
    )
    lips = Tube(((26, -80, -38), (12, -90, -38), (-12, -90, -38), (-26, -80, -38)), (3, 3.6, 3.6, 3), (1, 1, 3.6))
    canvas.put(Tissue.MUSCLE, lips)


def paint_mouth(canvas: Canvas, airway: float) -> None:
    """Tongue, palate, tonsils and the airway, ``airway`` widening it (1 is usual)."""
    canvas.put(Tissue.MUSCLE, Ellipsoid((0, -54, -72), (35, 31, 15)))
    canvas.put(Tissue.FAT, Ellipsoid((0, -56, -64), (30, 26, 5)))
    canvas.put(Tissue.MUCOSA, Ellipsoid((0, -54, -40), (25, 31, 18.5)))
    canvas.put(Tissue.TONGUE, Ellipsoid((0, -54, -42), (24, 29.5, 18)), Ellipsoid((0, -48, -58), (22, 21, 16)))
    canvas.put(Tissue.FAT, Tube(((0, -70, -66), (0, -40, -40)), (1.0, 1.0), (0.9, 1, 6)))
    canvas.put_pair(Tissue.MUSCLE, Tube(((7, -74, -68), (6, -46, -52)), (4.5, 5), (1, 1, 1.5)))
    wall = Tube(
        ((0, -21, -4), (0, -19, -22), (0, -20, -50), (0, -22, -90), (0, -26, -130)),
        (11, 11.5, 11, 11, 12),
        (1.7, 1, 1),
    )
    canvas.put(Tissue.MUSCLE, wall)
    canvas.put(Tissue.MUCOSA, wall, grow=-4.4)
    canvas.put_pair(Tissue.TONSIL, Ellipsoid((15, -25, -42), (5.5, 7, 10)))
    canvas.put(Tissue.TONSIL, Ellipsoid((0, -13, -4), (13, 4.5, 8)))
    canvas.put(
        Tissue.AIR,
        Tube(((0, -24, -2), (0, -21, -18)), (7, 5.5 * airway), (1.7, 1, 1)),
        Tube(
            ((0, -20, -18), (0, -20, -50), (0, -22, -76), (0, -26, -130)),
            (5, 5 * airway, 6.5 * airway, 6.5),
            (1.7, 1, 1),
        ),
        Tube(((14, -48, -27), (0, -46, -22), (-14, -48, -27)), (0.8, 0.8, 0.8), (1, 22, 1)),
    )
    canvas.put(Tissue.MUCOSA, Tube(((0, -38, -21), (0, -29, -28), (0, -27, -36)), (3.6, 4, 2.4), (3.2, 1, 1)))
    canvas.put(Tissue.CARTILAGE, Tube(((0, -34, -88), (0, -27, -74)), (2, 1.4), (5, 1, 1)))
    canvas.bone(
        Tube(((21, -26, -84), (12, -46, -86), (-12, -46, -86), (-21, -26, -84)), (2, 3, 3, 2), (1, 1, 1.5)), cortex=1.0
    )


def paint_vessels(canvas: Canvas, widths: tuple[float, float]) -> None:
    """Carotids, jugular and retromandibular veins; ``widths`` scales the jugular right and left."""
    canvas.put_pair(
        Tissue.ARTERY,
        Tube(((24, 0, -2), (26, 0, -40), (30, -4, -78), (31, -2, -130)), (2.8, 2.9, 3.6, 3.6)),
        Tube(((31, -7, -76), (40, -8, -50), (49, -6, -22), (51, -4, -8)), (2.4, 2.2, 1.9, 1.6)),
    )
    for side, width in zip((-1, 1), widths, strict=True):
        points = tuple((side * x, y, z) for x, y, z in ((31, 8, -6), (33, 8, -40), (37, 4, -78), (38, 2, -130)))
        canvas.put(Tissue.VEIN, Tube(points, (3.8 * width, 5.2 * width, 6.5 * width, 6.5 * width)))
    canvas.put_pair(Tissue.VEIN, RETROMANDIBULAR_VEIN)
    canvas.bone_pair(Tube(((43, 2, -14), (40, -4, -28), (36, -10, -42)), (2.2, 1.7, 1.2)), cortex=1.4)


def paint_small_glands(canvas: Canvas, drawn: DrawnOrgans, rng: np.random.Generator) -> None:
    """Submandibular glands and a few lymph nodes."""
    drawn.put(Tissue.SUBMANDIBULAR, *SUBMANDIBULARS, over=(Tissue.FAT, Tissue.MUSCLE))
    for side in (1, -1):
        for _ in range(int(rng.integers(2, 6))):
            place = (side * float(rng.uniform(36, 46)), float(rng.uniform(-10, 22)), float(rng.uniform(-100, -62)))
            radius = float(rng.uniform(1.8, 4.0))
            canvas.put(Tissue.NODE, Ellipsoid(place, (radius, radius, radius * 1.6)), over=(Tissue.FAT,))

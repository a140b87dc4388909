"""The bones, teeth and what lies inside the skull."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from parotid_training.anatomy.organs import BRAINSTEM, CORD, MANDIBLE, ORBITS
from parotid_training.anatomy.shapes import Blend, Ellipsoid, Plate, Tube, melt
from parotid_training.anatomy.tissues import Tissue

if TYPE_CHECKING:
    from parotid_training.anatomy.canvas import Canvas, DrawnOrgans
    from parotid_training.anatomy.space import Array

CEREBRUM = Ellipsoid((0, 6, 54), (68, 87, 52))
LOWER_CRANIUM = Blend(
    (
        Ellipsoid((41, -18, 20), (20, 27, 19)),
        Ellipsoid((-41, -18, 20), (20, 27, 19)),
        Ellipsoid((0, 12, 24), (58, 50, 22)),
        Ellipsoid((0, 46, 10), (50, 38, 26)),
        Tube(((0, 12, 14), (0, 18, -12), (0, 24, -34)), (15, 12, 8)),
    ),
    10.0,
)
CEREBELLUM = Ellipsoid((0, 47, 8), (46, 32, 22))
UPPER_STEM = Tube(((0, 4, 26), (0, 6, 10), (0, 17, -18)), (14, 13, 8), (1.2, 1, 1))
GLOBE = Ellipsoid((32, -72, 27), (12.6, 12.6, 12.6))

RAMUS = Plate(
    (
        (-8, -3),
        (-12, -35),
        (-19, -60),
        (-34, -71),
        (-50, -64),
        (-46, -36),
        (-43, -10),
        (-39, 1),
        (-34, -1),
        (-27, -11),
        (-18, -2),
    ),
    4.8,
    51.0,
    ky=0.2,
    kz=0.06,
    y0=-25,
    z0=0,
    rounding=4.2,
)
CONDYLE = Ellipsoid((53, -11, 1), (9.5, 4.6, 5.5), yaw=20)
BODY = Tube(
    (
        (47, -34, -62),
        (40, -58, -68),
        (24, -80, -74),
        (10, -88, -77),
        (-10, -88, -77),
        (-24, -80, -74),
        (-40, -58, -68),
        (-47, -34, -62),
    ),
    (6.0, 5.6, 5.6, 5.8, 5.8, 5.6, 5.6, 6.0),
    (1, 1, 2.1),
)
LOWER_ARCH = ((27, -40), (25, -56), (17, -72), (6, -79), (-6, -79), (-17, -72), (-25, -56), (-27, -40))


def cranial_cavity(canvas: Canvas) -> Array:
    """Signed distance to the inside of the skull, mm; its front floor lies above the orbits."""
    y, z = canvas.space.head[1:]
    floor = np.float32(28) - z - np.clip(y + np.float32(30), 0, 40) * np.float32(1.1)
    upper = np.maximum(canvas.wide(CEREBRUM), floor)
    lower = canvas.wide(LOWER_CRANIUM)
    return melt(upper, lower, 10.0)


def paint_cranium(canvas: Canvas, cavity: Array, rng: np.random.Generator) -> None:
    """Skull vault, brain with its folds, the fluid about it."""
    space, tissue = canvas.space, canvas.tissue
    z = space.head[2]
    rough = space.noise(rng, 12.0)
    thick = np.float32(6.0) + rough
    tissue[(cavity < thick) & (z > -30)] = Tissue.CORTICAL
    tissue[(cavity < thick - np.float32(1.7)) & (cavity > 1.7) & (z > -28)] = Tissue.MARROW
    inside = (cavity < 0) & (z > -32)
    tissue[inside] = Tissue.FLUID
    folds = np.abs(space.noise(rng, (11.0, 8.5, 8.5)))
    depth = -cavity
    brain = inside & (depth > 1.8)
    tissue[brain] = Tissue.WHITE_MATTER
    tissue[brain & ((folds < np.clip(1.1 - 0.035 * depth, 0.25, 0.8)) | (depth < 4.0))] = Tissue.GREY_MATTER
    tissue[brain & (folds < 0.15 - 0.005 * depth)] = Tissue.FLUID


def paint_hindbrain(canvas: Canvas, drawn: DrawnOrgans) -> None:
    """Cerebellum with its folia, brainstem, the fluid before it."""
    found = canvas.local(CEREBELLUM, 3.0)
    if found is not None:
        slices, distance = found
        x, y, z = (axis[slices] for axis in canvas.space.head)
        arcs = np.sqrt((x * np.float32(0.8)) ** 2 + (y - np.float32(12)) ** 2 + (z - np.float32(4)) ** 2)
        folia = np.sin(arcs * np.float32(1.45))
        there = canvas.tissue[slices]
        inside = distance < 0
        there[(distance < 2.5) & np.isin(there, (Tissue.GREY_MATTER, Tissue.WHITE_MATTER))] = Tissue.FLUID
        there[inside] = Tissue.GREY_MATTER
        there[inside & ((folia > 0.75) | (distance < -15))] = Tissue.WHITE_MATTER
    canvas.put(Tissue.FLUID, Ellipsoid((0, -2, 16), (12, 9, 14)), over=(Tissue.GREY_MATTER, Tissue.WHITE_MATTER))
    drawn.put(Tissue.FLUID, BRAINSTEM, grow=2.5)
    drawn.put(Tissue.WHITE_MATTER, BRAINSTEM)
    canvas.put(Tissue.FLUID, Ellipsoid((0, 25, 2), (6, 4, 9)))


def paint_base(canvas: Canvas, rng: np.random.Generator) -> None:
    """Petrous bones, clivus, sphenoid, mastoids, orbits, nose, sinuses."""
    canvas.put_pair(Tissue.CORTICAL, Tube(((58, 8, 3), (40, 4, 3), (24, -5, 3)), (10, 9, 8)))
    canvas.bone_pair(
        Tube(((30, -2, 3), (15, -10, 4)), (8, 6)),
        Ellipsoid((57, 15, -3), (11, 14, 19)),
        Tube(((18, 14, -20), (16, 10, -26)), (6, 5)),
        Plate(((-50, -12), (-36, -4), (-36, -28), (-46, -28)), 1.4, 22.0, ky=0.5, y0=-40),
        cortex=2.0,
    )
    canvas.bone(
        Tube(((0, -20, 12), (0, -8, 0), (0, 0, -13)), (9, 6, 4), (2.0, 1, 1)), Ellipsoid((0, -32, 12), (22, 17, 13))
    )
    canvas.put(Tissue.AIR, Ellipsoid((8, -33, 13), (8, 13, 9)), Ellipsoid((-9, -32, 12), (7.5, 12, 8)))
    canvas.put(Tissue.MUCOSA, *(Tube(((s * 10, -20, 16), (s * 10, -4, 17)), (3.4, 3.4)) for s in (1, -1)))
    cells = canvas.space.noise(rng, 4.5)
    for side in (1, -1):
        found = canvas.local(Ellipsoid((side * 57, 14, -1), (9, 12, 15)))
        if found is not None:
            slices, distance = found
            canvas.tissue[slices][(distance < 0) & (cells[slices] > -0.2)] = Tissue.AIR
    canvas.put_pair(Tissue.AIR, Tube(((78, -1, 1), (60, -1, 1), (48, 1, 2)), (3.0, 2.6, 3.6)))


def paint_face(canvas: Canvas, drawn: DrawnOrgans) -> None:
    """Zygoma, orbits, maxillae, palate, nose with its turbinates and sinuses."""
    canvas.bone_pair(
        Tube(((62, -2, 5), (67, -22, 2), (64, -44, 2), (52, -60, 0), (46, -66, 8)), (3.6, 2.6, 3, 5, 4), (1, 1, 1.6)),
        Tube(((20, -44, -8), (31, -60, -8)), (9, 20), (1, 1, 1.05)),
    )
    canvas.put_pair(Tissue.MUCOSA, Tube(((22, -45, -7), (31, -60, -6)), (6, 17.6)))
    canvas.put_pair(Tissue.AIR, Tube(((22, -46, -6), (31, -60, -5)), (4.5, 16.4)))
    canvas.put_pair(Tissue.CORTICAL, Tube(((24, -30, 27), (32, -66, 27), (33, -86, 27)), (6, 17.6, 19.5)))
    canvas.put_pair(Tissue.FAT, Tube(((24, -30, 27), (32, -66, 27), (33, -96, 27)), (4, 16, 18)))
    canvas.put_pair(
        Tissue.MUSCLE,
        Tube(((24, -32, 27), (43, -66, 27)), (2.2, 2.2)),
        Tube(((22, -32, 27), (22, -66, 27)), (2.2, 2.2)),
        Tube(((23, -32, 28), (32, -66, 39)), (2.2, 2.2)),
        Tube(((23, -32, 26), (32, -66, 15)), (2.2, 2.2)),
    )
    canvas.put_pair(Tissue.WHITE_MATTER, Tube(((20, -28, 27), (31, -62, 27)), (1.8, 1.8)))
    drawn.put(Tissue.FAT, *ORBITS, grow=1.5)
    drawn.put(Tissue.SKIN, *ORBITS)
    drawn.put(Tissue.FLUID, *ORBITS, grow=-1.0)
    canvas.put_pair(Tissue.TOOTH, Ellipsoid((32, -80, 27), (4.5, 2.2, 4.5)))
    canvas.put(
        Tissue.MUCOSA,
        Tube(((0, -30, -2), (0, -84, 0)), (9, 10), (1.35, 1, 2.0)),
        Ellipsoid((0, -84, -10), (13, 14, 12)),
    )
    canvas.put(
        Tissue.AIR, Tube(((0, -26, -2), (0, -82, 0)), (7.2, 8.4), (1.35, 1, 2.0)), over=(Tissue.MUCOSA, Tissue.CORTICAL)
    )
    canvas.put_pair(Tissue.AIR, Tube(((6, -102, -17), (6, -86, -10)), (4, 4), (0.9, 1, 1.3)))
    canvas.put_pair(
        Tissue.MUCOSA,
        Tube(((7, -80, -8), (8, -36, -7)), (3.2, 3.4), (0.9, 1, 1.6)),
        Tube(((6.5, -74, 6), (7, -40, 4)), (2.4, 2.6), (1, 1, 1.8)),
    )
    canvas.put(Tissue.CARTILAGE, Plate(((-98, -14), (-88, 18), (-30, 14), (-36, -16)), 1.3, 0.8))
    canvas.bone(Ellipsoid((0, -60, -21), (24, 26, 3.2)), cortex=1.3)


def paint_jaws(canvas: Canvas, drawn: DrawnOrgans, gape: float) -> None:
    """Mandible, upper and lower dental arches; ``gape`` mm between the teeth."""
    # The joint: what parts the jaw from the skull is no bone.
    drawn.put(Tissue.CARTILAGE, MANDIBLE, grow=1.6, over=(Tissue.CORTICAL, Tissue.MARROW, Tissue.AIR))
    drawn.put(Tissue.CORTICAL, MANDIBLE)
    drawn.put(Tissue.MARROW, MANDIBLE, grow=-2.1)
    upper = tuple((x, y, -26.0) for x, y in LOWER_ARCH)
    lower = tuple((x * 1.02, y, -52.0 - gape) for x, y in LOWER_ARCH)
    canvas.bone(
        Tube(upper, (6.0,) * len(upper), (1, 1, 1.1)), Tube(lower, (5.0,) * len(lower), (1, 1, 1.8)), cortex=1.2
    )
    arch = np.array(LOWER_ARCH, dtype=float)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(arch, axis=0).T))])
    for place in np.linspace(2, along[-1] - 2, 14):
        x, y = (float(np.interp(place, along, arch[:, k])) for k in (0, 1))
        molar = abs(place - along[-1] / 2) > 0.28 * along[-1]
        width = 4.4 if molar else 2.9
        canvas.put(
            Tissue.TOOTH,
            Tube(((x, y, -24), (x, y, -35)), (1.6, width)),
            Tube(((x, y, -50 - gape), (x, y, -41 - gape)), (1.6, width * 0.95)),
        )


def paint_spine(canvas: Canvas, drawn: DrawnOrgans) -> None:
    """Vertebrae, discs, canal with cord and fluid."""
    canvas.bone(Tube(((0, 7, -34), (0, 8, -60), (0, 12, -130)), (8.5, 8.2, 8.6), (1.45, 1, 1)), cortex=1.2)
    for level in range(6):
        z = -44.0 - 16.5 * level
        canvas.put(Tissue.DISC, Ellipsoid((0, 8 - 0.04 * (z + 44), z), (13.5, 9, 2.6)))
        canvas.bone(Tube(((0, 38, z + 7), (0, 52, z + 3)), (3.2, 3.6)), cortex=1.1)
        canvas.bone_pair(Tube(((18, 24, z + 8), (10, 34, z + 8), (0, 40, z + 7)), (3.4, 3, 3)), cortex=1.1)
        canvas.bone_pair(Tube(((12, 10, z + 9), (23, 13, z + 8)), (2.6, 3.2)), cortex=1.1)
    canvas.bone_pair(
        Tube(((19, 18, -38), (20, 20, -130)), (6.0, 6.2)),
        Ellipsoid((20, 11, -24), (9, 9, 8)),
        Tube(((24, 12, -24), (38, 14, -25)), (4, 4)),
        Tube(((22, 20, -25), (12, 36, -25), (0, 40, -25)), (3.4, 3, 3.4)),
    )
    canvas.bone(
        Tube(((10, 0, -22), (0, -3, -22), (-10, 0, -22)), (3.4, 3.6, 3.4), (1, 1, 1.4)),
        Tube(((0, 5, -14), (0, 6, -40)), (4.6, 6.5)),
    )
    canvas.put(Tissue.FLUID, Tube(((0, 21, -20), (0, 22, -40), (0, 25, -130)), (9, 7.5, 7.5), (1.35, 1, 1)))
    drawn.put(Tissue.FLUID, CORD, grow=2.0)
    drawn.put(Tissue.CORD, CORD)
    canvas.put_pair(Tissue.ARTERY, Tube(((23, 12, -26), (20, 10, -45), (20, 12, -130)), (2.0, 2.0, 2.0)))

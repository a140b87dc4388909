"""Real T2w slices: what the starter proposes on them, and synthetic heads beside them.

    python scripts/real_slices.py SLICES

SLICES holds axial T2w slices through skull base and parotid level as pictures: those of Zenodo 10900202 (CC BY 4.0,
patients with nasopharyngeal carcinoma). They carry no voxel size and no neighbours: the field of view is 24 cm here,
and each slice stands for its neighbours too. Only the part behind the nose is shown.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from parotid_assets import BASE_MODEL
from parotid_training.anatomy.head import AnatomySettings, make_anatomy
from parotid_training.anatomy.signal import paint
from parotid_training.experiments.pictures import FOUND_RGB, save_page, tile
from parotid_training.model.predict import Segmenter
from parotid_training.study import Role, Sequence, Study
from parotid_training.volume import Grid, Volume

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Picture = NDArray[np.float32]

OUT = Path(__file__).parents[1] / "docs" / "results"
FIELD_MM, SLICE_MM = 240.0, 5.0
BACK_MM = 17.0
"""So far behind the middle of the head lies the middle of what is shown: the nose is left out."""
COLUMNS = 5
BESIDE = ("10309", "10536", "11472", "12006")
"""Slices at the height of the glands, shown beside synthetic heads."""


def main() -> None:
    """Make both pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("slices", type=Path)
    parser.add_argument("--model", type=Path, default=BASE_MODEL)
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    pictures = {
        path.stem: np.asarray(Image.open(path).convert("L"), np.float32) for path in options.slices.glob("*.jpg")
    }
    if not {*BESIDE} <= {*pictures}:
        parser.error(f"{options.slices} does not hold the slices: {', '.join(BESIDE)} are among them")
    segmenter = Segmenter.load(options.model)
    tiles = []
    for name in sorted(pictures):
        found = propose(segmenter, pictures[name])
        tiles.append(shown(pictures[name], FIELD_MM / pictures[name].shape[1], found))
        area = np.bincount(found.ravel(), minlength=3)[1:] * (FIELD_MM / found.shape[1]) ** 2 * 0.01
        print(f"{name}: gland {area[0]:.1f} cm2, tumour {area[1]:.1f} cm2")
    save(options.out / "real-t2.jpg", tiles, COLUMNS)
    real = [shown(pictures[name], FIELD_MM / pictures[name].shape[1]) for name in BESIDE]
    save(
        options.out / "beside-real.jpg", [*real, *(synthetic(seed) for seed in range(3, 3 + len(BESIDE)))], len(BESIDE)
    )


def propose(segmenter: Segmenter, picture: Picture) -> NDArray[np.uint8]:
    """Labels of one slice, proposed for a stack of copies of it."""
    pixel = FIELD_MM / picture.shape[1]
    affine = np.zeros((4, 4))
    affine[2, 0], affine[1, 1], affine[0, 2], affine[3, 3] = SLICE_MM, pixel, pixel, 1.0
    stack = np.repeat(picture[None], 5, axis=0)
    study = Study((Sequence(Role.T2W, Volume(Grid((5, *picture.shape), affine), stack)),))
    return segmenter.propose(study).label_map.array[2]


def synthetic(seed: int) -> Image.Image:
    """A synthetic head's T2w at the height of its glands."""
    anatomy = make_anatomy(seed, (0.8, 0.8, 4.0), settings=AnatomySettings(tumour=False))
    image = paint(anatomy, Role.T2W, np.random.default_rng(seed))
    height = int(np.percentile(np.argwhere(anatomy.structures.array)[:, 0], 60))
    return shown(image[height], anatomy.grid.spacing[1])


def shown(picture: Picture, pixel: float, found: NDArray[np.uint8] | None = None) -> Image.Image:
    """The part behind the nose, with outlines of what was found."""
    body = np.argwhere(picture > 0.12 * np.percentile(picture, 99.5))
    row, column = np.median(body, axis=0) * pixel
    masks = [] if found is None else [(found, FOUND_RGB)]
    white = np.float32(np.percentile(picture[picture > 0], 99))
    return tile(picture / white, masks, (SLICE_MM, pixel, pixel), (float(row) + BACK_MM, float(column)))


def save(path: Path, tiles: list[Image.Image], columns: int) -> None:
    """One page of tiles, row by row."""
    rows = [tiles[n : n + columns] for n in range(0, len(tiles), columns)]
    save_page(path, [Image.fromarray(np.hstack([np.asarray(one) for one in row])) for row in rows])


if __name__ == "__main__":
    main()

"""Real heads: what a model proposes on them, slice by slice, and that it proposes nothing above the glands.

    python -m scripts.real_heads SCAN [SCAN ...] --out DIR

A page of outlines for each scan, the part behind the nose only; the volumes on each side; and what is proposed in the
parts of it from a height up (`HEADS_ONLY`), where there is no gland: it should be nothing.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from parotid_assets import BASE_MODEL
from parotid_training.experiments.pictures import chosen_slices
from parotid_training.io.opening import open_study
from parotid_training.model.predict import Segmenter
from parotid_training.model.report import body_midline_mm
from parotid_training.report.measure import measure
from parotid_training.study import Sequence, Study
from parotid_training.volume import Grid, Volume
from scripts.real_slices import save, shown

if TYPE_CHECKING:
    from numpy.typing import NDArray

HEADS_ONLY = (0.58, 0.66, 0.75)
"""Shares of the scan's height that are cut off below, of the reference sequence alone."""
SLICES, COLUMNS = 12, 4


def main() -> None:
    """Look at each scan."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scans", type=Path, nargs="+")
    parser.add_argument("--model", type=Path, default=BASE_MODEL)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    segmenter = Segmenter.load(options.model)
    for number, path in enumerate(options.scans, start=1):
        study = open_study(path).study
        found = segmenter.propose(study).label_map
        image = study.sequences[study.reference].volume
        lines = measure(found, body_midline_mm(image))
        told = ", ".join(f"{line.side.value} {line.what} {line.ml:.1f} ml" for line in lines) or "nothing"
        print(f"scan {number} ({', '.join(study.roles)}): {told}")
        page(options.out / f"scan-{number}.png", image, found.array)
        for share in HEADS_ONLY:
            above = segmenter.propose(head_only(study, share)).label_map
            ml = np.count_nonzero(above.array) * above.grid.voxel_ml
            print(f"scan {number} from {share:.0%} of its height up: {ml:.1f} ml")


def page(path: Path, image: Volume, found: NDArray[np.uint8]) -> None:
    """Outlines in slices spread over what was found, lowest first."""
    view = image.grid.canonical()
    signal, mask = view.to_display(image.array).astype(np.float32), view.to_display(found)
    tiles = [shown(signal[n], view.scale[1], mask[n]) for n in chosen_slices(mask > 0, SLICES)]
    save(path, tiles, COLUMNS)


def head_only(study: Study, share: float) -> Study:
    """The reference sequence without what lies below a share of its height."""
    sequence = study.sequences[study.reference]
    volume = sequence.volume
    upwards = volume.grid.cosines[2]
    height = int(np.argmax(np.abs(upwards)))
    cut, rises = round(share * volume.grid.shape[height]), upwards[height] > 0
    kept = [slice(None)] * 3
    kept[height] = slice(cut, None) if rises else slice(0, volume.grid.shape[height] - cut)
    affine = volume.grid.affine.copy()
    if rises:
        affine[:3, 3] += cut * affine[:3, height]
    array = np.ascontiguousarray(volume.array[tuple(kept)])
    return Study((Sequence(sequence.role, Volume(Grid(array.shape, affine), array)),))


if __name__ == "__main__":
    main()

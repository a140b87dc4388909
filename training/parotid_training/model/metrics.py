"""Agreement between two masks of one structure on one grid.

Empty against empty is NaN (nothing to agree on), one empty is 0 for overlaps and infinite for distances.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy

if TYPE_CHECKING:
    from numpy.typing import NDArray


def dice(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> float:
    """Dice similarity coefficient, 2 |A and B| / (|A| + |B|) (Dice 1945)."""
    total = int(a.sum()) + int(b.sum())
    return float("nan") if total == 0 else 2 * int((a & b).sum()) / total


def surface_dice(
    a: NDArray[np.bool_], b: NDArray[np.bool_], spacing: tuple[float, float, float], tolerance_mm: float = 2.0
) -> float:
    """Share of both surfaces that lies within a tolerance of the other (Nikolov et al. 2018, on surface voxels)."""
    if not a.any() and not b.any():
        return float("nan")
    if not a.any() or not b.any():
        return 0.0
    to_b, to_a = _surface_distances(a, b, spacing)
    return float(((to_b <= tolerance_mm).sum() + (to_a <= tolerance_mm).sum()) / (to_b.size + to_a.size))


def hd95_mm(a: NDArray[np.bool_], b: NDArray[np.bool_], spacing: tuple[float, float, float]) -> float:
    """Return the larger of both directed 95th percentiles of surface distance, in mm."""
    if not a.any() and not b.any():
        return float("nan")
    if not a.any() or not b.any():
        return float("inf")
    to_b, to_a = _surface_distances(a, b, spacing)
    return float(max(np.percentile(to_b, 95), np.percentile(to_a, 95)))


@dataclass(frozen=True)
class Published:
    """The four figures of the published method, for one case. All but ``hd`` are shares, 0..1.

    Parameters
    ----------
    dsc, miou
        Dice and intersection over union, mean over the foreground structures. The paper does not say whether the
        background counts, and its pairs (DSC 89.60 with MIoU 85.11) do not tell: means over cases allow both.
    mpa
        Share of all pixels that carry the right label. The background decides it: an empty mask already reaches 0.98 or
        more. Compare `class_mean_accuracy`.
    hd
        95th percentile Hausdorff distance in *voxels*, spacing ignored, mean over the structures; on anisotropic
        voxels it is no length. The percentile is that of both directions' distances together, as in the authors'
        later code (medpy), which is never more than the larger of both. Compare `hd95_mm`.
    """

    dsc: float
    mpa: float
    miou: float
    hd: float


def published(found: NDArray[np.uint8], truth: NDArray[np.uint8], structures: tuple[int, ...] = (1, 2)) -> Published:
    """Figures as published (MIoU, MPA, DSC and HD of the contrastive Swin-Unet paper), of one case.

    A structure in neither mask is left out of the means; one that is in one mask only counts 0 for overlaps and is left
    out of ``hd``. (The authors' later code counts a structure that is drawn without truth as Dice 1 and HD 0, one that
    is missed as 0 and 0, and averages those in: that would make a model better that misses more.) NaN where nothing is
    left.

    Parameters
    ----------
    found, truth
        Integer labels of one shape.
    """
    overlaps, unions, distances = [], [], []
    for structure in structures:
        mine, true = found == structure, truth == structure
        if not mine.any() and not true.any():
            continue
        overlaps.append(dice(mine, true))
        unions.append(int((mine & true).sum()) / int((mine | true).sum()))
        if mine.any() and true.any():
            both = np.concatenate(_surface_distances(mine, true, (1.0, 1.0, 1.0)))
            distances.append(float(np.percentile(both, 95)))
    return Published(_mean(overlaps), float((found == truth).mean()), _mean(unions), _mean(distances))


def class_mean_accuracy(
    found: NDArray[np.uint8], truth: NDArray[np.uint8], classes: tuple[int, ...] = (0, 1, 2)
) -> float:
    """Mean over the classes in the truth of the share of their voxels that were found (balanced accuracy)."""
    return _mean([float((found[truth == value] == value).mean()) for value in classes if (truth == value).any()])


def volume_error_ml(a: NDArray[np.bool_], b: NDArray[np.bool_], spacing: tuple[float, float, float]) -> float:
    """Volume of A minus volume of B, ml."""
    return (int(a.sum()) - int(b.sum())) * float(np.prod(spacing)) / 1000.0


def _mean(values: list[float]) -> float:
    return float(np.mean(values)) if values else float("nan")


def _surface_distances(
    a: NDArray[np.bool_], b: NDArray[np.bool_], spacing: tuple[float, float, float]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Distances (mm) from A's surface voxels to B's surface, and the other way, inside the common box."""
    places = np.argwhere(a | b)
    low = np.maximum(places.min(axis=0) - 1, 0)
    box = tuple(slice(lo, hi + 2) for lo, hi in zip(low, places.max(axis=0), strict=True))
    surface_a, surface_b = _surface(a[box]), _surface(b[box])
    to_b = scipy.ndimage.distance_transform_edt(~surface_b, sampling=spacing)[surface_a]
    to_a = scipy.ndimage.distance_transform_edt(~surface_a, sampling=spacing)[surface_b]
    return to_b, to_a


def _surface(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Voxels of the mask with a face neighbour outside it; the array's border counts as outside."""
    return np.asarray(mask & ~scipy.ndimage.binary_erosion(mask, border_value=0))

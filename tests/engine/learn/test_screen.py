"""Masks that no correction looks like are asked about; honest ones, however strong, are not."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from parotid_training.learn.screen import Doubt, screen
from parotid_training.model.metrics import dice

SPACING = (3.0, 1.5, 1.5)
Z, Y, X = np.mgrid[:24, :150, :130]
HEAD = ((Y - 75) / 68) ** 2 + ((X - 67) / 55) ** 2 < 1


def ball(z: float, y: float, x: float, rz: float = 6, ry: float = 16, rx: float = 10) -> NDArray[np.bool_]:
    return np.asarray(((Z - z) / rz) ** 2 + ((Y - y) / ry) ** 2 + ((X - x) / rx) ** 2 < 1)


def glands(tumour_at: float | None = None, push: float = 0.0) -> NDArray[np.uint8]:
    """Two glands, a little unlike each other, and a tumour in one: patients are not symmetric."""
    label = (ball(12, 82 + push, 22) | ball(12.5, 85 + push, 112, 7, 14, 9)).astype(np.uint8)
    if tumour_at is not None:
        label[ball(12, 84, tumour_at, 2.5, 6, 6)] = 2
    return label


TRUTH = glands(22)
MODELS = [glands(22, 1.0), glands(23, -1.0)]


def asked(label: NDArray[np.uint8], models: list[NDArray[np.uint8]] | None = None) -> Doubt | None:
    return screen(label, MODELS if models is None else models, SPACING, HEAD)


def one_side(label: NDArray[np.uint8]) -> NDArray[np.uint8]:
    result = label.copy()
    result[..., 65:] = 0
    return result


@pytest.mark.parametrize(
    ("label", "doubt"),
    [
        (np.zeros_like(TRUTH), Doubt.EMPTY),
        (np.roll(TRUTH, (0, -45, 0), (0, 1, 2)), Doubt.SHIFTED),
        (np.roll(TRUTH, (9, 20, 0), (0, 1, 2)), Doubt.SHIFTED),
        (np.roll(TRUTH, (0, 9, 0), (0, 1, 2)), Doubt.SHIFTED),
        (glands(112), Doubt.MIRRORED),
        (np.flip(TRUTH, 1), Doubt.SHIFTED),
        (np.where(ball(12, 30, 67), 1, 0).astype(np.uint8), Doubt.ELSEWHERE),
        (one_side(np.roll(TRUTH, -60, 1)), Doubt.SHIFTED),
    ],
    ids=[
        "empty",
        "shifted",
        "shifted up",
        "shifted by 13 mm",
        "tumour on the other side",
        "front to back",
        "elsewhere",
        "one side moved",
    ],
)
def test_a_spoiled_mask_is_asked_about(label: NDArray[np.uint8], doubt: Doubt) -> None:
    found = asked(label)
    # A ball can be moved onto a ball, and looks the same turned over; real glands are told apart.
    likewise = {Doubt.SHIFTED: {Doubt.MIRRORED}, Doubt.ELSEWHERE: {Doubt.SHIFTED}}
    assert found in {doubt, *likewise.get(doubt, ())}
    assert found is not None
    assert found.sentence


def test_a_mirrored_mask_of_one_gland_is_told_from_a_shifted_one() -> None:
    hook = (ball(12, 108, 22, 6, 26, 7) | ball(12, 86, 34, 6, 7, 14)).astype(np.uint8)
    assert asked(np.flip(hook, 1), [hook, hook]) is Doubt.MIRRORED
    assert asked(np.roll(hook, -50, 1), [hook, hook]) is Doubt.SHIFTED


def test_a_mask_upside_down_is_asked_about_though_most_of_it_lies_over_the_gland() -> None:
    # Wide above, a thin tail below, as glands are.
    pair = (ball(14, 84, 22, 5, 22, 13) | ball(8, 96, 24, 7, 8, 7)).astype(np.uint8)
    pair |= (ball(14, 84, 110, 5, 22, 13) | ball(8, 96, 108, 7, 8, 7)).astype(np.uint8)
    flipped = np.flip(pair, 0)
    assert dice(flipped > 0, pair > 0) > 0.35
    assert asked(flipped, [pair, pair]) is Doubt.MIRRORED
    assert "upside down or mirrored" in Doubt.MIRRORED.sentence
    assert asked(grown(pair, 2), [pair, pair]) is None


def grown(label: NDArray[np.uint8], voxels: int) -> NDArray[np.uint8]:
    return np.where(ndimage.binary_dilation(label > 0, iterations=voxels), np.maximum(label, 1), 0).astype(np.uint8)


def shrunk(label: NDArray[np.uint8], voxels: int) -> NDArray[np.uint8]:
    return np.where(ndimage.binary_erosion(label > 0, iterations=voxels), label, 0).astype(np.uint8)


@pytest.mark.parametrize(
    "label",
    [
        TRUTH,
        grown(TRUTH, 4),
        shrunk(TRUTH, 3),
        one_side(TRUTH),
        glands(),
        np.where(TRUTH == 1, 2, TRUTH).astype(np.uint8),
        np.roll(TRUTH, (1, 3, 2), (0, 1, 2)),
        np.where(Z > 12, TRUTH, 0).astype(np.uint8),
    ],
    ids=["as proposed", "grown", "shrunk", "one side", "no tumour", "all tumour", "moved a little", "half its slices"],
)
def test_an_honest_strong_correction_is_not(label: NDArray[np.uint8]) -> None:
    assert asked(label) is None


def test_a_tumour_the_models_missed_or_saw_elsewhere_as_well_is_honest() -> None:
    assert asked(glands(112), [glands(), glands()]) is None
    both = glands(22)
    both[ball(12, 84, 112, 2.5, 6, 6)] = 2
    assert asked(glands(112), [both, both]) is None


def test_models_that_see_nothing_or_disagree_are_no_witnesses() -> None:
    nothing = np.zeros_like(TRUTH)
    elsewhere = np.where(ball(12, 30, 67), 1, 0).astype(np.uint8)
    for models in ([nothing], [TRUTH, nothing], [TRUTH, elsewhere]):
        assert asked(nothing, models) is None
        assert asked(elsewhere, models) is None


def test_one_gland_drawn_far_off_is_asked_about_though_the_other_is_right() -> None:
    label = one_side(TRUTH)
    label[ball(12, 30, 100)] = 1
    assert asked(label) is Doubt.ELSEWHERE

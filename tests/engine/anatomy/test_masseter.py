"""Masseters made out on a CT, thickened without moving the ramus, and made solid."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from parotid_training.anatomy.labelled_ct import LabelledCT, read_labelled_ct
from parotid_training.anatomy.masseter import Masseter, find_masseter, solid, thickened
from tests.engine.anatomy.toy_ct import write_toy_ct

if TYPE_CHECKING:
    from pathlib import Path

FACE, THICKNESS = 46.0, 8.0
"""Outer face of the toy's ramus from the midplane, and how thick the muscle on it is, mm."""


@pytest.fixture(scope="module")
def ct(tmp_path_factory: pytest.TempPathFactory) -> LabelledCT:
    """The toy with a plate of bone on each side before the gland, muscle on it, and fat about both."""
    path: Path = tmp_path_factory.mktemp("ct") / "toy.npz"
    write_toy_ct(path)
    read = read_labelled_ct(path)
    z, y, x = (
        np.reshape(start + step * np.arange(count), [-1 if n == axis else 1 for n in range(3)])
        for axis, (start, step, count) in enumerate(zip(read.origin, read.spacing, read.hu.shape, strict=True))
    )
    hu, outwards = read.hu.copy(), np.abs(x) + 0 * y + 0 * z
    here = (np.abs(y + 38) < 16) & (np.abs(z + 27) < 26) & (outwards > 30)
    hu[here & (outwards < 70)] = -100.0
    hu[here & (outwards >= FACE) & (outwards < FACE + THICKNESS)] = 55.0
    hu[here & (outwards < FACE) & (outwards > FACE - 8)] = 900.0
    return replace(read, hu=hu)


def made_out(ct: LabelledCT, number: int) -> Masseter:
    found = find_masseter(ct, number)
    assert found is not None
    return found


@pytest.mark.parametrize("number", [0, 1])
def test_a_masseter_is_made_out_on_its_ramus(ct: LabelledCT, number: int) -> None:
    found = made_out(ct, number)
    assert found.side == (-1, 1)[number]
    at = [np.array([value], np.float32) for value in (found.side * (FACE + 3.0), -38.0, -27.0)]
    assert found.above(*at)[0] == pytest.approx(3.0, abs=2.0)
    assert found.thickness == pytest.approx(THICKNESS, abs=2.5)
    np.testing.assert_allclose(found.middle, (-38.0, -27.0), atol=4.0)


def test_where_there_is_none_none_is_made_out(ct: LabelledCT) -> None:
    boneless = replace(ct, hu=np.minimum(ct.hu, 60))
    fat = replace(ct, hu=np.where((ct.hu > 0) & (ct.hu < 200), np.float32(-90), ct.hu))
    glandless = replace(ct, gland=np.zeros_like(ct.gland))
    assert [find_masseter(one, 0) for one in (boneless, fat, glandless)] == [None] * 3


@pytest.mark.parametrize("number", [0, 1])
def test_the_ramus_stays_and_what_lies_outside_moves_outwards(ct: LabelledCT, number: int) -> None:
    found = made_out(ct, number)
    outwards = np.arange(20.0, 90.0, 0.5)
    line = np.stack([found.side * outwards, *(np.full_like(outwards, value) for value in found.middle)], axis=1)
    shift = thickened(found, 6.0)(line)
    assert not shift[:, 1:].any()
    seen = found.side * (line + shift)[:, 0]
    assert (np.diff(seen) > 0).all(), "nothing folds"
    ramus, beyond = outwards < FACE - 2, outwards > FACE + 2 * THICKNESS
    np.testing.assert_allclose(seen[ramus], outwards[ramus], atol=0.5)
    np.testing.assert_allclose(seen[beyond], outwards[beyond] - 6.0, atol=0.5)
    far = np.array([[found.side * 60.0, 40.0, -27.0], [found.side * 60.0, -38.0, 90.0]])
    assert np.abs(thickened(found, 6.0)(far)).max() < 0.1


def test_fat_within_it_becomes_muscle_and_nothing_else_changes(ct: LabelledCT) -> None:
    found = made_out(ct, 1)
    x = np.arange(30.0, 75.0, 0.5, dtype=np.float32)
    head = x, np.full_like(x, found.middle[0]), np.full_like(x, found.middle[1])
    fat, none, deep = np.full_like(x, -100.0), np.zeros_like(x), np.full_like(x, -30.0)
    made = solid(found, head, fat, none, deep)
    above = found.above(*head)
    inside = (above > 0) & (above < 0.95 * found.thickness)
    assert (made[inside] == 50.0).all()
    assert (made[(above <= 0) | (above > found.thickness)] == -100.0).all()
    bone = np.full_like(x, 900.0)
    for hu, gland, body in ((bone, none, deep), (fat, none + 1, deep), (fat, none, none)):
        np.testing.assert_array_equal(solid(found, head, hu, gland, body), hu)

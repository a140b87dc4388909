"""The network that answers clicks: its inputs, its box, its file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from parotid_training.errors import ParotidError
from parotid_training.labels import FOREGROUND, Structure
from parotid_training.model.refiner import (
    Refiner,
    RefinerConfig,
    click_map,
    cut,
    load_refiner,
    place_box,
    probability,
    save_refiner,
    stack_inputs,
)

SMALL = RefinerConfig(box=(8, 16, 16), filters=(4, 8, 8))


@pytest.fixture
def refiner() -> Refiner:
    torch.manual_seed(0)
    return Refiner(SMALL).eval()


def test_it_answers_with_the_whole_box(refiner: Refiner) -> None:
    empty = np.zeros(SMALL.box, np.float32)
    images = np.zeros((4, *SMALL.box), np.float32)
    found = probability(refiner, stack_inputs(images, empty, empty, empty, empty, Structure.GLAND))
    assert found.shape == SMALL.box
    assert ((found > 0) & (found < 1)).all()


def test_clicks_at_gland_and_tumour_are_told_apart_where_nothing_is_drawn() -> None:
    empty, adds, removes = (np.full(SMALL.box, value, np.float32) for value in (0.0, 1.0, 2.0))
    images = np.zeros((4, *SMALL.box), np.float32)
    gland, tumour = (stack_inputs(images, empty, empty, adds, removes, one)[6:, 0, 0, 0] for one in FOREGROUND)
    assert gland.tolist() == [1.0, 2.0, 0.0, 0.0]
    assert tumour.tolist() == [0.0, 0.0, 1.0, 2.0]


def test_a_click_is_drawn_in_millimetres() -> None:
    spot = click_map(np.array([[4.0, 8.0, 8.0]]), (9, 17, 17), (4.0, 1.0, 1.0), 4.0)
    assert spot[4, 8, 8] == 1.0
    # One slice of 4 mm is as far as four voxels of 1 mm.
    assert spot[5, 8, 8] == pytest.approx(spot[4, 12, 8]) == pytest.approx(np.exp(-0.5))


def test_no_click_draws_nothing() -> None:
    assert not click_map(np.zeros((0, 3)), (3, 4, 5), (1.0, 1.0, 1.0), 4.0).any()


def test_the_box_lies_in_the_middle_of_the_gland() -> None:
    assert place_box(np.array([20.0, 50.0, 60.0]), np.array([20.0, 50.0, 60.0]), (9, 17, 17)) == (16, 42, 52)


def test_the_box_is_moved_to_hold_the_last_click() -> None:
    low = place_box(np.array([20.0, 50.0, 60.0]), np.array([20.0, 80.0, 60.0]), (9, 33, 33))
    assert low[1] <= 80 - 6 <= 80 + 6 <= low[1] + 32
    assert (low[0], low[2]) == (16, 44)


def test_beyond_the_scan_there_is_air() -> None:
    array = np.arange(24.0, dtype=np.float32).reshape(1, 2, 3, 4)
    found = cut(array, (-1, 1, 2), (3, 3, 3), -5.0)
    assert (found[0, 0] == -5).all()
    np.testing.assert_array_equal(found[0, 1, :2, :2], array[0, 0, 1:, 2:])
    assert (found[0, :, 2] == -5).all()
    assert (found[0, :, :, 2] == -5).all()


def test_a_box_beside_the_scan_is_all_air() -> None:
    assert (cut(np.ones((2, 3, 4)), (5, 0, 0), (2, 2, 2), 7) == 7).all()


def test_file_and_network_agree(refiner: Refiner, tmp_path: Path) -> None:
    path = tmp_path / "refiner.safetensors"
    save_refiner(path, refiner.half().float(), {"step": 3})
    read = load_refiner(path)
    assert read.config == SMALL
    for name, value in refiner.state_dict().items():
        assert torch.equal(value, read.state_dict()[name])


def test_a_damaged_file_is_refused(refiner: Refiner, tmp_path: Path) -> None:
    path = tmp_path / "refiner.safetensors"
    save_refiner(path, refiner, {})
    with safe_open(path, framework="pt") as opened:
        about, state = opened.metadata(), {name: opened.get_tensor(name) for name in opened.keys()}
    first = next(iter(state))
    save_file({**state, first: state[first] + 1}, path, metadata=about)
    with pytest.raises(ParotidError, match="damaged"):
        load_refiner(path)
    path.write_bytes(b"nothing of the kind")
    with pytest.raises(ParotidError, match="damaged"):
        load_refiner(path)
    with pytest.raises(ParotidError, match="damaged"):
        load_refiner(tmp_path / "absent")


def test_another_configuration_is_another_content(refiner: Refiner, tmp_path: Path) -> None:
    first = save_refiner(tmp_path / "a", refiner, {})
    refiner.config = replace(SMALL, reach_mm=5.0)
    assert save_refiner(tmp_path / "b", refiner, {}) != first

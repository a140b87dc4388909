"""Clicks in patient coordinates, answered on the native grid."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from scipy import ndimage
from torch import Tensor

from parotid_training.labels import Structure
from parotid_training.model.clicks import OBEYED_MM, refine
from parotid_training.model.preprocess import Prepared, prepare, working_frame
from parotid_training.model.refiner import Refiner, RefinerConfig
from parotid_training.study import Click, Role, Sequence, Study
from parotid_training.volume import Grid, LabelMap, Volume

CONFIG = RefinerConfig(box=(16, 32, 32), filters=(4, 8, 8))
OBLIQUE = np.array(
    # A sagittal acquisition: array axes run to P, I, L, turned by some ten degrees.
    [[0.087, 0.0, 2.989, -30.0], [0.996, 0.0, -0.261, -20.0], [0.0, -1.0, 0.0, 30.0], [0, 0, 0, 1.0]]
)
GRIDS = {
    "axial": Grid((80, 90, 20), np.array([[-0.9, 0, 0, 30], [0, 0.9, 0, -35], [0, 0, 4, -20], [0, 0, 0, 1.0]])),
    "oblique": Grid((60, 70, 24), OBLIQUE),
}


class Answer(Refiner):
    """Answers as it is told: what it sees of the mask, more around clicks that add, less around those that remove."""

    def forward(self, inputs: Tensor) -> Tensor:
        # Those at a gland and those at a tumour come in channels of their own.
        mask, adds, removes = inputs[:, -6], inputs[:, -4] + inputs[:, -2], inputs[:, -3] + inputs[:, -1]
        return (mask + 2 * adds - 2 * removes - 0.5) * 20


@pytest.fixture(params=list(GRIDS))
def grid(request: Any) -> Grid:
    return GRIDS[request.param]


def ready(grid: Grid) -> Prepared:
    rng = np.random.default_rng(0)
    array = rng.uniform(50, 100, grid.shape).astype(np.float32)
    return prepare(Study((Sequence(Role.T1W, Volume(grid, array)),)), CONFIG)


def ball(grid: Grid, point: Any, radius: float) -> np.ndarray:
    index = np.stack(np.meshgrid(*(np.arange(n) for n in grid.shape), indexing="ij"), axis=-1)
    return np.asarray(np.linalg.norm(grid.to_patient(index) - np.asarray(point), axis=-1) <= radius)


def middle(grid: Grid) -> tuple[float, float, float]:
    x, y, z = grid.to_patient((np.array(grid.shape) - 1) // 2)
    return float(x), float(y), float(z)


def overlap(a: np.ndarray, b: np.ndarray) -> float:
    return float(2 * (a & b).sum() / (a.sum() + b.sum()))


def test_a_click_that_adds_is_answered_where_it_was_made(grid: Grid) -> None:
    at = middle(grid)
    empty = LabelMap(grid, np.zeros(grid.shape, np.uint8))
    found = refine(Answer(CONFIG).eval(), ready(grid), empty, (Click(at, True),), Structure.GLAND).labels
    # The spot where a Gaussian of 4 mm is above a quarter.
    wanted = ball(grid, at, 4.0 * np.sqrt(2 * np.log(4)))
    assert overlap(found == Structure.GLAND, wanted) > 0.85
    assert not (found == Structure.TUMOUR).any()


def test_what_is_right_stays_as_it_is(grid: Grid) -> None:
    at = middle(grid)
    gland = ball(grid, at, 13.0)
    labels = LabelMap(grid, gland.astype(np.uint8))
    found = refine(Answer(CONFIG).eval(), ready(grid), labels, (Click(at, True),), Structure.GLAND).labels
    assert overlap(found > 0, gland) > 0.93


def test_a_click_that_removes_takes_away(grid: Grid) -> None:
    at = middle(grid)
    labels = LabelMap(grid, ball(grid, at, 13.0).astype(np.uint8))
    found = refine(Answer(CONFIG).eval(), ready(grid), labels, (Click(at, False),), Structure.GLAND).labels
    index = tuple(np.round(grid.to_index(at)).astype(int))
    assert found[index] == 0
    assert 0.2 < (found > 0).sum() / (labels.array > 0).sum() < 0.9


class Stubborn(Refiner):
    """Sees the structure everywhere, or nowhere, whatever is clicked."""

    everywhere = True

    def forward(self, inputs: Tensor) -> Tensor:
        return torch.full(inputs[:, 0].shape, 9.0 if self.everywhere else -9.0)


class Speckled(Answer):
    """Answers well, and besides sees a speck of gland in one corner of the box, and none along one edge."""

    def forward(self, inputs: Tensor) -> Tensor:
        logits = super().forward(inputs)
        logits[:, 4:6, 2:5, 2:5] = 9.0
        logits[:, :, :, -6:] = -9.0
        return logits


@pytest.mark.parametrize("adds", [True, False])
def test_where_the_network_disagrees_the_clicked_place_alone_obeys(grid: Grid, adds: bool) -> None:
    at = middle(grid)
    before = np.full(grid.shape, 0 if adds else 1, np.uint8)
    network = Stubborn(CONFIG).eval()
    network.everywhere = not adds
    found = refine(network, ready(grid), LabelMap(grid, before), (Click(at, adds),), Structure.GLAND)
    assert found.agreed is False
    np.testing.assert_array_equal(found.labels != before, ball(grid, at, OBEYED_MM))


def test_the_clicked_voxel_obeys_even_between_two_slices() -> None:
    grid = Grid((40, 40, 8), np.array([[-2.0, 0, 0, 40], [0, 2.0, 0, -40], [0, 0, 8, -30], [0, 0, 0, 1.0]]))
    x, y, z = grid.to_patient((20.4, 19.6, 3.45))
    network = Stubborn(CONFIG).eval()
    network.everywhere = False
    empty = LabelMap(grid, np.zeros(grid.shape, np.uint8))
    click = Click((float(x), float(y), float(z)), True)
    assert refine(network, ready(grid), empty, (click,), Structure.GLAND).labels[20, 20, 3] == Structure.GLAND


def test_each_of_two_clicks_side_by_side_keeps_its_place(grid: Grid) -> None:
    at = tuple((np.array(grid.shape) - 1) // 2)
    beside = (at[0], at[1] + 1, at[2])
    clicks = tuple(
        Click((float(x), float(y), float(z)), adds)
        for (x, y, z), adds in ((grid.to_patient(at), True), (grid.to_patient(beside), False))
    )
    empty = LabelMap(grid, np.zeros(grid.shape, np.uint8))
    found = refine(Answer(CONFIG).eval(), ready(grid), empty, clicks, Structure.GLAND).labels
    assert found[at] == Structure.GLAND
    assert found[beside] == Structure.BACKGROUND


@pytest.mark.parametrize("adds", [True, False])
def test_a_click_beyond_the_box_around_a_later_one_is_obeyed_too(adds: bool) -> None:
    grid = Grid((300, 40, 12), np.array([[-1.0, 0, 0, 150], [0, 1.0, 0, -20], [0, 0, 3, -18], [0, 0, 0, 1.0]]))
    places = ((20, 20, 6), (280, 20, 6))
    clicks = tuple(Click((float(x), float(y), float(z)), adds) for x, y, z in map(grid.to_patient, places))
    before = LabelMap(grid, np.full(grid.shape, 0 if adds else 1, np.uint8))
    found = refine(Answer(CONFIG).eval(), ready(grid), before, clicks, Structure.GLAND).labels
    assert [int(found[place]) for place in places] == [int(adds), int(adds)]
    assert found[150, 20, 6] == before.array[150, 20, 6]


def test_a_gland_click_beyond_the_box_leaves_the_tumour_beside_it() -> None:
    grid = Grid((300, 40, 12), np.array([[-1.0, 0, 0, 150], [0, 1.0, 0, -20], [0, 0, 3, -18], [0, 0, 0, 1.0]]))
    clicks = tuple(
        Click((float(x), float(y), float(z)), True) for x, y, z in map(grid.to_patient, ((20, 20, 6), (280, 20, 6)))
    )
    before = np.zeros(grid.shape, np.uint8)
    before[21:23, 18:23, 6] = Structure.TUMOUR
    found = refine(Answer(CONFIG).eval(), ready(grid), LabelMap(grid, before), clicks, Structure.GLAND).labels
    assert found[20, 20, 6] == Structure.GLAND
    assert (found[21:23, 18:23, 6] == Structure.TUMOUR).all()


@pytest.mark.parametrize("adds", [True, False])
def test_nothing_changes_apart_from_what_was_clicked(grid: Grid, adds: bool) -> None:
    at = middle(grid)
    gland = np.zeros(grid.shape, np.uint8) if adds else ball(grid, at, 11.0).astype(np.uint8)
    along = ball(grid, np.add(at, [20.0, 0, 0]), 4.0)
    labels = LabelMap(grid, np.maximum(gland, along))
    click = (Click(at, adds),)
    plain, speckled = (
        refine(network(CONFIG).eval(), ready(grid), labels, click, Structure.GLAND).labels
        for network in (Answer, Speckled)
    )
    assert (plain != labels.array).any()
    pieces, count = ndimage.label(speckled != labels.array, np.ones((3, 3, 3)))
    index = tuple(np.round(grid.to_index(at)).astype(int))
    assert count == 1
    assert pieces[index] == 1
    assert overlap(speckled != labels.array, plain != labels.array) > 0.9


def test_what_an_earlier_click_was_answered_with_stays(grid: Grid) -> None:
    at = middle(grid)
    there = (at[0], at[1] + 14.0, at[2])
    empty = LabelMap(grid, np.zeros(grid.shape, np.uint8))
    clicks = (Click(at, True), Click(there, True))
    # As if the reader had taken away all but the place that was clicked first.
    found = refine(Answer(CONFIG).eval(), ready(grid), empty, clicks, Structure.GLAND, answered=1)
    near = ball(grid, at, 6.5)
    assert found.agreed
    assert (found.labels > 0)[ball(grid, there, 4.0)].all()
    np.testing.assert_array_equal(near & (found.labels > 0), ball(grid, at, OBEYED_MM))


def test_what_the_clicks_alone_drew_is_drawn_on_as_a_whole(grid: Grid) -> None:
    class Larger(Refiner):
        def forward(self, inputs: Tensor) -> Tensor:
            return (torch.nn.functional.max_pool3d(inputs[:, -6], 3, stride=1, padding=1) - 0.5) * 20

    # The outline that becomes larger is far from the click in the middle.
    at = middle(grid)
    labels = LabelMap(grid, ball(grid, at, 9.0).astype(np.uint8))
    clicks = (Click(at, True), Click(at, True))
    ours, drawn_before = (
        refine(Larger(CONFIG).eval(), ready(grid), labels, clicks, Structure.GLAND, 1, begun).labels
        for begun in (np.zeros_like(labels.array), labels.array)
    )
    assert ours.sum() > 1.2 * labels.array.sum()
    np.testing.assert_array_equal(drawn_before, labels.array)


def test_a_gland_leaves_the_tumour_beside_a_click_alone(grid: Grid) -> None:
    at = middle(grid)
    tumour = ball(grid, np.add(at, [0, 8.0, 0]), 6.0)
    labels = LabelMap(grid, np.where(tumour, 2, 0).astype(np.uint8))
    found = refine(Answer(CONFIG).eval(), ready(grid), labels, (Click(at, True),), Structure.GLAND).labels
    assert (found == Structure.GLAND).any()
    np.testing.assert_array_equal(found == Structure.TUMOUR, tumour)


def test_a_gland_takes_the_place_that_was_clicked_in_a_tumour(grid: Grid) -> None:
    at = middle(grid)
    tumour = ball(grid, at, 6.0)
    labels = LabelMap(grid, np.where(tumour, 2, 0).astype(np.uint8))
    found = refine(Answer(CONFIG).eval(), ready(grid), labels, (Click(at, True),), Structure.GLAND).labels
    np.testing.assert_array_equal(found == Structure.TUMOUR, tumour & ~ball(grid, at, OBEYED_MM))


def test_what_a_tumour_gives_up_goes_to_the_gland_around_it(grid: Grid) -> None:
    at = middle(grid)
    gland, tumour = ball(grid, at, 14.0), ball(grid, at, 6.0)
    labels = LabelMap(grid, np.where(tumour, 2, gland).astype(np.uint8))
    found = refine(Answer(CONFIG).eval(), ready(grid), labels, (Click(at, False),), Structure.TUMOUR).labels
    assert (found == Structure.TUMOUR).sum() < tumour.sum()
    np.testing.assert_array_equal(found > 0, gland)


def test_nothing_changes_outside_of_the_box() -> None:
    grid = Grid((200, 90, 20), GRIDS["axial"].affine)
    far = ball(grid, grid.to_patient((180, 40, 10)), 8.0)
    labels = LabelMap(grid, far.astype(np.uint8))
    click = Click(tuple(float(v) for v in grid.to_patient((20, 40, 10))), True)
    found = refine(Answer(CONFIG).eval(), ready(grid), labels, (click,), Structure.GLAND).labels
    np.testing.assert_array_equal(found[150:] > 0, far[150:])
    assert (found[:60] > 0).any()


def test_the_mask_on_the_working_grid_keeps_its_volume(grid: Grid) -> None:
    gland = ball(grid, middle(grid), 12.0)
    frame = working_frame(grid, CONFIG)
    shares = frame.from_native(frame.view.to_display(gland), (0, 0, 0), frame.grid.shape)
    assert shares.sum() * frame.grid.voxel_ml == pytest.approx(gland.sum() * grid.voxel_ml, rel=0.02)
    back = frame.to_native(shares, tuple(slice(0, n) for n in frame.view.shape)) > 0.5
    assert overlap(back, frame.view.to_display(gland)) > 0.9


def test_part_of_the_working_grid_is_the_part(grid: Grid) -> None:
    frame = working_frame(grid, CONFIG)
    shown = frame.view.to_display(ball(grid, middle(grid), 12.0))
    whole = frame.from_native(shown, (0, 0, 0), frame.grid.shape)
    part = frame.from_native(shown, (-2, 3, 4), (6, 10, 12))
    np.testing.assert_allclose(part[2:], whole[:4, 3:13, 4:16], atol=1e-6)
    assert not part[:2].any()

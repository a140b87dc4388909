from __future__ import annotations

import numpy as np
import pytest

from napari_parotid.surfaces import SurfaceMaker, surfaces
from parotid_training.labels import Structure
from parotid_training.volume import Grid
from tests import patience

GRID = Grid((80, 90, 20), np.array([[0.8, 0, 0, -30], [0, 0.8, 0, -40], [0, 0, 4.0, -30], [0, 0, 0, 1]]))
SAGITTAL = Grid((90, 80, 20), np.array([[0, 0, 4.0, -40], [0.8, 0, 0, -36], [0, -0.8, 0, 32], [0, 0, 0, 1]]))


def ball(grid, centre, radius):
    index = np.stack(np.meshgrid(*(np.arange(n) for n in grid.shape), indexing="ij"), axis=-1)
    return np.linalg.norm(grid.to_patient(index) - centre, axis=-1) <= radius


def volume(surface):
    """Signed volume (mm3) of a closed mesh."""
    a, b, c = (surface.vertices[surface.faces[:, n]].astype(float) for n in range(3))
    return np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6


@pytest.mark.parametrize("grid", [GRID, SAGITTAL])
def test_a_ball_is_round_closed_and_where_it_was_drawn(grid):
    labels = np.zeros(grid.shape, np.uint8)
    centre = np.array([5.0, -6.0, 2.0])
    labels[ball(grid, centre, 14)] = Structure.GLAND
    made = surfaces(labels, grid.canonical())
    assert set(made) == {Structure.GLAND}
    surface = made[Structure.GLAND]
    distances = np.linalg.norm(surface.vertices - centre[::-1], axis=1)
    assert distances.mean() == pytest.approx(14, abs=0.7)
    assert distances.std() < 1.2
    assert abs(volume(surface)) == pytest.approx((labels > 0).sum() * grid.voxel_ml * 1000, rel=0.08)
    edges = np.sort(surface.faces[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
    assert (np.unique(edges, axis=0, return_counts=True)[1] == 2).all(), "every edge has two triangles"


def test_what_is_one_voxel_large_is_still_seen_and_what_touches_the_edge_is_closed():
    labels = np.zeros(GRID.shape, np.uint8)
    labels[40, 40, 10] = Structure.TUMOUR
    labels[:10, :10, :3] = Structure.GLAND
    made = surfaces(labels, GRID.canonical())
    assert set(made) == {Structure.GLAND, Structure.TUMOUR}
    assert len(made[Structure.TUMOUR].faces) >= 8
    assert abs(volume(made[Structure.GLAND])) > 0


def test_surfaces_are_made_only_while_they_are_seen_and_follow_an_edit(session, folder, kit, qtbot):
    session.open_path(folder)
    later = kit.Later()
    maker = SurfaceMaker(session, later)
    made = []
    maker.made.connect(made.append)
    session.labels_changed.emit(None)
    qtbot.wait(20)
    assert not later.waiting, "nobody looks"
    maker.set_wanted(True)
    qtbot.waitUntil(lambda: bool(later.waiting), timeout=patience.MS)
    later.run()
    assert set(made[0]) == {Structure.GLAND, Structure.TUMOUR}
    maker.set_wanted(False)
    maker.set_wanted(True)
    qtbot.wait(20)
    assert not later.waiting, "they are still right"
    before = made[0][Structure.GLAND]
    session.labels[:3] = Structure.GLAND
    session.labels_changed.emit((slice(0, 3), slice(None), slice(None)))
    qtbot.waitUntil(lambda: bool(later.waiting), timeout=patience.MS)
    later.run()
    assert len(made[1][Structure.GLAND].vertices) > len(before.vertices)
    maker.disconnect_all()


def test_making_the_body_of_the_study_before_is_stopped(session, folder, kit, qtbot):
    session.open_path(folder)
    later = kit.Later()
    maker = SurfaceMaker(session, later)
    maker.set_wanted(True)
    qtbot.waitUntil(lambda: bool(later.waiting), timeout=patience.MS)
    task = maker._task
    stopped = []
    task.cancel = lambda: stopped.append(True)
    maker.set_wanted(False)
    session.close()
    assert stopped
    maker.disconnect_all()

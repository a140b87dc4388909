from __future__ import annotations

import numpy as np
import pytest

from napari_parotid.places import Place, places
from parotid_training.labels import Structure


@pytest.fixture
def labels():
    """Two glands, the second larger; a tumour in the first; a stray voxel."""
    labels = np.zeros((40, 30, 12), np.uint8)
    labels[2:8, 10:20, 2:6] = Structure.GLAND
    labels[30:38, 10:20, 4:10] = Structure.GLAND
    labels[30:38, 8:22, 7] = Structure.GLAND
    labels[4:7, 12:15, 3] = Structure.TUMOUR
    labels[20, 2, 0] = Structure.GLAND
    return labels


def test_tumours_come_before_glands_and_larger_before_smaller(labels):
    found = places(labels, 2)
    assert [one.structure for one in found] == [Structure.TUMOUR, Structure.GLAND, Structure.GLAND]
    assert found[0] == Place(Structure.TUMOUR, (5, 13, 3))
    assert found[1].voxel[2] == 7
    assert found[2].voxel[0] < 8


def test_the_slice_is_the_largest_across_the_axis_asked_for(labels):
    larger = places(labels, 1)[1]
    assert labels[:, larger.voxel[1]].astype(bool)[30:].sum() == labels.astype(bool)[30:].sum(axis=(0, 2)).max()


def test_nothing_drawn_is_no_place():
    assert places(np.zeros((5, 5, 5), np.uint8), 0) == ()

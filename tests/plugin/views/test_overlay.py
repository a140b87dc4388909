from __future__ import annotations

import pytest

from napari_parotid.views.overlay import APART, bottom_rows


@pytest.mark.parametrize(
    ("width", "rows"),
    [(600.0, (0, 0)), (214.0, (0, 1)), (190.0, (1, 2)), (150.0, (1, 2))],
)
def test_no_words_meet_at_the_lower_edge(width, rows):
    place, window, letter = 100.0, 90.0, 12.0
    assert bottom_rows(width, place, window, letter) == rows
    up, lifted = rows
    left, right = (width - letter) / 2, (width + letter) / 2
    taken = {0: [(0.0, place)], 1: [], 2: []}
    taken[up].append((width - window, width))
    for start, end in taken[lifted]:
        assert end + APART <= left or right + APART <= start
    if up == 0:
        assert place + APART <= width - window

"""What is shown of a study."""

from __future__ import annotations

from typing import Any

from napari_parotid.pictures import picture
from napari_parotid.views.windowing import Preset, preset_window


def test_a_picture_comes_with_the_window_that_auto_gives_back(kit: Any) -> None:
    study = kit.make_study()
    volume = study.sequences[0].volume
    one = picture(0, volume, study.grid)
    assert one.window == preset_window(one.array, Preset.AUTO).limits
    assert one.span[0] <= one.window[0] < one.window[1] <= one.span[1]

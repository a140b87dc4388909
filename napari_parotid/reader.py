"""napari's door for files: a DICOM folder or NIfTI file becomes image layers, without a session."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_parotid.pictures import picture, titles

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from parotid_training.study import Study
    from parotid_training.volume import LabelMap

LayerData = tuple[Any, dict[str, Any], str]


def get_reader(path: str | Sequence[str]) -> Callable[[Any], list[LayerData]] | None:
    """Return the reader if this path may be a study: one folder, or one NIfTI file."""
    if not isinstance(path, str):
        return None
    place = Path(path)
    if not place.is_dir() and not place.name.lower().endswith((".nii", ".nii.gz")):
        return None
    return read_study


def read_study(path: str) -> list[LayerData]:
    """Read a study as layers: the reference first, the others on its grid.

    Raises
    ------
    ParotidError
        If there is nothing in it that can be shown safely.
    """
    from parotid_training.io.opening import open_study

    return study_layers(open_study(Path(path)).study)


def study_layers(study: Study) -> list[LayerData]:
    """Return one image layer a sequence, seen along the canonical axes."""
    view = study.grid.canonical()
    names = titles(study)
    # napari shows the last layer on top: the reference.
    order = sorted(range(len(study.sequences)), key=lambda n: (n == study.reference, -n))
    return [
        (
            one.array,
            {
                "name": names[one.index],
                "scale": view.scale,
                "translate": view.translate,
                "units": ("mm",) * 3,
                "contrast_limits": one.window,
                "colormap": "gray",
                "visible": one.index == study.reference,
                "metadata": {"native_grid": study.grid},
            },
            "image",
        )
        for one in (picture(n, study.sequences[n].volume, study.grid) for n in order)
    ]


def mask_layer(label_map: LabelMap, name: str) -> LayerData:
    """Return a labels layer whose data is a view of the native mask."""
    view = label_map.grid.canonical()
    facts = {
        "name": name,
        "scale": view.scale,
        "translate": view.translate,
        "units": ("mm",) * 3,
        "opacity": 0.5,
        "metadata": {"native_grid": label_map.grid},
    }
    return view.to_display(label_map.array), facts, "labels"

"""What experiments share that are made cell by cell and go on where they were stopped."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from parotid_training.errors import ParotidError
from parotid_training.learn.run import claim

if TYPE_CHECKING:
    from pathlib import Path

    from parotid_training.progress import Report


def begin(folder: Path, settings: object) -> None:
    """Mark a folder as made with these settings.

    Raises
    ------
    ParotidError
        If it was made with others.
    """
    try:
        claim(folder, settings)
    except ParotidError as error:
        raise ParotidError(
            f"{folder.name} was begun with other sizes, patients or starting weights.",
            "Give the same options again, or choose a new --runs folder.",
        ) from error


@dataclass(frozen=True)
class _Made:
    """What a folder of runs was made with."""

    model_id: str
    data: str
    sizes: Any


def begin_from(folder: Path, model_id: str, anatomy: Path | None, sizes: object) -> str:
    """Mark a folder as made from a base model on patients of ``anatomy`` (None: synthetic heads) in these sizes.

    Returns
    -------
    What the data are, in words.

    Raises
    ------
    ParotidError
        If it was made with others.
    """
    data = "synthetic heads" if anatomy is None else "OpenKBP patients painted as MR"
    begin(folder, _Made(model_id, data, sizes))
    return data


def titled(report: Report, title: str) -> Report:
    """Say before each report what it is about."""
    return lambda fraction, words: report(fraction, f"{title}: {words}")


def check_extras(*names: str) -> None:
    """Make sure that what comes with the extra ``research`` is there, before hours of training.

    Raises
    ------
    ParotidError
        If it is not.
    """
    if any(importlib.util.find_spec(name) is None for name in names):
        raise ParotidError(
            f"This command needs {' and '.join(names)}.", 'Install them: pip install "napari-parotid[research]".'
        )

"""A run folder: the settings it carries with it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from parotid_training.errors import ParotidError
from parotid_training.model.checkpoint import write_json

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = "settings.json"
LOOSE = {"minutes", "threads", "workers", "share"}
"""Settings that may change between the sittings of one run."""


def claim(run: Path, settings: Any) -> None:
    """Write the settings into a new run folder, or check that an old one had the same.

    Raises
    ------
    ParotidError
        If it had others.
    """
    run.mkdir(parents=True, exist_ok=True)
    path = run / SETTINGS
    mine: dict[str, Any] = json.loads(json.dumps(asdict(settings)))
    if not path.is_file():
        write_json(path, mine)
        return
    old: dict[str, Any] = json.loads(path.read_text("utf-8"))
    if _firm(old) != _firm(mine):
        raise ParotidError("This folder holds a training run with other settings.", "Choose a new --out folder.")


def _firm(values: dict[str, Any]) -> dict[str, Any]:
    """Leave out what may change, wherever it stands: sizes are kept within what else a folder was made with."""
    return {k: _firm(v) if isinstance(v, dict) else v for k, v in values.items() if k not in LOOSE}

"""Where the workspace lies: said by the environment, else as last chosen, else in the home folder."""

from __future__ import annotations

import os
from pathlib import Path

from qtpy.QtCore import QSettings

VARIABLE = "PAROTID_WORKSPACE"
_KEY = "workspace"


def workspace_path() -> Path:
    """Return the workspace to open."""
    named = os.environ.get(VARIABLE) or QSettings("napari-parotid", "plugin").value(_KEY, "", type=str)
    return Path(named).expanduser() if named else Path.home() / "napari-parotid"


def remember_workspace(path: Path) -> None:
    """Open this workspace from now on."""
    QSettings("napari-parotid", "plugin").setValue(_KEY, str(path))

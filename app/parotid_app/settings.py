"""What the window remembers. A file that cannot be read costs its contents, never the start."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from qtpy.QtCore import QStandardPaths

from napari_parotid.messages import Level, Notice
from napari_parotid.tr import tr

VERSION = 1


@dataclass(frozen=True)
class Settings:
    """All of it; every value has a default.

    Parameters
    ----------
    workspace
        Folder of the workspace used last; "" for the one the plugin opens too.
    reader
        The name under accepted masks; "" for the computer's user.
    geometry, columns
        The window and its columns, as Qt writes them (base64).
    learn_after
        So many accepted cases start a fine-tuning; 0 never does by itself.
    propose_ahead
        Whether the worklist is proposed while nobody works.
    neurological
        Whether the patient's right lies on the screen's right.
    crosshair
        Whether the place shown is marked in all pictures.
    theme, text_percent
        `looks.Look`.
    toured
        Whether the first look around was offered.
    """

    workspace: str = ""
    reader: str = ""
    geometry: str = ""
    columns: str = ""
    learn_after: int = 3
    propose_ahead: bool = True
    neurological: bool = False
    crosshair: bool = False
    theme: str = "dark"
    text_percent: int = 100
    toured: bool = False


def folder(kind: QStandardPaths.StandardLocation) -> Path:
    """Return the user's folder for this program's settings or data."""
    return Path(QStandardPaths.writableLocation(kind)) / "napari-parotid"


def settings_file() -> Path:
    """Return where the settings lie."""
    return folder(QStandardPaths.StandardLocation.GenericConfigLocation) / "app.json"


def data_folder() -> Path:
    """Return where the demo and the log lie."""
    return folder(QStandardPaths.StandardLocation.GenericDataLocation)


def load_settings(path: Path) -> tuple[Settings, Notice | None]:
    """Read the settings; what cannot be read is replaced by defaults, and a notice says so.

    Parameters
    ----------
    path
        The settings file; absent on the first start.
    """
    if not path.exists():
        return Settings(), None
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(content, dict) or not isinstance(content.get("version"), int):
            raise TypeError("not a settings file")
    except (OSError, ValueError, TypeError):
        return Settings(), Notice(
            tr("The settings of this program could not be read; the usual ones are used."),
            tr("Nothing of your work is touched by this."),
            Level.WARNING,
        )
    if content["version"] > VERSION:
        return Settings(), Notice(
            tr("The settings were written by a later version of this program; the usual ones are used."),
            tr("Update this program to have yours back."),
            Level.WARNING,
        )
    return _known(content), None


def _known(content: dict[str, Any]) -> Settings:
    """Take the values that have the right type; others keep their default."""
    kinds = {field.name: type(field.default) for field in fields(Settings)}
    return Settings(**{name: content[name] for name, kind in kinds.items() if type(content.get(name)) is kind})


def save_settings(path: Path, settings: Settings) -> None:
    """Write the settings whole or not at all; a disk that refuses is no reason to hold up the end."""
    temporary = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(json.dumps({"version": VERSION, **asdict(settings)}, indent=1), encoding="utf-8")
        os.replace(temporary, path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)

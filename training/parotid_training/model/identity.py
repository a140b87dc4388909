"""Which model version a folder holds, found without torch: a window opens on a workspace before it needs a network."""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING, Any

from parotid_training.errors import ParotidError
from parotid_training.model.config import SegmenterConfig

if TYPE_CHECKING:
    from pathlib import Path

WEIGHTS = "weights.safetensors"
DESCRIPTION = "model.json"


def read_description(folder: Path) -> dict[str, Any]:
    """Read ``model.json``.

    Raises
    ------
    ParotidError
        If it is missing or not readable.
    """
    try:
        description: dict[str, Any] = json.loads((folder / DESCRIPTION).read_text("utf-8"))
        description["model_id"], description["config"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ParotidError("This folder does not hold a readable model.", "Choose another version.") from error
    return description


def read_model_id(folder: Path) -> str:
    """Return the id a folder claims, without reading the weights."""
    return str(read_description(folder)["model_id"])


def verify(folder: Path) -> str:
    """Recompute the content hash and return the id.

    Raises
    ------
    ParotidError
        If the content does not match the id written beside it.
    """
    description = read_description(folder)
    config = SegmenterConfig.from_json(description["config"])
    if not (folder / WEIGHTS).is_file():
        raise ParotidError("The model's weights are missing.", "Choose another version.")
    found = content_hash(folder / WEIGHTS, config)
    if found != description["model_id"]:
        raise ParotidError("The model's files are damaged (their checksum is wrong).", "Choose another version.")
    return found


def write_json(path: Path, values: dict[str, Any]) -> None:
    """Write JSON so that a reader finds the old file or the whole new one, never half of it."""
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_text(json.dumps(values, indent=1, sort_keys=True) + "\n", "utf-8")
    sync(temporary)
    os.replace(temporary, path)


def content_hash(weights: Path, config: SegmenterConfig) -> str:
    """Return the SHA-256 over a version's weights and configuration."""
    digest = hashlib.sha256(json.dumps(config.to_json(), sort_keys=True).encode())
    with weights.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def sync(path: Path) -> None:
    """Put a file on the disk."""
    # Windows refuses this for a file that is only read.
    with path.open("r+b") as stream:
        os.fsync(stream.fileno())

"""Model versions on disk: a folder with ``weights.safetensors`` and ``model.json``.

The id of a version is the SHA-256 over its weights and its configuration, so that a folder can be checked
against its name and two machines agree on which model proposed a mask. Nothing is ever unpickled.
"""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING, Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from parotid_training.errors import ParotidError
from parotid_training.model.networks import SegmenterConfig, SwinSegmenter

if TYPE_CHECKING:
    from pathlib import Path

WEIGHTS = "weights.safetensors"
DESCRIPTION = "model.json"


def save_checkpoint(folder: Path, model: SwinSegmenter, facts: dict[str, Any], *, half: bool = True) -> str:
    """Write a model version and return its id.

    Parameters
    ----------
    folder
        Created if absent; each file is replaced atomically, the description last.
    facts
        JSON values about how the model came to be (command, seed, data, parent). No patient's identity.
    half
        Store weights as float16 (the network is loaded in float32 either way).
    """
    folder.mkdir(parents=True, exist_ok=True)
    dtype = torch.float16 if half else torch.float32
    state = {
        name: (value.to(dtype) if value.is_floating_point() else value).contiguous()
        for name, value in model.state_dict().items()
    }
    temporary = folder / (WEIGHTS + ".tmp")
    save_file(state, temporary)
    _sync(temporary)
    os.replace(temporary, folder / WEIGHTS)
    model_id = _content_hash(folder / WEIGHTS, model.config)
    write_json(folder / DESCRIPTION, {"model_id": model_id, "config": model.config.to_json(), "facts": facts})
    return model_id


def load_checkpoint(folder: Path, expected_id: str | None = None) -> tuple[SwinSegmenter, str]:
    """Build the network of a model version, in evaluation mode, after checking its content.

    Returns
    -------
    model, model_id

    Raises
    ------
    ParotidError
        If files are missing or damaged, or the content is not that of ``expected_id``.
    """
    model_id = verify(folder)
    if expected_id is not None and model_id != expected_id:
        raise ParotidError("The model on disk is not the one that was asked for.", "Choose another version.")
    config = SegmenterConfig.from_json(read_description(folder)["config"])
    model = SwinSegmenter(config)
    try:
        state = {name: v.float() if v.is_floating_point() else v for name, v in load_file(folder / WEIGHTS).items()}
        model.load_state_dict(state)
    except (RuntimeError, SafetensorError) as error:
        raise ParotidError("The model's weights do not fit its description.", "Choose another version.") from error
    return model.eval(), model_id


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
    found = _content_hash(folder / WEIGHTS, config)
    if found != description["model_id"]:
        raise ParotidError("The model's files are damaged (their checksum is wrong).", "Choose another version.")
    return found


def write_json(path: Path, values: dict[str, Any]) -> None:
    """Write JSON so that a reader finds the old file or the whole new one, never half of it."""
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_text(json.dumps(values, indent=1, sort_keys=True) + "\n", "utf-8")
    _sync(temporary)
    os.replace(temporary, path)


def _content_hash(weights: Path, config: SegmenterConfig) -> str:
    digest = hashlib.sha256(json.dumps(config.to_json(), sort_keys=True).encode())
    with weights.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def _sync(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())

"""Model versions on disk: a folder with ``weights.safetensors`` and ``model.json``.

The id of a version is the SHA-256 over its weights and its configuration, so that a folder can be checked
against its name and two machines agree on which model proposed a mask. Nothing is ever unpickled.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from parotid_training.errors import ParotidError
from parotid_training.model.identity import DESCRIPTION as DESCRIPTION
from parotid_training.model.identity import WEIGHTS as WEIGHTS
from parotid_training.model.identity import content_hash, sync
from parotid_training.model.identity import read_description as read_description
from parotid_training.model.identity import read_model_id as read_model_id
from parotid_training.model.identity import verify as verify
from parotid_training.model.identity import write_json as write_json
from parotid_training.model.networks import SegmenterConfig, SwinSegmenter

if TYPE_CHECKING:
    from pathlib import Path


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
    write_tensors(temporary, state)
    sync(temporary)
    os.replace(temporary, folder / WEIGHTS)
    model_id = content_hash(folder / WEIGHTS, model.config)
    write_json(folder / DESCRIPTION, {"model_id": model_id, "config": model.config.to_json(), "facts": facts})
    return model_id


def write_tensors(path: Path, tensors: dict[str, torch.Tensor], about: dict[str, str] | None = None) -> None:
    """Write a safetensors file; what the disk refuses is an ``OSError``, as with any other file."""
    try:
        save_file(tensors, path, metadata=about)
    except SafetensorError as error:
        raise OSError(str(error)) from error


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

"""Where a network starts: random weights, ImageNet's Swin, or another run; and what of it is taken over."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import torch
from safetensors import SafetensorError
from torch import Tensor, nn

from parotid_training.errors import ParotidError
from parotid_training.model.checkpoint import DESCRIPTION, load_checkpoint, read_description, read_model_id
from parotid_training.model.networks import SegmenterConfig, SwinSegmenter
from parotid_training.model.swin_decoder import mirror

if TYPE_CHECKING:
    from collections.abc import Mapping

IMAGENET = "microsoft/swin-tiny-patch4-window7-224"
"""The published start: Swin-T, supervised on ImageNet-1k (Liu et al. 2021). Its size is that of `SWIN_TINY`."""
Transfer = Literal["encoder", "encoder+decoder", "mirrored"]
MODEL = "model"
"""Where below its folder a run leaves what it made."""


def start_network(init: str, config: SegmenterConfig) -> SwinSegmenter:
    """Build a network and give it the weights a start names.

    Parameters
    ----------
    init
        ``"scratch"`` or ``""``, ``"imagenet"``, ``"imagenet:FOLDER"``, a run or a model folder; one that saw fewer
        slices on each side is made to `see_more`.

    Raises
    ------
    ParotidError
        If the weights are not to be had or belong to another network.
    """
    if init in ("", "scratch"):
        return SwinSegmenter(config)
    if init == "imagenet" or init.startswith("imagenet:"):
        network = SwinSegmenter(config)
        load_imagenet(network, init.partition(":")[2] or IMAGENET)
        return network
    network, _ = load_checkpoint(model_folder(init))
    if network.config != config and network.config == replace(config, neighbours=network.config.neighbours):
        network = see_more(network, config.neighbours)
    if network.config != config:
        raise ParotidError("The starting weights belong to another network.", "Use the settings they were made with.")
    return network


def see_more(network: SwinSegmenter, neighbours: int) -> SwinSegmenter:
    """Return the network with more neighbouring slices as context; until it learns on, it answers as before.

    Raises
    ------
    ParotidError
        If it sees more than that already.
    """
    old, roles = 2 * network.config.neighbours + 1, len(network.config.roles)
    new = 2 * neighbours + 1
    if new < old:
        raise ParotidError("The starting weights see more slices than that.", "Give --neighbours as they have it.")
    slices = [role * new + (new - old) // 2 + n for role in range(roles) for n in range(old)]
    kept = [*slices, *(roles * new + flag for flag in range(roles))]
    wider = SwinSegmenter(replace(network.config, neighbours=neighbours))
    state, target = network.state_dict(), wider.state_dict()
    with torch.no_grad():
        for name, value in state.items():
            if value.shape == target[name].shape:
                target[name].copy_(value)
            else:
                target[name].zero_()[:, kept] = value
    return wider


def model_folder(init: str) -> Path:
    """Return the folder of the model that a start names: a model folder itself, or a run that made one."""
    folder = Path(init)
    made = folder / MODEL
    return made if not (folder / DESCRIPTION).is_file() and (made / DESCRIPTION).is_file() else folder


def name_of(init: str) -> str:
    """Name a start for the record of a model: the id of a model folder, never a path of the machine."""
    return f"model {read_model_id(model_folder(init))}" if init and Path(init).is_dir() else init.partition(":")[0]


def patients_behind(init: str) -> tuple[str, ...]:
    """Return whom a start had learned from, and whom its own start had: not to be judged by.

    Patients by name, accepted cases by their id.
    """
    if not init or not Path(init).is_dir():
        return ()
    facts = read_description(model_folder(init)).get("facts", {})
    return tuple(sorted({*facts.get("patients", ()), *facts.get("seen_before", ()), *facts.get("cases", ())}))


def load_imagenet(network: SwinSegmenter, source: str) -> None:
    """Put an ImageNet Swin's weights into the encoder.

    The stem has three input channels there: its kernel is averaged over them and spread over ours, scaled so that equal
    inputs give the same response (the usual inflation).

    Parameters
    ----------
    source
        Name on the Hugging Face hub, or a folder with ``config.json`` and ``model.safetensors``.

    Raises
    ------
    ParotidError
        If the weights cannot be had, or are of another shape than the encoder.
    """
    from transformers import SwinBackbone

    try:
        found = SwinBackbone.from_pretrained(
            source,
            use_safetensors=True,
            out_features=[f"stage{n + 1}" for n in range(len(network.config.depths))],
        )
    except (OSError, ValueError, SafetensorError) as error:
        if Path(source).is_dir():
            raise ParotidError(
                f"The folder {Path(source).name} holds no readable ImageNet weights.",
                "It needs config.json and model.safetensors as the model hub has them: download them again.",
            ) from error
        raise ParotidError(
            f"The ImageNet weights ({source}) cannot be had: no connection to the model hub, or no such folder.",
            "Download them elsewhere and name their folder: --init imagenet:FOLDER.",
        ) from error
    theirs: dict[str, Tensor] = found.state_dict()
    kernel = "swin.embeddings.patch_embeddings.projection.weight"
    channels = network.config.input_channels
    theirs[kernel] = theirs[kernel].sum(dim=1, keepdim=True).repeat(1, channels, 1, 1) / channels
    # The norms after each stage are new in a backbone; ImageNet's classifier had one at the end only.
    wanted = {name for name in network.encoder.state_dict() if not name.startswith("hidden_states_norms.")}
    _take(network.encoder, {name: value for name, value in theirs.items() if name in wanted}, wanted)


def check_transfer(what: Transfer | Literal[""], config: SegmenterConfig) -> None:
    """See whether a network can take this over.

    Raises
    ------
    ParotidError
        If it is to mirror its encoder and has no decoder of Swin blocks.
    """
    if what == "mirrored" and config.decoder != "swin":
        raise ParotidError("Only a decoder made of Swin blocks can mirror the encoder.", "Use --network swin-unet.")


def transfer(network: SwinSegmenter, pretrained: SwinSegmenter, what: Transfer) -> None:
    """Move pretrained weights into a segmenter.

    Parameters
    ----------
    what
        ``"encoder"``, ``"encoder+decoder"`` (all but the head), or ``"mirrored"``: the encoder, and its mirror image
        for a decoder.

    Raises
    ------
    ParotidError
        If the two networks differ, or a decoder is none of Swin blocks and cannot mirror them.
    """
    check_transfer(what, network.config)
    if network.config != pretrained.config:
        raise ParotidError("The starting weights belong to another network.", "Use the settings they were made with.")
    state = pretrained.state_dict()
    wanted = {
        name
        for name in state
        if name.startswith("encoder.") or (what == "encoder+decoder" and not name.startswith("head."))
    }
    _take(network, {name: state[name] for name in wanted}, wanted)
    if what == "mirrored":
        mirror(network.encoder, network.decoder)


def _take(module: nn.Module, weights: Mapping[str, Tensor], wanted: set[str]) -> None:
    """Copy weights by name.

    Raises
    ------
    ParotidError
        If one is missing or of another shape.
    """
    own = module.state_dict()
    wrong = [name for name in wanted if name not in weights or weights[name].shape != own[name].shape]
    if wrong:
        raise ParotidError(
            "The starting weights belong to another network.",
            "Use a network of their size (for ImageNet's weights: Swin-T, --network swin-tiny).",
        )
    with torch.no_grad():
        for name in wanted:
            own[name].copy_(weights[name])

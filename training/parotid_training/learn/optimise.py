"""What `train` and `finetune` share: a step, averaged weights, and a state that resumes exactly."""

from __future__ import annotations

import copy
import math
import os
from typing import TYPE_CHECKING

import numpy as np
import torch
from safetensors import SafetensorError, safe_open

from parotid_training.anatomy.tissues import Kind
from parotid_training.errors import ParotidError
from parotid_training.learn.augment import AugmentSettings, augment
from parotid_training.learn.losses import distillation_loss, segmentation_loss, tissue_loss
from parotid_training.model.checkpoint import write_tensors
from parotid_training.model.runtime import autocast, best_device

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from parotid_training.learn.batches import SliceBatch
    from parotid_training.model.networks import SwinSegmenter

MOST_IN_VAIN = 10
"""Without a finite gradient for so many steps learning is given up."""


def cosine_rate(step: int, steps: int, warm_up: int) -> float:
    """Share of the peak learning rate at a step: linear warm-up, then half a cosine down to 1 %."""
    if step < warm_up:
        return (step + 1) / warm_up
    progress = (step - warm_up) / max(1, steps - warm_up)
    return 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))


@torch.no_grad()
def drift(slow: torch.nn.Module, fast: torch.nn.Module, share: float) -> None:
    """Move the weights of one network towards those of another by a share of the way."""
    ours, theirs = ([parameter.data for parameter in module.parameters()] for module in (slow, fast))
    torch._foreach_lerp_(ours, theirs, share)  # one call: on a GPU hundreds of small ones would cost more than the step


class Optimiser:
    """AdamW with a cosine schedule and an exponential moving average of the weights.

    Every step draws its randomness from (seed, step), so a resumed run repeats what an unbroken one does.

    Parameters
    ----------
    model
        The network; moved to the GPU if there is one.
    parameters
        Those that learn.
    rate, decay
        Peak learning rate and weight decay.
    averaging
        Factor of the moving average.
    device
        Where it computes; None: the GPU if there is one.
    recall
        Weight of the answers to replayed slices being those of the model as it was at first (`distillation_loss`).
    tissues
        Weight of telling the kinds of tissue apart where they are known, by a head beside the network that is not kept:
        muscle beside a gland is then more to it than one background among others. 0: no such head.
    """

    def __init__(
        self,
        model: SwinSegmenter,
        parameters: Sequence[torch.nn.Parameter],
        *,
        rate: float,
        steps: int,
        warm_up: int,
        decay: float = 0.05,
        averaging: float = 0.995,
        seed: int = 0,
        device: torch.device | None = None,
        recall: float = 0.0,
        tissues: float = 0.0,
    ) -> None:
        self.device = device or best_device()
        self.model = model.to(self.device)
        self.average = copy.deepcopy(model).eval()
        self.recall, self._start = recall, copy.deepcopy(model).eval() if recall else None
        self.tissues, self._tissue_head = tissues, _head(model).to(self.device) if tissues else None
        self.parameters = [*parameters, *(self._tissue_head.parameters() if self._tissue_head else ())]
        self.adam = torch.optim.AdamW(self.parameters, lr=rate, weight_decay=decay, betas=(0.9, 0.99))
        self.rate, self.steps, self.warm_up = rate, steps, warm_up
        self.averaging, self.seed, self.step_number = averaging, seed, 0
        self._in_vain = 0
        """Steps one after the other from which nothing could be learned."""

    def rng(self) -> np.random.Generator:
        """Randomness of the step to come, for drawing its batch."""
        return np.random.default_rng((self.seed, self.step_number))

    def step(self, batch: SliceBatch, settings: AugmentSettings, replayed: int = 0) -> float:
        """Learn from one batch, of which the last so many slices are replayed; returns the loss."""
        torch.manual_seed(self.seed * 1_000_003 + self.step_number)
        generator = torch.Generator(self.device).manual_seed(self.seed * 1_000_003 + self.step_number)
        there = batch.to(self.device)
        maps = torch.stack([there.target, there.tissue], dim=1)
        images, present, moved = augment(there.images, there.present, maps, generator, settings)
        target, tissue = moved.unbind(dim=1)
        flags = present[:, :, None, None].expand(-1, -1, *images.shape[-2:]).to(images.dtype)
        inputs = torch.cat([images.flatten(1, 2), flags], dim=1)
        for group in self.adam.param_groups:
            group["lr"] = self.rate * cosine_rate(self.step_number, self.steps, self.warm_up)
        self.model.train()
        with autocast(self.device):
            logits, kinds = self._answer(inputs)
        loss = segmentation_loss(logits, target)
        if kinds is not None:
            loss = loss + self.tissues * tissue_loss(kinds, tissue)
        if replayed and self._start is not None:
            with torch.no_grad(), autocast(self.device):
                known = self._start(inputs[-replayed:])
            loss = loss + self.recall * distillation_loss(logits[-replayed:], known, target[-replayed:])
        self.adam.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        if bool(torch.isfinite(torch.nn.utils.clip_grad_norm_(self.parameters, 1.0))):
            self.adam.step()
            self._in_vain = 0
        else:
            # One step of it would spoil all that was learned.
            self._in_vain += 1
            if self._in_vain == MOST_IN_VAIN:
                raise ParotidError(
                    "Learning stopped: the signals of one of the accepted studies cannot be computed with.",
                    "Look at the studies accepted last, accept one with faulty images again as Not readable, then "
                    "start learning again.",
                )
        self.step_number += 1
        self._follow()
        return float(loss.detach())

    def _answer(self, inputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | None]:
        """Return the class logits, and those of the kinds of tissue where they are learned."""
        if self._tissue_head is None:
            return self.model(inputs), None
        decoded = self.model.decoded(inputs)
        return self.model.head(decoded), self._tissue_head(decoded)

    def _follow(self) -> None:
        # A short memory at first, or the average would drag the random start along.
        factor = min(self.averaging, (1 + self.step_number) / (10 + self.step_number))
        drift(self.average, self.model, 1 - factor)

    def move(self, device: torch.device) -> None:
        """Go on computing elsewhere."""
        self.adam.zero_grad(set_to_none=True)
        # Where memory ran out in its first step, Adam has begun to keep what it takes for complete.
        for parameter in [one for one, state in self.adam.state.items() if not {"exp_avg", "exp_avg_sq"} <= set(state)]:
            del self.adam.state[parameter]
        self.device = device
        self.model.to(device)
        self.average.to(device)
        if self._tissue_head is not None:
            self._tissue_head.to(device)
        if self._start is not None:
            self._start.to(device)
        for state in self.adam.state.values():
            state.update({n: v.to(device) for n, v in state.items() if torch.is_tensor(v) and n != "step"})
        if torch.cuda.is_available():
            torch.cuda.empty_cache()

    def save(self, path: Path, note: str = "") -> None:
        """Write the whole state atomically, without pickle, and a note to find beside it (`read_note`)."""
        save_state(path, self.step_number, self._modules, self.adam, self.parameters, note)

    @staticmethod
    def read_note(path: Path) -> str:
        """Return what was noted beside a state; ``ValueError`` if it is none."""
        try:
            with safe_open(path, framework="pt") as opened:
                return str(opened.metadata().get("note", ""))
        except SafetensorError as error:
            raise ValueError("no state") from error

    def load(self, path: Path) -> None:
        """Continue from a state written by `save`."""
        self.step_number = load_state(path, self._modules, self.adam, self.parameters)

    @property
    def _modules(self) -> dict[str, torch.nn.Module]:
        modules: dict[str, torch.nn.Module] = {"model": self.model, "average": self.average}
        return modules if self._tissue_head is None else {**modules, "tissues": self._tissue_head}


def _head(model: SwinSegmenter) -> torch.nn.Conv2d:
    """Make a head that tells the kinds of tissue from what the network's own sees."""
    return torch.nn.Conv2d(model.head.in_channels, len(Kind), 1)


def save_state(
    path: Path,
    step: int,
    modules: dict[str, torch.nn.Module],
    adam: torch.optim.Optimizer,
    parameters: Sequence[torch.nn.Parameter],
    note: str = "",
) -> None:
    """Write weights and the optimiser's memory atomically, without pickle."""
    tensors = {f"{part}.{name}": value for part, m in modules.items() for name, value in m.state_dict().items()}
    for number, parameter in enumerate(parameters):
        for name, value in adam.state.get(parameter, {}).items():
            tensors[f"adam.{number}.{name}"] = value
    temporary = path.with_name(path.name + ".tmp")
    # Cloned: a state may hold one tensor under two names, which safetensors refuses.
    plain = {name: value.detach().cpu().clone().contiguous() for name, value in tensors.items()}
    write_tensors(temporary, plain, {"step": str(step), "note": note})
    with temporary.open("r+b") as stream:
        # A power cut must not leave a name without its content.
        os.fsync(stream.fileno())
    os.replace(temporary, path)


def load_state(
    path: Path,
    modules: dict[str, torch.nn.Module],
    adam: torch.optim.Optimizer,
    parameters: Sequence[torch.nn.Parameter],
) -> int:
    """Load what `save_state` wrote into the same modules; return the step."""
    with safe_open(path, framework="pt") as opened:
        step = int(opened.metadata()["step"])
        # Cloned: they are views of the file, which could not be replaced on Windows as long as one is in use.
        tensors = {name: opened.get_tensor(name).clone() for name in opened.keys()}
    for part, module in modules.items():
        module.load_state_dict(_below(tensors, f"{part}."))
    for number, parameter in enumerate(parameters):
        state = _below(tensors, f"adam.{number}.")
        if state:
            adam.state[parameter] = {n: v if n == "step" else v.to(parameter.device) for n, v in state.items()}
    return step


def _below(tensors: dict[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    return {name[len(prefix) :]: value for name, value in tensors.items() if name.startswith(prefix)}

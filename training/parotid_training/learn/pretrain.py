"""Contrastive pretraining: ``parotid pretrain``, one process or many under ``torchrun``.

The engine for many processes is Hugging Face accelerate (DDP, mixed precision, accumulation). What a step sees is drawn
in shards from (seed, step, shard); with the shards spread over processes the batch stays the same.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import torch

from parotid_training.errors import ParotidError
from parotid_training.learn.batches import draw_batch
from parotid_training.learn.contrast import PAPER, Contrast, ContrastSettings
from parotid_training.learn.curves import Curves
from parotid_training.learn.optimise import cosine_rate, load_state, save_state
from parotid_training.learn.painted import PAINTER
from parotid_training.learn.run import claim
from parotid_training.learn.start import name_of, patients_behind, start_network
from parotid_training.learn.views import VIEWS, Places, View, draw_places, draw_view
from parotid_training.model.checkpoint import save_checkpoint
from parotid_training.model.networks import SegmenterConfig
from parotid_training.model.runtime import tune_process, tune_thread
from parotid_training.progress import Cancelled, Report, check, ignore_progress, never

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from parotid_training.learn.augment import AugmentSettings
    from parotid_training.learn.stream import CaseSource
    from parotid_training.learn.training_case import TrainingCase

STATE = "state.safetensors"


@dataclass(frozen=True)
class PretrainSettings:
    """One pretraining; written into its run folder and into the checkpoint.

    Parameters
    ----------
    mode
        ``"paper"`` (MoCo v3 on the encoder) or ``"recommended"`` (with the dense head, heights respected).
    init
        ``"scratch"``, ``"imagenet"``, ``"imagenet:FOLDER"`` or a model folder (a supervised start).
    steps, batch, shards, accumulate
        Optimiser steps; slices a step over all processes; in how many parts the batch is drawn (a multiple of the
        number of processes); and in how many rounds a step is computed, each with its own negatives.
    rate, decay
        Peak rate and weight decay of AdamW.
    precision
        ``"no"`` or ``"bf16"``.
    painter
        By which painter real anatomy is painted (`learn.painted.PAINTER`).
    data
        What is learned from, in words: a run goes on with nothing of another kind or number.
    """

    mode: Literal["paper", "recommended"] = "recommended"
    init: str = "scratch"
    steps: int = 2000
    batch: int = 32
    shards: int = 2
    accumulate: int = 1
    rate: float = 5e-4
    decay: float = 0.1
    warm_up: int = 100
    seed: int = 1
    precision: Literal["no", "bf16"] = "no"
    save_every: int = 100
    minutes: float = 600.0
    threads: int = 2
    workers: int = 1
    network: SegmenterConfig = field(default_factory=SegmenterConfig)
    views: AugmentSettings = VIEWS
    contrast: ContrastSettings | None = None
    painter: int = PAINTER
    data: str = ""

    @property
    def contrasted(self) -> ContrastSettings:
        """What is contrasted: as given, or as the mode says."""
        if self.contrast is not None:
            return self.contrast
        return PAPER if self.mode == "paper" else ContrastSettings()


def pretrain(
    run: Path,
    settings: PretrainSettings,
    source: CaseSource,
    progress: Report = ignore_progress,
    cancelled: Cancelled = never,
    patients: Sequence[str] = (),
) -> str:
    """Pretrain, or continue the run found in ``run``; write the network to ``run/model``, ready for `train`'s start.

    Parameters
    ----------
    patients
        Whom the source shows, where they have names that may be written down: recorded in the checkpoint.

    Returns
    -------
    The model id; "" in processes other than the first, and where the run stopped early.

    Raises
    ------
    ParotidError
        If the run folder holds a run with other settings, or the settings do not fit the number of processes.
    CancelledError
        If cancelled; the run can be continued.
    """
    learning = _Learning(run, settings)
    started = time.monotonic()
    while learning.step < settings.steps:
        if learning.any_process(cancelled() or time.monotonic() - started > settings.minutes * 60):
            learning.keep()
            check(cancelled)
            return ""
        losses = learning.take_step(source.at(learning.step))
        if learning.first:
            said = f"step {learning.step} of {settings.steps}, loss {losses['loss']:.3f}"
            progress(learning.step / settings.steps, said)
    learning.keep()
    return learning.finish(patients)


class _Learning:
    """One process's part of a pretraining: the networks, where it stands, and what is written of it."""

    def __init__(self, run: Path, settings: PretrainSettings) -> None:
        from accelerate import Accelerator, DistributedDataParallelKwargs

        self.run, self.settings = run, settings
        self.accelerator: Any = Accelerator(
            cpu=not torch.cuda.is_available(),
            mixed_precision=settings.precision,
            kwargs_handlers=[DistributedDataParallelKwargs(find_unused_parameters=True)],
        )
        tune_process(settings.threads)
        tune_thread()
        _check(settings, self.accelerator.num_processes)
        self.first: bool = self.accelerator.is_main_process
        if self.first:
            claim(run, settings)
        torch.manual_seed(settings.seed)
        self._state = run / STATE
        goes_on = self._state.is_file()
        # A run that goes on needs no start: ImageNet's weights may be out of reach by then.
        init = "scratch" if goes_on else settings.init
        contrast = Contrast(start_network(init, settings.network), settings.contrasted)
        self._parameters = [parameter for parameter in contrast.parameters() if parameter.requires_grad]
        adam = torch.optim.AdamW(self._parameters, lr=settings.rate, weight_decay=settings.decay)
        self.step = load_state(self._state, {"contrast": contrast}, adam, self._parameters) if goes_on else 0
        self._learner, self._adam = self.accelerator.prepare(contrast, adam)
        self._curves = Curves(run) if self.first else None

    @property
    def _contrast(self) -> Contrast:
        """The networks as they are, outside what spreads them over processes."""
        plain: Contrast = self.accelerator.unwrap_model(self._learner)
        return plain

    def any_process(self, stops: bool) -> bool:
        """Whether a process is to stop: then all do, at the same step, or the others would wait for it."""
        said = torch.tensor(float(stops), device=self.accelerator.device)
        return bool(self.accelerator.reduce(said, reduction="sum") > 0)

    def take_step(self, cases: Sequence[TrainingCase]) -> dict[str, float]:
        """Learn from one batch, keeping the state every so many steps; return its losses."""
        for group in self._adam.param_groups:
            group["lr"] = self.settings.rate * cosine_rate(self.step, self.settings.steps, self.settings.warm_up)
        losses = _step(self.accelerator, self._learner, self._adam, cases, self.settings, self.step)
        self.step += 1
        self._contrast.follow(self.step, self.settings.steps)
        if self._curves is not None:
            self._curves.add(self.step, {**losses, "rate": self._adam.param_groups[0]["lr"]})
            if self.step % self.settings.save_every == 0:
                self.keep()
                self._curves.draw()
        return losses

    def keep(self) -> None:
        """Write the state to go on from."""
        if self.first:
            save_state(self._state, self.step, {"contrast": self._contrast}, self._adam.optimizer, self._parameters)

    def finish(self, patients: Sequence[str]) -> str:
        """Write the network; return the model id, "" in processes other than the first."""
        if self._curves is None:
            return ""
        self._curves.close()
        return _write(self.run, self.settings, self._contrast, patients)


def _step(
    accelerator: Any,
    learner: torch.nn.Module,
    adam: Any,
    cases: Sequence[TrainingCase],
    settings: PretrainSettings,
    step: int,
) -> dict[str, float]:
    """One optimiser step in ``accumulate`` rounds; returns the mean losses over all processes."""
    learner.train()
    adam.zero_grad()
    totals = torch.zeros(3, device=accelerator.device)
    for part in range(settings.accumulate):
        processes = accelerator.process_index, accelerator.num_processes
        one, two, where, places = _draw(cases, settings, step, part, processes, accelerator.device)
        with accelerator.autocast():
            wide, dense = learner(one, two, where, places)
        loss = wide + settings.contrasted.dense * dense
        accelerator.backward(loss / settings.accumulate)
        totals += torch.stack([loss, wide, dense]).detach() / settings.accumulate
    accelerator.clip_grad_norm_(learner.parameters(), 1.0)
    adam.step()
    mean = accelerator.reduce(totals, reduction="mean").tolist()
    return dict(zip(("loss", "global", "dense"), mean, strict=True))


def _draw(
    cases: Sequence[TrainingCase],
    settings: PretrainSettings,
    step: int,
    part: int,
    of_processes: tuple[int, int],
    device: torch.device,
) -> tuple[View, View, torch.Tensor, Places | None]:
    """Two views of one process's shards (number, of how many) of a batch, of what slices, and places to match."""
    process, processes = of_processes
    size, contrasted = settings.batch // settings.accumulate // settings.shards, settings.contrasted
    mine = range(process * settings.shards // processes, (process + 1) * settings.shards // processes)
    views: list[tuple[View, View]] = []
    places: list[Places] = []
    where: list[torch.Tensor] = []
    for shard in mine:
        rng = np.random.default_rng((settings.seed, step, part, shard))
        batch = draw_batch(
            cases,
            size,
            settings.network.neighbours,
            rng,
            structure_share=0.0,
            device=device,
            together=contrasted.together,
        )
        generator = torch.Generator(device).manual_seed(int(rng.integers(2**62)))
        views.append((draw_view(batch, generator, settings.views), draw_view(batch, generator, settings.views)))
        # The scans of another shard are others.
        where.append(batch.where + batch.where.new_tensor([shard * size, 0.0, 0.0]))
        if contrasted.dense:
            drawn = torch.Generator().manual_seed(int(rng.integers(2**62)))
            places.append(draw_places(batch, contrasted.places, drawn))
    one, two = (
        View(torch.cat([pair[n].inputs for pair in views]), torch.cat([pair[n].theta for pair in views]))
        for n in range(2)
    )
    joined = None
    if places:
        joined = Places(torch.cat([one.here for one in places]), torch.cat([one.mirrored for one in places]))
    return one, two, torch.cat(where), joined


def _check(settings: PretrainSettings, processes: int) -> None:
    if settings.shards % processes or settings.batch % (settings.accumulate * settings.shards):
        raise ParotidError(
            f"A batch of {settings.batch} in {settings.accumulate} rounds and {settings.shards} shards cannot be "
            f"spread over {processes} processes.",
            "Choose shards as a multiple of the processes, and a batch as a multiple of rounds times shards.",
        )


def _write(run: Path, settings: PretrainSettings, contrast: Contrast, patients: Sequence[str]) -> str:
    """Write the query network as a checkpoint whose unused parts are as they started."""
    contrast.requires_grad_(True)
    start = name_of(settings.init)
    facts = {
        "command": "parotid pretrain",
        "settings": {**asdict(settings), "init": start},
        "start": start,
        "data": settings.data,
        "patients": list(patients),
        "seen_before": patients_behind(settings.init),
    }
    return save_checkpoint(run / "model", contrast.query.network.eval(), facts, half=False)

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
from parotid_training.learn.views import VIEWS, View, draw_view
from parotid_training.model.checkpoint import save_checkpoint
from parotid_training.model.networks import SegmenterConfig
from parotid_training.model.runtime import tune_process, tune_thread
from parotid_training.progress import Cancelled, Report, check, ignore_progress, never

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from parotid_training.learn.augment import AugmentSettings
    from parotid_training.learn.batches import SliceBatch
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
    from accelerate import Accelerator, DistributedDataParallelKwargs

    accelerator = Accelerator(
        cpu=not torch.cuda.is_available(),
        mixed_precision=settings.precision,
        kwargs_handlers=[DistributedDataParallelKwargs(find_unused_parameters=True)],
    )
    tune_process(settings.threads)
    tune_thread()
    _check(settings, accelerator.num_processes)
    if accelerator.is_main_process:
        claim(run, settings)
    torch.manual_seed(settings.seed)
    # A run that goes on needs no start: ImageNet's weights may be out of reach by then.
    init = "scratch" if (run / STATE).is_file() else settings.init
    contrast = Contrast(start_network(init, settings.network), settings.contrasted)
    parameters = [parameter for parameter in contrast.parameters() if parameter.requires_grad]
    adam = torch.optim.AdamW(parameters, lr=settings.rate, weight_decay=settings.decay)
    step = load_state(run / STATE, {"contrast": contrast}, adam, parameters) if (run / STATE).is_file() else 0
    learner, adam = accelerator.prepare(contrast, adam)
    curves = Curves(run) if accelerator.is_main_process else None
    started = time.monotonic()

    def keep() -> None:
        if accelerator.is_main_process:
            plain = accelerator.unwrap_model(learner)
            save_state(run / STATE, step, {"contrast": plain}, adam.optimizer, parameters)

    while step < settings.steps:
        if _any_process(accelerator, cancelled() or time.monotonic() - started > settings.minutes * 60):
            keep()
            check(cancelled)
            return ""
        for group in adam.param_groups:
            group["lr"] = settings.rate * cosine_rate(step, settings.steps, settings.warm_up)
        losses = _step(accelerator, learner, adam, source.at(step), settings, step)
        step += 1
        accelerator.unwrap_model(learner).follow(step / settings.steps)
        if curves is not None:
            curves.add(step, {**losses, "rate": adam.param_groups[0]["lr"]})
            progress(step / settings.steps, f"step {step} of {settings.steps}, loss {losses['loss']:.3f}")
        if step % settings.save_every == 0:
            keep()
            if curves is not None:
                curves.draw()
    keep()
    if curves is not None:
        curves.close()
    if not accelerator.is_main_process:
        return ""
    return _write(run, settings, accelerator.unwrap_model(learner), patients)


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
        one, two, heights, places = _draw(cases, settings, step, part, processes, accelerator.device)
        with accelerator.autocast():
            wide, dense = learner(one, two, heights, places)
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
) -> tuple[View, View, torch.Tensor, torch.Tensor]:
    """Two views of one process's shards (number, of how many) of a batch, heights and places, on its device."""
    process, processes = of_processes
    size = settings.batch // settings.accumulate // settings.shards
    mine = range(process * settings.shards // processes, (process + 1) * settings.shards // processes)
    views: list[tuple[View, View]] = []
    batches: list[SliceBatch] = []
    places: list[torch.Tensor] = []
    for shard in mine:
        rng = np.random.default_rng((settings.seed, step, part, shard))
        batch = draw_batch(cases, size, settings.network.neighbours, rng, structure_share=0.0, device=device)
        generator = torch.Generator(device).manual_seed(int(rng.integers(2**62)))
        views.append((draw_view(batch, generator, settings.views), draw_view(batch, generator, settings.views)))
        batches.append(batch)
        # On the processor, so that they are the same wherever the step is computed.
        drawn = torch.Generator().manual_seed(int(rng.integers(2**62)))
        places.append(torch.rand((size, settings.contrasted.places, 2), generator=drawn))
    one, two = (
        View(torch.cat([pair[n].inputs for pair in views]), torch.cat([pair[n].theta for pair in views]))
        for n in range(2)
    )
    return one, two, torch.cat([batch.height for batch in batches]), torch.cat(places).to(device)


def _any_process(accelerator: Any, stops: bool) -> bool:
    """Whether a process is to stop: then all do, at the same step, or the others would wait for it."""
    said = torch.tensor(float(stops), device=accelerator.device)
    return bool(accelerator.reduce(said, reduction="sum") > 0)


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

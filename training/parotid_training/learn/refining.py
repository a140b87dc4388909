"""Train the network that answers clicks, with a simulated reader, on painted patients and synthetic heads.

Every sample is one structure of one scan: a mask that is wrong (empty, a proposal, or a spoiled truth), some clicks at
it, the network's own answer, more clicks at that, and then the answer that is learned from.
"""

from __future__ import annotations

import copy
import json
import time
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor
from torch.nn import functional

from parotid_training.errors import ParotidError
from parotid_training.labels import Structure
from parotid_training.learn.augment import AugmentSettings, drop_sequences, recolour
from parotid_training.learn.clicking import Poke, poke_often, spoil
from parotid_training.learn.evaluate import predict_case
from parotid_training.learn.optimise import cosine_rate, drift, load_state, save_state
from parotid_training.learn.painted import PAINTER
from parotid_training.learn.run import claim
from parotid_training.model.refiner import (
    Refiner,
    RefinerConfig,
    air_of,
    click_map,
    cut,
    load_refiner,
    place_box,
    probability,
    save_refiner,
    stack_inputs,
)
from parotid_training.model.runtime import autocast, best_device, tune_process, tune_thread
from parotid_training.progress import Cancelled, Report, check, ignore_progress, never

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from parotid_training.learn.stream import CaseSource
    from parotid_training.learn.training_case import TrainingCase
    from parotid_training.model.predict import Segmenter

REFINER, STATE, CURVE = "refiner.safetensors", "state.safetensors", "curve.jsonl"


@dataclass(frozen=True)
class RefiningSettings:
    """One training run; written into the run folder.

    Parameters
    ----------
    steps, batch, rate
        Optimiser steps, samples a step, peak learning rate.
    minutes
        The schedule is laid over ``steps``; a run stops early, keeping its state, after this long.
    empty, proposed
        Share of samples that start from nothing, and from the segmenter's proposal; the rest from a spoiled truth.
    tumour
        Share of samples about a tumour where the scan has one.
    drop
        Share of sequences left out.
    answers
        How often the network has answered 0, 1, 2, ... times before the answer that is learned from.
    init
        File of a trained network to go on from; "" for random weights.
    painter
        By which painter real anatomy is painted (`learn.painted.PAINTER`).
    """

    steps: int = 2000
    batch: int = 2
    rate: float = 2e-3
    seed: int = 1
    minutes: float = 600.0
    threads: int = 2
    save_every: int = 100
    empty: float = 0.3
    proposed: float = 0.4
    tumour: float = 0.35
    drop: float = 0.4
    answers: tuple[float, ...] = (0.4, 0.3, 0.2, 0.1)
    init: str = ""
    painter: int = PAINTER
    network: RefinerConfig = field(default_factory=RefinerConfig)


@dataclass(frozen=True, eq=False)
class Sample:
    """One structure in one box of the working grid, (Z, Y, X) each, images (roles, Z, Y, X)."""

    structure: Structure
    images: NDArray[np.float32]
    truth: NDArray[np.bool_]
    start: NDArray[np.bool_]
    other: NDArray[np.bool_]
    spacing: tuple[float, float, float]


def train_refiner(
    run: Path,
    settings: RefiningSettings,
    source: CaseSource,
    segmenter: Segmenter,
    progress: Report = ignore_progress,
    cancelled: Cancelled = never,
) -> Path:
    """Train, or continue the run found in ``run``; return the file of the finished network.

    Raises
    ------
    ParotidError
        If the run folder holds a run with other settings.
    CancelledError
        If cancelled; the run can be continued.
    """
    tune_process(settings.threads)
    tune_thread()
    claim(run, settings)
    model = _start(settings).to(best_device())
    average = copy.deepcopy(model).eval()
    parameters = list(model.parameters())
    adam = torch.optim.AdamW(parameters, lr=settings.rate, weight_decay=1e-2)
    modules: dict[str, torch.nn.Module] = {"model": model, "average": average}
    state = run / STATE
    step = load_state(state, modules, adam, parameters) if state.is_file() else 0
    proposals: dict[str, NDArray[np.uint8]] = {}
    started, losses = time.monotonic(), list[float]()
    while step < settings.steps:
        if cancelled() or time.monotonic() - started > settings.minutes * 60:
            save_state(state, step, modules, adam, parameters)
            check(cancelled)
            break
        rng = np.random.default_rng((settings.seed, step, 31))
        samples = _draw_samples(source.at(step), segmenter, proposals, settings, rng)
        for group in adam.param_groups:
            group["lr"] = settings.rate * cosine_rate(step, settings.steps, min(100, settings.steps // 10 + 1))
        inputs, truth = _batch(samples, average, settings, rng, step)
        model.train()
        with autocast(inputs.device):
            logits = model(inputs)
        loss = refining_loss(logits.float(), truth)
        adam.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        adam.step()
        step += 1
        drift(average, model, 1 - min(0.99, (1 + step) / (10 + step)))
        losses.append(float(loss.detach()))
        if step % 10 == 0:
            progress(step / settings.steps, f"step {step} of {settings.steps}, loss {np.mean(losses[-50:]):.3f}")
        if step % settings.save_every == 0 or step == settings.steps:
            save_state(state, step, modules, adam, parameters)
            with (run / CURVE).open("a", encoding="utf-8") as stream:
                stream.write(json.dumps({"step": step, "loss": float(np.mean(losses))}) + "\n")
            losses.clear()
    # Folders of this machine go by name.
    told = {**asdict(settings), "init": Path(settings.init).name}
    facts = {"command": "parotid train-clicks", "settings": told, "step": step, "segmenter": segmenter.model_id}
    save_refiner(run / REFINER, average, facts)
    return run / REFINER


def _start(settings: RefiningSettings) -> Refiner:
    """Return the network to begin with: random weights, or those of a file."""
    torch.manual_seed(settings.seed)
    start = load_refiner(Path(settings.init)) if settings.init else Refiner(settings.network)
    if start.config != settings.network:
        raise ParotidError("The starting weights belong to another network.", "Use the settings they were made with.")
    return start


def _draw_samples(
    cases: Sequence[TrainingCase],
    segmenter: Segmenter,
    proposals: dict[str, NDArray[np.uint8]],
    settings: RefiningSettings,
    rng: np.random.Generator,
) -> list[Sample]:
    """Draw the samples of one step; scans without a structure are passed over."""
    samples: list[Sample] = []
    while len(samples) < settings.batch:
        sample = draw_sample(cases[int(rng.integers(len(cases)))], segmenter, proposals, settings, rng)
        samples += [] if sample is None else [sample]
    return samples


def draw_sample(
    case: TrainingCase,
    segmenter: Segmenter,
    proposals: dict[str, NDArray[np.uint8]],
    settings: RefiningSettings,
    rng: np.random.Generator,
) -> Sample | None:
    """Draw one structure of a scan and a wrong mask of it; None if the scan holds none.

    Parameters
    ----------
    proposals
        Those asked for before, by the case's name; asked for once and kept.
    """
    wanted = Structure.GLAND
    if rng.random() < settings.tumour and (case.label == Structure.TUMOUR).any():
        wanted = Structure.TUMOUR
    pieces, count = ndimage.label(case.label == wanted)
    sizes = np.bincount(pieces.ravel())[1:] if count else np.empty(0)
    large = np.flatnonzero(sizes * float(np.prod(case.spacing)) >= 200.0) + 1
    if not large.size:
        return None
    piece = np.argwhere(pieces == int(rng.choice(large)))
    middle = (piece.min(axis=0) + piece.max(axis=0)) / 2 + rng.normal(0, 4.0, 3) / np.array(case.spacing)
    box = settings.network.box
    low = place_box(middle, piece[int(rng.integers(len(piece)))].astype(float), box)
    truth = cut(case.label == wanted, low, box, False)
    kind = rng.random()
    if kind < settings.empty:
        start = np.zeros(box, bool)
        other = (
            np.zeros(box, bool)
            if rng.random() < 0.5
            else cut((case.label > 0) & (case.label != wanted), low, box, False)
        )
    elif kind < settings.empty + settings.proposed:
        if case.name not in proposals:
            proposals[case.name] = predict_case(segmenter, case)
        proposal = proposals[case.name]
        start = cut(proposal == wanted, low, box, False)
        other = cut((proposal > 0) & (proposal != wanted), low, box, False)
    else:
        start = spoil(truth, case.spacing, rng)
        other = cut((case.label > 0) & (case.label != wanted), low, box, False) & ~start
    images = case.array.astype(np.float32)
    return Sample(wanted, cut(images, low, box, air_of(images)), truth, start, other, case.spacing)


def _batch(
    samples: list[Sample], model: Refiner, settings: RefiningSettings, rng: np.random.Generator, step: int
) -> tuple[Tensor, Tensor]:
    """Augment, click, and for some of the samples let the network answer, and click again."""
    generator = torch.Generator().manual_seed(settings.seed * 1_000_003 + step)
    images = torch.from_numpy(np.stack([sample.images for sample in samples]))
    images = recolour(images, generator, AugmentSettings())
    present = torch.tensor([(sample.images.std(axis=(1, 2, 3)) > 1e-6).tolist() for sample in samples])
    present = drop_sequences(present, generator, settings.drop)
    seen = (images * present[:, :, None, None, None]).numpy()
    inputs, truths = [], []
    for sample, image in zip(samples, seen, strict=True):
        side = np.s_[..., :: -1 if rng.random() < 0.5 else 1]
        picture, truth, mask, other = image[side], sample.truth[side], sample.start[side], sample.other[side]
        join = partial(_inputs, picture, other, spacing=sample.spacing, of=sample.structure, config=settings.network)
        pokes = poke_often(truth, mask, sample.spacing, int(rng.integers(1, 4)), rng)
        for _ in range(int(rng.choice(len(settings.answers), p=settings.answers))):
            mask = probability(model, join(mask, pokes)) > 0.5
            pokes = pokes + poke_often(truth, mask, sample.spacing, int(rng.integers(1, 3)), rng)
        inputs.append(join(mask, pokes))
        truths.append(truth)
    device = next(model.parameters()).device
    return torch.from_numpy(np.stack(inputs)).to(device), torch.from_numpy(np.stack(truths).astype(np.float32)).to(
        device
    )


def _inputs(
    images: NDArray[np.float32],
    other: NDArray[np.bool_],
    mask: NDArray[np.bool_],
    pokes: list[Poke],
    *,
    spacing: tuple[float, float, float],
    of: Structure,
    config: RefinerConfig,
) -> NDArray[np.float32]:
    adds, removes = (
        click_map(
            np.array([p.place for p in pokes if p.adds is want], float).reshape(-1, 3),
            config.box,
            spacing,
            config.reach_mm,
        )
        for want in (True, False)
    )
    return stack_inputs(images, mask, other, adds, removes, of)


def refining_loss(logits: Tensor, truth: Tensor) -> Tensor:
    """Cross-entropy (times 5: it is small where most is background) and soft Dice of each sample; (B, Z, Y, X) each."""
    share = torch.sigmoid(logits)
    overlap = (share * truth).sum(dim=(1, 2, 3))
    total = share.sum(dim=(1, 2, 3)) + truth.sum(dim=(1, 2, 3))
    dice = (2 * overlap + 1.0) / (total + 1.0)
    return functional.binary_cross_entropy_with_logits(logits, truth) * 5.0 + (1 - dice).mean()

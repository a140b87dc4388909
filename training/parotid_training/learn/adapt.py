"""The steps of a fine-tuning: they go on where they were broken off, and make do with the memory there is."""

from __future__ import annotations

import contextlib
import json
import time
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING

import torch

from parotid_training.errors import CancelledError, ParotidError
from parotid_training.learn.batches import draw_batch
from parotid_training.learn.memory import free_bytes, step_bytes
from parotid_training.learn.optimise import Optimiser
from parotid_training.model.networks import SwinSegmenter, leave_trainable
from parotid_training.model.region import SLICE
from parotid_training.model.room import is_out_of_memory
from parotid_training.model.runtime import best_device
from parotid_training.model.slices import MULTIPLE
from parotid_training.words import mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from parotid_training.learn.augment import AugmentSettings
    from parotid_training.learn.batches import SliceBatch
    from parotid_training.learn.training_case import TrainingCase
    from parotid_training.progress import Cancelled

SAVE_SECONDS = 20.0
"""A run that breaks off loses at most about this much work."""
LEAST_PATCH, LEAST_BATCH = 64, 2
SMALLER = mark("Learning (the computer is short of memory, so smaller pictures are used)")
FEWER = mark("Learning (the computer is short of memory, so fewer pictures are used at a time)")
CARD_SMALLER = mark("Learning (the graphics card is short of memory, so smaller pictures are used)")
CARD_FEWER = mark("Learning (the graphics card is short of memory, so fewer pictures are used at a time)")
NO_CARD = mark("Learning (the graphics card has no memory left, so the processor is used)")
"""What a reader is told is going on; written down by the child, translated where it is shown."""


@dataclass(frozen=True)
class Fit:
    """What one step takes: height and width of the slices, slices a step, and where it is computed."""

    patch: tuple[int, int]
    batch: int
    device: str

    def smaller(self, wanted: Fit) -> tuple[Fit, str] | None:
        """Return the next one that takes less memory, and how to say so; None if there is none.

        First smaller pictures, then fewer of them, then the processor (there again as wanted at first).
        """
        on_card = self.device != "cpu"
        if min(self.patch) > LEAST_PATCH:
            less = [max(LEAST_PATCH, round(0.75 * size) // MULTIPLE * MULTIPLE) for size in self.patch]
            return replace(self, patch=(less[0], less[1])), CARD_SMALLER if on_card else SMALLER
        if self.batch > LEAST_BATCH:
            return replace(self, batch=max(LEAST_BATCH, self.batch // 2)), CARD_FEWER if on_card else FEWER
        if on_card:
            return replace(wanted, device="cpu"), NO_CARD
        return None


@dataclass(frozen=True)
class Recipe:
    """How the steps run.

    Parameters
    ----------
    steps, batch, rate
        Optimiser steps, slices a step (half of them replay) and peak rate.
    stages
        What learns (`leave_trainable`).
    recall
        Weight of replayed slices being answered as the start does: their labels alone are too few to keep its skills.
    """

    steps: int
    batch: int
    rate: float
    stages: int
    seed: int
    augment: AugmentSettings
    recall: float = 0.0


@dataclass(frozen=True)
class Step:
    """News of a step.

    Parameters
    ----------
    fits
        ``(step, patch, batch, device)`` from which step on was computed how; more than one only if memory ran short.
    words
        What is out of the ordinary; "" if nothing.
    """

    number: int
    loss: float
    seconds_left: float
    fits: tuple[tuple[int, Fit], ...]
    words: str = ""


@dataclass
class Looks:
    """How held-out studies were scored while learning: ``(step, Dice of the gland)``, kept with the state.

    Parameters
    ----------
    studies
        The studies that are looked at (`case_digests`): of others, the scores could not be joined to one line.
    """

    studies: dict[str, str] = field(default_factory=dict)
    points: list[tuple[int, float]] = field(default_factory=list)

    def note(self, step: int, score: float | None) -> None:
        """Keep a score; None: no study has a gland."""
        if score is not None:
            self.points.append((step, score))


class Adapter:
    """Adapts a network to cases, step by step.

    Parameters
    ----------
    model
        The start; changed in place.
    train, replay
        Cases to learn, and cases not to forget (half of each batch; none: all of it from ``train``).
    recipe
        How.
    """

    def __init__(
        self, model: SwinSegmenter, train: Sequence[TrainingCase], replay: Sequence[TrainingCase], recipe: Recipe
    ) -> None:
        torch.manual_seed(recipe.seed)
        self._train, self._replay, self._recipe = train, replay, recipe
        self._neighbours = model.config.neighbours
        self._wanted = Fit(SLICE, recipe.batch, str(best_device()))
        self._weights = sum(parameter.nbytes for parameter in model.parameters())
        self._words = ""
        self._fit = self._fitting(self._wanted)
        try:
            self._optimiser = self._start(model)
        except RuntimeError as error:
            if self._fit.device == "cpu" or not is_out_of_memory(error):
                raise
            # Not even the network fits on the card.
            self._words = NO_CARD
            self._fit = self._fitting(replace(self._wanted, device="cpu"))
            self._optimiser = self._start(model)
        self._fits = [(0, self._fit)]
        self.looks = Looks()

    def _start(self, model: SwinSegmenter) -> Optimiser:
        recipe = self._recipe
        return Optimiser(
            model,
            leave_trainable(model, recipe.stages),
            rate=recipe.rate,
            steps=recipe.steps,
            warm_up=max(1, recipe.steps // 10),
            averaging=0.98,
            seed=recipe.seed,
            device=torch.device(self._fit.device),
            recall=recipe.recall if self._replay else 0.0,
        )

    @property
    def average(self) -> SwinSegmenter:
        """The averaged weights."""
        return self._optimiser.average

    @property
    def fits(self) -> tuple[tuple[int, Fit], ...]:
        """From which step on it was computed how."""
        return tuple(self._fits)

    @property
    def done(self) -> int:
        """How many steps are done."""
        return self._optimiser.step_number

    def resume(self, path: Path, token: str) -> bool:
        """Go on from a state `steps` kept, if it is there, whole, and of the same job (token)."""
        try:
            note = json.loads(Optimiser.read_note(path))
            if note["token"] != token:
                return False
            fits = [(int(step), Fit((fit["patch"][0], fit["patch"][1]), fit["batch"], fit["device"]))
                    for step, fit in note["fits"]]  # fmt: skip
            points = [(int(n), float(score)) for n, score in note["looks"]["points"]]
            looks = Looks(dict(note["looks"]["studies"]), points)
            self._optimiser.load(path)
        except (OSError, ValueError, KeyError, TypeError, RuntimeError):
            return False
        self.looks = looks
        if fits[-1][1].device == "cpu" or torch.cuda.is_available():
            self._fits, self._fit = fits, fits[-1][1]
        else:
            # The card is gone since: from here on it is computed otherwise, and the record is to say so.
            self._fits = [*fits, (self.done, self._fit)]
        # There may be less room than there was; it may be what the run was killed for.
        self._words, kept = "", self._fit
        self._fit = self._fitting(kept)
        if self._fit != kept:
            self._fits.append((self.done, self._fit))
        self._optimiser.move(torch.device(self._fit.device))
        return True

    def _fitting(self, fit: Fit) -> Fit:
        """Return the largest step that there is room for, from one on; a smaller one is told with the next step.

        Asked first: a system that runs out of memory may kill the process without a word.
        """
        while step_bytes(fit.patch, fit.batch, self._weights) > free_bytes(fit.device):
            smaller = fit.smaller(self._wanted)
            if smaller is None:
                break
            fit, self._words = smaller
        return fit

    def steps(self, path: Path | None, token: str, cancelled: Cancelled) -> Iterator[Step]:
        """Learn to the end, keeping the state in ``path`` now and then, and when it is cancelled.

        Raises
        ------
        CancelledError
            If cancelled; the state is kept.
        ParotidError
            If there is not even memory for the smallest step.
        """
        optimiser, recipe = self._optimiser, self._recipe
        started, first, kept = time.monotonic(), optimiser.step_number, time.monotonic()
        while optimiser.step_number < recipe.steps:
            if cancelled():
                self._keep(path, token)
                raise CancelledError
            words, self._words = self._words, ""
            try:
                loss = optimiser.step(self._draw(), recipe.augment, self._half if self._replay else 0)
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                words = self._make_do()
                loss = float("nan")
            now, done = time.monotonic(), optimiser.step_number
            if now - kept > SAVE_SECONDS:
                with contextlib.suppress(OSError):
                    # A full disk only means that less would be gone on with.
                    self._keep(path, token)
                kept = now
            left = (now - started) / max(1, done - first) * (recipe.steps - done)
            yield Step(done, loss, left, self.fits, words)
        with contextlib.suppress(OSError):
            # Comparing takes minutes, and may be paused or killed as well.
            self._keep(path, token)

    @property
    def _half(self) -> int:
        """Replayed slices of a step, the last of its batch."""
        return self._fit.batch // 2

    def _draw(self) -> SliceBatch:
        rng, half = self._optimiser.rng(), self._half
        own = draw_batch(self._train, self._fit.batch - half, self._neighbours, rng, size=self._fit.patch)
        old = draw_batch(self._replay or self._train, half, self._neighbours, rng, size=self._fit.patch)
        return own.joined(old)

    def _make_do(self) -> str:
        """Take the next smaller step; return how to say so."""
        smaller = self._fit.smaller(self._wanted)
        if smaller is None:
            raise ParotidError("There is not enough memory to learn.", "Close other programs and start learning again.")
        self._fit, words = smaller
        self._fits.append((self._optimiser.step_number, self._fit))
        self._optimiser.move(torch.device(self._fit.device))
        return words

    def _keep(self, path: Path | None, token: str) -> None:
        if path is not None:
            fits = [(step, asdict(fit)) for step, fit in self._fits]
            note = {"token": token, "fits": fits, "looks": asdict(self.looks)}
            self._optimiser.save(path, json.dumps(note))


def copied(model: SwinSegmenter) -> SwinSegmenter:
    """Return a copy on the processor: the graphics card may have no room for another one."""
    copy = SwinSegmenter(model.config)
    copy.load_state_dict({name: value.cpu() for name, value in model.state_dict().items()})
    return copy.eval()


@torch.no_grad()
def blend(learned: SwinSegmenter, start: SwinSegmenter, share: float) -> None:
    """Move learned weights back towards those they started from, in place; ``share`` is what is kept of the way."""
    for mine, theirs in zip(learned.parameters(), start.parameters(), strict=True):
        mine.copy_(theirs.to(mine.device).lerp(mine, share))

"""Learn from accepted cases: always from the shipped base, with replay of phantoms, to a scored candidate.

Restarting from the base keeps errors of one round out of the next; replay (half of each batch) keeps the
base's skills. Few cases move only the decoder, the stems and the norms; more open the encoder from its end. The
candidate lies between the base and what was learned: that keeps most of what is new and loses little of what was
known (Wortsman et al., Robust fine-tuning of zero-shot models, CVPR 2022).
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from parotid_training.errors import ParotidError
from parotid_training.io.casefolder import read_case_folder
from parotid_training.learn.augment import AugmentSettings
from parotid_training.learn.data import TrainingCase, draw_batch, phantom_case, prepare_case
from parotid_training.learn.evaluate import score_cases
from parotid_training.learn.optimise import Optimiser
from parotid_training.model.checkpoint import load_checkpoint, save_checkpoint
from parotid_training.model.networks import freeze_encoder
from parotid_training.model.predict import Segmenter
from parotid_training.model.runtime import tune_process, tune_thread
from parotid_training.progress import Cancelled, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parotid_training.learn.gate import Scores, Source
    from parotid_training.model.networks import SegmenterConfig, SwinSegmenter

REPLAY_SEED = 800_000
"""First phantom seed of the replay set."""
BASE_SET_SEED = 950_000
"""First phantom seed of the shipped base set the gate watches."""
MINIMUM_STEPS_BETWEEN_NEWS = 5
MILD = AugmentSettings(rotation_deg=12.0, scale=1.12, gamma=0.25, bias=0.25, noise=0.15, blur=0.7, drop=0.2, invert=0.0)
"""A few cases are to be learned as they look, and not as any scanner might show them."""


@dataclass(frozen=True)
class FinetuneSettings:
    """How a round of learning runs.

    Parameters
    ----------
    steps, batch, rate
        Optimiser steps, slices a step (half of them replay) and peak rate.
    replay, base_set
        Number of phantoms replayed, and of phantoms that guard the base's skills.
    blend
        How far the candidate goes from the base (0) to the learned weights (1).
    stages
        ``(cases, stages)`` pairs in rising order: from that many cases on, so many of the encoder's last stages learn.
    threads
        CPU threads; the reader's window keeps the rest.
    """

    steps: int = 120
    batch: int = 8
    rate: float = 2e-4
    replay: int = 8
    base_set: int = 4
    blend: float = 0.5
    stages: tuple[tuple[int, int], ...] = ((0, 0), (10, 2), (30, 4))
    threads: int = 1
    augment: AugmentSettings = MILD

    def trainable_stages(self, cases: int) -> int:
        """Encoder stages that learn with so many cases."""
        return [stages for least, stages in self.stages if cases >= least][-1]


@dataclass(frozen=True)
class FinetuneRequest:
    """What a round learns from; the job file of the child process. Holds no identity.

    Parameters
    ----------
    base, incumbent
        Model folders: the shipped start, and the model now in use.
    train, holdout
        Case folders.
    """

    base: Path
    incumbent: Path
    train: tuple[Path, ...]
    holdout: tuple[Path, ...]
    seed: int = 0
    settings: FinetuneSettings = field(default_factory=FinetuneSettings)

    def to_json(self) -> dict[str, Any]:
        """Return a plain dictionary."""
        return {
            "base": str(self.base),
            "incumbent": str(self.incumbent),
            "train": [str(path) for path in self.train],
            "holdout": [str(path) for path in self.holdout],
            "seed": self.seed,
            "settings": asdict(self.settings),
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> FinetuneRequest:
        """Build from `to_json`'s dictionary.

        Raises
        ------
        ParotidError
            If the dictionary is not one.
        """
        try:
            settings = dict(values.get("settings", {}))
            if "augment" in settings:
                settings["augment"] = AugmentSettings(**settings["augment"])
            if "stages" in settings:
                settings["stages"] = tuple((int(a), int(b)) for a, b in settings["stages"])
            return cls(
                Path(values["base"]),
                Path(values["incumbent"]),
                tuple(Path(path) for path in values["train"]),
                tuple(Path(path) for path in values["holdout"]),
                int(values.get("seed", 0)),
                FinetuneSettings(**settings),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ParotidError("The learning job cannot be read.", "Start learning again.") from error


@dataclass(frozen=True)
class Progress:
    """News of a running round; ``loss`` and ``seconds_left`` are None while preparing."""

    stage: str
    step: int
    steps: int
    loss: float | None = None
    seconds_left: float | None = None


@dataclass(frozen=True)
class Candidate:
    """The outcome: a model folder, and its scores beside the incumbent's on the same cases."""

    folder: Path
    model_id: str
    candidate: Scores
    incumbent: Scores


def finetune(request: FinetuneRequest, run: Path, cancelled: Cancelled) -> Iterator[Progress | Candidate]:
    """Fine-tune from the base and score the result beside the incumbent.

    Parameters
    ----------
    run
        Folder to write into; nothing outside it is touched.

    Yields
    ------
    Progress, and at last one Candidate.

    Raises
    ------
    ParotidError
        If there is nothing to learn from, or a case or model cannot be read.
    CancelledError
        If cancelled.
    """
    settings = request.settings
    if not request.train:
        raise ParotidError("There are no accepted studies to learn from yet.", "Accept at least two studies first.")
    tune_process(settings.threads)
    tune_thread()
    model, base_id = load_checkpoint(request.base)
    incumbent, incumbent_id = load_checkpoint(request.incumbent)
    config = model.config

    wanted = len(request.train) + len(request.holdout) + settings.replay + settings.base_set
    gathered: list[TrainingCase] = []
    for case in _gather(request, config):
        check(cancelled)
        gathered.append(case)
        yield Progress("Reading the accepted studies and the practice set", len(gathered), wanted)
    train, holdout, replay, base_set = _split(gathered, request)

    torch.manual_seed(request.seed)
    stages = settings.trainable_stages(len(request.train))
    optimiser = Optimiser(
        model,
        freeze_encoder(model, stages),
        rate=settings.rate,
        steps=settings.steps,
        warm_up=max(1, settings.steps // 10),
        averaging=0.98,
        seed=request.seed,
    )
    started, told = time.monotonic(), 0.0
    for step in range(1, settings.steps + 1):
        check(cancelled)
        rng = optimiser.rng()
        own = draw_batch(train, settings.batch - settings.batch // 2, config.neighbours, rng)
        old = draw_batch(replay, settings.batch // 2, config.neighbours, rng) if replay else own
        loss = optimiser.step(own.joined(old), settings.augment)
        now = time.monotonic()
        if now - told > 0.5 or step % MINIMUM_STEPS_BETWEEN_NEWS == 0 or step == settings.steps:
            told = now
            yield Progress("Learning", step, settings.steps, loss, (now - started) / step * (settings.steps - step))

    facts = {
        "command": "parotid finetune",
        "base": base_id,
        "cases": [path.name for path in request.train],
        "seed": request.seed,
        "settings": asdict(settings),
    }
    folder = run / "candidate"
    _blend(optimiser.average, request.base, settings.blend)
    candidate_id = save_checkpoint(folder, optimiser.average, facts)
    yield Progress("Comparing with the model in use", 0, 2)
    # Scored as stored: the candidate is read back, so that what is judged is what would be used.
    watched: list[tuple[Source, TrainingCase]] = [("hold-out", case) for case in holdout]
    watched += [("base", case) for case in base_set]
    candidate_scores = score_cases(Segmenter.load(folder, candidate_id), watched, cancelled)
    yield Progress("Comparing with the model in use", 1, 2)
    incumbent_scores = score_cases(Segmenter(incumbent, incumbent_id), watched, cancelled)
    yield Candidate(folder, candidate_id, candidate_scores, incumbent_scores)


@torch.no_grad()
def _blend(learned: SwinSegmenter, base: Path, share: float) -> None:
    """Move learned weights back towards the base, in place; ``share`` is what is kept of the way."""
    start, _ = load_checkpoint(base)
    for mine, theirs in zip(learned.parameters(), start.parameters(), strict=True):
        mine.copy_(theirs.to(mine.device).lerp(mine, share))


def _gather(request: FinetuneRequest, config: SegmenterConfig) -> Iterator[TrainingCase]:
    """Prepared cases in the order train, hold-out, replay, base set."""
    for folder in (*request.train, *request.holdout):
        study, label_map = read_case_folder(folder)
        yield prepare_case(folder.name, study, label_map, config)
    for number in range(request.settings.replay):
        yield phantom_case(REPLAY_SEED + number, config)
    for number in range(request.settings.base_set):
        yield phantom_case(BASE_SET_SEED + number, config)


def _split(
    cases: list[TrainingCase], request: FinetuneRequest
) -> tuple[list[TrainingCase], list[TrainingCase], list[TrainingCase], list[TrainingCase]]:
    first, second = len(request.train), len(request.train) + len(request.holdout)
    third = second + request.settings.replay
    return cases[:first], cases[first:second], cases[second:third], cases[third:]

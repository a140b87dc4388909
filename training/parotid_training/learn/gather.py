"""The cases of a round of learning: accepted ones read and looked at, synthetic ones painted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from parotid_training.errors import ParotidError
from parotid_training.io.casefolder import read_case_description, read_case_folder
from parotid_training.learn.evaluate import predict_case
from parotid_training.learn.news import Flaw, Progress, Screened, Unusable
from parotid_training.learn.screen import screen
from parotid_training.learn.synthetic import phantom_case
from parotid_training.learn.training_case import TrainingCase, prepare_case
from parotid_training.model.region import head_of
from parotid_training.model.room import where_there_is_room
from parotid_training.progress import Cancelled, check
from parotid_training.words import mark

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from parotid_training.learn.job import FinetuneRequest
    from parotid_training.model.networks import SegmenterConfig
    from parotid_training.model.predict import Segmenter

READING = mark("Reading the accepted studies and the practice set")


def gather(
    request: FinetuneRequest, config: SegmenterConfig, witnesses: list[Segmenter], cancelled: Cancelled
) -> Generator[Progress | Unusable | Screened, None, list[TrainingCase] | None]:
    """Read the accepted cases, have new ones looked at by the witnesses, and paint the synthetic ones.

    Returns
    -------
    All cases in the order of `split`; None where an accepted one cannot be used, or there is doubt about it.
    """
    settings = request.settings
    wanted = len(request.train) + len(request.holdout) + len(settings.replay_set) + len(settings.gate_set)
    gathered: list[TrainingCase] = []
    unusable = False
    for number, case in enumerate(_accepted(request, config), start=1):
        check(cancelled)
        if isinstance(case, Unusable):
            unusable = True
            yield case
        else:
            gathered.append(case)
            yield Progress(READING, number, wanted)
    if unusable:
        return None
    doubted = False
    for folder, case in zip((*request.train, *request.holdout), gathered, strict=True):
        if folder.name in request.unseen:
            check(cancelled)
            doubt = _look(case, witnesses)
            doubted = doubted or bool(doubt)
            yield Screened(folder.name, doubt)
    if doubted:
        return None
    for case in _synthetic(request, config):
        check(cancelled)
        gathered.append(case)
        yield Progress(READING, len(gathered), wanted)
    return gathered


def split(
    cases: list[TrainingCase], request: FinetuneRequest
) -> tuple[list[TrainingCase], list[TrainingCase], list[TrainingCase], list[TrainingCase]]:
    """Part what was gathered into cases to learn from, held-out ones, replayed ones and the base set."""
    first, second = len(request.train), len(request.train) + len(request.holdout)
    third = second + len(request.settings.replay_set)
    return cases[:first], cases[first:second], cases[second:third], cases[third:]


def _look(case: TrainingCase, witnesses: list[Segmenter]) -> str:
    meant = case.meant
    found = [where_there_is_room(witness, partial(predict_case, witness, case))[meant] for witness in witnesses]
    head = head_of(case.array.astype(np.float32), case.present)
    doubt = screen(case.label[meant], found, case.spacing, head[meant])
    return "" if doubt is None else doubt.value


def _accepted(request: FinetuneRequest, config: SegmenterConfig) -> Iterator[TrainingCase | Unusable]:
    """Prepared cases in the order train, hold-out; in the place of one that cannot be used, why not."""
    for folder in (*request.train, *request.holdout):
        try:
            study, label_map = read_case_folder(folder)
            slices = read_case_description(folder)["facts"].get("slices")
        except ParotidError:
            yield Unusable(folder.name, Flaw.DAMAGED)
            continue
        try:
            yield prepare_case(folder.name, study, label_map, config, slices)
        except ParotidError:
            yield Unusable(folder.name, Flaw.UNFED)


def _synthetic(request: FinetuneRequest, config: SegmenterConfig) -> Iterator[TrainingCase]:
    """Prepared cases in the order replay, base set."""
    for seed in (*request.settings.replay_set, *request.settings.gate_set):
        yield phantom_case(seed, config)

"""Learn from accepted cases: always from the shipped base, with replay of phantoms, to a scored candidate.

Restarting from the base keeps errors of one round out of the next; replay (half of each batch) keeps the
base's skills. Few cases move only the layers that take the pictures in: another scanner shows the same structures in
another way (docs/results/finetuning.md). A candidate that lost too much on the built-in set is pulled back towards the
base: that keeps most of what is new and loses little of what was known (Wortsman et al., Robust fine-tuning of
zero-shot models, CVPR 2022).
"""

from __future__ import annotations

import math
import time
from functools import partial
from typing import TYPE_CHECKING

from parotid_training.errors import ParotidError
from parotid_training.learn.adapt import Adapter, Looks, blend, copied
from parotid_training.learn.evaluate import mean_dice, score_cases
from parotid_training.learn.gate import keeps_skills
from parotid_training.learn.gather import gather, split
from parotid_training.learn.job import case_digests, describe, token_of
from parotid_training.learn.news import CANDIDATE, Candidate, Progress, Screened, Unusable
from parotid_training.learn.scores import Scores
from parotid_training.model.checkpoint import load_checkpoint, save_checkpoint
from parotid_training.model.room import segmenter_of, where_there_is_room
from parotid_training.model.runtime import tune_process, tune_thread
from parotid_training.words import mark

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from parotid_training.learn.job import FinetuneRequest
    from parotid_training.learn.scores import CaseScore, Source
    from parotid_training.learn.training_case import TrainingCase
    from parotid_training.model.networks import SwinSegmenter
    from parotid_training.model.predict import Segmenter
    from parotid_training.progress import Cancelled

News = Progress | Unusable | Screened | Candidate

STEPS_BETWEEN_NEWS = 5
STATE = "state.safetensors"
"""Where a run that was broken off goes on from."""

LOOKS = 4
"""How often held-out studies are scored while learning, the start counted."""
LOOKED_AT = 2
"""Held-out studies that are scored meanwhile; all of them are at the end."""


def finetune(request: FinetuneRequest, run: Path, cancelled: Cancelled) -> Iterator[News]:
    """Fine-tune from the base and score the result beside the incumbent; go on where an earlier call broke off.

    Cases that nobody has looked at yet (``request.unseen``) are screened first. Where one cannot be used, or there is
    doubt about it, the call ends after the last of them without learning anything: whoever asked takes the case out
    and asks again.

    Parameters
    ----------
    run
        Folder to write into; nothing outside it is touched.

    Yields
    ------
    Progress, Unusable, Screened, and at last one Candidate.

    Raises
    ------
    ParotidError
        If there is nothing to learn from, or a model cannot be read.
    CancelledError
        If cancelled; what was learned so far is kept in ``run``.
    """
    if not request.train:
        raise ParotidError(
            "There are no accepted studies to learn from yet.", "Accept studies of at least two patients first."
        )
    tune_process(request.settings.threads)
    tune_thread()
    model, base_id = load_checkpoint(request.base)
    incumbent, incumbent_id = load_checkpoint(request.incumbent)
    witnesses = [segmenter_of(model, base_id)]
    if incumbent_id != base_id:
        witnesses.append(segmenter_of(incumbent, incumbent_id))
    gathered = yield from gather(request, model.config, witnesses, cancelled)
    if gathered is None:
        return
    train, holdout, replay, base_set = split(gathered, request)
    adapter = Adapter(model, train, replay, request.settings.recipe(len(request.train), request.seed))
    yield from _learn(request, run, adapter, base_id, holdout, cancelled)
    seen: list[tuple[Source, TrainingCase]] = [("hold-out", case) for case in holdout]
    guarded: list[tuple[Source, TrainingCase]] = [("base", case) for case in base_set]
    yield from _present(request, run, adapter, segmenter_of(incumbent, incumbent_id), seen, guarded, cancelled)


def _learn(
    request: FinetuneRequest,
    run: Path,
    adapter: Adapter,
    base_id: str,
    holdout: list[TrainingCase],
    cancelled: Cancelled,
) -> Iterator[Progress]:
    """Learn all steps, from where an earlier call broke off, looking at held-out studies now and then."""
    settings = request.settings
    state, token = run / STATE, token_of(request, base_id)
    goes_on = adapter.resume(state, token)

    def held_out_score(model: SwinSegmenter) -> float | None:
        return _on_held_out(model, base_id, holdout, cancelled)

    watched = case_digests(request.holdout[:LOOKED_AT])
    if adapter.looks.studies != watched:
        adapter.looks = Looks(watched)
        if holdout:
            adapter.looks.note(0, held_out_score(load_checkpoint(request.base)[0]))
    # The line is drawn from its beginning, also by a window that was not there when it began.
    for at, score in adapter.looks.points:
        yield Progress(mark("Learning from your masks"), at, settings.steps, held_out=score)
    if goes_on:
        yield Progress(mark("Going on where the learning stopped"), adapter.done, settings.steps)
    told, words, every = 0.0, "", max(1, settings.steps // LOOKS)
    for step in adapter.steps(state, token, cancelled):
        now = time.monotonic()
        words = step.words or words
        held_out = None
        if holdout and step.number % every == 0 and step.number < settings.steps:
            so_far = copied(adapter.average)
            blend(so_far, load_checkpoint(request.base)[0], settings.blend)
            held_out = held_out_score(so_far)
            adapter.looks.note(step.number, held_out)
        last = step.number % STEPS_BETWEEN_NEWS == 0 or step.number == settings.steps
        if now - told > 0.5 or step.words or held_out is not None or last:
            told = now
            stage, device = words or mark("Learning from your masks"), adapter.fits[-1][1].device
            yield Progress(stage, step.number, settings.steps, step.loss, step.seconds_left, held_out, device)


def _present(
    request: FinetuneRequest,
    run: Path,
    adapter: Adapter,
    incumbent: Segmenter,
    seen: list[tuple[Source, TrainingCase]],
    guarded: list[tuple[Source, TrainingCase]],
    cancelled: Cancelled,
) -> Iterator[Progress | Candidate]:
    """Make the candidate and score it beside the incumbent; one that forgot comes nearer to the base.

    How near is for the base set alone to say: the held-out cases are to tell whether anything got better, and whoever
    chose by them could not ask them afterwards.
    """
    folder, shares, steps = run / CANDIDATE, request.settings.shares, request.settings.steps
    base, base_id = load_checkpoint(request.base)
    is_first = incumbent.model_id == base_id
    bar = _Bar((1 + len(shares)) * len(guarded) + 2 * len(seen))
    guard = incumbent if is_first else segmenter_of(base, base_id)
    known = Scores(base_id, (yield from _score(guard, guarded, bar, cancelled)))
    for share in shares:
        mixed = copied(adapter.average)
        blend(mixed, base, share)
        candidate_id = save_checkpoint(folder, mixed, describe(request, base_id, adapter.fits, share))
        # Scored as stored: the candidate is read back, so that what is judged is what would be used.
        candidate = segmenter_of(load_checkpoint(folder, candidate_id)[0], candidate_id)
        rows = yield from _score(candidate, guarded, bar, cancelled)
        if share == shares[-1] or keeps_skills(Scores(candidate_id, rows), known):
            break
    bar.done = bar.wanted - 2 * len(seen)
    own = yield from _score(candidate, seen, bar, cancelled)
    theirs = yield from _score(incumbent, seen, bar, cancelled)
    kept, shipped = (known.cases + theirs, None) if is_first else (theirs, known)
    # The curve ends with the version that is judged: it may lie nearer to the base than what was looked at meanwhile.
    yield Progress(bar.stage, steps, steps, held_out=_watched_gland(Scores(candidate_id, own), [c for _, c in seen]))
    yield Candidate(folder, candidate_id, Scores(candidate_id, rows + own), Scores(incumbent.model_id, kept), shipped)


class _Bar:
    """Counts all that is compared, so that the bar goes one way."""

    stage = mark("Comparing with the model in use")

    def __init__(self, wanted: int) -> None:
        self.done, self.wanted = 0, wanted

    def next(self) -> Progress:
        self.done += 1
        return Progress(self.stage, self.done - 1, self.wanted)


def _score(
    segmenter: Segmenter, cases: list[tuple[Source, TrainingCase]], bar: _Bar, cancelled: Cancelled
) -> Generator[Progress, None, tuple[CaseScore, ...]]:
    rows: tuple[CaseScore, ...] = ()
    for one in cases:
        yield bar.next()
        rows += where_there_is_room(segmenter, partial(score_cases, segmenter, [one], cancelled)).cases
    return rows


def _on_held_out(
    model: SwinSegmenter, model_id: str, holdout: list[TrainingCase], cancelled: Cancelled
) -> float | None:
    """Score on some held-out studies; return what `_watched_gland` does."""
    watched: list[tuple[Source, TrainingCase]] = [("hold-out", case) for case in holdout[:LOOKED_AT]]
    segmenter = segmenter_of(model, model_id)
    found = where_there_is_room(segmenter, partial(score_cases, segmenter, watched, cancelled))
    return _watched_gland(found, holdout)


def _watched_gland(scores: Scores, holdout: list[TrainingCase]) -> float | None:
    """Return the mean Dice of the gland on the held-out studies that are looked at; None if none of them has one."""
    watched = {case.name for case in holdout[:LOOKED_AT]}
    chosen = Scores(scores.model_id, tuple(row for row in scores.cases if row.case_id in watched))
    score = mean_dice(chosen)["gland"]
    return None if math.isnan(score) else score

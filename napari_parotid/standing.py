"""How the learning stands in a workspace: versions, questions, what waits, and when it is learned from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_parotid.messages import Version
from napari_parotid.provenance import came, caution, untried
from napari_parotid.starting import StartRule
from napari_parotid.tr import tr
from parotid_training.learn.verdict import no_longer
from parotid_training.workspace.judge import OVERTAKEN
from parotid_training.workspace.records import JobState, overrulable

if TYPE_CHECKING:
    from parotid_training.workspace.records import Job, ModelRecord, Split
    from parotid_training.workspace.store import Store

RULE = "start rule"  # no words
"""Name of the workspace's preference."""
_JUDGED = (JobState.PROMOTED, JobState.REFUSED)


def standing(store: Store, usual: StartRule) -> dict[str, Any]:
    """Return fields of a `LearningStatus`.

    Parameters
    ----------
    usual
        The rule where the readers chose none.
    """
    jobs, split, models = store.jobs(), store.split(), store.models()
    refused = overrulable(jobs)
    compared = next((job for job in reversed(jobs) if job.verdict is not None), None)
    return {
        "versions": _versions(models, jobs),
        "waiting_cases": _waiting_cases(split, jobs),
        "nothing_new": _nothing_new(models, split, jobs),
        "questions": store.questions(),
        "left_out": store.left_out(),
        "rows": () if compared is None or compared.verdict is None else compared.verdict.rows,
        "judged": "" if compared is None else _judged(models, compared),
        "judged_by": "" if compared is None else _judged_by(store, models, compared),
        "back_to": store.rolls_back_to,
        "overrulable": "" if refused is None else refused.run,
        "rule": StartRule(store.preference(RULE) or usual),
    }


def _judged(models: tuple[ModelRecord, ...], job: Job) -> str:
    if job.override:
        # "Not used" would stand beside the version in use.
        return tr("Used at your word: {why}", why=job.override)
    said = tr(job.sentence)
    return said if job.model_id == _current(models) else no_longer(said)


def _judged_by(store: Store, models: tuple[ModelRecord, ...], job: Job) -> str:
    """Name what was compared, when, and by which studies: "Before" alone would not tell which version that was."""
    titles = store.case_titles()
    versions = {record.model_id: record.title for record in models}
    return tr(
        "The round of {when:%d %b %Y, %H:%M}. Before: {before}. New: {new}. Your held-out studies: {studies}.",
        when=(job.finished or job.created).astimezone(),
        new=versions.get(job.model_id) or tr("a new version"),
        before=versions.get(job.incumbent) or tr("the version in use then"),
        studies=", ".join(dict.fromkeys(filter(None, map(titles.get, job.holdout)))) or tr("none"),
    )


def _current(models: tuple[ModelRecord, ...]) -> str:
    return next(record.model_id for record in models if record.is_current)


def _versions(models: tuple[ModelRecord, ...], jobs: tuple[Job, ...]) -> tuple[Version, ...]:
    newest_first = sorted(models, key=lambda record: -record.number)
    return tuple(
        Version(
            record.model_id,
            record.title,
            came(record, jobs),
            record.is_base,
            record.is_current,
            caution(record, jobs),
            untried(record, jobs),
        )
        for record in newest_first
        if record.pruned is None
    )


def _waiting_cases(split: Split, jobs: tuple[Job, ...]) -> int:
    """Count the accepted cases that no round used to its end, to learn from or to judge by; refused ones count."""
    used = {case for job in jobs if job.state in _JUDGED for case in (*job.train, *job.holdout)}
    return len({*split.train, *split.holdout} - used)


def _nothing_new(models: tuple[ModelRecord, ...], split: Split, jobs: tuple[Job, ...]) -> bool:
    """Whether another round would bring the version of the last one again: a round is the same from the same.

    By the same program, settings and seed, that is; no record of a refused version says what made it.
    """
    last = next((job for job in reversed(jobs) if job.state in _JUDGED), None)
    if last is None or last.sentence == OVERTAKEN.sentence:
        return False
    newest_base = max(record.imported for record in models if record.is_base)
    return (
        (split.train, split.holdout) == (last.train, last.holdout)
        and _current(models) in (last.incumbent, last.model_id)
        and newest_base <= last.created
    )

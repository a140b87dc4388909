"""What became of the model so far: versions that came, rounds of learning, and what was put into use when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from napari_parotid.decisions import CHOSEN
from napari_parotid.provenance import came
from napari_parotid.tr import tr

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from parotid_training.workspace.records import Promotion


@dataclass(frozen=True)
class Happening:
    """One line of the history.

    Parameters
    ----------
    when
        UTC.
    model_id
        The version it is about; "" for a round that brought none.
    title
        That version's name, or what stands in its place.
    learned, held_out
        Studies it learned from, and those it was judged by.
    words
        What came of it.
    """

    when: datetime
    model_id: str
    title: str
    words: str
    learned: tuple[str, ...] = ()
    held_out: tuple[str, ...] = ()


def history(store: Any) -> tuple[Happening, ...]:
    """Return what became of the model in a workspace, newest first."""
    titles = {record.model_id: record.title for record in store.models()}
    names, jobs = store.case_titles(), store.jobs()

    def named(cases: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(filter(None, (names.get(case) for case in cases))))

    happened = [
        Happening(record.imported, record.model_id, record.title, came(record, jobs))
        for record in store.models()
        if record.is_base or record.facts.get("imported")
    ]
    rounds = [job for job in jobs if job.state.is_final]
    for job in rounds:
        title = titles.get(job.model_id) or tr("No new version")
        # A round that was broken off judged nothing.
        learned, held_out = named(job.train), named(job.holdout if job.verdict else ())
        happened.append(
            Happening(job.finished or job.created, job.model_id, title, tr(job.sentence), learned, held_out)
        )
    said = {line.words for line in happened}
    happened += [
        Happening(step.when, step.model_id, titles[step.model_id], _put_into_use(step))
        for step in store.timeline()
        if tr(step.why) not in said
    ]
    return tuple(sorted(happened, key=lambda line: line.when, reverse=True))


def _put_into_use(step: Promotion) -> str:
    """Say who put a version into use, where that is known, and why."""
    who = step.who or tr("a reader")
    if step.why in (CHOSEN, tr(CHOSEN)):
        return tr("Chosen again by {who}.", who=who) if step.is_rollback else tr("Chosen by {who}.", who=who)
    why = tr(step.why)
    if step.who:
        return (
            tr("In use again, by {who}. {why}", who=who, why=why)
            if step.is_rollback
            else tr("Put into use by {who}. {why}", who=who, why=why)
        )
    return tr("In use again. {why}", why=why) if step.is_rollback else tr("Put into use. {why}", why=why)

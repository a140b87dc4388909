"""Accepted cases that a round of learning goes on without: those in doubt, and those that cannot be used.

The child process names them and ends; the job is written anew without them, so that it always says what is learned
from.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from parotid_training.errors import ParotidError
from parotid_training.learn.news import Flaw
from parotid_training.words import mark, tr

if TYPE_CHECKING:
    from parotid_training.workspace.events import Event
    from parotid_training.workspace.records import Job
    from parotid_training.workspace.store import Store

ASKED_WORDS = mark(
    "Nothing was learned yet: there is a question about an accepted study. Answer it, then start learning again."
)


def note(store: Store, event: Event) -> None:
    """Take in what a child found of a case; one that makes up a reason, or names other cases, is not believed."""
    job = store.job(event.run)
    if event.case not in (*job.train, *job.holdout):
        return
    with contextlib.suppress(ValueError):
        if event.kind == "screened":
            store.screenings.note(event.case, event.doubt)
        elif event.kind == "unusable":
            store.queue.leave_out(event.run, event.case, Flaw(event.flaw))


def is_unwanted(store: Store, job: Job) -> bool:
    """Whether a job names a case that is held back or cannot be used, or asks to look at one that was answered already.

    It may be answered while the child looks at the next one: the child ends all the same, and would again.
    """
    unseen: list[str] = []
    with contextlib.suppress(ParotidError):
        unseen = store.queue.request_of(job.run)["unseen"]
    named = (*job.train, *job.holdout)
    unwanted = store.screenings.held_back() | job.left_out.keys()
    return not (unwanted.isdisjoint(named) and store.screenings.doubted().isdisjoint(unseen))


def go_on_without(store: Store, job: Job) -> str:
    """Write a job anew without those cases, to be started again; return "", or why there is nothing to go on with."""
    try:
        store.queue.renew(job.run)
    except ParotidError as error:
        asked = not store.screenings.held_back().isdisjoint((*job.train, *job.holdout))
        # With a study left out, what to do is to mend that one.
        return ASKED_WORDS if asked else tr(error.sentence) if job.left_out else str(error)
    return ""


def say(store: Store, job: Job) -> str:
    """Name the studies that could not be used, why, and what to do about it; "" if there are none."""
    said = []
    for flaw in Flaw:
        cases = [case for case, found in job.left_out.items() if found is flaw]
        titles = list(dict.fromkeys(store.study(store.case_shelf.case(case).study_id).title for case in cases))
        if titles:
            said.append(_say(flaw, titles))
    return " ".join(said)


def _say(flaw: Flaw, titles: list[str]) -> str:
    n, studies = len(titles), ", ".join(titles)
    if flaw is Flaw.DAMAGED:
        return tr(
            "{studies} were left out: their accepted files are damaged. Open them and accept them again.",
            one="{studies} was left out: its accepted files are damaged. Open it and accept it again.",
            n=n,
            studies=studies,
        )
    return tr(
        "{studies} were left out: none of their sequences is a T1, T2, STIR or contrast T1. "
        "Open them, set the roles and accept them again.",
        one="{studies} was left out: none of its sequences is a T1, T2, STIR or contrast T1. "
        "Open it, set the roles and accept it again.",
        n=n,
        studies=studies,
    )

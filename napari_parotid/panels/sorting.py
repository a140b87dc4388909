"""In which order the worklist stands, and what is found in it."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from napari_parotid.panels.study_entry import lines
from napari_parotid.tr import mark, tr
from parotid_training.learn.teaching import teaching_order
from parotid_training.workspace.records import StudyState

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from parotid_training.workspace.records import StudyRecord


class Order(StrEnum):
    """How the worklist is sorted."""

    OLDEST = mark("Oldest first")
    NEWEST = mark("Newest first")
    NAME = mark("By name")
    STATE = mark("By state")
    GLAND = mark("Largest gland")
    TUMOUR = mark("Largest tumour")
    TEACHING = mark("Teaches most first")


def sort(records: Sequence[StudyRecord], order: Order) -> list[StudyRecord]:
    """Return the records, given oldest first, in another order; what is equal stays in the order it came."""
    states = list(StudyState)
    if order is Order.NEWEST:
        return list(reversed(records))
    if order is Order.TEACHING:
        waiting = {record.study_id: record for record in records if not record.state.is_accepted}
        first = teaching_order({study_id: record.unsure for study_id, record in waiting.items()})
        return [waiting[study_id] for study_id in first] + [record for record in records if record.state.is_accepted]
    keys: dict[Order, Callable[[StudyRecord], Any]] = {
        Order.OLDEST: lambda record: 0,
        # "Study 10" comes after "Study 9".
        Order.NAME: lambda record: [
            (0, int(part), "") if part.isdigit() else (1, 0, part.casefold())
            for part in re.split(r"(\d+)", record.title)
            if part
        ],
        Order.STATE: lambda record: states.index(record.state),
        Order.GLAND: lambda record: -(record.gland_ml or 0.0),
        Order.TUMOUR: lambda record: -(record.tumour_ml or 0.0),
    }
    return sorted(records, key=keys[order])


def fits(record: StudyRecord, words: str, version: str) -> bool:
    """Whether every word that is looked for stands in the entry: in a name of it, not in its volumes."""
    entry = " ".join((record.title, tr(record.state.value), version, lines(record)[0])).casefold()
    return all(word in entry for word in words.casefold().split())

"""What was ticked and written of a mask that is not accepted yet: it comes back with the unfinished work."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

from parotid_training.acceptance import Answer
from parotid_training.errors import ParotidError

if TYPE_CHECKING:
    from napari_parotid.doors import EngineDoor

Words = tuple[tuple[Answer, ...], str]
"""Answers, and a comment."""


class Said:
    """Keeps it with the workspace, study by study.

    Parameters
    ----------
    engine
        Whose workspace; what its disk refuses is kept as long as the program runs.
    """

    def __init__(self, engine: EngineDoor) -> None:
        self._engine = engine
        self._known: dict[str, Words | None] = {}

    def keep(self, study_id: str, words: Words | None) -> None:
        """Keep what was said of a study; None where it is accepted, and part of the case."""
        if words == self.of(study_id):
            return
        self._known[study_id] = words
        with suppress(ParotidError):
            self._engine.store.set_preference(_name(study_id), "" if words is None else json.dumps(words))

    def of(self, study_id: str) -> Words | None:
        """Return what was said of a study and not accepted since; None if nothing was."""
        if study_id not in self._known:
            self._known[study_id] = self._read(study_id)
        return self._known[study_id]

    def _read(self, study_id: str) -> Words | None:
        try:
            text = self._engine.store.preference(_name(study_id))
            answers, comment = json.loads(text)
            return tuple(Answer(one) for one in answers), str(comment)
        except (ParotidError, ValueError, TypeError):
            # Nothing, or what a later version wrote.
            return None


def _name(study_id: str) -> str:
    return f"said of {study_id}"  # no words

"""What readers decide in the workspace: which version is used, what is learned from, and when."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from psygnal import Signal

from napari_parotid.mask_in_hand import READ_ONLY, TRY_AGAIN
from napari_parotid.messages import LearningStatus, Level, Notice, describe
from napari_parotid.standing import RULE, standing
from napari_parotid.starting import StartRule
from napari_parotid.tr import mark, tr
from parotid_training.workspace import parcel
from parotid_training.workspace.judge import override

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from napari_parotid.doors import EngineDoor
    from napari_parotid.executor import Submit
    from napari_parotid.starting import LearningSettings

CHOSEN = mark("Chosen by the reader.")
"""Why a version was put into use that a reader chose."""


class Decisions:
    """Carries out what is decided, and says how things stand then.

    Parameters
    ----------
    engine
        The engine, with its workspace and its jobs.
    submit
        Where the workspace and the jobs are spoken to: judging a candidate takes a moment, so never on the window's
        thread.
    settings
        When learning starts by itself.
    """

    changed = Signal(LearningStatus)
    model_changed = Signal(str)
    notice = Signal(Notice)

    def __init__(self, engine: EngineDoor, submit: Submit, settings: LearningSettings) -> None:
        self._engine = engine
        self._submit = submit
        self.settings = settings
        self._model_id: str = engine.store.current_model().model_id
        self.status = LearningStatus(
            model_id=self._model_id, why_not=tr(READ_ONLY) if engine.store.read_only else "", **self._standing()
        )

    def look_again(self) -> None:
        """Show how things stand after another program changed them."""
        self._refresh_model()

    def rollback(self, model_id: str = "", who: str = "") -> None:
        """Use an earlier version from the next study on; without an id, the one used before."""
        store, why = self._engine.store, CHOSEN
        wanted = model_id or self.status.back_to
        title = next((version.title for version in self.status.versions if version.model_id == wanted), "")
        self._ask(
            lambda: store.promote(model_id, why=why, who=who) if model_id else store.rollback(why=why, who=who),
            tr("going back to an earlier version"),
            tr("{version} is used from the next study on.", version=title) if title else "",
            # What was said of the version left would stand beside another.
            then=lambda: self._set(verdict=""),
        )

    def override(self, run: str, why: str, who: str = "") -> None:
        """Use the version of a run that was refused all the same."""
        store = self._engine.store
        self._ask(
            lambda: override(store, run, why, who),
            tr("using the refused version"),
            # "Not used" would still stand beside the version in use.
            then=lambda: self._set(verdict=tr("Used at your word: {why}", why=why)),
        )

    def answer(self, case_id: str, use: bool, who: str) -> None:
        """Say whether an odd case is to be learned from."""
        store = self._engine.store
        words = (
            tr("It counts from the next round on.")
            if use
            else tr("Left out of learning. With the study open, Take it in again stands below Review and accept.")
        )
        self._ask(lambda: store.answer_question(case_id, use=use, who=who), tr("keeping the answer"), words)

    def set_rule(self, rule: StartRule) -> None:
        """Choose what starts the learning by itself."""
        store = self._engine.store
        self._ask(lambda: store.set_preference(RULE, rule.value), tr("keeping the choice"))

    def export(self, model_id: str, path: Path) -> None:
        """Write a version into one file."""
        store = self._engine.store
        self._ask(
            lambda: parcel.export_version(store, model_id, path),
            tr("exporting the version"),
            tr("The version was written to {name}.", name=path.name),
            reads=True,
        )

    def bring_in(self, path: Path) -> None:
        """Take a version in from a file; it is used when it is chosen."""
        store = self._engine.store
        self._ask(
            lambda: parcel.import_version(store, path),
            tr("importing the version"),
            tr("The version was imported. Choose it in the list to use it."),
        )

    def _refuse_reader(self) -> bool:
        """Refuse what would change a workspace that can only be looked at."""
        if self.status.why_not:
            self.notice.emit(Notice(self.status.why_not, tr(TRY_AGAIN), Level.WARNING))
        return bool(self.status.why_not)

    def _ask(
        self,
        deed: Callable[[], Any],
        doing: str,
        words: str = "",
        *,
        reads: bool = False,
        then: Callable[[], None] | None = None,
        undo: Callable[[], None] | None = None,
    ) -> None:
        """Do something in the workspace off the window's thread, then show how things stand.

        Parameters
        ----------
        words
            Said when it is done.
        reads
            Whether it changes nothing, and may be done where the workspace can only be looked at.
        then, undo
            What is shown when it is done, and when it failed.
        """
        if not reads and self._refuse_reader():
            return

        def done(_: Any) -> None:
            if then is not None:
                then()
            self._refresh_model()
            if words:
                self.notice.emit(Notice(words))

        def failed(error: BaseException) -> None:
            if undo is not None:
                undo()
            # What was pressed is to be pressed again.
            self._refresh_model()
            self.notice.emit(describe(error, doing))

        # What was decided just before the window was closed is decided all the same.
        self._submit(lambda report, cancelled: deed(), done, failed, lane="jobs", must_finish=not reads)

    def _standing(self) -> dict[str, Any]:
        usual = StartRule.AFTER if self.settings.automatic else StartRule.HAND
        return {**standing(self._engine.store, usual), "after": self.settings.auto_after}

    def _refresh_model(self) -> None:
        model_id: str = self._engine.store.current_model().model_id
        self._set(model_id=model_id, **self._standing())
        if model_id != self._model_id:
            self._model_id = model_id
            self.model_changed.emit(model_id)

    def _set(self, **changes: Any) -> None:
        self.status = replace(self.status, **changes)
        self.changed.emit(self.status)

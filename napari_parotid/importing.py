"""Bringing studies into the worklist beside the reading: a folder of one study, or a tree of many."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from napari_parotid.errand import Errand
from napari_parotid.mask_in_hand import READ_ONLY, TRY_AGAIN
from napari_parotid.messages import Level, Notice
from napari_parotid.tr import mark, tr
from parotid_training.errors import ParotidError
from parotid_training.progress import check, part

if TYPE_CHECKING:
    from pathlib import Path

    from napari_parotid.doors import EngineDoor
    from napari_parotid.executor import Submit
    from napari_parotid.session import Session
    from parotid_training.io.studies import Found
    from parotid_training.progress import Cancelled, Report

CHOOSE = mark("Choose a folder of DICOM or NIfTI files.")


@dataclass(frozen=True)
class Imported:
    """What became of a folder.

    Parameters
    ----------
    added, known
        Study ids: new to the worklist, and listed before.
    refused
        Why folders hold no study.
    nameless
        How many of those added name no patient.
    """

    added: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    refused: tuple[ParotidError, ...] = ()
    nameless: int = 0


class Importer(Errand):
    """Lists what is dragged in; the study in hand stays in hand.

    Parameters
    ----------
    session
        Whose worklist it is.
    submit
        Hands work to another thread and its outcome back.
    """

    def __init__(self, session: Session, submit: Submit) -> None:
        super().__init__(submit)
        self._session = session

    def bring_in(self, path: Path) -> None:
        """List the studies at a path; the first one is opened if none is in hand."""
        if self._session.read_only:
            self.notice.emit(Notice(tr(READ_ONLY), tr(TRY_AGAIN), Level.WARNING))
            return
        if not self.idle:
            self.notice.emit(
                Notice(tr("Other studies are just being added."), tr("Try again in a moment."), Level.WARNING)
            )
            return
        engine = self._session.engine

        def work(report: Report, cancelled: Cancelled) -> tuple[list[Found], list[ParotidError]]:
            # Imported with the first folder: what reads images is not needed before.
            from parotid_training.io.studies import find_studies

            return find_studies(path, engine.inspect, part(report, 0.0, 0.9), cancelled)

        def done(found: tuple[list[Found], list[ParotidError]]) -> None:
            studies, refused = found
            ask = self._session.ask_patient
            if len(studies) == 1 and studies[0].patient_id is None and not _listed(engine, studies[0]) and ask:
                studies = [replace(studies[0], patient_id=ask() or None)]
            self.run(
                lambda report, cancelled: add_studies(engine, studies, refused, report, cancelled),
                self._tell,
                tr("adding the studies"),
            )

        self.run(work, done, tr("looking for studies"))

    def _tell(self, imported: Imported) -> None:
        session = self._session
        session.worklist_changed.emit()
        listed = (*imported.added, *imported.known)
        if not listed:
            if len(imported.refused) == 1:
                why = imported.refused[0]
                self.notice.emit(Notice(tr(why.sentence), tr(why.remedy), Level.WARNING))
            else:
                self.notice.emit(Notice(tr("No study was found there."), tr(CHOOSE), Level.WARNING))
            return
        self.notice.emit(Notice(_say(imported), "", Level.WARNING if imported.refused else Level.INFO))
        if session.study is None and session.busy is None:
            session.open_study(listed[0])


def add_studies(
    engine: EngineDoor, studies: list[Found], refused: list[ParotidError], report: Report, cancelled: Cancelled
) -> Imported:
    """Put studies into the worklist; those that are there already are left alone."""
    added, known, nameless, refused = [], [], 0, [*refused]
    for n, one in enumerate(studies):
        check(cancelled)
        report(n / len(studies), tr("Adding study {number} of {all}", number=n + 1, all=len(studies)))
        listed = _listed(engine, one)
        if listed:
            known.append(listed)
            continue
        try:
            made = engine.store.add_study(
                one.path, patient_key=_key(engine, one), title="", roles=one.roles, images=one.images
            )
        except ParotidError as error:
            refused.append(error)
            continue
        nameless += one.patient_id is None
        added.append(made.study_id)
    return Imported(tuple(added), tuple(known), tuple(refused), nameless)


def _listed(engine: EngineDoor, one: Found) -> str:
    """Return the id under which a study is listed already; "" if it is not, or other images lay there then."""
    from parotid_training.io.likeness import known_again

    place, key = one.path.resolve(), _key(engine, one)
    for record in reversed(engine.store.studies()):
        if record.source == place and (not key or record.patient_key == key) and known_again(record.images, one.images):
            return str(record.study_id)
    return ""


def _key(engine: EngineDoor, one: Found) -> str:
    return str(engine.store.patient_key(one.patient_id)) if one.patient_id else ""


def _say(imported: Imported) -> str:
    words = []
    if n := len(imported.added):
        words.append(tr("{n} studies added to the worklist.", one="1 study added to the worklist.", n=n))
    if n := len(imported.known):
        words.append(tr("{n} studies listed already.", one="1 study listed already.", n=n))
    if imported.nameless > 1:
        words.append(tr("{n} studies name no patient, and each counts as a patient of its own.", n=imported.nameless))
    if n := len(imported.refused):
        words.append(tr("{n} left out: {why}", n=n, why=tr(imported.refused[0].sentence)))
    return " ".join(words)

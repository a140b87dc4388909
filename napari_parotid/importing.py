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
    from collections.abc import Callable
    from pathlib import Path

    from napari_parotid.doors import EngineDoor
    from napari_parotid.executor import Submit
    from napari_parotid.session import Session
    from parotid_training.io.finding import Finding, SeriesInfo
    from parotid_training.progress import Cancelled, Report
    from parotid_training.study import Role

    Inspect = Callable[[Path, Report, Cancelled], Finding]

DEEPEST = 8
"""Folders below folders that are looked into for studies."""
CHOOSE = mark("Choose a folder of DICOM or NIfTI files.")


@dataclass(frozen=True)
class Found:
    """A study that can be listed.

    Parameters
    ----------
    path
        Its folder or file.
    patient_id
        As found, in memory only; None where the files name none, or several.
    roles
        Of its sequences, as the headers say.
    """

    path: Path
    patient_id: str | None
    roles: tuple[Role, ...] = ()


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


def find_studies(
    path: Path, inspect: Inspect, report: Report, cancelled: Cancelled, depth: int = 0
) -> tuple[list[Found], list[ParotidError]]:
    """Find the studies at a path, from headers only.

    A folder whose series are of one patient and one visit is one study; else its subfolders are looked into.

    Returns
    -------
    studies, refused
        Why folders hold none.
    """
    check(cancelled)
    try:
        finding = inspect(path, report, cancelled)
    except ParotidError as error:
        return [], [error]
    usable = [finding.series[n] for n in finding.usable]
    if not usable:
        from parotid_training.io.opening import nothing_usable

        return [], [nothing_usable(finding)]
    patients = {info.patient_id for info in usable if info.patient_id}
    if _is_one_study(path, usable):
        from parotid_training.io.opening import choose_series

        roles = tuple(finding.series[n].role for n in choose_series(finding))
        return [Found(path, patients.pop() if len(patients) == 1 else None, roles)], []
    children = sorted(filter(None, {_child(path, file) for info in usable for file in info.files}))
    if not children or depth >= DEEPEST:
        words = mark("One folder holds images of several studies, and they cannot be told apart.")
        return [], [ParotidError(words, mark("Put each study into a folder of its own."))]
    studies, refused = [], []
    for n, child in enumerate(children):
        step = part(report, n / len(children), (n + 1) / len(children))
        more, why = find_studies(path / child, inspect, step, cancelled, depth + 1)
        studies += more
        refused += why
    return studies, refused


def add_studies(
    engine: EngineDoor, studies: list[Found], refused: list[ParotidError], report: Report, cancelled: Cancelled
) -> Imported:
    """Put studies into the worklist; those that are there already are left alone."""
    added, known, nameless = [], [], 0
    for n, one in enumerate(studies):
        check(cancelled)
        report(n / len(studies), tr("Adding study {number} of {all}", number=n + 1, all=len(studies)))
        listed = _listed(engine, one)
        if listed:
            known.append(listed)
            continue
        nameless += one.patient_id is None
        added.append(
            engine.store.add_study(one.path, patient_key=_key(engine, one), title="", roles=one.roles).study_id
        )
    return Imported(tuple(added), tuple(known), tuple(refused), nameless)


def _is_one_study(path: Path, series: list[SeriesInfo]) -> bool:
    """Whether series below a folder are one patient's, of one visit.

    Files that name no patient (NIfTI) are several studies where subfolders repeat a role.
    """
    if len({info.patient_id for info in series if info.patient_id}) > 1:
        return False
    places = [_child(path, info.files[0]) for info in series]
    visits = {
        place: {info.study_uid for info, at in zip(series, places, strict=True) if at == place} for place in places
    }
    if len(visits) == 1:
        return True
    if any(info.kind == "dicom" for info in series):
        # One visit may lie in several folders; several visits, each in folders of its own, are several studies.
        uids = list(visits.values())
        return len(set.union(*uids)) == 1 or any(a & b for n, a in enumerate(uids) for b in uids[:n])
    roles = [{info.role for info, at in zip(series, places, strict=True) if at == place} for place in visits]
    return not any(a & b for n, a in enumerate(roles) for b in roles[:n])


def _child(path: Path, file: Path) -> str | None:
    """Return the subfolder of the path in which a file lies; None if it lies in the path itself."""
    try:
        parts = file.relative_to(path).parts
    except ValueError:
        return None
    return parts[0] if len(parts) > 1 else None


def _listed(engine: EngineDoor, one: Found) -> str:
    """Return the id under which a study is listed already; "" if it is not."""
    place, key = one.path.resolve(), _key(engine, one)
    for record in engine.store.studies():
        if record.source == place and (not key or record.patient_key == key):
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

"""Reading a study of the worklist again, as it was left."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from parotid_training.errors import AnotherPatientError, LayoutChangedError, OtherImagesError, ParotidError
from parotid_training.io.find import find_series
from parotid_training.io.likeness import FILES, known_again, marks_below, marks_of, marks_of_files
from parotid_training.io.opening import choose_series, study_from
from parotid_training.io.register import realign
from parotid_training.progress import part

if TYPE_CHECKING:
    from parotid_training.io.find import Finding
    from parotid_training.io.opening import Opened
    from parotid_training.progress import Cancelled, Report
    from parotid_training.workspace.records import StudyRecord
    from parotid_training.workspace.store import Store


def reopen(store: Store, study_id: str, progress: Report, cancelled: Cancelled) -> Opened:
    """Read a study with the roles and reference it was given and aligned as it was left (`Engine.open_record`)."""
    record = store.study(study_id)
    if record.source is None or not record.source.exists():
        raise ParotidError(
            "The images of this study are no longer where they were.",
            "Put the folder back (or plug the disk in), or add the study again from its new place.",
        )
    finding = find_series(record.source, part(progress, 0.0, 0.3), cancelled)
    patient = _patient_of(finding)
    if patient and record.patient_key and store.patient_key(patient) != record.patient_key:
        raise AnotherPatientError(
            "The folder of this study now holds the images of another patient.",
            "Put the right images back; to read the new ones, add the folder again as a study of its own.",
        )
    reading = part(progress, 0.3, 1.0)
    try:
        opened = _as_listed(finding, record, reading, cancelled)
        _recognise(store, record, opened)
    except LayoutChangedError:
        # What is taken unasked, and in which order, may be another since: a later version tells more kinds of series.
        chosen = _listed_series(finding, record)
        if chosen is None:
            raise
        opened = study_from(
            finding,
            chosen=chosen,
            roles=record.roles,
            reference=record.reference,
            progress=reading,
            cancelled=cancelled,
        )
        _recognise(store, record, opened)
    study, lost = realign(opened.study, record.alignments)
    if lost and not store.read_only:
        store.set_layout(study_id, study)
    return replace(opened, study=study, warnings=tuple(map(_say_lost, lost)))


def _recognise(store: Store, record: StudyRecord, opened: Opened) -> None:
    """Refuse images that are not those the study was listed with: most files name no patient, and folders are reused.

    Raises
    ------
    OtherImagesError
        If they are others.
    """
    now = marks_of(opened)
    if not (known_again(record.images, now) or known_again(record.images, marks_below(opened))):
        raise OtherImagesError(
            "The folder of this study now holds other images than it was listed with.",
            "Put the right images back. To read the new ones, add the folder again: they become a study of their own.",
        )
    if record.images != now and not store.read_only:
        store.note_images(record.study_id, now)


def _as_listed(finding: Finding, record: StudyRecord, progress: Report, cancelled: Cancelled) -> Opened:
    """Read a study with the layout it was given.

    A series that could not be read when the study was listed is left out again. One that was never opened was given
    no layout: its roles are only what the headers said.
    """
    if record.reference is None:
        return study_from(finding, progress=progress, cancelled=cancelled)
    try:
        return study_from(
            finding, roles=record.roles or None, reference=record.reference, progress=progress, cancelled=cancelled
        )
    except LayoutChangedError:
        if len(choose_series(finding)) < len(record.roles):
            raise
        opened = study_from(finding, progress=progress, cancelled=cancelled)
        if len(opened.study.sequences) != len(record.roles):
            raise
        study = opened.study
        for n, role in enumerate(record.roles):
            study = study.with_role(n, role)
        return replace(opened, study=study.with_reference(record.reference))


def _listed_series(finding: Finding, record: StudyRecord) -> tuple[int, ...] | None:
    """Return the series that a study was listed with, in its order, by their files; None where one is not the same."""
    listed = [mark for mark in record.images if mark.startswith(FILES)]
    marks = [marks_of_files([info.files]) for info in finding.series]
    places = {mark: n for n, found in enumerate(marks) for mark in found}
    if not listed or len(listed) != len(record.roles) or not places.keys() >= set(listed):
        return None
    return tuple(places[mark] for mark in listed)


def _patient_of(finding: Finding) -> str | None:
    """Return the one patient whose series would be read; None if the files name none, or several."""
    patients = {finding.series[n].patient_id for n in choose_series(finding)} - {None}
    return patients.pop() if len(patients) == 1 else None


def _say_lost(index: int) -> str:
    return (
        f"The alignment you kept of sequence {index + 1} was dropped, because the files are no longer those that were "
        "aligned. Align it again if you need it."
    )

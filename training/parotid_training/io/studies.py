"""A folder of one study, or a tree of many -> where each study lies. By headers only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from parotid_training.errors import ParotidError
from parotid_training.io.likeness import marks_of_files
from parotid_training.io.opening import choose_series, nothing_usable
from parotid_training.progress import check, part
from parotid_training.words import mark

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from parotid_training.io.finding import Finding, SeriesInfo
    from parotid_training.progress import Cancelled, Report
    from parotid_training.study import Role

    Inspect = Callable[[Path, Report, Cancelled], Finding]

DEEPEST = 8
"""Folders below folders that are looked into for studies."""


@dataclass(frozen=True)
class Found:
    """A study.

    Parameters
    ----------
    path
        Its folder or file.
    patient_id
        As found, in memory only; None where the files name none, or several.
    roles
        Of its sequences, as the headers say.
    images
        What its files are known by (`io.likeness`).
    """

    path: Path
    patient_id: str | None
    roles: tuple[Role, ...] = ()
    images: tuple[str, ...] = ()


def find_studies(
    path: Path, inspect: Inspect, report: Report, cancelled: Cancelled, depth: int = 0, *, apart: bool = False
) -> tuple[list[Found], list[ParotidError]]:
    """Find the studies at a path, from headers only.

    A folder whose series are of one patient and one visit is one study; else its subfolders are looked into.

    Parameters
    ----------
    inspect
        `io.find.find_series`, or what stands for it.
    apart
        Never take files that name no patient (NIfTI) for one study because they might be: each folder of them is a
        study of its own, and where one holds a role twice each file. For data that nobody looks at.

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
        return [], [nothing_usable(finding)]
    patients = {info.patient_id for info in usable if info.patient_id}
    if _is_one_study(path, usable, apart=apart) and not _stands_for_others(path, finding):
        chosen = [finding.series[n] for n in choose_series(finding)]
        roles, images = tuple(one.role for one in chosen), marks_of_files(one.files for one in chosen)
        return [Found(path, patients.pop() if len(patients) == 1 else None, roles, images)], []
    # Where something cannot be read a patient's study may be: it is refused there, not passed over.
    children = sorted(filter(None, _children(path, finding, usable=True) | _children(path, finding, usable=False)))
    own = [info for info in usable if _child(path, info.files[0]) is None] if apart else []
    if (not children and not own) or depth >= DEEPEST:
        words = mark("One folder holds images of several studies, and they cannot be told apart.")
        return [], [ParotidError(words, mark("Put each study into a folder of its own."))]
    studies = [Found(info.files[0], None, (info.role,)) for info in own if info.kind == "nifti"]
    refused: list[ParotidError] = []
    for n, child in enumerate(children):
        step = part(report, n / len(children), (n + 1) / len(children))
        more, why = find_studies(path / child, inspect, step, cancelled, depth + 1, apart=apart)
        studies += more
        refused += why
    return studies, refused


def _is_one_study(path: Path, series: list[SeriesInfo], *, apart: bool) -> bool:
    """Whether series below a folder are one patient's, of one visit.

    Files that name no patient (NIfTI) are several studies where subfolders repeat a role.
    """
    if len({info.patient_id for info in series if info.patient_id}) > 1:
        return False
    places = [_child(path, info.files[0]) for info in series]
    visits = {
        place: {info.study_uid for info, at in zip(series, places, strict=True) if at == place} for place in places
    }
    if any(info.kind == "dicom" for info in series):
        # One visit may lie in several folders; several visits, each in folders of its own, are several studies.
        uids = list(visits.values())
        return (
            len(visits) == 1 or len(set.union(*uids)) == 1 or any(a & b for n, a in enumerate(uids) for b in uids[:n])
        )
    if apart:
        names = [info.role for info in series]
        return len(visits) == 1 and (None not in visits or len(set(names)) == len(names))
    if len(visits) == 1:
        return True
    roles = [{info.role for info, at in zip(series, places, strict=True) if at == place} for place in visits]
    return not any(a & b for n, a in enumerate(roles) for b in roles[:n])


def _stands_for_others(path: Path, finding: Finding) -> bool:
    """Whether all that can be read lies in one subfolder, and what cannot in others: those may be other patients'."""
    readable = _children(path, finding, usable=True)
    return (
        len(readable) == 1 and None not in readable and bool(_children(path, finding, usable=False) - {*readable, None})
    )


def _children(path: Path, finding: Finding, *, usable: bool) -> set[str | None]:
    """Return the subfolders of what can be read, or of what cannot; None for what lies in none."""
    files = [file for info in finding.series if info.usable is usable for file in info.files]
    if not usable:
        files += [left.where for left in finding.left_out if left.where is not None]
    return {_child(path, file) for file in files}


def _child(path: Path, file: Path) -> str | None:
    """Return the subfolder of the path in which a file lies; None if it lies in the path itself."""
    try:
        parts = file.relative_to(path).parts
    except ValueError:
        return None
    return parts[0] if len(parts) > 1 else None

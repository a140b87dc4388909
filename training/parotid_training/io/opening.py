"""A folder -> one study of one patient, its sequences in their roles and one of them the reference."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from parotid_training.errors import LayoutChangedError, ParotidError
from parotid_training.io.find import find_series, read
from parotid_training.progress import Cancelled, Report, ignore_progress, never, part
from parotid_training.study import FED_ROLES, Role, Sequence, Study
from parotid_training.words import mark, tr

if TYPE_CHECKING:
    import collections.abc
    from pathlib import Path

    from parotid_training.io.finding import Finding
    from parotid_training.volume import Grid

COVERS_MOST = 0.8
"""A reference covers at least this share of what the widest candidate covers from head to foot."""


@dataclass(frozen=True, eq=False)
class Opened:
    """A study and where it came from.

    Parameters
    ----------
    study
        Voxels read, roles given.
    finding
        All that was found in the folder.
    chosen
        For each sequence of the study: its index in ``finding.series``.
    warnings
        What the reader should know before trusting the alignment, one sentence each.
    """

    study: Study
    finding: Finding
    chosen: tuple[int, ...]
    warnings: tuple[str, ...] = ()


def open_study(
    path: Path | str,
    *,
    roles: collections.abc.Sequence[Role] | None = None,
    reference: int | None = None,
    progress: Report = ignore_progress,
    cancelled: Cancelled = never,
) -> Opened:
    """Find the series below a path and read one patient's study from them.

    Parameters
    ----------
    path
        A folder of any depth, or one NIfTI file.
    roles
        The user's roles, one for each sequence of the study in the order it was opened before; None to guess.
    reference
        Index of the reference among the study's sequences; None to choose (`choose_reference`).

    Raises
    ------
    ParotidError
        If nothing in it can be a study's sequence, or it holds several patients.
    CancelledError
        If the user stopped it.
    """
    finding = find_series(path, part(progress, 0.0, 0.3), cancelled)
    return study_from(finding, roles=roles, reference=reference, progress=part(progress, 0.3, 1.0), cancelled=cancelled)


def study_from(
    finding: Finding,
    *,
    chosen: collections.abc.Sequence[int] | None = None,
    roles: collections.abc.Sequence[Role] | None = None,
    reference: int | None = None,
    progress: Report = ignore_progress,
    cancelled: Cancelled = never,
) -> Opened:
    """Read a study from what was found.

    Parameters
    ----------
    finding
        From `find_series`.
    chosen
        Indices into ``finding.series``; None for `choose_series`.
    roles, reference
        As in `open_study`; they follow `chosen`.

    Raises
    ------
    ParotidError
        If no series is usable, a chosen one is not, several patients are mixed, or `roles` does not fit.
    CancelledError
        If the user stopped it.
    """
    chosen = tuple(choose_series(finding) if chosen is None else chosen)
    _check_usable(finding, chosen)
    patient = _one_patient(finding, chosen)
    fixed = roles is not None or reference is not None
    roles = tuple(finding.series[n].role for n in chosen) if roles is None else tuple(roles)
    _check_layout(len(chosen), len(roles))
    # A layout that was chosen before cannot be met without one of its sequences; a guessed one can.
    need_all = fixed or len(chosen) == 1
    sequences, broken = _read_sequences(finding, chosen, roles, need_all, progress, cancelled)
    if broken:
        finding = _mark_broken(finding, broken)
        chosen = tuple(n for n in chosen if n not in broken)
        _check_usable(finding, chosen)
        roles = tuple(sequence.role for sequence in sequences)
    grids = [sequence.volume.grid for sequence in sequences]
    if reference is None:
        reference = choose_reference(roles, grids)
    if not 0 <= reference < len(sequences):
        raise ParotidError(
            "The sequence the mask is drawn on is no longer in the folder.", "Open the folder as a new study."
        )
    study = Study(tuple(sequences), reference, patient)
    progress(1.0, "Study read")
    warnings = [
        tr(
            "{name} was left out. {why}",
            name=finding.series[n].name,
            why=f"{tr(error.sentence)} {tr(error.remedy)}".strip(),
        )
        for n, error in broken.items()
    ]
    return Opened(study, finding, chosen, (*warnings, *_warn(finding, chosen, grids, reference)))


def _one_patient(finding: Finding, chosen: tuple[int, ...]) -> str | None:
    """Return the patient of the chosen series, None where none is named; refuse more than one."""
    patients = {patient for n in chosen if (patient := finding.series[n].patient_id)}
    if len(patients) > 1:
        raise ParotidError(
            tr("The folder holds series of {count} patients.", count=len(patients)),
            "Open the folder of one patient at a time.",
        )
    return next(iter(patients), None)


def _check_layout(now: int, before: int) -> None:
    """Refuse roles that were given for another number of sequences."""
    if now != before:
        raise LayoutChangedError(
            tr(
                "The folder now holds {now} sequences, not {before} as when it was opened first.",
                now=now,
                before=before,
            ),
            "Put the files back as they were, or open the folder again to read it as it is now.",
        )


def _read_sequences(
    finding: Finding,
    chosen: tuple[int, ...],
    roles: collections.abc.Sequence[Role],
    need_all: bool,
    progress: Report,
    cancelled: Cancelled,
) -> tuple[list[Sequence], dict[int, ParotidError]]:
    """Read the chosen series; return the sequences, and why the others cannot be read, by their index."""
    sequences = []
    broken: dict[int, ParotidError] = {}
    for n, (index, role) in enumerate(zip(chosen, roles, strict=True)):
        info = finding.series[index]
        step = part(progress, n / len(chosen), (n + 1) / len(chosen))
        step(0.0, tr("Reading sequence {number} of {all}", number=n + 1, all=len(chosen)))
        try:
            sequences.append(Sequence(role, read(info, step, cancelled), info.name))
        except ParotidError as error:
            if need_all:
                raise _about(info.name, error) from error
            broken[index] = error
    return sequences, broken


def choose_series(finding: Finding) -> tuple[int, ...]:
    """Choose what becomes a study: every usable series but localizers, phase maps and their like.

    Where there are only those, they are taken. A series of unknown role is taken, so that the user can give it one.
    They come in the order radiologists hang them: T1w, T2w, STIR, T1w+Gd, the others.
    """
    chosen = tuple(n for n in finding.usable if not finding.series[n].auxiliary) or finding.usable
    order = list(Role)
    return tuple(sorted(chosen, key=lambda n: order.index(finding.series[n].role)))


def choose_reference(roles: collections.abc.Sequence[Role], grids: collections.abc.Sequence[Grid]) -> int:
    """Choose the sequence on whose grid masks are drawn.

    The rule: only sequences that feed the model are asked, if there is one; of these the axial and 3D ones, if there
    is one; of these those that cover at least 80 % of the widest head-to-foot extent; then the smallest pixels in
    the slice win; then the order T1w, T2w, STIR, T1w+Gd; then the first.
    """
    candidates = [n for n, role in enumerate(roles) if role in FED_ROLES] or list(range(len(roles)))
    candidates = [n for n in candidates if grids[n].plane in ("axial", "3D")] or candidates
    extents = {n: _extent_mm(grids[n]) for n in candidates}
    widest = max(extents.values())

    def rank(n: int) -> tuple[float, int, int]:
        fine = np.sort(grids[n].spacing)
        order = FED_ROLES.index(roles[n]) if roles[n] in FED_ROLES else len(FED_ROLES)
        return round(float(fine[0] * fine[1]), 2), order, n

    return min((n for n in candidates if extents[n] >= COVERS_MOST * widest), key=rank)


def _extent_mm(grid: Grid) -> float:
    """Head-to-foot extent of a grid along its most vertical axis, mm."""
    view = grid.canonical()
    return view.shape[0] * view.scale[0]


def _check_usable(finding: Finding, chosen: tuple[int, ...]) -> None:
    for n in chosen:
        info = finding.series[n]
        if not info.usable:
            raise ParotidError(
                tr("{name} cannot be part of a study. {why}", name=info.name, why=tr(info.why_not)), info.remedy
            )
    if not chosen:
        raise nothing_usable(finding)


def nothing_usable(finding: Finding) -> ParotidError:
    """Return the refusal of a folder without a usable series: each reason once, with the series it holds for."""
    faults = [(info.name, info.why_not, info.remedy) for info in finding.series]
    faults += [(item.what, item.sentence, item.remedy) for item in finding.left_out]
    if len(faults) == 1:
        name, sentence, remedy = faults[0]
        return _about(name, ParotidError(sentence, remedy))
    names: dict[str, list[str]] = defaultdict(list)
    for name, sentence, _ in faults:
        names[sentence].append(name)
    why = " ".join(f"{_and_more(who)}: {tr(sentence)}" for sentence, who in names.items())
    remedies = {remedy for _, _, remedy in faults}
    remedy = remedies.pop() if len(remedies) == 1 else mark("Choose a folder with complete MR series.")
    return ParotidError(tr("None of its {count} series can be opened. {why}", count=len(faults), why=why), remedy)


def _about(name: str, error: ParotidError) -> ParotidError:
    """Return an error that says which series it speaks of: by its description or file name, never the patient's."""
    return ParotidError(tr("{name}: {why}", name=name, why=tr(error.sentence)), error.remedy)


def _left_out(name: str, error: ParotidError) -> str:
    why = f"{tr(error.sentence)} {tr(error.remedy)}".strip()
    return tr("{name} was left out. {why}", name=name, why=why)


def _and_more(names: list[str]) -> str:
    return names[0] if len(names) == 1 else tr("{name} and {n} more", name=names[0], n=len(names) - 1)


def _mark_broken(finding: Finding, broken: dict[int, ParotidError]) -> Finding:
    """Return the finding with the series that could not be read listed as not usable."""
    series = list(finding.series)
    for n, error in broken.items():
        series[n] = replace(series[n], usable=False, why_not=error.sentence, remedy=error.remedy)
    return replace(finding, series=tuple(series))


def _warn(finding: Finding, chosen: tuple[int, ...], grids: list[Grid], reference: int) -> tuple[str, ...]:
    warnings = []
    infos = [finding.series[n] for n in chosen]
    frames = {grid.frame_of_reference for grid in grids if grid.frame_of_reference}
    if len(frames) > 1:
        warnings.append(
            tr(
                "The sequences do not share one coordinate system, so they may not lie on one another; "
                "align them with the arrows in the panel Study."
            )
        )
    if len({info.study_uid for info in infos if info.study_uid}) > 1:
        warnings.append(tr("The sequences come from more than one examination; check that they belong together."))
    named = {bool(info.patient_id) for info in infos if info.kind == "dicom"}
    if len(named) > 1:
        warnings.append(tr("Some sequences name no patient; check that all sequences are of one patient."))
    if len({info.kind for info in infos}) > 1:
        warnings.append(tr("The folder mixes DICOM and NIfTI; check that all sequences are of one patient."))
    folders = {left.where.parent for left in finding.left_out if left.damaged and left.where is not None}
    if any(info.kind == "dicom" and folders & {file.parent for file in info.files} for info in infos):
        warnings.append(
            tr("Beside these sequences lies a file that cannot be read: a slice may be missing at one end.")
        )
    apart = sum(1 for grid in grids if not _overlap(grid, grids[reference]))
    if apart:
        warnings.append(
            tr(
                "{n} sequences show no part of what the sequence with the mask shows; check that they belong to this "
                "study.",
                one="1 sequence shows no part of what the sequence with the mask shows; check that it belongs to this "
                "study.",
                n=apart,
            )
        )
    return tuple(warnings)


def _overlap(one: Grid, other: Grid) -> bool:
    """Whether the boxes around two grids, along the patient's axes, meet."""
    boxes = []
    for grid in (one, other):
        corners = np.array([[i, j, k] for i in (0, 1) for j in (0, 1) for k in (0, 1)]) * (np.array(grid.shape) - 1)
        points = grid.to_patient(corners)
        boxes.append((points.min(axis=0), points.max(axis=0)))
    return bool((boxes[0][0] <= boxes[1][1]).all() and (boxes[1][0] <= boxes[0][1]).all())

"""DICOM headers -> series, and a series' pixels -> a volume. Nothing is interpolated and no geometry is guessed."""

from __future__ import annotations

import warnings
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pydicom
from pydicom.pixels import iter_pixels

from parotid_training.errors import ParotidError
from parotid_training.io.finding import MIN_SLICES, LeftOut, SeriesInfo
from parotid_training.io.geometry import check_alike, count_places, stack_planes
from parotid_training.io.headers import CutOffError, transfer_syntax
from parotid_training.io.roles import AUXILIARY_COMPONENTS, DIFFUSION_TYPES, DIXON_TYPES, guess_role, is_auxiliary
from parotid_training.progress import Cancelled, Report, check, ignore_progress, never
from parotid_training.volume import Volume
from parotid_training.words import mark, tr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from parotid_training.io.frames import Frame
    from parotid_training.io.headers import Header

Item: TypeAlias = "tuple[Header, int]"
"""A slice: its file's header and the number of its frame there."""

TRAITS: tuple[tuple[str, Callable[[Frame], Any]], ...] = (
    ("component", lambda frame: frame.component),
    ("TE", lambda frame: frame.echo_time),
    ("TI", lambda frame: frame.inversion_time),
    ("b", lambda frame: frame.b_value),
)
"""What tells images at one place apart, each making a series of its own."""
KINDS = AUXILIARY_COMPONENTS | DIFFUSION_TYPES | set().union(*DIXON_TYPES.values())
"""Words of an image's type that say what it shows; others (NORM, DIS2D) say how it was treated."""
ECHO_TOLERANCE = 0.1
"""Share by which echo times of one series may differ."""


def group_headers(headers: Sequence[Header]) -> tuple[list[SeriesInfo], list[LeftOut]]:
    """Sort files into series and refuse what makes no volume, each for its own reason.

    An object of several stacks, echoes, kinds of image or b-values becomes several series.
    """
    by_series: dict[tuple[str, str], list[Header]] = defaultdict(list)
    for header in headers:
        # Without a series UID a file stands for itself: joining it to others would be a guess.
        key = header.series_uid or f"file {header.path}"
        by_series[(header.patient_id or "", key)].append(header)
    series: list[SeriesInfo] = []
    left_out: list[LeftOut] = []
    ordered = sorted(by_series.items(), key=lambda entry: (entry[0][0], entry[1][0].number, entry[1][0].name))
    for _, files in ordered:
        found, refused = _split_series(files)
        series += found
        left_out += refused
    return series, left_out


def read_dicom(info: SeriesInfo, progress: Report = ignore_progress, cancelled: Cancelled = never) -> Volume:
    """Read a series' voxels, in the scanner's units (rescale of each slice applied), float32.

    Raises
    ------
    ParotidError
        If a file is gone, damaged, or compressed in a way that cannot be read.
    CancelledError
        If the user stopped it.
    """
    grid = info.grid
    if grid is None:
        raise ParotidError("This series has no volume to read.", "Choose another series.")
    columns, rows, count = grid.shape
    # Slices last and contiguous: what is read slice by slice is also shown slice by slice.
    slices = np.empty((count, rows, columns), dtype=np.float32)
    wanted: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for place, (file, frame) in enumerate(info.frames):
        wanted[file].append((frame, place))
    done = 0
    for file, entries in wanted.items():
        for place, array in _read_file(info, file, entries):
            check(cancelled)
            progress(done / count, "Reading images")
            slices[place] = array
            done += 1
    progress(1.0, "Reading images")
    return Volume(grid, slices.transpose(2, 1, 0))


def _read_file(
    info: SeriesInfo, file: int, entries: list[tuple[int, int]]
) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """Yield the place and the scaled pixels of each wanted frame of a file."""
    assert info.grid is not None
    path = info.files[file]
    size = info.grid.shape[1], info.grid.shape[0]
    frames = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            dataset = pydicom.dcmread(path, force=True)
            dataset.file_meta.TransferSyntaxUID = transfer_syntax(dataset)
            for array in iter_pixels(dataset, indices=[frame for frame, _ in entries]):
                frames.append(np.asarray(array).reshape(size))
            if len(frames) != len(entries):
                raise ValueError("frames are missing")
    except Exception as error:
        raise ParotidError(
            "The pixels of an image cannot be decoded (a changed or damaged file, or an unknown compression).",
            "Copy the series again, or export it uncompressed.",
        ) from error
    for (_, place), array in zip(entries, frames, strict=True):
        slope, intercept = info.scaling[place]
        yield place, array.astype(np.float64) * slope + intercept


def _split_series(files: list[Header]) -> tuple[list[SeriesInfo], list[LeftOut]]:
    head = files[0]
    held = tr("{n} files", one="1 file", n=len(files))
    if head.number and head.has_name:
        held = tr("series {number}, {files}", number=head.number, files=held)
    what = f"{head.name} ({held})"
    where = head.path
    left_out: list[LeftOut] = []
    problems = {str(header.problem): header.problem for header in files if header.problem}
    cut_off = any(isinstance(header.problem, CutOffError) for header in files)
    lost = cut_off and not head.series_uid
    left_out += [LeftOut(what, problem.sentence, problem.remedy, where, lost) for problem in problems.values()]
    if cut_off:
        # The rest of a series with a damaged slice would open with that slice silently missing.
        return [], left_out
    items = _without_copies([header for header in files if not header.problem])
    series: list[SeriesInfo] = []
    by_stack: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        by_stack[_frame(item).stack].append(item)
    for stack, members in sorted(by_stack.items()):
        suffix = tr(", stack {number}", number=stack) if len(by_stack) > 1 else ""
        try:
            check_alike([_frame(item).plane for item in members])
        except ParotidError as error:
            left_out.append(LeftOut(what + suffix, error.sentence, error.remedy, where))
            continue
        for label, group in _split_by_traits(members):
            try:
                _check_one_kind([_frame(item) for item in group])
                series.append(_series_info(group, suffix + label))
            except ParotidError as error:
                left_out.append(LeftOut(what + suffix + label, error.sentence, error.remedy, where))
    return series, left_out


def _frame(item: Item) -> Frame:
    return item[0].frames[item[1]]


def _without_copies(files: list[Header]) -> list[Item]:
    """All slices in file order; a second copy of the same object at the same place counts once."""
    seen: set[tuple[str, int, tuple[float, ...]]] = set()
    items: list[Item] = []
    for header in sorted(files, key=lambda header: str(header.path)):
        for number, frame in enumerate(header.frames):
            key = (header.instance_uid or str(header.path), number, frame.plane.position)
            if key not in seen:
                seen.add(key)
                items.append((header, number))
    return items


def _split_by_traits(items: list[Item]) -> list[tuple[str, list[Item]]]:
    """Split slices that share places by what tells them apart; a series whose places are all different stays whole."""
    if len(count_places([_frame(item).plane for item in items])) == len(items):
        return [("", items)]
    varying = [(name, trait) for name, trait in TRAITS if len({trait(_frame(item)) for item in items}) > 1]
    groups: dict[tuple[Any, ...], list[Item]] = defaultdict(list)
    for item in items:
        groups[tuple(trait(_frame(item)) for _, trait in varying)].append(item)
    result = []
    for key, members in groups.items():
        parts = [
            _component_words(value, [k[n] for k in groups]) if name == "component" else f"{name} {value or 0:g}"
            for n, ((name, _), value) in enumerate(zip(varying, key, strict=True))
        ]
        result.append((", " + ", ".join(part for part in parts if part) if parts else "", members))
    return result


def _check_one_kind(frames: list[Frame]) -> None:
    """Refuse slices that lie one beside the other but do not show one thing: each place has lost another image."""
    kinds = {frozenset(word.upper() for word in frame.component) & KINDS for frame in frames}
    echoes = [frame.echo_time for frame in frames if frame.echo_time]
    mixed = echoes and max(echoes) > (1 + ECHO_TOLERANCE) * min(echoes)
    if len(kinds) > 1 or len({frame.b_value for frame in frames}) > 1 or mixed:
        raise ParotidError(
            "Its slices come from different echoes or kinds of image, each incomplete.",
            "Send the whole series again from the scanner's console or the PACS.",
        )


def _component_words(value: tuple[str, ...], others: list[tuple[str, ...]]) -> str:
    """Return the words of a kind of image that not all the others share."""
    shared = set(value).intersection(*map(set, others))
    return " ".join(word for word in value if word and word not in shared)


def _series_info(items: list[Item], suffix: str) -> SeriesInfo:
    head, number = items[0]
    order, grid = stack_planes([_frame(item).plane for item in items], head.frame_of_reference)
    items = [items[n] for n in order]
    files: list[Any] = []
    index: dict[Any, int] = {}
    frames = []
    for header, frame_number in items:
        if header.path not in index:
            index[header.path] = len(files)
            files.append(header.path)
        frames.append((index[header.path], frame_number))
    if len({header.frame_of_reference for header, _ in items}) > 1:
        raise ParotidError(
            "Its slices do not share one coordinate system (the patient was repositioned).",
            "Ask the scanner's console or the PACS for each position as a series of its own.",
        )
    why_not, remedy = _why_not(head, len(items))
    frame = head.frames[number]
    facts = replace(
        head.facts,
        image_type=(*head.facts.image_type[:2], *(word for word in frame.component if word)),
        echo_time=frame.echo_time,
        inversion_time=frame.inversion_time,
        b_value=frame.b_value,
    )
    return SeriesInfo(
        name=head.name + suffix,
        role=guess_role(facts),
        grid=grid,
        files=tuple(files),
        kind="dicom",
        modality=head.modality,
        patient_id=head.patient_id,
        study_uid=head.study_uid or None,
        number=head.number if head.has_name else 0,
        auxiliary=is_auxiliary(facts),
        usable=not why_not,
        why_not=why_not,
        remedy=remedy,
        frames=tuple(frames),
        scaling=tuple((_frame(item).slope, _frame(item).intercept) for item in items),
    )


def _why_not(head: Header, slices: int) -> tuple[str, str]:
    if slices < MIN_SLICES:
        words = tr(
            "It has only {n} slices; a study's sequence needs at least {least}.",
            one="It has only 1 slice; a study's sequence needs at least {least}.",
            n=slices,
            least=MIN_SLICES,
        )
        return words, mark("Open the whole series instead.")
    if head.modality != "MR":
        words = tr("It is not an MR series ({modality}).", modality=head.modality or tr("modality not said"))
        return words, mark("Open the MR series of the examination.")
    return "", ""

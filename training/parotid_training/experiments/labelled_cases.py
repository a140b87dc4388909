"""Cases with a truth to measure by: accepted or labelled ones in a folder, painted patients, synthetic heads."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from parotid_training.acceptance import Answer
from parotid_training.anatomy.labelled_ct import prepared_labelled_ct
from parotid_training.anatomy.phantom import make_phantom
from parotid_training.errors import ParotidError
from parotid_training.experiments.new_hospital import hospital_study
from parotid_training.io.casefolder import DESCRIPTION, read_case_description, read_case_folder
from parotid_training.io.nifti import read_label_map
from parotid_training.io.opening import open_study
from parotid_training.io.roles import looks_like_mask
from parotid_training.learn.painted import painted_study, split_patients, usable_patients, volumetric_study
from parotid_training.learn.train import REPORT_SEED

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from pathlib import Path

    from parotid_training.progress import Cancelled, Report
    from parotid_training.study import Study
    from parotid_training.volume import LabelMap

PAINTED_REPORT_SEED = 920_000
NEXT_PAINTING = 1_001
"""Between the seeds of two paintings of a patient; odd, for every other seed has a tumour."""


class Scanner(StrEnum):
    """How painted patients are scanned, and how that is told.

    All four sequences, every other patient with a tumour; an MPRAGE alone, without tumours
    (`learn.painted.volumetric_study`); or as the new hospital does, which no training draws from (`new_hospital`): a
    T2w with fat suppression in thick slices, every other patient with a tumour.
    """

    USUAL = "MR"
    VOLUMETRIC = "an MPRAGE at 3 T alone"
    HOSPITAL = "MR of a new hospital, T2w with fat suppression alone"


@dataclass(frozen=True)
class LabelledCase:
    """A case to be read only when its turn comes.

    Parameters
    ----------
    patient
        Whose it is, where several cases are one patient's; "" where it stands for itself.
    """

    name: str
    load: Callable[[], tuple[Study, LabelMap]] = field(repr=False)
    patient: str = ""


_NO_TRUTH = {Answer.NOT_READABLE, Answer.SOME_SLICES}


def folder_cases(root: Path, learned_from: Collection[str] = ()) -> tuple[LabelledCase, ...]:
    """Cases below a folder: accepted cases, or one folder a patient with its sequences and one NIfTI named as a mask.

    Of a study that was accepted several times the latest counts; one that its reader could not read, or of which only
    some slices are stood for, does not.

    Parameters
    ----------
    learned_from
        Ids of accepted cases: the studies they are of are left out, whoever corrected them since.

    Raises
    ------
    ParotidError
        If there are none, or a folder holds several masks.
    """
    known: set[str] = set()
    found = []
    accepted: dict[str, tuple[str, Path, tuple[str, ...]]] = {}
    for folder in (root, *sorted(path for path in root.rglob("*") if path.is_dir())):
        name = str(folder.relative_to(root)) if folder != root else folder.name
        if (folder / DESCRIPTION).is_file():
            facts = read_case_description(folder)["facts"]
            study, when = str(facts.get("study", name)), str(facts.get("accepted", ""))
            known |= {study} if folder.name in learned_from else set()
            if when >= accepted.get(study, ("", folder, ()))[0]:
                accepted[study] = when, folder, tuple(facts.get("answers", ()))
            continue
        masks = [path for path in sorted(folder.glob("*.nii*")) if looks_like_mask(path.name)]
        if len(masks) > 1:
            raise ParotidError(f"{name} holds {len(masks)} masks.", "Leave the one to compare with, move the others.")
        if masks:
            found.append(LabelledCase(name, partial(_read_labelled, folder, masks[0])))
    found += [
        LabelledCase(folder.name, partial(read_case_folder, folder))
        for study, (_, folder, answers) in accepted.items()
        if _NO_TRUTH.isdisjoint(answers) and study not in known
    ]
    if not found and known:
        raise ParotidError("The model learned from every labelled study in this folder.", "Choose another model.")
    if not found:
        raise ParotidError(
            "No labelled case was found in this folder.",
            "Give each patient a folder with the sequences and one mask file (mask.nii.gz).",
        )
    return tuple(sorted(found, key=lambda case: case.name))


def painted_cases(
    anatomy: Path,
    split: str,
    cache: Path,
    progress: Report,
    cancelled: Cancelled,
    paintings: int = 1,
    scanner: Scanner = Scanner.USUAL,
) -> tuple[LabelledCase, ...]:
    """OpenKBP patients painted as MR: ``development`` (of train-*) or ``validation``.

    Parameters
    ----------
    paintings
        Scans of each patient; the first are the same however many are asked for.
    scanner
        How they are scanned.
    """
    if split == "development":
        paths = split_patients(anatomy)[1]
    else:
        paths = tuple(sorted(anatomy.glob("validation-*.npz"), key=lambda path: (len(path.name), path.name)))
    usable = usable_patients(paths, cache / "ct", progress, cancelled)
    if not usable:
        raise ParotidError(f"No labelled CT of the {split} split was found.", "Name the folder that holds OpenKBP.")

    def load(path: Path, seed: int) -> tuple[Study, LabelMap]:
        ct = prepared_labelled_ct(path, cache / "ct")
        if scanner is Scanner.VOLUMETRIC:
            return volumetric_study(ct, seed)
        return hospital_study(ct, seed) if scanner is Scanner.HOSPITAL else painted_study(ct, seed, plain=True)

    return tuple(
        LabelledCase(
            path.stem if turn == 0 else f"{path.stem}-{turn + 1}",
            partial(load, path, PAINTED_REPORT_SEED + n + turn * NEXT_PAINTING),
            path.stem,
        )
        for turn in range(paintings)
        for n, path in enumerate(usable)
    )


def phantom_studies(count: int) -> tuple[LabelledCase, ...]:
    """Synthetic heads from report seeds, which neither trained nor chose anything."""

    def load(seed: int) -> tuple[Study, LabelMap]:
        phantom = make_phantom(seed)
        return phantom.study, phantom.label_map

    return tuple(LabelledCase(f"phantom-{n}", partial(load, REPORT_SEED + n)) for n in range(count))


def keep_apart(learned_from: Iterable[str], judged: Iterable[LabelledCase]) -> None:
    """Make sure that nobody is judged by whom a model, or the start it had, learned from.

    Raises
    ------
    ParotidError
        If one is.
    """
    both = sorted({*learned_from} & {case.patient or case.name for case in judged})
    if both:
        raise ParotidError(
            f"{len(both)} patients of the evaluation had been learned from ({both[0]} is one).",
            "Choose a model that did not learn from them.",
        )


def _read_labelled(folder: Path, mask: Path) -> tuple[Study, LabelMap]:
    study = open_study(folder).study
    return study, read_label_map(mask, [sequence.volume.grid for sequence in study.sequences], study.grid)

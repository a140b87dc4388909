"""Patients as a hospital scans them that the base model never learned from: one sequence, thick slices, more noise.

The anatomy is that of `parotid_training.learn.painted`, in other hands: only a T2 with fat suppression, where the base
saw four sequences and fat bright on T2; slices, noise and shading beyond what its training draws.
"""

from __future__ import annotations

import contextlib
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from parotid_training.anatomy.from_ct import PaintingSettings, anatomy_from_ct
from parotid_training.anatomy.head import AnatomySettings, make_anatomy
from parotid_training.anatomy.labelled_ct import keep_labelled_ct, prepared_labelled_ct
from parotid_training.anatomy.phantom import make_phantom
from parotid_training.anatomy.signal import Protocol, degrade, paint_protocol
from parotid_training.errors import ParotidError
from parotid_training.learn.painted import in_clinic_order, painted_study, split_patients
from parotid_training.learn.training_case import TrainingCase, load_case, prepare_case, save_case
from parotid_training.progress import Cancelled, Report, check
from parotid_training.study import Role, Sequence, Study
from parotid_training.volume import Volume

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from parotid_training.anatomy.head import Anatomy
    from parotid_training.anatomy.labelled_ct import LabelledCT
    from parotid_training.learn.scores import Source
    from parotid_training.model.networks import SegmenterConfig
    from parotid_training.volume import LabelMap

Place = Literal["new", "base"]
"""Where a patient is scanned: in the new hospital, or as the base's patients were."""
PLACES: tuple[Place, ...] = ("new", "base")
SOURCES: dict[Place, Source] = {"new": "hold-out", "base": "base"}
PROTOCOL = Protocol(tr=6000.0, te=120.0, fat_left=0.15)
IN_PLANE_MM, SLICE_MM = 1.3, (6.5, 7.5)
NOISE, SHADING = (0.05, 0.08), (0.35, 0.55)
BOX = (-95.0, -118.0, -95.0), (95.0, 112.0, 55.0)
"""Field of view, LPS mm from the middle of the head."""
PAINTING_SEED, LEARNING_HEADS, JUDGED_HEADS = 50_000_000_000, 930_000, 935_000
"""First seeds, apart from those of every training and evaluation: of paintings, and of synthetic heads."""


@dataclass(frozen=True)
class Patient:
    """Somebody who can be scanned in either place.

    Parameters
    ----------
    name
        Of the CT's file, or ``head-NUMBER``.
    seed
        Of all that is drawn.
    ct, cache
        The labelled CT and the folder where it is prepared; None for a synthetic head.
    """

    name: str
    seed: int
    ct: Path | None = None
    cache: Path | None = None

    def scan(self, place: Place) -> tuple[Study, LabelMap]:
        """Return the study and the truth; a tumour in every other seed."""
        if self.ct is not None and self.cache is not None:
            ct = prepared_labelled_ct(self.ct, self.cache)
            return hospital_study(ct, self.seed) if place == "new" else painted_study(ct, self.seed, plain=True)
        if place == "new":
            return hospital_phantom(self.seed)
        phantom = make_phantom(self.seed)
        return phantom.study, phantom.label_map

    def case(self, place: Place, folder: Path, config: SegmenterConfig) -> TrainingCase:
        """Return the study at the network's resolution; made once, and kept in a folder."""
        path = folder / f"{self.name}-{place}.safetensors"
        if not path.is_file():
            save_case(path, prepare_case(f"{self.name}-{place}", *self.scan(place), config))
        return load_case(path)


def find_patients(
    anatomy: Path | None, cache: Path, learned: int, judged: int, progress: Report, cancelled: Cancelled
) -> tuple[tuple[Patient, ...], tuple[Patient, ...]]:
    """Return so many patients to learn from and so many of the development split to judge by, in a fixed order.

    Parameters
    ----------
    anatomy
        Folder of OpenKBP; None for synthetic heads.
    cache
        Folder of prepared CT (``ct``); what is there is only read.

    Raises
    ------
    ParotidError
        If there are fewer.
    """
    if anatomy is None:
        heads = ((LEARNING_HEADS, learned), (JUDGED_HEADS, judged))
        one, other = (tuple(Patient(f"head-{s + n}", s + n) for n in range(count)) for s, count in heads)
        return one, other
    training, development = split_patients(anatomy)
    return (
        _usable(in_clinic_order(training), cache / "ct", learned, lambda f, w: progress(0.8 * f, w), cancelled),
        _usable(development, cache / "ct", judged, lambda f, w: progress(0.8 + 0.2 * f, w), cancelled),
    )


def scan_in_both(
    patients: Iterable[Patient], folder: Path, config: SegmenterConfig
) -> tuple[tuple[Source, TrainingCase], ...]:
    """Patients to judge by, scanned in either place: as the gate's held-out studies, and as its built-in ones."""
    return tuple((SOURCES[place], one.case(place, folder, config)) for one in patients for place in PLACES)


def hospital_study(ct: LabelledCT, seed: int) -> tuple[Study, LabelMap]:
    """One patient of a labelled CT as the new hospital scans them, with the truth."""
    settings = PaintingSettings(seed % 2 == 0, (8.0, 40.0), 4.0, 2.0, (0.95, 1.05), 0.0, 0.0)
    return _scan(anatomy_from_ct(ct, seed, _spacing(seed), BOX, settings), seed)


def hospital_phantom(seed: int) -> tuple[Study, LabelMap]:
    """A synthetic head as the new hospital scans it, with the truth."""
    settings = AnatomySettings(tumour=seed % 2 == 0)
    return _scan(make_anatomy(seed, _spacing(seed), box=BOX, settings=settings), seed)


def _usable(
    paths: Iterable[Path], folder: Path, count: int, progress: Report, cancelled: Cancelled
) -> tuple[Patient, ...]:
    found: list[Patient] = []
    for path in paths:
        if len(found) == count:
            break
        check(cancelled)
        progress(len(found) / count, "Preparing labelled CT")
        with contextlib.suppress(ParotidError):
            keep_labelled_ct(path, folder)
            found.append(Patient(path.stem, PAINTING_SEED + zlib.crc32(path.stem.encode()), path, folder))
    if len(found) < count:
        raise ParotidError(f"There are only {len(found)} labelled patients, not {count}.", "Ask for fewer.")
    return tuple(found)


def _spacing(seed: int) -> tuple[float, float, float]:
    slice_mm = float(np.random.default_rng((seed, 31)).uniform(*SLICE_MM))
    return IN_PLANE_MM, IN_PLANE_MM, slice_mm


def _scan(anatomy: Anatomy, seed: int) -> tuple[Study, LabelMap]:
    rng = np.random.default_rng((seed, 32))
    clean = paint_protocol(anatomy, PROTOCOL, rng)
    noise, shading = float(rng.uniform(*NOISE)), float(rng.uniform(*SHADING))
    image = degrade(clean, anatomy.grid, rng, noise=noise, shading=shading)
    # As the program takes files that say T2 and no more (NIfTI); of DICOM it would know the fat suppression, and feed
    # it as STIR, in which the shipped starter draws these scans far better (docs/results/finetuning.md).
    return Study((Sequence(Role.T2W, Volume(anatomy.grid, image)),)), anatomy.structures

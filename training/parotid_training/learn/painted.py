"""Patients of labelled CT painted as MR: who may be trained on, and what one scan of theirs looks like."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from parotid_training.anatomy.artefacts import Metal, displaced, ghosts
from parotid_training.anatomy.from_ct import PaintingSettings, anatomy_from_ct
from parotid_training.anatomy.gradient_echo import draw_gradient_echo, draw_mprage, paint_gradient_echo
from parotid_training.anatomy.labelled_ct import keep_labelled_ct
from parotid_training.anatomy.signal import (
    degrade,
    draw_fat_saturated_t2,
    paint,
    paint_clean,
    paint_protocol,
    paint_random,
)
from parotid_training.anatomy.tissues import kinds_of
from parotid_training.errors import ParotidError
from parotid_training.learn.training_case import TrainingCase, prepare_case
from parotid_training.progress import Cancelled, Report, check, ignore_progress, never
from parotid_training.study import FED_ROLES, Role, Sequence, Study
from parotid_training.volume import LabelMap, Volume

if TYPE_CHECKING:
    from collections.abc import Sequence as SequenceOf
    from pathlib import Path

    from numpy.typing import NDArray

    from parotid_training.anatomy.labelled_ct import LabelledCT
    from parotid_training.anatomy.shapes import Point
    from parotid_training.model.networks import SegmenterConfig

DEVELOPMENT_EVERY = 10
"""Every tenth training patient, by the number in its name, is kept for choosing, never trained on."""
PAINTER = 10
"""Counted up when a seed is painted otherwise for training: what another one painted or began is not mixed in."""
STRONGLY_SHADED = 0.35
"""Share of painted training scans shaded as by surface coils without correction."""
WITH_METAL, MOVED, DISPLACED, OWN_SLICES = 0.25, 0.25, 0.4, 0.3
"""Share of painted training scans with metal in the teeth; of their sequences that moved while they were measured, that
lie a little beside the first, and that were measured in slices of their own."""
WITH_GRADIENT_ECHO, LEAN, FIRM, STRONG = 0.45, 0.3, 0.85, 0.4
"""Share of painted training scans whose T1w, with and without contrast medium, are gradient echoes (MPRAGE, FLASH and
VIBE are, as most three-dimensional ones), of those whose glands have less fat than the patient's, of those whose
muscles have as little as healthy ones, and of those whose masseters are thicker than the patient's."""
BESIDE, NODES, FASCIA = 0.25, 0.6, 0.5
"""Share of painted training tumours that grow out of the gland, of heads with lymph nodes in and about the glands, and
of those with a dark line between gland and muscle."""
ORDINARY = 0.4
"""Share of painted training scans that are an ordinary examination: every sequence, a patient who lies upright, the
whole region, nothing cut and no artefact. Who sees hard scans alone forgets how much the usual ones show."""
ALONE = 0.2
"""Share of the others that are T1w alone, in thin slices, as most T1 heads are: a gradient echo where they are not of
random contrast."""
FAT_SATURATED = 0.33
"""Share of painted training STIR that are a T2w with fat saturation: both are read for the same, and fed as one."""
SLIPPED = 0.6
"""Share of painted training sequences in which fat lies up to 2 mm beside its place along the readout."""
UPRIGHT = PaintingSettings(
    tumour_mm=(8.0, 40.0), pitch_deg=4.0, turn_deg=2.0, scale=(0.95, 1.05), bend_mm=0.0, mirrored=0.0
)
"""How patients lie who are painted for evaluation."""
EVEN_SIZES = 0.5
"""Share of painted training tumours of any size alike, 6 to 50 mm: large ones are rare, and were drawn too small."""


def split_patients(folder: Path) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Training and development patients of an OpenKBP folder; ``validation-*`` is in neither.

    Which of both one is does not depend on which others are there: who was learned from is never judged by.

    Raises
    ------
    ParotidError
        If there are none.
    """
    numbers = {path: int(path.stem.rpartition("_")[2]) for path in folder.glob("train-*_*[0-9].npz")}
    if not numbers:
        raise ParotidError(
            f"No labelled CT was found in {folder.name}.", "Name the folder that holds OpenKBP's train-*.npz files."
        )
    paths = sorted(numbers, key=numbers.__getitem__)
    kept = tuple(path for path in paths if numbers[path] % DEVELOPMENT_EVERY == 0)
    return tuple(path for path in paths if path not in kept), kept


def in_clinic_order(training: SequenceOf[Path]) -> tuple[Path, ...]:
    """Training patients in the order in which they come into a simulated clinic, always the same."""
    return tuple(training[int(n)] for n in np.random.default_rng(12).permutation(len(training)))


def without_clinic(training: SequenceOf[Path], usable: SequenceOf[Path], count: int) -> tuple[Path, ...]:
    """Return the usable patients but the first ``count`` of them who come into a simulated clinic.

    A base that learned from them knows the anatomy of those who then come in, and a clinic of them cannot show what
    learning from new patients is worth.
    """
    there = set(usable)
    kept = [path for path in in_clinic_order(training) if path in there][:count]
    return tuple(path for path in usable if path not in kept)


def usable_patients(
    paths: SequenceOf[Path], cache: Path, progress: Report = ignore_progress, cancelled: Cancelled = never
) -> tuple[Path, ...]:
    """Those with a CT and plausible contours of both parotids; each is prepared once into ``cache``."""
    found = []
    for number, path in enumerate(paths):
        check(cancelled)
        progress(number / len(paths), "Preparing labelled CT")
        with contextlib.suppress(ParotidError):
            keep_labelled_ct(path, cache)
            found.append(path)
    return tuple(found)


def painted_case(ct: LabelledCT, seed: int, config: SegmenterConfig, *, plain: bool = False) -> TrainingCase:
    """`painted_study` at the network's resolution, with the kinds of tissue."""
    painted = _paint(ct, seed, tuple(Role(name) for name in config.roles), plain=plain)
    return prepare_case(f"{ct.name}-{seed}", painted.study, painted.structures, config, tissue=painted.tissue)


@dataclass(frozen=True, eq=False)
class _Painted:
    """A scan, and on its grid the truth and the `Kind` of tissue of every voxel that it shows."""

    study: Study
    structures: LabelMap
    tissue: NDArray[np.uint8]


def painted_study(
    ct: LabelledCT, seed: int, roles: tuple[Role, ...] = FED_ROLES, *, plain: bool = False, alone: float = ALONE
) -> tuple[Study, LabelMap]:
    """One patient as one seed paints, turns and scans them, with the truth.

    Parameters
    ----------
    roles
        The sequences; where T1w is among them, a scan to learn from may be that alone.
    plain
        True for evaluation: physical contrast, upright within reason, nothing cut, tumour in every other seed.
    alone
        Share of scans to learn from, but the ordinary ones, that are T1w alone.
    """
    painted = _paint(ct, seed, roles, plain=plain, alone=alone)
    return painted.study, painted.structures


def _paint(
    ct: LabelledCT, seed: int, roles: tuple[Role, ...], *, plain: bool = False, alone: float = ALONE
) -> _Painted:
    rng = np.random.default_rng((seed, 9))
    in_plane = float(rng.uniform(1.0, 1.5))
    slice_mm = float(rng.uniform(2.5, 6.0)) if rng.random() < 0.7 else 3.0
    settings = replace(UPRIGHT, tumour=seed % 2 == 0)
    if not plain:
        if np.random.default_rng((seed, 14)).random() >= ORDINARY:
            lone = Role.T1W in roles and rng.random() < alone
            return _trained_on(ct, seed, (Role.T1W,) if lone else roles, rng, alone=lone)
        settings = replace(settings, tumour_mm=PaintingSettings.tumour_mm, even_sizes=EVEN_SIZES)
    anatomy = anatomy_from_ct(ct, seed, (in_plane, in_plane, slice_mm), _field_of_view(rng, plain=True), settings)
    thick = _thick_axis(rng, slice_mm)
    sequences = []
    for role in roles:
        signal = _acquire(paint(anatomy, role, rng), anatomy.grid.spacing, thick, rng)
        sequences.append(Sequence(role, Volume(anatomy.grid, signal)))
    return _Painted(Study(tuple(sequences)), anatomy.structures, kinds_of(anatomy.tissue))


def volumetric_study(ct: LabelledCT, seed: int) -> tuple[Study, LabelMap]:
    """One patient as an MPRAGE at 3 T shows him, alone and thin-sliced, with the truth: for evaluation.

    Firm muscles, every other patient with lean glands, every other pair strongly shaded, no tumour, posed as in
    `painted_study`.
    """
    rng = np.random.default_rng((seed, 13))
    fine = float(rng.uniform(1.0, 1.3))
    settings = replace(UPRIGHT, tumour=False, lean=float(seed % 2), firm=1.0)
    anatomy = anatomy_from_ct(ct, seed, (fine, fine, fine), _field_of_view(rng, plain=True), settings)
    signal = paint_gradient_echo(anatomy, draw_mprage(rng, 3.0, (2.0, 3.6)), rng, _slip(anatomy.grid.spacing, rng))
    shading = float(rng.uniform(0.2, 0.5)) if seed // 2 % 2 else None
    signal = degrade(signal, anatomy.grid, rng, shading=shading)
    blurred = _acquire(signal, anatomy.grid.spacing, (0, fine), rng)
    return Study((Sequence(Role.T1W, Volume(anatomy.grid, blurred)),)), anatomy.structures


def _trained_on(
    ct: LabelledCT, seed: int, roles: tuple[Role, ...], rng: np.random.Generator, *, alone: bool
) -> _Painted:
    """One scan to learn from: contrasts, fields of view and whatever goes wrong in a scanner.

    Finer than about a millimetre and two is not painted: the network's grid averages it away.
    """
    in_plane, slice_mm = float(rng.uniform(1.0, 2.0)), 2.0 if alone else float(rng.uniform(2.0, 6.5))
    box = _field_of_view(rng, plain=False)
    settings = PaintingSettings(
        even_sizes=EVEN_SIZES, lean=LEAN, firm=FIRM, strong=STRONG, beside=BESIDE, nodes=NODES, fascia=FASCIA
    )
    anatomy = anatomy_from_ct(ct, seed, (in_plane, in_plane, slice_mm), box, settings)
    thick = (0, slice_mm) if alone else _thick_axis(rng, slice_mm)
    keep = _cut(anatomy.structures.array.shape, rng)
    metal = Metal(anatomy, rng) if rng.random() < WITH_METAL else None
    # The coils are those of one scan: what shades one sequence strongly does so to all, each in its own way.
    strong = rng.random() < STRONGLY_SHADED
    gradient_echo = {Role.T1W, Role.T1W_GD} if alone or rng.random() < WITH_GRADIENT_ECHO else set[Role]()
    tesla = float(rng.choice((1.5, 3.0)))
    spacing, sequences = anatomy.grid.spacing, list[Sequence]()
    for role in roles:
        slip = _slip(spacing, rng) if rng.random() < SLIPPED else None
        if rng.random() >= 0.65:
            signal = paint_random(anatomy, rng)
        elif role in gradient_echo:
            signal = paint_gradient_echo(anatomy, draw_gradient_echo(role, tesla, rng), rng, slip)
        elif role is Role.STIR and rng.random() < FAT_SATURATED:
            signal = paint_protocol(anatomy, draw_fat_saturated_t2(rng), rng, slip)
        else:
            signal = paint_clean(anatomy, role, rng, slip)
        if metal is not None:
            signal = metal.spoil(signal, rng)
        if sequences and rng.random() < DISPLACED:
            signal = displaced(signal, spacing, rng)
        if rng.random() < MOVED:
            signal = ghosts(signal, spacing, rng)
        shading = float(rng.uniform(0.2, 0.5)) if strong else None
        own = _thick_axis(rng, slice_mm) if not alone and rng.random() < OWN_SLICES else thick
        # Scanners that interpolate smooth their noise as well; those that do not, do not.
        if rng.random() < 0.5:
            signal = _acquire(degrade(signal, anatomy.grid, rng, shading=shading), spacing, own, rng)
        else:
            signal = degrade(_acquire(signal, spacing, own, rng), anatomy.grid, rng, shading=shading)
        sequences.append(Sequence(role, Volume(anatomy.grid, np.where(keep, signal, np.float32(0.0)))))
    # Nobody can draw what is not in the picture.
    structures = LabelMap(anatomy.grid, np.where(keep, anatomy.structures.array, np.uint8(0)))
    return _Painted(Study(tuple(sequences)), structures, np.where(keep, kinds_of(anatomy.tissue), np.uint8(0)))


def _field_of_view(rng: np.random.Generator, plain: bool) -> tuple[Point, Point]:
    """Box of the scan: usually the whole glands, sometimes part of them, sometimes a brain scan without any."""
    low, high = float(rng.uniform(-110, -75)), float(rng.uniform(10, 75))
    kind = 1.0 if plain else rng.random()
    if kind < 0.08:
        low = float(rng.uniform(8, 25))
        high = low + float(rng.uniform(60, 90))
    elif kind < 0.25:
        low, high = (float(rng.uniform(-50, -15)), 75.0) if rng.random() < 0.5 else (-110.0, float(rng.uniform(-45, 0)))
    return (-95.0, -118.0, low), (95.0, 112.0, high)


def _slip(spacing: tuple[float, float, float], rng: np.random.Generator) -> tuple[int, float]:
    """Axis of the readout and how far fat is from its place along it, voxels."""
    axis = int(rng.integers(3))
    return axis, float(rng.uniform(-2.0, 2.0)) / spacing[axis]


def _cut(shape: tuple[int, ...], rng: np.random.Generator) -> NDArray[np.bool_]:
    """What is not blanked: defaced scans lack the front, narrow ones a side."""
    keep = np.ones(shape, dtype=bool)
    if rng.random() < 0.15:
        # Along a plane that slants from the forehead to the chin.
        chin, forehead = rng.uniform(0.0, 0.32, 2)
        front = np.linspace(chin, forehead, shape[0]) * shape[1]
        keep[np.arange(shape[1]) < front[:, None]] = False
    if rng.random() < 0.1:
        keep[:, :, : int(shape[2] * rng.uniform(0.05, 0.2))] = False
    if rng.random() < 0.1:
        keep[:, :, -int(shape[2] * rng.uniform(0.05, 0.2)) :] = False
    return keep


def _thick_axis(rng: np.random.Generator, slice_mm: float) -> tuple[int, float]:
    """Axis along which the slices are thick, and how thick (mm)."""
    axis = int(rng.choice(3, p=(0.7, 0.15, 0.15)))
    return axis, slice_mm if axis == 0 else float(rng.uniform(1.0, 5.0))


def _acquire(
    signal: NDArray[np.float32],
    spacing: tuple[float, float, float],
    thick: tuple[int, float],
    rng: np.random.Generator,
) -> NDArray[np.float32]:
    """Blur as a finite matrix and thick slices do."""
    fwhm = np.full(3, float(rng.uniform(0.8, 2.2)))
    fwhm[0] = 0.0
    axis, thickness = thick
    fwhm[axis] = max(fwhm[axis], thickness if axis else 0.6 * thickness)
    sigma = fwhm / 2.355 / np.array(spacing)
    return np.asarray(ndimage.gaussian_filter(signal, sigma, truncate=2.5), dtype=np.float32)

"""The built-in demo workspace: synthetic studies on disk, in the worklist, with their truth aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parotid_training.anatomy.phantom import PhantomSettings, make_phantom
from parotid_training.anatomy.tumour import Look
from parotid_training.io.nifti import write_label_map, write_volume
from parotid_training.progress import Cancelled, Report, check, ignore_progress, never
from parotid_training.study import FED_ROLES
from parotid_training.words import tr

if TYPE_CHECKING:
    from pathlib import Path

    from parotid_training.workspace.store import Store

DEMO_SEED = 970_000
"""First phantom seed of the demo; no other set uses seeds from here to 979,999."""
STUDIES = 5
GLAND_ML, GLAND_FAT = (10.0, 17.0), (0.55, 0.8)
"""The demo's patients have smaller and fattier glands than the heads the shipped model learned from, as those of
another clinic might: there is something to correct, and something to learn from it."""
TUMOURS = {2: Look.ADENOMA, 4: Look.WARTHIN}
"""Studies with a tumour, and of which look; the others are healthy."""


def add_demo_studies(
    store: Store, count: int = STUDIES, progress: Report = ignore_progress, cancelled: Cancelled = never
) -> None:
    """Write synthetic studies below the workspace and list them; those there already are left alone.

    Each is a folder of NIfTI sequences as a scanner would give them; the true mask lies in `truth_path`, where
    opening the study does not find it.
    """
    listed = {record.source for record in store.studies()}
    for number in range(1, count + 1):
        check(cancelled)
        progress((number - 1) / count, tr("Making synthetic study {number} of {count}", number=number, count=count))
        folder = study_folder(store, number)
        if folder in listed:
            continue
        settings = PhantomSettings(
            tumour=TUMOURS.get(number, False),
            tumour_mm=(18.0, 30.0),
            cropped=False,
            gland_ml=GLAND_ML,
            gland_fat=GLAND_FAT,
        )
        write_phantom(folder, truth_path(folder), DEMO_SEED + number, settings)
        key = store.patient_key(f"demo-{number}")
        store.add_study(folder, patient_key=key, title=tr("Demo study {number}", number=number), roles=FED_ROLES)
    progress(1.0, "Synthetic studies are ready")


def study_folder(store: Store, number: int) -> Path:
    """Folder of a demo study's sequences."""
    return store.path / "demo-studies" / f"study-{number}"


def truth_path(folder: Path) -> Path:
    """Where the true mask of a demo study lies: beside the folder, not in it."""
    return folder.parent / f"{folder.name}-truth.nii.gz"


def write_phantom(folder: Path, truth: Path, seed: int, settings: PhantomSettings) -> None:
    """Write a phantom's sequences (one NIfTI each, named by role) and its true mask."""
    phantom = make_phantom(seed, settings)
    folder.mkdir(parents=True, exist_ok=True)
    write_label_map(truth, phantom.label_map)
    for sequence in phantom.study.sequences:
        write_volume(folder / f"{sequence.role.value.replace('+', '_')}.nii.gz", sequence.volume)

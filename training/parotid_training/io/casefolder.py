"""A study and a mask in one plain folder: one NIfTI a sequence, the mask, and what they are.

Nothing in it names the patient: no PatientID, no series description, no UID.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from parotid_training.errors import ParotidError
from parotid_training.study import Role, Sequence, Study, hash_volume
from parotid_training.volume import LabelMap, Volume

if TYPE_CHECKING:
    from pathlib import Path

VERSION = 1
DESCRIPTION = "case.json"
MASK = "mask.nii.gz"


def write_case_folder(folder: Path, study: Study, label_map: LabelMap, facts: dict[str, Any]) -> None:
    """Write a study and its mask; ``case.json`` last, so that a folder without it is not a case.

    Parameters
    ----------
    folder
        Created if absent.
    study
        Sequences in memory, each on its native grid.
    label_map
        On the reference sequence's native grid.
    facts
        JSON values kept with the case. The caller answers for their holding no identity.

    Raises
    ------
    ParotidError
        If the mask does not lie on the reference's grid.
    """
    from parotid_training.io.nifti import write_label_map, write_volume

    if not label_map.grid.same_as(study.grid):
        raise ParotidError(
            "The mask does not fit the sequence it was drawn on.", "Open the study again and correct anew."
        )
    folder.mkdir(parents=True, exist_ok=True)
    frames: dict[str | None, int | None] = {None: None}
    described: list[dict[str, Any]] = []
    for n, sequence in enumerate(study.sequences):
        name = f"{n}-{re.sub(r'[^A-Za-z0-9]+', '-', sequence.role)}.nii.gz"
        write_volume(folder / name, sequence.volume)
        # Frames of reference are numbered: equal or not is all that is needed, and a UID can lead to the patient.
        frame = frames.setdefault(sequence.volume.grid.frame_of_reference, len(frames))
        described.append(
            {"file": name, "role": sequence.role.value, "frame": frame, "hash": hash_volume(sequence.volume)}
        )
    write_label_map(folder / MASK, label_map)
    files = {name: _digest(folder / name) for name in (*(item["file"] for item in described), MASK)}
    values = {
        "v": VERSION,
        "sequences": described,
        "reference": study.reference,
        "mask": MASK,
        "files": files,
        "facts": facts,
    }
    temporary = folder / (DESCRIPTION + ".tmp")
    temporary.write_text(json.dumps(values, indent=1, sort_keys=True) + "\n", "utf-8")
    temporary.replace(folder / DESCRIPTION)


def read_case_folder(folder: Path) -> tuple[Study, LabelMap]:
    """Read what `write_case_folder` wrote, after checking it: a mask with a wrong bit may be read as another mask.

    Returns
    -------
    study, label_map
        The mask on the reference's grid. Sequences of different frames of reference keep different ones.

    Raises
    ------
    ParotidError
        If the folder is not a whole case.
    """
    from parotid_training.io.nifti import read_volume

    verify_case_folder(folder)
    described = read_case_description(folder)
    sequences = []
    try:
        for item in described["sequences"]:
            volume = read_volume(folder / item["file"])
            grid = volume.grid
            if item["frame"] is not None:
                grid = type(grid)(grid.shape, grid.affine, f"frame {item['frame']}")
            sequences.append(Sequence(Role(item["role"]), Volume(grid, volume.array)))
        study = Study(tuple(sequences), int(described["reference"]))
        mask = read_volume(folder / MASK)
        array = np.asarray(mask.array)
        if array.shape != study.grid.shape or not np.isin(array, (0, 1, 2)).all():
            raise ValueError("mask")
        return study, LabelMap(study.grid, np.ascontiguousarray(array, dtype=np.uint8))
    except (ParotidError, OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged() from error


def read_case_description(folder: Path) -> dict[str, Any]:
    """Read ``case.json``: sequences (file, role, frame, hash), reference, files (checksums), facts.

    Raises
    ------
    ParotidError
        If it is missing, damaged, or of a later version.
    """
    try:
        values: dict[str, Any] = json.loads((folder / DESCRIPTION).read_text("utf-8"))
        version, _ = values["v"], (values["sequences"], values["reference"], values["files"], values["facts"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged() from error
    if version != VERSION:
        raise ParotidError("This study was accepted by a later version of the program.", "Update the program.")
    return values


def verify_case_folder(folder: Path) -> None:
    """Check every file of a case against the checksum written beside it.

    Raises
    ------
    ParotidError
        If a file is missing or its content changed.
    """
    files = read_case_description(folder)["files"]
    try:
        whole = all(_digest(folder / name) == expected for name, expected in files.items())
    except OSError as error:
        raise _damaged() from error
    if not whole:
        raise _damaged()


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _damaged() -> ParotidError:
    return ParotidError("The files of an accepted study are incomplete or damaged.", "Accept the study again.")

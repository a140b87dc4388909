"""A model version as one file: what is sent to another workspace, and how it is taken in without trusting it.

A zip of the version's folder and ``manifest.json`` with the checksum of each file. Nothing in it is ever unpickled.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

from parotid_training.errors import ParotidError
from parotid_training.words import mark
from parotid_training.workspace.disk import TEMPORARY, remove, say_disk_errors, sha256, sync_file, sync_folder
from parotid_training.workspace.models import RECORD, verify_checkpoint

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from parotid_training.workspace.store import Store

VERSION = 1
SUFFIX = ".parotid"
MANIFEST = "manifest.json"
NAMES = {"weights.safetensors", "model.json", RECORD, MANIFEST}
"""The only files a parcel may hold; what else lies in a version's folder stays at home."""
MOST_BYTES = 4 << 30
WARNING = mark(
    "These weights learned from your patients' images, and weights can remember parts of what they learned from. "
    "Give the file only to those who may see the images."
)


def export_version(store: Store, model_id: str, path: Path) -> None:
    """Write a version into one file, whole or not at all. Who calls it shows `WARNING` if it learned here.

    Raises
    ------
    ParotidError
        If the version is unknown or damaged, or the disk refuses.
    """
    store.model_shelf.check(model_id)
    folder = store.model_folder(model_id)
    files = {name: folder / name for name in sorted(NAMES - {MANIFEST}) if (folder / name).is_file()}
    manifest = {"v": VERSION, "model_id": model_id, "files": {name: sha256(file) for name, file in files.items()}}
    temporary = path.with_name(TEMPORARY + path.name)
    with say_disk_errors("The version could not be exported"):
        try:
            with zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as archive:
                archive.writestr(zipfile.ZipInfo(MANIFEST), json.dumps(manifest, indent=1))
                for name, file in files.items():
                    # Without the time of writing: equal versions make equal files.
                    with (
                        archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as target,
                        file.open("rb") as source,
                    ):
                        shutil.copyfileobj(source, target, 1 << 20)
            sync_file(temporary)
            os.replace(temporary, path)
            sync_folder(path.parent)
        except BaseException:
            remove(temporary)
            raise


def load(folder: Path) -> None:
    """Build the network of a model folder, to see that weights and configuration fit."""
    from parotid_training.model.checkpoint import load_checkpoint

    load_checkpoint(folder)


def import_version(store: Store, path: Path, trial: Callable[[Path], object] | None = None) -> str:
    """Take a version in from a file, after checking all of it; it is not used before a person says so.

    Parameters
    ----------
    trial
        Raises `ParotidError` for a folder whose network cannot be built; None: `load`, for real checkpoints.

    Returns
    -------
    Its id.

    Raises
    ------
    ParotidError
        If the file is no such parcel, was changed on the way, or does not hold what it claims.
    """
    folder = store.path / "models" / (TEMPORARY + str(uuid.uuid4()))
    with say_disk_errors("The version could not be imported"):
        try:
            folder.mkdir()
            manifest = _unpack(path, folder)
            if store.verify_model(folder) != manifest["model_id"]:
                raise _spoiled()
            if trial is not None:
                trial(folder)
            elif store.model_shelf.verify is verify_checkpoint:
                load(folder)
            record = _read_record(folder)
            # This workspace writes a record of its own.
            remove(folder / RECORD)
            facts = {**record["facts"], "imported": True}
            return store.import_model(folder, parent=str(record.get("parent", "")), facts=facts)
        finally:
            remove(folder)


def _unpack(path: Path, folder: Path) -> dict[str, Any]:
    """Write the files of a parcel into a folder, names and checksums checked; return its manifest."""
    try:
        with zipfile.ZipFile(path) as archive:
            infos = {info.filename: info for info in archive.infolist()}
            if not {"weights.safetensors", "model.json", MANIFEST} <= infos.keys() <= NAMES:
                raise ValueError("other files")
            if sum(info.file_size for info in infos.values()) > MOST_BYTES or len(infos) != len(archive.infolist()):
                raise ValueError("too large, or a name twice")
            manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
            if manifest["v"] != VERSION or manifest["files"].keys() != infos.keys() - {MANIFEST}:
                raise ValueError("another manifest")
            for name, expected in manifest["files"].items():
                digest = hashlib.sha256()
                with archive.open(name) as source, (folder / name).open("wb") as target:
                    while chunk := source.read(1 << 20):
                        digest.update(chunk)
                        target.write(chunk)
                if digest.hexdigest() != expected:
                    raise ValueError("changed")
            return manifest
    except (
        zipfile.BadZipFile,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        # Encrypted, or compressed in a way that is not known: `RuntimeError` and a kind of it.
        RuntimeError,
        EOFError,
        zlib.error,
    ) as error:
        raise _spoiled() from error


def _read_record(folder: Path) -> dict[str, Any]:
    try:
        record = json.loads((folder / RECORD).read_text("utf-8"))
        return {**record, "facts": dict(record["facts"])}
    except (OSError, ValueError, KeyError, TypeError):
        return {"facts": {}}


def _spoiled() -> ParotidError:
    return ParotidError(
        "This file is no model version, or it was changed on the way.", "Ask for it to be exported again."
    )

"""What is installed: a wheel made from the source archive holds what one made from the folder holds."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def build(kind: str, source: Path, out: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(out)]
    subprocess.run(command, cwd=source, check=True, capture_output=True, text=True, timeout=120)
    (made,) = out.glob("*.tar.gz" if kind == "sdist" else "*.whl")
    return made


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_a_wheel_from_the_source_archive_is_whole(tmp_path: Path) -> None:
    direct = names(build("wheel", ROOT, tmp_path / "direct"))
    with tarfile.open(build("sdist", ROOT, tmp_path / "sdist")) as archive:
        archive.extractall(tmp_path, filter="data")
    (unpacked,) = (path for path in tmp_path.iterdir() if (path / "pyproject.toml").is_file())
    assert names(build("wheel", unpacked, tmp_path / "wheel")) == direct
    for wanted in (
        "napari_parotid/napari.yaml",
        "parotid_app/__main__.py",
        "parotid_training/__main__.py",
        "parotid_assets/refiner.safetensors",
        "parotid_assets/base_model/weights.safetensors",
    ):
        assert wanted in direct
    packages = {name.partition("/")[0] for name in direct if ".dist-info/" not in name}
    assert packages == {"napari_parotid", "parotid_app", "parotid_training", "parotid_assets"}

"""What is looked at on real scans: the scripts behind docs/results/real-scans.md, on toys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from PIL import Image

from parotid_training.io.nifti import write_volume
from parotid_training.model.checkpoint import save_checkpoint
from parotid_training.model.networks import SwinSegmenter
from parotid_training.study import Role, Sequence, Study
from parotid_training.volume import Grid, Volume
from scripts import real_heads, real_slices
from tests.engine.learn.toys import SMALL

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def model(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    save_checkpoint(tmp_path / "model", SwinSegmenter(SMALL), {})
    return tmp_path / "model"


@pytest.mark.parametrize("rises", [True, False], ids=["from below", "from above"])
def test_what_is_left_of_a_head_lies_where_it_lay(rises: bool) -> None:
    affine = np.diag([2.0, 2.0, 5.0 if rises else -5.0, 1.0])
    affine[:3, 3] = (-40, -50, 30)
    grid = Grid((40, 50, 20), affine)
    upwards = grid.to_patient(np.argwhere(np.ones(grid.shape, bool)))[:, 2].reshape(grid.shape)
    above = real_heads.head_only(Study((Sequence(Role.T1W, Volume(grid, upwards.astype(np.float32))),)), 0.6)
    left = above.sequences[0].volume
    assert left.array.shape == (40, 50, 8)
    assert left.array.min() > np.quantile(upwards, 0.58)
    places = left.grid.to_patient(np.argwhere(np.ones(left.grid.shape, bool)))[:, 2].reshape(left.grid.shape)
    np.testing.assert_allclose(left.array, places, atol=1e-4)


def test_a_page_and_volumes_of_each_scan(
    tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    signal = np.random.default_rng(0).gamma(2.0, 50.0, (64, 64, 24)).astype(np.float32)
    (tmp_path / "scan").mkdir()
    write_volume(tmp_path / "scan" / "T1w.nii.gz", Volume(Grid(signal.shape, np.diag([3.0, 3.0, 4.0, 1.0])), signal))
    arguments = ["real_heads.py", str(tmp_path / "scan"), "--model", str(model), "--out", str(tmp_path / "out")]
    monkeypatch.setattr("sys.argv", arguments)
    real_heads.main()
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("scan 1 (T1w): ")
    assert [line.partition(" of its height")[0] for line in said[1:]] == [
        f"scan 1 from {share:.0%}" for share in real_heads.HEADS_ONLY
    ]
    with Image.open(tmp_path / "out" / "scan-1.png") as page:
        assert page.width > 600


def test_pages_of_real_slices_and_of_synthetic_heads_beside_them(
    tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    slices, out = tmp_path / "slices", tmp_path / "out"
    for folder in (slices, out):
        folder.mkdir()
    grey = np.random.default_rng(0).integers(0, 255, (96, 96), dtype=np.uint8)
    for name in (*real_slices.BESIDE, "20000"):
        Image.fromarray(grey).save(slices / f"{name}.jpg")
    monkeypatch.setattr("sys.argv", ["real_slices.py", str(slices), "--model", str(model), "--out", str(out)])
    real_slices.main()
    assert len(capsys.readouterr().out.splitlines()) == 5
    assert {path.name for path in out.iterdir()} == {"real-t2.jpg", "beside-real.jpg"}
    (slices / f"{real_slices.BESIDE[0]}.jpg").unlink()
    with pytest.raises(SystemExit):
        real_slices.main()

"""Labelled CT: read, checked, prepared, kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from parotid_training.anatomy import labelled_ct
from parotid_training.anatomy.labelled_ct import GLAND_CENTRE, keep_labelled_ct, prepared_labelled_ct, read_labelled_ct
from parotid_training.errors import ParotidError
from tests.engine.anatomy.toy_ct import write_toy_ct

if TYPE_CHECKING:
    from pathlib import Path


def test_glands_lie_where_the_phantoms_lie_and_on_their_sides(tmp_path: Path) -> None:
    write_toy_ct(tmp_path / "toy.npz")
    ct = read_labelled_ct(tmp_path / "toy.npz")
    places = []
    for gland in ct.gland:
        index = np.argwhere(gland > 0.5).mean(axis=0)
        places.append((np.array(ct.origin) + index * ct.spacing)[::-1])
    np.testing.assert_allclose(np.mean(places, axis=0), GLAND_CENTRE, atol=1.0)
    right, left = places
    np.testing.assert_allclose(left - right, (110, 0, 0), atol=1.5)


def test_soft_membership_keeps_the_volume(tmp_path: Path) -> None:
    write_toy_ct(tmp_path / "toy.npz")
    ct = read_labelled_ct(tmp_path / "toy.npz")
    ml = (ct.gland > 0.5).sum(axis=(1, 2, 3)) * np.prod(ct.spacing) / 1000
    true = 4 / 3 * np.pi * 1.4 * 0.9 * 1.8 * 12.0**3 / 1000
    np.testing.assert_allclose(ml, true, rtol=0.08)


def test_brain_is_enclosed_and_the_airway_is_not(tmp_path: Path) -> None:
    write_toy_ct(tmp_path / "toy.npz")
    ct = read_labelled_ct(tmp_path / "toy.npz")
    z, y, x = (ct.origin[n] + ct.spacing[n] * np.arange(ct.hu.shape[n]) for n in range(3))
    at = np.argmin(np.abs(z - (-27 + 70))), np.argmin(np.abs(y - (-10 + 20))), np.argmin(np.abs(x))
    assert ct.cavity[at]
    assert not (ct.cavity & (ct.hu < -500)).any()
    assert ct.body[at] < -20
    assert ct.bone[at] < -20


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"gland_hu": 400.0}, "does not lie on a gland"),
        ({"radius": 3.0}, "does not lie on a gland"),
        ({"contours": False}, "no CT with both"),
    ],
)
def test_unusable_patients_are_refused(tmp_path: Path, given: dict[str, float], words: str) -> None:
    write_toy_ct(tmp_path / "toy.npz", **given)  # type: ignore[arg-type]
    with pytest.raises(ParotidError, match=words):
        read_labelled_ct(tmp_path / "toy.npz")


def test_what_is_kept_is_what_was_read(tmp_path: Path) -> None:
    write_toy_ct(tmp_path / "toy.npz")
    fresh = read_labelled_ct(tmp_path / "toy.npz")
    kept = keep_labelled_ct(tmp_path / "toy.npz", tmp_path / "cache")
    stamp = kept.stat().st_mtime_ns
    again = prepared_labelled_ct(tmp_path / "toy.npz", tmp_path / "cache")
    assert kept.stat().st_mtime_ns == stamp
    assert (again.origin, again.spacing) == (fresh.origin, fresh.spacing)
    np.testing.assert_array_equal(again.cavity, fresh.cavity)
    np.testing.assert_allclose(again.hu, fresh.hu, atol=1.0)
    np.testing.assert_allclose(again.gland, fresh.gland, atol=1e-3)


@pytest.mark.parametrize("change", ["another file", "another preparation"])
def test_what_was_kept_of_something_else_is_prepared_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    write_toy_ct(tmp_path / "toy.npz")
    before = prepared_labelled_ct(tmp_path / "toy.npz", tmp_path / "cache")
    write_toy_ct(tmp_path / "toy.npz", gland_hu=20.0)
    if change == "another file":
        with (tmp_path / "toy.npz").open("ab") as stream:
            stream.write(bytes(8))
    else:
        monkeypatch.setattr(labelled_ct, "PREPARATION", labelled_ct.PREPARATION + 1)
    after = prepared_labelled_ct(tmp_path / "toy.npz", tmp_path / "cache")
    assert np.median(after.hu[after.gland[0] > 0.9]) > np.median(before.hu[before.gland[0] > 0.9]) + 20


def test_a_real_patient_is_read(shared_data: Path) -> None:
    ct = read_labelled_ct(shared_data / "anatomy" / "openkbp" / "train-pats_pt_77.npz")
    ml = (ct.gland > 0.5).sum() * np.prod(ct.spacing) / 1000
    assert ml == pytest.approx(46.9, rel=0.08)

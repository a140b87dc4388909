from __future__ import annotations

import numpy as np

from parotid_training.study import Role, Sequence, Study, hash_volume
from parotid_training.volume import Grid, Volume


def volume(value: float = 1.0, spacing: float = 1.0) -> Volume:
    return Volume(Grid((3, 3, 3), np.diag([spacing] * 3 + [1.0])), np.full((3, 3, 3), value, np.float32))


def test_reference_feeds_its_role_before_an_earlier_sequence_of_that_role() -> None:
    first, second = Sequence(Role.T1W, volume(1)), Sequence(Role.T1W, volume(2))
    other = Sequence(Role.FLAIR, volume(3))
    study = Study((first, second, other), reference=1)
    assert study.fed() == {Role.T1W: second}


def test_hash_tells_voxels_and_geometry_apart() -> None:
    hashes = {hash_volume(v) for v in (volume(), volume(2.0), volume(spacing=2.0))}
    assert len(hashes) == 3
    assert hash_volume(volume()) in hashes


def test_patient_id_is_not_shown_by_repr() -> None:
    study = Study((Sequence(Role.T1W, volume(), name="DOE^JANE"),), patient_id="DOE^JANE")
    assert "DOE" not in repr(study)

"""Heads as they are measured from readers' maps."""

from __future__ import annotations

from parotid_training.anatomy.measured_head import LabelledHead
from parotid_training.anatomy.organs import MANDIBLE, SUBMANDIBULARS
from tests.engine.anatomy.toy_maps import toy_head


def test_missing_and_operated_organs_are_left_out(heads: list[LabelledHead]) -> None:
    assert SUBMANDIBULARS[1] not in heads[3].organs
    assert SUBMANDIBULARS[0] in heads[3].organs
    assert MANDIBLE in heads[0].organs
    assert MANDIBLE not in toy_head(7, shift=25.0).organs

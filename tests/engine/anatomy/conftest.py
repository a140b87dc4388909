from __future__ import annotations

import pytest

from parotid_training.anatomy.measured_head import LabelledHead
from tests.engine.anatomy.toy_maps import toy_head


@pytest.fixture(scope="session")
def heads() -> list[LabelledHead]:
    missing = {3: ["submandibular_left"]}
    return [toy_head(seed, missing=missing.get(seed, ())) for seed in range(6)]

"""Folders of runs that are gone on with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from parotid_training.errors import ParotidError
from parotid_training.experiments.finetuning import Sizes
from parotid_training.experiments.resumable import begin_from

if TYPE_CHECKING:
    from pathlib import Path


def test_threads_may_change_between_sittings_and_sizes_may_not(tmp_path: Path) -> None:
    begin_from(tmp_path, "m", None, Sizes())
    begin_from(tmp_path, "m", None, Sizes(threads=2))
    with pytest.raises(ParotidError, match="begun with other sizes"):
        begin_from(tmp_path, "m", None, Sizes(steps=2))

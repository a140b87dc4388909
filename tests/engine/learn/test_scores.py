"""The scores that the gate compares, and their way through the run's result."""

from __future__ import annotations

import json
import math

import pytest

from parotid_training.labels import Structure
from parotid_training.learn.scores import CaseScore, Scores


def test_scores_survive_json() -> None:
    found = CaseScore("a", "hold-out", Structure.GLAND, 0.123456789, 0.123456789)
    missing = CaseScore("b", "base", Structure.TUMOUR, math.nan, math.nan, present=False)
    scores = Scores("m", (found, missing))
    text = json.dumps(scores.to_json(), allow_nan=False)
    again = Scores.from_json(json.loads(text))
    assert again.cases[0] == scores.cases[0]
    assert math.isnan(again.cases[1].dsc)
    with pytest.raises(ValueError, match="unknown source"):
        Scores.from_json({"model_id": "m", "cases": [{**scores.to_json()["cases"][0], "source": "train"}]})

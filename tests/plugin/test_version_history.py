from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

from napari_parotid.version_history import history
from parotid_training.workspace.records import JobState, ModelRecord, Promotion


def hour(n):
    return datetime(2026, 3, 1, n, tzinfo=UTC)


def store(**changes):
    base = ModelRecord("a", 1, "", {}, True, False, hour(1), hour(1))
    learned = ModelRecord("b", 2, "a", {"verdict": "Better."}, False, True, hour(5), hour(5))
    brought = ModelRecord("c", 3, "", {"imported": True, "verdict": "Better."}, False, False, hour(8), None)
    rounds = [
        SimpleNamespace(
            state=state, finished=hour(when), created=hour(when), model_id=model_id, sentence=words,
            train=("case 1", "case 2"), holdout=("case 3",), verdict=verdict, incumbent="a", override="",
        )
        for state, when, model_id, words, verdict in (
            (JobState.REFUSED, 3, "", "No better.", object()),
            (JobState.CANCELLED, 4, "", "Cancelled.", None),
            (JobState.PROMOTED, 5, "b", "Better.", object()),
            (JobState.RUNNING, 9, "", "", None),
        )
    ]  # fmt: skip
    return SimpleNamespace(
        models=lambda: (base, learned, brought),
        case_titles=lambda: {f"case {n}": f"Study {n}" for n in (1, 2, 3)},
        jobs=lambda: rounds,
        timeline=lambda: (
            Promotion("a", "Shipped with the program.", hour(1), False),
            Promotion("b", "Better.", hour(5), False),
            Promotion("a", "Chosen by the reader.", hour(6), True, "Ada"),
            Promotion("b", "Used against the comparison: blurred", hour(7), False, "Grace"),
        ),
    )


def test_versions_rounds_and_what_was_used_stand_in_one_line_of_time():
    assert [(line.when.hour, line.title, line.words) for line in history(store())] == [
        (
            8,
            "Version 3 (imported)",
            "Imported from a file. It was not tried on studies of this workspace. Where it was made: Better.",
        ),
        (7, "Version 2", "Put into use by Grace. Used against the comparison: blurred"),
        (6, "Version 1 (shipped)", "Chosen again by Ada."),
        (5, "Version 2", "Better."),
        (4, "No new version", "Cancelled."),
        (3, "No new version", "No better."),
        (1, "Version 1 (shipped)", "Shipped with the program."),
    ]


def test_a_round_says_what_it_learned_from_and_was_judged_by():
    line = next(line for line in history(store()) if line.words == "Better.")
    assert (line.model_id, line.learned, line.held_out) == ("b", ("Study 1", "Study 2"), ("Study 3",))


def test_a_round_that_was_cancelled_was_judged_by_nothing():
    line = next(line for line in history(store()) if line.words == "Cancelled.")
    assert (line.learned, line.held_out) == (("Study 1", "Study 2"), ())

"""When accepted studies start a round of learning by themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from napari_parotid import learning
from napari_parotid.messages import LearningState
from napari_parotid.session import Session
from napari_parotid.starting import IDLE_SECONDS, LearningSettings, StartRule

NOON, LATE, EARLY = (datetime(2026, 1, 1, hour) for hour in (12, 23, 5))


@pytest.mark.parametrize(
    ("rule", "fresh", "idle", "now", "due"),
    [
        (StartRule.AFTER, 2, 1e9, LATE, False),
        (StartRule.AFTER, 3, 0, NOON, True),
        (StartRule.IDLE, 1, IDLE_SECONDS - 1, NOON, False),
        (StartRule.IDLE, 1, IDLE_SECONDS, NOON, True),
        (StartRule.NIGHT, 1, 0, NOON, False),
        (StartRule.NIGHT, 1, 0, LATE, True),
        (StartRule.NIGHT, 1, 0, EARLY, True),
        (StartRule.HAND, 99, 1e9, LATE, False),
        *((rule, 0, 1e9, LATE, False) for rule in StartRule),
    ],
)
def test_a_rule_says_when(rule: StartRule, fresh: int, idle: float, now: datetime, due: bool) -> None:
    assert rule.due(fresh=fresh, after=3, idle_seconds=idle, now=now) is due


def accept(session: Session, engine: Any, kit: Any, tmp_path: Any, n: int) -> None:
    session.ask_patient = lambda: f"patient {n}"
    session.open_path(engine.put(tmp_path / f"scan{n}", kit.make_study()))
    session.accept(anyway=True)


def test_the_rule_is_kept_in_the_workspace_and_counts_across_starts(
    kit: Any, engine: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session(engine, kit.Now(), LearningSettings(auto_after=2))
    session.rounds.set_rule(StartRule.IDLE)
    assert session.learning.rule is StartRule.IDLE
    for n in range(3):
        accept(session, engine, kit, tmp_path, n)
    session.poll()
    assert not engine.jobs.started, "somebody works"
    session.close()
    session = Session(engine, kit.Now(), LearningSettings(auto_after=2))
    clock = learning.time.monotonic() + IDLE_SECONDS + 1
    monkeypatch.setattr(learning.time, "monotonic", lambda: clock)
    session.touch()
    session.poll()
    assert not engine.jobs.started, "a hand moved just now, though nothing was opened or drawn"
    clock += IDLE_SECONDS + 1
    session.poll()
    assert len(engine.jobs.started) == 1
    assert session.learning.state is LearningState.WAITING
    session.close()


def test_what_cannot_be_learned_from_is_not_tried_at_every_poll(
    kit: Any, engine: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session(engine, kit.Now(), LearningSettings(auto_after=1))
    asked: list[int] = []
    real = engine.store.request_finetune
    monkeypatch.setattr(engine.store, "request_finetune", lambda **given: asked.append(1) or real(**given))
    accept(session, engine, kit, tmp_path, 0)
    for _ in range(3):
        session.poll()
    assert len(asked) == 1
    accept(session, engine, kit, tmp_path, 1)
    assert len(asked) == 2
    assert engine.jobs.started
    session.close()


def test_a_round_is_paused_gone_on_with_and_a_question_answered(kit: Any, engine: Any, tmp_path: Any) -> None:
    session = Session(engine, kit.Now(), LearningSettings(automatic=False))
    for n in range(3):
        accept(session, engine, kit, tmp_path, n)
    session.learn()
    session.rounds.pause()
    session.poll()
    assert session.learning.state is LearningState.PAUSED
    assert session.learning.can_cancel
    session.rounds.resume()
    session.poll()
    assert session.learning.state is LearningState.TRAINING
    odd = engine.store.split().train[0]
    engine.store.screenings.note(odd, "empty")
    session.rounds.set_rule(StartRule.HAND)
    (question,) = session.learning.questions
    assert question.case_id == odd
    session.rounds.answer(odd, False, "me")
    assert session.learning.questions == ()
    assert odd not in engine.store.split().train
    session.close()

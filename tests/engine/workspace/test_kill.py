"""SIGKILL at any moment: the workspace opens whole, and what the user was told is kept is there."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import toys

from parotid_training.workspace.check import check_workspace
from parotid_training.workspace.jobs import Jobs
from parotid_training.workspace.lock import is_held
from parotid_training.workspace.records import JobState
from parotid_training.workspace.store import Store
from parotid_training.workspace.worker import ALIVE
from tests import patience

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills programs the POSIX way")

HERE = Path(__file__).parent


@pytest.fixture
def app(tmp_path: Path, base_model: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, str(HERE / "toy_app.py"), str(tmp_path / "workspace")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def kill_app_after(app: subprocess.Popen[str], seed: int, seconds: float) -> None:
    assert app.stdin is not None
    assert app.stdout is not None
    app.stdin.write(f"{seed}\n")
    app.stdin.flush()
    pid = int(app.stdout.readline())
    time.sleep(seconds)
    os.kill(pid, signal.SIGKILL)
    assert app.stdout.readline() == "DEAD\n"


def inspect(workspace: Path) -> Store:
    """Open the workspace as the next start would and look at everything in it."""
    store = Store.open(workspace, verify_model=toys.verify_toy)
    store.ensure_base(workspace.parent / "shipped")
    assert check_workspace(store) == ()
    told_file = workspace.parent / "told.txt"
    told = [line.split() for line in told_file.read_text().splitlines()] if told_file.exists() else []
    cases = {case.case_id for case in store.cases(current_only=False)}
    assert {name for what, name in told if what == "accepted"} <= cases
    used = {step.model_id for step in store.timeline()}
    assert {name for what, name in told if what == "promoted"} <= used
    assert toys.verify_toy(store.model_folder(store.current_model().model_id)) == store.current_model().model_id
    current = [case.study_id for case in store.cases()]
    assert len(set(current)) == len(current)
    for record in store.studies():
        store.journal(record.study_id).restore()
    return store


def settle(store: Store) -> None:
    """Let recovery end what was going on; afterwards nothing runs and every promoted run has its model."""
    jobs = Jobs(store, toys.toy_command)
    jobs.recover()
    end = time.monotonic() + patience.SECONDS
    while jobs.running and time.monotonic() < end:
        jobs.poll()
        time.sleep(0.01)
    assert not jobs.running
    models = {record.model_id for record in store.models()}
    for job in store.jobs():
        assert job.state.is_final
        assert job.sentence
        assert (job.model_id in models) == (job.state is JobState.PROMOTED)
    # A child that was just being started when its program was killed comes up, finds itself given up, and ends.
    while any(is_held(job.folder / ALIVE) for job in store.jobs()):
        assert time.monotonic() < end
        time.sleep(0.02)
    assert check_workspace(store) == ()


def torment(app: subprocess.Popen[str], workspace: Path, times: int, seed: int) -> Store:
    rng = random.Random(seed)
    for number in range(times):
        kill_app_after(app, seed * 1000 + number, rng.uniform(0.02, 0.35))
        store = inspect(workspace)
        if number % 3 == 2:
            settle(store)
        store.close()
    store = inspect(workspace)
    settle(store)
    return store


def test_the_program_killed_at_fifteen_moments(app: subprocess.Popen[str], tmp_path: Path) -> None:
    store = torment(app, tmp_path / "workspace", 15, seed=1)
    # The kills have to have met real work.
    assert len(store.cases(current_only=False)) > 10
    assert any(job.state is JobState.PROMOTED for job in store.jobs())
    store.close()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 6))
def test_the_program_killed_at_many_moments(app: subprocess.Popen[str], tmp_path: Path, seed: int) -> None:
    torment(app, tmp_path / "workspace", 60, seed=seed).close()

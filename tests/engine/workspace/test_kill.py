"""SIGKILL at any moment: the workspace opens whole, and what the user was told is kept is there."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
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
from parotid_training.workspace.lock import is_held, read_note
from parotid_training.workspace.queue import STATE
from parotid_training.workspace.records import JobState
from parotid_training.workspace.store import Store
from parotid_training.workspace.worker import ALIVE, EVENTS
from tests import patience

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills programs the POSIX way")

HERE = Path(__file__).parent


@pytest.fixture
def app(tmp_path: Path, base_model: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, str(HERE / "toy_app.py"), str(tmp_path / "workspace")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        yield process
        # With the program it forked: a test that failed has not killed that one, and it would work for ever.
        os.killpg(process.pid, signal.SIGKILL)


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


def kill_child(workspace: Path) -> int:
    """Kill whatever child works in the workspace; return how many did."""
    killed = 0
    for note in sorted(workspace.glob("runs/*/alive.lock")):
        if is_held(note) and (pid := read_note(note)).isdigit():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
                killed += 1
    return killed


def torment(app: subprocess.Popen[str], workspace: Path, times: int, seed: int) -> Store:
    rng, told, pace = random.Random(seed), workspace.parent / "told.txt", 1.0
    for number in range(times):
        before = told.stat().st_size if told.exists() else 0
        kill_app_after(app, seed * 1000 + number, rng.uniform(0.02, 0.35) * pace)
        # On a busy machine a program needs longer to come to anything.
        met_work = told.exists() and told.stat().st_size > before
        pace = max(1.0, pace / 1.5) if met_work else min(40.0, 1.5 * pace)
        if number % 2 and rng.random() < 0.7:
            kill_child(workspace)
        store = inspect(workspace)
        if number % 3 == 2:
            settle(store)
        store.close()
    store = inspect(workspace)
    settle(store)
    return store


def test_the_program_killed_at_fifteen_moments(app: subprocess.Popen[str], tmp_path: Path) -> None:
    for seed in range(10):
        store = torment(app, tmp_path / "workspace", 15, seed)
        accepted = len(store.cases(current_only=False))
        promoted = any(job.state is JobState.PROMOTED for job in store.jobs())
        store.close()
        # The kills have to meet real work, which takes more of them on a busy machine.
        if accepted > 10 and promoted:
            return
    raise AssertionError("the kills met no real work")


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(2, 6))
def test_the_program_killed_at_many_moments(app: subprocess.Popen[str], tmp_path: Path, seed: int) -> None:
    torment(app, tmp_path / "workspace", 60, seed=seed).close()


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(10))
def test_the_real_trainer_killed_at_a_random_moment_ends_with_the_same_version(
    real_round: tuple[Path, str, float], tmp_path: Path, seed: int
) -> None:
    origin, expected, seconds = real_round
    workspace = tmp_path / "workspace"
    shutil.copytree(origin, workspace)
    rng = random.Random(seed)
    # At any moment, and (every other time) after a step: then what was learned is there to be gone on with.
    after = rng.randint(1, REAL["steps"] - 1) if seed % 2 else 0
    with Store.open(workspace) as store:
        jobs = Jobs(store, eager_command)
        job = store.request_finetune(seed=3, settings=REAL)
        jobs.start(job)
        if after:
            wait_for_step(job.folder, after)
        else:
            time.sleep(rng.uniform(0.1, 0.9) * seconds)
        killed = kill_child(workspace)
        assert killed == 1 or not after
        jobs.close()
    with Store.open(workspace) as store:
        assert not {problem for problem in check_workspace(store) if "belongs to nothing" not in problem}
        jobs = Jobs(store, eager_command)
        jobs.recover()
        end = time.monotonic() + 20 * patience.SECONDS
        while jobs.running and time.monotonic() < end:
            jobs.poll()
            time.sleep(0.1)
        (job,) = store.jobs()
        assert job.state in (JobState.PROMOTED, JobState.REFUSED)
        if after:
            assert "Going on where the learning stopped" in (job.folder / EVENTS).read_text()
        made = json.loads((job.folder / "result.json").read_text())["model_id"]
        assert made == expected
        assert len(store.cases()) == 2
        assert check_workspace(store) == ()


def eager_command(run: Path) -> list[str]:
    return [sys.executable, str(HERE / "eager_worker.py"), str(run)]


def wait_for_step(run: Path, step: int) -> None:
    """Wait until the child has told of a step, and has kept what it learned."""
    end = time.monotonic() + 20 * patience.SECONDS
    while not (run / STATE).is_file() or f'"step": {step}' not in (run / EVENTS).read_text():
        assert time.monotonic() < end
        time.sleep(0.02)


REAL = {"steps": 8, "batch": 4, "replay": 1, "base_set": 1}


@pytest.fixture(scope="module")
def real_round(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, float]:
    """A workspace ready to learn with a small real network, what an unbroken round makes of it, and how long."""
    import torch

    from parotid_training.acceptance import Acceptance
    from parotid_training.anatomy.phantom import PhantomSettings, make_phantom
    from parotid_training.learn.finetune import Candidate, finetune
    from parotid_training.learn.job import FinetuneRequest
    from parotid_training.model.checkpoint import save_checkpoint
    from parotid_training.model.networks import SegmenterConfig, SwinSegmenter

    folder = tmp_path_factory.mktemp("real")
    torch.manual_seed(0)
    config = SegmenterConfig(embed_dim=12, depths=(1, 1, 1), heads=(1, 2, 4), stem_channels=(4, 8))
    save_checkpoint(folder / "base", SwinSegmenter(config), {})
    with Store.open(folder / "workspace") as store:
        store.ensure_base(folder / "base")
        for seed in (1, 2):
            phantom = make_phantom(seed, PhantomSettings(inplane_mm=1.2, slice_mm=5.0))
            study_id = store.add_study(None, patient_key=store.patient_key(str(seed))).study_id
            store.accept(study_id, phantom.study, phantom.label_map, Acceptance("r"))
        for case in store.cases():
            # What a network that learned nothing sees witnesses nothing.
            store.screenings.note(case.case_id, "")
        split = store.split()
        request = FinetuneRequest.from_json(
            {
                "base": folder / "base",
                "incumbent": folder / "base",
                "train": [store.case_folder(case) for case in split.train],
                "holdout": [store.case_folder(case) for case in split.holdout],
                "seed": 3,
                "settings": REAL,
            }
        )
    (folder / "run").mkdir()
    started = time.monotonic()
    *_, candidate = finetune(request, folder / "run", lambda: False)
    assert isinstance(candidate, Candidate)
    return folder / "workspace", candidate.model_id, time.monotonic() - started

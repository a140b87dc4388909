"""Small stand-ins for models, studies and trainers; used by tests and by the processes they kill."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parotid_training.errors import CancelledError, ParotidError
from parotid_training.io.casefolder import verify_case_folder
from parotid_training.labels import Structure
from parotid_training.learn.scores import CaseScore, Scores
from parotid_training.workspace.worker import AUTOGROUP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).parent
PATIENT = "doe^jane"
STATE = "state.safetensors"
GO = "go"
"""A run that waits goes on when this file lies in its folder."""


def make_model(folder: Path, content: bytes) -> str:
    folder.mkdir(parents=True)
    (folder / "weights.safetensors").write_bytes(content)
    model_id = hashlib.sha256(content).hexdigest()
    (folder / "model.json").write_text(json.dumps({"model_id": model_id, "config": {}, "facts": {}}))
    return model_id


def verify_toy(folder: Path) -> str:
    try:
        claimed = json.loads((folder / "model.json").read_text())["model_id"]
        found = hashlib.sha256((folder / "weights.safetensors").read_bytes()).hexdigest()
    except (OSError, ValueError, KeyError) as error:
        raise ParotidError("not a model") from error
    if claimed != found:
        raise ParotidError("damaged model")
    return str(claimed)


def make_study(seed: int = 0, patient_id: str | None = None) -> tuple[Any, Any]:
    import numpy as np

    from parotid_training.study import Role, Sequence, Study
    from parotid_training.volume import Grid, LabelMap, Volume

    rng = np.random.default_rng(seed)
    tilt = np.deg2rad(12)
    affine = np.eye(4)
    affine[:3, :3] = np.array([[1, 0, 0], [0, np.cos(tilt), -np.sin(tilt)], [0, np.sin(tilt), np.cos(tilt)]])
    affine[:3, :3] *= [0.5, 0.5, 4.0]
    affine[:3, 3] = -60.123456, -70.5, 31.25
    first, second = Grid((16, 18, 5), affine, "1.2.840.1"), Grid((10, 12, 5), np.diag([-0.9, 0.9, 4.1, 1]), "1.2.840.2")
    sequences = tuple(
        Sequence(role, Volume(grid, rng.normal(100, 30, grid.shape).astype(np.float32)), "DOE^JANE t1_tse")
        for role, grid in ((Role.T1W, first), (Role.T1W_GD, first), (Role.STIR, second))
    )
    labels = rng.choice(np.arange(3, dtype=np.uint8), first.shape, p=[0.8, 0.15, 0.05])
    return Study(sequences, 0, patient_id), LabelMap(first, labels)


@dataclass(frozen=True)
class Progress:
    stage: str
    step: int
    steps: int
    loss: float | None = None
    seconds_left: float | None = None
    held_out: float | None = None
    device: str = "cpu"


@dataclass(frozen=True)
class Screened:
    case_id: str
    doubt: str


@dataclass(frozen=True)
class Unusable:
    case_id: str
    flaw: str


@dataclass(frozen=True)
class Candidate:
    folder: Path
    model_id: str
    candidate: Scores
    incumbent: Scores
    shipped: Scores | None = None


def score(model_id: str, holdout: list[str], level: float, base_level: float = 0.9) -> Scores:
    held = [CaseScore(case, "hold-out", Structure.GLAND, level, level) for case in holdout]
    structures = (Structure.GLAND, Structure.TUMOUR)
    base = [CaseScore(f"base-{n}", "base", s, base_level, base_level) for n in range(2) for s in structures]
    return Scores(model_id, (*held, *base))


def find_damaged(folders: list[str]) -> Iterator[Unusable]:
    for folder in folders:
        try:
            verify_case_folder(Path(folder))
        except ParotidError:
            yield Unusable(Path(folder).name, "damaged")


def toy_train(
    request: dict[str, Any], run: Path, cancelled: Callable[[], bool]
) -> Iterator[Progress | Screened | Unusable | Candidate]:
    """Train nothing; ``settings`` say how it goes: steps, pause, level, where to die, misbehave or wait for `GO`."""
    settings = request["settings"]
    die_at = settings.get("die_at", "")

    def pass_point(name: str) -> None:
        if die_at == name:
            os.kill(os.getpid(), signal.SIGKILL)

    pass_point("start")
    damaged = list(find_damaged([*request["train"], *request["holdout"]]))
    yield from damaged
    if damaged:
        return
    doubts = settings.get("doubts", {})
    names = [Path(path).name for path in (*request["train"], *request["holdout"])]
    for name in request["unseen"]:
        yield Screened(name, doubts.get(str(names.index(name)), ""))
    if any(str(names.index(name)) in doubts for name in request["unseen"]):
        return
    steps = settings.get("steps", 3)
    state = run / STATE
    plan = {key: value for key, value in settings.items() if key not in ("wait_at", "die_after")}
    token = json.dumps([request["train"], plan], sort_keys=True)
    kept = json.loads(state.read_text()) if state.exists() else ["", 0]
    done = kept[1] if kept[0] == token else 0
    for step in range(done + 1, steps + 1):
        if cancelled():
            raise CancelledError
        if settings.get("die_after") == step - 1 and step - 1 > done:
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(settings.get("pause", 0.0))
        while settings.get("wait_at") == step and not (run / GO).exists():
            time.sleep(0.01)
        temporary = run / "state.tmp"
        temporary.write_text(json.dumps([token, step]))
        temporary.replace(state)
        yield Progress("Learning", step, steps, 1.0 / step, float(steps - step), 1.0 - 1.0 / (step + 1))
        if step == 2:
            pass_point("middle")
            misbehave(settings.get("misbehave", ""), run)
    folder = run / "candidate"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    content = os.urandom(64) if settings.get("content") is None else settings["content"].encode()
    (folder / "weights.safetensors").write_bytes(content[:10])
    pass_point("half written")
    (folder / "weights.safetensors").unlink()
    folder.rmdir()
    model_id = make_model(folder, content)
    pass_point("before result")
    incumbent = verify_toy(Path(request["incumbent"]))
    holdout = [Path(path).name for path in request["holdout"]]
    yield Candidate(
        folder,
        model_id,
        score(model_id, holdout, settings.get("level", 0.9)),
        score(incumbent, holdout, 0.8),
        score(Path(request["base"]).name, [], 0.0, settings["shipped"]) if "shipped" in settings else None,
    )
    pass_point("after result")
    if settings.get("damage"):
        (folder / "weights.safetensors").write_bytes(b"flipped")


def misbehave(how: str, run: Path) -> None:
    if how == "garbage":
        with (run / "events.jsonl").open("ab") as stream:
            stream.write(b'\xff\x00 no json\n{"v": 99, "kind": "progress"}\n[1, 2]\n{"v": 1, "kind": "promoted"}\n')
            stream.write(b'{"v":1,"kind":"progress","stage":"x","step":' + b"9" * 400 + b"}\n")
    elif how == "flood":
        with (run / "events.jsonl").open("ab") as stream:
            for n in range(60_000):
                stream.write(b'{"v":1,"t":0,"kind":"progress","stage":"flood","step":%d,"steps":60000}\n' % n)
    elif how == "report":
        session = AUTOGROUP.read_text().split()[-1] if os.access(AUTOGROUP, os.W_OK) else "untold"
        words = os.nice(0), session, os.environ.get("OMP_NUM_THREADS"), os.environ.get("MALLOC_MMAP_MAX_")
        (run / "report.txt").write_text(" ".join(map(str, words)))
    elif how == "raise":
        raise RuntimeError(f"/home/{PATIENT}/secret went wrong")
    elif how == "refuse":
        raise ParotidError("A case cannot be read.", "Accept it again.")
    elif how == "says why and stays":
        with (run / "events.jsonl").open("ab") as stream:
            stream.write(b'{"v":1,"kind":"failed","sentence":"No memory."}\n')
        time.sleep(600)
    elif how == "silent":
        time.sleep(600)
    elif how == "endless":
        while True:
            time.sleep(0.01)
    elif how == "nonsense":
        with (run / "events.jsonl").open("ab") as stream:
            stream.write(b'{"v":1,"kind":"screened","case":"../../etc","doubt":"empty"}\n')
            stream.write(b'{"v":1,"kind":"screened","case":"%s","doubt":"made up"}\n' % run.name.encode())
    elif how == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(600)


def toy_command(run: Path) -> list[str]:
    import sys

    return [sys.executable, str(HERE / "toy_worker.py"), str(run)]

"""A program that accepts, learns, promotes and goes back in a loop, until it is killed.

Started once with a workspace, it forks such a program for every seed read from stdin (so that a test need not wait for
imports), prints its process number, and says DEAD when it is gone. The program appends a line to ``told.txt``
beside the workspace whenever the user would have been told that something is kept.
"""

from __future__ import annotations

import os
import random
import sys
import time
from pathlib import Path

import toys

from parotid_training.acceptance import Acceptance
from parotid_training.errors import ParotidError
from parotid_training.workspace.jobs import Jobs
from parotid_training.workspace.journal import Operation
from parotid_training.workspace.store import Store


def use(workspace: Path, seed: int) -> None:
    import numpy as np

    rng = random.Random(seed)
    told = os.open(workspace.parent / "told.txt", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    store = Store.open(workspace, verify_model=toys.verify_toy)
    store.ensure_base(workspace.parent / "shipped")
    jobs = Jobs(store, toys.toy_command)
    jobs.recover()
    while True:
        deed = rng.random()
        if deed < 0.4:
            study, label_map = toys.make_study(rng.randrange(4))
            known = store.studies()
            study_id = (
                rng.choice(known).study_id
                if known and rng.random() < 0.6
                else store.add_study(None, patient_key=store.patient_key(str(rng.randrange(9))), title="").study_id
            )
            case = store.accept(study_id, study, label_map, Acceptance("r"))
            os.write(told, f"accepted {case.case_id}\n".encode())
            journal = store.journal(study_id)
            journal.start(label_map)
            index = np.arange(5)
            before = label_map.array.reshape(-1)[index]
            journal.append(Operation("paint", index, before, (before + 1) % 3, time.time()))
        elif deed < 0.7:
            try:
                job = store.request_finetune(settings={"level": rng.choice([0.7, 0.9, 0.9]), "steps": 2, "pause": 0.01})
                jobs.start(job)
            except ParotidError:
                continue
        elif deed < 0.75:
            try:
                store.rollback(why="test")
            except ParotidError:
                continue
        for event in jobs.poll():
            if event.kind == "done" and event.model_id:
                os.write(told, f"promoted {event.model_id}\n".encode())
        time.sleep(0.005)


if __name__ == "__main__":
    # What the gate imports when it first judges; the forked programs have it from here.
    import scipy.stats  # noqa: F401

    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            use(Path(sys.argv[1]), int(line))
        print(pid, flush=True)
        os.waitpid(pid, 0)
        print("DEAD", flush=True)

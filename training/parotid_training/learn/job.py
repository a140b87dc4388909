"""What a round of learning is asked for with, and the record of what came of it."""

from __future__ import annotations

import hashlib
import json
import platform
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parotid_training.errors import ParotidError
from parotid_training.io.casefolder import DESCRIPTION
from parotid_training.learn.adapt import Recipe
from parotid_training.learn.augment import AugmentSettings
from parotid_training.learn.start import patients_behind
from parotid_training.model.networks import FIRST_LAYERS
from parotid_training.model.region import SLICE
from parotid_training.model.runtime import best_device

if TYPE_CHECKING:
    from parotid_training.learn.adapt import Fit

REPLAY_SET = (800_001, 800_000, 800_014, 800_002, 800_005, 800_004, 800_019, 800_006)
"""Phantom seeds of the replay: an adenoma, a Warthin, two malignant tumours, each followed by a healthy head. A look of
tumour that is not replayed is the first thing forgotten; with few healthy heads the glands are."""
GATE_SET = (950_003, 950_000, 950_007, 950_001, 950_015, 950_002)
"""Phantom seeds of the built-in set the gate watches: scripts/gate_set.py chose them (docs/results/gate-set.md)."""
MILD = AugmentSettings(rotation_deg=12.0, scale=1.12, gamma=0.25, bias=0.25, noise=0.15, blur=0.7, drop=0.2, invert=0.0)
"""A few cases are to be learned as they look, and not as any scanner might show them."""


@dataclass(frozen=True)
class FinetuneSettings:
    """How a round of learning runs.

    Parameters
    ----------
    steps, batch, rate
        Optimiser steps, slices a step (half of them replay) and peak rate.
    replay, base_set
        How many of `REPLAY_SET` are replayed, and how many of `GATE_SET` guard the base's skills.
    blend
        How far the candidate goes from the base (0) to the learned weights (1).
    retreat
        Shares of that way, falling: the first at which the base set loses nothing is taken, else the last.
    stages
        ``(cases, stages)`` pairs in rising order: from that many cases on, so much of the network learns
        (`leave_trainable`).
    threads
        CPU threads; the reader's window keeps the rest.
    recall
        Weight of replayed slices being answered as the base does.
    """

    steps: int = 240
    batch: int = 8
    rate: float = 2e-4
    replay: int = len(REPLAY_SET)
    base_set: int = len(GATE_SET)
    blend: float = 1.0
    retreat: tuple[float, ...] = (1.0, 0.7, 0.5, 0.35)
    stages: tuple[tuple[int, int], ...] = ((0, FIRST_LAYERS), (20, 4))
    threads: int = 1
    augment: AugmentSettings = MILD
    recall: float = 1.0

    @property
    def replay_set(self) -> tuple[int, ...]:
        """Phantom seeds that are replayed."""
        return REPLAY_SET[: self.replay]

    @property
    def gate_set(self) -> tuple[int, ...]:
        """Phantom seeds that guard the base's skills."""
        return GATE_SET[: self.base_set]

    @property
    def shares(self) -> tuple[float, ...]:
        """How far candidates go, in the order in which they are tried."""
        return tuple(self.blend * share for share in self.retreat)

    def trainable_stages(self, cases: int) -> int:
        """What learns with so many cases (`leave_trainable`)."""
        return [stages for least, stages in self.stages if cases >= least][-1]

    def recipe(self, cases: int, seed: int) -> Recipe:
        """Return how the steps run with so many cases."""
        stages = self.trainable_stages(cases)
        return Recipe(self.steps, self.batch, self.rate, stages, seed, self.augment, self.recall)


@dataclass(frozen=True)
class FinetuneRequest:
    """What a round learns from; the job file of the child process. Holds no identity.

    Parameters
    ----------
    base, incumbent
        Model folders: the shipped start, and the model now in use.
    train, holdout
        Case folders.
    unseen
        Names of those that are to be screened before anything is learned.
    """

    base: Path
    incumbent: Path
    train: tuple[Path, ...]
    holdout: tuple[Path, ...]
    seed: int = 0
    settings: FinetuneSettings = field(default_factory=FinetuneSettings)
    unseen: frozenset[str] = frozenset()

    def to_json(self) -> dict[str, Any]:
        """Return a plain dictionary."""
        return {
            "base": str(self.base),
            "incumbent": str(self.incumbent),
            "train": [str(path) for path in self.train],
            "holdout": [str(path) for path in self.holdout],
            "seed": self.seed,
            "settings": asdict(self.settings),
            "unseen": sorted(self.unseen),
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> FinetuneRequest:
        """Build from `to_json`'s dictionary.

        Raises
        ------
        ParotidError
            If the dictionary is not one.
        """
        try:
            settings = dict(values.get("settings", {}))
            if "augment" in settings:
                augment = dict(settings["augment"])
                settings["augment"] = AugmentSettings(**{**augment, "lone": tuple(augment.get("lone", ()))})
            if "stages" in settings:
                settings["stages"] = tuple((int(a), int(b)) for a, b in settings["stages"])
            if "retreat" in settings:
                settings["retreat"] = tuple(float(share) for share in settings["retreat"])
            return cls(
                Path(values["base"]),
                Path(values["incumbent"]),
                tuple(Path(path) for path in values["train"]),
                tuple(Path(path) for path in values["holdout"]),
                int(values.get("seed", 0)),
                FinetuneSettings(**settings),
                frozenset(str(name) for name in values.get("unseen", ())),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ParotidError("The round of learning cannot be read.", "Start learning again.") from error


def token_of(request: FinetuneRequest, base_id: str) -> str:
    """Return what tells one job's learning from another's: its start, cases, settings, seed and the program.

    What an earlier program began is not gone on with: no record could say how the result was made.
    """
    settings = request.settings
    values = [base_id, case_digests(request.train), asdict(settings), settings.replay_set, request.seed, software()]
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def case_digests(folders: tuple[Path, ...]) -> dict[str, str]:
    """Return each case's name and the checksum of its description, which holds those of its images and its mask."""
    return {folder.name: hashlib.sha256((folder / DESCRIPTION).read_bytes()).hexdigest() for folder in folders}


def describe(request: FinetuneRequest, base_id: str, fits: tuple[tuple[int, Fit], ...], blend: float) -> dict[str, Any]:
    """Return the record of a candidate: all that is needed to make it again, bit for bit, on the same machine.

    Parameters
    ----------
    base_id
        Where it began.
    fits
        From which step on what was computed how.
    blend
        How far it goes from there to what was learned.
    """
    return {
        "command": "parotid finetune",
        "base": base_id,
        "cases": case_digests(request.train),
        # Slices are drawn from them by number, and the keys above are sorted when they are written.
        "order": [folder.name for folder in request.train],
        "held_out": case_digests(request.holdout),
        "seen_before": patients_behind(str(request.base)),
        "seed": request.seed,
        "settings": asdict(request.settings),
        "replayed": list(request.settings.replay_set),
        "blend": blend,
        "computed": [{"from_step": step, **asdict(fit)} for step, fit in fits],
        "software": software(),
    }


def software() -> dict[str, str]:
    """Return the versions that a result may depend on, and the kind of processor."""
    found = {"python": platform.python_version(), "machine": f"{platform.system()} {platform.machine()}"}
    for name in ("napari-parotid", "torch", "numpy", "scipy", "transformers", "SimpleITK"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # a frozen bundle may leave out what says so
            found[name] = ""
    return found


def request_from_record(record: dict[str, Any], base: Path, cases: Path) -> FinetuneRequest:
    """Return the request that makes a version again from its record (`describe`), without scoring it.

    Parameters
    ----------
    base
        Model folder of the start.
    cases
        Folder of the case folders.

    Raises
    ------
    ParotidError
        If the record is none or does not tell enough, or a case is gone or was changed since.
    """
    if "cases" in record and ("blend" not in record or ("order" not in record and len(record["cases"]) > 1)):
        raise ParotidError(
            "An earlier version of the program made this version and did not note all that it depends on, so it cannot "
            "be made again exactly.",
            "Choose another version.",
        )
    try:
        known = dict(record["cases"])
        computed = record["computed"]
        as_wanted = [(tuple(one["patch"]), one["batch"]) for one in computed] == [(SLICE, record["settings"]["batch"])]
        request = FinetuneRequest.from_json(
            {
                "base": base,
                "incumbent": base,
                "train": [cases / name for name in record.get("order", known)],
                "holdout": [],
                "seed": record["seed"],
                # The base set said how far the version goes; that is known now.
                # Records from before there was a recall do not name it.
                "settings": {
                    "recall": 0.0,
                    **record["settings"],
                    "base_set": 0,
                    "blend": record["blend"],
                    "retreat": (1.0,),
                },
            }
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ParotidError("This version has no record to make it again from.", "Choose another version.") from error
    replayed = list(request.settings.replay_set)
    if record.get("replayed", replayed) != replayed:
        raise ParotidError(
            "Learning replayed other synthetic heads when this version was made, so it cannot be made again exactly.",
            "Choose another version.",
        )
    if not as_wanted:
        raise ParotidError(
            "This version learned on pictures of another size (memory ran short, or an earlier version of the program "
            "made it), so it cannot be made again exactly.",
            "Choose another version.",
        )
    if computed[0]["device"] != str(best_device()):
        raise ParotidError(
            "This version was made with a graphics card, or without one, and here it is the other way round.",
            "Make it again on the computer it was made on.",
        )
    missing = [name for name in known if not (cases / name / DESCRIPTION).is_file()]
    if missing or case_digests(request.train) != known:
        raise ParotidError("A study this version learned from is gone or was changed.", "Choose another version.")
    return request


def changes_since(record: dict[str, Any]) -> tuple[str, ...]:
    """Return what of the software a record names is another now, as in ``"torch 2.13.0, now 2.14.0"``."""
    then = dict(record.get("software", {}))
    return tuple(f"{name} {then.get(name)}, now {new}" for name, new in software().items() if then.get(name) != new)

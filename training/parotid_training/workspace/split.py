"""Which accepted cases are learned from and which are held out to judge by: no patient in both."""

from __future__ import annotations

import json
from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING

from parotid_training.acceptance import Answer
from parotid_training.workspace.records import Split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from parotid_training.acceptance import AcceptedCase
    from parotid_training.workspace.database import Database

FROZEN_FROM = 10
"""Patients with accepted cases from which the split no longer changes."""
HELD_OUT = 5
"""One patient in so many is held out."""

_study_of, _patient_of = attrgetter("study_id"), attrgetter("patient_key")


class Parts:
    """Rows of the patients table: which part each patient has for good."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def split(self, cases: Iterable[AcceptedCase]) -> Split:
        """Part cases, oldest first, into those learned from and those judged by, no patient in both.

        Below `FROZEN_FROM` patients the newest fifth (at least one) is held out, by a patient's first acceptance: who
        was learned from already cannot tell what a version is worth. From then on each patient keeps its part, and new
        patients are held out as often as a fifth asks for. Unreadable studies are in neither.

        Two readers' masks of a study would teach it twice, and two visits of a patient would judge twice: a study is
        learned from by one mask, a patient judges by one study. It is an approved one if there is any, and of those the
        last. A study of which only some slices are stood for, or that has no gland, judges nothing, and is
        learned from unless its patient was held out for good before.

        Patients who share images are one: files that name nobody may have been added twice, or under two names.
        """
        usable = _usable(cases)
        parts = self._frozen() or self._newest_held_out(usable)
        train = [case for case in usable if parts[case.patient_key] == "train"]
        judges = [case for case in usable if case.can_judge and parts[case.patient_key] == "holdout"]
        held = _one_of_each(judges, _patient_of)
        return Split(tuple(case.case_id for case in train), tuple(case.case_id for case in held))

    def freeze(self, cases: Iterable[AcceptedCase]) -> None:
        """Give every patient a part for good, once there are enough of them. Within a transaction."""
        cases = tuple(cases)
        usable = _usable(cases)
        patients = dict.fromkeys(case.patient_key for case in usable)
        frozen = self._frozen()
        if not frozen and len(patients) < FROZEN_FROM:
            return
        parts = dict(frozen) if frozen else self._newest_held_out(usable)
        able = {case.patient_key for case in usable if case.can_judge}
        for patient in patients:
            if patient not in parts:
                held = sum(parts.get(other) == "holdout" and other in able for other in patients)
                judges = patient in able and held * HELD_OUT < len(patients) - 1
                parts[patient] = "holdout" if judges else "train"
        # Under each of their keys: which of them counts depends on what can be used.
        for key, known in same_people(cases).items():
            if known in parts:
                parts.setdefault(key, parts[known])
        for key in parts.keys() - frozen.keys():
            self._database.write("INSERT INTO patients VALUES (?, ?)", key, parts[key])

    def _learned_from(self) -> set[str]:
        """Patients whom a round of this workspace learned from."""
        rounds = self._database.rows("SELECT train FROM runs WHERE state IN ('promoted', 'refused')")
        learned = {case for row in rounds for case in json.loads(row["train"])}
        cases = self._database.rows("SELECT case_id, patient_key FROM cases")
        return {row["patient_key"] for row in cases if row["case_id"] in learned}

    def _frozen(self) -> dict[str, str]:
        return {row["patient_key"]: row["part"] for row in self._database.rows("SELECT * FROM patients")}

    def _newest_held_out(self, cases: list[AcceptedCase]) -> dict[str, str]:
        """Part the patients of cases; never are all held out, nor any who cannot judge.

        Who was learned from is held out only where nobody else can judge: one whose study was completed later, or whose
        newer judge cannot be used, is newer than those before all the same, and the version in use knows it.
        """
        found = self._database.rows("SELECT patient_key FROM cases GROUP BY patient_key ORDER BY min(number) DESC")
        patients = {case.patient_key for case in cases}
        newest_first = [row["patient_key"] for row in found if row["patient_key"] in patients]
        able = {case.patient_key for case in cases if case.can_judge}
        wanted = min(max(1, round(len(patients) / HELD_OUT)), len(patients) - 1)
        learned = self._learned_from()
        judges = sorted((patient for patient in newest_first if patient in able), key=learned.__contains__)
        held = judges[:wanted]
        return {patient: "holdout" if patient in held else "train" for patient in newest_first}


def _usable(cases: Iterable[AcceptedCase]) -> list[AcceptedCase]:
    """Return one case of each study, oldest first; who shares images with an earlier patient is that one."""
    readable = [case for case in cases if Answer.NOT_READABLE not in case.answers]
    same = same_people(readable)
    merged = (replace(case, patient_key=same[case.patient_key]) for case in readable)
    return _one_of_each(list(merged), _study_of)


def same_people(cases: Iterable[AcceptedCase]) -> dict[str, str]:
    """Return for each patient's key that of the first one with whom images are shared; its own where there is none."""
    same: dict[str, str] = {}
    seen: dict[str, str] = {}
    """Under whose key an image came first."""

    def first(key: str) -> str:
        while same.setdefault(key, key) != key:
            key = same[key]
        return key

    for case in cases:
        own = first(case.patient_key)
        for image in case.image_hashes.values():
            earlier = first(seen.setdefault(image, own))
            same[own] = earlier
            own = earlier
    return {key: first(key) for key in same}


def _one_of_each(cases: list[AcceptedCase], of: Callable[[AcceptedCase], str]) -> list[AcceptedCase]:
    """Choose one case of each study or patient: what a second person stands for too, and of those the last."""
    chosen: dict[str, AcceptedCase] = {}
    for case in cases:
        if of(case) not in chosen or case.approved_by or not chosen[of(case)].approved_by:
            chosen[of(case)] = case
    return [case for case in cases if chosen[of(case)] is case]

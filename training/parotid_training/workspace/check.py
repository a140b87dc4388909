"""Whether a workspace is whole: every row has its files, every file its checksum."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parotid_training.errors import ParotidError
from parotid_training.workspace.disk import TEMPORARY

if TYPE_CHECKING:
    from collections.abc import Callable

    from parotid_training.workspace.store import Store


def check_workspace(store: Store) -> tuple[str, ...]:
    """Read everything once and return what is wrong, one sentence each; empty if all is well."""
    problems = [f"Records: {row[0]}" for row in store.database.rows("PRAGMA integrity_check") if row[0] != "ok"]
    problems += [
        f"Records: a row of {row[0]} points nowhere." for row in store.database.rows("PRAGMA foreign_key_check")
    ]

    def tried(name: str, verify: Callable[..., object], *arguments: object) -> None:
        try:
            verify(*arguments)
        except ParotidError as error:
            problems.append(f"{name}: {error.sentence}")

    cases, models = store.cases(current_only=False), store.models()
    for case in cases:
        tried(f"Case {case.case_id}", store.case_shelf.verify, case.case_id)
    for model in models:
        if model.pruned is None:
            tried(f"Model {model.model_id}", store.model_shelf.check, model.model_id)
    if models:
        tried("The model in use", store.current_model)
    named = {case.case_id for case in cases} | {model.model_id for model in models if model.pruned is None}
    for name in ("cases", "models"):
        for child in (store.path / name).iterdir():
            if child.name.startswith(TEMPORARY) or child.name not in named:
                problems.append(f"The folder {name}/{child.name} belongs to nothing.")
    return tuple(problems)

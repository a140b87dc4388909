"""``parotid models``: the versions of a workspace, listed, sent, taken in, put into use and pruned."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from parotid_training.errors import ParotidError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from parotid_training.progress import Cancelled
    from parotid_training.terminal import ProgressLine
    from parotid_training.workspace.store import Store

    Deed = Callable[[Store, argparse.Namespace], None]


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser], line: ProgressLine) -> None:
    """Add ``models`` and what it can do to the command line."""
    actions = commands.add_parser("models", help="the model versions of a workspace").add_subparsers(
        required=True, metavar="ACTION"
    )

    def add(name: str, words: str, deed: Deed, *others: str, why: bool = False, writes: bool = True) -> None:
        parser = actions.add_parser(name, help=words)
        parser.add_argument("workspace", type=Path)
        for other in others:
            helps = {"model": "the version's id or its first letters", "file": "the file of the version"}
            parser.add_argument(other, type=Path if other == "file" else str, help=helps[other])
        if why:
            parser.add_argument("--why", default="by hand", help="recorded with the change")
            _ask_who(parser)
        parser.set_defaults(run=lambda options, stop: _run(options, deed, writes))

    masks = actions.add_parser("masks", help="list every mask ever accepted, with the version that proposed it")
    masks.add_argument("workspace", type=Path)
    masks.set_defaults(run=lambda options, stop: _list_masks(options))

    add("list", "list the versions", lambda store, options: None, writes=False)
    add("promote", "use a version from now on", _promote, "model", why=True)
    add("rollback", "use the version before the current one again", _roll_back, why=True)
    add("export", "write a version into one file", _export, "model", "file", writes=False)
    add("import", "take a version in from a file", _import, "file")
    add("prune", "remove the files of old versions that nothing needs", _prune)

    override = actions.add_parser("override", help="use the version that was refused last all the same")
    override.add_argument("workspace", type=Path)
    override.add_argument("--why", required=True, help="the reason, which is kept")
    _ask_who(override)
    override.set_defaults(run=lambda options, stop: _run(options, _override, True))

    reproduce = actions.add_parser("reproduce", help="make a version again from its record and compare, bit for bit")
    reproduce.add_argument("workspace", type=Path)
    reproduce.add_argument("model", help="the version's id or its first letters")
    reproduce.set_defaults(run=lambda options, stop: _reproduce(options, stop, line))


def _ask_who(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--who", default="", help="the name of who decides it, recorded with the change")


def _run(options: argparse.Namespace, deed: Deed, writes: bool) -> int:
    from parotid_training.workspace.folder import check_is_workspace
    from parotid_training.workspace.store import Store

    check_is_workspace(options.workspace)
    # Without an `Engine`: going back to a version is no reason to start what waits to learn.
    with Store.open(options.workspace, read_only=not writes) as store:
        deed(store, options)
        proposed = [case.model_id for case in store.cases(current_only=False)]
        for model in store.models():
            mark = "*" if model.is_current else "-" if model.pruned else " "
            used = proposed.count(model.model_id)
            masks = f"  [proposed {used} accepted mask{'s' if used > 1 else ''}]" if used else ""
            print(f"{mark} {model.model_id[:12]}  {model.imported:%Y-%m-%d %H:%M}  {model.title}  {model.note}{masks}")
    return 0


def _list_masks(options: argparse.Namespace) -> int:
    from parotid_training.workspace.folder import check_is_workspace
    from parotid_training.workspace.store import Store

    check_is_workspace(options.workspace)
    with Store.open(options.workspace, read_only=True) as store:
        titles = {record.study_id: record.title for record in store.studies()}
        current = {case.case_id for case in store.cases()}
        for case in store.cases(current_only=False):
            version = store.proposed_by(case.case_id)
            proposed = "no version" if version is None else f"{version.title} {version.model_id[:12]}"
            later = "" if case.case_id in current else "  [another one was accepted since]"
            print(f"{case.when:%Y-%m-%d %H:%M}  {titles.get(case.study_id, '')}  proposed by {proposed}{later}")
    return 0


def _find(store: Store, start: str) -> str:
    wanted = [m.model_id for m in store.models() if start and m.model_id.startswith(start)]
    if len(wanted) != 1:
        raise ParotidError("No single version has that id.", "Use `parotid models list` to see the ids.")
    return wanted[0]


def _promote(store: Store, options: argparse.Namespace) -> None:
    model_id = _find(store, options.model)
    if model_id == store.current_model().model_id:
        print("This version is in use already.")
        return
    store.promote(model_id, why=options.why, who=options.who)


def _roll_back(store: Store, options: argparse.Namespace) -> None:
    store.rollback(why=options.why, who=options.who)


def _override(store: Store, options: argparse.Namespace) -> None:
    from parotid_training.workspace.judge import override
    from parotid_training.workspace.records import overrulable

    refused = overrulable(store.jobs())
    if refused is None:
        raise ParotidError("No version was refused.", "There is nothing to overrule.")
    override(store, refused.run, options.why, options.who)


def _export(store: Store, options: argparse.Namespace) -> None:
    from parotid_training.workspace.parcel import WARNING, export_version

    model_id = _find(store, options.model)
    export_version(store, model_id, options.file)
    if not store.model_shelf.record(model_id).is_base:
        print(WARNING, file=sys.stderr)


def _import(store: Store, options: argparse.Namespace) -> None:
    from parotid_training.workspace.parcel import import_version

    import_version(store, options.file)


def _prune(store: Store, options: argparse.Namespace) -> None:
    print(f"Removed the files of {len(store.prune_models())} old versions.")


def _reproduce(options: argparse.Namespace, stop: Cancelled, line: ProgressLine) -> int:
    from parotid_training.learn.finetune import finetune
    from parotid_training.learn.job import changes_since, request_from_record
    from parotid_training.learn.news import Candidate, Progress, Unusable
    from parotid_training.model.checkpoint import read_description
    from parotid_training.workspace.folder import check_is_workspace
    from parotid_training.workspace.store import Store

    check_is_workspace(options.workspace)
    with Store.open(options.workspace, read_only=True) as store, tempfile.TemporaryDirectory() as scratch:
        model_id = _find(store, options.model)
        record = read_description(store.model_folder(model_id))["facts"]
        # A shipped version names none.
        base = store.model_folder(record["base"]) if "base" in record else store.path
        made, computed = "", record.get("computed")
        for news in finetune(request_from_record(record, base, store.path / "cases"), Path(scratch), stop):
            if isinstance(news, Candidate):
                made = news.model_id
                computed = read_description(news.folder)["facts"]["computed"]
            elif isinstance(news, Unusable):
                raise ParotidError("A case this version learned from is damaged.", "Choose another version.")
            elif isinstance(news, Progress):
                line.show(news.step / max(1, news.steps), news.stage)
        line.clear()
    same = made == model_id
    print("The same, bit for bit." if same else f"Another one came out: {made[:12]}.")
    if not same and computed != record.get("computed"):
        print("Too little memory was free to compute as it was then: close other programs, then try again.")
    if not same and (changed := changes_since(record)):
        print(f"The software is another: {'; '.join(changed)}.")
    return 0 if same else 1

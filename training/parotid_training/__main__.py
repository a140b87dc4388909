"""The command line: ``parotid inspect | propose | report | finetune``, and what the ``*_commands`` modules add."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from parotid_training import experiment_commands, model_commands, training_commands
from parotid_training.errors import CancelledError, ParotidError
from parotid_training.terminal import ProgressLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parotid_training.engine import Engine
    from parotid_training.progress import Cancelled

_progress = ProgressLine()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status (0 done, 1 refused or nothing usable, 130 cancelled by Ctrl-C)."""
    options = _parser().parse_args(arguments)
    stop = _listen_for_interrupt()
    try:
        status: int = options.run(options, stop)
    except ParotidError as error:
        _progress.clear()
        print(error.sentence, file=sys.stderr)
        if error.remedy:
            print(error.remedy, file=sys.stderr)
        return 1
    except CancelledError:
        _progress.clear()
        print("Cancelled.", file=sys.stderr)
        return 130
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="parotid", description="Parotid gland and tumour masks on MRI. For research use; not a medical device."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    inspect = commands.add_parser("inspect", help="list the series in a folder of DICOM or NIfTI files")
    inspect.add_argument("path", type=Path)
    inspect.set_defaults(run=_inspect)

    propose = commands.add_parser("propose", help="propose masks for one study")
    propose.add_argument("study", type=Path, help="folder of one patient's DICOM or NIfTI files, or one NIfTI file")
    propose.add_argument("--out", type=Path, required=True, help="folder for the mask, probability and report")
    propose.add_argument("--model", type=Path, help="model folder (default: the shipped base model)")
    propose.set_defaults(run=_propose)

    report = commands.add_parser("report", help="volumes and diameters of all studies of a workspace, as CSV")
    report.add_argument("workspace", type=Path)
    report.add_argument("--out", type=Path, required=True, help="folder for report.csv")
    report.set_defaults(run=_report)

    finetune = commands.add_parser("finetune", help="learn from the accepted studies of a workspace, here and now")
    finetune.add_argument("workspace", type=Path)
    finetune.set_defaults(run=_finetune)

    training_commands.add_commands(commands, _progress)
    experiment_commands.add_commands(commands, _progress)
    model_commands.add_commands(commands, _progress)
    return parser


def _inspect(options: argparse.Namespace, stop: Cancelled) -> int:
    from parotid_training.io.find import find_series
    from parotid_training.io.inspection import describe

    finding = find_series(options.path, _progress.show, stop)
    _progress.clear()
    print(describe(finding))
    return 0 if any(info.usable for info in finding.series) else 1


def _propose(options: argparse.Namespace, stop: Cancelled) -> int:
    from parotid_assets import BASE_MODEL
    from parotid_training.export import propose_to_folder

    report = propose_to_folder(options.study, options.out, options.model or BASE_MODEL, _progress.show, stop)
    _progress.clear()
    for structure, sides in report["volumes_ml"].items():
        print(f"{structure:18}" + "  ".join(f"{side} {ml:5.1f} ml" for side, ml in sides.items()))
    print(f"Written to {options.out} in {sum(report['seconds'].values()):.1f} s.")
    print(report["notice"])
    return 0


def _report(options: argparse.Namespace, stop: Cancelled) -> int:
    from parotid_training.report.study_report import NOTICE, report_all, table
    from parotid_training.workspace.disk import say_disk_errors
    from parotid_training.workspace.store import Store

    with Store.open(options.workspace, read_only=True) as store:
        reports = report_all(store, _progress.show, stop)
    _progress.clear()
    path = options.out / "report.csv"
    with say_disk_errors("The report could not be written"):
        options.out.mkdir(parents=True, exist_ok=True)
        path.write_text(table(reports), "utf-8")
    accepted = [report for report in reports if report.case is not None]
    measured = sum(bool(report.measures) for report in accepted)
    partly = sum(report.stood_for is not None for report in accepted)
    words = f"{len(accepted)} of {len(reports)} studies accepted, {measured} of these with something to measure"
    print(f"{words}{f', {partly} in some slices only' if partly else ''}; written to {path}.")
    print(f"{NOTICE}.")
    return 0


def _finetune(options: argparse.Namespace, stop: Cancelled) -> int:
    from parotid_training.engine import Engine
    from parotid_training.workspace.folder import OpenElsewhereError, check_is_workspace
    from parotid_training.workspace.queue import leave_request
    from parotid_training.workspace.records import JobState

    check_is_workspace(options.workspace)
    try:
        engine = Engine.at(options.workspace)
    except OpenElsewhereError:
        leave_request(options.workspace)
        print("This workspace is open in another window or command: the request was left there, and it learns there.")
        return 0
    try:
        run = engine.store.request_finetune().run
        engine.jobs.start(engine.store.job(run))
        _follow(engine, run, stop)
        job = engine.store.job(run)
    finally:
        engine.close()
    _progress.clear()
    print(job.sentence)
    return 0 if job.state in (JobState.PROMOTED, JobState.REFUSED) else 1


def _follow(engine: Engine, run: str, stop: Cancelled) -> None:
    """Show how a run goes until it is over; cancel it when asked to stop."""
    asked = False
    while not engine.store.job(run).state.is_final:
        if stop() and not asked:
            asked = True
            engine.jobs.cancel(run)
        for event in engine.jobs.poll():
            if event.kind == "progress":
                loss = "" if event.loss is None else f", loss {event.loss:.3f}"
                _progress.show(event.step / max(1, event.steps), event.stage + loss)
        time.sleep(0.2)


def _listen_for_interrupt() -> Cancelled:
    """Turn the first Ctrl-C into a polite stop; the second ends the program at once."""
    asked = [False]

    def ask(number: int, frame: object) -> None:
        asked[0] = True
        signal.signal(signal.SIGINT, signal.default_int_handler)

    signal.signal(signal.SIGINT, ask)
    return lambda: asked[0]


if __name__ == "__main__":
    sys.exit(main())

"""``parotid evaluate | compare | experiment``: what a version is worth, and the figures of docs/results."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parotid_training.errors import ParotidError
from parotid_training.loop_commands import add_experiments
from parotid_training.model.config import NETWORKS
from parotid_training.training_commands import WHICH

if TYPE_CHECKING:
    from parotid_training.experiments.labelled_cases import LabelledCase
    from parotid_training.progress import Cancelled
    from parotid_training.terminal import ProgressLine


def add_commands(commands: argparse._SubParsersAction[Any], progress: ProgressLine) -> None:
    """Add them to the command line; ``progress`` is where they say how far they are."""
    _add_evaluate(commands.add_parser("evaluate", help="measure a model version on labelled cases"))
    _add_compare(commands.add_parser("compare", help="what changed between two evaluations of the same cases"))
    _add_experiment(commands.add_parser("experiment", help="make the figures of docs/results again"))
    for name in ("evaluate", "compare", "experiment"):
        commands.choices[name].set_defaults(progress=progress)


def _add_evaluate(evaluate: argparse.ArgumentParser) -> None:
    data = evaluate.add_mutually_exclusive_group(required=True)
    data.add_argument(
        "--cases", type=Path, help="folder of accepted cases, or of patients, each with sequences and one mask"
    )
    data.add_argument("--anatomy", type=Path, help="folder of OpenKBP, painted as MR; see --split")
    data.add_argument("--phantoms", type=int, help="so many synthetic heads that no training has seen")
    evaluate.add_argument("--split", choices=["development", "validation"], default="development")
    evaluate.add_argument("--model", type=Path, help="model folder (default: the shipped base model)")
    evaluate.add_argument("--out", type=Path, required=True, help="folder for the figures and the pictures")
    evaluate.add_argument("--cache", type=Path, default=Path(".cache"), help="folder for prepared CT")
    evaluate.add_argument(
        "--paintings", type=_positive, default=1, help="with --anatomy: scans of each patient (default: 1)"
    )
    scanner = evaluate.add_mutually_exclusive_group()
    scanner.add_argument("--volumetric", action="store_true", help="with --anatomy: a T1w alone, as an MPRAGE at 3 T")
    scanner.add_argument(
        "--hospital", action="store_true", help="with --anatomy: as a scanner that no training draws from, T2w alone"
    )
    evaluate.add_argument("--limit", type=int, help="measure the first so many cases only")
    evaluate.set_defaults(run=_evaluate)


def _add_compare(compare: argparse.ArgumentParser) -> None:
    for name in ("before", "after"):
        compare.add_argument(name, type=Path, help="folder that parotid evaluate wrote")
    compare.set_defaults(run=_compare)


def _add_experiment(experiment: argparse.ArgumentParser) -> None:
    experiments = experiment.add_subparsers(required=True, metavar="NAME")
    starter = experiments.add_parser(
        "starter", help="the shipped model on every selection of sequences: docs/results/starter.md and missing.md"
    )
    starter.add_argument("--anatomy", type=Path, help="folder of OpenKBP, painted as MR, instead of synthetic heads")
    starter.add_argument("--cache", type=Path, default=Path(".cache"), help="folder for prepared CT")
    starter.add_argument("--out", type=Path, required=True, help="folder for the table and the figures behind it")
    starter.add_argument("--model", type=Path, help="model folder (default: the shipped base model)")
    starter.add_argument("--count", type=int, default=20, help="number of phantoms")
    starter.add_argument(
        "--paintings", type=_positive, default=1, help="with --anatomy: scans of each patient (default: 1)"
    )
    starter.set_defaults(run=_starter)
    shapes = experiments.add_parser("shapes", help="the synthetic heads' shape model: docs/results/shapes.md")
    shapes.add_argument("--data", type=Path, required=True, help="folder of DeepMind's organ maps and labels.txt")
    shapes.add_argument("--out", type=Path, required=True, help="folder for the report and its picture")
    shapes.add_argument("--count", type=int, default=40, help="number of draws to compare")
    shapes.add_argument("--model", type=Path, help="learn the model anew, into this file (default: the shipped one)")
    shapes.set_defaults(run=_shapes)
    clicks = experiments.add_parser("clicks", help="clicks and strokes that a mask needs: docs/results/clicks.md")
    clicks.add_argument("--anatomy", type=Path, required=True, help="folder of OpenKBP, painted as MR")
    clicks.add_argument("--split", choices=["development", "validation"], default="development")
    clicks.add_argument("--out", type=Path, default=Path("docs/results"), help="folder for the report")
    clicks.add_argument("--model", type=Path, help="model folder (default: the shipped base model)")
    clicks.add_argument("--refiner", type=Path, help="network that answers clicks (default: the shipped one)")
    clicks.add_argument("--cache", type=Path, default=Path(".cache"), help="folder for prepared CT")
    clicks.add_argument("--limit", type=int, help="the first so many cases only")
    clicks.set_defaults(run=_clicks)
    add_experiments(experiments)
    _add_pretraining(
        experiments.add_parser(
            "pretraining",
            help="does pretraining help with few labels: docs/results/pretraining.md",
            description="Train every cell of the table that is not finished, one at a time, and write the report. "
            "Stopped, it goes on with the same command. Without options: the whole design but the supervised arm.",
        )
    )


def _add_pretraining(pretraining: argparse.ArgumentParser) -> None:
    add = pretraining.add_argument
    add("--anatomy", type=Path, required=True, help="folder of OpenKBP, painted as MR")
    add("--runs", type=Path, default=Path("runs/pretraining"), help="folder of the cells; finished ones are kept")
    add("--out", type=Path, default=Path("docs/results"), help="folder for the report")
    add("--cache", type=Path, default=Path(".cache"), help="folder for prepared CT and painted scans")
    add("--arms", nargs="+", choices=["scratch", "supervised", "paper", "recommended"], help="default: all there are")
    add(
        "--transfer", nargs="+", choices=["encoder", "encoder+decoder", "mirrored"],
        help="what is taken over (default: the first two)",
    )  # fmt: skip
    add("--budgets", nargs="+", type=_budget, help="numbers of labelled patients, or all (default: 5 10 50 all)")
    add("--seeds", nargs="+", type=int, help="default: 1 2 3")
    add("--start", default="", help="weights of the supervised arm: imagenet, imagenet:FOLDER or a run folder")
    add("--pretrain-init", default="scratch", help="where contrastive pretraining starts (default: scratch)")
    add(
        "--report", choices=["development", "validation"], default="development",
        help="patients to judge on; validation is for the final report alone",
    )  # fmt: skip
    add("--network", choices=list(NETWORKS), default="small", help=WHICH)
    add("--precision", choices=["no", "bf16"], help="of contrastive pretraining")
    for name, kind, words in (
        ("steps", int, "of the training on labels (default: 300)"),
        ("batch", int, "slices a step (default: 8)"),
        ("rate", float, "peak learning rate"),
        ("pretrain-steps", int, "of contrastive pretraining (default: 600)"),
        ("pretrain-batch", int, "slices a step of it (default: 32)"),
        ("pretrain-rate", float, "its peak learning rate"),
        ("paintings", int, "scans painted of each patient (default: 4)"),
        ("threads", int, "of the training (default: 2)"),
        ("workers", int, "processes that paint (default: 1)"),
    ):
        add(f"--{name}", type=kind, help=words)
    pretraining.set_defaults(run=_pretraining)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of scans")
    return int(text)


def _budget(text: str) -> int:
    """Read a number of patients; 0 stands for all."""
    if text == "all":
        return 0
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is neither a number of patients nor all")
    return int(text)


def _evaluate(options: argparse.Namespace, stop: Cancelled) -> int:
    from parotid_assets import BASE_MODEL
    from parotid_training.experiments import evaluation
    from parotid_training.experiments.labelled_cases import keep_apart
    from parotid_training.learn.start import patients_behind
    from parotid_training.model.predict import Segmenter
    from parotid_training.model.runtime import tune_process

    tune_process()
    cases, data = _labelled(options, stop)
    cases, show = cases[: options.limit], options.progress.show
    model = options.model or BASE_MODEL
    keep_apart(patients_behind(str(model)), cases)
    segmenter = Segmenter.load(model)
    result = evaluation.evaluate(segmenter, cases, data, options.out, show, stop)
    options.progress.clear()
    print(evaluation.tabulate(result))
    print(f"Figures and pictures are in {options.out}.")
    return 0


def _labelled(options: argparse.Namespace, stop: Cancelled) -> tuple[tuple[LabelledCase, ...], str]:
    """Return the cases to measure by, and what they are."""
    from parotid_assets import BASE_MODEL
    from parotid_training.experiments import labelled_cases
    from parotid_training.learn.start import patients_behind

    kinds = labelled_cases.Scanner
    scanner = kinds.VOLUMETRIC if options.volumetric else kinds.HOSPITAL if options.hospital else kinds.USUAL
    if options.anatomy is None:
        if scanner is not kinds.USUAL or options.paintings > 1:
            raise ParotidError(
                "Only patients of labelled CT can be scanned otherwise, or several times.",
                "Use --volumetric, --hospital and --paintings with --anatomy.",
            )
        if options.cases is not None:
            found = labelled_cases.folder_cases(options.cases, patients_behind(str(options.model or BASE_MODEL)))
            return found, "labelled studies, without those the model learned from"
        return labelled_cases.phantom_studies(options.phantoms), "phantoms of report seeds"
    cases = labelled_cases.painted_cases(
        options.anatomy, options.split, options.cache, options.progress.show, stop, options.paintings, scanner
    )
    several = f", {options.paintings} scans of each" if options.paintings > 1 else ""
    return cases, f"OpenKBP patients painted as {scanner}, {options.split} split{several}"


def _compare(options: argparse.Namespace, _stop: Cancelled) -> int:
    from parotid_training.experiments.comparison import compare

    print(compare(options.before, options.after))
    return 0


def _starter(options: argparse.Namespace, stop: Cancelled) -> int:
    from parotid_assets import BASE_MODEL
    from parotid_training.experiments import labelled_cases, starter
    from parotid_training.learn.start import patients_behind

    painted, show, model = options.anatomy is not None, options.progress.show, options.model or BASE_MODEL
    if painted:
        cases = labelled_cases.painted_cases(
            options.anatomy, "development", options.cache, show, stop, options.paintings
        )
    else:
        cases = labelled_cases.phantom_studies(options.count)
    labelled_cases.keep_apart(patients_behind(str(model)), cases)
    table = starter.run(model, cases, options.out, painted, show, stop)
    options.progress.clear()
    print(table)
    return 0


def _shapes(options: argparse.Namespace, stop: Cancelled) -> int:
    from parotid_training.experiments import shapes

    table = shapes.run(options.data, options.out, options.count, options.model, options.progress.show, stop)
    options.progress.clear()
    print(table)
    print(f"The report is in {options.out / 'shapes.md'}.")
    return 0


def _clicks(options: argparse.Namespace, stop: Cancelled) -> int:
    from parotid_assets import BASE_MODEL, REFINER
    from parotid_training.experiments import clicks
    from parotid_training.experiments.labelled_cases import keep_apart, painted_cases
    from parotid_training.learn.start import patients_behind
    from parotid_training.model.predict import Segmenter
    from parotid_training.model.refiner import load_refiner
    from parotid_training.model.runtime import tune_process

    tune_process()
    cases = painted_cases(options.anatomy, options.split, options.cache, options.progress.show, stop)[: options.limit]
    model = options.model or BASE_MODEL
    keep_apart(patients_behind(str(model)), cases)
    table = clicks.run(
        Segmenter.load(model),
        load_refiner(options.refiner or REFINER),
        cases,
        f"OpenKBP patients of the {options.split} split, painted as MR",
        options.out,
        options.progress.show,
        stop,
    )
    options.progress.clear()
    print(table)
    return 0


def _pretraining(options: argparse.Namespace, stop: Cancelled) -> int:
    from parotid_training.experiments import pretraining_cells as cells
    from parotid_training.experiments.pretraining import Plan, run

    names = (
        "steps", "batch", "rate", "pretrain_steps", "pretrain_batch", "pretrain_rate", "precision", "paintings",
        "threads", "workers",
    )  # fmt: skip
    given = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    arms = options.arms or [arm for arm in cells.ARMS if arm != "supervised" or options.start]
    wanted = cells.plan_cells(
        arms, options.transfer or cells.TRANSFERS, options.budgets or cells.BUDGETS, options.seeds or cells.SEEDS,
        options.start,
    )  # fmt: skip
    plan = Plan(
        options.anatomy, options.runs, options.cache, wanted,
        cells.Sizes(**given, network=NETWORKS[options.network]),
        options.report, options.start, options.pretrain_init,
    )  # fmt: skip
    table = run(plan, options.out, options.progress.show, stop)
    options.progress.clear()
    print(table)
    print(f"The report is in {options.out / 'pretraining.md'}.")
    return 0

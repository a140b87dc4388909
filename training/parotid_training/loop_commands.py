"""`parotid experiment finetuning | loop | worklist`: what the learning in the clinic is worth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse

    from parotid_training.progress import Cancelled


def add_experiments(experiments: argparse._SubParsersAction[Any]) -> None:
    """Add them to the experiments."""
    _add_finetuning(
        experiments.add_parser(
            "finetuning",
            help="the learning curve over corrected cases: docs/results/finetuning.md",
            description="Run every cell of the table that is not finished, one at a time, and write the report. "
            "Stopped, it goes on with the same command.",
        )
    )
    _add_loop(
        experiments.add_parser(
            "loop",
            help="a simulated clinic, study by study: docs/results/loop.md",
            description="Propose, correct, accept and learn as in a clinic. Stopped, it goes on with the same command.",
        )
    )
    _add_worklist(
        experiments.add_parser(
            "worklist",
            help="which studies to correct first: docs/results/worklist.md",
            description="Correct and learn in several orders. Stopped, it goes on with the same command.",
        )
    )


def _add_common(parser: argparse.ArgumentParser, name: str) -> None:
    data = parser.add_mutually_exclusive_group(required=True)
    data.add_argument("--anatomy", type=Path, help="folder of OpenKBP, painted as MR")
    data.add_argument("--phantoms", action="store_true", help="synthetic heads instead")
    parser.add_argument("--runs", type=Path, default=Path(f"runs/{name}"), help="folder of what is finished")
    parser.add_argument("--out", type=Path, default=Path("docs/results"), help="folder for the report")
    parser.add_argument("--cache", type=Path, default=Path(".cache"), help="folder for prepared CT")
    parser.add_argument("--model", type=Path, help="base model (default: the shipped one)")


def _add_sizes(parser: argparse.ArgumentParser, *sizes: tuple[str, type, str]) -> None:
    for name, kind, words in sizes:
        parser.add_argument(f"--{name}", type=kind, help=words)


def _sizes(options: argparse.Namespace, *names: str) -> dict[str, Any]:
    return {name: getattr(options, name) for name in names if getattr(options, name) is not None}


def _base(options: argparse.Namespace) -> Path:
    from parotid_assets import BASE_MODEL

    return Path(options.model or BASE_MODEL)


def _add_finetuning(parser: argparse.ArgumentParser) -> None:
    _add_common(parser, "finetuning")
    names = ("first-layers", "decoder", "last-stages", "full", "decoder-no-replay", "full-no-replay", "scratch")
    parser.add_argument("--recipes", nargs="+", choices=names, help="default: all")
    parser.add_argument("--budgets", nargs="+", type=int, help="numbers of corrected cases (default: 1 3 5 10 20)")
    parser.add_argument("--seeds", nargs="+", type=int, help="default: 1")
    _add_sizes(
        parser,
        ("steps", int, "of each learning (default: as shipped)"),
        ("batch", int, "slices a step"),
        ("rate", float, "peak learning rate"),
        ("replay", int, "synthetic heads replayed (default and at most: 8)"),
        ("pool", int, "patients that cases are drawn from (default: 40)"),
        ("judged", int, "patients to judge by (default: 8)"),
        ("threads", int, "default: 1"),
    )
    parser.set_defaults(run=_finetuning)


def _finetuning(options: argparse.Namespace, stop: Cancelled) -> int:
    from parotid_training.experiments import finetuning as experiment

    sizes = experiment.Sizes(**_sizes(options, "steps", "batch", "rate", "replay", "pool", "judged", "threads"))
    cells = experiment.plan_cells(
        options.recipes or experiment.RECIPES, options.budgets or experiment.BUDGETS, options.seeds or (1,)
    )
    plan = experiment.Plan(options.anatomy, _base(options), options.runs, options.cache, cells, sizes)
    table = experiment.run(plan, options.out, options.progress.show, stop)
    options.progress.clear()
    print(table)
    print(f"The report is in {options.out / 'finetuning.md'}.")
    return 0


def _add_loop(parser: argparse.ArgumentParser) -> None:
    _add_common(parser, "loop")
    _add_sizes(
        parser,
        ("studies", int, "that come in (default: 40)"),
        ("every", int, "after so many accepted studies a round of learning runs (default: 5)"),
        ("judged", int, "patients who never come in, to try each version on (default: 8)"),
        ("skip", int, "patients passed over before the first who comes in (default: 0)"),
        ("steps", int, "of each round (default: as shipped)"),
        ("batch", int, "slices a step"),
        ("replay", int, "synthetic heads replayed (default and at most: 8)"),
        ("base-set", int, "synthetic heads the gate watches (default and at most: 6)"),
        ("blend", float, "how far a version goes from the base (0) to what was learned (1)"),
        ("threads", int, "default: 1"),
    )
    parser.set_defaults(run=_loop)


def _loop(options: argparse.Namespace, stop: Cancelled) -> int:
    from parotid_training.experiments import loop as experiment

    names = ("studies", "every", "judged", "skip", "steps", "batch", "replay", "base_set", "blend", "threads")
    sizes = experiment.Sizes(**_sizes(options, *names))
    plan = experiment.Plan(options.anatomy, _base(options), options.runs, options.cache, sizes)
    table = experiment.run(plan, options.out, options.progress.show, stop)
    options.progress.clear()
    print(table)
    print(f"The report is in {options.out / 'loop.md'}.")
    return 0


def _add_worklist(parser: argparse.ArgumentParser) -> None:
    _add_common(parser, "worklist")
    parser.add_argument("--orders", nargs="+", choices=("list", "random", "doubt", "mixed"), help="default: all")
    parser.add_argument("--seeds", nargs="+", type=int, help="default: 1")
    _add_sizes(
        parser,
        ("pool", int, "studies of the worklist (default: 24)"),
        ("stretch", int, "studies of one hospital that come one after the other (default: 4)"),
        ("rounds", int, "rounds of learning (default: 3)"),
        ("each", int, "studies corrected before each (default: 3)"),
        ("judged", int, "patients to judge by (default: 8)"),
        ("steps", int, "of each learning (default: as shipped)"),
        ("batch", int, "slices a step"),
        ("threads", int, "default: 1"),
    )
    parser.set_defaults(run=_worklist)


def _worklist(options: argparse.Namespace, stop: Cancelled) -> int:
    from parotid_training.experiments import worklist as experiment

    names = ("pool", "stretch", "rounds", "each", "judged", "steps", "batch", "threads")
    sizes = experiment.Sizes(**_sizes(options, *names))
    orders, seeds = tuple(options.orders or experiment.ORDERS), tuple(options.seeds or (1,))
    plan = experiment.Plan(options.anatomy, _base(options), options.runs, options.cache, orders, seeds, sizes)
    table = experiment.run(plan, options.out, options.progress.show, stop)
    options.progress.clear()
    print(table)
    print(f"The report is in {options.out / 'worklist.md'}.")
    return 0

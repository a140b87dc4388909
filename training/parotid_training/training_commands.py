"""``parotid train | pretrain | train-clicks``: the networks that are shipped, made again or made anew."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parotid_training.model.config import NETWORKS

if TYPE_CHECKING:
    import argparse

    from parotid_training.model.config import SegmenterConfig
    from parotid_training.progress import Cancelled
    from parotid_training.terminal import ProgressLine

WHICH = (
    "size of the network (tiny tries commands out, small is for two CPU cores, compact is shipped, swin-tiny takes "
    "ImageNet's weights, swin-unet is the published one)"
)


def add_commands(commands: argparse._SubParsersAction[Any], progress: ProgressLine) -> None:
    """Add them to the command line; ``progress`` is where they say how far they are."""
    _add_train(commands.add_parser("train", help="train the segmenter on synthetic heads and painted anatomy"))
    _add_pretrain(commands.add_parser("pretrain", help="learn from unlabelled studies by contrast"))
    _add_train_clicks(commands.add_parser("train-clicks", help="train the network that answers clicks"))
    for name in ("train", "pretrain", "train-clicks"):
        commands.choices[name].set_defaults(progress=progress)


def _add_train(train: argparse.ArgumentParser) -> None:
    train.add_argument("--out", type=Path, required=True, help="run folder; an interrupted run in it is continued")
    train.add_argument("--cache", type=Path, default=Path(".cache/phantoms"), help="folder for prepared phantoms")
    for name, kind in (
        ("phantoms", int), ("steps", int), ("batch", int), ("rate", float), ("seed", int), ("minutes", float),
        ("evaluate-every", int), ("workers", int), ("threads", int), ("painted", float), ("window", int),
        ("steps-per-case", float), ("development", int), ("share", str),
    ):  # fmt: skip
        train.add_argument(f"--{name}", type=kind)
    train.add_argument("--neighbours", type=int, help="slices on each side that the network sees too (default: 1)")
    train.add_argument("--anatomy", help="folder of OpenKBP's train-*.npz: real anatomy to paint as MR")
    train.add_argument("--leave-out", type=int, help="patients kept for a simulated clinic (default: 0)")
    train.add_argument("--init", help="scratch, imagenet, imagenet:FOLDER or a model folder (default: scratch)")
    train.add_argument("--network", choices=list(NETWORKS), default="compact", help=WHICH)
    train.add_argument(
        "--transfer", choices=["encoder", "encoder+decoder", "mirrored"],
        help="what to take over (default: all); mirrored: the encoder, and its mirror image for a Swin decoder",
    )  # fmt: skip
    train.set_defaults(run=_train)


def _add_pretrain(pretrain: argparse.ArgumentParser) -> None:
    data = pretrain.add_mutually_exclusive_group(required=True)
    data.add_argument("--data", type=Path, help="tree of unlabelled DICOM or NIfTI studies")
    data.add_argument("--anatomy", type=Path, help="folder of OpenKBP's train-*.npz, painted as MR without labels")
    pretrain.add_argument("--out", type=Path, required=True, help="run folder; an interrupted run in it is continued")
    pretrain.add_argument("--cache", type=Path, default=Path(".cache"), help="folder for prepared studies")
    pretrain.add_argument("--mode", choices=["paper", "recommended"])
    pretrain.add_argument("--init", help="scratch, imagenet, imagenet:FOLDER or a model folder (default: scratch)")
    pretrain.add_argument("--network", choices=list(NETWORKS), default="compact", help=WHICH)
    pretrain.add_argument("--neighbours", type=int, help="slices on each side that the network sees too")
    pretrain.add_argument("--precision", choices=["no", "bf16"])
    for name, kind in (
        ("steps", int), ("batch", int), ("shards", int), ("accumulate", int), ("rate", float), ("seed", int),
        ("minutes", float), ("threads", int), ("workers", int),
    ):  # fmt: skip
        pretrain.add_argument(f"--{name}", type=kind)
    pretrain.set_defaults(run=_pretrain)


def _add_train_clicks(clicks: argparse.ArgumentParser) -> None:
    clicks.add_argument("--out", type=Path, required=True, help="run folder; an interrupted run in it is continued")
    clicks.add_argument("--anatomy", type=Path, required=True, help="folder of OpenKBP's train-*.npz")
    clicks.add_argument(
        "--model", type=Path, help="model whose proposals are corrected (default: the shipped base model)"
    )
    clicks.add_argument("--cache", type=Path, default=Path(".cache"), help="folder for prepared scans")
    clicks.add_argument("--paintings", type=int, default=1, help="scans painted of each patient")
    clicks.add_argument("--phantoms", type=int, default=40, help="synthetic heads beside them")
    for name, kind in (
        ("steps", int), ("batch", int), ("rate", float), ("seed", int), ("minutes", float), ("threads", int),
        ("tumour", float), ("init", str),
    ):  # fmt: skip
        clicks.add_argument(f"--{name}", type=kind)
    clicks.set_defaults(run=_train_clicks)


def _seeing(config: SegmenterConfig, neighbours: int | None) -> SegmenterConfig:
    """Return a network that sees so many slices on each side; None leaves it."""
    return config if neighbours is None else replace(config, neighbours=neighbours)


def _train(options: argparse.Namespace, stop: Cancelled) -> int:
    from parotid_training.learn.train import TrainSettings, train

    names = (
        "phantoms", "steps", "batch", "rate", "seed", "minutes", "evaluate_every", "workers", "threads", "init",
        "anatomy", "painted", "window", "steps_per_case", "development", "leave_out", "transfer", "share",
    )  # fmt: skip
    given = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    settings = TrainSettings(**given, network=_seeing(NETWORKS[options.network], options.neighbours))
    model_id = train(options.out, settings, options.cache, options.progress.show, stop)
    options.progress.clear()
    print(f"Model {model_id[:12]} is in {options.out / 'model'}.")
    return 0


def _pretrain(options: argparse.Namespace, stop: Cancelled) -> int:
    from parotid_training.learn.pretrain import PretrainSettings, pretrain
    from parotid_training.learn.stream import unlabelled_source

    names = (
        "mode", "init", "precision", "steps", "batch", "shards", "accumulate", "rate", "seed", "minutes", "threads",
        "workers",
    )  # fmt: skip
    given = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    network = _seeing(NETWORKS[options.network], options.neighbours)
    settings = PretrainSettings(**given, network=network)
    show = options.progress.show
    source, data, patients = unlabelled_source(
        options.data, options.anatomy, network, options.cache, settings.seed, settings.workers, show, stop, print
    )
    try:
        model_id = pretrain(options.out, replace(settings, data=data), source, show, stop, patients)
    finally:
        source.close()
    options.progress.clear()
    if model_id:
        print(f"Model {model_id[:12]} is in {options.out / 'model'}.")
    return 0


def _train_clicks(options: argparse.Namespace, stop: Cancelled) -> int:
    from parotid_assets import BASE_MODEL
    from parotid_training.experiments.painted_pool import KeptCases, Pool
    from parotid_training.learn.painted import split_patients, usable_patients
    from parotid_training.learn.refining import RefiningSettings, train_refiner
    from parotid_training.learn.synthetic import training_cases
    from parotid_training.model.predict import Segmenter
    from parotid_training.progress import part

    names = ("steps", "batch", "rate", "seed", "minutes", "threads", "tumour", "init")
    settings = RefiningSettings(
        **{name: getattr(options, name) for name in names if getattr(options, name) is not None}
    )
    segmenter = Segmenter.load(options.model or BASE_MODEL)
    config, show = segmenter.model.config, options.progress.show
    patients = usable_patients(split_patients(options.anatomy)[0], options.cache / "ct", part(show, 0.0, 0.1), stop)
    pool = Pool(options.cache, config, options.paintings)
    painted = pool.cases(patients, labelled=True, progress=part(show, 0.1, 0.4), cancelled=stop)
    heads, seeds = options.cache / "phantoms", [50_000 + n for n in range(options.phantoms)]
    training_cases(seeds, config, heads, 1, part(show, 0.4, 0.5), stop)
    source = KeptCases([*painted.paths, *(heads / f"train-{seed}.safetensors" for seed in seeds)], labelled=True)
    path = train_refiner(options.out, settings, source, segmenter, part(show, 0.5, 1.0), stop)
    options.progress.clear()
    print(f"Written to {path}.")
    return 0

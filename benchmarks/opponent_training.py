"""Train nnU-Net and our network on the same painted cases for the same minutes, and score both by our metrics.

    python3 -m venv NN && NN/bin/pip install torch==2.13.0 nnunetv2==2.8.1
    python benchmarks/opponent_training.py --anatomy OPENKBP --nnunet NN/bin/python --work DIR --minutes 60

Every training patient of OpenKBP is painted as MR once, with all four sequences; both learn from those studies alone,
from random weights, with the same number of threads, one after the other. nnU-Net plans by itself (default planner,
2D, for little memory) and predicts in its default way, mirroring included; our network is trained as `parotid train`
does. Judged are the patients of the development split. What is done (data, nnU-Net, ours) is kept in ``--work`` and not
done again.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from parotid_training.anatomy.labelled_ct import prepared_labelled_ct
from parotid_training.experiments.labelled_cases import LabelledCase, painted_cases
from parotid_training.experiments.scoring import StructureScore, mean_of, score_structures, write_rows
from parotid_training.io.nifti import read_label_map, write_label_map, write_volume
from parotid_training.learn.painted import painted_study, split_patients, usable_patients
from parotid_training.learn.stream import FixedCases
from parotid_training.learn.train import TrainSettings, train_on
from parotid_training.learn.training_case import load_case, prepare_case, save_case
from parotid_training.model.config import NETWORKS
from parotid_training.model.predict import Segmenter
from parotid_training.progress import ignore_progress, never

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parotid_training.study import Study

SEED = 60_000_000_000
"""First painting seed, apart from those of trainings and of evaluation."""
PILOT = 20
CONFIG = replace(NETWORKS["compact"], neighbours=2)


def write_images(folder: Path, name: str, study: Study) -> None:
    """Write the sequences as nnU-Net names them."""
    for channel, sequence in enumerate(study.sequences):
        write_volume(folder / f"{name}_{channel:04d}.nii.gz", sequence.volume)


def write_data(anatomy: Path, cache: Path, work: Path, judged: Sequence[LabelledCase], limit: int | None) -> None:
    """Paint and write what both learn from and are judged on, for nnU-Net as NIfTI, for us at our resolution."""
    data = work / "raw" / "Dataset001_Heads"
    if (data / "dataset.json").is_file():
        return
    for name in ("imagesTr", "labelsTr", "imagesTs"):
        (data / name).mkdir(parents=True, exist_ok=True)
    patients = usable_patients(split_patients(anatomy)[0], cache / "ct")[:limit]
    for number, path in enumerate(patients):
        study, label_map = painted_study(prepared_labelled_ct(path, cache / "ct"), SEED + number, alone=0.0)
        write_images(data / "imagesTr", path.stem, study)
        write_label_map(data / "labelsTr" / f"{path.stem}.nii.gz", label_map)
        save_case(work / "cases" / f"{path.stem}.safetensors", prepare_case(path.stem, study, label_map, CONFIG))
        print(f"{number + 1} of {len(patients)} painted", flush=True)
    for case in judged:
        write_images(data / "imagesTs", case.name, case.load()[0])
    about = {
        "channel_names": {str(n): role for n, role in enumerate(CONFIG.roles)},
        "labels": {"background": 0, "gland": 1, "tumour": 2},
        "numTraining": len(patients),
        "file_ending": ".nii.gz",
    }
    (data / "dataset.json").write_text(json.dumps(about), "utf-8")


def train_theirs(python: Path, work: Path, minutes: float, threads: int) -> str:
    """Let nnU-Net train and predict; return what it said."""
    said = work / "nnunet.txt"
    if not said.is_file():
        folders = {"raw": "raw", "preprocessed": "preprocessed", "results": "results"}
        env = {f"nnUNet_{name}": str(work / folder) for name, folder in folders.items()}
        script = Path(__file__).with_name("nnunet_train.py")
        command = [str(python), str(script), str(minutes), str(threads), str(work)]
        env |= {**os.environ, "OMP_NUM_THREADS": str(threads), "nnUNet_n_proc_DA": "1"}
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=env)
        said.write_text(done.stdout, "utf-8")
    return said.read_text("utf-8")


def train_ours(work: Path, minutes: float, threads: int) -> Path:
    """Train our network as long, its learning rate falling over the steps that fit; return the model's folder."""
    model = work / "ours" / "model"
    if (model / "model.json").is_file():
        return model
    paths = sorted((work / "cases").glob("*.safetensors"))
    cases = FixedCases(tuple(load_case(path) for path in paths))
    names = tuple(path.stem for path in paths)
    settings = TrainSettings(steps=PILOT, network=CONFIG, threads=threads)
    start = time.monotonic()
    train_on(work / "pilot", settings, cases, "painted once", names)
    steps = int(minutes * 60 * PILOT / (time.monotonic() - start))
    print(f"{steps} steps of {settings.batch} slices", flush=True)
    train_on(work / "ours", replace(settings, steps=steps, minutes=minutes), cases, "painted once", names)
    return model


def score(work: Path, judged: Sequence[LabelledCase], model: Path) -> list[StructureScore]:
    """Score both on the native grid."""
    segmenter = Segmenter.load(model)
    rows: list[StructureScore] = []
    for case in judged:
        study, truth = case.load()
        theirs = read_label_map(work / "nnunet" / f"{case.name}.nii.gz", [truth.grid], truth.grid)
        rows += score_structures(theirs.array, truth, case.name, "nnU-Net 2D")
        rows += score_structures(segmenter.propose(study).label_map.array, truth, case.name, "ours")
    write_rows(work / "opponent.csv", rows)
    return rows


def tabulate(rows: Sequence[StructureScore]) -> str:
    """Markdown table: means over the cases that have the structure, 95 % interval in brackets."""
    lines = ["| network | structure | DSC | surface Dice 2 mm | HD95 mm | missed | false findings |", "|---" * 7 + "|"]
    for group in dict.fromkeys(row.group for row in rows):
        for structure in dict.fromkeys(row.structure for row in rows):
            mine = [row for row in rows if (row.group, row.structure) == (group, structure)]
            there = [row for row in mine if row.volume_ml > 0]
            figures = [mean_of(getattr(r, m) for r in there) for m in ("dsc", "surface_dice_2mm", "hd95_mm")]
            missed, false = (
                sum(r.proposed_ml == 0 for r in there),
                sum(r.proposed_ml > 0 for r in mine if not r.volume_ml),
            )
            told = " | ".join(map(str, figures))
            lines.append(
                f"| {group} | {structure} | {told} | {missed} of {len(there)} | {false} of {len(mine) - len(there)} |"
            )
    return "\n".join(lines)


def main() -> None:
    """Do what is not done yet, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--anatomy", type=Path, required=True, help="folder of OpenKBP")
    parser.add_argument("--cache", type=Path, default=Path(".cache"))
    parser.add_argument("--work", type=Path, required=True, help="folder for data and networks")
    parser.add_argument("--nnunet", type=Path, required=True, help="python of an environment with nnunetv2")
    parser.add_argument("--minutes", type=float, default=60.0, help="of training, for each")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument(
        "--limit", type=int, help="learn from and judge the first so many patients only (to try it out)"
    )
    options = parser.parse_args()
    judged = painted_cases(options.anatomy, "development", options.cache, ignore_progress, never)[: options.limit]
    write_data(options.anatomy, options.cache, options.work, judged, options.limit)
    print(train_theirs(options.nnunet, options.work, options.minutes, options.threads))
    model = train_ours(options.work, options.minutes, options.threads)
    print(tabulate(score(options.work, judged, model)))


if __name__ == "__main__":
    main()

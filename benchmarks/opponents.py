"""Time `parotid propose` beside nnU-Net's predictor and MONAI's SwinUNETR: files in, mask on the native grid out.

    python3 -m venv NN && NN/bin/pip install torch==2.13.0 nnunetv2==2.8.1
    pip install einops  # SwinUNETR wants it, and MONAI does not bring it along
    python benchmarks/opponents.py --nnunet NN/bin/python [--three-d] [--mirror-three-d]

nnU-Net plans by itself (default planner) on three studies of 512 x 512 x 40 voxels and three sequences, and predicts
one of them with untrained weights: time does not depend on what they are. Two threads for everybody. SwinUNETR goes
as in MONAI's BTCV recipe: 1.5 x 1.5 x 2 mm, windows of 96 voxels, overlap 0.5, feature size 48.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from monai.inferers import sliding_window_inference
from monai.networks.nets import SwinUNETR
from propose import padded_study

from parotid_assets import BASE_MODEL
from parotid_training.io.nifti import write_label_map, write_volume
from parotid_training.io.opening import open_study
from parotid_training.io.register import resample_array
from parotid_training.model.predict import Segmenter
from parotid_training.model.runtime import tune_process, tune_thread
from parotid_training.volume import Grid, Volume

THREADS = "2"


def write_dataset(root: Path, count: int) -> Path:
    """Write studies as an nnU-Net data set (our proposals as labels to plan by); return a folder of the first one."""
    data = root / "raw" / "Dataset001_Heads"
    for name in ("imagesTr", "labelsTr"):
        (data / name).mkdir(parents=True)
    one = root / "study"
    one.mkdir()
    segmenter = Segmenter.load(BASE_MODEL)
    for number in range(count):
        study = padded_study(970_001 + number)
        for channel, sequence in enumerate(study.sequences):
            # nnU-Net wants all sequences on one grid; how they lie on it costs no time.
            image = Volume(study.grid, sequence.volume.array)
            write_volume(data / "imagesTr" / f"head{number}_{channel:04d}.nii.gz", image)
            if number == 0:
                write_volume(one / f"{sequence.role.value}.nii.gz", sequence.volume)
        write_label_map(data / "labelsTr" / f"head{number}.nii.gz", segmenter.propose(study).label_map)
    about = {
        "channel_names": {"0": "T1w", "1": "T2w", "2": "STIR"},
        "labels": {"background": 0, "gland": 1, "tumour": 2},
        "numTraining": count,
        "file_ending": ".nii.gz",
    }
    (data / "dataset.json").write_text(json.dumps(about), "utf-8")
    return one


def time_propose(study: Path, out: Path) -> float:
    """Seconds of `parotid propose`, start of the process included."""
    command = [sys.executable, "-m", "parotid_training", "propose", str(study), "--out", str(out)]
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "OMP_NUM_THREADS": THREADS})
    return time.perf_counter() - start


def time_nnunet(python: Path, root: Path, configuration: str, mirror: bool) -> float:
    """Seconds of nnU-Net's predictor on the first study, start of the process and planning left out."""
    env = {
        **os.environ,
        "OMP_NUM_THREADS": THREADS,
        "nnUNet_raw": str(root / "raw"),
        "nnUNet_preprocessed": str(root / "preprocessed"),
        "nnUNet_results": str(root / "results"),
    }
    script = Path(__file__).with_name("nnunet_predict.py")
    command = [str(python), str(script), configuration, str(int(mirror)), THREADS, str(root)]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=env).stdout
    return float(said.strip().splitlines()[-1])


def time_swin_unetr(study: Path) -> float:
    """Seconds of SwinUNETR: read, resample, windows, labels back on the native grid."""
    network = SwinUNETR(in_channels=3, out_channels=3, feature_size=48, use_checkpoint=False).eval()
    start = time.perf_counter()
    read = open_study(study).study
    spacing = np.array([1.5, 1.5, 2.0])
    grid = read.grid
    affine = grid.affine.copy()
    affine[:3, :3] = grid.cosines * spacing
    shape = np.ceil(np.array(grid.shape) * grid.spacing / spacing).astype(int)
    coarse = Grid((int(shape[0]), int(shape[1]), int(shape[2])), affine)
    channels = [resample_array(s.volume.array, s.volume.grid, coarse, order=1, fill=0.0) for s in read.sequences]
    with torch.inference_mode():
        logits = sliding_window_inference(
            torch.from_numpy(np.stack(channels))[None].float(), (96, 96, 96), 1, network, 0.5
        )
        label = logits.argmax(dim=1)[0].numpy().astype(np.uint8)
    resample_array(label, coarse, grid, order=0, fill=0)
    return time.perf_counter() - start


def main() -> None:
    """Time all and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nnunet", type=Path, help="python of an environment with nnunetv2")
    parser.add_argument("--three-d", action="store_true", help="nnU-Net 3D too, without mirroring (minutes)")
    parser.add_argument(
        "--mirror-three-d", action="store_true", help="and with mirroring, its default (a quarter of an hour)"
    )
    parser.add_argument("--no-swin-unetr", action="store_true")
    options = parser.parse_args()
    tune_process(int(THREADS))
    tune_thread()
    rows: list[tuple[str, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        study = write_dataset(root, 3)
        time_propose(study, root / "out")  # the first one reads the program from the disk
        ours = time_propose(study, root / "out")
        rows.append(("parotid propose (process start included)", ours))
        print(f"{rows[-1][0]}: {ours:.1f} s", flush=True)
        runs = [("2d", True), ("2d", False), *([("3d_fullres", False)] if options.three_d else [])]
        runs += [("3d_fullres", True)] if options.mirror_three_d else []
        for configuration, mirror in runs if options.nnunet else []:
            name = f"nnU-Net {configuration}, {'mirroring (default)' if mirror else 'no mirroring'}"
            rows.append((name, time_nnunet(options.nnunet, root, configuration, mirror)))
            print(f"{name}: {rows[-1][1]:.1f} s", flush=True)
        if not options.no_swin_unetr:
            rows.append(("MONAI SwinUNETR, sliding window 96, overlap 0.5", time_swin_unetr(study)))
    print("\n| what | seconds | times ours |\n|---|---|---|")
    for name, seconds in rows:
        print(f"| {name} | {seconds:.1f} | {seconds / ours:.1f} |")


if __name__ == "__main__":
    main()

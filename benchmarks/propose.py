"""Time `propose` on a 512 x 512 x 40 study of three sequences.

Cold (process start included); the same from files to mask in a process that runs, as the times of nnU-Net and SwinUNETR
count in opponents.py; and with the study in memory.

    python benchmarks/propose.py

The reference named in the same run is MONAI's sliding-window inference of the same network in the usual recipe
(whole native slices, overlap 0.25), so that the figure is a ratio and not a machine's age.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from monai.inferers import sliding_window_inference

from parotid_assets import BASE_MODEL
from parotid_training.anatomy.phantom import PhantomSettings, make_phantom
from parotid_training.export import propose_to_folder
from parotid_training.io.nifti import write_volume
from parotid_training.model.predict import Segmenter
from parotid_training.model.runtime import autocast, tune_process, tune_thread
from parotid_training.progress import ignore_progress, never
from parotid_training.study import Role, Sequence, Study
from parotid_training.volume import Grid, Volume

SHAPE = (512, 512, 40)


def padded_study(seed: int = 970_001, roles: tuple[Role, ...] = (Role.T1W, Role.T2W, Role.STIR)) -> Study:
    """Return a phantom at 0.45 mm, each sequence centred on a 512 x 512 x 40 grid."""
    phantom = make_phantom(seed, PhantomSettings(roles=roles, inplane_mm=0.45, slices=34, cropped=False))
    sequences = []
    for sequence in phantom.study.sequences:
        volume = sequence.volume
        array = np.zeros(SHAPE, np.float32)
        start = [(big - small) // 2 for big, small in zip(SHAPE, volume.grid.shape, strict=True)]
        place = tuple(slice(s, s + n) for s, n in zip(start, volume.grid.shape, strict=True))
        array[place] = volume.array
        affine = volume.grid.affine.copy()
        affine[:3, 3] = volume.grid.to_patient([-s for s in start])
        sequences.append(Sequence(sequence.role, Volume(Grid(SHAPE, affine), array)))
    return Study(tuple(sequences))


def median_seconds(work: object, repeats: int = 3) -> float:
    """Median wall time of some repeats."""
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()  # type: ignore[operator]
        seconds.append(time.perf_counter() - start)
    return float(np.median(seconds))


def main() -> None:
    """Time and print."""
    study = padded_study()
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "study", Path(folder) / "out"
        source.mkdir()
        for sequence in study.sequences:
            write_volume(source / f"{sequence.role.value}.nii.gz", sequence.volume)
        command = [sys.executable, "-m", "parotid_training", "propose", str(source), "--out", str(out)]
        cold = median_seconds(lambda: subprocess.run(command, check=True, capture_output=True))
        tune_process(2)
        tune_thread()
        running = median_seconds(lambda: propose_to_folder(source, out, BASE_MODEL, ignore_progress, never))
    segmenter = Segmenter.load(BASE_MODEL)
    warm = median_seconds(lambda: segmenter.propose(study))
    stages = segmenter.propose(study).seconds

    config = segmenter.model.config
    inputs = torch.randn(SHAPE[2], config.input_channels, *SHAPE[:2])

    @torch.inference_mode()
    def reference() -> None:
        with autocast(torch.device("cpu")):
            sliding_window_inference(inputs, (224, 224), 8, segmenter.model, overlap=0.25)

    slow = median_seconds(reference, repeats=1)
    print(f"propose, cold (process start, files in, mask out): {cold:6.2f} s")
    print(f"propose, files in, mask out, process running:     {running:6.2f} s")
    print(
        f"propose, warm (study in memory):                  {warm:6.2f} s  "
        + str({k: round(v, 2) for k, v in stages.items()})
    )
    print(
        f"same network, sliding window at native size:      {slow:6.2f} s  ({slow / warm:.1f} times the warm proposal)"
    )


if __name__ == "__main__":
    main()

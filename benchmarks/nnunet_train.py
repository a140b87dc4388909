"""Run by nnU-Net's own python: plan, train its default 2D network for so many minutes, predict the test cases.

python nnunet_train.py MINUTES THREADS FOLDER      (see opponent_training.py)
"""

import sys
import time
from pathlib import Path

import torch
from nnunetv2.experiment_planning.plan_and_preprocess_api import extract_fingerprints, plan_experiments, preprocess
from nnunetv2.inference.predict_from_raw_data import nnUNetPredictor
from nnunetv2.run.run_training import get_trainer_from_args
from nnunetv2.training.nnUNetTrainer.nnUNetTrainer import nnUNetTrainer

CONFIGURATION = "2d"
PILOT, EPOCH = 3, 10
"""Iterations that are timed, and iterations between two changes of the learning rate."""
MEMORY_GB = 1.0
"""What nnU-Net plans for. By default (8 GB of a graphics card) it would take 106 slices an iteration here: a minute
each, and more memory than the computer has in float32."""


def train(trainer: nnUNetTrainer, minutes: float) -> int:
    """Train with nnU-Net's own steps; its learning rate falls over what fits into the minutes. Return the iterations.

    Nothing is validated on the way, which would cost time and chooses nothing in nnU-Net's last checkpoint.
    """
    trainer.disable_checkpointing = True
    trainer.on_train_start()
    start = time.monotonic()

    def steps(count: int) -> None:
        trainer.network.train()
        for _ in range(count):
            trainer.train_step(next(trainer.dataloader_train))

    steps(PILOT)
    each = (time.monotonic() - start) / PILOT
    epochs = max(1, int((minutes * 60 - PILOT * each) / (EPOCH * each)))
    trainer.lr_scheduler.max_steps = epochs
    print(f"{each:.1f} s an iteration, {epochs * EPOCH} iterations", flush=True)
    done = PILOT
    for epoch in range(epochs):
        if time.monotonic() - start > minutes * 60:
            break
        trainer.lr_scheduler.step(epoch)
        steps(EPOCH)
        done += EPOCH
        print(f"{done} iterations, {(time.monotonic() - start) / 60:.1f} minutes", flush=True)
    return done


def main() -> None:
    """Plan, train, predict; print what was planned and how far it came."""
    minutes, threads, folder = float(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    torch.set_num_threads(threads)
    if not (folder / "preprocessed" / "Dataset001_Heads" / "nnUNetPlans_2d").is_dir():
        extract_fingerprints([1], num_processes=1)
        plan_experiments([1], gpu_memory_target_in_gb=MEMORY_GB)
        preprocess([1], configurations=(CONFIGURATION,), num_processes=(1,))
    trainer = get_trainer_from_args("1", CONFIGURATION, "all", device=torch.device("cpu"))
    trainer.initialize()
    chosen = trainer.configuration_manager
    print("patch", chosen.patch_size, "batch", chosen.batch_size, "spacing", chosen.spacing, flush=True)
    done = train(trainer, minutes)
    for loader in (trainer.dataloader_train, trainer.dataloader_val):
        loader._finish()  # as nnU-Net's own on_train_end does; the rest of that writes checkpoints
    trainer.set_deep_supervision_enabled(False)
    network = trainer.network.eval()
    predictor = nnUNetPredictor(device=torch.device("cpu"), perform_everything_on_device=False, allow_tqdm=False)
    predictor.manual_initialization(
        network, trainer.plans_manager, chosen, [network.state_dict()], trainer.dataset_json, "nnUNetTrainer",
        trainer.inference_allowed_mirroring_axes,
    )  # fmt: skip
    tests = folder / "raw" / "Dataset001_Heads" / "imagesTs"
    names = sorted({path.name.rpartition("_")[0] for path in tests.glob("*.nii.gz")})
    files = [[str(path) for path in sorted(tests.glob(f"{name}_*.nii.gz"))] for name in names]
    (folder / "nnunet").mkdir(exist_ok=True)
    predictor.predict_from_files_sequential(files, [str(folder / "nnunet" / name) for name in names], False, True)
    print(f"{done} iterations")


if __name__ == "__main__":
    main()

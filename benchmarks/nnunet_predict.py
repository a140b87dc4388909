"""Run by nnU-Net's own python: plan once, build the planned network untrained, and time the prediction of one case.

python nnunet_predict.py CONFIGURATION MIRROR THREADS FOLDER      (see opponents.py)
"""

import json
import sys
import time
from pathlib import Path

import torch
from nnunetv2.experiment_planning.plan_and_preprocess_api import extract_fingerprints, plan_experiments
from nnunetv2.inference.predict_from_raw_data import nnUNetPredictor
from nnunetv2.utilities.get_network_from_plans import get_network_from_plans
from nnunetv2.utilities.plans_handling.plans_handler import PlansManager


def main() -> None:
    """Print the seconds as the last line."""
    configuration, mirror, threads, folder = sys.argv[1], sys.argv[2] == "1", int(sys.argv[3]), Path(sys.argv[4])
    torch.set_num_threads(threads)
    plans = folder / "preprocessed" / "Dataset001_Heads" / "nnUNetPlans.json"
    if not plans.is_file():
        extract_fingerprints([1], num_processes=1)
        plan_experiments([1])
    manager = PlansManager(str(plans))
    chosen = manager.get_configuration(configuration)
    about = json.loads((folder / "raw" / "Dataset001_Heads" / "dataset.json").read_text())
    network = get_network_from_plans(
        chosen.network_arch_class_name,
        chosen.network_arch_init_kwargs,
        chosen.network_arch_init_kwargs_req_import,
        len(about["channel_names"]),
        manager.get_label_manager(about).num_segmentation_heads,
        deep_supervision=False,
    )
    axes = (0, 1) if configuration == "2d" else (0, 1, 2)
    predictor = nnUNetPredictor(
        use_mirroring=mirror, device=torch.device("cpu"), perform_everything_on_device=False, allow_tqdm=False
    )
    predictor.manual_initialization(network, manager, chosen, [network.state_dict()], about, "nnUNetTrainer", axes)
    print(configuration, "patch", chosen.patch_size, "spacing", chosen.spacing)
    files = [str(path) for path in sorted((folder / "raw" / "Dataset001_Heads" / "imagesTr").glob("head0_*.nii.gz"))]
    start = time.perf_counter()
    predictor.predict_from_files_sequential([files], [str(folder / f"nnunet-{configuration}")], False, True)
    print(time.perf_counter() - start)


if __name__ == "__main__":
    main()

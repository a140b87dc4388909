"""A network between two that began alike: `python scripts/half_way.py ONE OTHER OUT`.

The mean of the weights of two trainings that went on from one another often keeps what each does better (Wortsman et
al., Robust fine-tuning of zero-shot models, CVPR 2022). The patients behind both are behind the new one.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from parotid_training.learn.adapt import blend
from parotid_training.learn.start import patients_behind
from parotid_training.model.checkpoint import load_checkpoint, read_description, save_checkpoint


def main() -> None:
    """Write the blended network with what is known of both."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("one", "other", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--share", type=float, default=0.5, help="of the way from the first to the second")
    options = parser.parse_args()
    (start, one), (learned, other) = load_checkpoint(options.one), load_checkpoint(options.other)
    blend(learned, start, options.share)
    facts = {
        "command": "scripts/half_way.py",
        "between": [one, other],
        "share": options.share,
        "data": read_description(options.other)["facts"]["data"],
        "patients": sorted({*patients_behind(str(options.one)), *patients_behind(str(options.other))}),
    }
    print(save_checkpoint(options.out, learned, facts))


if __name__ == "__main__":
    main()

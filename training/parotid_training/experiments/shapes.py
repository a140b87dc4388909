"""The shape model of the synthetic heads: learned from labelled heads, measured, shown: docs/results/shapes.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from parotid_training.anatomy.measured_head import COCHLEAE, measure_head
from parotid_training.anatomy.organs import BRAINSTEM, CORD, MANDIBLE, ORBITS, ORGANS, PAROTIDS, SUBMANDIBULARS
from parotid_training.anatomy.phantom import PhantomSettings, make_phantom
from parotid_training.anatomy.shape_learning import learn_shapes
from parotid_training.anatomy.shape_model import shipped_shapes
from parotid_training.anatomy.shape_samples import make_samples
from parotid_training.errors import ParotidError
from parotid_training.experiments.pictures import case_strip, save_page
from parotid_training.experiments.shapes_figures import Figures, measure
from parotid_training.io.nifti import read_volume
from parotid_training.learn.train import REPORT_SEED
from parotid_training.progress import Cancelled, Report, check, part
from parotid_training.study import Role

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from parotid_training.anatomy.measured_head import LabelledHead

SIDED = {"Cochlea": COCHLEAE, "Orbit": ORBITS, "Parotid": PAROTIDS, "Submandibular": SUBMANDIBULARS}
LABEL_NAMES = {
    "Spinal-Cord": CORD,
    "Brainstem": BRAINSTEM,
    "Mandible": MANDIBLE,
    **{f"{name}-{side}": pair[n] for name, pair in SIDED.items() for n, side in enumerate(("Rt", "Lt"))},
}
"""Our names for those of the maps' ``labels.txt``."""
SHOWN = 4
"""Phantoms on the page of pictures."""


def run(data: Path, out: Path, count: int, model: Path | None, progress: Report, cancelled: Cancelled) -> str:
    """Measure the shipped model, or one learned anew into the file ``model``; write ``shapes.md`` and its picture.

    Returns the table.
    """
    heads = read_heads(data, part(progress, 0.0, 0.6), cancelled)
    lattices, samples = make_samples(heads)
    if model is None:
        shapes = shipped_shapes()
        if [lattice.shape for lattice in shapes.lattices] != [lattice.shape for lattice in lattices]:
            raise ParotidError(
                "The shipped shape model was learned from other organ maps than these.",
                "Name the folder it was learned from, or learn anew with --model FILE.",
            )
    else:
        check(cancelled)
        shapes = learn_shapes(lattices, samples)
        model.parent.mkdir(parents=True, exist_ok=True)
        shapes.save(model)
    figures = measure(shapes, samples, count, REPORT_SEED, part(progress, 0.6, 0.95), cancelled)
    out.mkdir(parents=True, exist_ok=True)
    progress(0.95, "Drawing pictures")
    draw_page(out / "shapes.png")
    table = tabulate(figures)
    text = TEXT.format(
        table=table,
        count=count,
        heads=len(heads),
        modes=figures.modes,
        explained=100 * figures.explained[figures.modes - 1],
        ninety=int((figures.explained < 0.9).sum()) + 1,
        least=100 * figures.pull.min(),
        most=100 * figures.pull.max(),
        mean=100 * figures.pull.mean(),
        draws=len(figures.learned),
        nearest=(figures.learned / figures.unseen).min(),
        organ=ORGANS[int((figures.learned / figures.unseen).min(axis=0).argmin())].replace("_", " "),
        verdict=NO_COPY if figures.no_copies else COPIES,
    )
    (out / "shapes.md").write_text(text, "utf-8")
    return table


def read_heads(data: Path, progress: Report, cancelled: Cancelled) -> list[LabelledHead]:
    """Measure every head of a folder of organ maps, ``NAME_READER.nii.gz`` beside ``labels.txt``.

    Raises
    ------
    ParotidError
        If the folder holds no such maps.
    """
    names: dict[str, list[Path]] = {}
    for path in sorted(data.glob("*.nii.gz")):
        names.setdefault(path.name.rpartition("_")[0], []).append(path)
    if not names or not (data / "labels.txt").is_file():
        raise ParotidError(
            f"There are no organ maps in {data}.", "Name the folder that holds them and their labels.txt."
        )
    labels = {}
    for line in (data / "labels.txt").read_text("utf-8").splitlines():
        value, _, name = line.partition(" ")
        if name.strip() in LABEL_NAMES:
            labels[LABEL_NAMES[name.strip()]] = int(value)
    heads = []
    for n, (name, paths) in enumerate(names.items()):
        check(cancelled)
        progress(n / len(names), f"Measuring head {n + 1} of {len(names)}")
        maps = [read_volume(path) for path in paths]
        heads.append(measure_head(name, [one.array.astype(np.uint8) for one in maps], maps[0].grid, labels))
    return heads


def draw_page(path: Path) -> None:
    """Axial slices of phantoms that no training sees, their glands outlined."""
    strips = []
    for n in range(SHOWN):
        phantom = make_phantom(
            REPORT_SEED + n, PhantomSettings(roles=(Role.T1W,), cropped=False, slice_mm=3.0, slices=48)
        )
        volume = phantom.study.sequences[0].volume
        strips.append(case_strip(f"Phantom {REPORT_SEED + n}", volume, None, phantom.label_map.array))
    save_page(path, strips)


def tabulate(figures: Figures) -> str:
    """Markdown table: one row an organ, both sides taken together."""
    lines = [
        "| organ | unseen head, approximated | draw to nearest head | the same, smooth | head to nearest other head "
        "| draw to nearest head learned from | to nearest of some of these | to nearest of as many never seen "
        "| learned head as it is drawn |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    kinds: dict[str, list[int]] = {}
    for n, name in enumerate(ORGANS):
        kinds.setdefault(name.split("_")[0], []).append(n)
    kinds["all"] = list(range(len(ORGANS)))
    columns = (
        figures.general, figures.drawn, figures.smooth, figures.heads, figures.learned, figures.alike, figures.unseen,
        figures.own,
    )  # fmt: skip
    for kind, chosen in kinds.items():
        lines.append(f"| {kind} | " + " | ".join(_spread(column[:, chosen]) for column in columns) + " |")
    return "\n".join(lines)


def _spread(values: NDArray[np.float64]) -> str:
    finite = values[np.isfinite(values)]
    return f"{finite.mean():.2f} ({finite.min():.2f})"


NO_COPY = """**No draw is a copy of a patient**: no organ of any is as near to one that was learned from as that is
(on average) to itself when it is asked for."""
COPIES = """**SOME DRAWS MAY BE COPIES**: an organ is as near to one that was learned from as that is (on average) to
itself when it is asked for."""

TEXT = """# The shape model of the synthetic heads

Mandible, parotid and submandibular glands, brainstem, cord and eyes of the phantoms are drawn from a statistical shape
model of {heads} patients' organ maps (DeepMind's, two readers each; CC BY 4.0), taken as they are and mirrored. Made by

    parotid experiment shapes --data ../shared/data/anatomy/deepmind_hn --out docs/results --count {count}

With `--model assets/parotid_assets/organ_shapes/organ_shapes.npz` the model itself is learned anew.

Mean distance between surfaces, mm, place and size along each axis taken out (of the mandible place alone); in brackets
the smallest.

{table}

- *Unseen head, approximated*: generalisation; each head by a model of the other three quarters of the heads.
- *Draw to nearest head*: specificity; {count} draws, each organ against the most similar one of any head and its mirror
  image. *Smooth*: the same without what is drawn of what no mode explains.
- *Head to nearest other head*: what a new patient would show.
- *Draw to nearest head learned from*, *some of these*, *never seen*: {draws} smooth draws of models of three quarters
  of the heads, against all of these, against as many of these as there are others, and against the others.
- *Learned head as it is drawn*: these models' nearest approximation of what they learned from, which is what a copy
  would be.
- Compactness: {modes} modes hold {explained:.0f} % of the variance; 90 % are in the first {ninety}.

{verdict}
The nearest of all is {nearest:.2f} of the way to the nearest head never seen ({organ}). A model that knew its patients
by heart would draw them, far nearer to them than to as many others. Here an organ lies nearer to the heads learned from
by {mean:.0f} % on average ({least:.0f} to {most:.0f} %, organ by organ, each side for itself): a weak pull, not a copy.
In the phantom organs are besides set to another size, turned, bent and, the glands, fitted between their neighbours.

![Phantoms of report seeds, their glands outlined](shapes.png)

**What this says and what it does not.** The organs have the form and the mutual place of patients'; everything else in
the phantom (muscles, skull, vessels, airway, skin) is drawn by rule round typical organs and bent to fit these. The
patients had head-and-neck cancer; the contours were drawn for radiotherapy on CT slices 2.5 mm thick. An operated
mandible and missing submandibular glands count as the mean.
"""

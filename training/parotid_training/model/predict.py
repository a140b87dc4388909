"""A model version at work: a study in, a proposal on the native grid out."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import torch

from parotid_training.labels import Structure
from parotid_training.model.checkpoint import load_checkpoint
from parotid_training.model.postprocess import clean
from parotid_training.model.preprocess import Frame, Prepared, prepare
from parotid_training.model.region import first_slices, head_of, in_plane_box, slices_near
from parotid_training.model.runtime import autocast, best_device, tune_thread
from parotid_training.model.slices import pad_to_multiple, stack_slices
from parotid_training.model.unsure import unsure
from parotid_training.progress import Cancelled, Report, check, ignore_progress, never, part
from parotid_training.study import Proposal
from parotid_training.volume import LabelMap

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from parotid_training.model.networks import SwinSegmenter
    from parotid_training.study import Study

BATCH = 8
LIKELY = 0.05
"""Probability of a structure from which on a voxel is looked at more closely."""


class Segmenter:
    """A loaded model version.

    Parameters
    ----------
    model
        The network, in evaluation mode.
    model_id
        Its content hash.
    device
        Where it computes; the GPU if there is one.
    """

    def __init__(self, model: SwinSegmenter, model_id: str, device: torch.device | None = None) -> None:
        self.device = device or best_device()
        self.model = model.to(self.device).eval()
        self.model_id = model_id

    @classmethod
    def load(cls, folder: Path, expected_id: str | None = None) -> Segmenter:
        """Load a model version from its folder, checking its content."""
        model, model_id = load_checkpoint(folder, expected_id)
        return cls(model, model_id)

    def move(self, device: torch.device) -> None:
        """Compute elsewhere from now on."""
        self.device = device
        self.model.to(device)

    def propose(
        self,
        study: Study,
        progress: Report = ignore_progress,
        cancelled: Cancelled = never,
        prepared: Prepared | None = None,
    ) -> Proposal:
        """Propose gland and tumour masks for a study.

        Parameters
        ----------
        prepared
            The study on this network's working grid; None to bring it there.

        Returns
        -------
        Proposal
            On the reference sequence's native grid; `seconds` holds the stages prepare, network and native.

        Raises
        ------
        ParotidError
            If no sequence can feed the network.
        CancelledError
            If cancelled.
        """
        start = time.perf_counter()
        progress(0.0, "Preparing the sequences")
        if prepared is None:
            prepared = prepare(study, self.model.config, cancelled)
        ready = time.perf_counter()
        probability = self.probabilities(prepared, lambda f, w: progress(0.2 + 0.6 * f, w), cancelled)
        done = time.perf_counter()
        progress(0.85, "Drawing the mask")
        label, foreground, doubt = to_native_mask(probability, prepared)
        end = time.perf_counter()
        seconds = {"prepare": ready - start, "network": done - ready, "native": end - done}
        return Proposal(LabelMap(study.grid, label), foreground, self.model_id, seconds, doubt)

    def probabilities(
        self, prepared: Prepared, progress: Report = ignore_progress, cancelled: Cancelled = never
    ) -> NDArray[np.float32]:
        """Class probabilities (3, Z, Y, X) on the working grid; certain background where nothing was looked at.

        Slices a gland cannot fit between are looked at first, the others only next to where something was found.
        """
        tune_thread()
        depth, slice_mm = prepared.array.shape[1], prepared.frame.grid.spacing[0]
        box = in_plane_box(head_of(prepared.array, prepared.present))
        seen = pad_to_multiple(prepared.array[:, :, *box])
        result = np.zeros((self.model.config.classes, *prepared.array.shape[1:]), np.float32)
        result[0] = 1.0
        inside = result[:, :, *box]
        first = first_slices(depth, slice_mm)
        self._look(seen, prepared.present, first, inside, part(progress, 0.0, 0.5), cancelled)
        found = first[(inside[1:, first].sum(axis=0) > LIKELY).any(axis=(1, 2))]
        near = slices_near(found, depth, slice_mm)
        self._look(seen, prepared.present, near, inside, part(progress, 0.5, 1.0), cancelled)
        return result

    def _look(
        self,
        seen: NDArray[np.float32],
        present: tuple[bool, ...],
        slices: NDArray[np.intp],
        result: NDArray[np.float32],
        progress: Report,
        cancelled: Cancelled,
    ) -> None:
        """Fill in the probabilities of some slices."""
        height, width = result.shape[2:]
        with torch.inference_mode(), autocast(self.device):
            for start in range(0, len(slices), BATCH):
                check(cancelled)
                progress(start / len(slices), "Looking for the glands")
                indices = slices[start : start + BATCH]
                batch = stack_slices(seen, present, indices, self.model.config.neighbours)
                logits = self.model(torch.from_numpy(batch).to(self.device)).float()
                chunk = torch.softmax(logits, dim=1).cpu().numpy()
                result[:, indices] = chunk.transpose(1, 0, 2, 3)[..., :height, :width]


def to_native_mask(
    probability: NDArray[np.float32], prepared: Prepared
) -> tuple[NDArray[np.uint8], NDArray[np.float16], NDArray[np.uint8]]:
    """Bring class probabilities to the native grid and decide the labels there.

    Interpolates only the window that holds structures: at 512 x 512 the rest would cost as much as the network.

    Returns
    -------
    label, foreground, doubt
        Native shape; uint8 labels, float16 probability of gland or tumour, and `unsure` as 0..255.
    """
    frame = prepared.frame
    kept = clean(probability, head_of(prepared.array, prepared.present), frame.grid.spacing)
    label = np.zeros(frame.view.grid.shape, np.uint8)
    foreground = np.zeros(frame.view.grid.shape, np.float16)
    doubt = np.zeros(frame.view.grid.shape, np.uint8)
    likely = probability[1:].sum(axis=0) > LIKELY
    if likely.any():
        window = _window_around(likely, frame)
        shares = [frame.to_native(p, window) for p in probability[1:]]
        background = 1 - shares[0] - shares[1]
        frame.view.to_display(foreground)[window] = np.clip(1 - background, 0, 1)
        hesitation = unsure(np.stack([background, *shares]))
        frame.view.to_display(doubt)[window] = np.clip(255 * hesitation + 0.5, 0, 255).astype(np.uint8)
        if kept.structures.any():
            # Kept regions decide whether a voxel may be labelled at all, probability decides where the edge is.
            allowed, tumour = (
                frame.to_native(_grown(part).astype(np.float32), window) > 0.5
                for part in (kept.structures, kept.tumour)
            )
            best = np.where(tumour & (shares[1] > shares[0]), Structure.TUMOUR, Structure.GLAND)
            found = np.where((np.maximum(shares[0], shares[1]) > background) & allowed, best, 0)
            frame.view.to_display(label)[window] = found
    return label, foreground, doubt


def _grown(keep: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Grow by one voxel in every slice: half a voxel of the edge lies outside the voxels that won the argmax."""
    grown = keep.copy()
    grown[:, 1:] |= keep[:, :-1]
    grown[:, :-1] |= keep[:, 1:]
    grown[:, :, 1:] |= keep[:, :, :-1]
    grown[:, :, :-1] |= keep[:, :, 1:]
    return grown


def _window_around(mask: NDArray[np.bool_], frame: Frame) -> tuple[slice, slice, slice]:
    places = np.argwhere(mask)
    return frame.native_window(places.min(axis=0) - 1, places.max(axis=0) + 1)

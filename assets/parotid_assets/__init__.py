"""Data shipped with the program: the icons, the starter weights, the refiner and the synthetic heads' shape model."""

from __future__ import annotations

from pathlib import Path

BASE_MODEL = Path(__file__).parent / "base_model"
"""Folder of the shipped base model: ``weights.safetensors``, ``model.json`` and its model card."""

ORGAN_SHAPES = Path(__file__).parent / "organ_shapes" / "organ_shapes.npz"
"""Shape model the synthetic heads' organs are drawn from; its source and licence lie beside it."""

REFINER = Path(__file__).parent / "refiner.safetensors"
"""The network that answers clicks, one file with its configuration and checksum."""

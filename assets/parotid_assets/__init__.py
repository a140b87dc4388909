"""Data shipped with the program: the starter weights and the icons."""

from __future__ import annotations

from pathlib import Path

BASE_MODEL = Path(__file__).parent / "base_model"
"""Folder of the shipped base model: ``weights.safetensors``, ``model.json`` and its model card."""

REFINER = Path(__file__).parent / "refiner.safetensors"
"""The network that answers clicks, one file with its configuration and checksum."""

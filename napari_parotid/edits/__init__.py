"""Edits of a whole mask in one go, and regions grown from a click. Arrays only: no Qt, no napari.

Every edit works on the native grid and measures in mm, and looks no further than the box around what is drawn.
"""

from napari_parotid.edits.scene import Edit, Scene

__all__ = ["Edit", "Scene"]

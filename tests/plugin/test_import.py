"""What importing the plugin costs, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.alone

CODE = """
import sys, time
import napari
start = time.perf_counter()
import napari_parotid
print(time.perf_counter() - start, "torch" in sys.modules)
"""


def test_importing_the_plugin_is_quick_and_loads_no_torch() -> None:
    quickest = float("inf")
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
        seconds, torch = done.stdout.split()
        assert torch == "False"
        quickest = min(quickest, float(seconds))
        if quickest < 0.3:
            break
    assert quickest < 0.3


def test_the_window_can_be_built_without_torch() -> None:
    code = "import sys, napari_parotid.widget; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False"]

from __future__ import annotations

import pytest

from napari_parotid.panels.propose import ProposePanel

pytestmark = pytest.mark.gui


@pytest.fixture
def panel(qtbot):
    panel = ProposePanel()
    qtbot.addWidget(panel)
    return panel


@pytest.mark.parametrize("starter", [True, False])
@pytest.mark.parametrize(
    ("caution", "words"),
    [
        ("", "Expect to correct its proposals."),
        ("Refused, used all the same.", "Refused, used all the same. Expect to correct its proposals."),
    ],
)
def test_no_version_is_trusted_blindly(panel, starter, caution, words):
    panel.set_model("Version 2", is_starter=starter, caution=caution)
    assert (panel.honest.text(), panel.honest.isHidden()) == (words, False)
    assert ("patient's MR" in panel.honest.toolTip()) == starter
    panel.set_accepted(True)
    assert panel.honest.isHidden(), "nothing is proposed then"


def test_a_mask_from_a_file_was_proposed_by_nobody(panel):
    panel.set_model("Version 2", is_starter=False, proposed=True, seconds=2.0)
    assert panel.model.text() == "Proposed by: Version 2 · 2.0\u00a0s"
    panel.set_model("Version 2", is_starter=False, proposed=True, from_file=True, seconds=2.0)
    assert panel.model.text() == "Began with a mask from a file"

"""The window in a made-up language: what is not translated is still in English, and found."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QAbstractButton, QComboBox, QDialogButtonBox, QGroupBox, QLabel, QLineEdit, QWidget

from napari_parotid.tools.whole import SMOOTH
from parotid_app import dialogs
from parotid_training.words import speak_through
from scripts.texts import texts
from tests import patience
from tests.app.conftest import wait_for_pictures

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.gui

NAMES = re.compile(
    r"made up|Proposing|napari-parotid|3D|DICOM|NIfTI|T1w|T2w|STIR|Gd|FLAIR|DWI/ADC|Version \d|Study \d|<[^>]*>|&\w+;"
)
"""What is the same in every language: names and roles, the pseudonyms kept in the workspace, and
what the made-up engine says."""
KEYS = re.compile(r"\b(Ctrl|Shift|Alt|Space|Up|Down|Left|Right|F\d+|[A-Z])\b|\b(mm|ml)\b")


@pytest.fixture
def made_up():
    """Speak a language in which every text of the program stands in brackets."""
    known = {one.text for one in texts()}
    before = speak_through(lambda text, n: f"⟦{text}⟧" if text in known else text)
    yield
    speak_through(before)


def said(widget: QWidget) -> list[str]:
    """Return all that a widget says to a reader."""
    words = [widget.toolTip(), widget.windowTitle(), widget.statusTip(), widget.accessibleName()]
    if isinstance(widget, QLabel | QAbstractButton):
        words.append(widget.text())
    if isinstance(widget, QGroupBox):
        words.append(widget.title())
    if isinstance(widget, QLineEdit):
        words.append(widget.placeholderText())
    if isinstance(widget, QComboBox):
        words += [widget.itemText(n) for n in range(widget.count())]
    return words


def english(texts_shown: list[str]) -> list[str]:
    """Return those with words outside of brackets."""
    left = []
    for text in texts_shown:
        rest = text
        while (shorter := re.sub(r"⟦[^⟦⟧]*⟧", " ", rest)) != rest:  # one within another
            rest = shorter
        if re.search(r"[A-Za-z]{2,}", KEYS.sub(" ", NAMES.sub(" ", rest))):
            left.append(text)
    return left


def ours(widget: QWidget) -> Iterator[QWidget]:
    """Yield a widget and those in it, but for napari's and the buttons that Qt itself translates."""
    if type(widget).__module__.startswith(("napari.", "vispy.")) or isinstance(widget, QDialogButtonBox):
        return
    yield widget
    for child in widget.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
        yield from ours(child)


def all_said(window: QWidget) -> list[str]:
    """Return what a window and its menus say."""
    widgets = [*ours(window)]
    words = [text for widget in widgets for text in said(widget)]
    words += [text for widget in widgets for action in widget.actions() for text in (action.text(), action.toolTip())]
    return [text.replace("&", "") for text in words if text]


def test_a_text_in_english_would_be_found(qtbot, made_up):
    label = QLabel("Accept")
    qtbot.addWidget(label)
    label.setToolTip("⟦Keep this mask⟧")
    assert english(all_said(label)) == ["Accept"]


def test_every_text_of_the_window_is_translated(made_up, make_window, folders, qtbot):
    window = make_window()
    window.show()
    qtbot.waitExposed(window)
    assert english(all_said(window)) == []
    window.session.open_path(folders[0])
    wait_for_pictures(window, qtbot)
    shown = all_said(window)
    assert sum("⟦" in text for text in shown) > 150
    assert english(shown) == []
    for dialog in (dialogs.keys(window), dialogs.about(window, window.session.engine.store.path)):
        place = str(window.session.engine.store.path)
        assert english([text.replace(place, "") for text in all_said(dialog)]) == []
        dialog.close()


def test_what_is_said_of_an_edit_and_of_a_question_is_translated(made_up, make_window, folders, qtbot):
    window = make_window()
    window.show()
    qtbot.waitExposed(window)
    window.session.open_path(folders[0])
    wait_for_pictures(window, qtbot)
    session = window.session
    notices: list[str] = []
    session.notice.connect(lambda notice: notices.append(f"{notice.sentence} {notice.remedy}"))
    session.set_lock(session.active_structure, True)
    window.bench.use(SMOOTH)
    qtbot.waitUntil(lambda: session.busy is None, timeout=patience.MS)
    session.labels[0:2, 0:2, 0] = 1
    session.accept()
    qtbot.waitUntil(lambda: bool(session.questions), timeout=patience.MS)
    assert english([question.sentence for question in session.questions]) == []
    assert notices
    assert english(notices) == []
    assert english(all_said(window)) == []

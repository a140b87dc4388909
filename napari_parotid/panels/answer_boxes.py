"""What a reader says of a study besides the mask."""

from __future__ import annotations

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QCheckBox, QGridLayout, QLabel

from napari_parotid.tr import tr
from parotid_training.acceptance import Answer


class AnswerBoxes(QGridLayout):
    """Boxes to tick."""

    changed = Signal()
    """Another one is ticked, or one less."""

    def __init__(self) -> None:
        super().__init__()
        self.setContentsMargins(0, 0, 0, 0)
        self.setHorizontalSpacing(6)
        self.setVerticalSpacing(1)
        self.no_tumour = _box(tr("No tumour"), tr("There is no tumour in the images"))
        self.not_readable = _box(tr("Not readable"), tr("The images cannot be read; the model never learns from them"))
        self.some_slices = _box(
            tr("Only corrected slices are right"),
            tr("The model learns from the axial slices you changed, and from no others of this study"),
        )
        self.right_absent = _box(tr("right"), tr("The patient's right gland is absent, e.g. after surgery"))
        self.left_absent = _box(tr("left"), tr("The patient's left gland is absent, e.g. after surgery"))
        self.addWidget(self.no_tumour, 0, 0)
        self.addWidget(self.not_readable, 0, 1, 1, 2)
        for column, widget in enumerate((QLabel(tr("Gland absent:")), self.right_absent, self.left_absent)):
            self.addWidget(widget, 1, column)
        self.addWidget(self.some_slices, 2, 0, 1, 3)
        self.boxes = {
            Answer.NO_TUMOUR: self.no_tumour,
            Answer.NOT_READABLE: self.not_readable,
            Answer.SOME_SLICES: self.some_slices,
            Answer.RIGHT_ABSENT: self.right_absent,
            Answer.LEFT_ABSENT: self.left_absent,
        }
        for box in self.boxes.values():
            box.toggled.connect(self.changed)
            box.toggled.connect(lambda on, one=box: self._untick_against(one) if on else None)

    @property
    def given(self) -> tuple[Answer, ...]:
        """What is ticked, as it is kept."""
        said = tuple(answer for answer, box in self.boxes.items() if box.isChecked())
        return said if Answer.NOT_READABLE in said else (Answer.ANNOTATED, *said)

    def show(self, answers: tuple[Answer, ...]) -> None:
        """Tick these, and no others."""
        for answer, box in self.boxes.items():
            old = answer in (Answer.RIGHT_ABSENT, Answer.LEFT_ABSENT) and Answer.GLAND_ABSENT in answers
            box.setChecked(answer in answers or old)

    def _untick_against(self, ticked: QCheckBox) -> None:
        """Leave no answer ticked that would not be kept: of images that cannot be read nothing else is said."""
        for box in self.boxes.values():
            if box is not ticked and self.not_readable in (box, ticked):
                box.setChecked(False)


def _box(words: str, tip: str) -> QCheckBox:
    made = QCheckBox(words)
    made.setToolTip(tip)
    return made

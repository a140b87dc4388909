"""The one error type that people see."""

from __future__ import annotations


class ParotidError(Exception):
    """A refusal or failure that a person can understand and act upon.

    Parameters
    ----------
    sentence
        What happened, in one plain sentence. Never holds a patient's name.
    remedy
        What the reader can do about it, in one plain sentence.
    """

    def __init__(self, sentence: str, remedy: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.sentence} {self.remedy}".strip()


class AnotherPatientError(ParotidError):
    """The folder of a study holds another patient's images now."""


class CancelledError(Exception):
    """A long computation was cancelled by the user; nothing was changed."""


class DiskError(ParotidError):
    """The disk refused; what was to be done may succeed another time."""


class LayoutChangedError(ParotidError):
    """The folder of a study no longer holds as many sequences as the study has."""


class OtherImagesError(LayoutChangedError):
    """The folder of a study holds other images now, whoever's they are."""

"""Qt translates what the program says."""

from __future__ import annotations

from pathlib import Path

from qtpy.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from parotid_training.words import speak_through

CONTEXT = "parotid"
"""All texts are in one context; ``scripts/texts.py`` writes it into the files for the translators."""
FOLDER = Path(__file__).parent / "translations"


def speak(locale: QLocale | None = None) -> None:
    """Speak the computer's language, or this one, where ``translations`` holds it; English otherwise."""
    speak_through(_translate)
    app = QCoreApplication.instance()
    if app is None or app.findChild(QTranslator, CONTEXT) is not None:
        return
    # Qt's own buttons (Close, Cancel, ...) come with Qt.
    of_qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for name, folder in ((CONTEXT, str(FOLDER)), ("qtbase", of_qt)):
        translator = QTranslator(app)
        translator.setObjectName(name)
        if translator.load(locale or QLocale(), name, "_", folder):
            app.installTranslator(translator)


def _translate(text: str, n: int | None) -> str:
    return str(QCoreApplication.translate(CONTEXT, text, None, -1 if n is None else n))

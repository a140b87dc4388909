"""The sentences people read, in their language: the one place where a text of the program becomes what is shown.

Texts are written in English where they are used, and translated when they are shown. The engine knows no Qt: who has a
translator hands it over once, at the start (`speak_through`); until then English is spoken.

- `tr(text)` in the plugin and the app, at every text.
- `mark(text)` around texts that are made before a language is chosen (at import); `tr` where they are shown.
- In the engine fixed sentences (of errors, of progress) stay as they are, so that they can be kept on the disk and
  handed over by child processes; they are translated where they are shown. Those with values go through `tr`.

``scripts/texts.py`` collects the texts for the translators and finds those that were forgotten.
"""

from __future__ import annotations

from collections.abc import Callable

Translate = Callable[[str, "int | None"], str]
"""From an English text and a number (None where nothing is counted) to the same in the reader's language."""


def _english(text: str, n: int | None) -> str:
    return text


_translate: Translate = _english


def speak_through(translate: Translate = _english) -> Translate:
    """Translate through this from now on; without an argument, speak English. Return what was used before."""
    global _translate
    before, _translate = _translate, translate
    return before


def tr(text: str, /, *, one: str = "", **values: object) -> str:
    """Return a text in the reader's language, its values filled in.

    Parameters
    ----------
    text
        English, with ``{name}`` or ``{name:.1f}`` for each value.
    one
        English where ``n`` is 1; ``text`` if left out.
    values
        What stands in the text. ``n`` is the number that decides between singular and plural.
    """
    n = values.get("n")
    count = n if isinstance(n, int) else None
    translated = _translate(text, count)
    if translated == text and one and count == 1:
        translated = one
    return translated.format(**values) if values else translated


def mark(text: str) -> str:
    """Return a text as it is: it is to be translated where it is shown."""
    return text


def capital(text: str) -> str:
    """Return a text with a capital first letter, the rest as it is."""
    return text[:1].upper() + text[1:]

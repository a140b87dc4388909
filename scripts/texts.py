"""The texts people read: collects them for the translators, and finds those that were forgotten.

    python scripts/texts.py            write napari_parotid/translations/*.ts anew, keeping what is translated
    python scripts/texts.py --check    name the texts that reach nobody's translator

In the plugin and the app every text of words must stand in `tr` or `mark` (see parotid_training/words.py). In the
engine the sentences of errors and of progress are texts as they stand; with values in them they must stand in `tr`.
"""

from __future__ import annotations

import ast
import re
import sys
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
CATALOGUE = ROOT / "napari_parotid" / "translations" / "parotid.ts"
INTERFACE = ("napari_parotid", "app/parotid_app")
ENGINE = ("training/parotid_training",)
TERMINAL = {
    *("once_around.py", "played_reader.py", "hands.py", "__main__.py", "model_commands.py"),
    *("training_commands.py", "experiment_commands.py"),
    *("experiments", "anatomy", "pretrain.py", "painted.py", "refining.py", "start.py", "train.py", "unlabelled.py"),
}
"""Files and folders that speak to the terminal only."""

SPEAKERS = {"tr", "mark"}
UNHEARD = {
    *("setObjectName", "setStyleSheet", "setProperty", "QFont", "QSettings", "setattr", "getattr"),
    *("add_argument", "ArgumentParser", "TypeVar", "cast", "debug", "info", "warning", "exception", "error", "log"),
    *("change", "difference", "Operation"),  # the names of edits, kept on the disk
    *("RuntimeError", "ValueError", "TypeError", "KeyError", "AssertionError", "NotImplementedError", "OSError"),
}
"""Calls whose texts are for the program, its log or its makers."""
UNITS = {"mm", "ml", "min", "pdf", "csv", "png", "nii", "gz", "DejaVu", "napari", "parotid", "pt"}
KEY = re.compile(r"(Ctrl|Control|Shift|Alt)([+-]\S+)?$")
STYLE = re.compile(r"[\w-]+: ?[^;{}]*;|<[^>]*>|&\w+;")
"""Style sheets and mark-up."""


@dataclass(frozen=True)
class Text:
    """A text as it stands in the code.

    Parameters
    ----------
    text
        English; of a forgotten one with values the code itself.
    one
        What is said where one thing is counted.
    counted
        Whether it says a number that decides between singular and plural.
    """

    file: str
    line: int
    text: str
    one: str = ""
    counted: bool = False


def texts(root: Path = ROOT) -> list[Text]:
    """Collect all texts, in the order of files and lines."""
    return [
        found for file, in_engine in _files(root) for found in texts_in(file.read_text(), _name(file, root), in_engine)
    ]


def forgotten(root: Path = ROOT) -> list[Text]:
    """Find the texts that no translator will see."""
    return [
        found
        for file, in_engine in _files(root)
        for found in forgotten_in(file.read_text(), _name(file, root), in_engine)
    ]


def texts_in(source: str, file: str, in_engine: bool = False) -> list[Text]:
    """Collect the texts of one file."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        if _called(node) in SPEAKERS and node.args and (words := _constant(node.args[0])):
            one = next((_constant(k.value) for k in node.keywords if k.arg == "one"), "")
            counted = any(k.arg == "n" for k in node.keywords)
            found.append(Text(file, node.lineno, words, one or "", counted))
        elif in_engine:
            found += [Text(file, one.lineno, one.value) for one in _sentences(node) if _constant(one)]
    return sorted(found, key=lambda one: one.line)


def forgotten_in(source: str, file: str, in_engine: bool = False) -> list[Text]:
    """Find the texts of one file that no translator will see."""
    tree = ast.parse(source)
    lines = source.splitlines()
    if in_engine:
        suspects: Iterator[ast.expr] = (
            one for node in ast.walk(tree) if isinstance(node, ast.Call) for one in _sentences(node)
        )
        found = [
            one for one in suspects if not _constant(one) and isinstance(one, ast.JoinedStr | ast.BinOp | ast.IfExp)
        ]
    else:
        found = [one for one in _unspoken(tree) if _has_words(one)]
    return [
        Text(file, one.lineno, ast.unparse(one))
        for one in found
        if "# no words" not in lines[(one.end_lineno or 1) - 1]
    ]


def _unspoken(node: ast.AST, said: bool = False) -> Iterator[ast.expr]:
    """Yield the strings below a node that are neither documentation nor said through `tr`."""
    if isinstance(node, ast.JoinedStr):
        yield node  # in `tr` too: what is put together before cannot be looked up
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if not said:
            yield node
        return
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return  # documentation
    if isinstance(node, ast.Call):
        if _called(node) in UNHEARD:
            return
        said = _called(node) in SPEAKERS
    if isinstance(node, ast.Assert | ast.Compare):
        return
    if isinstance(node, ast.Dict):
        for value in node.values:
            yield from _unspoken(value)
        return
    if isinstance(node, ast.Assign) and any(isinstance(one, ast.Name) and one.id == "__all__" for one in node.targets):
        return
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "slice"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _unspoken(child, said and getattr(child, "arg", "one") == "one")


def _has_words(node: ast.expr) -> bool:
    """Whether a person would read it as words: two of them, or one with a capital; of what is filled in, any."""
    if isinstance(node, ast.JoinedStr):
        fixed = " ".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
        if "{" in fixed:
            return False  # a style sheet: rules in braces
        return any(word not in UNITS for word in re.findall(r"[A-Za-z]{2,}", STYLE.sub(" ", fixed)))
    text = str(getattr(node, "value", ""))
    if KEY.match(text) or re.search(r"\{[^}]*;", text):
        return False
    words = [word for word in re.findall(r"[A-Za-z]{2,}", STYLE.sub(" ", text)) if word not in UNITS]
    return bool(words) and (
        bool(re.search(r"[A-Za-z0-9]{2,}[,.:…)]* [A-Za-z(]{2,}", text)) or bool(re.match(r"&?[A-Z][a-z]", text))
    )


def _sentences(node: ast.Call) -> list[ast.expr]:
    """Return what an engine's call says to people: an error's sentence and remedy, words of progress, what failed."""
    name = _called(node)
    if name.endswith("Error") and name not in UNHEARD:
        return [*node.args, *(one.value for one in node.keywords)]
    return {"report": node.args[1:2], "progress": node.args[1:2], "say_disk_errors": node.args[:1]}.get(name, [])


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _constant(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _files(root: Path) -> Iterator[tuple[Path, bool]]:
    for folders, in_engine in ((INTERFACE, False), (ENGINE, True)):
        for folder in folders:
            for file in sorted((root / folder).rglob("*.py")):
                if not TERMINAL.intersection(file.relative_to(root / folder).parts):
                    yield file, in_engine


def _name(file: Path, root: Path) -> str:
    return file.relative_to(root).as_posix()


def write(catalogue: Path, found: list[Text]) -> str:
    """Return a file for the translators: Qt's .ts, with what was translated in it kept."""
    before: dict[str, ET.Element] = {}
    language = {"version": "2.1", "sourcelanguage": "en"}
    if catalogue.is_file():
        old = ET.parse(catalogue).getroot()  # noqa: S314 (our own file)
        language |= old.attrib
        before = {str(one.findtext("source")): one for one in old.iter("message")}
    top = ET.Element("TS", language)
    context = ET.SubElement(top, "context")
    ET.SubElement(context, "name").text = "parotid"
    for text in dict.fromkeys(one.text for one in found):
        same = [one for one in found if one.text == text]
        counted = any(one.counted for one in same)
        message = ET.SubElement(context, "message", {"numerus": "yes"} if counted else {})
        for file in dict.fromkeys(one.file for one in same):
            ET.SubElement(message, "location", {"filename": f"../../{file}"})
        ET.SubElement(message, "source").text = text
        if one := next((one.one for one in same if one.one), ""):
            ET.SubElement(message, "extracomment").text = f"For one: {one}"
        old_message = before.get(text)
        translation = None if old_message is None else old_message.find("translation")
        if translation is None:
            translation = ET.Element("translation", {"type": "unfinished"})
        message.append(translation)
    ET.indent(top, "    ")
    return '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n' + ET.tostring(top, encoding="unicode") + "\n"


def main() -> int:
    """Write the files anew, or name what was forgotten."""
    if "--check" in sys.argv[1:]:
        left = forgotten()
        for one in left:
            print(f"{one.file}:{one.line}: {one.text}")
        return len(left) > 0
    found = texts()
    for catalogue in {CATALOGUE, *CATALOGUE.parent.glob("*.ts")}:
        catalogue.write_text(write(catalogue, found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

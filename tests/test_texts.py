"""Every text that people read reaches the translators."""

from __future__ import annotations

import re
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import PySide6
import pytest
from qtpy.QtCore import QTranslator

from napari_parotid.language import CONTEXT, _translate
from parotid_training.words import mark, speak_through, tr
from scripts import texts

BAD = '''
"""A window's documentation is not read by readers."""
TITLE = "Review the mask"
class Box:
    def show(self, name, n):
        self.setText("Accept")
        self.setToolTip(f"Accepted by {name}")
        self.add(tr(f"{n} studies"))
        button(tr("Next"), "fa6s.check", "Open the next study", kind="accept")
        self.setObjectName("The accept button")
        raise ValueError("a grid without axes")
'''
GOOD = '''
"""A window's documentation is not read by readers."""
TITLE = mark("Review the mask")
class Box:
    def show(self, name, n):
        self.setText(tr("Accept"))
        self.setToolTip(tr("Accepted by {name}", name=name))
        self.add(tr("{n} studies", one="1 study", n=n))
        self.add(f"{tr(TITLE)}: {n:.1f} ml")
        self.setStyleSheet("QLabel { color: red; }")
        assert n, "a mask belongs to a study"
'''
ENGINE = """
raise ParotidError("The folder is empty.", f"Choose one of {n} others.")
progress(0.1, "Reading " + name)
progress(0.2, tr("Reading {name}", name=name))
raise ValueError(f"array {n} does not fit")
"""


@pytest.fixture(autouse=True)
def english_again():
    yield
    speak_through()


def test_forgotten_texts_are_found():
    found = [one.text.strip("'\"") for one in texts.forgotten_in(BAD, "bad.py")]
    assert sorted(found) == sorted(
        [
            "Review the mask",
            "Accept",
            "f'Accepted by {name}'".strip("'"),
            "f'{n} studies'".strip("'"),
            "Open the next study",
        ]
    )
    assert texts.forgotten_in(GOOD, "good.py") == []
    assert [one.line for one in texts.forgotten_in(ENGINE, "engine.py", in_engine=True)] == [2, 3]


def test_texts_are_collected_with_their_plurals():
    found = {one.text: one for one in texts.texts_in(GOOD, "good.py")}
    assert set(found) == {"Review the mask", "Accept", "Accepted by {name}", "{n} studies"}
    assert found["{n} studies"].one == "1 study"
    assert found["{n} studies"].counted
    engine = [one.text for one in texts.texts_in(ENGINE, "engine.py", in_engine=True)]
    assert engine == ["The folder is empty.", "Reading {name}"]


def test_nothing_is_forgotten():
    assert [f"{one.file}:{one.line}: {one.text}" for one in texts.forgotten()] == []


def test_the_translators_file_is_up_to_date():
    for catalogue in texts.CATALOGUE.parent.glob("*.ts"):
        assert catalogue.read_text("utf-8") == texts.write(catalogue, texts.texts()), "run python scripts/texts.py"
    assert texts.CATALOGUE.is_file()


def test_translations_name_the_same_values():
    for catalogue in texts.CATALOGUE.parent.glob("*.ts"):
        for message in ET.parse(catalogue).iter("message"):
            wanted = set(re.findall(r"\{\w+", message.findtext("source")))
            for form in (*message.iter("translation"), *message.iter("numerusform")):
                if form.text and form.text.strip():
                    assert set(re.findall(r"\{\w+", form.text)) <= wanted


def test_what_was_translated_is_kept(tmp_path):
    catalogue = tmp_path / "parotid_de.ts"
    found = [texts.Text("a.py", 1, "Accept"), texts.Text("a.py", 2, "{n} studies", "1 study", counted=True)]
    catalogue.write_text(texts.write(catalogue, found), "utf-8")
    catalogue.write_text(
        catalogue.read_text("utf-8").replace(
            '<translation type="unfinished" />', "<translation>Annehmen</translation>", 1
        ),
        "utf-8",
    )
    again = texts.write(catalogue, [*found, texts.Text("b.py", 1, "Undo")])
    assert again.count("Annehmen") == 1
    assert again.count('type="unfinished"') == 2


def test_english_is_spoken_without_a_translator():
    speak_through()
    assert tr("Accept") == mark("Accept") == "Accept"
    assert tr("{n} studies", one="1 study", n=1) == "1 study"
    assert tr("{n} studies", one="1 study", n=3) == "3 studies"
    assert tr("{ml:.1f} ml", ml=2.345) == "2.3 ml"


def test_qt_translates_with_its_plurals(tmp_path, qapp):
    """From the file for the translators, through Qt's own compiler, to what is said."""
    catalogue = tmp_path / "parotid_de.ts"
    found = [texts.Text("a.py", 1, "Accept"), texts.Text("a.py", 2, "{n} studies", "1 study", counted=True)]
    unfinished = '<translation type="unfinished" />'
    words = texts.write(catalogue, found).replace(unfinished, "<translation>Annehmen</translation>", 1)
    forms = "<numerusform>{n} Studie</numerusform><numerusform>{n} Studien</numerusform>"
    words = words.replace(unfinished, f"<translation>{forms}</translation>", 1).replace("<TS ", '<TS language="de" ')
    catalogue.write_text(words, "utf-8")
    made = tmp_path / "parotid_de.qm"
    compiler = next(Path(PySide6.__file__).parent.glob("lrelease*"))
    subprocess.run([compiler, str(catalogue), "-qm", str(made)], check=True, capture_output=True)
    translator = QTranslator()
    assert translator.load(str(made))
    qapp.installTranslator(translator)
    speak_through(_translate)
    try:
        assert CONTEXT == "parotid"
        assert tr("Accept") == "Annehmen"
        assert tr("{n} studies", one="1 study", n=1) == "1 Studie"
        assert tr("{n} studies", one="1 study", n=4) == "4 Studien"
        assert tr("Undo") == "Undo", "what is not translated is said in English"
    finally:
        qapp.removeTranslator(translator)

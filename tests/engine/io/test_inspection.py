"""The table of `parotid inspect`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydicom.uid import generate_uid

from parotid_training.errors import ParotidError
from parotid_training.io.find import find_series
from parotid_training.io.inspection import describe


def text_of(path: Path) -> str:
    return describe(find_series(path))


def test_the_table_holds_what_a_reader_needs(make: Any, tmp_path: Path) -> None:
    frame = generate_uid()
    make.stack(tmp_path / "1", FrameOfReferenceUID=frame, SeriesNumber=1)
    make.stack(tmp_path / "2", FrameOfReferenceUID=frame, SeriesNumber=2, SeriesDescription="t2 stir", count=2)
    make.stack(tmp_path / "3", SeriesNumber=3, SeriesDescription="t2 tse")
    make.slices(tmp_path / "4", [(0, 0, 0), (0, 0, 3), (0, 0, 9)], SeriesNumber=4)
    (tmp_path / "notes.txt").write_text("x")
    lines = text_of(tmp_path).splitlines()
    assert lines[0].split() == [
        "#",
        "series",
        "role",
        "plane",
        "matrix",
        "spacing",
        "mm",
        "axes",
        "oblique",
        "frame",
        "usable",
    ]
    first = "0  t1_tse_tra  T1w   axial  5 x 6 x 4  0.50 x 0.80 x 3.00  LPS   0 deg    1      yes"
    assert lines[1] == first
    assert [line.split()[-2:] for line in lines[2:4]] == [["1", "no"], ["2", "yes"]]
    text = "\n".join(lines)
    assert "only 2 slices" in text
    assert "t1_tse_tra (series 4, 3 files): 1 of its slices is missing" in text
    assert "1 other file was passed over." in text


def test_patients_are_not_named(make: Any, tmp_path: Path) -> None:
    make.stack(tmp_path, PatientID="Id-4711")
    text = text_of(tmp_path)
    assert "4711" not in text
    assert "Secret" not in text


def test_long_and_odd_names_keep_the_table_straight(make: Any, tmp_path: Path) -> None:
    make.stack(tmp_path, SeriesDescription="t1 " + "very " * 10 + "long")
    header, row = text_of(tmp_path).splitlines()
    assert header.index("role") == row.index("T1w")
    assert "..." in row


def test_real_files(shared_data: Path) -> None:
    text = text_of(shared_data / "dicom" / "siemens_xa30")
    assert text.count("T1w ") == 2
    assert text.count("DWI/ADC") == 2
    with pytest.raises(ParotidError):
        text_of(shared_data / "mri" / "npc_t2_slices")


def test_distinct_series_have_distinct_lines(make: Any, tmp_path: Path) -> None:
    visit = {"StudyInstanceUID": generate_uid(), "FrameOfReferenceUID": generate_uid()}
    for number in (3, 5):
        make.stack(tmp_path / f"a{number}", SeriesNumber=number, **visit)
    for side in ("left", "right"):
        make.stack(tmp_path / side, SeriesDescription="stir", SeriesNumber=9, **visit)
        make.slices(tmp_path / f"gap {side}", [(0, 0, 0), (0, 0, 3), (0, 0, 9)], SeriesDescription="t2", **visit)
    lines = text_of(tmp_path).splitlines()
    names = [line[3 : lines[0].index("role")].strip() for line in lines[1:5]]
    assert names == ["t1_tse_tra, series 3", "t1_tse_tra, series 5", "stir, in left", "stir, in right"]
    assert [line.split(":")[0].strip() for line in lines[-2:]] == [
        "t2 (3 files), in gap left",
        "t2 (3 files), in gap right",
    ]


def test_a_series_without_a_name_is_called_by_its_number_not_by_a_tool(make: Any, tmp_path: Path) -> None:
    make.stack(tmp_path / "1", SeriesDescription="", SequenceName="dicom2nifti", SeriesNumber=7)
    make.stack(tmp_path / "2", SeriesDescription="dcm2niix", ProtocolName="t2 neck", SeriesNumber=8)
    make.slices(
        tmp_path / "3", [(0, 0, 0), (0, 0, 3), (0, 0, 9)], SeriesDescription="", SequenceName="tse", SeriesNumber=9
    )
    text = text_of(tmp_path)
    assert "Series 7 " in text
    assert "t2 neck" in text
    assert "  Series 9 (3 files): 1 of its slices is missing" in text
    assert "dicom2nifti" not in text
    assert "dcm2niix" not in text

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import numpy as np
import pytest

from parotid_training.acceptance import Acceptance, Answer
from parotid_training.errors import CancelledError, ParotidError
from parotid_training.report.measure import BOTH, TUMOUR
from parotid_training.report.study_report import COLUMNS, NOTICE, report_all, report_of, table
from parotid_training.study import Role, Sequence, Study
from parotid_training.volume import LabelMap, Volume
from parotid_training.workspace.store import Store
from tests.engine.conftest import grid_of, head_on
from tests.engine.workspace import toys

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "workspace", verify_model=toys.verify_toy) as store:
        yield store


def make(tumour: bool = True) -> tuple[Study, LabelMap]:
    grid = grid_of("axial")
    signal, label = head_on(grid)
    if tumour:
        i, j, k = np.rint(grid.to_index((50, 5, 0))).astype(int)
        label[i - 5 : i + 5, j - 5 : j + 5, k - 1 : k + 2] = 2
    return Study((Sequence(Role.T1W, Volume(grid, signal), "DOE^JANE t1"),), 0, "DOE-4711"), LabelMap(grid, label)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_accepted_studies_are_measured_and_the_others_named(store: Store, tmp_path: Path) -> None:
    study, label_map = make()
    first = store.add_study(tmp_path / "DOE^JANE", patient_key=store.patient_key("DOE-4711"))
    store.add_study(None, patient_key="")
    store.accept(first.study_id, study, label_map, Acceptance("Ada", comment="=clear margin"))
    store.approve(first.study_id, "Grace")
    store.add_reading_time(first.study_id, "Ada", 90)
    reports = report_all(store)
    assert [(report.title, len(report.measures)) for report in reports] == [("Study 1", 4), ("Study 2", 0)]
    assert all(one.place.plane == "axial" for one in reports[0].pictures)
    text = table(reports)
    assert "DOE" not in text
    lines = rows(text)
    assert tuple(lines[0]) == COLUMNS
    assert [(line["structure"], line["side"]) for line in lines] == [
        ("gland", "right"),
        ("gland", "left"),
        ("gland with tumour", "left"),
        ("tumour", "left"),
        ("", ""),
    ]
    assert {line["notice"] for line in lines} == {NOTICE}
    tumour = lines[3]
    assert float(tumour["volume_ml"]) == pytest.approx(10 * 10 * 3 * 4 / 1000)
    assert float(tumour["in_plane_longest_mm"]) == pytest.approx(13.5, abs=0.1)
    assert (tumour["read_by"], tumour["approved_by"], tumour["reading_minutes"]) == ("Ada", "Grace", "1.5")
    assert tumour["comment"] == "'=clear margin", "no formula for a spreadsheet"
    assert (lines[4]["study"], lines[4]["state"]) == ("Study 2", "new")


def test_warnings_that_were_overridden_and_masks_from_files_are_told(store: Store) -> None:
    study, label_map = make()
    plain, odd = (store.add_study(None, patient_key="") for _ in range(2))
    store.accept(plain.study_id, study, label_map, Acceptance("Ada"))
    said = Acceptance("Ada", from_file=True, in_spite_of=("The gland is small.", "It lies on black."))
    store.accept(odd.study_id, study, label_map, said)
    told = {(line["study"], line["in_spite_of"], line["began_with"]) for line in rows(table(report_all(store)))}
    assert told == {("Study 1", "", ""), ("Study 2", "The gland is small. It lies on black.", "a mask from a file")}


def test_nothing_is_measured_in_images_that_cannot_be_read(store: Store) -> None:
    study, label_map = make()
    record = store.add_study(None, patient_key="")
    store.accept(record.study_id, study, label_map, Acceptance("Ada", (Answer.NOT_READABLE,)))
    (report,) = report_all(store)
    assert (report.measures, report.pictures) == ((), ())
    assert [(line["volume_ml"], line["answers"], line["slices_checked"]) for line in rows(table([report]))] == [
        ("", "not readable", "")
    ]


def test_which_slices_are_stood_for_is_said_of_all_that_is_measured(store: Store) -> None:
    study, label_map = make()
    view = study.grid.canonical()
    total = view.shape[0]
    native = [total - 3, total - 2] if view.flips[0] else [2, 1]
    said = (Answer.ANNOTATED, Answer.SOME_SLICES)
    for slices, answers in ((tuple(native), said), ((), (Answer.ANNOTATED,))):
        record = store.add_study(None, patient_key="")
        store.accept(record.study_id, study, label_map, Acceptance("Ada", answers, slices=slices))
    part, whole = report_all(store)
    assert part.stood_for is not None
    assert (part.stood_for.numbers, part.stood_for.total) == ((2, 3), total)
    assert whole.stood_for is None
    assert {line["slices_checked"] for line in rows(table([part]))} == {f"2 of {total}: axial 2, 3"}
    assert {line["slices_checked"] for line in rows(table([whole]))} == {"all"}


def test_a_mask_that_nobody_stands_for_is_reported_as_such(store: Store) -> None:
    study, label_map = make(tumour=False)
    record = store.add_study(None, patient_key="")
    report = report_of(store, record, study, label_map, accepted=False)
    assert report.case is None
    assert [(line["read_by"], line["slices_checked"]) for line in rows(table([report]))] == [("", "")] * 2
    assert [one.place for one in report.pictures] == list(dict.fromkeys(report.slices))


def test_every_diameter_in_the_table_is_seen_in_a_picture(store: Store) -> None:
    study, label_map = make()
    # The longest diameter of the tumour lies beside the slice with most of it, and the glands' in slices of their own.
    axis = study.grid.canonical().native_axes[0]
    tumour = np.argwhere(label_map.array == 2)
    low, high = tumour.min(0), tumour.max(0)
    thin = [slice(a, b + 1) for a, b in zip(low, high, strict=True)]
    thin[axis] = slice(high[axis], high[axis] + 1)
    across = 1 if axis != 1 else 0
    thin[across] = slice(low[across] - 4, high[across] + 5)
    deep = next(n for n in range(3) if n not in (axis, across))
    thin[deep] = slice(low[deep], low[deep] + 1)
    label_map.array[tuple(thin)] = 2
    report = report_of(store, store.add_study(None, patient_key=""), study, label_map, accepted=False)
    measured = [place for line, place in zip(report.measures, report.slices, strict=True) if line.what != BOTH]
    assert {one.place for one in report.pictures} == set(measured)
    assert sum(len(one.calipers) for one in report.pictures) == 2 * len(measured)
    tumours = [place for line, place in zip(report.measures, report.slices, strict=True) if line.what == TUMOUR]
    assert report.pictures[0].place == tumours[0], "the tumour's first"


def test_an_empty_workspace_has_a_heading(store: Store) -> None:
    assert table(report_all(store)).strip() == ",".join(COLUMNS)


def test_it_can_be_cancelled(store: Store) -> None:
    store.add_study(None, patient_key="")
    with pytest.raises(CancelledError):
        report_all(store, cancelled=lambda: True)


def test_a_study_whose_files_are_damaged_is_named(store: Store) -> None:
    study, label_map = make()
    record = store.add_study(None, patient_key="")
    case = store.accept(record.study_id, study, label_map, Acceptance("Ada"))
    (store.case_folder(case.case_id) / "mask.nii.gz").unlink()
    with pytest.raises(ParotidError, match="Study 1: its accepted files are damaged"):
        report_all(store)

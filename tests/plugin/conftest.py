"""A real workspace with a made-up engine: everything but the network and the child process is the real thing."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from napari_parotid.session import Session
from napari_parotid.work import State
from parotid_training.errors import AnotherPatientError, CancelledError, LayoutChangedError, ParotidError
from parotid_training.io.register import realign
from parotid_training.study import Proposal, Refined, Role, Sequence, Study
from parotid_training.volume import Grid, LabelMap, Volume
from parotid_training.workspace.events import Event
from parotid_training.workspace.store import Store
from tests import patience

OBLIQUE = np.array(
    # A sagittal acquisition, turned by some ten degrees: array axes run to P, I, L.
    [[0.05, -0.10, 2.95, -60.0], [0.98, 0.17, 0.02, -20.0], [0.17, -0.98, -0.15, 30.0], [0, 0, 0, 1.0]]
)


def orthonormal(affine: np.ndarray, spacing: tuple[float, float, float]) -> np.ndarray:
    """Return the affine with exactly perpendicular axes of this spacing."""
    q, r = np.linalg.qr(affine[:3, :3])
    made = affine.copy()
    made[:3, :3] = q * np.sign(np.diag(r)) * np.asarray(spacing)
    return made


OBLIQUE_GRID = Grid((48, 40, 20), orthonormal(OBLIQUE, (1.0, 1.0, 3.0)))
AXIAL_GRID = Grid((60, 50, 16), np.array([[1.0, 0, 0, -30], [0, 1.0, 0, -30], [0, 0, 3.0, -10], [0, 0, 0, 1]]))


_COUNT = itertools.count()


def make_study(grids: tuple[Grid, ...] = (OBLIQUE_GRID,), roles: tuple[Role, ...] = (Role.T1W,)) -> Study:
    """Return a smooth head-like blob on these grids; no two alike, for who shares images counts as one patient."""
    sequences, other = [], next(_COUNT) / 100
    for grid, role in zip(grids, roles, strict=True):
        index = np.stack(np.meshgrid(*(np.arange(n) for n in grid.shape), indexing="ij"), axis=-1)
        centre = (np.asarray(grid.shape) - 1) / 2
        distance = np.linalg.norm((index - centre) / centre, axis=-1)
        array = (1000 * np.clip(1.6 - distance, 0.05, 1.0) + other).astype(np.float32)
        sequences.append(Sequence(role, Volume(grid, array), f"made up {role}"))
    return Study(tuple(sequences))


@dataclass
class FakeJobs:
    """A child process that says what the test makes it say."""

    store: Any
    running: str = ""
    paused: str = ""
    news: list[Event] = field(default_factory=list)
    started: list[Any] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)

    def start(self, job: Any) -> None:
        self.started.append(job)

    def poll(self) -> list[Event]:
        news, self.news = self.news, []
        return news

    def cancel(self, run: str) -> None:
        self.cancelled.append(run)

    def pause(self, run: str) -> None:
        self.paused = run
        self.news.append(Event(run, "waiting", 0.0))

    def resume(self, run: str) -> None:
        self.paused = ""
        self.news.append(Event(run, "started", 0.0))


class FakeEngine:
    """Reads made-up studies and proposes a box of gland around the middle."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.jobs = FakeJobs(store)
        self.studies: dict[Path, Study] = {}
        self.fail: Exception | None = None
        self.agrees = True
        self.proposals = 0
        self.calls: list[str] = []

    def close(self) -> None:
        """The store is closed by who opened it."""

    def put(self, path: Path, study: Study) -> Path:
        """Make a study to be found at this path."""
        path.mkdir(parents=True, exist_ok=True)
        self.studies[path.resolve()] = study
        return path

    def inspect(self, path: Path, progress: Any, cancelled: Any) -> Any:
        """Find one study at a path that was put there."""
        progress(0.5, "Looking")
        if path.resolve() not in self.studies:
            raise ParotidError("There is nothing here.", "Choose another folder.")
        study = self.studies[path.resolve()]
        kind = {"kind": "nifti", "study_uid": None, "usable": True, "auxiliary": False, "patient_id": study.patient_id}
        series = tuple(SimpleNamespace(role=role, files=(path / f"{role}.nii",), **kind) for role in study.roles)
        return SimpleNamespace(series=series, usable=tuple(range(len(series))), left_out=())

    def open(self, path: Path, progress: Any, cancelled: Any) -> Any:
        self.calls.append("open")
        progress(0.5, "Reading")
        if cancelled():
            raise CancelledError
        if path.resolve() not in self.studies:
            raise ParotidError("There is nothing here.", "Choose another folder.")
        finding = SimpleNamespace(series=(), left_out=())
        return SimpleNamespace(study=self.studies[path.resolve()], finding=finding, chosen=(), warnings=())

    def open_record(self, study_id: str, progress: Any, cancelled: Any) -> Any:
        record = self.store.study(study_id)
        study = self.studies[record.source]
        if study.patient_id is not None and self.store.patient_key(study.patient_id) != record.patient_key:
            raise AnotherPatientError("This folder holds another patient.", "Put the right images back.")
        if record.roles and len(record.roles) != len(study.sequences):
            raise LayoutChangedError("This folder holds other sequences.", "Open it again.")
        for n, role in enumerate(record.roles):
            study = study.with_role(n, role)
        if record.reference is not None:
            study = study.with_reference(record.reference)
        study, lost = realign(study, record.alignments)
        return SimpleNamespace(study=study, warnings=tuple(f"Sequence {n} was moved no more." for n in lost))

    def propose(self, study: Study, progress: Any, cancelled: Any) -> Proposal:
        self.proposals += 1
        progress(0.5, "Proposing")
        if self.fail is not None:
            raise self.fail
        array = np.zeros(study.grid.shape, np.uint8)
        a, b, c = (n // 2 for n in study.grid.shape)
        array[a - 8 : a + 8, b - 8 : b + 8, c - 3 : c + 3] = 1
        array[a - 2 : a + 2, b - 2 : b + 2, c - 1 : c + 1] = 2
        probability = (array > 0).astype(np.float16)
        model_id = self.store.current_model().model_id
        doubt = np.where(array == 2, 255, 100 * array).astype(np.uint8)
        return Proposal(LabelMap(study.grid, array), probability, model_id, {"network": 0.1}, doubt)

    def ready_for_clicks(self, study: Study, progress: Any, cancelled: Any) -> None:
        self.calls.append("ready for clicks")

    def refine(
        self, study: Study, labels: LabelMap, clicks: tuple[Any, ...], structure: Any, answered: int, begun: Any
    ) -> Refined:
        """Set the clicked voxels, and nothing else."""
        self.calls.append(f"refine {len(clicks)}")
        self.begun = begun
        if self.fail is not None:
            raise self.fail
        after = labels.array.copy()
        for click in clicks:
            after[tuple(np.round(study.grid.to_index(click.point)).astype(int))] = structure if click.adds else 0
        return Refined(after, self.agrees)


class Now:
    """A synchronous executor."""

    def __call__(
        self,
        work: Any,
        done: Any,
        failed: Any,
        *,
        progress: Any = None,
        lane: str = "compute",
        must_finish: bool = False,
    ) -> SimpleNamespace:
        try:
            result = work(progress or (lambda fraction, words: None), lambda: False)
        except Exception as error:
            failed(error)
        else:
            done(result)
        return SimpleNamespace(cancel=lambda: None)


class Later:
    """An executor whose work is done when the test says so, in the order the test likes."""

    def __init__(self) -> None:
        self.waiting: list[Any] = []
        self.progress: Any = None
        """What the last work would tell how far it is."""

    def __call__(
        self,
        work: Any,
        done: Any,
        failed: Any,
        *,
        progress: Any = None,
        lane: str = "compute",
        must_finish: bool = False,
    ) -> SimpleNamespace:
        ticket = SimpleNamespace(cancelled=False)
        self.progress = progress

        def run() -> None:
            # A result is delivered even if it was cancelled: the session must tell a stale one by itself.
            try:
                result = work(progress or (lambda fraction, words: None), lambda: ticket.cancelled)
            except Exception as error:
                failed(error)
            else:
                done(result)

        self.waiting.append(run)
        ticket.cancel = lambda: setattr(ticket, "cancelled", True)
        return ticket

    def run(self, position: int = 0) -> None:
        self.waiting.pop(position)()


@pytest.fixture
def store(tmp_path: Path) -> Any:
    base = tmp_path / "base"
    base.mkdir()
    (base / "model.json").write_text("{}")
    store = Store.open(tmp_path / "workspace", verify_model=lambda folder: "a" * 64)
    store.ensure_base(base)
    yield store
    store.close()


@pytest.fixture
def engine(store: Store) -> FakeEngine:
    return FakeEngine(store)


@pytest.fixture
def session(engine: FakeEngine) -> Any:
    session = Session(engine, Now())
    yield session
    session.close()


@pytest.fixture
def folder(engine: FakeEngine, tmp_path: Path) -> Path:
    """A folder that holds a made-up oblique sagittal study."""
    return engine.put(tmp_path / "scan", make_study())


@pytest.fixture
def kit() -> SimpleNamespace:
    """What tests build their studies and executors with."""
    return SimpleNamespace(
        make_study=make_study, OBLIQUE_GRID=OBLIQUE_GRID, AXIAL_GRID=AXIAL_GRID, Now=Now, Later=Later
    )


@pytest.fixture(scope="module")
def viewer(qapp: Any) -> Any:
    import napari

    viewer = napari.Viewer(show=False)
    viewer.window._qt_window.resize(1200, 900)
    viewer.show()
    yield viewer
    viewer.close()
    qapp.processEvents()


@pytest.fixture
def widget(viewer: Any, engine: Any, qtbot: Any) -> Any:
    from napari_parotid.widget import ParotidWidget

    widget = ParotidWidget(viewer, engine)
    dock = viewer.window.add_dock_widget(widget, name="Parotid")
    yield widget
    if widget.session.study is not None:
        widget.session.close()
    viewer.window.remove_dock_widget(dock)
    gone: list[bool] = []
    widget.destroyed.connect(lambda: gone.append(True))
    widget.deleteLater()
    qtbot.waitUntil(lambda: gone == [True])
    viewer.layers.clear()


@pytest.fixture
def opened(widget: Any, folder: Any, qtbot: Any) -> Any:
    widget.session.ask_patient = None
    widget.session.open_path(folder)
    qtbot.waitUntil(lambda: widget.session.state is State.PROPOSED, timeout=patience.MS)
    qtbot.waitUntil(lambda: not widget.binding.laying, timeout=patience.MS)
    return widget

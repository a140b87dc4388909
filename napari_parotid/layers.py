"""A session in viewers: which layers are laid when, in one viewer or in several."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from psygnal import Signal
from qtpy.QtCore import QTimer

from napari_parotid.against_proposal import AgainstProposal
from napari_parotid.laying import lay_mask
from napari_parotid.messages import Notice
from napari_parotid.pictures import Picture, picture
from napari_parotid.places import places
from napari_parotid.tr import tr
from napari_parotid.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Sequence as Many

    from napari_parotid.executor import Submit, Task
    from napari_parotid.history import Region
    from napari_parotid.session import Session
    from napari_parotid.turns import Pieces
    from parotid_training.study import Study


class LayerBinding(AgainstProposal):
    """Shows a session in viewers, and tells it of every stroke.

    Parameters
    ----------
    session
        What is shown.
    submit
        Where sequences on other grids are resampled.
    viewers
        One viewer for all sequences, or one for each.
    split
        Whether each viewer shows one sequence only (`hang` says which); otherwise all are layers of each viewer, the
        reference visible.
    """

    failed = Signal()
    """Some sequences cannot be shown; a notice says why."""

    def __init__(self, session: Session, submit: Submit, viewers: Many[Any], *, split: bool = False) -> None:
        super().__init__(session, submit, viewers, split=split)
        self._submit = submit
        self._laying = Turns(submit, self._say_failed)
        self._drawing: Task | None = None
        self._aside: dict[int, Picture] = {}
        """What stood where a preview is shown."""
        self._arrived = False
        self._closed = QTimer(singleShot=True, interval=0)
        """Runs out once napari has let go of what was closed."""
        self._closed.timeout.connect(self._bring_back)
        if not split:
            for viewer in self.viewers:
                viewer.layers.events.removed.connect(self._notice_closed)
        self._listen(session.study_changed, self.rebuild)
        self._listen(session.labels_changed, self._labels_changed)
        self._listen(session.registration_changed, self._preview)
        self._listen(session.compared, self._go_to_compared)

    # -- building --------------------------------------------------------------------------------

    def hang(self, viewers: Many[Any], sequences: Many[int]) -> None:
        """Show one sequence in each of these viewers; viewers that stay keep their layers."""
        kept = 0
        for before, after in zip(self.viewers, viewers, strict=False):
            if before is not after:
                break
            kept += 1
        if kept == len(viewers) == len(self.viewers) and list(sequences) == self._hung:
            return
        self._keep_back()
        for (_, n), layer in self._images.items():
            if self._is_current(layer):
                self._windows[n] = tuple(layer.contrast_limits)
        images = [layer for (k, _), layer in self._images.items() if k >= kept]
        masks = [*self._masks, *self._resting]
        over = [layer for overlay in self._overlays for layer in overlay.layers[kept:]]
        self._remove([*images, *masks[kept:], *over])
        self._images = {
            (k, sequences[k]): self._take_down(layer, n, sequences[k]) for (k, n), layer in self._images.items()
        }
        self.viewers, self._hung = list(viewers), list(sequences)
        self.rebuild()

    def make_ahead(self, viewers: Many[Any]) -> None:
        """Make the layers that the first study will need in these viewers, unless there is a study already."""
        if self.session.study is None and not self.laying:
            self._laying.begin(self._make_spares(viewers))

    def _make_spares(self, viewers: Many[Any]) -> Pieces:
        pieces = self._spares.make(viewers)
        while True:
            with self._quiet():
                if next(pieces, pieces) is pieces:
                    return
            yield None

    def _lies_under(self, k: int) -> bool:
        """Whether the picture that a viewer's mask is to lie on is there already."""
        return self._hung[k] in self._pictures if self.split else bool(self._pictures)

    @property
    def laying(self) -> bool:
        """Whether something of the study in hand is still to be laid, or of one put away to be let go."""
        return self._laying.busy or self._seeking.busy

    def rebuild(self) -> None:
        """Show the study in hand, piece by piece; where only roles changed, layers are renamed."""
        study = self.session.study
        self._stop()
        self._forget_removed()
        self._keep_back()
        if self._masks and study is not None:
            self._rename()
            self._laying.begin(self._lay(study))
            return
        self._unmark()
        self._pictures, self._joined = {}, set()
        self._grid = None if study is None else study.grid
        self._arrived, self._gone_to = False, -1
        self._forget_ranges()
        self._windows = {}
        self.set_changes_shown(False)
        self.set_unsure_shown(False)
        self._hide_stale()
        if study is None:
            self._laying.begin(self._leave())
        else:
            self._seeking.begin(self._seek(study))

    def _leave(self) -> Pieces:
        """Let nothing stay of the study that was put away."""
        over = [layer for overlay in self._overlays for layer in overlay.layers]
        every = [*self._images.values(), *self._resting, *over]
        for some in [[layer] for layer in every] if self.split else [every]:
            self._put_away(some)
            yield None

    def _lay(self, study: Study) -> Pieces:
        """Lay the pictures, and each mask once there is a picture for it to lie on."""
        # Those on the reference's grid need no resampling and come first.
        order = sorted(range(len(study.sequences)), key=lambda n: not self._lies_on_reference(study, n))
        for n in sorted(order, key=lambda n: n != study.reference):
            volume, one = study.sequences[n].volume, self._pictures.get(n)
            if one is None or one.volume is not volume:
                one = yield partial(picture, n, volume, study.grid)
            if one is None:  # a notice said why
                continue
            for k in range(len(self.viewers)):
                if self._show_in(k, one):
                    yield None
            while len(self._masks) < len(self.viewers) and self._lies_under(len(self._masks)):
                self._add_mask()
                yield None
        while len(self._masks) < len(self.viewers):
            self._add_mask()
            yield None
        self._put_away(self._stale())
        self._rename()
        if self.changes.shown:
            self.set_changes_shown(True)
        if self.unsure.shown:
            self.set_unsure_shown(True)
        if len(self._pictures) < len(study.sequences):
            self.failed.emit()

    @staticmethod
    def _lies_on_reference(study: Study, n: int) -> bool:
        return study.sequences[n].volume.grid.same_as(study.grid)

    def _stop(self) -> None:
        self._laying.stop()
        self._seeking.stop()

    def take_away(self) -> None:
        """Take all layers out of the viewers."""
        self._stop()
        over = [layer for overlay in self._overlays for layer in overlay.layers]
        self._remove([*self._images.values(), *self._masks, *self._resting, *over, *self._spares.take_all()])

    def disconnect(self) -> None:
        """Let go of the session; the layers stay."""
        self._stop()
        self._closed.stop()
        if not self.split:
            for viewer in self.viewers:
                viewer.layers.events.removed.disconnect(self._notice_closed)
        self._fading.stop()
        if self._drawing is not None:
            self._drawing.cancel()
        self._remove(self._stale())
        super().disconnect()

    def _add_mask(self) -> None:
        """Lay the mask in the next viewer, with the tool that is in the hand."""
        study, viewer = self.session.study, self.viewers[len(self._masks)]
        assert study is not None, "a mask belongs to a study in hand"
        with self._quiet(), self._staying(viewer):
            known = bool(self._resting)
            mask = self._resting.pop(0) if known else self._spares.take_mask(viewer)
            if mask is None:
                mask = self._new_mask(viewer, self._native(), study.grid)
            else:
                lay_mask(mask, self._native(), study.grid)
            if not known:
                self._bind(mask)
                viewer.layers.selection.active = mask
            self._dress(mask)
            self._masks.append(mask)
        self._allow()
        self._brush()
        with self._quiet():
            self._take(mask)

    # -- layers -> session -----------------------------------------------------------------------

    def _notice_closed(self, event: Any) -> None:
        if not self._muted and event.value in (*self._masks, *self._images.values()):
            self._closed.start()

    def _bring_back(self) -> None:
        """Lay again what was closed of the study in hand: it could be accepted, and nothing of it be seen."""
        if self.session.study is not None:
            self.rebuild()
            words = tr("To see less of it, press the eye beside its name.")
            self.session.notice.emit(Notice(tr("What was closed belongs to the study in hand, and is back."), words))

    # -- session -> layers -----------------------------------------------------------------------

    def _labels_changed(self, region: Region | None) -> None:
        study = self.session.study
        if study is None:
            return
        for mask in self._masks:
            mask.refresh(extent=False, thumbnail=False)
        self.changes.update(region)
        if region is None and not self._arrived:
            self._seeking.begin(self._seek(study))

    def _seek(self, study: Study) -> Pieces:
        """Go to the slice with most of the tumour, else with most of the gland, once a study; first to its middle."""
        found = yield partial(places, self._native(), self._sliced(study.grid))
        self._arrived = bool(found)
        if not found and (other := self.session.beside) is not None:
            # Nothing is drawn, but the model would have drawn something.
            found = yield partial(places, other.label_map.array, self._sliced(study.grid))
        if found:
            self._gone_to = 0
            self.go_to_voxel(found[0].voxel)
        elif not self._joined:
            self.look_at(tuple(n // 2 for n in study.grid.canonical().shape))
        if not self._joined:
            self._laying.begin(self._lay(study))

    def _go_to_compared(self) -> None:
        """Go to what the model would have drawn where nothing is; what is drawn was gone to at the opening."""
        if self.session.study is not None and not self._arrived:
            self._seeking.begin(self._seek(self.session.study))

    def _preview(self, preview: Any) -> None:
        study = self.session.study
        if self._drawing is not None:
            self._drawing.cancel()
            self._drawing = None
        aside, self._aside = self._aside, {}
        if study is None:
            return
        for index, one in aside.items():
            if preview is not None and index == preview.index:
                self._aside[index] = one  # the next preview takes the place of this one, without a flicker between
            # A preview that was kept is the picture now.
            elif one.volume is study.sequences[index].volume:
                self._show(one)
        if preview is None:
            return

        def show(made: Picture) -> None:
            self._drawing = None
            if made.index in self._pictures:
                self._aside.setdefault(made.index, self._pictures[made.index])
            self._show(made)

        self._drawing = self._submit(
            lambda report, cancelled: picture(preview.index, preview.moved, study.grid),
            show,
            self._say_failed,
            lane="files",
        )

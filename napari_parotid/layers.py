"""The only code that touches ``viewer.layers``: a session's pictures under its mask, in one viewer or in several."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from psygnal import Signal

from napari_parotid.changes import OPACITY, Changes
from napari_parotid.drawing import Drawing
from napari_parotid.laying import belongs, empty, lay_image, lay_mask, new_image
from napari_parotid.messages import describe
from napari_parotid.pictures import Picture, picture, titles
from napari_parotid.places import places
from napari_parotid.spares import Spares
from napari_parotid.tr import tr
from napari_parotid.turns import Turns
from napari_parotid.unsure import OPACITY as UNSURE_OPACITY
from napari_parotid.unsure import Unsure
from napari_parotid.views.orientation import acquired_plane

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from collections.abc import Sequence as Many

    from napari_parotid.doors import Submit, Task
    from napari_parotid.history import Region
    from napari_parotid.session import Session
    from napari_parotid.turns import Pieces
    from parotid_training.study import Study
    from parotid_training.volume import Grid


class LayerBinding(Drawing):
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

    looked = Signal(tuple)
    """World position (z, y, x of LPS, mm) that was gone to."""
    failed = Signal()
    """Some sequences cannot be shown; a notice says why."""

    def __init__(self, session: Session, submit: Submit, viewers: Many[Any], *, split: bool = False) -> None:
        super().__init__(session, viewers)
        self.split = split
        self._hung: list[int] = list(range(len(self.viewers)))
        """Where there is one sequence a viewer: which one."""
        self._windows: dict[int, tuple[float, float]] = {}
        """Windows of sequences that were taken down, for when they are hung again."""
        self.changes = Changes(session)
        self.unsure = Unsure(session)
        self._overlays = (self.changes, self.unsure)
        self._submit = submit
        self._images: dict[tuple[int, int], Any] = {}
        self._pictures: dict[int, Picture] = {}
        self._grid: Any = None
        self._laying, self._seeking = Turns(submit, self._say_failed), Turns(submit, self._say_failed)
        self._drawing: Task | None = None
        self._spares = Spares(self._new_mask)
        self._aside: dict[int, Picture] = {}
        """What stood where a preview is shown."""
        self._place: tuple[float, ...] = ()
        """World position (z, y, x of LPS, mm) that was gone to last."""
        self._joined: set[Any] = set()
        """Viewers that show something of the study in hand."""
        self._arrived = False
        self._gone_to = -1
        """The place of the mask that was gone to last."""
        self._listen(session.study_changed, self.rebuild)
        self._listen(session.labels_changed, self._labels_changed)
        self._listen(session.registration_changed, self._preview)
        self._listen(session.proposal_changed, lambda: self.changes.update(None))
        self._listen(session.proposal_changed, self._update_unsure)
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

    @staticmethod
    def _take_down(layer: Any, before: int, after: int) -> Any:
        """Make a layer ready for another sequence: out of sight until that is laid into it."""
        if before != after:
            layer.visible = False
            layer.metadata["native"] = None
        return layer

    def _is_current(self, layer: Any) -> bool:
        return self.session.labels is not None and belongs(layer, self._native())

    @property
    def shown(self) -> bool:
        """Whether something of the study in hand is seen, so that it can be worked on."""
        return bool(self._joined)

    def shows(self, viewer: Any) -> bool:
        """Whether a viewer shows something of the study in hand."""
        return viewer in self._joined

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
        if self._drawing is not None:
            self._drawing.cancel()
        self._remove(self._stale())
        super().disconnect()

    def _say_failed(self, error: BaseException) -> None:
        self.session.notice.emit(describe(error, tr("preparing the images")))

    def _show(self, one: Picture) -> None:
        for k in range(len(self.viewers)):
            self._show_in(k, one)

    def _show_in(self, k: int, one: Picture) -> bool:
        """Show a picture in a viewer; False if it has no place there, or is there already."""
        study, viewer, native = self.session.study, self.viewers[k], self._native()
        assert study is not None, "pictures are made of a study in hand"
        self._pictures[one.index] = one
        if self.split and self._hung[k] != one.index:
            return False
        layer = self._images.get((k, one.index)) or self._take_spare(k, one.index)
        another = layer is None or not belongs(layer, native)
        if layer is not None and not another and layer.data is one.array:
            return False
        with self._quiet(), self._staying(viewer):
            if layer is not None:
                lay_image(layer, one, native, study.grid)
            else:
                layer = self._images[k, one.index] = new_image(
                    viewer, one, native, study.grid, titles(study)[one.index]
                )
                self._rename()
                self._bind(layer)
                for mask in self._masks[k : k + 1]:
                    # Images that arrive late go below the mask, and never take the brush away from it.
                    viewer.layers.move(viewer.layers.index(layer), viewer.layers.index(mask))
                    viewer.layers.selection.active = mask
        if another:
            self._uncover(layer, one.index)
        return True

    def _take_spare(self, k: int, index: int) -> Any:
        """Take the viewer's image layer that was made ahead, if there is one, for this sequence."""
        layer = self._spares.take_image(self.viewers[k])
        if layer is not None:
            self._images[k, index] = layer
            self._rename()
            self._bind(layer)
        return layer

    @contextmanager
    def _staying(self, viewer: Any) -> Iterator[None]:
        """Keep the place while a viewer gets a layer: napari would go to the nearest one that the layer before had."""
        lead = next((one for one in self.seen() if one in self._joined and one is not viewer), None)
        place = self._place if lead is None else lead.dims.point
        first = not self._joined
        yield
        self._joined.add(viewer)
        if first and not self.split:  # linked pictures fit themselves
            viewer.reset_view()
        if viewer.dims.point != place:
            viewer.dims.point = place
        if first:
            self.looked.emit(place)

    def _uncover(self, layer: Any, index: int) -> None:
        """Show a layer that a picture was just laid into, in the window that its sequence had."""
        assert self.session.study is not None, "pictures are made of a study in hand"
        if index in self._windows:
            layer.contrast_limits = self._windows[index]
        if self.split:
            layer.opacity = 1.0
        visible = self.split or index == self.session.study.reference
        if layer.visible != visible:
            layer.visible = visible

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

    # -- layers that stay from one study to the next -----------------------------------------------

    def _stale(self) -> list[Any]:
        """Return the image layers that do not show the study in hand."""
        return [layer for layer in self._images.values() if not self._is_current(layer)]

    def _hide_stale(self) -> None:
        """Take the study before out of sight: another patient's image must not lie under this one's mask."""
        for layer in self._stale():
            # Of linked pictures not by their visibility: napari arranges its whole scene anew for that.
            if self.split:
                layer.opacity = 0.0
            else:
                layer.visible = False

    def _forget_removed(self) -> None:
        """Count on no layer that somebody took out of its viewer."""
        self._images = {at: layer for at, layer in self._images.items() if layer in self.viewers[at[0]].layers}
        self._keep_back()
        for mine in ([*self._masks, *self._resting], *(overlay.layers for overlay in self._overlays)):
            if any(layer not in viewer.layers for viewer, layer in zip(self.viewers, mine, strict=False)):
                self._remove(list(mine))

    def _put_away(self, layers: list[Any]) -> None:
        """Let nothing of a study stay in these layers."""
        if not self.split:
            self._remove(layers)  # the reader sees napari's list of them
            return
        with self._quiet():
            for layer in layers:
                empty(layer)

    def _remove(self, layers: list[Any]) -> None:
        with self._quiet():
            for viewer in self.viewers:
                mine = [layer for layer in layers if layer in viewer.layers]
                if mine:
                    # napari looks through all memory for garbage once a batch, not once a layer (0.4 s each).
                    with viewer.layers.batched_update():
                        for layer in mine:
                            viewer.layers.remove(layer)
        self._images = {at: layer for at, layer in self._images.items() if layer not in layers}
        self._masks = [mask for mask in self._masks if mask not in layers]
        self._resting = [mask for mask in self._resting if mask not in layers]
        for overlay in self._overlays:
            overlay.layers = [layer for layer in overlay.layers if layer not in layers]

    def _rename(self) -> None:
        study = self.session.study
        if study is None:
            return
        names = titles(study)
        for (_, index), layer in self._images.items():
            layer.name = names[index] + (tr(" — mask drawn on") if index == study.reference and not self.split else "")

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

    def _sliced(self, grid: Grid) -> int:
        """Return the native axis of the slices in view."""
        dims = self._viewer_in_view().dims
        return grid.canonical().native_axes[dims.order[0] if dims.ndim == 3 else acquired_plane(grid).sliced]

    def find_next(self, nothing: Callable[[], None]) -> None:
        """Go to the next piece of the mask, tumours before glands; ``nothing`` is called if nothing is drawn."""
        # The study's first place may still be sought.
        if self._grid is not None and not self._seeking.busy:
            self._seeking.begin(self._seek_next(self._grid, nothing))

    def _seek_next(self, grid: Grid, nothing: Callable[[], None]) -> Pieces:
        found = yield partial(places, self._native(), self._sliced(grid))
        if found:
            self._gone_to = (self._gone_to + 1) % len(found)
            self.go_to_voxel(found[self._gone_to].voxel)
        else:
            nothing()

    def go_to_voxel(self, native: tuple[int, int, int]) -> None:
        """Show the slices that hold this native voxel, whatever their plane."""
        if self._grid is None:
            return
        view = self._grid.canonical()
        index = [native[axis] for axis in view.native_axes]
        self.look_at(
            tuple(size - 1 - n if flip else n for n, size, flip in zip(index, view.shape, view.flips, strict=True))
        )

    def look_at(self, index: tuple[int, ...]) -> None:
        """Show the slices that hold this voxel (display axes)."""
        view = self._grid.canonical()
        self._place = tuple(t + n * s for t, n, s in zip(view.translate, index, view.scale, strict=True))
        for viewer in self._joined:
            if viewer.dims.point != self._place:
                viewer.dims.point = self._place
        if self._joined:
            self.looked.emit(self._place)

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
            lambda error: self.session.notice.emit(describe(error, tr("preparing the images"))),
            lane="files",
        )

    # -- against the proposal --------------------------------------------------------------------

    def set_changes_shown(self, shown: bool) -> None:
        """Show what was added and what was taken away since the proposal, and the mask as its outline."""
        self._forget_removed()
        if shown:
            with self._quiet():
                self.changes.show(self.viewers[: len(self._masks)])
        else:
            self.changes.hide()
        self._display()

    def set_unsure_shown(self, shown: bool) -> None:
        """Show where the model hesitated over its proposal, and the mask as its outline."""
        self._forget_removed()
        if shown:
            with self._quiet():
                self.unsure.show(self.viewers[: len(self._masks)], self._masks)
        else:
            self.unsure.hide()
        self._display()

    def _update_unsure(self) -> None:
        with self._quiet():
            self.unsure.update()
        self._display()

    def _display(self) -> None:
        self.changes.set_opacity(0.0 if self._hidden else OPACITY)
        self.unsure.set_opacity(0.0 if self._hidden else UNSURE_OPACITY)
        super()._display()

    def _dress(self, mask: Any) -> None:
        super()._dress(mask)
        if any(overlay.shown for overlay in self._overlays):
            mask.contour = 1

    # -- what the mask lies on -------------------------------------------------------------------

    def picture_under(self, mask: Any) -> Picture | None:
        """Return the picture that is seen under a mask's layer."""
        k = self._masks.index(mask)
        layers = self.viewers[k].layers
        seen = [(layers.index(layer), n) for (at, n), layer in self._images.items() if at == k and layer.visible]
        return self._pictures.get(max(seen)[1]) if seen else None

    # -- keys ------------------------------------------------------------------------------------

    def _with_keys(self) -> list[Any]:
        return [*super()._with_keys(), *self._images.values()]

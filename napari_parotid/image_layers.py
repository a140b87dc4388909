"""The sequences' layers: pictures under the mask, which stay from one study to the next."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from napari_parotid.drawing import Drawing
from napari_parotid.laying import belongs, empty, lay_image, new_image
from napari_parotid.pictures import titles
from napari_parotid.spares import Spares
from napari_parotid.tr import tr

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Sequence as Many

    from napari_parotid.executor import Submit
    from napari_parotid.pictures import Picture
    from napari_parotid.session import Session


class ImageLayers(Drawing):
    """Lays pictures into viewers, each below the viewer's mask.

    Parameters
    ----------
    session, submit, viewers
        As in `InView`.
    split
        Whether each viewer shows one sequence only; otherwise all are layers of each viewer, the reference visible.
    """

    def __init__(self, session: Session, submit: Submit, viewers: Many[Any], *, split: bool) -> None:
        super().__init__(session, submit, viewers)
        self.split = split
        self._hung: list[int] = list(range(len(self.viewers)))
        """Where there is one sequence a viewer: which one."""
        self._windows: dict[int, tuple[float, float]] = {}
        """Windows of sequences that were taken down, for when they are hung again."""
        self._images: dict[tuple[int, int], Any] = {}
        self._pictures: dict[int, Picture] = {}
        self._spares = Spares(self._new_mask)

    # -- laying a picture ------------------------------------------------------------------------

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

    def _rename(self) -> None:
        study = self.session.study
        if study is None:
            return
        names = titles(study)
        for (_, index), layer in self._images.items():
            layer.name = names[index] + (tr(" — mask drawn on") if index == study.reference and not self.split else "")

    def picture_under(self, mask: Any) -> Picture | None:
        """Return the picture that is seen under a mask's layer."""
        k = self._masks.index(mask)
        layers = self.viewers[k].layers
        seen = [
            (layers.index(layer), n)
            for (at, n), layer in self._images.items()
            if at == k and layer in layers and layer.visible
        ]
        return self._pictures.get(max(seen)[1]) if seen else None

    # -- layers that stay from one study to the next -----------------------------------------------

    def _is_current(self, layer: Any) -> bool:
        return self.session.labels is not None and belongs(layer, self._native())

    @staticmethod
    def _take_down(layer: Any, before: int, after: int) -> Any:
        """Make a layer ready for another sequence: out of sight until that is laid into it."""
        if before != after:
            layer.visible = False
            layer.metadata["native"] = None
        return layer

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

    def _with_keys(self) -> list[Any]:
        return [*super()._with_keys(), *self._images.values()]

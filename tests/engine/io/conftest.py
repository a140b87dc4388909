"""Small DICOM series made from scratch, and a comparison of voxels by where they lie in the patient."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid

ENHANCED_MR = "1.2.840.10008.5.1.4.1.1.4.1"
AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


def _base(uid: str, **tags: Any) -> Dataset:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = uid
    meta.MediaStorageSOPInstanceUID = generate_uid()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset = Dataset()
    dataset.file_meta = meta
    dataset.SOPClassUID = uid
    dataset.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    dataset.Modality = "MR"
    dataset.PatientID = "P1"
    dataset.PatientName = "Secret^Name"
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.BitsAllocated = dataset.BitsStored = 16
    dataset.HighBit = 15
    dataset.PixelRepresentation = 0
    for keyword, value in tags.items():
        setattr(dataset, keyword, value)
    return dataset


class Maker:
    """Writes DICOM files whose voxel values tell where they belong."""

    AXIAL = AXIAL

    def slices(
        self,
        folder: Path,
        positions: Any,
        *,
        size: tuple[int, int] = (6, 5),
        orientation: Any = AXIAL,
        spacing: tuple[float, float] = (0.8, 0.5),
        change: Any = None,
        **tags: Any,
    ) -> list[Path]:
        """One file a position; pixel values count up over the series, `change(number, dataset)` edits each."""
        folder.mkdir(parents=True, exist_ok=True)
        tags = {
            "SeriesInstanceUID": generate_uid(),
            "StudyInstanceUID": generate_uid(),
            "FrameOfReferenceUID": generate_uid(),
            "SeriesDescription": "t1_tse_tra",
            **tags,
        }
        paths = []
        for number, position in enumerate(positions):
            dataset = _base(MRImageStorage, **tags)
            dataset.ImagePositionPatient = [float(v) for v in position]
            dataset.ImageOrientationPatient = [float(v) for v in orientation]
            dataset.PixelSpacing = list(spacing)
            dataset.SliceThickness = 3.0
            dataset.InstanceNumber = number + 1
            dataset.Rows, dataset.Columns = size
            count = size[0] * size[1]
            pixels = (np.arange(count) + number * count).astype("<u2").reshape(size)
            dataset.PixelData = pixels.tobytes()
            if change:
                change(number, dataset)
            # Names that neither end in .dcm nor sort like the slices.
            path = folder / f"{(number * 7919) % 10007:05d}-IMG"
            dataset.save_as(path, enforce_file_format=True)
            paths.append(path)
        return paths

    def stack(self, folder: Path, count: int = 4, step: float = 3.0, **options: Any) -> list[Path]:
        """An axial series of evenly spaced slices."""
        return self.slices(folder, [(-10.0, -20.0, step * n) for n in range(count)], **options)

    def enhanced(
        self, path: Path, frames: list[dict[str, Any]], *, size: tuple[int, int] = (6, 5), **tags: Any
    ) -> Path:
        """One enhanced object; each frame is a dict of position, orientation, stack, te, b, kind, slope."""
        dataset = _base(
            ENHANCED_MR,
            **{
                "SeriesInstanceUID": generate_uid(),
                "StudyInstanceUID": generate_uid(),
                "FrameOfReferenceUID": generate_uid(),
                "SeriesDescription": "t2_tse",
                **tags,
            },
        )
        dataset.Rows, dataset.Columns = size
        dataset.NumberOfFrames = len(frames)
        shared = Dataset()
        measures = Dataset()
        measures.PixelSpacing = [0.8, 0.5]
        measures.SliceThickness = 3.0
        shared.PixelMeasuresSequence = [measures]
        dataset.SharedFunctionalGroupsSequence = [shared]
        groups = []
        for frame in frames:
            group = Dataset()
            for keyword, item in {
                "PlanePositionSequence": {"ImagePositionPatient": [float(v) for v in frame["position"]]},
                "PlaneOrientationSequence": {"ImageOrientationPatient": list(frame.get("orientation", AXIAL))},
                "FrameContentSequence": {"StackID": frame.get("stack", "1")},
                "MREchoSequence": {"EffectiveEchoTime": float(frame.get("te", 90.0))},
                "MRDiffusionSequence": {"DiffusionBValue": float(frame["b"])} if "b" in frame else {},
                "MRImageFrameTypeSequence": {"FrameType": ["ORIGINAL", "PRIMARY", frame.get("kind", "M"), "NONE"]},
                "PixelValueTransformationSequence": {
                    "RescaleSlope": frame.get("slope", 1.0),
                    "RescaleIntercept": frame.get("intercept", 0.0),
                    "RescaleType": "US",
                },
            }.items():
                inner = Dataset()
                for name, value in item.items():
                    setattr(inner, name, value)
                if item:
                    setattr(group, keyword, [inner])
            groups.append(group)
        dataset.PerFrameFunctionalGroupsSequence = groups
        pixels = np.arange(len(frames) * size[0] * size[1], dtype="<u2")
        dataset.PixelData = pixels.tobytes()
        path.parent.mkdir(parents=True, exist_ok=True)
        dataset.save_as(path, enforce_file_format=True)
        return path


@pytest.fixture(scope="session")
def make() -> Maker:
    return Maker()


def same_voxels(volume: Any, array: Any, affine: Any, *, mm: float = 0.01, value: float = 1e-3) -> None:
    """Fail unless `array` on `affine` (LPS) holds the volume's voxels: equal places in the patient, equal values."""
    corners = np.array(list(np.ndindex(2, 2, 2))) * (np.array(volume.grid.shape) - 1)
    points = volume.grid.to_patient(corners)
    theirs = np.rint((points - affine[:3, 3]) @ np.linalg.inv(affine[:3, :3]).T).astype(int)
    assert np.abs(theirs @ affine[:3, :3].T + affine[:3, 3] - points).max() <= mm
    assert (theirs.min(axis=0) == 0).all()
    # All corners fall on theirs, so their axes are ours but for order and direction.
    axes = [int(np.flatnonzero(theirs[4 >> n] - theirs[0])[0]) for n in range(3)]
    straight = np.asarray(array).transpose(axes)
    flips = [n for n in range(3) if theirs[4 >> n][axes[n]] < theirs[0][axes[n]]]
    straight = np.flip(straight, axis=tuple(flips))
    assert straight.shape == volume.grid.shape
    assert np.abs(straight.astype(np.float32) - volume.array).max() <= value


@pytest.fixture
def assert_same_voxels() -> Any:
    return same_voxels


@pytest.fixture
def reread() -> Any:
    """Read a DICOM file, change it, write it again."""

    def change(path: Path, edit: Any) -> None:
        dataset = pydicom.dcmread(path)
        edit(dataset)
        dataset.save_as(path)

    return change

"""One DICOM file's header -> the slices it holds and what it says of itself. Pixel data is never read here."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pydicom
from pydicom.datadict import tag_for_keyword
from pydicom.errors import InvalidDicomError
from pydicom.uid import UID, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from parotid_training.errors import ParotidError
from parotid_training.io.frames import GE_B_VALUE, SIEMENS_B_VALUE, Frame, read_facts, read_frames, values
from parotid_training.words import tr

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

    from parotid_training.io.roles import Facts

KEYWORDS = (
    "SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "SeriesNumber", "PatientID", "Modality",
    "SeriesDescription", "ProtocolName", "ImageType", "ComplexImageComponent", "AcquisitionContrast",
    "ScanningSequence", "ScanOptions", "EchoPulseSequence", "RepetitionTime", "EchoTime", "InversionTime",
    "DiffusionBValue", "ContrastBolusAgent", "ContrastBolusAgentSequence",
    "FrameOfReferenceUID", "ImagePositionPatient", "ImageOrientationPatient",
    "PixelSpacing",
    "SliceThickness", "SpacingBetweenSlices", "Rows", "Columns", "NumberOfFrames", "SamplesPerPixel",
    "PhotometricInterpretation", "BitsAllocated", "RescaleSlope", "RescaleIntercept", "Manufacturer",
    "SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence", "SpecificCharacterSet",
)  # fmt: skip
TAGS: list[Any] = [*(tag_for_keyword(word) for word in KEYWORDS), GE_B_VALUE, SIEMENS_B_VALUE]
TOOLS = {"dicom2nifti", "dcm2nii", "dcm2niix", "mricrogl", "simpleitk", "itk", "pydicom", "dcmtk", "slicer", "unnamed"}
"""What programs write where a name belongs; it says nothing of the series."""
DIRECTORY = "1.2.840.10008.1.3.10"
UNDEFINED_LENGTH = 0xFFFFFFFF


class CutOffError(ParotidError):
    """A file ends too early; the rest of its series would be one slice short."""


@dataclass(frozen=True, eq=False)
class Header:
    """One DICOM file without its pixels.

    Parameters
    ----------
    series_uid, study_uid, instance_uid, patient_id, frame_of_reference
        As found; "" where absent.
    number
        Series number, 0 where absent.
    name
        Series description, else protocol name, else the series number.
    has_name
        Whether it has a name beside its number.
    frames
        Its slices; empty where `problem` says why.
    problem
        Why it cannot be a part of a volume.
    """

    path: Path = field(repr=False)
    series_uid: str
    study_uid: str
    instance_uid: str
    patient_id: str | None = field(repr=False)
    frame_of_reference: str | None
    modality: str
    number: int
    name: str = field(repr=False)
    has_name: bool
    facts: Facts
    frames: tuple[Frame, ...] = ()
    problem: ParotidError | None = None


def read_header(path: Path) -> Header | None:
    """Read one file's header; None where it is no DICOM file at all (or a media directory).

    Raises
    ------
    ParotidError
        If the file may not be read, or breaks off within its header.
    """
    try:
        with path.open("rb") as file:
            start = file.read(132)
            prefixed = start[128:132] == b"DICM"
            # Files of old archives begin with the first element of group 8, little or big endian, or with group 2.
            if not prefixed and start[:2] not in (b"\x08\x00", b"\x00\x08", b"\x02\x00"):
                return None
            file.seek(0)
            return _parse(path, file, bare=not prefixed)
    except PermissionError as error:
        raise ParotidError(
            "You have no permission to read this file.", "Ask for permission to read it, or copy the series elsewhere."
        ) from error
    except OSError as error:
        raise ParotidError("The file cannot be read from the disk.", "Copy it again from the archive.") from error


def _parse(path: Path, file: BinaryIO, *, bare: bool) -> Header | None:
    size = path.stat().st_size
    try:
        # Odd values in the headers are common and of no concern as long as the geometry can be read.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            dataset = pydicom.dcmread(file, stop_before_pixels=True, specific_tags=TAGS, force=bare)
            if bare and "SOPClassUID" not in dataset:
                return None
            if str(dataset.get("SOPClassUID", "")) == DIRECTORY or _media_storage(dataset) == DIRECTORY:
                return None
            return _describe(path, dataset, file, size)
    except ParotidError:
        raise
    except InvalidDicomError:
        return None
    except Exception as error:
        if bare:
            return None
        raise ParotidError(
            "The file breaks off within its header, or is damaged.", "Copy it again from the archive."
        ) from error


def transfer_syntax(dataset: Any) -> UID:
    """Return how the file is packed; for one that does not say, as it was found to be."""
    named = getattr(dataset, "file_meta", {}).get("TransferSyntaxUID")
    if named:
        return UID(str(named))
    implicit, little = dataset.original_encoding
    return ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian if little else ExplicitVRBigEndian


def _media_storage(dataset: Any) -> str:
    return str(getattr(dataset, "file_meta", {}).get("MediaStorageSOPClassUID", ""))


def _describe(path: Path, dataset: Any, file: BinaryIO, size: int) -> Header:
    frames: tuple[Frame, ...] = ()
    problem = _unfit(dataset)
    if problem is None and not _pixels_are_whole(dataset, file, size):
        problem = CutOffError("A file is cut off in its pixels.", "Copy the series again from the archive.")
    if problem is None:
        try:
            frames = read_frames(dataset)
        except ParotidError as error:
            problem = error
    patient_id = str(dataset.get("PatientID", "") or "").strip()
    name, number = _name(dataset), int(dataset.get("SeriesNumber", 0) or 0)
    return Header(
        path=path,
        series_uid=str(dataset.get("SeriesInstanceUID", "") or ""),
        study_uid=str(dataset.get("StudyInstanceUID", "") or ""),
        instance_uid=str(dataset.get("SOPInstanceUID", "") or ""),
        patient_id=patient_id or None,
        frame_of_reference=str(dataset.get("FrameOfReferenceUID", "") or "") or None,
        modality=str(dataset.get("Modality", "") or ""),
        number=number,
        name=name or (f"Series {number}" if number else "Series"),
        has_name=bool(name),
        facts=read_facts(dataset, frames),
        frames=frames,
        problem=problem,
    )


def _name(dataset: Any) -> str:
    for keyword in ("SeriesDescription", "ProtocolName"):
        text = str(dataset.get(keyword, "") or "").strip()
        if text and text.lower() not in TOOLS:
            return text
    return ""


def _unfit(dataset: Any) -> ParotidError | None:
    """Why the object can be no part of a volume, whatever its geometry."""
    uid = UID(str(dataset.get("SOPClassUID", "") or _media_storage(dataset)))
    known = uid.name if uid.name != str(uid) else "an unknown kind of object"
    if "Raw Data" in known:
        return ParotidError(
            "It holds the scanner's raw data, not images.", "Open the reconstructed series of the same sequence."
        )
    if "Spectroscopy" in known:
        # It has rows and columns, of spectra.
        return ParotidError(
            tr("It holds no images ({what}).", what=known.removesuffix(" Storage")),
            "Open the image series it belongs to.",
        )
    if not dataset.get("Rows") or not dataset.get("Columns"):
        if "Image Storage" in known or not dataset.get("SeriesInstanceUID"):
            return CutOffError("A file breaks off within its header.", "Copy the series again from the archive.")
        return ParotidError(
            tr("It holds no images ({what}).", what=known.removesuffix(" Storage")),
            "Open the image series it belongs to.",
        )
    photometric = str(dataset.get("PhotometricInterpretation", "MONOCHROME2"))
    if int(dataset.get("SamplesPerPixel", 1) or 1) != 1 or not photometric.startswith("MONOCHROME"):
        return ParotidError(
            "It holds colour pictures, not measured signal.", "Open the original series it was made from."
        )
    if "MOSAIC" in values(dataset, "ImageType"):
        return ParotidError(
            "Each of its images is a mosaic of many slices.",
            "Export it as single slices or as an enhanced object, or convert it to NIfTI.",
        )
    if "Segmentation" in known:
        return ParotidError("It holds a segmentation, not images.", "Convert it to NIfTI to open it as a mask.")
    return None


def _pixels_are_whole(dataset: Any, file: BinaryIO, size: int) -> bool:
    """Whether the file is long enough for its pixels; the reader stands at their tag."""
    syntax = transfer_syntax(dataset)
    if syntax.is_deflated:
        return True
    here = file.tell()
    if size - here < 8:
        return False
    if syntax.is_encapsulated:
        return _fragments_are_whole(file, here + 12, size)
    bits = int(dataset.get("BitsAllocated", 16) or 16)
    count = int(dataset.get("NumberOfFrames", 1) or 1)
    needed = int(dataset.Rows) * int(dataset.Columns) * count * bits // 8
    return size - here - (8 if syntax.is_implicit_VR else 12) >= needed


def _fragments_are_whole(file: BinaryIO, position: int, size: int) -> bool:
    """Follow the items of encapsulated pixel data up to their delimiter, without reading them."""
    while position + 8 <= size:
        file.seek(position)
        item = file.read(8)
        if item[:4] == b"\xfe\xff\xdd\xe0":
            return True
        if item[:4] != b"\xfe\xff\x00\xe0":
            return False
        length = int.from_bytes(item[4:], "little")
        if length == UNDEFINED_LENGTH:
            return False
        position += 8 + length
    return False

"""One DICOM file's header -> the slices it holds and what it says of itself. Pixel data is never read here."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pydicom
from pydicom.datadict import tag_for_keyword
from pydicom.errors import InvalidDicomError
from pydicom.uid import UID

from parotid_training.errors import ParotidError
from parotid_training.io.geometry import Plane
from parotid_training.io.roles import Facts

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

GE_B_VALUE = (0x0043, 0x1039)
SIEMENS_B_VALUE = (0x0019, 0x100C)
KEYWORDS = (
    "SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "SeriesNumber", "PatientID", "Modality",
    "SeriesDescription", "ProtocolName", "SequenceName", "ImageType", "ComplexImageComponent", "AcquisitionContrast",
    "ScanningSequence", "ScanOptions", "EchoPulseSequence", "RepetitionTime", "EchoTime", "InversionTime",
    "DiffusionBValue", "ContrastBolusAgent", "FrameOfReferenceUID", "ImagePositionPatient", "ImageOrientationPatient",
    "PixelSpacing",
    "SliceThickness", "SpacingBetweenSlices", "Rows", "Columns", "NumberOfFrames", "SamplesPerPixel",
    "PhotometricInterpretation", "BitsAllocated", "RescaleSlope", "RescaleIntercept", "Manufacturer",
    "SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence", "SpecificCharacterSet",
)  # fmt: skip
TAGS: list[Any] = [*(tag_for_keyword(word) for word in KEYWORDS), GE_B_VALUE, SIEMENS_B_VALUE]
DIRECTORY = "1.2.840.10008.1.3.10"
UNDEFINED_LENGTH = 0xFFFFFFFF


@dataclass(frozen=True)
class Frame:
    """One slice of a file and what sets it apart from others at its place.

    Parameters
    ----------
    plane
        Where it lies.
    stack
        Stack ID of an enhanced object; "" elsewhere.
    component
        Kind of value: magnitude, phase, water, an ADC map, ...
    echo_time, inversion_time, b_value
        ms, ms, s/mm2; None where not said.
    slope, intercept
        Stored value to the scanner's units.
    """

    plane: Plane
    stack: str = ""
    component: tuple[str, ...] = ()
    echo_time: float | None = None
    inversion_time: float | None = None
    b_value: float | None = None
    slope: float = 1.0
    intercept: float = 0.0


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
        Series description, else protocol name.
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
    facts: Facts
    frames: tuple[Frame, ...] = ()
    problem: ParotidError | None = None
    cut_off: bool = False


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
            # Files of old archives begin with the first element of group 8, little or big endian.
            if not prefixed and start[:2] not in (b"\x08\x00", b"\x00\x08"):
                return None
            file.seek(0)
            return _parse(path, file, bare=not prefixed)
    except PermissionError as error:
        raise ParotidError("The file may not be read.", "Ask for the right to read it, or copy it.") from error
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


def _media_storage(dataset: Any) -> str:
    return str(getattr(dataset, "file_meta", {}).get("MediaStorageSOPClassUID", ""))


def _describe(path: Path, dataset: Any, file: BinaryIO, size: int) -> Header:
    shared, per_frame = _groups(dataset)
    first = per_frame[0] if per_frame else None
    frames: tuple[Frame, ...] = ()
    problem = _unfit(dataset)
    cut_off = False
    if problem is None and not _pixels_are_whole(dataset, file, size):
        cut_off = True
        problem = ParotidError("A file is cut off in its pixels.", "Copy the series again from the archive.")
    if problem is None:
        try:
            frames = _frames(dataset, shared, per_frame)
        except ParotidError as error:
            problem = error
    patient_id = str(dataset.get("PatientID", "") or "").strip()
    return Header(
        path=path,
        series_uid=str(dataset.get("SeriesInstanceUID", "") or ""),
        study_uid=str(dataset.get("StudyInstanceUID", "") or ""),
        instance_uid=str(dataset.get("SOPInstanceUID", "") or ""),
        patient_id=patient_id or None,
        frame_of_reference=str(dataset.get("FrameOfReferenceUID", "") or "") or None,
        modality=str(dataset.get("Modality", "") or ""),
        number=int(dataset.get("SeriesNumber", 0) or 0),
        name=_name(dataset),
        facts=_facts(dataset, shared, first, frames),
        frames=frames,
        problem=problem,
        cut_off=cut_off,
    )


def _name(dataset: Any) -> str:
    for keyword in ("SeriesDescription", "ProtocolName", "SequenceName"):
        text = str(dataset.get(keyword, "") or "").strip()
        if text:
            return text
    number = dataset.get("SeriesNumber")
    return f"Series {number}" if number is not None else "Series"


def _unfit(dataset: Any) -> ParotidError | None:
    """Why the object can be no part of a volume, whatever its geometry."""
    uid = UID(str(dataset.get("SOPClassUID", "") or _media_storage(dataset)))
    known = uid.name if uid.name != str(uid) else "an unknown kind of object"
    if "Raw Data" in known:
        return ParotidError(
            "It holds the scanner's raw data, not images.", "Open the reconstructed series of the same sequence."
        )
    if not dataset.get("Rows") or not dataset.get("Columns"):
        if "Image Storage" in known:
            return ParotidError("A file breaks off within its header.", "Copy the series again from the archive.")
        return ParotidError(
            f"It holds no images ({known.removesuffix(' Storage')}).", "Open the image series it belongs to."
        )
    photometric = str(dataset.get("PhotometricInterpretation", "MONOCHROME2"))
    if int(dataset.get("SamplesPerPixel", 1) or 1) != 1 or not photometric.startswith("MONOCHROME"):
        return ParotidError(
            "It holds colour pictures, not measured signal.", "Open the original series it was made from."
        )
    if "MOSAIC" in _values(dataset, "ImageType"):
        return ParotidError(
            "Each of its images is a mosaic of many slices.",
            "Export it as single slices or as an enhanced object, or convert it to NIfTI.",
        )
    if "Segmentation" in known:
        return ParotidError("It holds a segmentation, not images.", "Convert it to NIfTI to open it as a mask.")
    return None


def _pixels_are_whole(dataset: Any, file: BinaryIO, size: int) -> bool:
    """Whether the file is long enough for its pixels; the reader stands at their tag."""
    meta = getattr(dataset, "file_meta", {})
    syntax = UID(str(meta.get("TransferSyntaxUID", "1.2.840.10008.1.2")))
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


def _groups(dataset: Any) -> tuple[Any, list[Any]]:
    shared = dataset.get("SharedFunctionalGroupsSequence")
    per_frame = dataset.get("PerFrameFunctionalGroupsSequence")
    return (shared[0] if shared else pydicom.Dataset()), list(per_frame or [])


def _frames(dataset: Any, shared: Any, per_frame: list[Any]) -> tuple[Frame, ...]:
    count = int(dataset.get("NumberOfFrames", 1) or 1)
    if per_frame:
        if len(per_frame) != count:
            raise ParotidError(
                f"It announces {count} frames but describes {len(per_frame)}.", "Export the series again."
            )
        return tuple(_enhanced_frame(dataset, shared, group) for group in per_frame)
    if count > 1:
        raise ParotidError(
            "It holds several frames without saying where each lies.", "Export it as single slices or as enhanced MR."
        )
    return (_classic_frame(dataset),)


def _classic_frame(dataset: Any) -> Frame:
    return Frame(
        plane=_plane(
            dataset,
            dataset.get("ImagePositionPatient"),
            dataset.get("ImageOrientationPatient"),
            dataset.get("PixelSpacing"),
            dataset,
        ),
        component=_component(_values(dataset, "ImageType")[2:], dataset.get("ComplexImageComponent")),
        echo_time=_number(dataset.get("EchoTime")),
        inversion_time=_number(dataset.get("InversionTime")),
        b_value=_b_value(dataset),
        slope=_number(dataset.get("RescaleSlope")) or 1.0,
        intercept=_number(dataset.get("RescaleIntercept")) or 0.0,
    )


def _enhanced_frame(dataset: Any, shared: Any, group: Any) -> Frame:
    measures = _functional(shared, group, "PixelMeasuresSequence")
    frame_type = _functional(shared, group, "MRImageFrameTypeSequence")
    transform = _functional(shared, group, "PixelValueTransformationSequence")
    echo = _functional(shared, group, "MREchoSequence")
    content = _functional(shared, group, "FrameContentSequence")
    diffusion = _functional(shared, group, "MRDiffusionSequence")
    modifier = _functional(shared, group, "MRModifierSequence")
    inversion = modifier.get("InversionTimes") or modifier.get("InversionTime")
    return Frame(
        plane=_plane(
            dataset,
            _functional(shared, group, "PlanePositionSequence").get("ImagePositionPatient"),
            _functional(shared, group, "PlaneOrientationSequence").get("ImageOrientationPatient"),
            measures.get("PixelSpacing"),
            measures,
        ),
        stack=str(content.get("StackID", "") or ""),
        component=_component(_values(frame_type, "FrameType")[2:], frame_type.get("ComplexImageComponent")),
        echo_time=_number(echo.get("EffectiveEchoTime")),
        inversion_time=_number(inversion),
        b_value=_number(diffusion.get("DiffusionBValue")),
        slope=_number(transform.get("RescaleSlope")) or 1.0,
        intercept=_number(transform.get("RescaleIntercept")) or 0.0,
    )


def _functional(shared: Any, group: Any, keyword: str) -> Any:
    """Return the item of a functional group: the frame's own, else the shared one, else empty."""
    sequence = group.get(keyword) or shared.get(keyword)
    return sequence[0] if sequence else pydicom.Dataset()


def _plane(dataset: Any, position: Any, orientation: Any, spacing: Any, measures: Any) -> Plane:
    if position is None or orientation is None or len(position) != 3 or len(orientation) != 6:
        raise ParotidError(
            "Its images do not say where they lie in the patient.", "Export the original series, not a screen capture."
        )
    if spacing is None or len(spacing) != 2 or not all(float(value) > 0 for value in spacing):
        raise ParotidError("Its images do not say how large a pixel is.", "Export the original series.")
    x, y, z = (float(value) for value in position)
    a, b, c, d, e, f = (float(value) for value in orientation)
    thickness = _number(measures.get("SpacingBetweenSlices")) or _number(measures.get("SliceThickness"))
    return Plane(
        position=(x, y, z),
        orientation=(a, b, c, d, e, f),
        spacing=(float(spacing[0]), float(spacing[1])),
        size=(int(dataset.Rows), int(dataset.Columns)),
        thickness=thickness,
    )


def _component(image_type: tuple[str, ...], component: Any) -> tuple[str, ...]:
    return (*image_type, str(component or ""))


def _b_value(dataset: Any) -> float | None:
    standard = _number(dataset.get("DiffusionBValue"))
    if standard is not None:
        return standard
    maker = str(dataset.get("Manufacturer", "") or "").upper()
    tag = GE_B_VALUE if "GE" in maker else SIEMENS_B_VALUE if "SIEMENS" in maker else None
    if tag is None or tag not in dataset:
        return None
    value = _private_number(dataset[tag].value)
    # GE adds a large constant to the b-value of some sequences.
    return value % 100000 if value is not None and value >= 1e9 else value


def _private_number(value: Any) -> float | None:
    """Return the first number of a private value; implicit files leave it as bytes."""
    if isinstance(value, bytes):
        value = value.decode("ascii", "ignore").strip("\0 ").split("\\")
    return _number(value)


def _number(value: Any) -> float | None:
    if value is None:
        return None
    if not isinstance(value, (str, int, float)):
        try:
            value = value[0]
        except (TypeError, IndexError, KeyError):
            pass
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _values(dataset: Any, keyword: str) -> tuple[str, ...]:
    value = dataset.get(keyword)
    if value is None or value == "":
        return ()
    return (value,) if isinstance(value, str) else tuple(str(part) for part in value)


def _facts(dataset: Any, shared: Any, first: Any, frames: tuple[Frame, ...]) -> Facts:
    group = first if first is not None else pydicom.Dataset()
    timing = _functional(shared, group, "MRTimingAndRelatedParametersSequence")
    modifier = _functional(shared, group, "MRModifierSequence")
    scanning = list(_values(dataset, "ScanningSequence"))
    if modifier.get("InversionRecovery") == "YES":
        scanning.append("IR")
    pulse = {"SPIN": "SE", "GRADIENT": "GR", "BOTH": "EP"}.get(str(dataset.get("EchoPulseSequence", "")))
    suppressed = str(modifier.get("SpectrallySelectedSuppression", ""))
    frame = frames[0] if frames else None
    words = " ".join(str(dataset.get(keyword, "") or "") for keyword in ("SeriesDescription", "ProtocolName"))
    return Facts(
        words=words,
        image_type=_values(dataset, "ImageType"),
        scanning_sequence=tuple([*scanning, pulse] if pulse else scanning),
        scan_options=_values(dataset, "ScanOptions"),
        repetition_time=_number(dataset.get("RepetitionTime")) or _number(timing.get("RepetitionTime")),
        echo_time=frame.echo_time if frame else None,
        inversion_time=frame.inversion_time if frame else None,
        b_value=frame.b_value if frame else None,
        contrast_agent=bool(str(dataset.get("ContrastBolusAgent", "") or "").strip()),
        fat_suppressed="FAT" in suppressed,
        acquisition_contrast=str(dataset.get("AcquisitionContrast", "") or ""),
    )

"""A DICOM data set -> its slices, one by one, classic or enhanced, and what it says of its contrast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pydicom

from parotid_training.errors import ParotidError
from parotid_training.io.geometry import ORIGINAL, Plane
from parotid_training.io.roles import Facts
from parotid_training.words import tr

GE_B_VALUE = (0x0043, 0x1039)
SIEMENS_B_VALUE = (0x0019, 0x100C)


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


def _groups(dataset: Any) -> tuple[Any, list[Any]]:
    shared = dataset.get("SharedFunctionalGroupsSequence")
    per_frame = dataset.get("PerFrameFunctionalGroupsSequence")
    return (shared[0] if shared else pydicom.Dataset()), list(per_frame or [])


def read_frames(dataset: Any) -> tuple[Frame, ...]:
    """Describe every slice of a classic or enhanced object.

    Raises
    ------
    ParotidError
        If it does not say where its slices lie.
    """
    shared, per_frame = _groups(dataset)
    count = int(dataset.get("NumberOfFrames", 1) or 1)
    if per_frame:
        if len(per_frame) != count:
            raise ParotidError(
                tr("It announces {count} frames but describes {found}.", count=count, found=len(per_frame)),
                "Send the series again from the scanner's console or the PACS.",
            )
        return tuple(_enhanced_frame(dataset, shared, group) for group in per_frame)
    if count > 1:
        raise ParotidError(
            "It holds several frames without saying where each lies.",
            "Ask the scanner's console or the PACS for it as single slices or as enhanced MR.",
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
        component=_component(values(dataset, "ImageType")[2:], dataset.get("ComplexImageComponent")),
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
        component=_component(values(frame_type, "FrameType")[2:], frame_type.get("ComplexImageComponent")),
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
            "Its images do not say where they lie in the patient.",
            "Ask the scanner's console or the PACS for the original axial series, not a screen capture.",
        )
    if spacing is None or len(spacing) != 2 or not all(float(value) > 0 for value in spacing):
        raise ParotidError("Its images do not say how large a pixel is.", ORIGINAL)
    x, y, z = (float(value) for value in position)
    a, b, c, d, e, f = (float(value) for value in orientation)
    along = np.array([[a, b, c], [d, e, f]])
    if not np.isfinite([x, y, z]).all() or not np.allclose(np.linalg.norm(along, axis=1), 1.0, atol=0.01):
        raise ParotidError("Its images' position in the patient makes no sense.", ORIGINAL)
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


def values(dataset: Any, keyword: str) -> tuple[str, ...]:
    """Return the parts of a text value; empty where absent."""
    value = dataset.get(keyword)
    if value is None or value == "":
        return ()
    return (value,) if isinstance(value, str) else tuple(str(part) for part in value)


def read_facts(dataset: Any, frames: tuple[Frame, ...]) -> Facts:
    """Collect what an object says of its contrast; the first slice stands for all."""
    shared, per_frame = _groups(dataset)
    group = per_frame[0] if per_frame else pydicom.Dataset()
    timing = _functional(shared, group, "MRTimingAndRelatedParametersSequence")
    modifier = _functional(shared, group, "MRModifierSequence")
    scanning = list(values(dataset, "ScanningSequence"))
    if modifier.get("InversionRecovery") == "YES":
        scanning.append("IR")
    pulse = {"SPIN": "SE", "GRADIENT": "GR", "BOTH": "EP"}.get(str(dataset.get("EchoPulseSequence", "")))
    suppressed = str(modifier.get("SpectrallySelectedSuppression", ""))
    frame = frames[0] if frames else None
    description, protocol = (str(dataset.get(word, "") or "") for word in ("SeriesDescription", "ProtocolName"))
    if description.strip() and "GE" in str(dataset.get("Manufacturer", "") or "").upper():
        # GE's protocol is that of the whole examination: "neck without and with contrast" says nothing of a series.
        protocol = ""
    return Facts(
        words=description.strip() or protocol,
        protocol=protocol,
        image_type=values(dataset, "ImageType"),
        scanning_sequence=tuple([*scanning, pulse] if pulse else scanning),
        scan_options=values(dataset, "ScanOptions"),
        repetition_time=_number(dataset.get("RepetitionTime")) or _number(timing.get("RepetitionTime")),
        echo_time=frame.echo_time if frame else None,
        inversion_time=frame.inversion_time if frame else None,
        b_value=frame.b_value if frame else None,
        contrast_agent=bool(
            str(dataset.get("ContrastBolusAgent", "") or "").strip() or dataset.get("ContrastBolusAgentSequence")
        ),
        fat_suppressed="FAT" in suppressed,
        acquisition_contrast=str(dataset.get("AcquisitionContrast", "") or ""),
    )

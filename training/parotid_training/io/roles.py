"""What a sequence shows, guessed from its headers or its name. The user has the last word."""

from __future__ import annotations

import re
from dataclasses import dataclass

from parotid_training.study import Role

MASK_WORDS = {
    "mask", "masks", "seg", "segmentation", "label", "labels", "labelmap", "annotation", "roi", "probability",
}  # fmt: skip
NOT_ANATOMY = {
    "localizer", "localiser", "scout", "survey", "loc", "calibration", "asset", "fieldmap", "mapping", "b0map", "asl",
    "pcasl", "pasl", "perfusion", "bold", "fmri", "rest", "tof", "swi", "phase", "subtraction", "mip", "mra",
    "spectroscopy",
}  # fmt: skip
DIFFUSION = {"dwi", "adc", "dti", "trace", "tracew", "resolve", "diffusion", "tensor", "ivim", "dwibs"}
FAT_SUPPRESSED = {"fs", "fatsat", "spair", "spir", "fat", "fatsup", "chess", "tirm", "dixon"}
CONTRAST = {"gd", "gad", "ce", "post", "postcontrast", "contrast", "km", "kontrast", "dotarem", "gadovist", "c", "pc"}
NATIVE = {"pre", "precontrast", "nativ", "native", "without", "ohne", "noncontrast"}
T1_WORDS = {"t1", "t1w", "mprage", "mpr", "vibe", "spgr", "bravo", "fspgr", "thrive", "lava", "tfl", "mp2rage", "t1tse"}
T1_CONTRAST_WORDS = {"t1c", "t1ce", "t1gd", "t1wgd", "t1km", "t1post", "t1wce", "cet1"}
T2_WORDS = {"t2", "t2w", "t2tse", "t2fse", "t2frfse"}

DIFFUSION_TYPES = {"DIFFUSION", "ADC", "TRACEW", "TENSOR", "FA"}
AUXILIARY_TYPES = {"PERFUSION", "ASL", "LOCALIZER", "MIP", "FMRI", "SUBTRACTION"}
AUXILIARY_COMPONENTS = {"P", "R", "I", "PHASE", "REAL", "IMAGINARY", "PHASE MAP", "VELOCITY"}
AUXILIARY_CONTRASTS = {"PERFUSION", "FLOW_ENCODED", "TAGGING", "TIME_OF_FLIGHT"}


@dataclass(frozen=True)
class Facts:
    """What the headers say of a sequence's contrast; times in ms, b-value in s/mm2, None where not said."""

    words: str = ""
    image_type: tuple[str, ...] = ()
    scanning_sequence: tuple[str, ...] = ()
    scan_options: tuple[str, ...] = ()
    repetition_time: float | None = None
    echo_time: float | None = None
    inversion_time: float | None = None
    b_value: float | None = None
    contrast_agent: bool = False
    fat_suppressed: bool = False
    acquisition_contrast: str = ""


def guess_role_from_name(name: str) -> Role:
    """Guess from a file's name or a series description alone; `Role.OTHER` where it says nothing."""
    return _from_words(_split(name), contrast=False, fat_suppressed=False) or Role.OTHER


def looks_like_mask(name: str) -> bool:
    """Whether a file's name says that it is a mask or a probability map."""
    return bool(_split(name) & MASK_WORDS)


def guess_role(facts: Facts) -> Role:
    """Guess what a sequence shows.

    What the description says in words goes first, since technicians name the weighting; timing decides where it
    says nothing. Diffusion, perfusion, phase and field maps are told apart before either, by the type of image.
    """
    if is_auxiliary(facts):
        return Role.OTHER
    words = _split(facts.words)
    image_type = {part.upper() for value in facts.image_type for part in value.split("_")}
    contrast_kind = facts.acquisition_contrast.upper()
    if image_type & DIFFUSION_TYPES or contrast_kind == "DIFFUSION" or facts.b_value:
        return Role.DWI
    # Gradient-echo EPI is functional MR; GE writes a b-value of 0 into every sequence.
    if facts.b_value is not None and "EP" in facts.scanning_sequence and "GR" not in facts.scanning_sequence:
        return Role.DWI
    fat_suppressed = facts.fat_suppressed or "FS" in facts.scan_options
    named = _from_words(words, contrast=facts.contrast_agent, fat_suppressed=fat_suppressed)
    return named or _from_timing(facts, fat_suppressed=fat_suppressed)


def is_auxiliary(facts: Facts) -> bool:
    """Whether the headers or the name say that it is no picture of the anatomy: a localizer, phase or field map, ..."""
    image_type = {part.upper() for value in facts.image_type for part in value.split("_")}
    if image_type & DIFFUSION_TYPES:
        return False
    if image_type & AUXILIARY_TYPES or {value.upper() for value in facts.image_type} & AUXILIARY_COMPONENTS:
        return True
    return facts.acquisition_contrast.upper() in AUXILIARY_CONTRASTS or bool(
        _split(facts.words) & NOT_ANATOMY and not _split(facts.words) & DIFFUSION
    )


def _split(text: str) -> set[str]:
    """Lower-case words and, beside them, the same without their digits' neighbours: ``t1_tse+Gd`` -> t1, tse, gd."""
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z][a-z])", " ", text).lower()
    words = set(re.findall(r"[a-z0-9]+", text))
    if re.search(r"t1w?\s*\+\s*(c|gd|km)\b", text):
        words.add("gd")
    return words


def _from_words(words: set[str], *, contrast: bool, fat_suppressed: bool) -> Role | None:
    """Return the role that the words name, `Role.OTHER` where they name something else, None where nothing."""
    if words & DIFFUSION:
        return Role.DWI
    if words & NOT_ANATOMY:
        return Role.OTHER
    if "flair" in words or "darkfluid" in words:
        return Role.FLAIR
    if words & {"stir", "tirm"}:
        return Role.STIR
    if words & T1_CONTRAST_WORDS:
        return Role.T1W_GD
    if words & T2_WORDS:
        return Role.STIR if fat_suppressed or words & FAT_SUPPRESSED else Role.T2W
    if words & T1_WORDS:
        enhanced = contrast or bool(words & CONTRAST)
        return Role.T1W_GD if enhanced and not words & NATIVE else Role.T1W
    return None


def _from_timing(facts: Facts, *, fat_suppressed: bool) -> Role:
    """Guess from TR, TE and TI; the limits hold for 0.5 to 3 T."""
    sequence = {value.upper() for value in facts.scanning_sequence}
    te, tr, ti = facts.echo_time, facts.repetition_time, facts.inversion_time
    t1 = Role.T1W_GD if facts.contrast_agent else Role.T1W
    if te is None or tr is None or "EP" in sequence:
        return Role.OTHER
    if "GR" in sequence and "SE" not in sequence:
        prepared = ti is not None and 400 <= ti <= 1400
        return t1 if te <= 10 and (prepared or tr <= 30) else Role.OTHER
    if "IR" in sequence and ti:
        if ti <= 300:
            return Role.STIR
        if ti >= 1300 and te >= 60:
            return Role.FLAIR
    if te >= 60 and tr >= 1500:
        return Role.STIR if fat_suppressed else Role.T2W
    if te <= 30 and tr <= 1200:
        return t1
    return Role.OTHER

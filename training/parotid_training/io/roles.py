"""What a sequence shows, guessed from its headers or its name. The user has the last word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from parotid_training.study import Role

MASK_WORDS = {
    "mask", "masks", "seg", "segmentation", "label", "labels", "labelmap", "annotation", "roi", "probability",
}  # fmt: skip
NOT_ANATOMY = {
    "localizer", "localiser", "scout", "survey", "loc", "calibration", "asset", "fieldmap", "mapping", "b0map", "asl",
    "pcasl", "pasl", "perfusion", "bold", "fmri", "rest", "tof", "swi", "phase", "subtraction", "mip", "mra",
    "spectroscopy", "hemo", "map", "t2star",
}  # fmt: skip
DIFFUSION = {"dwi", "adc", "dti", "trace", "tracew", "resolve", "diffusion", "tensor", "ivim", "dwibs"}
FAT_SUPPRESSED = {"fs", "fatsat", "spair", "spir", "fat", "fatsup", "chess", "tirm", "dixon"}
CONTRAST = {"gd", "gad", "ce", "post", "postcontrast", "contrast", "km", "kontrast", "dotarem", "gadovist", "c", "pc"}
NATIVE = {"pre", "precontrast", "nativ", "native", "without", "ohne", "noncontrast", "vor", "sans"}
T1_WORDS = {"t1", "t1w", "mprage", "mpr", "vibe", "spgr", "bravo", "fspgr", "thrive", "lava", "tfl", "mp2rage", "t1tse"}
T1_CONTRAST_WORDS = {"t1c", "t1ce", "t1gd", "t1wgd", "t1km", "t1post", "t1wce", "cet1"}
T2_WORDS = {"t2", "t2w", "t2tse", "t2fse", "t2frfse"}

DIFFUSION_TYPES = {"DIFFUSION", "ADC", "TRACEW", "TENSOR", "FA"}
AUXILIARY_TYPES = {"PERFUSION", "ASL", "LOCALIZER", "MIP", "FMRI", "SUBTRACTION", "SUB"}
AUXILIARY_COMPONENTS = {"P", "R", "I", "PHASE", "REAL", "IMAGINARY", "PHASE MAP", "VELOCITY"}
AUXILIARY_CONTRASTS = {"PERFUSION", "FLOW_ENCODED", "TAGGING", "TIME_OF_FLIGHT"}
SHORTEST_T2_MS = 40.0
"""What is called T2 and has a shorter echo is the other half of a double echo: proton density."""


class DixonPart(Enum):
    """Which of the images that one Dixon measurement gives."""

    WATER = auto()
    IN_PHASE = auto()
    OPPOSED = auto()
    FAT = auto()


DIXON_TYPES = {
    DixonPart.FAT: {"F", "FAT", "FF", "FAT_FRACTION"},
    DixonPart.OPPOSED: {"OP", "OPP_PHASE", "OUT_PHASE", "OUT_OF_PHASE", "OPPOSED_PHASE"},
    DixonPart.IN_PHASE: {"IP", "IN_PHASE"},
    DixonPart.WATER: {"W", "WATER"},
}
"""As the type of an image says it, for Siemens, Philips and GE."""
DIXON_NAMES = {
    DixonPart.FAT: r"^fat\s*:|dixon.*[_ ](f|fat)$",
    DixonPart.OPPOSED: r"^(out|opp)\w*\s*phase\s*:|dixon.*[_ ](opp|op|out)$",
    DixonPart.IN_PHASE: r"^in\s*phase\s*:|dixon.*[_ ](in|ip)$",
    DixonPart.WATER: r"^water\s*:|dixon.*[_ ](w|water)$",
}
"""As a description says it: GE puts the part before a colon, Siemens at the end."""


@dataclass(frozen=True)
class Facts:
    """What the headers say of a sequence's contrast; times in ms, b-value in s/mm2, None where not said.

    ``protocol`` is asked where ``words`` name no weighting.
    """

    words: str = ""
    protocol: str = ""
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
    return guess_role(Facts(words=name))


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
    image_type = {part.upper() for value in facts.image_type for part in value.split("_")}
    contrast_kind = facts.acquisition_contrast.upper()
    if image_type & DIFFUSION_TYPES or contrast_kind == "DIFFUSION" or facts.b_value:
        return Role.DWI
    # Gradient-echo EPI is functional MR; GE writes a b-value of 0 into every sequence.
    if facts.b_value is not None and "EP" in facts.scanning_sequence and "GR" not in facts.scanning_sequence:
        return Role.DWI
    part = dixon_part(facts)
    if part in (DixonPart.FAT, DixonPart.OPPOSED):
        return Role.OTHER
    named = _named(facts, part)
    return named or _from_timing(facts, fat_suppressed=_is_fat_suppressed(facts, part))


def dixon_part(facts: Facts) -> DixonPart | None:
    """Which image of a Dixon measurement it is; None where nothing says so."""
    kinds = {word for value in facts.image_type[2:] for word in value.upper().split()}
    for part, types in DIXON_TYPES.items():
        if kinds & types:
            return part
    text = facts.words.strip().lower()
    return next((part for part, name in DIXON_NAMES.items() if re.search(name, text)), None)


def _is_fat_suppressed(facts: Facts, part: DixonPart | None) -> bool:
    return part is DixonPart.WATER or (
        part is not DixonPart.IN_PHASE and (facts.fat_suppressed or "FS" in facts.scan_options)
    )


def _named(facts: Facts, part: DixonPart | None) -> Role | None:
    """Return the role that the words name as far as the timing does not gainsay them; None where they name nothing."""
    fat_suppressed = _is_fat_suppressed(facts, part)
    for text in (facts.words, facts.protocol):
        words = _words(text, part)
        named = _from_words(words, contrast=facts.contrast_agent, fat_suppressed=fat_suppressed)
        if named is not None:
            break
    else:
        return None
    sequence = {value.upper() for value in facts.scanning_sequence}
    if "tirm" in words and facts.inversion_time and named in (Role.STIR, Role.FLAIR):
        # Siemens names every inversion recovery so.
        return Role.STIR if facts.inversion_time <= 300 else Role.FLAIR if facts.inversion_time >= 1300 else Role.OTHER
    if words & T2_WORDS and named in (Role.T2W, Role.STIR) and not words & {"stir", "tirm"}:
        gradient_echo = "GR" in sequence and "SE" not in sequence
        proton_density = facts.echo_time is not None and facts.echo_time < SHORTEST_T2_MS
        return Role.OTHER if gradient_echo or proton_density else named
    return named


def is_auxiliary(facts: Facts) -> bool:
    """Whether the headers or the name say that it is no picture of the anatomy: a localizer, phase or field map, ..."""
    image_type = {part.upper() for value in facts.image_type for part in value.split("_")}
    if image_type & DIFFUSION_TYPES:
        return False
    if image_type & AUXILIARY_TYPES or {value.upper() for value in facts.image_type} & AUXILIARY_COMPONENTS:
        return True
    part = dixon_part(facts)
    if part in (DixonPart.FAT, DixonPart.OPPOSED) or facts.acquisition_contrast.upper() in AUXILIARY_CONTRASTS:
        return True
    words = _words(facts.words, part)
    return bool(words & NOT_ANATOMY and not words & DIFFUSION)


def _split(text: str) -> set[str]:
    """Lower-case words and, beside them, the same without their digits' neighbours: ``t1_tse+Gd`` -> t1, tse, gd."""
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z][a-z])", " ", text).lower()
    words = set(re.findall(r"[a-z0-9]+", text))
    if re.search(r"t1w?\s*\+\s*(c|gd|km)\b", text):
        words.add("gd")
    if re.search(r"t2w?\s*\*", text):
        words.add("t2star")
    return words


def _words(text: str, part: DixonPart | None) -> set[str]:
    """Return the words of a description; of an image in phase without what is said of its fellows, or of maps."""
    return _split(text) - {"phase", *FAT_SUPPRESSED} if part is DixonPart.IN_PHASE else _split(text)


def _from_words(words: set[str], *, contrast: bool, fat_suppressed: bool) -> Role | None:
    """Return the role that the words name, `Role.OTHER` where they name something else, None where nothing."""
    if words & DIFFUSION:
        return Role.DWI
    if words & NOT_ANATOMY:
        return Role.OTHER
    if words & {"flair", "darkfluid"} or words >= {"dark", "fluid"}:
        if not words & T1_WORDS:
            return Role.FLAIR
    elif words & {"stir", "tirm"}:
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

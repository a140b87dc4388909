"""Roles are guessed from words first, from timing where words are silent."""

from __future__ import annotations

import pytest

from parotid_training.io.roles import Facts, guess_role, guess_role_from_name, is_auxiliary, looks_like_mask
from parotid_training.study import Role


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("t1", Role.T1W),
        ("0-T1w", Role.T1W),
        ("3-T1w+Gd", Role.T1W_GD),
        ("sub-01_T1w", Role.T1W),
        ("sub-01_ce-gadolinium_T1w", Role.T1W_GD),
        ("t1c", Role.T1W_GD),
        ("T1_TSE_TRA_POST", Role.T1W_GD),
        ("t1_tse_tra+c", Role.T1W_GD),
        ("T1 pre contrast", Role.T1W),
        ("ADNI_Sag3D MPRAGE", Role.T1W),
        ("t2_tse_tra", Role.T2W),
        ("T2w_FS", Role.STIR),
        ("t2_stir_cor", Role.STIR),
        ("STIR", Role.STIR),
        ("t2_tirm_tra_dark-fluid", Role.STIR),
        ("t2_spair", Role.STIR),
        ("FLAIR", Role.FLAIR),
        ("T2 FLAIR fs", Role.FLAIR),
        ("ep2d_diff ADC", Role.DWI),
        ("DWI_dir80_PA", Role.DWI),
        ("localizer", Role.OTHER),
        ("gre_field_mapping", Role.OTHER),
        ("patient7", Role.OTHER),
    ],
)
def test_names(name: str, role: Role) -> None:
    assert guess_role_from_name(name) is role


@pytest.mark.parametrize(
    ("facts", "role"),
    [
        (Facts(scanning_sequence=("SE",), repetition_time=550, echo_time=12), Role.T1W),
        (Facts(scanning_sequence=("SE",), repetition_time=550, echo_time=12, contrast_agent=True), Role.T1W_GD),
        (Facts(scanning_sequence=("SE",), repetition_time=4000, echo_time=95), Role.T2W),
        (Facts(scanning_sequence=("SE",), repetition_time=4000, echo_time=95, scan_options=("FS",)), Role.STIR),
        (Facts(scanning_sequence=("SE", "IR"), repetition_time=4000, echo_time=60, inversion_time=160), Role.STIR),
        (Facts(scanning_sequence=("SE", "IR"), repetition_time=9000, echo_time=120, inversion_time=2500), Role.FLAIR),
        (Facts(scanning_sequence=("GR",), repetition_time=8.9, echo_time=3.2, inversion_time=900), Role.T1W),
        (Facts(scanning_sequence=("SE",), repetition_time=4000, echo_time=12), Role.OTHER),
        (Facts(scanning_sequence=("EP", "GR"), repetition_time=2500, echo_time=28), Role.OTHER),
        (Facts(), Role.OTHER),
        (Facts(words="AX T1 SE", contrast_agent=True), Role.T1W_GD),
        (Facts(words="AX T1 SE pre", contrast_agent=True), Role.T1W),
        (Facts(words="AX T2", fat_suppressed=True), Role.STIR),
        (Facts(words="AX T2", b_value=800), Role.DWI),
        (Facts(scanning_sequence=("EP", "RM"), repetition_time=9000, echo_time=82, b_value=0), Role.DWI),
        (Facts(scanning_sequence=("EP", "GR"), repetition_time=2500, echo_time=28, b_value=0), Role.OTHER),
        (Facts(words="AX", image_type=("DERIVED", "PRIMARY", "DIFFUSION", "ADC")), Role.DWI),
        (Facts(words="t1 map", image_type=("ORIGINAL", "PRIMARY", "P")), Role.OTHER),
        (Facts(words="t2 perf", acquisition_contrast="PERFUSION"), Role.OTHER),
    ],
)
def test_facts(facts: Facts, role: Role) -> None:
    assert guess_role(facts) is role


@pytest.mark.parametrize(("name", "mask"), [("mask", True), ("T1w_seg", True), ("labels-final", True), ("t1", False)])
def test_masks(name: str, mask: bool) -> None:
    assert looks_like_mask(name) is mask


@pytest.mark.parametrize(
    ("facts", "auxiliary"),
    [
        (Facts(words="localizer"), True),
        (Facts(words="gre_field_mapping"), True),
        (Facts(words="t1", image_type=("ORIGINAL", "PRIMARY", "PHASE MAP")), True),
        (Facts(words="x", acquisition_contrast="PERFUSION"), True),
        (Facts(words="ax special"), False),
        (Facts(words="dwi tracew mapping"), False),
        (Facts(words="adc", image_type=("DERIVED", "PRIMARY", "M", "ADC")), False),
    ],
)
def test_what_is_no_picture_of_the_anatomy(facts: Facts, auxiliary: bool) -> None:
    assert is_auxiliary(facts) is auxiliary

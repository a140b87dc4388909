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
        ("t2_tirm_tra_dark-fluid", Role.FLAIR),
        ("t1_tirm_tra_dark-fluid", Role.T1W),
        ("t2_spc_dark-fluid_sag_p2_iso", Role.FLAIR),
        ("Ax T1 FLAIR", Role.T1W),
        ("Ax T1 FLAIR +C", Role.T1W_GD),
        ("t2_tirm_cor", Role.STIR),
        ("T1 TSE tra vor KM", Role.T1W),
        ("T1 TSE tra nach KM", Role.T1W_GD),
        ("T1 SE ax sans", Role.T1W),
        ("Ax T2* GRE", Role.OTHER),
        ("t2_fl2d_tra_hemo", Role.OTHER),
        ("t2_map", Role.OTHER),
        ("WATER: Ax T2 FSE Flex", Role.STIR),
        ("FAT: Ax T2 FSE Flex", Role.OTHER),
        ("InPhase: Ax T2 FSE Flex", Role.T2W),
        ("OutPhase: Ax T1 LAVA Flex", Role.OTHER),
        ("t2_tse_dixon_tra_F", Role.OTHER),
        ("t2_tse_dixon_tra_W", Role.STIR),
        ("t2_tse_dixon_tra_in", Role.T2W),
        ("t2_tse_dixon_tra_opp", Role.OTHER),
        ("t1_vibe_dixon_tra_W", Role.T1W),
        ("Ax T2 FAT SAT", Role.STIR),
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
        (Facts(words="t2_tirm_tra", inversion_time=2500), Role.FLAIR),
        (Facts(words="t2_tirm_cor", inversion_time=220), Role.STIR),
        (Facts(words="pd+t2_tse_tra", scanning_sequence=("SE",), echo_time=12), Role.OTHER),
        (Facts(words="pd+t2_tse_tra", scanning_sequence=("SE",), echo_time=96), Role.T2W),
        (Facts(words="t2_stir_tra", scanning_sequence=("SE", "IR"), echo_time=30), Role.STIR),
        (Facts(words="Ax T2 merge", scanning_sequence=("GR",), echo_time=20), Role.OTHER),
        (Facts(words="t2 grase", scanning_sequence=("SE", "GR"), echo_time=90), Role.T2W),
        (Facts(words="t1_vibe_fs_tra_post", image_type=("DERIVED", "PRIMARY", "M", "SUB")), Role.OTHER),
        (Facts(words="T2W_TSE_mDIXON", image_type=("DERIVED", "PRIMARY", "F", "F")), Role.OTHER),
        (Facts(words="T2W_TSE_mDIXON", image_type=("DERIVED", "PRIMARY", "W", "W")), Role.STIR),
        (Facts(words="T2W_TSE_mDIXON", image_type=("DERIVED", "PRIMARY", "IP", "IP")), Role.T2W),
        (Facts(words="T2W_TSE_mDIXON", image_type=("DERIVED", "PRIMARY", "OP", "OP")), Role.OTHER),
        (
            Facts(words="T1 mDIXON", image_type=("DERIVED", "PRIMARY", "IN_PHASE", "NONE"), contrast_agent=True),
            Role.T1W_GD,
        ),
        (Facts(words="T1 mDIXON", image_type=("DERIVED", "PRIMARY", "FAT_FRACTION", "NONE")), Role.OTHER),
        (Facts(words="Ax special", protocol="t1_tse_tra"), Role.T1W),
        (Facts(words="t2_tse_tra", protocol="t1_tse_tra"), Role.T2W),
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
        (Facts(words="T1 mDIXON in phase", image_type=("DERIVED", "PRIMARY", "IN_PHASE")), False),
        (Facts(words="T1 mDIXON", image_type=("DERIVED", "PRIMARY", "FAT")), True),
        (Facts(words="T1 mDIXON", image_type=("DERIVED", "PRIMARY", "OPP_PHASE")), True),
        (Facts(words="t1_vibe_post_SUB", image_type=("DERIVED", "PRIMARY", "SUB")), True),
        (Facts(words="dwi tracew mapping"), False),
        (Facts(words="adc", image_type=("DERIVED", "PRIMARY", "M", "ADC")), False),
    ],
)
def test_what_is_no_picture_of_the_anatomy(facts: Facts, auxiliary: bool) -> None:
    assert is_auxiliary(facts) is auxiliary

"""Telex and VNI keys become syllables, and plain words are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vietnamese.syllables import canonical, fold, syllables, untoned
from vietnamese.typing import KeyDecoder

KNOWN = syllables("đăng ký kết hôn khai sinh giấy phép lái xe được thương việt thuế tỉ trí tuệ hòa nước trương tưởng")
DECODER = KeyDecoder({untoned(s): (s, 50) for s in KNOWN}, {fold(s): 50 for s in KNOWN})


@pytest.mark.parametrize(
    ("typed", "meant", "method"),
    [
        ("ddawng", "đăng", "telex"),
        ("kys", "ký", "telex"),
        ("keets", "kết", "telex"),
        ("hoon", "hôn", "telex"),
        ("giaasy", "giấy", "telex"),
        ("phesp", "phép", "telex"),
        ("dduwowcj", "được", "telex"),
        ("thuowng", "thương", "telex"),
        ("vieetj", "việt", "telex"),
        ("hoaf", "hòa", "telex"),
        ("d9ang8", "đăng", "vni"),
        ("ky1", "ký", "vni"),
        ("giay61", "giấy", "vni"),
        ("nuoc71", "nước", "vni"),
    ],
)
def test_residue_is_decoded(typed: str, meant: str, method: str) -> None:
    decoded = DECODER.decode(typed)
    assert decoded is not None
    assert (canonical(decoded[0]), decoded[1]) == (canonical(meant), method)


@pytest.mark.parametrize(
    "token", ["tri", "tue", "xe", "dang", "hon", "abc", "trương", "windows", "15", "x", "2024", "a1b2", ""]
)
def test_plain_tokens_are_left_alone(token: str) -> None:
    assert DECODER.decode(token) is None


@given(st.text(max_size=20))
def test_no_token_breaks_the_decoder(token: str) -> None:
    DECODER.decode(token.lower())

"""Bytes of every age come out as composed Vietnamese."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.charset import decode

PHRASE = "Thủ tục hành chính về đăng ký khai sinh, người dân nộp tại ủy ban nhân dân xã"


def test_plain_utf8_has_no_notes() -> None:
    assert decode(PHRASE.encode(), "text/html; charset=utf-8") == decode(PHRASE.encode())
    assert decode(PHRASE.encode()).notes == ()


@pytest.mark.parametrize("declared", ["text/html; charset=windows-1252", "text/html; charset=iso-8859-1"])
def test_what_the_bytes_are_wins_over_what_the_server_declares(declared: str) -> None:
    found = decode(PHRASE.encode(), declared)
    assert (found.text, found.charset, found.notes) == (PHRASE, "utf-8", ("wrong_charset",))


def test_a_declaration_in_the_page_is_compared_too() -> None:
    assert "wrong_charset" in decode(b'<meta charset="windows-1258">' + PHRASE.encode()).notes


def test_windows_1258_is_read_and_composed() -> None:
    # The code page has letters with hats, and tones as combining marks after them.
    apart = "".join(
        unicodedata.normalize("NFC", base) + marks for letter in PHRASE for base, marks in [_tone_apart(letter)]
    )
    found = decode(apart.encode("cp1258"), "text/html; charset=windows-1258")
    assert (found.text, found.charset, found.notes) == (PHRASE, "windows-1258", ())


def _tone_apart(letter: str) -> tuple[str, str]:
    parts = unicodedata.normalize("NFD", letter)
    tones = "".join(mark for mark in parts if mark in "\u0300\u0301\u0303\u0309\u0323")
    return "".join(part for part in parts if part not in tones), tones


def test_tcvn3_is_converted() -> None:
    found = decode("<p>Thñ tôc hµnh chÝnh ®¨ng ký khai sinh</p>".encode("latin-1"))
    assert (found.text, found.notes) == ("<p>Thủ tục hành chính đăng ký khai sinh</p>", ("tcvn3",))


def test_tcvn3_in_one_part_of_a_unicode_page_leaves_the_rest_alone() -> None:
    found = decode("<h1>Tin tức © 2018</h1><p>Thñ tôc hµnh chÝnh ®¨ng ký</p>".encode())
    assert found.text == "<h1>Tin tức © 2018</h1><p>Thủ tục hành chính đăng ký</p>"
    assert "tcvn3" in found.notes


def test_vni_is_converted() -> None:
    found = decode("<p>Thuû tuïc haønh chính, uûy ban nhaân daân, ñaêng kyù, cöûa, ngöôøi</p>".encode())
    assert found.text == "<p>Thủ tục hành chính, ủy ban nhân dân, đăng ký, cửa, người</p>"
    assert found.notes == ("vni",)


def test_utf8_read_once_as_windows_1252_is_mended() -> None:
    scrambled = "".join(
        bytes([byte]).decode("cp1252", "replace") if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(byte)
        for byte in PHRASE.encode()
    )
    found = decode(scrambled.encode())
    assert (found.text, found.notes) == (PHRASE, ("mojibake",))


def test_decomposed_letters_are_said() -> None:
    assert decode(unicodedata.normalize("NFD", PHRASE).encode()).notes == ("nfd",)


@pytest.mark.parametrize(
    "text", ["© 2018 UBND xã Mẫu ®", "20°C ± 5, ½ ngày, «trích»", "Café Müller, Ñoño, Zoë, Ångström"]
)
def test_signs_and_foreign_names_are_left_alone(text: str) -> None:
    assert decode(text.encode()).text == text


@given(
    st.binary(max_size=300),
    st.sampled_from(["", "text/html; charset=utf-16", "text/html; charset=none", "text/html; charset=cp1258"]),
)
def test_any_bytes_are_decoded_and_composed(body: bytes, content_type: str) -> None:
    assert unicodedata.is_normalized("NFC", decode(body, content_type).text)

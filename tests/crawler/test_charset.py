"""Bytes of every age come out as composed Vietnamese."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.charset import _TCVN3_BYTES, _TCVN3_LETTERS, _VNI_LETTERS, _VNI_MARKS, decode

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


SENTENCES = st.lists(
    st.sampled_from(
        ["Thông báo về việc niêm yết danh sách hộ nghèo", "Ủy ban nhân dân xã đã tổ chức hội nghị", "Người dân nộp hồ sơ ở bộ phận một cửa",
         "Quyết định công bố thủ tục hành chính", "giấy chứng nhận quyền sử dụng đất", "kế hoạch phòng, chống lụt bão năm 2018"]
    ),
    min_size=1, max_size=6,
)  # fmt: skip
_IN_TCVN3 = str.maketrans(_TCVN3_LETTERS, _TCVN3_BYTES)


def in_vni(text: str) -> str:
    singles = {letter: sign for sign, letter in _VNI_LETTERS.items() if letter not in "ơƠưƯ"}
    horns = {"ơ": "ô", "ư": "ö", "Ơ": "Ô", "Ư": "Ö"}
    marks = {mark: sign for sign, mark in _VNI_MARKS.items()}
    found = []
    for letter in text:
        apart = unicodedata.normalize("NFD", letter)
        if letter in "íìÍÌ":
            found.append(letter)  # the code page has them as they are
        elif letter in singles:
            found.append(singles[letter])
        elif "\u031b" in apart:
            rest = apart[1:].replace("\u031b", "")
            found.append(horns[unicodedata.normalize("NFC", apart[0] + "\u031b")] + (marks[rest] if rest else ""))
        elif len(apart) > 1:
            order = sorted(apart[1:], key=lambda mark: mark not in "\u0302\u0306")
            found.append(apart[0] + marks["".join(order)])
        else:
            found.append(letter)
    return "".join(found)


@given(SENTENCES, st.booleans())
def test_any_text_in_tcvn3_comes_back_also_beside_unicode(sentences: list[str], beside: bool) -> None:
    plain = "".join(f"<p>{line.lower()}</p>" for line in sentences)
    head = "<h1>Cổng thông tin điện tử © 2018</h1>" if beside else ""
    found = decode((head + plain.translate(_IN_TCVN3)).encode())
    assert (found.text, found.notes) == (head + plain, ("tcvn3",))


@given(SENTENCES, st.booleans())
def test_any_text_in_vni_comes_back_also_beside_unicode(sentences: list[str], beside: bool) -> None:
    plain = "".join(f"<p>{line}</p>" for line in sentences)
    head = "<h1>Cổng thông tin điện tử © 2018</h1>" if beside else ""
    found = decode((head + in_vni(plain)).encode())
    assert (found.text, found.notes) == (head + plain, ("vni",))


@given(SENTENCES)
def test_any_text_in_windows_1258_comes_back(sentences: list[str]) -> None:
    plain = "".join(f"<p>{line}</p>" for line in sentences)
    apart = "".join(unicodedata.normalize("NFC", base) + marks for base, marks in map(_tone_apart, plain))
    found = decode(apart.encode("cp1258"))
    assert (found.text, found.charset) == (plain, "windows-1258")


@given(SENTENCES)
def test_unicode_text_is_never_changed(sentences: list[str]) -> None:
    text = "".join(f"<p>{line} © «{line}» ½</p>" for line in sentences)
    assert (decode(text.encode()).text, decode(text.encode()).notes) == (text, ())


def test_capitals_in_a_font_of_capitals_stay_capitals() -> None:
    page = '<p><font face=".VnTimeH">Uû ban nh©n d©n</font> <font face=".VnTime">huyÖn</font></p>'
    assert "UỶ BAN NHÂN DÂN" in decode(page.encode()).text
    assert ">huyện<" in decode(page.encode()).text


@given(
    st.binary(max_size=300),
    st.sampled_from(["", "text/html; charset=utf-16", "text/html; charset=none", "text/html; charset=cp1258"]),
)
def test_any_bytes_are_decoded_and_composed(body: bytes, content_type: str) -> None:
    assert unicodedata.is_normalized("NFC", decode(body, content_type).text)

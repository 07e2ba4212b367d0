"""Bytes of every age come out as composed Vietnamese."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from old_letters import IN_TCVN3, IN_UNICODE, PHRASE, SENTENCES, in_vni, tone_apart

from crawler.charset import decode


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
        unicodedata.normalize("NFC", base) + marks for letter in PHRASE for base, marks in [tone_apart(letter)]
    )
    found = decode(apart.encode("cp1258"), "text/html; charset=windows-1258")
    assert (found.text, found.charset, found.notes) == (PHRASE, "windows-1258", ())


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


@given(SENTENCES)
def test_any_text_in_windows_1258_comes_back(sentences: list[str]) -> None:
    plain = "".join(f"<p>{line}</p>" for line in sentences)
    apart = "".join(unicodedata.normalize("NFC", base) + marks for base, marks in map(tone_apart, plain))
    found = decode(apart.encode("cp1258"))
    assert (found.text, found.charset) == (plain, "windows-1258")


@given(SENTENCES)
def test_unicode_text_is_never_changed(sentences: list[str]) -> None:
    text = "".join(f"<p>{line} © «{line}» ½</p>" for line in sentences)
    assert (decode(text.encode()).text, decode(text.encode()).notes) == (text, ())


@given(
    st.binary(max_size=300),
    st.sampled_from(["", "text/html; charset=utf-16", "text/html; charset=none", "text/html; charset=cp1258"]),
)
def test_any_bytes_are_decoded_and_composed(body: bytes, content_type: str) -> None:
    assert unicodedata.is_normalized("NFC", decode(body, content_type).text)


@pytest.mark.parametrize("often", [1, 40])
@pytest.mark.parametrize(
    ("raw", "new", "note"),
    [
        ("<div>Trung tâm hành chính công</div>".encode("cp1258") * 2, "<div>Trung tâm hành chính công</div>" * 2, "wrong_charset"),
        ("<div>cấp giâìy chýìng nhâòn</div>".replace("ấ", "âì").encode("latin-1"), "<div>cấp giấy chứng nhận</div>", "windows-1258"),
        ("<div>Thñ tôc hµnh chÝnh ®¨ng ký</div>".encode("latin-1"), "<div>Thủ tục hành chính đăng ký</div>", "tcvn3"),
        ("<div>Thuû tuïc haønh chính, uûy ban</div>".encode("latin-1"), "<div>Thủ tục hành chính, ủy ban</div>", "vni"),
    ],
    ids=["windows-1252", "windows-1258", "tcvn3", "vni"],
)  # fmt: skip
def test_raw_bytes_of_an_old_encoding_in_a_utf8_page_are_read_apart(
    often: int, raw: bytes, new: str, note: str
) -> None:
    found = decode(IN_UNICODE.encode() * often + raw + IN_UNICODE.encode())
    assert (found.text, found.charset) == (IN_UNICODE * often + new + IN_UNICODE, "utf-8")
    assert note in found.notes


@given(SENTENCES, SENTENCES, st.sampled_from(["tcvn3", "vni", "windows-1258"]))
def test_the_utf8_part_survives_any_raw_part(before: list[str], raw: list[str], encoding: str) -> None:
    lines = "".join(f"<p>{line.lower()}</p>" for line in raw)
    apart = "".join(unicodedata.normalize("NFC", base) + marks for base, marks in map(tone_apart, lines))
    coded = {
        "tcvn3": lines.translate(IN_TCVN3).encode("latin-1"),
        "vni": in_vni(lines).encode("latin-1"),
        "windows-1258": apart.encode("cp1258"),
    }
    top = "".join(f"<h2>{line}</h2>" for line in before)
    assert decode(IN_UNICODE.encode() + top.encode() + coded[encoding]).text == IN_UNICODE + top + lines


def test_a_letter_cut_in_two_is_a_broken_byte_and_nothing_else() -> None:
    found = decode("<p>Ủy ban nhân dân tỉnh, thành ph".encode() + "ố".encode()[:2] + "…</p>".encode())
    assert (found.text, found.notes) == ("<p>Ủy ban nhân dân tỉnh, thành ph\ufffd…</p>", ("broken_bytes",))


def test_windows_1258_seen_as_1252_inside_unicode_is_converted() -> None:
    found = decode("<h1>Ủy ban nhân dân</h1><p>câìp giâìy chýìng nhâòn</p>".encode(), "text/html; charset=utf-8")
    assert found.text == "<h1>Ủy ban nhân dân</h1><p>cấp giấy chứng nhận</p>"
    assert found.notes == ("wrong_charset", "windows-1258")


@pytest.mark.parametrize("content_type", ["", "text/html; charset=utf-16", "text/html; charset=utf-16be"])
def test_utf16_is_believed_only_when_the_bytes_show_it(content_type: str) -> None:
    page = f"<meta charset=utf-16><p>{PHRASE}</p>"
    assert (decode(page.encode(), content_type).text, decode(page.encode(), content_type).charset) == (page, "utf-8")
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        found = decode(page.encode(encoding), content_type)
        assert (found.text, found.charset, found.notes) == (page, "utf-16", ())


@pytest.mark.parametrize(
    "body",
    [
        (".VnTime " + "®©" * 50_000 + "a müß zöñ").encode(),
        (" .VnTime " + "a" * 100_000 + " müßx zöñx").encode(),
        (" .VnTime " + "<" * 100_000 + " müßx zöñx").encode(),
        "ạạ ".encode() + bytes(range(128, 256)) * 800,
        ('<p style="font-family:.VnTime">' * 3_000 + "<b>" * 30_000 + "§Aü" + "</i>" * 30_000).encode(),
    ],
    ids=["signs", "one word", "open tags", "raw bytes", "nested"],
)
def test_hostile_bytes_are_decoded(body: bytes) -> None:
    """In a second or two each; a pattern that takes the square of their length makes the suite stand still for minutes."""
    assert unicodedata.is_normalized("NFC", decode(body).text)

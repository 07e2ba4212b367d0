"""Bytes of every age come out as composed Vietnamese."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.charset import decode, mended
from crawler.old_fonts import _TCVN3_BYTES, _TCVN3_LETTERS, _VNI_LETTERS, _VNI_MARKS

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


@pytest.mark.parametrize(
    ("old", "new"),
    [("Leä phí", "Lệ phí"), ("Soá: 123/QÑ-UBND", "Số: 123/QĐ-UBND"), ("Ngaøy 5 thaùng 6", "Ngày 5 tháng 6")],
)
def test_text_in_a_font_of_vni_is_not_read_as_tcvn3(old: str, new: str) -> None:
    found = decode(f'<p style="font-family:VNI-Times">{old}</p>'.encode())
    assert (found.text, found.notes) == (f'<p style="font-family:VNI-Times">{new}</p>', ("vni",))


LINES = "Tên thủ tục: Đăng ký khai sinh\nCơ quan thực hiện: Sở Tư pháp\nLệ phí: không\nSố: 123/QĐ-UBND\nKết quả: Giấy khai sinh"


def test_short_lines_follow_what_the_rest_of_the_page_is_in() -> None:
    assert decode(in_vni(LINES).encode()).text == LINES
    assert mended(in_vni(LINES)) == (LINES, ("vni",))
    assert mended(LINES.translate(_IN_TCVN3)) == (LINES, ("tcvn3",))


@pytest.mark.parametrize("line", ["Ngày 12 tháng 3", "Thông tin chính", "Báo cáo quý I", "Nhà văn hóa xã"])
def test_a_line_of_unicode_beside_lines_of_an_old_encoding_is_left_alone(line: str) -> None:
    assert mended(f"{LINES.translate(_IN_TCVN3)}\n{line}") == (f"{LINES}\n{line}", ("tcvn3",))
    assert mended(f"{in_vni(LINES)}\n{line}") == (f"{LINES}\n{line}", ("vni",))


def test_each_of_two_fonts_on_a_page_is_read_by_its_own_name() -> None:
    page = '<td style="font-family:.VnTime">LÖ phÝ</td><td style="font-family:VNI-Times">Leä phí</td><td>Lệ phí © 2018</td>'
    found = decode(page.encode())
    assert found.text.count("Lệ phí") == 3
    assert found.notes == ("tcvn3", "vni")


def test_what_no_reading_makes_vietnamese_is_left_untouched() -> None:
    page = '<p style="font-family:VNI-Times">Müßig, Ñoño, Þórð, Ångström</p>'
    assert (decode(page.encode()).text, decode(page.encode()).notes) == (page, ())


IN_UNICODE = "<p>Ủy ban nhân dân tỉnh công bố danh mục thủ tục.</p>"


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
    apart = "".join(unicodedata.normalize("NFC", base) + marks for base, marks in map(_tone_apart, lines))
    coded = {
        "tcvn3": lines.translate(_IN_TCVN3).encode("latin-1"),
        "vni": in_vni(lines).encode("latin-1"),
        "windows-1258": apart.encode("cp1258"),
    }
    top = "".join(f"<h2>{line}</h2>" for line in before)
    assert decode(IN_UNICODE.encode() + top.encode() + coded[encoding]).text == IN_UNICODE + top + lines


def test_a_letter_cut_in_two_is_a_broken_byte_and_nothing_else() -> None:
    found = decode("<p>Ủy ban nhân dân tỉnh, thành ph".encode() + "ố".encode()[:2] + "…</p>".encode())
    assert (found.text, found.notes) == ("<p>Ủy ban nhân dân tỉnh, thành ph\ufffd…</p>", ("broken_bytes",))


@pytest.mark.parametrize(
    "page",
    [
        "<p>Th&ntilde; t&ocirc;c c&Ecirc;p gi&Ecirc;y</p>",
        "<p>Th&#241; t&#244;c c&#202;p gi&#202;y</p>",
        "<p>Th&#xF1; t&#xf4;c c&#xCA;p gi&#xCA;y</p>",
        "<p>Thñ t&ocirc;c cÊp gi&#202;y</p>",
    ],
)
def test_old_letters_written_as_entities_are_converted(page: str) -> None:
    assert (decode(page.encode()).text, decode(page.encode()).notes) == ("<p>Thủ tục cấp giấy</p>", ("tcvn3",))
    named = page.replace("<p>", '<p style="font-family:.VnTime">')
    assert "Thủ tục cấp giấy" in decode(named.encode()).text


@pytest.mark.parametrize(
    "page",
    [
        "<p>S&ocirc;ng H&agrave;n, T&acirc;n B&igrave;nh &copy; 2018 &nbsp; &lt;b&gt; &amp;ntilde;</p>",
        "<p>Se&ntilde;or M&uuml;ller, &#197;ngstr&#246;m &reg;</p>",
        '<p style="font-family:.VnTime">&lt;p&gt; &amp;ntilde; &quot;Thủ tục&quot; &copy; 2018</p>',
    ],
)
def test_other_entities_stay_as_they_are_written(page: str) -> None:
    assert (decode(page.encode()).text, decode(page.encode()).notes) == (page, ())


def test_windows_1258_seen_as_1252_inside_unicode_is_converted() -> None:
    found = decode("<h1>Ủy ban nhân dân</h1><p>câìp giâìy chýìng nhâòn</p>".encode(), "text/html; charset=utf-8")
    assert found.text == "<h1>Ủy ban nhân dân</h1><p>cấp giấy chứng nhận</p>"
    assert found.notes == ("wrong_charset", "windows-1258")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("NH¢N D¢N", "NHÂN DÂN"),
        ("Q§-UBND", "QĐ-UBND"),
        ("Số 12/Q§-UBND ngày 5", "Số 12/QĐ-UBND ngày 5"),
        ("§IỀU KIỆN", "ĐIỀU KIỆN"),
    ],
)
def test_capitals_in_a_font_of_small_letters_are_converted(old: str, new: str) -> None:
    found = decode(f'<p style="font-family:.VnTime">{old}</p>'.encode())
    assert (found.text, found.notes) == (f'<p style="font-family:.VnTime">{new}</p>', ("tcvn3",))


@pytest.mark.parametrize("text", ["Xem § 5, ¢ và £5, ¥100", "Müller, Thủ tục © 2018", "20°C ± 5, ½ ngày, 5 m²"])
def test_signs_in_a_page_with_an_old_font_are_left_alone(text: str) -> None:
    page = f'<p style="font-family:.VnTime">{text}</p>'
    assert (decode(page.encode()).text, decode(page.encode()).notes) == (page, ())


@pytest.mark.parametrize("content_type", ["", "text/html; charset=utf-16", "text/html; charset=utf-16be"])
def test_utf16_is_believed_only_when_the_bytes_show_it(content_type: str) -> None:
    page = f"<meta charset=utf-16><p>{PHRASE}</p>"
    assert (decode(page.encode(), content_type).text, decode(page.encode(), content_type).charset) == (page, "utf-8")
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        found = decode(page.encode(encoding), content_type)
        assert (found.text, found.charset, found.notes) == (page, "utf-16", ())


FOREIGN = [
    "Le système français de santé a été créé à l'époque; Noël, maïs, où, ça, élève",
    "Das Gesetz über die öffentliche Ordnung für Bürger, größer schön natürlich müssen",
    "El señor Muñoz recibió una pensión según la ley española, también niño mañana",
    "A Comissão das Nações não aprovou as ações; São Paulo, João, você, três",
    "Göteborg, Malmö, Ångström, från, på, även, största; København, økonomi, første, også",
]


@pytest.mark.parametrize("style", ["", "font-family:.VnTime", "font-family:VNI-Times"])
@given(st.lists(st.sampled_from(FOREIGN), min_size=1, max_size=4))
def test_other_languages_are_left_alone(style: str, lines: list[str]) -> None:
    page = IN_UNICODE + "".join(f'<p style="{style}">{line}</p>' for line in lines)
    assert (decode(page.encode()).text, decode(page.encode()).notes) == (page, ())
    assert mended("\n".join(lines)) == ("\n".join(lines), ())


@pytest.mark.parametrize(
    "line",
    [
        "Abandon de la validation dû à un corps de message de validation vide.",
        "«%s» non è un carattere valido dopo un carattere «»; non può dare inizio a un nome",
        "Gültige Objekttypen sind »%c«, »%c«, »%c«, »%c«, »%c«.",
    ],
)
def test_one_word_that_an_old_encoding_would_mend_is_chance(line: str) -> None:
    page = f"{IN_UNICODE}<p>{line}</p><p>Jürgen Müßig</p>"
    assert (decode(page.encode()).text, decode(page.encode()).notes) == (page, ())


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

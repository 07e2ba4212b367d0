"""TCVN3 and VNI are read as Vietnamese, by letters and by the fonts that are named; nothing else is taken for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from old_letters import IN_TCVN3, IN_UNICODE, SENTENCES, in_vni

from crawler.charset import decode, mended


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


@given(SENTENCES, st.booleans())
def test_any_text_in_tcvn3_comes_back_also_beside_unicode(sentences: list[str], beside: bool) -> None:
    plain = "".join(f"<p>{line.lower()}</p>" for line in sentences)
    head = "<h1>Cổng thông tin điện tử © 2018</h1>" if beside else ""
    found = decode((head + plain.translate(IN_TCVN3)).encode())
    assert (found.text, found.notes) == (head + plain, ("tcvn3",))


@given(SENTENCES, st.booleans())
def test_any_text_in_vni_comes_back_also_beside_unicode(sentences: list[str], beside: bool) -> None:
    plain = "".join(f"<p>{line}</p>" for line in sentences)
    head = "<h1>Cổng thông tin điện tử © 2018</h1>" if beside else ""
    found = decode((head + in_vni(plain)).encode())
    assert (found.text, found.notes) == (head + plain, ("vni",))


def test_capitals_in_a_font_of_capitals_stay_capitals() -> None:
    page = '<p><font face=".VnTimeH">Uû ban nh©n d©n</font> <font face=".VnTime">huyÖn</font></p>'
    assert "UỶ BAN NHÂN DÂN" in decode(page.encode()).text
    assert ">huyện<" in decode(page.encode()).text


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
    assert mended(LINES.translate(IN_TCVN3)) == (LINES, ("tcvn3",))


@pytest.mark.parametrize("line", ["Ngày 12 tháng 3", "Thông tin chính", "Báo cáo quý I", "Nhà văn hóa xã"])
def test_a_line_of_unicode_beside_lines_of_an_old_encoding_is_left_alone(line: str) -> None:
    assert mended(f"{LINES.translate(IN_TCVN3)}\n{line}") == (f"{LINES}\n{line}", ("tcvn3",))
    assert mended(f"{in_vni(LINES)}\n{line}") == (f"{LINES}\n{line}", ("vni",))


def test_each_of_two_fonts_on_a_page_is_read_by_its_own_name() -> None:
    page = '<td style="font-family:.VnTime">LÖ phÝ</td><td style="font-family:VNI-Times">Leä phí</td><td>Lệ phí © 2018</td>'
    found = decode(page.encode())
    assert found.text.count("Lệ phí") == 3
    assert found.notes == ("tcvn3", "vni")


def test_what_no_reading_makes_vietnamese_is_left_untouched() -> None:
    page = '<p style="font-family:VNI-Times">Müßig, Ñoño, Þórð, Ångström</p>'
    assert (decode(page.encode()).text, decode(page.encode()).notes) == (page, ())


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

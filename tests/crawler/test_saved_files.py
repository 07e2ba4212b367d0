"""Files that office programs saved in another format than their name says."""

from __future__ import annotations

import base64
import quopri
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_documents import BASE, read

from crawler.documents import is_document, read_document
from crawler.documents.extract import Condition
from crawler.page import RawPage

WORD = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<?mso-application progid="Word.Document"?>
<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"
 xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint">
<w:styles><w:style w:type="paragraph"><w:name w:val="Normal"/></w:style></w:styles>
<w:body><wx:sect><w:p><w:r><w:t>DANH MỤC THỦ TỤC HÀNH CHÍNH</w:t></w:r></w:p>
<w:p><w:r><w:t>ban hành kèm theo </w:t></w:r><w:r><w:t>Quyết định số 1187/QĐ-UBND</w:t></w:r></w:p>
<w:tbl>{
    "".join(
        f"<w:tr>{''.join(f'<w:tc><w:p><w:r><w:t>{cell}</w:t></w:r></w:p></w:tc>' for cell in row)}</w:tr>"
        for row in (
            ("STT", "Mã thủ tục", "Tên thủ tục", "Thời hạn giải quyết"),
            ("1", "1.001193", "Đăng ký khai sinh", "Ngay trong ngày"),
            ("2", "1.000894", "Đăng ký kết hôn", "03 ngày làm việc"),
        )
    )
}</w:tbl><w:sectPr><w:hdr><w:p><w:r><w:t>Trang</w:t></w:r></w:p></w:hdr></w:sectPr></wx:sect></w:body></w:wordDocument>""".encode()

EXCEL = """\ufeff<?xml version="1.0"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="DS"><Table>
<Row><Cell ss:MergeAcross="3"><Data ss:Type="String">DANH MỤC THỦ TỤC</Data></Cell></Row>
<Row><Cell><Data ss:Type="String">STT</Data></Cell><Cell><Data ss:Type="String">Mã</Data></Cell>
<Cell><Data ss:Type="String">Tên</Data></Cell><Cell><Data ss:Type="String">Phí</Data></Cell></Row>
<Row><Cell><Data ss:Type="Number">1</Data></Cell><Cell><Data ss:Type="Number">1.00119</Data></Cell>
<Cell ss:Index="4"><Data ss:Type="String"><B xmlns="http://www.w3.org/TR/REC-html40">Miễn</B> phí</Data></Cell></Row>
</Table></Worksheet></Workbook>""".encode()

PAGE = "<html><head><meta charset='utf-8'></head><body><p>Tờ khai đăng ký khai sinh của công dân</p></body></html>".encode()


def an_mhtml(encoding: str = "quoted-printable", pages: int = 1) -> bytes:
    coded = base64.encodebytes(PAGE) if encoding == "base64" else quopri.encodestring(PAGE)
    part = (
        b"--x\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: "
        + encoding.encode()
        + b"\r\n\r\n"
    )
    head = b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"\r\n\r\nOnly for old readers\r\n'
    picture = b"--x\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n"
    return head + (part + coded + b"\r\n") * pages + picture + b"--x--\r\n"


@pytest.mark.parametrize("declared", ["application/msword", "text/xml", "application/octet-stream", ""])
def test_word_xml_is_read_with_its_tables(declared: str) -> None:
    reading = read_document(RawPage(f"{BASE}danh-muc.doc", 200, {"content-type": declared}, WORD))
    assert reading.notes == ("attachment_is_xml",)
    assert reading.text.splitlines() == [
        "DANH MỤC THỦ TỤC HÀNH CHÍNH",
        "ban hành kèm theo Quyết định số 1187/QĐ-UBND",
        "STT | Mã thủ tục | Tên thủ tục | Thời hạn giải quyết",
        "1 | 1.001193 | Đăng ký khai sinh | Ngay trong ngày",
        "2 | 1.000894 | Đăng ký kết hôn | 03 ngày làm việc",
    ]
    listed = [record.content for record in reading.records if record.kind == "procedure"]
    assert [getattr(content, "code", "") for content in listed] == ["1.001193", "1.000894"]


def test_excel_xml_is_read_where_its_cells_stand() -> None:
    content = read("ds.xls", EXCEL, "application/vnd.ms-excel")
    assert content.media_type == "application/vnd.ms-excel"
    assert content.text.splitlines() == ["DANH MỤC THỦ TỤC", "STT | Mã | Tên | Phí", "1 | 1.001190 | Miễn phí"]


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64"])
@pytest.mark.parametrize("name", ["to-khai.doc", "to-khai.xls"])
def test_a_page_with_its_pictures_in_one_file_is_read(name: str, encoding: str) -> None:
    reading = read_document(RawPage(BASE + name, 200, {"content-type": "application/octet-stream"}, an_mhtml(encoding)))
    assert (reading.text, reading.notes) == ("Tờ khai đăng ký khai sinh của công dân", ("attachment_is_mhtml",))


def test_every_page_of_such_a_file_is_read() -> None:
    assert read("so.xls", an_mhtml(pages=2)).text.count("Tờ khai") == 2


def test_what_holds_no_page_is_broken() -> None:
    body = b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"\r\n\r\n--x--\r\n'
    assert read("to-khai.doc", body, "application/msword").condition == "broken"


def test_a_page_and_a_feed_are_no_files() -> None:
    feed = b'<?xml version="1.0"?><rss xmlns:w="http://example.org/"><channel/></rss>'
    xhtml = b'<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"></html>'
    assert not is_document(RawPage(f"{BASE}rss.xml", 200, {"content-type": "text/xml"}, feed))
    assert not is_document(RawPage(f"{BASE}trang.html", 200, {"content-type": "text/html"}, xhtml))


def test_entities_are_not_resolved() -> None:
    bomb = b'<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    body = WORD.replace(b"<?mso", bomb + b"<?mso").replace(b"<w:t>", b"<w:t>&b;&f;", 1)
    text = read("danh-muc.doc", body, "application/msword").text
    assert "Quyết định số 1187/QĐ-UBND" in text
    assert "aaaa" not in text
    assert "root:" not in text


@given(
    st.sampled_from([WORD, EXCEL, an_mhtml()]),
    st.lists(st.tuples(st.integers(0), st.integers(0, 255)), max_size=30),
    st.integers(0),
)
@settings(max_examples=80)
def test_a_damaged_file_has_a_condition(whole: bytes, changes: list[tuple[int, int]], end: int) -> None:
    body = bytearray(whole)
    for place, value in changes:
        body[place % len(body)] = value
    assert read("tep.doc", bytes(body[: end % len(body) + 1]), "application/msword").condition in get_args(Condition)

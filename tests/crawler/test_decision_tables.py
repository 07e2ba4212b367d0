"""The tables of a decision become procedures, whatever kind of file it is."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import docx
import openpyxl
import pytest
from made_documents import BASE, a_docx, saved

from core.model import Procedure
from crawler.documents import read_document
from crawler.page import RawPage
from demo import files


def test_a_table_inside_a_table_is_read() -> None:
    document = docx.Document()
    for line in HEAD:
        document.add_paragraph(line)
    inner = document.add_table(1, 1).cell(0, 0).add_table(2, 3)
    for cells, texts in zip(inner.rows, ((*COLUMNS[1:4],), (*ROWS[0][1:4],)), strict=True):
        for cell, text in zip(cells.cells, texts, strict=True):
            cell.text = text
    assert [one.code for one in listed("qd.docx", saved(document))] == ["1.001193"]


HEAD = (
    "ỦY BAN NHÂN DÂN TỈNH MẪU",
    "Số: 1187/QĐ-UBND",
    "Mẫu, ngày 23 tháng 7 năm 2018",
    "QUYẾT ĐỊNH công bố danh mục thủ tục hành chính mới ban hành",
)


COLUMNS = ("STT", "Mã TTHC", "Tên thủ tục hành chính", "Thời hạn giải quyết", "Phí, lệ phí", "Căn cứ pháp lý")
GROUP = "I. Lĩnh vực Hộ tịch"
ROWS = (
    ("1", "1.001193", "Đăng ký khai sinh", "Trong ngày", "Miễn phí", "Luật Hộ tịch số 60/2014/QH13"),
    ("2", "1.000894", "Đăng ký kết hôn", "03 ngày làm việc", "15.000 đồng", "Luật Hộ tịch số 60/2014/QH13"),
)


def listed(name: str, body: bytes) -> list[Procedure]:
    reading = read_document(RawPage(BASE + name, 200, {}, body))
    assert reading.records[0].kind == "attachment"
    return [record.content for record in reading.records[1:] if isinstance(record.content, Procedure)]


def docx_decision(head: tuple[str, ...] = HEAD, *more: tuple[str, ...]) -> bytes:
    document = docx.Document()
    for line in head:
        document.add_paragraph(line)
    table = document.add_table(rows=0, cols=len(COLUMNS))
    for texts in (COLUMNS, (GROUP,) * len(COLUMNS), *ROWS, *more):
        cells = table.add_row().cells
        if len(set(texts)) == 1:
            cells[0].merge(cells[-1]).text = texts[0]
        else:
            for cell, text in zip(cells, texts, strict=True):
                cell.text = text
    return saved(document)


def xlsx_decision() -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for line in HEAD:
        sheet.append([line])
    sheet.append([None, *COLUMNS])
    sheet.append([None, GROUP])
    for row in ROWS:
        sheet.append([None, *row])
    return saved(workbook)


def pdf_decision() -> bytes:
    """A page with ruled tables, drawn with the letters of the box's PDF writer."""
    places = (30, 60, 120, 260, 350, 430, 565)
    lines = [*HEAD]
    shown = [f"1 0 0 1 40 {800 - 16 * n} Tm <{line.encode('utf-16-be').hex()}> Tj" for n, line in enumerate(lines)]
    rules = []
    grid = [COLUMNS, (GROUP,), *ROWS]
    top = 700
    for n, texts in enumerate(grid):
        y = top - 40 * n
        columns = places if len(texts) > 1 else (places[0], places[-1])
        for left, right in itertools.pairwise(columns):
            rules.append(f"{left} {y - 40} {right - left} 40 re S")
        for left, text in zip(columns, texts, strict=False):
            words, line, at = text.split(), "", y - 11
            for word in [*words, ""]:
                if not word or (len(f"{line} {word}") > 14 and len(texts) > 1):
                    shown.append(f"1 0 0 1 {left + 3} {at} Tm <{line.strip().encode('utf-16-be').hex()}> Tj")
                    line, at = "", at - 9
                line = f"{line} {word}"
    text = f"BT /F1 8 Tf {' '.join(shown)} ET {' '.join(rules)}".encode()
    letters = sorted({letter for texts in (*grid, lines) for part in texts for letter in part} | {" "})
    whole = files.pdf(["".join(letters)])
    old = whole[whole.index(b"stream\nBT") : whole.rindex(b"endstream")]
    return whole.replace(old, b"stream\n" + text + b"\n")


@pytest.mark.parametrize(
    ("name", "made"), [("a.docx", docx_decision), ("a.xlsx", xlsx_decision), ("a.pdf", pdf_decision)]
)
def test_the_procedures_of_a_decision_are_records_without_content(name: str, made: Callable[[], bytes]) -> None:
    body = made()
    found = listed(name, body)
    assert [(one.code, one.name) for one in found] == [
        ("1.001193", "Đăng ký khai sinh"),
        ("1.000894", "Đăng ký kết hôn"),
    ]
    assert all(one.list_only and one.sectors == ("Hộ tịch",) for one in found)
    assert {(one.decision_number, str(one.decision_date)) for one in found} == {("1187/QĐ-UBND", "2018-07-23")}
    assert found[1].channels[0].durations[0].text == "03 ngày làm việc"
    assert found[1].channels[0].durations[0].fees[0].amount == 15_000
    assert not found[0].state_raw


def test_repealed_procedures_are_marked_so() -> None:
    head = (*HEAD[:3], "QUYẾT ĐỊNH công bố danh mục thủ tục hành chính bị bãi bỏ")
    assert {one.state_raw for one in listed("a.docx", docx_decision(head))} == {"bị bãi bỏ"}


def test_a_form_with_a_table_lists_no_procedure() -> None:
    assert listed("a.docx", a_docx()) == []

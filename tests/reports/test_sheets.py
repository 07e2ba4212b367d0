"""The files open again and say what the store says, in Vietnamese form."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document
from sqlalchemy import insert, update

from core.settings import load_settings
from core.site_files import load_province
from core.states import FindingState, Verdict
from reports import document, files, sheets
from reports.sheets import Report
from reports.wording import day, evidence_text, percent
from store import findings, verdicts
from store.database import open_database
from store.findings import Finding
from store.tables import board_days
from store.tables import findings as findings_table
from store.verdicts import Judged
from tests.shared import new_store

CONFIG = Path(__file__).resolve().parents[2] / "config"
NOW = datetime(2018, 8, 9, 1, tzinfo=UTC)
TODAY = date(2018, 8, 9)
FORMULA = '=HYPERLINK("http://evil")\x07'


@pytest.fixture
def report(tmp_path: Path) -> Iterator[Report]:
    database = new_store(tmp_path / "store.db")
    proof = {"url": "http://stp/tin/1", "working_days": 1236}
    late = {"documents": [{"working_days": 4}, {"working_days": 7}]}
    with database.write() as connection:
        judged = [
            Judged("s-stp", Verdict.OVERDUE, "43.tin_tuc", "Lâu không có tin", section, date(2018, 7, 1), proof)
            for section in ("", "news")
        ]
        verdicts.replace(connection, [*judged, Judged("s-stp", Verdict.DUE, "x", "Chậm", "legal_docs")], NOW, TODAY)
        found = [
            Finding("late_posting", "s-stp", "2 văn bản đăng chậm", section="legal_docs", evidence=late),
            Finding("name_differs", "s-stp", FORMULA, code="1.000894", url="javascript:alert(1)"),
            Finding("outcome.dns", "s-stp", "việc của người vận hành"),
        ]
        findings.replace(connection, found, [], NOW)
        for n in range(40):  # June: 1 of 2 good; from July on: 3 of 4
            day = TODAY - timedelta(days=n)
            good = {"news": "fresh", "qna": "fresh", "about": "fresh", "contact": "due", "planning": "unknown"}
            kept: dict[str, Any] = good if day.month > 7 else {"news": "fresh", "qna": "overdue"}
            connection.execute(insert(board_days).values(site_id="s-stp", day=day, sections=kept, open_findings=n))
    with database.read() as connection:
        yield sheets.report(connection, load_province(CONFIG, "thanhhoa"), load_settings(), NOW, ("s-stp", "s-syt"))
    database.close()


def test_a_workbook_holds_real_dates_and_numbers(report: Report) -> None:
    book = openpyxl.load_workbook(io.BytesIO(files.as_xlsx(report)))
    place = book["Đơn vị × chuyên mục"]
    heads = [cell.value for cell in place[files.HEAD_ROW]]
    assert heads[:6] == [
        "Đơn vị", "Chuyên mục", "Kết luận", "Mục mới nhất", "Im lặng (ngày làm việc)", "Đăng chậm nhất (ngày làm việc)",
    ]  # fmt: skip
    rows = {row[1].value: row for row in place.iter_rows(min_row=files.HEAD_ROW + 1)}
    news = rows["Tin tức"]
    assert (news[0].value, news[2].value, news[4].value) == ("Sở Tư pháp", "Chậm cập nhật", 1236)
    assert news[3].value.date() == date(2018, 7, 1)
    assert (news[3].number_format, news[4].number_format) == ("dd/mm/yyyy", "[$-42A]#,##0")
    assert "NĐ 43/2011" in news[6].value
    assert news[8].hyperlink.target == "http://stp/tin/1"
    assert rows["Văn bản pháp luật"][5].value == 7
    assert place.freeze_panes == "B5"
    assert news[10].hyperlink.target == "http://127.0.0.1:8000/nguon/s-stp#news"
    assert news[2].fill.fgColor.rgb == "00FBDCD9"
    assert rows["Văn bản pháp luật"][2].fill.fgColor.rgb == "00FDECC8", "a look is not taken from another colour"
    assert (news[0].font.name, news[8].font.underline, news[0].font.underline) == ("Times New Roman", "single", None)


def test_a_text_that_looks_like_a_formula_stays_a_text(report: Report) -> None:
    book = openpyxl.load_workbook(io.BytesIO(files.as_xlsx(report)))
    rows = list(book["Việc cần làm"].iter_rows(min_row=files.HEAD_ROW + 1))
    differing = next(row for row in rows if row[3].value == "1.000894")
    assert differing[2].data_type == "s"
    assert differing[2].value == FORMULA.rstrip("\x07")
    assert differing[10].value is None, "javascript: is no link"
    assert not [row for row in rows if "vận hành" in str(row[2].value)]
    table = csv.reader(io.StringIO(files.as_csv(report.sheet("viec-can-lam")).removeprefix("\ufeff")), delimiter=";")
    assert [row for row in table if row[2].startswith("'=HYPERLINK")]


def test_an_address_too_long_for_a_link_stays_a_text(report: Report) -> None:
    address = f"http://stp/?q={'a' * files.LONGEST_LINK}"
    sheet = report.sheet("viec-can-lam")
    assert [column.kind for column in sheet.columns][10] == "link"
    row = (*sheet.rows[0][:10], address, *sheet.rows[0][11:])
    book = openpyxl.load_workbook(io.BytesIO(files.as_xlsx(replace(report, sheets=(replace(sheet, rows=[row]),)))))
    cell = book["Việc cần làm"].cell(files.HEAD_ROW + 1, 11)
    assert (cell.value, cell.hyperlink) == (address, None)


def test_the_score_sheet_compares_month_with_month_and_shows_what_is_unknown(report: Report) -> None:
    sheet = report.sheet("bang-diem")
    assert [column.title for column in sheet.columns][1:3] == ["Tháng 07/2018", "Tháng 08/2018"]
    first = sheet.rows[0]
    assert first == ("Sở Tư pháp", 0.5, 0.75, 25.0, 0.2, 2), "what is left is what the board counts now"
    assert sheet.rows[-1][0] == "Tất cả"
    assert sheet.rows[1] == ("Sở Y tế", None, None, None, None, 0), "what was never judged has no score"
    table = files.as_csv(sheet).splitlines()
    assert table[1] == "Sở Tư pháp;50,00 %;75,00 %;+25,00;20,00 %;2"
    place = openpyxl.load_workbook(io.BytesIO(files.as_xlsx(report)))["Bảng điểm theo tháng"]
    assert place["B5"].value == 0.5
    assert place["B5"].number_format == "[$-42A]0.00 %"


def test_what_is_put_off_is_listed_and_not_counted_as_left(report: Report, tmp_path: Path) -> None:
    database = open_database(tmp_path / "store.db")
    with database.write() as connection:
        late = findings_table.c.rule == "late_posting"
        connection.execute(update(findings_table).where(late).values(state=FindingState.SNOOZED.value))
    with database.read() as connection:
        later = sheets.report(connection, load_province(CONFIG, "thanhhoa"), load_settings(), NOW)
    database.close()
    assert [row[6] for row in later.sheet("viec-can-lam").rows] == ["Cần làm", "Đang hoãn"]
    assert len(later.to_do) == sum(site["open_findings"] for site in later.shown["sites"]) == 1
    assert [row[-1] for row in later.sheet("bang-diem").rows if row[0] in ("Sở Tư pháp", "Tất cả")] == [1, 1]
    read = Document(io.BytesIO(document.as_docx(later)))
    assert any("Còn 1 việc cần làm, 1 việc đang hoãn." in paragraph.text for paragraph in read.paragraphs)
    assert [row.cells[1].text for row in read.tables[1].rows] == ["Số việc", "1"]


def test_the_document_opens_again_with_its_tables(report: Report) -> None:
    read = Document(io.BytesIO(document.as_docx(report)))
    text = "\n".join(paragraph.text for paragraph in read.paragraphs)
    assert "TÌNH HÌNH CẬP NHẬT CÁC TRANG THÀNH PHẦN TỈNH THANH HÓA" in text
    assert "Số liệu đến ngày 09/8/2018" in text
    assert "2 trang thành phần: 0 cập nhật tốt; 0 cần cập nhật; 1 chậm cập nhật; 1 không xác định" in text
    assert "Chưa biết có thiếu thủ tục hay không ở 2 trang (100 %)" in text
    attention, kinds, scores, sections, to_do = read.tables
    assert attention.cell(1, 0).text == "Sở Tư pháp"
    assert attention.cell(1, 1).text == "▲ Chậm cập nhật"
    assert {row.cells[0].text for row in kinds.rows[1:]} == {
        "Đăng chậm so với thời hạn luật định", "Tên thủ tục khác với danh mục quốc gia",
    }  # fmt: skip
    assert scores.cell(1, 2).text == "75,00 %"
    heads = [cell.text for cell in sections.rows[0].cells]
    news = next(row for row in sections.rows if row.cells[1].text == "Tin tức")
    told = dict(zip(heads, (cell.text for cell in news.cells), strict=True))
    assert (told["Mục mới nhất"], told["Im lặng (ngày làm việc)"]) == ("01/7/2018", "1.236")
    assert told["Liên kết"] == "mở"
    assert news.cells[-1].paragraphs[0].hyperlinks[0].url == "http://stp/tin/1"
    assert "NĐ 43/2011" in told["Quy tắc"]
    assert len(to_do.rows) == 3
    proofs = [cell.paragraphs[0].hyperlinks[0].url for cell in to_do.columns[8].cells[1:]]
    assert len(set(proofs)) == 2
    assert all(url.startswith("http://127.0.0.1:8000/bang-chung/") for url in proofs)
    assert {cell.text for cell in to_do.columns[7].cells[1:]} == {""}, "javascript: is no link"
    assert all(round(sum(widths.values()), 1) == 25.2 for widths in document.ANNEXES.values())
    assert read.sections[0].page_width > read.sections[0].page_height


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (1236, "number", "1.236"), (0.9771, "percent", "97,71 %"), (None, "percent", ""), (-1.5, "points", "-1,50"),
        (date(2018, 8, 9), "day", "09/08/2018"), ("x", "text", "x"),
    ],
)  # fmt: skip
def test_values_are_written_as_a_vietnamese_reader_does(value: object, kind: str, text: str) -> None:
    assert files.form(value, kind) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [("2018-08-09", "09/8/2018"), ("2018-02-01", "01/02/2018"), ("2018-08-08T18:00:00+00:00", "09/8/2018"), (None, "")],
)
def test_a_day_is_written_as_in_official_papers(value: str | None, text: str) -> None:
    assert day(value) == text
    assert value is None or evidence_text(value) == text


def test_a_level_in_evidence_is_written_as_on_the_pages() -> None:
    assert evidence_text({"register": "mot_phan"}).endswith(": Trực tuyến một phần")
    assert evidence_text("Mức độ 3") == "Mức độ 3"


def test_a_share_without_a_denominator_is_no_zero() -> None:
    assert (percent(None), percent(1.0), percent(0.9833)) == ("–", "100 %", "98,33 %")

"""The report as a Word document on A4: a summary in words, what needs attention, the scores, and both tables in full."""

from __future__ import annotations

import io
from collections import Counter
from copy import deepcopy
from functools import cache
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from core.states import Verdict
from reports.files import form, plain
from reports.sheets import Kind, Report, Sheet, day_of
from reports.wording import day, number, percent, section

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

FONT = "Times New Roman"
"""NĐ 30/2020 phụ lục I: Times New Roman, 13–14 points, margins 20–25 / 30–35 / 15–20 mm."""


ANNEXES: dict[str, dict[str, float]] = {
    "chuyen-muc": {
        "Đơn vị": 5.2, "Chuyên mục": 3.8, "Kết luận": 3.2, "Mục mới nhất": 2.3, "Im lặng (ngày làm việc)": 2.2,
        "Đăng chậm nhất (ngày làm việc)": 2.4, "Quy tắc": 4.6, "Liên kết": 1.5,
    },
    "viec-can-lam": {
        "Đơn vị": 3.8, "Loại": 3.4, "Nội dung": 6.0, "Mã thủ tục": 1.9, "Căn cứ": 3.2, "Trạng thái": 1.7,
        "Thấy lần đầu": 2.2, "Liên kết": 1.3, "Bằng chứng": 1.7,
    },
}  # fmt: skip
"""Sheet → its columns that stand in the document, in centimetres; together the 25.2 between the margins."""

LINK = "mở"
"""What stands for an address, which would take ten lines of a narrow column."""

ANNEX_POINTS = 9


def as_docx(report: Report) -> bytes:
    """The whole report."""
    document = Document()
    _page(document)
    _heading(document, report)
    _summary(document, report)
    document.add_heading("1. Các trang cần chú ý", 1)
    _attention(document, report)
    document.add_heading("2. Việc cần làm theo loại", 1)
    _by_kind(document, report.to_do)
    document.add_heading("3. Điểm cập nhật theo tháng", 1)
    scores = report.sheet("bang-diem")
    cells = [[form(v, c.kind) for v, c in zip(row, scores.columns, strict=True)] for row in scores.rows]
    numeric = {n for n, column in enumerate(scores.columns) if column.kind != "text"}
    widths = (8.0, *(16.0 / (len(scores.columns) - 1) for _ in scores.columns[1:]))
    _table(document, [column.title for column in scores.columns], cells, widths=widths, numeric=numeric)
    document.add_paragraph(scores.note)
    links: dict[str, str] = {}
    for place, name in enumerate(ANNEXES, 1):
        _annex(document, report.sheet(name), place, links)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _page(document: Any) -> None:
    page = document.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = Cm(29.7), Cm(21)
    page.left_margin, page.right_margin, page.top_margin, page.bottom_margin = Cm(3), Cm(1.5), Cm(2), Cm(2)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(13)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    for name, size in (("Title", 16), ("Heading 1", 14)):
        style = document.styles[name]
        style.font.name, style.font.size, style.font.bold = FONT, Pt(size), True
        style.font.color.rgb = RGBColor(0, 0, 0)
        for attribute in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            style.element.rPr.rFonts.attrib.pop(qn(attribute), None)
    line = document.styles["Title"].element.pPr.find(qn("w:pBdr"))
    if line is not None:  # the template's title is underlined
        document.styles["Title"].element.pPr.remove(line)
    footer = page.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _field(footer, "PAGE")


def _field(paragraph: Any, code: str) -> None:
    run = paragraph.add_run()
    for kind, text in (("begin", ""), ("instr", code), ("end", "")):
        element = OxmlElement("w:instrText" if kind == "instr" else "w:fldChar")
        if kind == "instr":
            element.text = text
        else:
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)


def _heading(document: Any, report: Report) -> None:
    title = document.add_paragraph(style="Title")
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.add_run(f"TÌNH HÌNH CẬP NHẬT CÁC TRANG THÀNH PHẦN TỈNH {report.province.upper()}")
    line = document.add_paragraph(f"Số liệu đến ngày {day(report.today)}")
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _summary(document: Any, report: Report) -> None:
    counts, total = report.shown["counts"], report.shown["total"]
    said = "; ".join(f"{number(counts[v.value])} {v.vietnamese.lower()}" for v in Verdict)
    good = percent(counts[Verdict.FRESH.value] / total if total else None)
    put_off = len(report.sheet("viec-can-lam").rows) - len(report.to_do)
    left = f"Còn {number(len(report.to_do))} việc cần làm{f', {number(put_off)} việc đang hoãn' if put_off else ''}"
    blind = report.shown["missing_unknown"]
    document.add_paragraph(
        f"{number(total)} trang thành phần: {said}. Tỷ lệ cập nhật tốt {good} (mẫu số: tất cả các trang, kể cả trang không "
        f"xác định). {left}. Chưa biết có thiếu thủ tục hay không ở {number(blind)} trang "
        f"({percent(blind / total if total else None)}): chưa có danh sách phải công khai, hoặc chưa kiểm tra được. Im lặng chỉ là tín hiệu để rà soát, không phải vi phạm."
    )


def _attention(document: Any, report: Report) -> None:
    rows = []
    for site in report.shown["sites"]:
        if site["verdict"] == Verdict.FRESH.value:
            continue
        bad = [section(s["section"]) for s in site["sections"] if s["verdict"] in (Verdict.DUE, Verdict.OVERDUE)]
        newest = day(day_of(site["newest_item"])) or "chưa rõ"
        state = f"{site['shape']} {site['word']}"
        rows.append([site["owner"], state, "; ".join(bad), site["reason"], number(site["open_findings"]), newest])
    if not rows:
        document.add_paragraph("Không có trang nào.")
        return
    heads = ["Đơn vị", "Trạng thái", "Chuyên mục cần cập nhật", "Lý do", "Việc", "Mục mới nhất"]
    _table(document, heads, rows, widths=(4.6, 3.4, 4.2, 8.2, 1.6, 3.0), numeric={4})


def _by_kind(document: Any, to_do: list[tuple[Any, ...]]) -> None:
    counted = Counter(str(row[1]) for row in to_do)
    units: dict[str, set[str]] = {}
    for row in to_do:
        units.setdefault(str(row[1]), set()).add(str(row[0]))
    if not counted:
        document.add_paragraph("Không có việc nào.")
        return
    rows = [[kind, number(count), number(len(units[kind]))] for kind, count in counted.most_common()]
    _table(document, ["Loại việc", "Số việc", "Số đơn vị"], rows, widths=(17, 4, 4), numeric={1, 2})


def _annex(document: Any, sheet: Sheet, place: int, links: dict[str, str]) -> None:
    """A sheet of the workbook, row by row."""
    widths = ANNEXES[sheet.name]
    document.add_heading(f"Phụ lục {place}. {sheet.title}", 1).paragraph_format.page_break_before = True
    document.add_paragraph(sheet.note)
    if not sheet.rows:
        document.add_paragraph("Không có dòng nào.")
        return
    wanted = [(n, column) for n, column in enumerate(sheet.columns) if column.title in widths]
    numeric = {n for n, (_, column) in enumerate(wanted) if column.kind in ("number", "percent", "points")}
    cells = [[_form(row[n], column.kind) for n, column in wanted] for row in sheet.rows]
    made = _table(document, list(widths), cells, widths=tuple(widths.values()), numeric=numeric, points=ANNEX_POINTS)
    for n, (_, column) in enumerate(wanted):
        if column.kind == "link":
            for cell in made.columns[n].cells[1:]:
                _lead(cell, links)


def _form(value: Any, kind: Kind) -> str:
    """As in the CSV, but days as official papers write them."""
    return day(value) if kind == "day" else form(value, kind)


def _lead(cell: Any, links: dict[str, str]) -> None:
    """Put a link in the place of the address a cell shows. `links`: address → its id in the document.

    `relate_to` would compare with every link before it, which makes a long annex slow.
    """
    paragraph = cell.paragraphs[0]
    url = paragraph.text
    if not url:
        return
    run = paragraph.runs[0]
    run.text, run.font.underline = LINK, True
    if url not in links:
        links[url] = f"rLink{len(links)}"
        cell.part.load_rel(RELATIONSHIP_TYPE.HYPERLINK, url, links[url], is_external=True)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), links[url])
    link.append(run._r)
    paragraph._p.append(link)


def _table(
    document: Any,
    heads: list[str],
    rows: list[list[str]],
    *,
    widths: tuple[float, ...],
    numeric: set[int],
    points: int = 11,
) -> Any:
    table = document.add_table(rows=1 + len(rows), cols=len(heads), style="Table Grid")
    table.autofit = False
    for n, width in enumerate(widths):
        table.columns[n].width = Cm(width)
    made = list(table.rows)
    _mark(made[0], "w:tblHeader")
    for row, texts in zip(made, [heads, *rows], strict=True):
        _mark(row, "w:cantSplit")
        for n, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            cell.width = Cm(widths[n])
            _write(cell, text, points, bold=row is made[0], right=n in numeric and row is not made[0])
    return table


def _mark(row: Any, name: str) -> None:
    element = OxmlElement(name)
    element.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(element)


@cache
def _run(points: int, *, bold: bool) -> Any:
    run, form, size, text = (OxmlElement(f"w:{name}") for name in ("r", "rPr", "sz", "t"))
    if bold:
        form.append(OxmlElement("w:b"))
    size.set(qn("w:val"), str(points * 2))  # in half points
    form.append(size)
    run.append(form)
    run.append(text)
    return run


def _write(cell: Any, text: str, points: int, *, bold: bool = False, right: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    run = deepcopy(_run(points, bold=bold))  # built property by property, a cell takes four times as long
    run[-1].text = " ".join(plain(text).split())
    paragraph._p.append(run)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT

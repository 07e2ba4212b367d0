"""Files named .doc: read by the real tool within limits, or recorded with what keeps them from being read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.model import AttachmentText, Procedure, Reading
from crawler.documents import is_document, old_word, read_document
from crawler.documents.cell_marks import CELL, TWICE, grids_of
from crawler.page import RawPage
from crawler.tools import OLD_WORD

FILES = Path(__file__).resolve().parents[1] / "fixtures" / "documents"
DECISION = (FILES / "decision.doc").read_bytes()
WORD = "application/msword"
FORM = (
    "Đơn đề nghị cấp lại giấy phép\nKính gửi: Sở Tư pháp tỉnh Mẫu\n"
    "Tên tôi là ..., sinh ngày ..., thường trú tại thôn Đông, xã Mẫu\n"
    "Tôi đề nghị được cấp lại giấy phép đã mất, lý do như sau: ...\n"
    "Tôi cam kết những nội dung khai trên đây là đúng sự thật và chịu trách nhiệm trước pháp luật"
)
HTML = """<html xmlns:w="urn:schemas-microsoft-com:office:word"><head><title>x</title></head><body><p>QUYẾT ĐỊNH</p>
<p>Số: 12/QĐ-UBND ngày 3/4/2019 công bố danh mục thủ tục hành chính</p><table><tr><td>Mã TTHC</td><td>Tên thủ tục</td></tr>
<tr><td>1.001193</td><td>Đăng ký khai sinh</td></tr></table></body></html>"""


def reading_of(body: bytes, content_type: str = WORD) -> Reading:
    page = RawPage("http://x.gov.vn/tep/mau.doc", 200, {"content-type": content_type}, body)
    assert is_document(page)
    return read_document(page)


def read(body: bytes, content_type: str = WORD) -> AttachmentText:
    content = reading_of(body, content_type).records[0].content
    assert isinstance(content, AttachmentText)
    return content


def fake_tool(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    tool = folder / OLD_WORD
    tool.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


def encrypted(body: bytes) -> bytes:
    """The file with the bit set that says its text is encrypted."""
    stream = re.search(rb"\xec\xa5.[\x00\x01]", body, re.S)
    assert stream is not None
    at = stream.start() + 11
    return body[:at] + bytes([body[at] | 1]) + body[at + 1 :]


@pytest.mark.usefixtures("old_word_tool")
def test_the_text_of_a_real_file_is_read_in_order() -> None:
    content = read(DECISION)
    assert (content.condition, content.media_type) == ("ok", WORD)
    lines = content.text.splitlines()
    assert lines[:2] == ["ỦY BAN NHÂN DÂN TỈNH MẪU", "Số: 1187/QĐ-UBND"]
    assert "STT | Mã TTHC | Tên thủ tục hành chính | Thời hạn giải quyết | Phí, lệ phí | Căn cứ pháp lý" in lines
    assert lines[-1].endswith("Xem tại đây .")
    assert "HYPERLINK" not in content.text


@pytest.mark.usefixtures("old_word_tool")
def test_the_procedures_of_a_real_decision_are_records_without_content() -> None:
    found = [one.content for one in reading_of(DECISION).records[1:] if isinstance(one.content, Procedure)]
    assert [(one.code, one.name, one.sectors) for one in found] == [
        ("1.001193", "Đăng ký khai sinh", ("Hộ tịch",)),
        ("1.000894", "Đăng ký kết hôn", ("Hộ tịch",)),
        ("2.000635", "Cấp bản sao trích lục hộ tịch", ("Sao lục",)),
    ]
    assert all(one.list_only and one.decision_number == "1187/QĐ-UBND" for one in found)
    assert found[1].channels[0].durations[0].fees[0].amount == 15_000


@pytest.mark.usefixtures("old_word_tool")
@pytest.mark.parametrize("font", ["tcvn3", "vni"])
def test_the_letters_of_old_fonts_become_unicode(font: str) -> None:
    reading = reading_of((FILES / f"form-{font}.doc").read_bytes())
    assert reading.text == FORM
    assert f"attachment_{font}" in reading.notes


@pytest.mark.usefixtures("old_word_tool")
@pytest.mark.parametrize("size", [600, 3_000, 6_000, 9_000])
def test_a_truncated_file_is_broken(size: int) -> None:
    assert read(DECISION[:size]).condition == "broken"


@pytest.mark.usefixtures("old_word_tool")
def test_bytes_that_only_begin_like_a_word_file_are_broken() -> None:
    assert read(DECISION[:8] + bytes(range(256)) * 40).condition == "broken"


@pytest.mark.usefixtures("old_word_tool")
def test_rtf_under_the_name_of_a_word_file_is_read_and_said_to_be_so() -> None:
    letters = "Đơn đề nghị cấp lại giấy phép".encode("cp1258", "replace")
    assert b"?" in letters  # so that it is written as RTF writes any letter
    text = "".join(letter if letter.isascii() else f"\\u{ord(letter)}?" for letter in FORM.replace("\n", "\\par "))
    reading = reading_of(f"{{\\rtf1\\ansi\\ansicpg1252 {text}\\par}}".encode())
    assert reading.text == FORM
    assert "attachment_is_rtf" in reading.notes


def test_html_under_the_name_of_a_word_file_is_read_and_said_to_be_so() -> None:
    reading = reading_of(HTML.encode())
    assert "attachment_is_html" in reading.notes
    assert [one.key for one in reading.records[1:]] == ["1.001193"]
    assert read(HTML.encode(), "application/octet-stream").condition == "ok"
    answer = RawPage("http://x.gov.vn/tep/mau.doc", 200, {"content-type": "text/html"}, HTML.encode())
    assert not is_document(answer)  # a page of the site, for the guards to judge


def test_an_encrypted_file_is_said_to_be_so_with_or_without_the_tool(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(encrypted(DECISION)).condition == "encrypted"
    monkeypatch.setenv("PATH", "")
    assert read(encrypted(DECISION)).condition == "encrypted"
    newer = DECISION[:8] + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    assert read(newer).condition == "encrypted"


def test_what_is_no_word_file_is_broken() -> None:
    for body in (b"", b"abc" * 900, "Đơn đề nghị".encode()):
        assert read(body).condition == "broken"


def test_a_missing_tool_is_an_outcome_of_its_own_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    reading = reading_of(DECISION)
    content = reading.records[0].content
    assert isinstance(content, AttachmentText)
    assert (content.condition, content.text) == ("no_tool", "")
    assert reading.notes == ("attachment_no_tool: apt install catdoc, then `tracuu reread`",)


@pytest.mark.parametrize(
    ("script", "condition"),
    [
        ("echo 'Đơn đề nghị   cấp lại giấy phép'", "ok"),
        ("exit 3", "broken"),
        ("kill -SEGV $$", "broken"),
        ("echo 'một ít'", "scanned"),
        ("while :; do :; done", "too_large"),
        ("while :; do echo 'rất nhiều chữ, không bao giờ hết'; done", "too_large"),
        ("x=aaaaaaaaaaaaaaaa; while :; do x=$x$x; done", "broken"),
    ],
    ids=["reads", "fails", "crashes", "finds nothing", "hangs", "writes without end", "takes all memory"],
)
def test_whatever_the_tool_does_the_file_has_a_condition(
    script: str, condition: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake_tool(tmp_path, monkeypatch, script)
    monkeypatch.setattr(old_word, "TOOL_SECONDS", 1)
    monkeypatch.setattr(old_word, "TOOL_OUTPUT", 100_000)
    monkeypatch.setattr(old_word, "TOOL_MEMORY", 50_000_000)
    assert read(DECISION).condition == condition


def test_nothing_of_the_file_is_left_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake_tool(tmp_path, monkeypatch, "exit 3")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    read(DECISION)
    assert [file.name for file in tmp_path.iterdir()] == [OLD_WORD]


def test_letters_of_far_scripts_are_bytes_read_as_text(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake_tool(tmp_path, monkeypatch, "echo 'Mẫu đơn 뛎湮楨㭩 xin cấp lại giấy phép'")
    assert read(DECISION).condition == "broken"


def marked(*rows: tuple[str, ...]) -> str:
    """A table as the tool gives it."""
    text = "".join("".join(cell + CELL for cell in row) + CELL for row in rows)
    return text.replace(CELL * 2, TWICE)


HEADINGS = ("STT", "Mã", "Tên", "Phí")


@pytest.mark.parametrize(
    "rows",
    [
        [HEADINGS, ("1", "1.001193", "Khai sinh", "Không")],
        [HEADINGS, ("1", "", "Khai sinh", ""), ("2", "", "", "")],
        [HEADINGS, ("I. Hộ tịch",), ("1", "1.001193", "Khai sinh", ""), ("II. Sao lục",), ("2", "", "Sao", "0")],
    ],
)
def test_rows_are_told_apart_by_the_number_of_their_cells(rows: list[tuple[str, ...]]) -> None:
    (grid,) = grids_of("Danh mục\n" + marked(*rows) + "Điều 1. Hết.")
    assert grid.rows == tuple(row if len(row) > 1 else row * 4 for row in rows)
    assert grid.above == ("Danh mục",)


def test_two_tables_with_text_between_them_are_two() -> None:
    one, two = marked(HEADINGS, ("1", "a", "b", "c")), marked(HEADINGS[1:], ("a", "b", "c"))
    grids = grids_of(f"{one}Điều 2.\nDanh mục bị bãi bỏ\n{two}")
    assert [len(grid.rows[0]) for grid in grids] == [4, 3]
    assert grids[1].above == ("Điều 2.", "Danh mục bị bãi bỏ")


@pytest.mark.parametrize("text", ["", "không có bảng", marked(("một", "hai")), marked(HEADINGS, ("1", "a", "b"))])
def test_what_is_no_table_or_does_not_come_out_is_left_out(text: str) -> None:
    assert grids_of(text) == ()

"""A legal document cited in one breath – "Quyết định của UBND tỉnh số 37/2018/QĐ-UBND ngày 13/7/2018 về …" – taken apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from crawler import dates

NUMBER = re.compile(
    r"(?<![\w/])\d{1,5}(?:/(?:19|20)\d{2})?/[A-ZĐ]{1,6}\d{0,2}(?:[-–][A-ZĐ&]{1,10}\d{0,2}){0,4}(?![\w/])"
)
"""The number and sign of a legal document: 37/2018/QĐ-UBND."""

_KIND = (
    r"(?:Nghị quyết(?: liên tịch)?|Quyết định|Chỉ thị|Nghị định|Thông tư(?: liên tịch)?|Thông báo|Công văn|Công điện|"
    r"Kế hoạch|Hướng dẫn|Báo cáo|Tờ trình|Chương trình|Quy chế|Quy định|Đề án|Luật|Pháp lệnh|Văn bản(?: hợp nhất)?)"
)
_BEGINS = re.compile(rf"(?P<kind>{_KIND}(?:\s+của\s+[^\d,;.]{{2,80}}?)?)\s+(?:số|số hiệu)\s*:?\s*(?=\d)", re.I)
_SUBJECT = r"(?:về|v/v|ban hành|quy định|công bố|phê duyệt|bãi bỏ|sửa đổi)\b"
_SAID_BETWEEN = re.compile(
    rf"[\s,(]*ngày\s+\d[\d/.-]*(?:\s+tháng\s+\d+\s+năm\s+\d+)?[\s),]*|\s*của\s+[^\d,;.]{{2,80}}?\s+(?={_SUBJECT})", re.I
)
_ON_ANOTHER = re.compile(
    r"\b(?:bãi bỏ|hủy bỏ|huỷ bỏ|sửa đổi|bổ sung|thay thế|đính chính|thực hiện|triển khai|thi hành|theo)\b", re.I
)
_LEADS_ON = " \t:,–-"


@dataclass(frozen=True, slots=True)
class Citation:
    """The parts of a citation: the kind with its issuer as written, number, day and subject."""

    kind: str
    number: str
    day: date | None
    subject: str


def cited(text: str) -> Citation | None:
    """The document a text begins by citing and whose subject follows; None for any other text.

    A kind must be followed at once by its number (or by "của" and who issued it): "Quyết định bãi bỏ Quyết định số …" names
    the number of another.
    """
    begins = _BEGINS.match(text)
    number = NUMBER.match(text, begins.end()) if begins else None
    if begins is None or number is None:
        return None
    rest, day = text[number.end() :], None
    while between := _SAID_BETWEEN.match(rest):
        day = day or dates.day_in(between[0])
        rest = rest[between.end() :]
    subject = rest.strip(_LEADS_ON)
    return Citation(begins["kind"], number[0], day, subject) if subject else None


def own_number(text: str) -> str:
    """The number that a document's wording gives itself: none that stands behind what it does to another one."""
    number = NUMBER.search(text)
    return number[0] if number and not _ON_ANOTHER.search(text, 0, number.start()) else ""

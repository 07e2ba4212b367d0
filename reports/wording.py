"""Words and forms of the board, the sheets and the digests: sections, evidence, dates, numbers, percentages."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from core.clock import VIETNAM, written_day
from core.finding_rules import RULES, TRAPS
from core.sections import section_name
from core.states import Outcome, Verdict, level_label

SHAPES = {Verdict.FRESH: "●", Verdict.DUE: "◐", Verdict.OVERDUE: "▲", Verdict.UNKNOWN: "?"}
"""Each state has a shape beside its word, because colour alone says nothing to many."""

SHORT_WORDS = {Verdict.FRESH: "tốt", Verdict.DUE: "cần", Verdict.OVERDUE: "chậm", Verdict.UNKNOWN: "chưa rõ"}
"""The words of the states where there is little room: the second half of the full ones."""

SHORT_SECTIONS = {
    "direction": "Chỉ đạo", "procedures": "TTHC", "legal_docs": "Văn bản", "legal_guidance": "Phổ biến PL",
    "planning": "Quy hoạch", "projects": "Dự án", "mandatory_on_web": "Công khai", "science": "Đề tài",
    "structure": "Cơ cấu", "foreign_language": "Ngoại ngữ", "service_stats": "TK DVC",
}  # fmt: skip

KINDS_OF_SITE = {
    "department": "Sở, ban, ngành", "district": "Huyện, thị xã, thành phố", "commune": "Xã, phường",
    "centre": "Trung tâm", "board": "Ban quản lý",
}  # fmt: skip

EVIDENCE = {
    "url": "Trang", "urls": "Các trang", "title": "Mục mới nhất", "newest": "Ngày của mục đó",
    "working_days": "Số ngày làm việc", "rule": "Quy tắc", "documents": "Văn bản", "questions": "Câu hỏi quá hạn", "question": "Câu hỏi",
    "asked": "Ngày hỏi", "answered": "Ngày trả lời", "open": "Chưa trả lời", "late": "Quá hạn", "issued": "Ban hành",
    "posted": "Đăng", "codes": "Mã thủ tục", "old_code": "Mã cũ", "name": "Tên", "term": "Từ đã cũ", "around": "Đoạn văn",
    "number": "Số văn bản", "repealed_on": "Hết hiệu lực từ", "form": "Biểu mẫu", "outcome": "Kết quả kiểm tra",
    "capture": "Bản lưu số", "changed_at": "Thay đổi lúc", "page": "Trang ghi", "site": "Trang ghi",
    "register": "Danh mục quốc gia ghi", "register_as_of": "Danh mục ngày", "evidence": "Chi tiết kỹ thuật",
    "visit": "Lượt kiểm tra số", "pages": "Số trang", "traps": "Loại địa chỉ", "now": "Bây giờ", "before": "Trước đây",
    "procedures": "Số thủ tục đã đọc", "also_on": "Cũng thấy ở", "basis": "Cơ sở", "captures": "Các bản lưu",
    "claim": "Trang viết", "code": "Mã thủ tục", "last_visit": "Lượt kiểm tra cuối", "lost": "Số trang đã mất",
    "overdue": "Ngưỡng chậm", "warn": "Ngưỡng nhắc", "referrer": "Trang dẫn tới", "referrers": "Các trang dẫn tới",
    "replaced_by": "Thay bằng", "row": "Dòng trong danh sách", "section": "Chuyên mục", "sections": "Các chuyên mục",
    "absences": "Số lần không thấy", "words": "Chữ của liên kết", "since": "Từ", "target": "Nơi dẫn tới", "undated": "Mục không ghi ngày", "use": "Nay gọi là",
    "condition": "Tình trạng chữ ký", "detail": "Chi tiết", "family": "Họ phần mềm", "file": "Tệp", "forms": "Các tệp",
    "register_url": "Mục trong danh mục", "signed_at": "Ký lúc", "signer": "Người ký", "sites": "Các trang nguồn",
    "extinct_tier": "Cấp không còn", "field": "Mục", "must_publish": "Số thủ tục phải công khai", "no_list": "Chưa có danh sách phải công khai", "decision": "Quyết định đăng ở",
    "withdrawn_on": "Bãi bỏ từ", "reviewed_by": "Người rà soát", "reviewed_on": "Ngày rà soát",
} | TRAPS  # fmt: skip
"""Keys of evidence (freshness/) as a person reads them; what is not here is shown by its key."""

STATES = {
    "open": "Cần làm", "acknowledged": "Đã nhận", "snoozed": "Đang hoãn", "resolved": "Đã xong",
    "false_alarm": "Báo nhầm",
}  # fmt: skip

VISITS = {
    Outcome.OK: "Đọc được", Outcome.UNCHANGED: "Không đổi", Outcome.NEVER: "Chưa kiểm tra", Outcome.PARTIAL: "Một phần trang lỗi",
    Outcome.INTERRUPTED: "Lượt kiểm tra bị ngắt", Outcome.GONE: "Trang không còn", Outcome.TOO_LARGE: "Trang quá lớn",
}  # fmt: skip

_ISO_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_ISO_MOMENT = re.compile(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}")


def outcome(value: str) -> str:
    """How a visit or a check of a page ended, in words."""
    rule = RULES.get(f"outcome.{value}")
    return rule.title if rule else VISITS.get(Outcome(value), value) if value in set(Outcome) else "Chưa rõ"


def section(name: str, *, short: bool = False) -> str:
    """The name of a section; its id when there is none."""
    full = section_name(name)
    return SHORT_SECTIONS.get(name, full) if short else full


def day(value: date | datetime | str | None) -> str:
    """`09/8/2018`, in Vietnam, as official papers write it; "" when there is none."""
    found = _day_of(value)
    if found is None:
        return ""
    return written_day(found)


def dmy(value: date | datetime | str | None) -> str:
    """`09/08/2018`, in Vietnam: always ten characters, for the cells of a CSV; "" when there is none."""
    found = _day_of(value)
    return f"{found:%d/%m/%Y}" if found else ""


def _day_of(value: date | datetime | str | None) -> date | None:
    if isinstance(value, str) and value:
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    if not value:
        return None
    return value.astimezone(VIETNAM).date() if isinstance(value, datetime) else value


def number(value: int | float) -> str:
    """`1.236` and `97,71`."""
    return f"{value:,}".replace(",", " ").replace(".", ",").replace(" ", ".")


def percent(share: float | None, *, places: int | None = None) -> str:
    """`97,71 %`, or `100 %` when it is whole and no number of places is asked for; "–" without a share."""
    if share is None:
        return "–"
    text = f"{share * 100:.{2 if places is None else places}f}"
    return f"{(text if places is not None else text.removesuffix('.00')).replace('.', ',')} %"


def evidence_text(value: Any) -> str:
    """One plain text for any value of evidence: dates as 09/8/2018, numbers in Vietnamese form, lists by semicolons."""
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, (int, float)):
        return number(value)
    if isinstance(value, dict):
        pairs = ((EVIDENCE.get(str(key), str(key)), evidence_text(item)) for key, item in value.items())
        return ", ".join(f"{key}: {text}" for key, text in pairs if text)
    if isinstance(value, (list, tuple)):
        return "; ".join(filter(None, map(evidence_text, value)))
    if isinstance(value, str) and (_ISO_DAY.match(value) or _ISO_MOMENT.match(value)):
        try:
            return day(value)
        except ValueError:
            return value
    return "" if value is None else level_label(str(value))

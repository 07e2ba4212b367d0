"""Vietnamese words for sections, outcomes and days in verdicts and findings."""

from __future__ import annotations

from datetime import datetime

from core.clock import local_date, written_day
from core.states import Outcome

SECTION_NAMES = {
    "about": "Giới thiệu",
    "news": "Tin tức - Sự kiện",
    "direction": "Chỉ đạo điều hành",
    "legal_docs": "Văn bản",
    "legal_guidance": "Phổ biến pháp luật",
    "planning": "Quy hoạch, kế hoạch",
    "projects": "Dự án, đấu thầu",
    "consultation": "Góp ý dự thảo",
    "qna": "Hỏi đáp",
    "contact": "Liên hệ",
    "procedures": "Thủ tục hành chính",
    "mandatory_on_web": "Công khai thông tin",
}

REASONS = {
    Outcome.NEVER: "Chưa kiểm tra",
    Outcome.INTERRUPTED: "Lượt kiểm tra bị ngắt giữa chừng",
    Outcome.TOO_LARGE: "Trang quá lớn",
    Outcome.GONE: "Trang chủ không còn",
}


def section_name(section: str) -> str:
    """The name of a section on the board; its id when there is none."""
    return SECTION_NAMES.get(section, section)


def dated(moment: datetime) -> str:
    """09/8/2018, in Vietnam."""
    return written_day(local_date(moment))

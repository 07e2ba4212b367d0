"""The sections of a site, by the names that findings, the board, sheets and e-mails all call them."""

from __future__ import annotations

SECTIONS = {
    "": "Cả trang", "about": "Giới thiệu", "news": "Tin tức", "direction": "Chỉ đạo, điều hành",
    "procedures": "Thủ tục hành chính", "legal_docs": "Văn bản pháp luật", "legal_guidance": "Phổ biến pháp luật",
    "planning": "Chiến lược, quy hoạch", "projects": "Dự án, đầu tư", "consultation": "Lấy ý kiến", "qna": "Hỏi đáp",
    "mandatory_on_web": "Công khai thông tin", "contact": "Liên hệ", "statistics": "Thống kê",
    "science": "Đề tài khoa học", "structure": "Cơ cấu tổ chức", "functions": "Chức năng", "gazette": "Công báo",
    "foreign_language": "Tiếng nước ngoài", "service_stats": "Thống kê dịch vụ công",
}  # fmt: skip
"""In the order of the board's columns. What a site's own menu calls a section is data (`menu_aliases_vi` of the law)."""


def section_name(section: str) -> str:
    """The name of a section; its id when there is none."""
    return SECTIONS.get(section, section)

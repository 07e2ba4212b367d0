"""What a finding can be about: one table for freshness/ (which raises them), the box (which plants them) and the board."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.states import Outcome

Audience = Literal["editor", "operator"]
Scope = Literal["site", "section", "procedure", "page"]


@dataclass(frozen=True, slots=True)
class FindingRule:
    """One kind of finding. `title` is what the board shows; `scope` says which of section, code and page identify it.

    It opens when `signs` of the last `of` observations show it: one bad answer of a server proves nothing. House
    numbers; a province may change them in `[hysteresis]` of its thresholds.toml.
    """

    id: str
    audience: Audience
    scope: Scope
    title: str
    signs: int = 1
    of: int = 1


_OUTCOME_TITLES = {
    Outcome.DNS: "Không tìm thấy tên miền",
    Outcome.REFUSED: "Máy chủ từ chối kết nối",
    Outcome.TLS: "Chứng thư TLS không hợp lệ",
    Outcome.TIMEOUT: "Máy chủ không trả lời kịp",
    Outcome.HTTP_4XX: "Trang chủ trả lỗi 4xx",
    Outcome.HTTP_5XX: "Máy chủ báo lỗi 5xx",
    Outcome.SOFT_404: "Trang báo không tìm thấy nhưng trả mã 200",
    Outcome.BLOCKED: "Bị tường lửa chặn",
    Outcome.LOGIN: "Bị chuyển tới trang đăng nhập",
    Outcome.MAINTENANCE: "Trang đang bảo trì",
    Outcome.EMPTY: "Trang chỉ còn khung, không có nội dung",
    Outcome.PARKED: "Ở địa chỉ này không còn trang của đơn vị",
    Outcome.SPAM: "Trang chủ bị thay bằng nội dung cờ bạc",
    Outcome.MOVED: "Trang đã chuyển sang tên miền khác",
    Outcome.NEW_OWNER: "Tên miền đã đổi chủ quản",
    Outcome.REDIRECT_LOOP: "Chuyển hướng vòng lặp",
    Outcome.ROBOTS: "robots.txt không cho phép thu thập",
    Outcome.ROBOTS_UNREACHABLE: "Không đọc được robots.txt",
    Outcome.UNREADABLE: "Không đọc được nội dung",
    Outcome.UNSAFE: "Địa chỉ không an toàn",
    Outcome.ABSENT: "Phần lớn các trang báo không tồn tại",
}

_PASSING = {
    Outcome.DNS, Outcome.REFUSED, Outcome.TLS, Outcome.TIMEOUT, Outcome.HTTP_5XX, Outcome.BLOCKED,
    Outcome.ROBOTS_UNREACHABLE, Outcome.MAINTENANCE,
}  # fmt: skip
"""Ways of failing that often pass by themselves: two of the last three visits must show them. The verdict is unknown at once."""


def _of_outcome(outcome: Outcome, title: str) -> FindingRule:
    signs, of = (2, 3) if outcome in _PASSING else (1, 1)
    return FindingRule(f"outcome.{outcome.value}", "operator", "site", title, signs, of)


RULES: dict[str, FindingRule] = {
    rule.id: rule
    for rule in (
        *(_of_outcome(outcome, title) for outcome, title in _OUTCOME_TITLES.items()),
        FindingRule("unwatched", "operator", "site", "Trang không có kết luận: bộ giám sát không chạy"),
        FindingRule("spam", "editor", "page", "Trang bị chèn nội dung cờ bạc, quảng cáo"),
        FindingRule("wrong_charset", "editor", "site", "Bảng mã khai báo sai với bảng mã thật"),
        FindingRule("tcvn3_text", "editor", "site", "Nội dung còn dùng bảng mã TCVN3 (ABC)"),
        FindingRule("trap", "operator", "site", "Bẫy thu thập: địa chỉ sinh ra vô tận"),
        FindingRule("template_changed", "operator", "site", "Giao diện trang đã đổi, đọc được ít trường hơn trước"),
        FindingRule("pages_lost", "operator", "site", "Phần lớn các trang biến mất cùng lúc"),
        FindingRule("silence", "editor", "section", "Chuyên mục lâu không có tin mới"),
        FindingRule("late_posting", "editor", "section", "Đăng chậm so với thời hạn luật định"),
        FindingRule("late_answer", "editor", "section", "Câu hỏi quá hạn trả lời theo luật định"),
        FindingRule("section_missing", "editor", "section", "Thiếu chuyên mục luật yêu cầu"),
        FindingRule("undated", "editor", "section", "Các mục không ghi ngày đăng"),
        FindingRule("missing", "editor", "procedure", "Thiếu thủ tục phải công khai"),
        FindingRule("extra", "editor", "procedure", "Thủ tục không có trong danh mục quốc gia"),
        FindingRule("withdrawn", "editor", "procedure", "Thủ tục đã bãi bỏ vẫn còn đăng"),
        FindingRule("fee_differs", "editor", "procedure", "Phí, lệ phí khác với danh mục quốc gia"),
        FindingRule("time_differs", "editor", "procedure", "Thời hạn khác với danh mục quốc gia"),
        FindingRule("name_differs", "editor", "procedure", "Tên thủ tục khác với danh mục quốc gia"),
        FindingRule("service_level_differs", "editor", "procedure", "Mức độ dịch vụ khác với danh mục quốc gia"),
        FindingRule("papers_differ", "editor", "procedure", "Thành phần hồ sơ khác với danh mục quốc gia"),
        FindingRule("decision_differs", "editor", "procedure", "Quyết định công bố khác với danh mục quốc gia"),
        FindingRule("list_only", "editor", "procedure", "Chỉ có tên thủ tục, thiếu nội dung phải công khai"),
        FindingRule("old_code", "editor", "procedure", "Còn dùng mã thủ tục cũ"),
        FindingRule("no_code", "editor", "procedure", "Thủ tục không ghi mã"),
        FindingRule("internal_code", "editor", "procedure", "Thủ tục nội bộ đăng cho người dân"),
        FindingRule("duplicate", "editor", "procedure", "Một thủ tục đăng nhiều lần trên cùng trang"),
        FindingRule("form_dead", "editor", "procedure", "Không tải được biểu mẫu"),
        FindingRule("form_changed", "editor", "procedure", "Biểu mẫu đã thay đổi mà trang không báo"),
        FindingRule("form_double", "editor", "procedure", "Một biểu mẫu có hai tệp khác nhau"),
        FindingRule("obsolete_term", "editor", "procedure", "Dùng thuật ngữ, tên cơ quan đã cũ"),
        FindingRule("repealed_citation", "editor", "procedure", "Viện dẫn văn bản đã hết hiệu lực"),
        FindingRule("iso_2008", "editor", "page", "Còn công bố ISO 9001:2008 đã hết hiệu lực"),
        FindingRule("link_dead", "editor", "page", "Liên kết hỏng"),
        FindingRule("pdf_unsigned", "editor", "page", "Tệp quyết định không có chữ ký số"),
        FindingRule("pdf_bad_signature", "editor", "page", "Chữ ký số của tệp quyết định không hợp lệ"),
    )
}
"""Rule id → rule. A site whose last visit ended badly has the finding `outcome.<Outcome>`."""

TRAPS = {
    "endless_paging": "phân trang không dứt", "generated": "địa chỉ tự sinh", "page_cap": "quá nhiều trang danh sách",
    "folder_cap": "quá nhiều trang trong một thư mục", "language": "tiền tố ngôn ngữ lặp lại",
    "repeated_segments": "đoạn đường dẫn lặp lại", "calendar": "lịch không dứt", "long": "địa chỉ quá dài",
    "depth": "quá sâu", "session": "mã phiên trong địa chỉ", "printable": "bản in, bản di động",
}  # fmt: skip
"""Kinds of address that a crawl refuses (crawler/discovery.py, crawler/urls.py), as an operator reads them."""

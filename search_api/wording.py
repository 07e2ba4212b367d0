"""Numbers, dates and closed vocabularies as people read them in Vietnamese."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from core.clock import VIETNAM
from core.states import ServiceLevel, Tier

UNKNOWN = "Chưa rõ"

FIELDS = {
    "name": "Tên thủ tục", "decision_number": "Quyết định công bố", "decision_date": "Ngày quyết định",
    "tiers": "Cấp thực hiện", "sectors": "Lĩnh vực", "steps": "Trình tự thực hiện", "channels": "Cách thức thực hiện",
    "papers": "Thành phần hồ sơ", "number_of_sets": "Số bộ hồ sơ", "audiences": "Đối tượng thực hiện",
    "agencies": "Cơ quan thực hiện", "competent_agencies": "Cơ quan có thẩm quyền",
    "delegated_agencies": "Cơ quan được ủy quyền", "coordinating_agencies": "Cơ quan phối hợp",
    "address": "Địa chỉ tiếp nhận", "results": "Kết quả", "legal_bases": "Căn cứ pháp lý",
    "requirements": "Yêu cầu, điều kiện", "keywords": "Từ khóa", "description": "Mô tả", "type_raw": "Loại thủ tục",
    "service_level_raw": "Mức độ dịch vụ (nguyên văn)", "service_level": "Mức độ dịch vụ",
    "related": "Thủ tục liên quan", "old_code": "Mã cũ", "fee_text": "Phí, lệ phí", "time_text": "Thời hạn",
}  # fmt: skip

CHANNELS = {"truc_tiep": "Trực tiếp", "truc_tuyen": "Trực tuyến", "buu_chinh": "Dịch vụ bưu chính", "khac": "Cách khác"}

KINDS = {"procedure": "Thủ tục", "article": "Tin tức", "document": "Văn bản"}

CHANGES = {
    "telex": "gõ Telex", "vni": "gõ VNI", "spelling": "sửa chính tả", "split": "tách chữ dính liền",
    "vocabulary": "từ thường dùng", "code": "nhận ra mã", "question_words": "bỏ từ hỏi", "relaxed": "bỏ bớt từ",
}  # fmt: skip


def day(value: date | datetime | str | None) -> str:
    """`09/8/2018`, as official papers write it; `Chưa rõ` when there is none."""
    if isinstance(value, str) and value:
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    if not value:
        return UNKNOWN
    if isinstance(value, datetime):
        value = value.astimezone(VIETNAM)
    month = f"{value.month:02}" if value.month < 3 else str(value.month)  # NĐ 30/2020: days < 10, months 1 and 2
    return f"{value.day:02}/{month}/{value.year}"


def moment(value: datetime | str | None, now: datetime | None = None) -> str:
    """`06:12 hôm nay` or `06:12 ngày 09/8/2018`, in Vietnam's time."""
    if isinstance(value, str) and value:
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        return UNKNOWN
    local = value.astimezone(VIETNAM)
    is_today = now is not None and local.date() == now.astimezone(VIETNAM).date()
    return f"{local:%H:%M} {'hôm nay' if is_today else 'ngày ' + day(local)}"


def number(value: int | float) -> str:
    """`1.236` and `97,71`."""
    return f"{value:,}".replace(",", " ").replace(".", ",").replace(" ", ".")


def service_level(value: str) -> str:
    """The label of a service level."""
    return ServiceLevel(value).vietnamese if value in set(ServiceLevel) else value or UNKNOWN


def tier(value: str) -> str:
    """The label of a tier."""
    return Tier(value).vietnamese if value in set(Tier) else value


def brief(value: Any) -> str:
    """One plain text for the value of any field, for lists of who differs in what."""
    if isinstance(value, dict):
        return " – ".join(filter(None, (brief(item) for item in value.values())))
    if isinstance(value, (list, tuple)):
        return "; ".join(filter(None, (brief(item) for item in value)))
    return "" if value is None else str(value)

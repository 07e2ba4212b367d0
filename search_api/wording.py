"""Numbers, dates and closed vocabularies as people read them in Vietnamese."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from core.clock import VIETNAM, local_date
from core.states import ProcedureState, Tier, level_label
from reports import wording as reported

UNKNOWN = "Chưa rõ"

FIELDS = {
    "name": "Tên thủ tục", "code": "Mã thủ tục", "code_raw": "Mã (nguyên văn)", "decision_number": "Quyết định công bố", "decision_date": "Ngày quyết định",
    "tiers": "Cấp thực hiện", "sectors": "Lĩnh vực", "steps": "Trình tự thực hiện", "channels": "Cách thức thực hiện",
    "papers": "Thành phần hồ sơ", "number_of_sets": "Số bộ hồ sơ", "audiences": "Đối tượng thực hiện",
    "agencies": "Cơ quan thực hiện", "competent_agencies": "Cơ quan có thẩm quyền",
    "delegated_agencies": "Cơ quan được ủy quyền", "coordinating_agencies": "Cơ quan phối hợp",
    "address": "Địa chỉ tiếp nhận", "results": "Kết quả", "legal_bases": "Căn cứ pháp lý",
    "requirements": "Yêu cầu, điều kiện", "keywords": "Từ khóa", "description": "Mô tả", "type_raw": "Loại thủ tục", "state_raw": "Tình trạng (nguyên văn)",
    "service_level_raw": "Mức độ dịch vụ (nguyên văn)", "service_level": "Mức độ dịch vụ",
    "related": "Thủ tục liên quan", "old_code": "Mã cũ", "fee_text": "Phí, lệ phí", "time_text": "Thời hạn",
}  # fmt: skip

CHANNELS = {"truc_tiep": "Trực tiếp", "truc_tuyen": "Trực tuyến", "buu_chinh": "Dịch vụ bưu chính", "khac": "Cách khác"}

KINDS = {"procedure": "Thủ tục", "article": "Tin tức", "document": "Văn bản"}

CHANGES = {
    "marks": "gõ không dấu", "telex": "gõ Telex", "vni": "gõ VNI", "spelling": "sửa chính tả", "split": "tách chữ dính liền",
    "vocabulary": "từ thường dùng", "code": "nhận ra mã", "question_words": "từ hỏi tính nhẹ hơn", "relaxed": "bỏ bớt từ",
    "second": "tìm cả cách đọc khác", "place": "nơi ở, không thuộc tên thủ tục",
}  # fmt: skip

FEATURES = {
    "s0": "Khớp từ ngữ (tên, cách nói thường ngày, lĩnh vực, nội dung)", "t": "Phần của riêng tên gọi",
    "cov_s": "Tỷ lệ từ đã hỏi có trong tên và cách nói thường ngày", "xsum": "Trường hợp riêng mà câu hỏi không nói tới",
    "citizen": "Dành cho công dân", "prior": "Được làm nhiều", "vote": "Cùng lĩnh vực với các kết quả gần nhất",
    "central": "Chỉ cơ quan trung ương giải quyết", "bare_s0": "Bù vì chưa ghi cách nói thường ngày",
    "fresh": "Mới đăng", "exact": "Đúng mã, đúng tên hoặc được ghim",
}  # fmt: skip
"""What a feature of the ranking means to a reader."""

RELAXED = {
    "some_words": "Không có kết quả đủ các từ đã gõ. Đây là kết quả có một phần các từ đó.",
    "any_word": "Không có kết quả đủ các từ đã gõ. Đây là kết quả có ít nhất một từ.",
    "number": "Không có văn bản nào mang số “{q}”. Đây là kết quả gần nhất.",
    "place": "Bạn mới nêu nơi, chưa nêu việc cần làm. Hãy gõ thêm tên việc, ví dụ “đăng ký khai sinh”.",
}

COSTS, FORMS = {"mien_phi": "Miễn phí"}, {"co": "Có mẫu đơn, tờ khai"}


def day_of(value: date | datetime | str) -> date:
    """The day in Vietnam of a day or moment, also as it stands in JSON."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    return local_date(value) if isinstance(value, datetime) else value


def day(value: date | datetime | str | None) -> str:
    """`09/8/2018`, as official papers write it; `Chưa rõ` when there is none."""
    return reported.day(value) or UNKNOWN


def moment(value: datetime | str | None, now: datetime | None = None) -> str:
    """`06:12 hôm nay` or `06:12 ngày 09/8/2018`, in Vietnam's time."""
    if isinstance(value, str) and value:
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        return UNKNOWN
    local = value.astimezone(VIETNAM)
    is_today = now is not None and local.date() == now.astimezone(VIETNAM).date()
    return f"{local:%H:%M} {'hôm nay' if is_today else 'ngày ' + day(local)}"


def service_level(value: str) -> str:
    """The label of a service level."""
    return level_label(value) or UNKNOWN


def tier(value: str) -> str:
    """The label of a tier."""
    return Tier(value).vietnamese if value in set(Tier) else value


def facet(value: str, name: str) -> str:
    """The label of a facet's value."""
    match name:
        case "service_level":
            return service_level(value)
        case "tier":
            return tier(value)
        case "state":
            return ProcedureState(value).vietnamese if value in set(ProcedureState) else value
        case "days":
            return "Trong 1 ngày" if value == "1" else f"Không quá {value} ngày"
        case "cost":
            return COSTS.get(value, value)
        case "form":
            return FORMS.get(value, value)
        case _:
            return value


_NUMBERED = re.compile(r"Bước\s+(\d+)\s*[:.–-]\s*(?=\S)", re.IGNORECASE)


def unnumbered(steps: list[str]) -> list[str]:
    """Steps without their own numbers, where these are those of the list that shows them: not “1. Bước 1:”."""
    found = [_NUMBERED.match(step) for step in steps]
    if not all(match and int(match[1]) == n for n, match in enumerate(found, 1)):
        return steps
    return [step[match.end() :] for step, match in zip(steps, found, strict=True) if match]


def brief(value: Any) -> str:
    """One plain text for the value of any field, for lists of who differs in what."""
    if isinstance(value, dict):
        return " – ".join(filter(None, (brief(item) for item in value.values())))
    if isinstance(value, (list, tuple)):
        return "; ".join(filter(None, (brief(item) for item in value)))
    return "" if value is None else str(value)

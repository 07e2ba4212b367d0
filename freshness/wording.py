"""Vietnamese words for outcomes and days in verdicts and findings."""

from __future__ import annotations

from datetime import datetime

from core.clock import local_date, written_day
from core.states import Outcome

REASONS = {
    Outcome.NEVER: "Chưa kiểm tra",
    Outcome.INTERRUPTED: "Lượt kiểm tra bị ngắt giữa chừng",
    Outcome.TOO_LARGE: "Trang quá lớn",
    Outcome.GONE: "Trang chủ không còn",
}

REMEDIES = {
    Outcome.DNS: "Hỏi đơn vị xem tên miền còn dùng không; nếu đã đổi, sửa địa chỉ trong sites.toml.",
    Outcome.REFUSED: "Nếu lượt sau vẫn vậy, báo đơn vị quản trị máy chủ.",
    Outcome.TLS: "Báo đơn vị gia hạn hoặc cài lại chứng thư.",
    Outcome.TIMEOUT: "Nếu lượt sau vẫn vậy, báo đơn vị quản trị máy chủ hoặc giãn nhịp thu thập của trang.",
    Outcome.HTTP_4XX: "Mở thử trang chủ; nếu địa chỉ đã đổi, sửa trong sites.toml.",
    Outcome.HTTP_5XX: "Báo đơn vị quản trị máy chủ; nếu lượt sau trang mở được, lỗi tự hết.",
    Outcome.SOFT_404: "Mở thử trang chủ; nếu địa chỉ đã đổi, sửa trong sites.toml.",
    Outcome.BLOCKED: "Đề nghị đơn vị cho phép bộ thu thập theo tên và số liên hệ mà nó xưng.",
    Outcome.LOGIN: "Hỏi đơn vị xem trang còn công khai không.",
    Outcome.MAINTENANCE: "Chờ đơn vị bảo trì xong; nếu kéo dài, hỏi đơn vị.",
    Outcome.EMPTY: "Mở thử trang trong trình duyệt: có thể nội dung do mã lệnh vẽ ra hoặc trang đang hỏng.",
    Outcome.PARKED: "Tìm địa chỉ mới của đơn vị và sửa trong sites.toml.",
    Outcome.SPAM: "Báo ngay cho đơn vị: trang đã bị chiếm quyền.",
    Outcome.MOVED: "Kiểm tra tên miền mới có đúng là của đơn vị không rồi thêm vào sites.toml.",
    Outcome.NEW_OWNER: "Thêm chủ quản mới vào sites.toml, kèm ngày.",
    Outcome.REDIRECT_LOOP: "Báo đơn vị quản trị máy chủ.",
    Outcome.ROBOTS: "Đề nghị đơn vị mở robots.txt cho bộ thu thập; trước đó không thu thập.",
    Outcome.ROBOTS_UNREACHABLE: "Báo đơn vị; chưa đọc được robots.txt thì không thu thập.",
    Outcome.UNREADABLE: "Xem trang bằng `tracuu probe`, rồi báo người phát triển.",
    Outcome.UNSAFE: "Sửa địa chỉ của trang trong sites.toml.",
    Outcome.ABSENT: "Mở thử trang: có lẽ trang đã đổi cấu trúc địa chỉ.",
}
"""What an operator does next about a visit that ended so; the rule's title says what happened."""


def dated(moment: datetime) -> str:
    """09/8/2018, in Vietnam."""
    return written_day(local_date(moment))

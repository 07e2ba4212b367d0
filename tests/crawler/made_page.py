"""An answer in the frame of an ordinary site, for the tests of what is believed of it."""

from __future__ import annotations

from crawler.page import RawPage

MENU = "<nav><a href='/'>Trang chủ</a><a href='/tin-tuc'>Tin tức</a><a href='/dang-nhap'>Đăng nhập</a></nav>"
FOOTER = "<div class='footer'>Cơ quan chủ quản: UBND huyện Mẫu</div>"
TEXT = (
    "<p>" + "Người dân nộp hồ sơ tại bộ phận một cửa và nhận kết quả theo giấy hẹn của cán bộ tiếp nhận. " * 10 + "</p>"
)


def answer(
    body: str, *, title: str = "Trang huyện Mẫu", status: int = 200, url: str = "http://x.gov.vn/a", **headers: str
) -> RawPage:
    markup = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return RawPage(url, status, {"content-type": "text/html; charset=utf-8"} | named, markup.encode())

"""Pages that are not what they claim, and text that is not as it should be: what site faults put in place of content."""

from __future__ import annotations

import re

from demo import chance

_FRAME = (
    "<!DOCTYPE html><html lang='vi'><head><meta charset='utf-8'><title>{title}</title></head><body>{body}</body></html>"
)


def _page(title: str, body: str) -> str:
    return _FRAME.replace("{title}", title).replace("{body}", body)


SERVER_ERROR = _page(
    "Server Error in '/' Application.", "<h1>Server Error in '/' Application.</h1><p>Runtime Error</p>"
)
NOT_FOUND = _page("404 - Không tìm thấy", "<h1>404 - Không tìm thấy trang</h1>")

WHOLE_PAGES: dict[str, str] = {
    "waf_200": _page(
        "Request Rejected",
        "<h1>Request Rejected</h1><p>The requested URL was rejected. Please consult with your administrator.</p>"
        "<p>Your support ID is: {number}</p><p>Yêu cầu của bạn đã bị tường lửa ứng dụng web chặn.</p>",
    ),
    "login_redirect": _page(
        "Đăng nhập - {name}",
        "<h1>Đăng nhập</h1><form method='post' action='{path}'><label>Tên đăng nhập <input type='text' name='username'></label>"
        "<label>Mật khẩu <input type='password' name='password'></label><button>Đăng nhập</button>"
        "<a href='/quen-mat-khau'>Quên mật khẩu?</a></form>",
    ),
    "maintenance_200": _page(
        "Hệ thống đang bảo trì",
        "<h1>{name}</h1><p>Hệ thống đang bảo trì, nâng cấp. Xin quý vị vui lòng quay lại sau.</p>",
    ),
    "empty_template": _page(
        "{name}",
        "<div class='banner'>{name}</div><div class='menu'><ul><li><a href='/'>Trang chủ</a></li></ul></div>"
        "<div class='main-body'><div class='content'></div></div><div class='footer'>{name}</div>",
    ),
    "soft_404": _page(
        "Không tìm thấy trang - {name}",
        "<div class='banner'>{name}</div><h2>Không tìm thấy trang</h2>"
        "<p>Trang bạn yêu cầu không tồn tại hoặc đã bị xóa. <a href='/'>Quay về trang chủ</a></p>",
    ),
}
"""Kind → the page every address of the site answers with status 200."""

_SPAM = (
    "<div style='position:absolute;left:-9999px'><a href='http://nha-cai.example/'>nhà cái uy tín</a> "
    "<a href='http://ca-cuoc.example/'>cá cược bóng đá trực tuyến</a> đánh bài đổi thưởng, nổ hũ, tài xỉu online, "
    "soi cầu lô đề, casino trực tuyến, slot game đổi thưởng, kèo nhà cái hôm nay {n}</div>"
)


def with_spam(text: str, *names: object) -> str:
    """Hidden gambling links before the end of the page."""
    return text.replace("</body>", _SPAM.format(n=chance.number(*names) % 1000) + "</body>")


_TCVN3_UNICODE = (
    "aàảãáạăằẳẵắặâầẩẫấậ" "đ" "eèẻẽéẹêềểễếệ" "iìỉĩíị" "oòỏõóọôồổỗốộơờởỡớợ" "uùủũúụưừửữứự" "yỳỷỹýỵ"
)  # fmt: skip
_TCVN3_BYTES = (
    "61 B5 B6 B7 B8 B9 A8 BB BC BD BE C6 A9 C7 C8 C9 CA CB AE 65 CC CE CF D0 D1 AA D2 D3 D4 D5 D6 69 D7 D8 DC DD DE"
    " 6F DF E1 E2 E3 E4 AB E5 E6 E7 E8 E9 AC EA EB EC ED EE 75 EF F1 F2 F3 F4 AD F5 F6 F7 F8 F9 79 FA FB FC FD FE"
)
_TO_TCVN3 = {ord(letter): chr(int(byte, 16)) for letter, byte in zip(_TCVN3_UNICODE, _TCVN3_BYTES.split(), strict=True)}
"""TCVN 5712:1993 (VN3, "ABC" fonts): lower-case letters; capitals are the same letters in a capital font."""

_PARAGRAPH = re.compile(r"(<p>)([^<]+)(</p>)")


def in_tcvn3(text: str) -> str:
    """The paragraphs of a page in the letters of an ABC font, as if typed in one."""
    return _PARAGRAPH.sub(lambda m: f'{m[1]}<font face=".VnTime">{_tcvn3(m[2])}</font>{m[3]}', text)


def _tcvn3(text: str) -> str:
    accented = "".join(letter.lower() if ord(letter) > 127 else letter for letter in text)
    return accented.translate(_TO_TCVN3)


_LABELS = re.compile(
    r"<(strong|b|dt|th|h3)( [^>]*)?>(\d+\. )?(Mã thủ tục|Số quyết định|Tên thủ tục|Lĩnh vực|Mức độ[^<]*|Trình tự[^<]*|Cách thức[^<]*"
    r"|Thời hạn[^<]*|Phí, lệ phí|Thành phần[^<]*|Số lượng[^<]*|Đối tượng[^<]*|Cơ quan[^<]*|Địa chỉ tiếp nhận[^<]*|Kết quả[^<]*"
    r"|Căn cứ[^<]*|Yêu cầu[^<]*|Tên giấy tờ|Mẫu đơn[^<]*|Hình thức nộp)(:?)</\1>"
)
_ACCORDION = re.compile(r"(<div class=\"item-title\"[^>]*>)[^<]+(<i )")
_CLASS = re.compile(r'\b(class|id)="([^"]+)"')


def in_new_template(text: str) -> str:
    """Other class names, and pictures where the labels of a procedure's parts were: readers find fewer fields."""
    text = _ACCORDION.sub(r'\1<span class="icon"></span>\2', _LABELS.sub(r'<span class="icon"></span>', text))
    return _CLASS.sub(lambda m: f'{m[1]}="x{chance.number(m[2]) % 10_000}"', text)


_LINK = re.compile(r'href="(/[^"#]*)"')


def with_sessions(text: str, session: str) -> str:
    """A session id in every link of the page."""
    return _LINK.sub(lambda m: f'href="{_with_session(m[1], session)}"', text)


def _with_session(path: str, session: str) -> str:
    before, mark, query = path.partition("?")
    return f"{before}?phpsessid={session.lower()}&amp;{query}" if mark else f"{before};jsessionid={session}"

"""Pages that say one thing and nothing else: walls, maintenance, errors, "not found", a hosting company's own page.

All answer with status 200. Their words count where the page is short or begins with them: an article about an error, and
a notice of coming maintenance in the site's frame, are pages of the site.
"""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from core.states import Outcome
from crawler.cms.selectors import select
from crawler.cms.tree import clean, text_of
from crawler.ownership import is_framed_by
from crawler.page import SiteHints
from vietnamese.syllables import fold_text, nfc

LITTLE_TEXT = 700  # characters of page text under which a wall's words are believed; the longest real notice has 420
NOTHING_ELSE = 400  # characters of a page that has no room for an article beside the words of a notice
LEFT_OVER = 150  # characters beside the lines of a program's error: the frame of a page that broke off, no article
FIRST_LINES = 5  # a server's own error page begins with its name, whatever stack trace follows
FRAME_LINKS = 3  # a maintenance page has a link or two, the frame of a site its menu

Notice = tuple[Outcome, str]
"""What a page is, and the words that show it."""

_WALL_WORDS = (
    "truy cap bi tu choi", "yeu cau bi chan", "tuong lua ung dung", "ma su co", "xac minh ban la con nguoi",
    "ban da bi chan", "kiem tra trinh duiet", "kiem tra trinh duyet cua ban", "bi tu choi truy cap", "access denied",
    "request blocked", "request rejected", "website nay da bi chan", "website nay bi chan",
    "trang web nay da bi chan", "trang web nay bi chan",
)  # fmt: skip
_ASKS_WHO = (
    "con nguoi", "robot", "nguoi may", "bat thuong", "de tiep tuc", "tiep tuc truy cap", "verify", "human", "unusual",
    "security check",
)  # fmt: skip
"""What a wall says beside "captcha": a form to look up a dossier has one too, and asks for the dossier."""
_FIELDS = "input:not([type]), input[type=text], input[type=search], input[type=tel], input[type=number], input[type=date], select, textarea"
_CAPTCHA = re.compile(r"captcha|verif|secur|xac-?_?(?:nhan|thuc|minh)|bao-?_?(?:ve|mat)", re.I)
MAINTENANCE = (
    "dang bao tri", "bao tri he thong", "he thong bao tri", "website dang nang cap", "he thong dang nang cap",
    "trang web dang bao tri", "tam ngung de bao tri", "website tam ngung hoat dong",
    "website nay tam ngung hoat dong", "trang web tam ngung hoat dong", "he thong tam ngung hoat dong",
    "cong thong tin dien tu tam ngung hoat dong", "trang thong tin dien tu tam ngung hoat dong", "under maintenance",
    "site is temporarily unavailable", "be right back", "dang duoc nang cap", "tam dung phuc vu",
)  # fmt: skip
"""Whose work stops is named: "Tạm ngừng hoạt động công ty chứng khoán" is a procedure."""
_AT_PRESENT = (
    "dang bao tri", "dang duoc bao tri", "dang nang cap", "dang duoc nang cap", "dang tam", "quay lai sau",
    "truy cap lai sau", "under maintenance", "temporarily unavailable", "be right back",
)  # fmt: skip
"""What a maintenance page says of itself; a notice speaks of hours to come."""
_WORK_WORDS = ("bao tri", "nang cap", "tam ngung", "tam dung")
_NOT_FOUND = (
    "khong tim thay trang", "trang khong ton tai", "khong ton tai", "tai nguyen khong duoc tim thay", "khong tim thay",
    "page not found", "not found", "404 not found", "default 404 not found page", "trang ban yeu cau khong",
    "duong dan khong ton tai", "bai viet khong ton tai", "noi dung khong ton tai", "khong tim thay noi dung", "loi 404",
    "file or directory not found", "default category layout", "has not archived that url", "da bi xoa hoac khong ton tai",
    "the resource cannot be found",
)  # fmt: skip
_LIST_WORDS = ("van ban nao", "ket qua nao", "khong co van ban", "tim kiem", "thu tuc nao")
"""A search or list without results is a page of the site, not a missing page."""
_ERROR_NAMES = {form.format(word) for word in _NOT_FOUND for form in ("{}", "loi {}", "404 {}", "error 404 {}")}
_TAKEN_DOWN = re.compile(
    r"^(?:rat tiec |xin loi )?(?:(?:tin bai|bai viet|tin|bai|trang|noi dung|van ban|tai lieu|chuyen muc)(?: \w+){0,3} )"
    r"(?:da |hien )?(?:duoc |bi )?(?:go|go bo|xoa|xoa bo|khong con ton tai|khong con)"
    r"(?: hoac (?:da )?(?:bi |duoc )?(?:khong con ton tai|khong con|khong ton tai|khong co|xoa|go bo|di chuyen|chuyen))\b|"
    r"^(?:rat tiec |xin loi )?(?:tin bai|bai viet|tin|bai|trang|noi dung|van ban|tai lieu|chuyen muc) nay "
    r"(?:da (?:duoc |bi )?(?:go|xoa)|(?:hien )?khong con)\b"
)
_PARKED = re.compile(
    r"domain (?:name )?(?:\S+\.\S+ )?(?:is|may be) for sale|buy this domain|parked (?:free|domain)|sedoparking|parkingcrew|"
    r"bodis\.com|hugedomains|tên miền (?:\S+\.\S+ |này )?(?:đang |hiện )?(?:được )?(?:rao bán|giữ chỗ|chưa được kích hoạt|đã hết hạn)|"
    r"mua tên miền này|this domain (?:\S+\.\S+ )?(?:has expired|is parked)|apache2? (?:ubuntu|debian) default page|"
    r"welcome to nginx|this account has been suspended|if you are the owner of this website|"
    r"successfully installed (?:apache )?tomcat",
    re.I,
)
_PARKED_HINTS = (
    "domain", "parked", "sedopark", "parkingcrew", "bodis", "tên miền", "apache", "nginx", "suspended",
    "owner of this website", "successfully installed",
)  # fmt: skip
"""One of these stands in whatever `_PARKED` finds: looked for first, ten times as fast as the pattern."""
_SUSPENDED = re.compile(
    r"(?:(?:tài khoản|website|trang web|hosting) này|tài khoản (?:hosting|lưu trữ|(?:của )?(?:website|trang web|quý khách))(?: này)?)"
    r" (?:hiện )?(?:đã |đang )?bị (?:tạm (?:ngưng|ngừng|khóa|khoá)|đình chỉ)"
    r"|^(?:Tài khoản|Website|Trang web)(?: này)? (?:đã |đang )?bị (?:tạm (?:ngưng|ngừng|khóa|khoá)|đình chỉ)$",
    re.I | re.M,
)
"""In the frame of a site this is an answer about an account, or news of a site that was shut down."""
SUSPENDED = "tài khoản lưu trữ bị tạm ngưng"
_PARKED_AS = (
    (re.compile(r"suspend|owner of this", re.I), SUSPENDED),
    (re.compile(r"expired|hết hạn", re.I), "tên miền đã hết hạn"),
    (re.compile(r"sale|buy|sedo|parkingcrew|bodis|hugedomains|rao bán|mua", re.I), "tên miền đang được rao bán"),
    (re.compile(r"park|giữ chỗ|kích hoạt|domain.*default", re.I), "tên miền chưa được dùng"),
)
"""What an editor is told of it, by the words found; a server's own page has none of these."""
_SERVERS_OWN = re.compile(
    r"IIS ?\d+(?:\.\d)?$|IIS Windows|Microsoft Internet Information Services \d|Welcome to nginx|(?:Test Page for the )?(?:Apache|Nginx) HTTP Server"
    r"|Apache2? .{0,20}Default Page|Default Web Site Page|Account Suspended$|(?:Domain|Web Server's) Default Page|Welcome to XAMPP"
    r"|Apache Tomcat/\d[\d.]*$",
    re.I,
)
"""Titles of what a web server or a hosting company shows while there is no site."""
_LISTING = re.compile(r"(?:Index of|Directory Listing (?:For|of)) \[?/|\[To Parent Directory\]", re.I)
_BEGINS = re.compile(
    r"Server Error in '[^']*' Application|(?:HTTP )?Status 5\d\d\b|HTTP Error 5\d\d\b|Whitelabel Error Page",
    re.I,
)
_ERROR = re.compile(
    r"^(?:error establishing a database connection|database error$|runtime error$|(?:error|lỗi)[ :]+5\d\d\b|5\d\d[ :–-]+(?:internal server error|bad gateway|service|gateway)|"
    r"internal server error|service (?:temporarily )?unavailable|(?:502 )?bad gateway|sorry, something went wrong|SQLSTATE\[|"
    r"ORA-\d{5}|(?:rất tiếc|xin lỗi)[,.!]? (?:đã |hệ thống )*(?:xảy ra|có|gặp) (?:lỗi|sự cố)|"
    r"(?:không thể|lỗi) kết nối (?:đến |tới |với )?(?:cơ sở dữ liệu|csdl|database)[^\n]{0,20}$).*",
    re.I | re.M,
)
_PROGRAM_ERROR = re.compile(
    r"^(?:PHP )?(?:Warning|Fatal error|Parse error) ?: (?=.*(?: on line \d|\w\(\)|Uncaught )).*", re.I | re.M
)
_TRACE = re.compile(r"^(?:#\d+ |Stack trace:|thrown in ).*", re.I | re.M)
_REFUSED = re.compile(
    r"^(?:error|loi|http(?: status)?|status(?: code)?|ma loi)[\s:]+403\b|^403(?:\s+(?:forbidden|access denied|error|cam truy cap|khong co quyen)\b|$)|\bforbidden\b.{0,20}\b403\b",
    re.M,
)
"""A status said as a status, alone or with its name; 403 in a headline ("câu 403") is a number."""
_HEADLINE = "h1, h2, h3, h4, [class*='title']"
_PART = re.compile(r"\s+[-|–:]\s+|[|:]")
_DAY = re.compile(r"\b\d{1,2} ?[/.-] ?\d{1,2}\b|\bngày \d{1,2}\b", re.I)


def notice(root: HtmlElement, own: list[str], title: str, site: SiteHints) -> Notice | None:
    """The notice a page is; None for one that says more. `own` are its lines without furniture."""
    length = sum(map(len, own)) + max(0, len(own) - 1)
    is_short = length < LITTLE_TEXT
    if server := _of_the_server(own, title, is_short=is_short):
        return server
    if is_short and (found := _SUSPENDED.search("\n".join((title, *own)))) and not _has_menu(root):
        return Outcome.PARKED, f"{SUSPENDED}: “{clean(found[0])}”"
    few, heading = fold_text(" ".join(own)) if is_short else "", fold_text(title)
    beside = f"on a page of {length} characters"
    if few and (closed := _closed(root, few, heading, site)):
        return closed[0], f"“{closed[1]}” {beside}"
    if word := _named_error(title):
        return Outcome.SOFT_404, f"“{word}”"
    return _of_little(own, few, title, beside) if few else None


def _of_little(own: list[str], few: str, title: str, beside: str) -> Notice | None:
    heading = fold_text(title)
    starts = [fold_text(line) for line in own[:40] if len(line) < 90]
    if absent := _absent(few, starts, heading):
        return Outcome.SOFT_404, f"“{absent}”"
    if error := _broken(own, title):
        return Outcome.HTTP_5XX, f"“{error}” with status 200"
    if refused := _REFUSED.search(f"{heading}\n" + "\n".join(starts)):
        return Outcome.BLOCKED, f"“{refused[0].strip()}” {beside}"
    return None


def _of_the_server(own: list[str], title: str, *, is_short: bool) -> Notice | None:
    """What a server shows that has no site, or whose program broke down: its name is the title or the first line."""
    beginning = [title, *own[:FIRST_LINES]]
    if found := _SERVERS_OWN.match(title) or (_parked(" ".join((title, *own))) if is_short else None):
        kind = next((kind for words, kind in _PARKED_AS if words.search(found[0])), "máy chủ chưa có trang nào")
        return Outcome.PARKED, f"{kind}: “{clean(found[0])}”"
    for line in beginning:
        if found := _BEGINS.match(line):
            return Outcome.HTTP_5XX, f"“{clean(found[0])}” with status 200"
        if found := _LISTING.match(line):
            return Outcome.EMPTY, f"a directory listing, “{line[:80]}”"
    return None


def _parked(text: str) -> re.Match[str] | None:
    low = text.lower()
    return _PARKED.search(text) if any(hint in low for hint in _PARKED_HINTS) else None


def _closed(root: HtmlElement, few: str, heading: str, site: SiteHints) -> Notice | None:
    for outcome, words in ((Outcome.BLOCKED, _WALL_WORDS), (Outcome.MAINTENANCE, MAINTENANCE)):
        word = next((word for word in words if word in heading or word in few), "")
        if word and (word in heading or len(few) < NOTHING_ELSE):
            if outcome is Outcome.MAINTENANCE and _announces(root, few, site):
                return None
            return outcome, word
    if len(few) < NOTHING_ELSE and "captcha" in f"{heading} {few}" and _wants_captcha_only(root, few):
        return Outcome.BLOCKED, "captcha"
    return None


def _wants_captcha_only(root: HtmlElement, few: str) -> bool:
    """Whether a page asks for a captcha and nothing else, and says why or has no frame of a site around it."""
    fields = [field for field in select(root, _FIELDS) if "g-recaptcha" not in (field.get("name") or "")]
    others = [field for field in fields if not _CAPTCHA.search(" ".join(map(str, field.values())))]
    may_be_it = len(others) == len(fields) and not select(root, ".g-recaptcha, [data-sitekey], iframe[src*='captcha']")
    if len(others) > may_be_it:  # the only field of a wall may have any name
        return False
    return any(word in few for word in _ASKS_WHO) or not _has_menu(root)


def _has_menu(root: HtmlElement) -> bool:
    return sum(1 for _ in root.iter("a")) >= FRAME_LINKS


def _announces(root: HtmlElement, few: str, site: SiteHints) -> bool:
    """Whether this is an article on coming maintenance: a headline and days in the site's frame, nothing of the present."""
    if any(word in few for word in _AT_PRESENT):
        return False
    headlines = (fold_text(text_of(element)) for element in select(root, _HEADLINE))
    if not any(word in headline for headline in headlines for word in _WORK_WORDS):
        return False
    is_framed = _has_menu(root) or is_framed_by(root, site.owner, site.province)
    return is_framed and _DAY.search(nfc(text_of(root))) is not None


def _absent(few: str, starts: list[str], heading: str) -> str:
    is_no_list = not any(word in few for word in _LIST_WORDS)
    for word in _NOT_FOUND:
        if heading.startswith(word) or (
            is_no_list and any(line.startswith(word) or line.endswith(word) for line in starts)
        ):
            return word
    return next((found[0] for line in starts if (found := _TAKEN_DOWN.match(line))), "")


def _named_error(title: str) -> str:
    """The part of a title that is an error and nothing else: "Không tìm thấy hài cốt liệt sĩ" is a headline."""
    return next((part for part in map(fold_text, _PART.split(title)) if part in _ERROR_NAMES), "")


def _broken(own: list[str], title: str) -> str:
    """The error that is all a page says; "" where an article stands beside it."""
    text = nfc("\n".join((title, *own)))
    found, room = _ERROR.search(text), NOTHING_ELSE
    if found is None:
        found, room = _PROGRAM_ERROR.search(text), LEFT_OVER
    if found is None:
        return ""
    left = _TRACE.sub("", _PROGRAM_ERROR.sub("", _ERROR.sub("", text)))
    return clean(found[0])[:80] if len(left) < room else ""

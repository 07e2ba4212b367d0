"""One address per page: clean form, key, and what kind of file an address names. Pure text, no request."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import lru_cache
from html.entities import html5
from typing import Literal
from urllib.parse import parse_qsl, quote, unquote, unquote_plus, urlencode, urljoin, urlsplit, urlunsplit

_STORY = r"sid=\d{1,9}(?![^&;#])"  # PHP-Nuke, and NukeViet after it, number their articles so: no session is so short
_SESSION = re.compile(
    rf"^(?!{_STORY})(?:jsessionid|phpsessid|aspsessionid\w*|sid|sessionid|session_id|cfid|cftoken|nv_session)=", re.I
)
_TRACKING = re.compile(r"^(?:utm_\w+|fbclid|gclid|zarsrc|_ga|mc_[ce]id|yclid|igshid|ref_src)$", re.I)
_PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#;]*", re.I)
_COOKIELESS = re.compile(r"/\([SAXF]\([^)]*\)\)+", re.I)  # ASP.NET keeps the session in the path: /(S(abc))/
_PORTS = {"http": 80, "https": 443}
_DOCUMENTS = re.compile(r"\.(?:pdf|docx?|xlsx?|odt|rtf)$", re.I)
_ASSETS = re.compile(
    r"\.(?:jpe?g|png|gif|bmp|webp|svg|ico|tiff?|css|js|json|map|woff2?|ttf|eot|mp[34]|avi|flv|swf|wmv|mov|wav|zip|rar|7z|gz|exe|apk|pptx?|xml|rss|atom)$",
    re.I,
)
_SORT_KEYS = re.compile(
    r"^(?:sort(?:[_-]?(?:by|field|dir(?:ection)?|order|type|col(?:umn)?|expression))?|order[_-]?by(?:col|type)?"
    r"|order[_-]?dir(?:ection)?|filter_order(?:_dir)?|(?:kieu)?sap[_-]?xep|_\w+_orderBy(?:Col|Type))$",
    re.I,
)
_SORT_OF_THINGS = re.compile(r"^sort=\d{2,}$", re.I)  # a kind that is chosen by its number: one digit chooses an order
_ORDER = re.compile(r"^(?:dir|order)=(?:asc|desc)$", re.I)
_MOBILE = re.compile(r"^(?:(?:is_?)?mobile=(?:1|true)|(?:device|theme|template)=mobile|amp=(?:1|true)?)$", re.I)
_BLOGGER = re.compile(r"^https?://[^/]+/\d{4}/\d{2}/[^/?]+\.html\?m=[01]$")  # elsewhere m= is a month, menu or module
_MOBILE_PATH = re.compile(r"^(https?://[^/]+)/(?:m|mobile)(?=/[^/?])", re.I)
_SAFE_PATH = "/:@!$&'()*+,;=-._~%"
_SAFE_QUERY = "/:@!$&'()*+,;=-._~%?[]|"
_INDEX = re.compile(r"/(?:index|default|trangchu)\.(?:html?|php|aspx?|jsp)$", re.I)


@dataclass(frozen=True, slots=True)
class FamilyKey:
    """How a CMS family shows one page under many addresses. `shows`: what its addresses look like, so that no state is
    needed to know the family; `drops`: parameters that change the frame, not the page."""

    family: str
    shows: re.Pattern[str]
    drops: re.Pattern[str]
    folds_case: bool = False


_NEVER = re.compile(r"(?!)")
_ABSOLUTE = re.compile(r"https?://[A-Za-z0-9][^;]*\Z")
"""Means the same wherever it is linked; joining would drop a last ";"."""
FAMILY_KEYS: tuple[FamilyKey, ...] = (
    FamilyKey(
        "liferay",
        re.compile(r"[?&]p_p_id=|/-/"),
        re.compile(
            r"^(?:p_p_lifecycle|p_p_mode|p_p_col_\w+|p_p_cacheability|p_p_auth|p_auth|p_p_state|p_p_state_rcv|redirect|inheritRedirect|controlPanelCategory|_\w+_(?:redirect|backURL|inheritRedirect))$"
        ),
    ),
    FamilyKey(
        "nukeviet", re.compile(r"[?&](?:language|nv|op|nvvithemever)="), re.compile(r"^(?:nocache|nvvithemever|nv_redirect|checkss)$", re.I)
    ),
    FamilyKey(
        "sharepoint", re.compile(r"/(?:Pages|Lists|_layouts)/", re.I), re.compile(r"^(?:Source|IsDlg|ContentTypeId|InitialTabId|VisibilityContext|RootFolder|View)$", re.I), folds_case=True
    ),
    FamilyKey("aspx_newsdetail", re.compile(r"\.aspx(?:\?|/|$)", re.I), _NEVER, folds_case=True),
    FamilyKey("ashx", re.compile(r"\.ashx(?:\?|/|$)", re.I), re.compile(r"^(?:_|rnd|random|ts)$", re.I), folds_case=True),
    FamilyKey("domino", re.compile(r"\.nsf/", re.I), re.compile(r"^(?:OpenDocument|Highlight|AutoFramed)$", re.I), folds_case=True),
    FamilyKey("national_portal", re.compile(r"[?&](?:ma_?thu_?tuc|procedure_?id|tthc_?id)=", re.I), re.compile(r"^(?:back_?url|return_?url|_c)$", re.I)),
)  # fmt: skip
"""Rules by family; the more general ones stand for every host, because most sites' family is not known before a visit."""


def canonical(url: str, base: str = "") -> str:
    """An address as it was linked, made clean: what is asked for and shown; "" when it is not an http(s) address.

    Parameters keep their order (some servers answer no other); sessions and tracking are taken out. Applying it twice
    changes nothing. Whether two addresses are one page is `key_of`'s question.
    """
    return _canonical(url, "" if _ABSOLUTE.match(url) else base)


@lru_cache(50_000)  # what is linked from every page of a site is worked out once
def _canonical(url: str, base: str) -> str:
    try:
        parts = urlsplit(urljoin(base, _unescaped(url)) if base else _unescaped(url))
        port = parts.port
    except ValueError:
        return ""
    scheme, host = parts.scheme.lower(), (parts.hostname or "").rstrip(".")
    if scheme not in _PORTS or not host or any(letter.isspace() or letter in '<>"\\^`{|}%' for letter in host):
        return ""
    try:
        host = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    netloc = (f"[{host}]" if ":" in host else host) + (f":{port}" if port and port != _PORTS[scheme] else "")
    return urlunsplit((scheme, netloc, _path(parts.path), _query(parts.query), ""))


def _unescaped(url: str) -> str:
    """Without the entities that a program wrote more often than it should; `&section=` holds none (`&sect`)."""
    url = url.strip()
    for _ in range(MAX_ESCAPES):
        if (fewer := _ENTITY.sub(_letter, url)) == url:
            break
        url = fewer
    return url


MAX_ESCAPES = 20  # far more than any program's; each is one pass over the address
_ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-f]+|[a-z][a-z0-9]*);", re.I)


def _letter(entity: re.Match[str]) -> str:
    numbered = entity[0][1] == "#"
    return html.unescape(entity[0]) if numbered else html5.get(entity[0][1:], entity[0])


def _path(path: str) -> str:
    path = _COOKIELESS.sub("", _PATH_SESSION.sub("", path))
    steps: list[str] = []
    for step in path.split("/")[1:]:
        if step == "..":
            steps = steps[:-1]
        elif step != ".":
            steps.append(_encoded(step))
    return "/" + re.sub(r"/{2,}", "/", "/".join(steps)).lstrip("/")


def _encoded(step: str) -> str:
    """Percent-encoding in its one form: what needs none is written plainly, what is encoded is upper case."""
    try:
        plain = unquote(step, errors="strict")
    except UnicodeDecodeError:
        return re.sub(r"%[0-9a-fA-F]{2}", lambda code: code[0].upper(), quote(step, safe=_SAFE_PATH))
    if "%" in plain or "/" in plain or "?" in plain or "#" in plain or ";" in plain or any(ord(c) < 32 for c in plain):
        return re.sub(r"%[0-9a-fA-F]{2}", lambda code: code[0].upper(), quote(step, safe=_SAFE_PATH))
    return quote(plain, safe="/:@!$&'()*+,=-._~")


def _query(query: str) -> str:
    parts = query.replace(";amp=", "&").replace("&amp;", "&").split("&")
    kept = [part for part in parts if part and not _is_noise(part)]
    return re.sub(r"%[0-9a-fA-F]{2}", lambda code: code[0].upper(), quote("&".join(kept), safe=_SAFE_QUERY))


def with_session(location: str, base: str) -> str:
    """Where a redirect leads, with the session in it that `canonical` takes out; "" when it names none.

    ASP.NET without cookies and old Java servers answer under such an address only.
    """
    return urljoin(base, _unescaped(location)) if NAMES_SESSION.search(location) else ""


NAMES_SESSION = re.compile(
    rf"[;?&](?!{_STORY})(?:jsessionid|phpsessid|aspsessionid\w*|sid|sessionid|session_id)=|/\([SAXF]\(", re.I
)
"""In an address as it was linked."""


def _is_noise(part: str) -> bool:
    name, _, value = part.partition("=")
    name = unquote(name)
    return bool(_SESSION.match(f"{name}={value}") or _TRACKING.match(name))


@lru_cache(50_000)
def key_of(url: str) -> str:
    """What a clean address is known by: the same for every address under which its CMS family shows one page."""
    parts = urlsplit(plain(url))
    path = _INDEX.sub("/", parts.path)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    for rule in FAMILY_KEYS:
        if rule.shows.search(f"{parts.path}?{parts.query}"):
            pairs = [(name, value) for name, value in pairs if not rule.drops.match(name)]
            if rule.folds_case:  # IIS tells neither paths nor parameter names apart by case
                path, pairs = path.lower(), [(name.lower(), value) for name, value in pairs]
    return urlunsplit((parts.scheme, parts.netloc, path, urlencode(sorted(pairs)), ""))


def plain(url: str) -> str:
    """A clean address without what changes the order or the lay-out of a page only: what a link is followed by.

    An answer may lead to one with it (`canonical` leaves it in): a server may add its own order.
    """
    if _BLOGGER.match(url):
        return url[:-4]
    path, _, query = url.partition("?")
    parts = query.split("&")
    kept = [part for part in parts if not _is_frame(part)]
    return url if kept == parts else "?".join((path, "&".join(kept)) if kept else (path,))


def _is_frame(part: str) -> bool:
    name, value = (unquote_plus(side) for side in (part.partition("=")[0], part.partition("=")[2]))
    said = f"{name}={value}"
    if _SORT_KEYS.match(name):
        return not _SORT_OF_THINGS.match(said)
    return bool(_ORDER.match(said) or _MOBILE.match(said))


def without_mobile(url: str) -> str:
    """The address whose mobile twin (`/m/…`, `/mobile/…`) this may be, or "": "/mobile/" may as well be about apps."""
    return _MOBILE_PATH.sub(r"\1", url) if _MOBILE_PATH.match(url) else ""


@lru_cache(50_000)
def kind_of(url: str) -> Literal["page", "document", "asset"]:
    """Whether an address names a page, a document whose text is read, or a file that is not fetched."""
    path = unquote(urlsplit(url).path)
    if _DOCUMENTS.search(path):
        return "document"
    return "asset" if _ASSETS.search(path) else "page"


@lru_cache(50_000)
def host_of(url: str) -> str:
    """Host name of an address in lower case, "" when there is none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def other_www(address: str) -> str:
    """The host or address with "www." where it has none, and without where it has."""
    scheme, mark, rest = address.rpartition("://")
    return f"{scheme}{mark}{rest[4:] if rest.startswith('www.') else f'www.{rest}'}"


def twins(key: str) -> tuple[str, str, str, str]:
    """A key, then the same by the other scheme and with or without "www.": sites link themselves by all of these."""
    scheme, mark, rest = key.partition("://")
    other = f"{'http' if scheme == 'https' else 'https'}{mark}{rest}"
    return key, other, other_www(key), other_www(other)


def path_segments(url: str) -> list[str]:
    """The decoded segments of an address's path."""
    return [unquote(segment) for segment in urlsplit(url).path.split("/") if segment]

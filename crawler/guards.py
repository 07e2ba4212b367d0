"""Whether an answer is what it claims to be: a page of the site, or a wall, a log-in, an empty frame, somebody else's page.

`judge` never looks at the network; what it says is an `Outcome` with the evidence for it. Ordinary pages *about*
logging in, maintenance or betting must pass: words count only in the title or where nothing else is on the page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from core.states import Outcome
from crawler import spam, urls
from crawler.charset import decode
from crawler.cms.article import page_title
from crawler.cms.selectors import first, select
from crawler.cms.tree import clean, is_chrome, lines, own_lines, parse, text_of
from crawler.documents import begins_as_file
from crawler.notices import LITTLE_TEXT, MAINTENANCE, notice
from crawler.ownership import signed_by_another
from crawler.page import RawPage, SiteHints
from vietnamese.syllables import fold_text

EMPTY_TEXT = 30  # characters; the shortest real article has 34 with its title
SIMILAR = 0.92  # share of lines in common with the site's answer to a random path


@dataclass(frozen=True, slots=True)
class GuardVerdict:
    """What an answer is, the words or signs that show it, and notes that do not make it bad (`spam: …`)."""

    outcome: Outcome
    evidence: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Soft404Sample:
    """What a site answers for a path that cannot exist: its status, title and lines. Plain data, kept by the caller."""

    status: int
    title: str
    lines: tuple[str, ...]


_CHALLENGE = re.compile(
    r"Attention Required! \| Cloudflare|cf-browser-verification|cf_chl_|Just a moment\.\.\.|_Incapsula_Resource|Incapsula incident|"
    r"Request Rejected|The requested URL was rejected|Access Denied.{0,200}?Reference #|Sucuri WebSite Firewall|mod_security|"
    r"Web Application Firewall|DDoS protection by|checking your browser|BIG-IP|FortiWeb|FortiGuard|Barracuda Networks|awswaf|ddos-guard|"
    r"Web Page Blocked|Attack ID:|Wordfence",
    re.I | re.S,
)
_CHALLENGE_HINTS = (
    "cloudflare", "cf-browser", "cf_chl", "just a moment", "incapsula", "request rejected", "requested url was rejected", "access denied", "sucuri",
    "mod_security", "application firewall", "ddos", "checking your browser", "big-ip", "fortiweb", "fortiguard", "barracuda", "awswaf", "page blocked",
    "attack id", "wordfence",
)  # fmt: skip
"""What the alternatives of `_CHALLENGE` hold: looked for first, 20 times as fast as the pattern."""
_ARCHIVE = re.compile(r"<title>\s*(?:Internet Archive|Wayback Machine)", re.I)
_RELOADS = re.compile(r"location\.reload\s*\(|location(?:\.href)?\s*=|location\.replace\s*\(", re.I)
_LOGIN_PATH = re.compile(r"/(?:log-?in|sign-?in|dang-?nhap|account/log-?on|_layouts/15/authenticate|sso|cas|oauth2?|auth)(?:[/.]|$)", re.I)  # fmt: skip
_LOGIN_TITLES = ("dang nhap", "login", "sign in", "log in")


def judge(page: RawPage, site: SiteHints | None = None, sample: Soft404Sample | None = None) -> GuardVerdict:
    """The verdict on one answer. `sample` is the site's answer to a random path, if one was taken."""
    site = site or SiteHints()
    host = urls.host_of(page.url)
    if site.hosts and host not in site.hosts:
        return GuardVerdict(Outcome.MOVED, f"answered by {host}")
    # A file is no wall and no notice, whatever its type says; guessing letters in it takes as long as reading it.
    is_file = begins_as_file(page.body)
    source = "" if is_file else decode(page.body, page.content_type).text
    if challenge := _challenge(page, source):
        return challenge
    if page.status in (404, 410):
        return GuardVerdict(Outcome.GONE, f"status {page.status}")
    if page.status >= 500:
        return _server_error(page, source)
    if page.status >= 400:
        outcome = {401: Outcome.LOGIN, 403: Outcome.BLOCKED, 429: Outcome.BLOCKED}.get(page.status, Outcome.HTTP_4XX)
        return GuardVerdict(outcome, f"status {page.status}")
    if is_file or not _is_html(page):
        return GuardVerdict(Outcome.OK)
    return _content(page, source, site, sample)


def is_login_address(url: str) -> bool:
    """Whether a whole step of an address's path says that one logs in there; "huong-dan-dang-nhap" is about it."""
    return _LOGIN_PATH.search(urlsplit(url).path) is not None


def sample_of(page: RawPage) -> Soft404Sample:
    """What to remember of the answer to a path that cannot exist."""
    root = parse(decode(page.body, page.content_type).text)
    return Soft404Sample(page.status, page_title(root), _own_lines(root))


def _is_html(page: RawPage) -> bool:
    kind = page.content_type.lower()
    return not kind or "html" in kind or "xml" in kind or kind.startswith("text/plain")


def _challenge(page: RawPage, source: str) -> GuardVerdict | None:
    if page.headers.get("cf-mitigated") or page.headers.get("x-sucuri-block"):
        return GuardVerdict(Outcome.BLOCKED, "header of a web application firewall")
    if _is_cookie_wall(source):
        return GuardVerdict(Outcome.BLOCKED, "a script that sets a cookie and asks again, and no text")
    low = source.lower() if len(source) < 60_000 else ""
    found = _CHALLENGE.search(source) if any(hint in low for hint in _CHALLENGE_HINTS) else None
    if found and len(_visible(source)) < LITTLE_TEXT:
        return GuardVerdict(Outcome.BLOCKED, f"“{clean(found[0])[:80]}”")
    return None


def _is_cookie_wall(source: str) -> bool:
    """A page without text whose script sets a cookie and loads the page again: a wall that browsers pass."""
    if len(source) > 20_000 or "document.cookie" not in source or not _RELOADS.search(source):
        return False
    return len(_visible(source)) < EMPTY_TEXT * 3


def _server_error(page: RawPage, source: str) -> GuardVerdict:
    words = fold_text(_visible(source)[:LITTLE_TEXT])
    told = next((word for word in MAINTENANCE if word in words), "")
    if told or (page.status == 503 and "retry-after" in page.headers and "bao tri" in words):
        return GuardVerdict(Outcome.MAINTENANCE, f"status {page.status}, “{told or 'bao tri'}”")
    return GuardVerdict(Outcome.HTTP_5XX, f"status {page.status}")


def _visible(source: str) -> str:
    return text_of(parse(source))


def _content(page: RawPage, source: str, site: SiteHints, sample: Soft404Sample | None) -> GuardVerdict:
    if found := _ARCHIVE.search(source[:20_000]):
        return GuardVerdict(Outcome.SOFT_404, f"an archive's own page: {clean(found[0])}")
    root = parse(source)
    body = first(root, "body")
    own = [line.text for line in own_lines(body)] if body is not None else []
    text = "\n".join(own)
    title = page_title(root)
    for verdict in (
        _login(page, root, text, title),
        _notice(root, own, title, site),
        _like_sample(root, sample, title),
        _gambling(root, own, title),
        _bare(root, own, title),
        _owner(root, title, site),
    ):
        if verdict:
            return verdict
    return GuardVerdict(Outcome.OK, notes=spam.injected(root, title))


def _login(page: RawPage, root: HtmlElement, text: str, title: str) -> GuardVerdict | None:
    password = next((field for field in root.iter("input") if field.get("type") == "password"), None)
    if password is None:
        return None
    titled = len(text) < LITTLE_TEXT and fold_text(title).startswith(_LOGIN_TITLES)
    bare = len(text) < 250 and not any(is_chrome(up) for up in password.iterancestors())
    if is_login_address(page.url) or titled or bare:
        return GuardVerdict(Outcome.LOGIN, f"a password field, title “{title[:60]}”")
    return None


def _notice(root: HtmlElement, own: list[str], title: str, site: SiteHints) -> GuardVerdict | None:
    found = notice(root, own, title, site)
    return GuardVerdict(*found) if found else None


def _gambling(root: HtmlElement, own: list[str], title: str) -> GuardVerdict | None:
    """A page that is an offer itself is not the site's: what it takes the place of stays as it was."""
    if offer := spam.offer(root, title, own):
        return GuardVerdict(Outcome.SPAM, f"offers gambling: {offer}", spam.injected(root, title))
    return None


def _like_sample(root: HtmlElement, sample: Soft404Sample | None, title: str) -> GuardVerdict | None:
    if sample is None or sample.status >= 400 or not sample.lines or title != sample.title:
        return None
    mine, theirs = set(_own_lines(root)), set(sample.lines)
    alike = len(mine & theirs) / max(1, len(mine | theirs))
    if alike >= SIMILAR:
        return GuardVerdict(Outcome.SOFT_404, f"{alike:.0%} like the answer to a random path")
    return None


def _own_lines(root: HtmlElement) -> tuple[str, ...]:
    """Lines without digits-only noise (counters, clocks): what is compared with the answer to a random path."""
    return tuple(re.sub(r"\d+", "0", line.text) for line in lines(root) if not line.text.isdigit())[:2_000]


def _bare(root: HtmlElement, own: list[str], title: str) -> GuardVerdict | None:
    site_name = fold_text(re.split(r"\s+[-|–»]\s+", title)[-1])  # no content, however long it is
    length = -1
    for line in own:
        length += len(line) + 1 if fold_text(line) != site_name else 0
        if length >= EMPTY_TEXT:
            return None
    if select(root, "frame, iframe[src], embed, object, img[src*='.jpg'], img[src*='.png'], table a, p a"):
        return None
    if any(len(text_of(anchor)) >= EMPTY_TEXT for anchor in root.iter("a")):
        return None
    return GuardVerdict(Outcome.EMPTY, f"{max(length, 0)} characters of text in the frame “{title[:60]}”")


def _owner(root: HtmlElement, title: str, site: SiteHints) -> GuardVerdict | None:
    if other := signed_by_another(root, title, site.owner, site.province):
        return GuardVerdict(Outcome.NEW_OWNER, f"signed by “{other}”, not by {site.owner}")
    return None

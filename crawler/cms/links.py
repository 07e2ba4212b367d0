"""Links worth following, with the section of the menu entry under which they stand."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode

from lxml.html import HtmlElement

from core.model import Link
from crawler import urls
from crawler.cms.blocks import Blocks
from crawler.cms.repeated import having
from crawler.cms.selectors import first
from crawler.cms.tree import clean, is_chrome, text_of
from crawler.sections import SectionTable
from vietnamese.syllables import fold_text

_NO_PAGE = ("#", "javascript:", "mailto:", "tel:", "data:", "file:", "callto:", "skype:")
_SCRIPTED = re.compile(r"(?:window\.open|location(?:\.href)?\s*=|open_browse)\s*\(?\s*[\"']([^\"']+)[\"']")
_WAYBACK = re.compile(r"^https?://web\.archive\.org/web/\d+[a-z_]*/(https?:?/.*)$", re.I)
_HOME_WORDS = {"trang chu", "trang nhat", "home"}
_BETWEEN = re.compile(r"\s*(?:[»›>→❯▸/|]|::|&raquo;)+\s*")
_LINKS = ("a", "area")
LONGEST_BADGE = 8  # characters: "XLSX", "Mới", "(PDF)"
LONGEST_TRAIL = 300  # characters; a headline of 180 with three steps before it
_BREADCRUMBS = ".breadcrumb, .breadcrumbs, .pathway-category, .box-map, [itemprop=breadcrumb], .NavContainer, #breadcrumbs, .temp-breadcrumbs"


def links_of(root: HtmlElement, base: str, sections: SectionTable, blocks: Blocks) -> tuple[Link, ...]:
    """Every http(s) link to a page or document, canonical, each address once; traps are left for the caller to judge."""
    found: dict[str, Link] = {}
    base = _base(root, base)
    for anchor in having(root, _LINKS, _has_target):
        url = address(_target(anchor), base)
        if not url or urls.kind_of(url) == "asset":
            continue
        text = words_of(anchor)
        known = found.get(url)
        section = _section(anchor, text, sections, blocks)
        if known is None or (not known.text and text) or (not known.section and section):
            found[url] = Link(url, (known.text if known else "") or text, (known.section if known else "") or section)
    return tuple(found.values())


def links_in_text(holder: HtmlElement, base: str, blocks: Blocks) -> tuple[Link, ...]:
    """The links of a text: what stands in `holder` outside of furniture and of blocks about other pages, each address once."""
    found: dict[str, Link] = {}
    base = _base(holder.getroottree().getroot(), base)
    for anchor in having(holder, _LINKS, _has_target):
        url = address(_target(anchor), base)
        if not url or url in found or urls.kind_of(url) == "asset" or _is_beside(anchor, holder, blocks):
            continue
        found[url] = Link(url, words_of(anchor))
    return tuple(found.values())


def _is_beside(anchor: HtmlElement, holder: HtmlElement, blocks: Blocks) -> bool:
    heading = blocks.over(anchor)
    if heading is not None and heading.is_side:
        return True
    place = anchor
    while place is not None and place is not holder:
        if is_chrome(place):
            return True
        place = place.getparent()
    return False


def _base(root: HtmlElement, url: str) -> str:
    """What the links of a page are relative to: its own address, or what it names instead."""
    shown = next((element for element in root.iter("base") if element.get("href") is not None), None)
    return url if shown is None else urls.canonical(shown.get("href") or "", url) or url


def address(href: str, base: str) -> str:
    """`urls.canonical` of a link, asked in one way from every page of a site: it is worked out once."""
    if href.startswith("/") and not href.startswith("//"):
        start = base.find("/", base.find("://") + 3)
        base = base[: start + 1] if start > 0 else base
    return urls.canonical(href, base)


def without_noise(url: str, noise: str) -> str:
    """A canonical address without the parameters of a family that change nothing on the page (its `noise`)."""
    base, _, query = url.partition("?")
    if not noise or not query:
        return url
    kept = [
        (key, value) for key, value in parse_qsl(query, keep_blank_values=True) if not re.fullmatch(noise, key, re.I)
    ]
    return f"{base}?{urlencode(kept)}" if kept else base


def words_of(anchor: HtmlElement) -> str:
    """The words of a link: its text; its title where the text is empty, cut short ("Sở Tài nguyên…") or has a badge behind."""
    text, title = text_of(anchor), clean(anchor.get("title") or "")
    cut = text.rstrip(".… ")
    if not text or (title and (title.startswith(cut) if cut != text else 0 < len(text) - len(title) <= LONGEST_BADGE)):
        return title if not text or cut != text or text.startswith(title) else text
    return text


def _target(anchor: HtmlElement) -> str:
    href = (anchor.get("href") or "").strip()
    if wrapped := _WAYBACK.match(href):
        return wrapped[1]
    if href and not href.lower().startswith(_NO_PAGE):
        return href
    scripted = _SCRIPTED.search(anchor.get("onclick") or "") or _SCRIPTED.search(href)
    return scripted[1] if scripted else ""


def _has_target(anchor: HtmlElement) -> bool:
    return bool(_target(anchor))


def _section(anchor: HtmlElement, text: str, sections: SectionTable, blocks: Blocks) -> str:
    """The section of the link's own words if it stands in a menu, of the menu entry above it, or of its block's heading."""
    if not sections.aliases:
        return ""
    in_menu = any(is_chrome(up) for up in anchor.iterancestors())
    if own := sections.section_of(text) if in_menu and len(text) <= 60 else sections.exactly(text):
        return own
    item = next((up for up in anchor.iterancestors() if up.tag == "li"), None)
    for up in item.iterancestors() if item is not None else ():
        if up.tag == "li":
            entry = next((child for child in up if child.tag in ("a", "span")), None)
            if entry is not None and (above := sections.section_of(text_of(entry))):
                return above
    heading = None if in_menu else blocks.over(anchor)
    return heading.section if heading is not None else ""


def trail(root: HtmlElement) -> list[str]:
    """The texts of the breadcrumb, outermost first: by its class, else by its shape (home » section » …)."""
    place = first(root, _BREADCRUMBS)
    if place is not None:
        texts = [clean(text_of(step)) for step in place.iter("a", "span", "li") if len(step) == 0 or step.tag == "a"]
        return [text for text in dict.fromkeys(texts) if 2 < len(text) <= 80]
    for anchor in having(root, ("a",), _leads_home):
        if steps := _steps(anchor):
            return steps
    return []


def _leads_home(anchor: HtmlElement) -> bool:
    return len(anchor) <= 1 and _is_home(text_of(anchor))


@lru_cache(20_000)  # the menus of a site stand on all of its pages
def _is_home(text: str) -> bool:
    return fold_text(text) in _HOME_WORDS


def _steps(home: HtmlElement) -> list[str]:
    """The steps after a link home, when its box holds nothing but steps with signs between them."""
    for up in list(home.iterancestors())[:3]:
        text = clean(text_of(up))
        if len(text) > LONGEST_TRAIL:
            return []
        steps = [clean(step) for step in _BETWEEN.split(text)]
        if len(steps) > 1 and fold_text(steps[0]) in _HOME_WORDS:
            return [step for step in steps if 2 < len(step) <= 80] if len(list(up.iter("li"))) <= 8 else []
    return []


def section_of_page(trail_texts: list[str], url: str, title: str, sections: SectionTable) -> str:
    """The page's section: the innermost step of the breadcrumb that has one, then its path, then a list's title.

    The last part of a path is often the slug of a headline: it must be a menu's wording and nothing else.
    """
    for text in reversed(trail_texts):
        if found := sections.section_of(text):
            return found
    segments = [re.sub(r"\.\w{3,5}$", "", segment) for segment in urls.path_segments(url)]
    for place, segment in enumerate(segments):
        last = place == len(segments) - 1
        if found := sections.exactly(segment) if last else sections.section_of(segment):
            return found
    return sections.section_of(title) if len(title) <= 60 else ""

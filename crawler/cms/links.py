"""Links worth following, with the section of the menu entry under which they stand."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from core.model import Link
from crawler import urls
from crawler.cms.tree import clean, first, text_of
from crawler.sections import SectionTable

_NO_PAGE = ("#", "javascript:", "mailto:", "tel:", "data:", "file:", "callto:", "skype:")
_SCRIPTED = re.compile(r"(?:window\.open|location(?:\.href)?\s*=|open_browse)\s*\(?\s*[\"']([^\"']+)[\"']")
_WAYBACK = re.compile(r"^https?://web\.archive\.org/web/\d+[a-z_]*/(https?:?/.*)$", re.I)
_BREADCRUMBS = ".breadcrumb, .breadcrumbs, .pathway-category, .box-map, [itemprop=breadcrumb], .NavContainer, #breadcrumbs, .temp-breadcrumbs"


def links_of(root: HtmlElement, base: str, sections: SectionTable) -> tuple[Link, ...]:
    """Every http(s) link to a page or document, canonical, each address once; traps are left for the caller to judge."""
    found: dict[str, Link] = {}
    shown = first(root, "base[href]")
    base = urls.canonical(shown.get("href") or "", base) or base if shown is not None else base
    for anchor in root.iter("a", "area"):
        target = _target(anchor)
        url = urls.canonical(target, base) if target else ""
        if not url or urls.kind_of(url) == "asset":
            continue
        text = clean(text_of(anchor)) or clean(anchor.get("title") or "")
        known = found.get(url)
        if known is None or (not known.section and not known.text and text):
            found[url] = Link(url, text, _section(anchor, text, sections))
    return tuple(found.values())


def _target(anchor: HtmlElement) -> str:
    href = (anchor.get("href") or "").strip()
    if wrapped := _WAYBACK.match(href):
        return wrapped[1]
    if href and not href.lower().startswith(_NO_PAGE):
        return href
    scripted = _SCRIPTED.search(anchor.get("onclick") or "") or _SCRIPTED.search(href)
    return scripted[1] if scripted else ""


def _section(anchor: HtmlElement, text: str, sections: SectionTable) -> str:
    """The section of the link's own words if it stands in a menu, else of the menu entry above it."""
    item = next((up for up in anchor.iterancestors() if up.tag == "li"), None)
    if item is None or not sections.aliases:
        return ""
    if own := sections.section_of(text) if len(text) <= 60 else "":
        return own
    for up in item.iterancestors():
        if up.tag == "li":
            entry = next((child for child in up if child.tag in ("a", "span")), None)
            if entry is not None and (above := sections.section_of(text_of(entry))):
                return above
    return ""


def trail(root: HtmlElement) -> list[str]:
    """The texts of the breadcrumb, outermost first."""
    place = first(root, _BREADCRUMBS)
    if place is None:
        return []
    texts = [clean(text_of(step)) for step in place.iter("a", "span", "li") if len(step) == 0 or step.tag == "a"]
    return [text for text in dict.fromkeys(texts) if 2 < len(text) <= 80]


def section_of_page(trail_texts: list[str], url: str, title: str, sections: SectionTable) -> str:
    """The page's section: the innermost step of the breadcrumb that has one, then its path, then a list's title."""
    for text in reversed(trail_texts):
        if found := sections.section_of(text):
            return found
    for segment in urls.path_segments(url):
        if found := sections.section_of(re.sub(r"\.\w{3,5}$", "", segment)):
            return found
    return sections.section_of(title) if len(title) <= 60 else ""

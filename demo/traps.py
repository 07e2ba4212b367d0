"""Addresses without end: a calendar, paging past the last page, and language prefixes that deepen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from demo import chance
from demo.faults import Fault
from demo.pages import Page, SitePages

_CALENDAR = re.compile(r"^/lich\?thang=(\d{4})-(\d{1,2})$")
_LANGUAGE = re.compile(r"^((?:/(?:en|vi))+)(/.*)$")
_ENDLESS = re.compile(r"^/tin-cu\?trang=(\d+)$")


def baited(text: str, pages: SitePages, page: Page, faults: Mapping[str, Fault]) -> str:
    """The page with the links that lead into the traps of its site."""
    links = []
    if "calendar_trap" in faults:
        day = pages.today
        links.append(f'<a href="/lich?thang={day.year}-{day.month}">Lịch</a>')
    if "endless_paging" in faults and page.kind in ("home", "list"):
        links.append('<a href="/tin-cu?trang=1">Tin cũ hơn</a>')
    if "language_trap" in faults and page.kind in ("home", "list", "article"):
        links += [f'<a href="/en{pages.family.listing("news", 1)}">English</a>']
    bait = "".join(f"<div>{link}</div>" for link in links)
    return text.replace("</body>", bait + "</body>") if bait else text


def answer(pages: SitePages, target: str, faults: Mapping[str, Fault]) -> Page | None:
    """The page of a trap, when the address is one; addresses of the site's own pages may begin with a language."""
    if pages.at(target) is not None:
        return None
    if "calendar_trap" in faults and (found := _CALENDAR.match(target)):
        return _calendar(pages, int(found[1]), int(found[2]))
    if "endless_paging" in faults and (found := _ENDLESS.match(target)):
        return _endless(pages, int(found[1]))
    if "language_trap" in faults and (found := _LANGUAGE.match(target)):
        return _language(pages, found[1], found[2])
    return None


def _calendar(pages: SitePages, year: int, month: int) -> Page:
    before, after = divmod(year * 12 + month - 2, 12), divmod(year * 12 + month, 12)
    links = [f'<a href="/lich?thang={y}-{m + 1}">{label}</a>' for label, (y, m) in (("‹", before), ("›", after))]
    days = "".join(f"<td>{n}</td>" for n in range(1, 29))
    return _over(pages, f"<h2>Lịch tháng {month}/{year}</h2><table><tr>{days}</tr></table>{' '.join(links)}")


def _endless(pages: SitePages, number: int) -> Page:
    rows = "".join(f"<li>Mục lưu {chance.number(number, n) % 9999}</li>" for n in range(5))
    return _over(pages, f'<ul>{rows}</ul><a href="/tin-cu?trang={number + 1}">Trang sau</a>')


def _language(pages: SitePages, prefix: str, path: str) -> Page | None:
    page = pages.paths.get(path) or pages.paths.get(pages.family.listing("news", 1))
    if page is None:
        return None
    render = page.render

    def deeper() -> bytes:
        text = render().decode()
        links = "".join(f'<a href="{prefix}/{language}{path}">{language}</a>' for language in ("en", "vi"))
        return text.replace("</body>", links + "</body>").encode()

    return replace(page, kind="other", render=deeper)


def _over(pages: SitePages, content: str) -> Page:
    return Page("other", "text/html", lambda: pages.framed(content).encode())

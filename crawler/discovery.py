"""Which links of a reading are worth asking for: the site's own, no traps, list pages only while they bring news."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from core.model import Link, Procedure, Reading
from crawler.urls import canonical, host_of, key_of, kind_of, trap
from store.pages import NewPage, Page

MAX_LIST_PAGES = 200
"""Pages of one list that are followed in a run; 200 pages of 10 rows hold every procedure of a province."""

MAX_PAGES_PER_FOLDER = 5_000
"""Pages under one folder of a site: a section past this is generated, not written; reported as `folder_cap`."""

_PAGE_NUMBER = re.compile(
    r"(?P<key>[?&](?:page|trang|p|pg|cur|start|pageindex|page_?no|paged|_\w+_cur)=|/(?:page|trang)[-/=]?)(?P<number>\d+)",
    re.I,
)
_SESSION = re.compile(r"[;?&](?:jsessionid|phpsessid|aspsessionid\w*|sid|sessionid|session_id)=|/\(S\(", re.I)


@dataclass(slots=True)
class Discovery:
    """What one visit knows of a site's addresses. `known`: key of each page of the frontier → whether its section is
    known; `traps` counts refusals by kind."""

    hosts: frozenset[str]
    max_depth: int
    known: dict[str, bool]
    traps: Counter[str] = field(default_factory=Counter)
    trap_examples: dict[str, str] = field(default_factory=dict)
    _list_items: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _list_pages: Counter[str] = field(default_factory=Counter)
    _folders: Counter[str] = field(default_factory=Counter)

    def new_pages(self, page: Page, reading: Reading) -> list[NewPage]:
        """The addresses to add to the frontier from a good reading of `page`."""
        if page.depth >= self.max_depth:
            self._refuse("depth", page.url)
            return []
        follow_paging = self._brings_news(page.url, reading)
        found: dict[str, NewPage] = {}
        for link in _links(reading):
            url = self._wanted(link.url, page.url, follow_paging=follow_paging)
            key = key_of(url) if url else ""
            if key and key not in self.known:
                found.setdefault(key, NewPage(url, page.depth + 1, link.section or page.section, page.id, key))
        self.known.update({key: bool(new.section) for key, new in found.items()})
        return list(found.values())

    def announced_pages(self, urls: Iterable[str], base: str) -> list[NewPage]:
        """The addresses of a sitemap or feed that the frontier does not have; traps and other hosts are refused as ever."""
        found: dict[str, NewPage] = {}
        for raw in urls:
            url = self._wanted(raw, base, follow_paging=True)
            key = key_of(url) if url else ""
            if key and key not in self.known:
                found.setdefault(key, NewPage(url, 2, key=key))
        self.known.update(dict.fromkeys(found, False))
        return list(found.values())

    def sections_of_rows(self, page: Page, reading: Reading) -> dict[str, str]:
        """Key → section of the pages in the frontier without one that a list of a known section shows (call it once).

        Whatever stands on the home page is found there first, where nothing says which section it belongs to.
        """
        section = reading.section or page.section
        if reading.page_kind != "list" or not section:
            return {}
        rows = (key_of(url) for item in reading.items if item.url and (url := canonical(item.url, page.url)))
        found = {key: section for key in rows if self.known.get(key) is False}
        self.known.update(dict.fromkeys(found, True))
        return found

    def _wanted(self, raw: str, base: str, *, follow_paging: bool) -> str:
        url = canonical(raw, base)
        if not url or host_of(url) not in self.hosts or kind_of(url) == "asset":
            return ""
        if _SESSION.search(raw):
            self._refuse("session", url)  # asked for without it
        if key_of(url) in self.known:
            return url
        if reason := trap(url):
            self._refuse(reason, url)
            return ""
        if _PAGE_NUMBER.search(url):
            return self._next_list_page(url, follow_paging=follow_paging)
        folder = url.rpartition("/")[0]
        self._folders[folder] += 1
        if self._folders[folder] > MAX_PAGES_PER_FOLDER:
            self._refuse("folder_cap", url)
            return ""
        return url

    def _next_list_page(self, url: str, *, follow_paging: bool) -> str:
        family = _family(url)
        if not follow_paging:
            self._refuse("endless_paging", url)
            return ""
        if self._list_pages[family] >= MAX_LIST_PAGES:
            self._refuse("page_cap", url)
            return ""
        self._list_pages[family] += 1
        return url

    def _brings_news(self, url: str, reading: Reading) -> bool:
        """Whether a list page shows an entry that no other page of the same list showed in this visit."""
        if not _PAGE_NUMBER.search(url):
            return True
        entries = {canonical(item.url, url) if item.url else item.title for item in reading.items}
        seen = self._list_items[_family(url)]
        fresh = bool(entries - seen)
        seen |= entries
        return fresh

    def _refuse(self, reason: str, url: str) -> None:
        self.traps[reason] += 1
        self.trap_examples.setdefault(reason, url)


def _family(url: str) -> str:
    return _PAGE_NUMBER.sub(r"\g<key>N", url)


def _links(reading: Reading) -> Iterable[Link]:
    yield from reading.links
    for item in reading.items:
        if item.url:
            yield Link(item.url, item.title, reading.section)
    for record in reading.records:
        yield from (Link(file.url, file.name, reading.section) for file in record.files)
        if isinstance(record.content, Procedure):
            papers = (paper for case in record.content.papers for paper in case.papers)
            yield from (Link(paper.form_url, paper.form_name, reading.section) for paper in papers if paper.form_url)


def looks_like_login(url: str) -> bool:
    """Whether an address is that of a login page, by its path."""
    return bool(_LOGIN.search(urlsplit(url).path))


_LOGIN = re.compile(r"(?:^|[/_.-])(?:log-?in|sign-?in|dang-?nhap|sso|cas|oauth2?|auth|account/logon)(?:[/_.-]|$)", re.I)

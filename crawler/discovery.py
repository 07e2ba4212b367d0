"""Which links of a reading are worth asking for: the site's own, no traps, list pages only while they bring news."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from core.model import Link, Procedure, Reading
from crawler.duplicates import Duplicates
from crawler.months import leads_to_months, list_of, without_month
from crawler.sections_of_links import PAGE_NUMBER, link_sections, sections_of_keys
from crawler.traps import may_be_post, trap
from crawler.urls import (
    NAMES_SESSION,
    canonical,
    host_of,
    key_of,
    kind_of,
    other_www,
    plain,
    twins,
    without_mobile,
)
from store.pages import NewPage, Page

MAX_LIST_PAGES = 200
"""Pages of one list that are followed in a run; 200 pages of 10 rows hold every procedure of a province."""

MAX_PAGES_PER_FOLDER = 5_000
"""Pages under one folder of a site: a section past this is generated, not written; reported as `folder_cap`."""

BARREN_MOST = 5
"""Pages of one pattern of address that bring neither record nor list before those they lead to are not asked for: a
calendar without appointments, a paging without end. What is generated goes on for ever; what is written says something by then."""


@dataclass(slots=True)
class Discovery:
    """What one visit knows of a site's addresses. `known`: key of each page of the frontier → whether its section is
    known; `traps` counts refusals by kind."""

    hosts: frozenset[str]
    max_depth: int
    known: dict[str, bool]
    lost: frozenset[str] = frozenset()  # keys that no longer answer: a site moved to https
    duplicates: Duplicates = field(default_factory=Duplicates)
    traps: Counter[str] = field(default_factory=Counter)
    trap_examples: dict[str, str] = field(default_factory=dict)
    _servers: frozenset[str] = frozenset()
    _barren: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # pattern → keys
    _list_items: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _list_pages: Counter[str] = field(default_factory=Counter)
    _posts_that_list: set[str] = field(default_factory=set)  # addresses such as `?p=3` that turned out to be lists
    _folders: Counter[str] = field(default_factory=Counter)

    def new_pages(self, page: Page, reading: Reading) -> list[NewPage]:
        """The addresses to add to the frontier from a good reading of `page`."""
        if page.depth >= self.max_depth:
            self._refuse("depth", page.url)
            return []
        if not reading.records and not reading.items:
            self.remember_barren([page.url])
        follow_paging = self._brings_news(page.url, reading)
        follow_months = follow_paging and leads_to_months(page.url, reading, reading.section or page.section)
        found: list[NewPage] = []
        sections = link_sections(reading, page.url, page.section)
        for link in sorted(_links(reading), key=lambda link: _is_second(link.url, page.url)):
            url = self._wanted(link.url, page.url, follow_paging=follow_paging, follow_months=follow_months)
            if url and not self._known(key := key_of(url)):
                section = sections.get(link.url) or sections.get(url, "")
                found.append(NewPage(plain(url), page.depth + 1, section, page.id, key))
                self.known[key] = bool(section)
        return found

    def linked_again(self, page: Page, reading: Reading) -> list[str]:
        """Keys of known pages that a home or list page links to: one that was absent may be back."""
        if reading.page_kind not in ("list", "home") and page.depth > 0:
            return []
        keys = (self._known(key_of(url)) for link in _links(reading) if (url := canonical(link.url, page.url)))
        return sorted({key for key in keys if key})

    def announced_pages(self, urls: Iterable[str], base: str) -> list[NewPage]:
        """The addresses of a sitemap or feed that the frontier does not have; traps and other hosts are refused as ever."""
        found = []
        for raw in urls:
            url = self._wanted(raw, base, follow_paging=True)
            if url and not self._known(key := key_of(url)):
                found.append(NewPage(plain(url), 2, key=key))
                self.known[key] = False
        return found

    def linked_elsewhere(self, linked: Iterable[tuple[str, int]]) -> list[NewPage]:
        """The addresses to add of those (with the referring page) that other sites lead to.

        Nothing is counted as this site's trap.
        """
        found = []
        for address, referrer in linked:
            url = self._at_home(address)
            key = key_of(url)
            wanted = url and not trap(url) and (may_be_post(url) or not PAGE_NUMBER.search(url))
            if wanted and not self._known(key) and not self._is_mobile_twin(url):
                found.append(NewPage(plain(url), 2, "", referrer, key))
                self.known[key] = False
        return found

    def _known(self, key: str) -> str:
        """The key under which the frontier has the page, by http or https, with "www." or not: sites link themselves by
        all of these; or ""."""
        if key in self.known:
            return key
        _, other, www, both = twins(key)
        others = (other, www, both) if host_of(www) in self.hosts else (other,)
        return next((one for one in others if one in self.known and one not in self.lost), "")

    def _is_mobile_twin(self, url: str) -> bool:
        return bool(twin := without_mobile(url)) and bool(self._known(key_of(twin)))

    def _is_own(self, url: str, base: str = "") -> bool:
        """Whether an address is on the server of the page that links to it, or on one where the site is known to have
        pages (its home page may lead to another port): a web mail or printer on another port is not the site."""
        if _server(url) == _server(base):
            return True
        self._servers = self._servers or frozenset(map(_server, self.known))
        return _server(url) in self._servers

    def _at_home(self, url: str, base: str = "") -> str:
        """The address, where only the other form of its host ("www.") has pages by that one; "" where none has."""
        if self._is_own(url, base):
            return url
        www = other_www(url)
        return www if host_of(www) in self.hosts and self._is_own(www, base) else ""

    def remember_barren(self, urls: Iterable[str]) -> None:
        """Pages that bring neither record nor list, as far as their addresses hold numbers that could be counted up."""
        for url in urls:
            if (pattern := _pattern(url)) != url:
                self._barren[pattern].add(key_of(url))

    def sections_of_rows(self, page: Page, reading: Reading) -> dict[str, str]:
        """Key → section of the pages in the frontier without one that a list or home page shows under one (call it once).

        Whatever stands on the home page is found there first, where little says which section it belongs to.
        """
        named = sections_of_keys(page, reading)
        held = {self._known(key): section for key, section in named.items()}
        found = {key: section for key, section in held.items() if self.known.get(key) is False}
        self.known.update(dict.fromkeys(found, True))
        return found

    def _wanted(self, raw: str, base: str, *, follow_paging: bool, follow_months: bool = False) -> str:
        url = canonical(raw, base)
        if (
            not url
            or host_of(url) not in self.hosts
            or kind_of(url) == "asset"
            or not (url := self._at_home(url, base))
        ):
            return ""
        if NAMES_SESSION.search(raw):
            self._refuse("session", url)  # asked for without it
        if self._known(key_of(url)):
            return url
        if "?" in url and self.duplicates.parameter(key_of(url)):
            self.duplicates.refused += 1  # no trap: it may be a `menu` that any site has
            return ""
        is_month = follow_months and _is_month_of(base, url)
        reason = trap(without_month(url) if is_month else url, in_list=base in self._posts_that_list)
        if reason := reason or "printable" * self._is_mobile_twin(url):
            self._refuse(reason, url)
            return ""
        if _pattern(url) == _pattern(base) and len(self._barren.get(_pattern(url), ())) >= BARREN_MOST:
            self._refuse("endless_paging" if PAGE_NUMBER.search(url) else "generated", url)
            return ""
        if is_month or PAGE_NUMBER.search(url):
            if not self._is_next_list_page(url, follow_paging=follow_paging):
                return ""
            if not may_be_post(url):
                return url
        folder = url.rpartition("/")[0]
        self._folders[folder] += 1
        if self._folders[folder] > MAX_PAGES_PER_FOLDER:
            self._refuse("folder_cap", url)
            return ""
        return url

    def _is_next_list_page(self, url: str, *, follow_paging: bool) -> bool:
        family = _family(url)
        if not follow_paging:
            self._refuse("endless_paging", url)
        elif self._list_pages[family] >= MAX_LIST_PAGES:
            self._refuse("calendar" if list_of(url) else "page_cap", url)
        else:
            self._list_pages[family] += not may_be_post(url)  # that one is counted when it turns out to be a list
            return True
        return False

    def _brings_news(self, url: str, reading: Reading) -> bool:
        """Whether a list page shows an entry that no other page of the same list showed in this visit.

        One without any entry is not held to be the end at once: it may be a list that no reader can read.
        """
        is_list = PAGE_NUMBER.search(url) or list_of(url)
        if not is_list or not reading.items or (may_be_post(url) and reading.page_kind != "list"):
            return True
        entries = {canonical(item.url, url) if item.url else item.title for item in reading.items}
        seen = self._list_items[_family(url)]
        fresh = bool(entries - seen)
        seen |= entries
        if may_be_post(url):
            self._list_pages[_family(url)] += 1
            self._posts_that_list.add(url)
        return fresh

    def _refuse(self, reason: str, url: str) -> None:
        self.traps[reason] += 1
        self.trap_examples.setdefault(reason, url)


def _server(url: str) -> str:
    """Host and port of a clean address or a key."""
    return url.partition("://")[2].partition("/")[0]


def _is_second(url: str, base: str) -> bool:
    """Whether a link is looked at after the others of its page: by the other scheme, or of a mobile view."""
    other = "http://" if base.startswith("https:") else "https://"
    return url.lower().startswith(other) or bool(without_mobile(url))


def _pattern(url: str) -> str:
    """The address with every number replaced: what a program that counts up writes again and again."""
    return re.sub(r"\d+", "N", url)


def _family(url: str) -> str:
    return PAGE_NUMBER.sub(r"\g<key>N", list_of(url) or url)


def _is_month_of(base: str, url: str) -> bool:
    """Whether an address shows one month of the list on the page; a month is not asked for on every page of the list."""
    is_same = urlsplit(url).path == urlsplit(base).path
    return is_same and bool(list_of(url)) and (bool(list_of(base)) or not PAGE_NUMBER.search(url))


def _links(reading: Reading) -> Iterable[Link]:
    yield from reading.links
    for item in reading.items:
        if item.url:
            yield Link(item.url, item.title)
    for record in reading.records:
        yield from (Link(file.url, file.name) for file in record.files)
        if isinstance(record.content, Procedure):
            papers = (paper for case in record.content.papers for paper in case.papers)
            yield from (Link(paper.form_url, paper.form_name) for paper in papers if paper.form_url)

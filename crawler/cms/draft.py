"""What is under reading: a page with what is worked out of it once, and the draft of what it turns out to be."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from lxml.html import HtmlElement

from core.model import Article, Found, Link, ListItem, PageKind, Record
from crawler.charset import Decoded
from crawler.cms import listing, procedure
from crawler.cms.blocks import Blocks
from crawler.cms.files import files_in
from crawler.cms.links import links_of, trail
from crawler.cms.selectors import first
from crawler.cms.tables import Table
from crawler.cms.tree import lines, own_lines, parse, text_of
from crawler.page import SiteHints

_ARTICLE_NUMBER = re.compile(r"^Điều \d[\w.Đ]*\.")
MOST_CHILDREN = 60  # children of a body; a front page has few, a law's bare text too


@dataclass
class Page:
    """One page under reading: its address, tree, what is known of its site."""

    url: str
    decoded: Decoded
    site: SiteHints

    @cached_property
    def root(self) -> HtmlElement:
        """The parsed tree."""
        return parse(self.decoded.text)

    @cached_property
    def body(self) -> HtmlElement:
        """The body element."""
        found = first(self.root, "body")
        return found if found is not None else self.root

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """Links of the whole page."""
        return links_of(self.root, self.url, self.site.sections, self.blocks)

    @cached_property
    def blocks(self) -> Blocks:
        """The headings of the page and what stands under each."""
        return Blocks(self.body, self.site.sections)

    @cached_property
    def trail(self) -> list[str]:
        """The breadcrumb's texts."""
        return trail(self.root)


@dataclass(slots=True)
class Draft:
    """What a page turned out to be, before it is put together as a `Reading`."""

    kind: PageKind
    title: str
    records: tuple[Record, ...] = ()
    items: tuple[ListItem, ...] = ()
    text: str = ""
    notes: tuple[str, ...] = field(default=())
    content: HtmlElement | None = None  # what holds the text that was read


def questions(title: str, asked: tuple[Record, ...]) -> Draft:
    """A page of several questions with their answers."""
    items = tuple(
        ListItem(r.content.title, "", r.published.date() if r.published else None)
        for r in asked
        if isinstance(r.content, Article)
    )
    return Draft("list", title, asked, items, text_of_items(items))


def is_law(body: HtmlElement) -> bool:
    """Whether a page is the text of a law, whatever its address: an offline copy has every text at the root."""
    found = [line.text for line in lines(body)] if len(body) < MOST_CHILDREN else []
    return sum(1 for text in found if _ARTICLE_NUMBER.match(text)) >= 5


def is_list(page: Page, main: HtmlElement, entries: tuple[listing.Entry, ...]) -> bool:
    """Whether entries (dated, or three and more) make up most of what the page shows beside its furniture and side bars."""
    if len(entries) < 3 and not any(entry.item.published for entry in entries):
        return False
    holders = {entry.holder for entry in entries}
    side = {anchor for anchor in main.iter("a") if (over := page.blocks.over(anchor)) is not None and over.is_side}
    shown = sum(len(line.text) for line in own_lines(main, side | holders))
    listed = sum(len(text_of(holder)) for holder in holders)
    return listed > shown


def author_of(main: HtmlElement, css: str) -> str:
    """The author's name, without the words that announce it."""
    return re.sub(
        r"^\s*(?:tác giả|người đăng|theo|nguồn)(?: bài viết)?\s*:\s*", "", text_of(first(main, css)), flags=re.I
    )


def dated(record: Record, moment: datetime | None, where: str) -> Record:
    """The record with its posting date and where that stands; as it was without one."""
    if moment is None:
        return record
    found = {**record.found, "published": Found(where, 0.9)}
    return Record(record.kind, record.content, record.key, moment, record.files, found)


def text_of_items(items: tuple[ListItem, ...]) -> str:
    """The text of a list: date, number and title of each entry, one a line."""
    return "\n".join(f"{entry.published or ''} {entry.number} {entry.title}".strip() for entry in items)


def procedure_list(table: Table, title: str, url: str) -> Draft:
    """The procedures of a table, one a row, without content: `list_only`."""
    records, items = [], []
    for row in table.rows:
        listed = procedure.row_procedure(row)
        if listed is None:
            continue
        cell = row.cells.get("name") or row.cells.get("code")
        entry = listing.row_item(listed.name, cell.element if cell else None, url)
        files = tuple(file for c in row.cells.values() for file in files_in(c.element, url))
        where = {name: Found(f"column “{name}”", 0.9) for name in row.cells if row.text(name)}
        records.append(Record("procedure", listed, listed.code or listed.name, files=files, found=where))
        items.append(entry)
    return Draft(
        "list",
        title,
        tuple(records),
        tuple(items),
        "\n".join(f"{r.key} {e.title}" for r, e in zip(records, items, strict=True)),
    )

"""Entries of list and home pages: links that look alike, each with the date shown beside it."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from lxml.html import HtmlElement

from core.model import ListItem
from crawler import dates, urls
from crawler.cms.article import only_says_when_posted
from crawler.cms.blocks import Blocks
from crawler.cms.citation import NUMBER
from crawler.cms.links import address
from crawler.cms.repeated import having
from crawler.cms.selectors import first, select
from crawler.cms.tree import BLOCKS, clean, inline_text, is_chrome, text_of
from crawler.cms.vocabulary import is_label, key_of
from vietnamese.syllables import fold_text

SHORTEST_TITLE = 18  # characters; menu entries are shorter
MOST_BEFORE = 20  # letters of "Thứ Năm, ngày" or a document's number before an entry's link
SHORTEST_DATED = 4  # where a date beside it shows that it is an entry
LONGEST_DATED = 160  # characters of an entry that is no link
_MORE = re.compile(
    r"^(?:xem (?:thêm|tiếp|chi tiết|tất cả)|chi tiết|đọc (?:thêm|tiếp)|more|trang (?:sau|trước|đầu|cuối))\b", re.I
)
_IN_BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]+)[)\]]\W*$")


def items_by_css(main: HtmlElement, base: str, item: str, title: str, date: str) -> tuple[ListItem, ...]:
    """Entries by the family's selectors for an entry, its titled link and its date."""
    found: dict[tuple[str, str], ListItem] = {}
    for element in select(main, item):
        link = next((a for a in select(element, title) if text_of(a)), None)
        if link is None:
            continue
        anchor = link if link.tag == "a" else first(link, "a")
        date_element = first(element, date)
        text = _title(anchor if anchor is not None else link, date_element)
        if not text or _no_entry(text):
            continue
        target = address(anchor.get("href") or "", base) if anchor is not None else ""
        stated = dates.find(text_of(date_element)) if date_element is not None else None
        number = NUMBER.search(text_of(element))
        entry = ListItem(text, target, stated.moment.date() if stated else None, number[0] if number else "")
        if (text, target) not in found or (entry.published and not found[text, target].published):
            found[text, target] = entry
    return tuple(found.values())


def _title(anchor: HtmlElement, date_element: HtmlElement | None) -> str:
    if date_element is not None and date_element in set(anchor.iter()):
        return text_of(anchor, left_out=(date_element,))
    return text_of(anchor)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry with the element that holds it: title, date, summary."""

    item: ListItem
    holder: HtmlElement


def entries_by_shape(main: HtmlElement, base: str, blocks: Blocks | None = None) -> tuple[Entry, ...]:
    """Entries where no selector is known: groups of links in the same kind of place, long enough to be titles.

    With `blocks`, links under a heading that announces other pages' items (“Tin mới nhất”) are left out.
    """
    groups: dict[tuple[str, ...], list[HtmlElement]] = defaultdict(list)
    for anchor in having(main, ("a",), _leads_away):
        if _in_chrome(anchor, main):
            continue
        heading = blocks.over(anchor) if blocks is not None else None
        if heading is None or not heading.is_side:
            groups[_place(anchor)].append(anchor)
    found: dict[str, Entry] = {}
    for anchors in groups.values():
        for entry in _entries(anchors, base):
            known = found.get(entry.item.url)
            if known is None or _says_more(entry.item, known.item):
                found[entry.item.url] = entry
    return tuple(found.values()) or _without_links(main)


def _without_links(main: HtmlElement) -> tuple[Entry, ...]:
    """Entries that a script opens: a box of nothing but lines of one look, each ending with a date – issues of a gazette."""
    for box in main.iter("div", "ul", "ol", "section", "td"):
        looks = {(child.tag, child.get("class")) for child in box}
        if len(box) < 2 or len(looks) > 1 or box[0].tag not in BLOCKS or is_chrome(box) or (box.text or "").strip():
            continue
        entries = [_dated_line(child) for child in box]
        if all(entries):
            return tuple(entry for entry in entries if entry)
    return ()


def _dated_line(element: HtmlElement) -> Entry | None:
    if next(element.iter("a"), None) is not None:
        return None  # of a side bar: its links are other pages' entries
    text = (inline_text(element) or "").lstrip("‣•-–*+ ")
    stated = dates.find_all(text) if len(text) <= LONGEST_DATED else []
    if len(stated) != 1 or text[stated[0].end :].strip(" ).;") or (element.tail or "").strip():
        return None
    title = text[: stated[0].start].strip(" (–-")
    if len(title) < SHORTEST_DATED or title.endswith(":") or is_label(key_of(title)):
        return None
    return Entry(ListItem(text, "", stated[0].moment.date()), element)


def _leads_away(anchor: HtmlElement) -> bool:
    return not (anchor.get("href") or "").startswith(("#", "javascript:", "mailto:", "tel:"))


def _says_more(new: ListItem, old: ListItem) -> bool:
    return (old.published is None and new.published is not None) or len(old.title) < len(new.title)


def items_by_shape(main: HtmlElement, base: str, blocks: Blocks | None = None) -> tuple[ListItem, ...]:
    """The entries of `entries_by_shape` without what holds them."""
    return tuple(entry.item for entry in entries_by_shape(main, base, blocks))


def _no_entry(text: str) -> bool:
    """Whether a link only leads on ("xem thêm") or back ("Trang chủ")."""
    return _MORE.match(text) is not None or fold_text(text) in (
        "trang chu",
        "trang nhat",
        "home",
        "quay lai",
        "ve trang chu",
    )


def _entries(anchors: list[HtmlElement], base: str) -> list[Entry]:
    group = set(anchors)
    entries: list[Entry] = []
    for anchor in anchors:
        inside = next((part for part in anchor.iter("*") if only_says_when_posted(text_of(part))), None)
        text = clean(_title(anchor, inside)) or clean(anchor.get("title") or "") or text_of(anchor)
        if len(text) < SHORTEST_DATED or _no_entry(text):
            continue
        target = address(anchor.get("href") or "", base)
        if not target or urls.kind_of(target) == "asset" or target == base:
            continue
        holder, beside = _beside(anchor, group)
        title, stated = _posted(text, text_of(inside) or beside)
        if stated is None and len(text) < SHORTEST_TITLE:
            continue
        number = NUMBER.search(beside)
        entries.append(Entry(ListItem(title, target, stated, number[0] if number else ""), holder))
    return entries if len(entries) >= 3 or any(entry.item.published for entry in entries) else []


def _posted(text: str, beside: str) -> tuple[str, date | None]:
    """The title and day of an entry: of the first date beside its words, else in brackets at their end.

    A date among the words is that of a decision, a meeting or a deadline.
    """
    before, _, after = beside.partition(text)
    for part in (before, after):
        for stated in dates.find_all(part):
            if stated.moment.year >= dates.EARLIEST_POSTING:
                return text, stated.moment.date()
    last = _IN_BRACKETS.search(text)
    if last and only_says_when_posted(last[1]) and (moment := dates.posted_in(last[1])):
        return text[: last.start()] or text, moment.date()
    return text, None


def _beside(anchor: HtmlElement, group: set[HtmlElement]) -> tuple[HtmlElement, str]:
    """The largest element around a link that holds no other link of its group, and its text, at most 600 characters.

    It begins with the link, or with its date, number or sign: what begins with other words is no entry but a text.
    """
    place, text, own = anchor, text_of(anchor), text_of(anchor)
    for up in anchor.iterancestors():
        if up.tag in ("body", "html") or any(other is not anchor and other in group for other in up.iter("a")):
            break
        wider = text_of(up)
        if len(wider) > 600 or (len(group) < 3 and not _leads(wider, own)):
            break
        place, text = up, wider
    return place, text


def _leads(text: str, own: str) -> bool:
    before = text.partition(own)[0] if own else text
    return sum(map(str.isalpha, before)) <= MOST_BEFORE


def _place(anchor: HtmlElement) -> tuple[str, ...]:
    names = [f"{anchor.tag}.{anchor.get('class') or ''}"]
    for up in list(anchor.iterancestors())[:3]:
        names.append(f"{up.tag}.{up.get('class') or ''}")
    return tuple(names)


def _in_chrome(anchor: HtmlElement, main: HtmlElement) -> bool:
    for up in anchor.iterancestors():
        if up is main:
            return False
        if is_chrome(up):
            return True
    return False


def row_item(name: str, cell: HtmlElement | None, base: str) -> ListItem:
    """The entry of a table row: its name and the address its cell links to."""
    link = next((a for a in cell.iter("a") if a.get("href")), None) if cell is not None else None
    return ListItem(name, urls.canonical(link.get("href") or "", base) if link is not None else "")

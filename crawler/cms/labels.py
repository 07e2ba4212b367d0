"""Finds labels and their values whatever the markup: tables, definition lists, headings, accordions, bold paragraphs.

The page is taken as lines in reading order. A line that is a label, or begins with one, opens a value; the next
label closes it. Tables with column headings are taken whole.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from lxml.html import HtmlElement

from crawler.cms.selectors import OPENING, opened_in, opening, select
from crawler.cms.tables import Table, data_tables
from crawler.cms.tree import Line, Stream, is_chrome, lines, text_of
from crawler.cms.vocabulary import DOCUMENT_INDEX, LONGEST, PROCEDURE_INDEX, WEAK, is_label, key_of

_ENDS = ("in bài viết", "quay lại", "các tin khác", "tin liên quan", "các thủ tục khác", "thủ tục khác", "chia sẻ:", "đánh giá bài viết", "về đầu trang", "nộp hồ sơ trực tuyến")  # fmt: skip


_NUMBER_ALONE = re.compile(r"^(?:\d{1,2}|[IVX]{1,4})[.)]?$")


@dataclass
class Value:
    """What stands under one label: lines and whole tables in order, and the label as the page writes it."""

    key: str
    label: str
    element: HtmlElement
    items: list[Line | Table] = field(default_factory=list)

    @cached_property
    def frame(self) -> HtmlElement | None:
        """The table or definition list whose cell the label is."""
        return next(self.element.iterancestors("table", "dl"), None)

    def has_left(self, element: HtmlElement) -> bool:
        """Whether a line stands outside of the table or definition list whose cell is the label."""
        return self.frame is not None and self.frame not in element.iterancestors("table", "dl")

    @property
    def lines(self) -> list[Line]:
        """The lines, without the tables."""
        return [item for item in self.items if isinstance(item, Line)]

    @property
    def tables(self) -> list[Table]:
        """The tables, without the lines."""
        return [item for item in self.items if isinstance(item, Table)]

    @property
    def text(self) -> str:
        """All lines as one text."""
        return " ".join(line.text for line in self.lines)


@dataclass(slots=True)
class Labelled:
    """All labels of a page part with their values, and the element they share."""

    root: HtmlElement
    values: list[Value]

    def of(self, index: dict[str, str]) -> dict[str, list[Value]]:
        """The values by part name of a vocabulary (`PROCEDURE_INDEX`, `DOCUMENT_INDEX`)."""
        found: dict[str, list[Value]] = {}
        for value in self.values:
            if name := index.get(value.key):
                found.setdefault(name, []).append(value)
        return found


def read_labels(root: HtmlElement) -> Labelled:
    """Labels and values under `root`; narrowed to the smallest element that holds most labels."""
    tables = data_tables(root)
    inside = {id(table.element): table for table in tables}
    held = [table.element for table in tables]
    stream = Stream(root, _is_furniture, held)
    found = _values(stream.lines, inside, root)
    shared = _shared(root, [value.element for value in found if value.key not in WEAK])
    if shared is not root and found:
        kept = {id(element) for element in shared.iter()}
        part = stream.of(shared)
        found = _values(lines(shared, _is_furniture, held) if part is None else part, inside, shared)
        found = [value for value in found if id(value.element) in kept]
    return Labelled(shared, _trusted(found))


def _is_furniture(element: HtmlElement) -> bool:
    if element.tag == "a":  # menu entries named like labels; an accordion's toggle stays on the page
        target = element.get("href") or "#"
        return not target.startswith(("#", "javascript:")) and is_label(key_of(element.text_content().strip()))
    return is_chrome(element)


def _values(stream: list[Line], tables: dict[int, Table], root: HtmlElement) -> list[Value]:
    found: list[Value] = []
    for item in _with_tables(_at_panels(stream, root), tables, root):
        if isinstance(item, Table):
            if found:
                found[-1].items.append(item)
            continue
        split = _split(item.text, item.bold)
        if split and not (found and _goes_on(found[-1], split[0])):
            key, label, rest = split
            if found and found[-1].items and _is_number_of(found[-1].items[-1], item):
                found[-1].items.pop()
            found.append(Value(key, label, item.element))
            if rest:
                found[-1].items.append(Line(rest, item.element))
        elif found:
            if item.text.lower().startswith(_ENDS) and len(item.text) < 60:
                break
            if not (found[-1].items and found[-1].has_left(item.element)):
                found[-1].items.append(item)
    return found


def _at_panels(stream: list[Line], root: HtmlElement) -> list[Line]:
    """Labels of tabs and accordions at the head of the panel that each opens, wherever its toggle stands."""
    page = root.getroottree().getroot()
    targets = opened_in(page)
    if not targets:
        return stream
    panels = {element.get("id"): element for element in select(root, "[id]")}
    if targets.isdisjoint(panels):
        return stream
    opened = {
        toggle: panels[target]
        for toggle in opening(page, targets)
        if (target := _opens(toggle)) in panels and is_label(key_of(text_of(toggle)))
    }
    if not opened:
        return stream
    order = {element: place for place, element in enumerate(root.iter())}
    own = {inner for toggle in opened for inner in toggle.iter()}
    labels = {key_of(text_of(toggle)) for toggle in opened}
    placed = [
        (order[panel], 0, Line(text_of(toggle), panel, text_of(toggle)))
        for toggle, panel in opened.items()
        if panel in order
    ]
    last = 0
    for line in stream:
        last = max(last, order.get(line.element, 0))
        holds = line.element in own or any(inner in own for inner in line.element.iter("a", "button"))
        if not (holds and key_of(line.text) in labels):
            placed.append((last, 1, line))
    return [line for _, _, line in sorted(placed, key=lambda entry: entry[:2])]


def _opens(toggle: HtmlElement) -> str:
    for attribute in (*OPENING, "href"):
        name: str = toggle.get(attribute) or ""
        if (target := name.lstrip("#")) and not name.startswith(("/", "http")):
            return target
    return ""


def _is_number_of(item: Line | Table, label: Line) -> bool:
    """Whether the last line of a value is only the number in the first cell of the next label's row."""
    if not isinstance(item, Line) or not _NUMBER_ALONE.match(item.text):
        return False
    row = next(label.element.iterancestors("tr"), None)
    return row is not None and row in item.element.iterancestors("tr")


def _goes_on(open_value: Value, key: str) -> bool:
    """ "Hồ sơ gồm:" under "Thành phần hồ sơ" heads its papers and opens no new part."""
    part = PROCEDURE_INDEX.get(key)
    return part in ("papers", "steps") and part == PROCEDURE_INDEX.get(open_value.key)


def _with_tables(stream: list[Line], tables: dict[int, Table], root: HtmlElement) -> list[Line | Table]:
    if not tables:
        return list(stream)
    order = {id(element): place for place, element in enumerate(root.iter())}
    placed: list[tuple[int, int, Line | Table]] = []
    last = 0
    for place, line in enumerate(stream):
        last = max(last, order.get(id(line.element), 0))
        placed.append((last, place, line))
    placed += [(order[key], -1, table) for key, table in tables.items() if key in order]
    return [item for _, _, item in sorted(placed, key=lambda entry: entry[:2])]


@lru_cache(20_000)  # the menus of a site stand on all of its pages
def _split(text: str, bold: str) -> tuple[str, str, str] | None:
    """A line's label: its key, its words and what follows; None for a line without one."""
    if len(text) <= LONGEST:
        key = key_of(text)
        if key and is_label(key):
            return key, text, ""
    head, colon, rest = text[: LONGEST + 1].partition(":")
    if colon:
        key = key_of(head)
        if key and is_label(key):
            return key, head, (rest + text[LONGEST + 1 :]).strip()
    if bold and len(bold) < len(text):
        key = key_of(bold)
        if key and is_label(key):
            return key, bold, text[len(bold) :].lstrip(" :-–")
    return None


def _shared(root: HtmlElement, labels: list[HtmlElement]) -> HtmlElement:
    if len(labels) < 3:
        return root
    counts: Counter[HtmlElement] = Counter()
    for element in labels:
        counts.update([element, *element.iterancestors()])
    enough = max(3, len(labels) * 0.8)
    inside = [element for element, count in counts.items() if count >= enough]
    return max(inside, key=lambda element: sum(1 for _ in element.iterancestors()), default=root)


def _trusted(values: list[Value]) -> list[Value]:
    """Drop weak words that do not look like the page's other labels."""
    looks = {_look(value) for value in values if value.key not in WEAK}
    return [value for value in values if value.key not in WEAK or _look(value) in looks]


def _look(value: Value) -> tuple[object, ...]:
    return value.element.tag, value.element.get("class")


def procedure_parts(labelled: Labelled) -> dict[str, list[Value]]:
    """The values under labels of a procedure."""
    return labelled.of(PROCEDURE_INDEX)


def document_parts(labelled: Labelled) -> dict[str, list[Value]]:
    """The values under labels of a legal document."""
    return labelled.of(DOCUMENT_INDEX)

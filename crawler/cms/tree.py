"""An HTML tree and its text: lines that end where blocks, cells and line breaks end, and tables with their headings.

lxml reads broken markup as BeautifulSoup on lxml does (it is the same parser underneath), in a fifth of the time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from lxml import etree, html
from lxml.html import HtmlElement

from crawler.cms.depth import level
from crawler.cms.repeated import Part, find_parts, part_of

BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "br", "button", "caption", "center", "dd", "details", "dialog", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "legend", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr",
    "ul",
))  # fmt: skip
SILENT = frozenset((
    "script", "style", "noscript", "template", "select", "option", "iframe", "object", "embed", "svg", "input", "textarea",
    "head", "link", "meta",
))  # fmt: skip
BOLD = frozenset(["b", "strong", "h1", "h2", "h3", "h4", "h5", "h6", "th", "dt", "summary"])
_PLAIN_BLOCKS = BLOCKS - {"pre", "br", "hr"}
_APART = frozenset(["a", "label", "time", "small"])
_DATE = re.compile(r"(?:^|[\s_-])(?:date|time|ngay|gio|publish)", re.I)
_OTHER_SPACE = r"\t-\r\x1c-\x1f\x85\u00a0\u00ad\u1680\u2000-\u200f\u2028-\u202f\u205f\u2060\u3000\ufeff"
_SPACE = re.compile(rf" ?[{_OTHER_SPACE}][ {_OTHER_SPACE}]*| [ {_OTHER_SPACE}]+")  # all but a single space
_CHROME = re.compile(
    r"(?:^|(?<!no)[\s_-])(?:menu\w*|nav|navbar|navigation|navi|footer|sidebar|breadcrumbs?|pathway|pager|pagination|paging|social|"
    r"share|sharing|comments?|rating|counter|login|copyright|language|search|skip|ribbon|toolbar|lienket|weblink|"
    r"tin-?(?:khac|lienquan|lien-quan)|other-?news|related(?:-\w+)?|wm-ipp\w*)(?=$|[\s_-])",
    re.I,
)
_COMMENTS = re.compile(
    r"(?:^|\s)(?:idcomment|(?:(?:box|khung|list|ds|form|block)[-_]?)?binh-?luan|(?:box|khung|form|block)[-_]?y-?kien-?(?:ban-?doc|doc-?gia))(?=$|\s)", re.I
)  # fmt: skip
# libxml2 drops what follows; pages put together from pages have three
_ENDINGS = re.compile(r"</(?:body|html)\s*>", re.I)
_PARSER = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
_PARSER.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
"""One class for all elements: lxml.html asks Python for the class of every element it touches."""


Skip = Callable[[HtmlElement], bool]
"""Tells the elements that are left out, by what they and their contents are: what is kept of a repeated part is kept by it."""


@dataclass(slots=True)
class Line:
    """One line of text. `bold` is the bold text it begins with; `element` is the block in which it stands."""

    text: str
    element: HtmlElement
    bold: str = ""


def parse(text: str) -> HtmlElement:
    """The tree of any text, an empty body for nothing."""
    return _parsed(text)[0]


@lru_cache(2)  # the guards and the reader of a page ask one after the other; neither changes the tree
def _parsed(text: str) -> tuple[HtmlElement, list[HtmlElement]]:
    """The root and all its elements: as long as these are held, lxml makes none of them anew."""
    _one_line.clear()
    _streams.clear()
    try:
        root = html.document_fromstring(_ENDINGS.sub("", text).encode("utf-8", "replace"), parser=_PARSER)
    except (etree.ParserError, etree.XMLSyntaxError):
        root = html.document_fromstring("<body></body>")
    level(root)
    find_parts(root)
    return root, list(root.iter())


def clean(text: str) -> str:
    """Single spaces, no invisible signs, no space before punctuation left by markup."""
    return _SPACE.sub(" ", text).strip()


def is_chrome(element: HtmlElement) -> bool:
    """Whether an element is page furniture: menus, footers, side bars, sharing, related items, boxes of comments (a box
    of that name that begins with the headline is a section: readers' letters)."""
    if element.tag in ("nav", "footer", "aside"):
        return True
    own, names = element.get("id"), element.get("class")
    if own is None and names is None:
        return False
    furniture, comments = _named(f"{own or ''} {names or ''}")
    return furniture or (comments and all(inner.tag != "h1" for inner in islice(element.iter(), _FIRST)))


@lru_cache(20_000)
def _named(names: str) -> tuple[bool, bool]:
    return _CHROME.search(names) is not None, _COMMENTS.search(names) is not None


@lru_cache(20_000)
def _is_date(names: str | None) -> bool:
    return names is not None and _DATE.search(names) is not None


def lines(root: HtmlElement, skip: Skip | None = None, left_out: Collection[HtmlElement] = ()) -> list[Line]:
    """The text of `root` line by line, without what `skip` tells and the elements named."""
    return Stream(root, skip, left_out).lines


def own_lines(root: HtmlElement, left_out: Collection[HtmlElement] = ()) -> list[Line]:
    """The lines of `root` without furniture and the elements named."""
    if left_out:
        return lines(root, is_chrome, left_out)
    for stream in _streams:  # guard and readers ask for the page and for parts of it
        if (found := stream.of(root)) is not None:
            return found
    stream = Stream(root, is_chrome)
    _streams.append(stream)
    return list(stream.lines)


class Stream:
    """The lines of an element: runs of inline text are collected, and every block boundary ends a line."""

    def __init__(self, root: HtmlElement, skip: Skip | None = None, left_out: Collection[HtmlElement] = ()) -> None:
        """Walk the element once."""
        self.lines: list[Line] = []
        self._skip = skip
        self._left_out = frozenset(left_out)
        self._runs: list[tuple[str, bool]] = []
        self._places: dict[HtmlElement, tuple[int, int]] = {}
        self._walk(root, root, bold=False, keep=False)
        self._end(root)
        self._places[root] = 0, len(self.lines)

    def of(self, element: HtmlElement) -> list[Line] | None:
        """The lines of a block in it, as a walk of its own would give them; None where only that walk can tell."""
        place = self._places.get(element)
        return None if place is None else self.lines[slice(*place)]

    def _walk(self, element: HtmlElement, block: HtmlElement, *, bold: bool, keep: bool) -> None:
        tag = element.tag
        is_own = not bold and not keep
        keep = keep or tag == "pre" or "whitespace-pre" in (element.get("class") or "")
        bold = bold or tag in BOLD
        is_block = tag in BLOCKS
        if is_block:
            self._end(block)
            block = element
        begin = len(self.lines)
        self._add(element.text, block, bold=bold, keep=keep)
        for child in element:
            kind, dated = child.tag, _is_date(child.get("class"))
            if dated:
                self._add(" ", block, bold=bold, keep=False)
            if kind.__class__ is str and kind not in SILENT and not self._skips(child):
                line = self._line_of(child) if kind in _PLAIN_BLOCKS and not keep else None
                if line is None or line[2]:
                    if bold or keep or not self._splice(child, block):
                        self._walk(child, block, bold=bold, keep=keep)
                else:
                    self._end(block)
                    if line[0]:
                        self.lines.append(Line(line[0], child, line[0] if bold or kind in BOLD else ""))
            if tail := child.tail:
                self._add(tail, block, bold=bold, keep=keep)
            elif dated or kind in _APART:
                self._add(" ", block, bold=bold, keep=False)  # a link and its date stand apart on the screen
        if is_block:
            self._end(block)
            if is_own:
                self._places[element] = begin, len(self.lines)

    def _skips(self, element: HtmlElement) -> bool:
        return element in self._left_out or (self._skip is not None and self._skip(element))

    def _line_of(self, element: HtmlElement) -> _OneLine | None:
        line = _line_of(element)
        return None if line is not None and line[1] and any(map(self._skips, line[1])) else line

    def _splice(self, element: HtmlElement, block: HtmlElement) -> bool:
        """Take the lines of a repeated part as they were on another page."""
        part = part_of(element)
        if part is None or not self._left_out.isdisjoint(part.elements):
            return False
        known = part.fact(("lines", self._skip), lambda: _lines_by_place(part, self._skip))
        self._end(block)
        begin, elements = len(self.lines), part.elements
        self.lines += [Line(text, elements[place], bold) for text, place, bold in known]
        self._places[element] = begin, len(self.lines)
        return True

    def _add(self, text: str | None, block: HtmlElement, *, bold: bool, keep: bool) -> None:
        if not text:
            return
        if keep and "\n" in text:
            for part in text.split("\n"):
                self._runs.append((part, bold))
                self._end(block)
        else:
            self._runs.append((text, bold))

    def _end(self, block: HtmlElement) -> None:
        if not self._runs:
            return
        if text := clean("".join(run for run, _ in self._runs)):
            lead = []
            for run, bold in self._runs:
                if not bold and run.strip():
                    break
                lead.append(run)
            self.lines.append(Line(text, block, clean("".join(lead))))
        self._runs.clear()


def _lines_by_place(part: Part, skip: Skip | None) -> list[tuple[str, int, str]]:
    places = {element: place for place, element in enumerate(part.elements)}
    return [(line.text, places[line.element], line.bold) for line in lines(part.elements[0], skip)]


def text_of(root: HtmlElement | None, joint: str = " ", left_out: Collection[HtmlElement] = ()) -> str:
    """All text of an element, its lines joined; "" for None."""
    if root is None:
        return ""
    if not left_out and (text := inline_text(root)) is not None:
        return text
    if not left_out and (part := part_of(root)) is not None:
        return part.fact(("text", joint), lambda: joint.join(line.text for line in lines(root)))
    return joint.join(line.text for line in lines(root, None, left_out))


_INLINE = frozenset(["span", "b", "strong", "i", "em", "u", "font", "sup", "sub"])
_MOST_INLINE = _FIRST = 8


_OneLine = tuple[str, Sequence[HtmlElement], bool]
"""The text of an element that is one line, the elements in it, and whether one of them is bold."""

_one_line: dict[HtmlElement, _OneLine | None] = {}  # of the page read last; guards and readers ask again and again
_streams: list[Stream] = []  # likewise, without furniture


def inline_text(element: HtmlElement) -> str | None:
    """The text of an element that is one line, else None."""
    line = _line_of(element)
    return None if line is None else line[0]


def _line_of(element: HtmlElement) -> _OneLine | None:
    """An element that is one line: no block, nothing that is silent or set apart in it; else None.

    Three quarters of a page's elements are (entries of menus, mostly one in another), and their text needs no walk.
    """
    try:
        return _one_line[element]
    except KeyError:
        line = _one_line[element] = _put_together(element)
        return line


def _put_together(element: HtmlElement) -> _OneLine | None:
    if element.tag == "pre" or "whitespace-pre" in (element.get("class") or ""):
        return None
    count = len(element)
    if not count:
        return clean(element.text or ""), (), False
    if count == 1:
        return _around_one(element, element[0])
    inside = list(islice(element.iterdescendants(), _MOST_INLINE + 1))
    if len(inside) > _MOST_INLINE or not all(_is_plain(inner, element) for inner in inside):
        return None
    return clean("".join(element.itertext())), inside, any(inner.tag in BOLD for inner in inside)


def _around_one(element: HtmlElement, child: HtmlElement) -> _OneLine | None:
    """An element with one child, as most entries of menus are: made of the child's line, which is asked for too."""
    line = _line_of(child) if _is_plain(child, element) else None
    if line is None or (line[1] and not all(_is_plain(inner, element) for inner in line[1])):
        return None
    before, text, after = element.text, line[0], child.tail
    if before or after:
        # the line's own ends were cleaned away: a space there may part it from what stands around it
        text = clean("".join(element.itertext()))
    return text, (child, *line[1]), line[2] or child.tag in BOLD


def _is_plain(inner: HtmlElement, element: HtmlElement) -> bool:
    """Whether a part of an element is only text; a link stands apart from what follows without a space (`_APART`)."""
    if inner.tag not in _INLINE and not (
        inner.tag == "a" and inner.getparent() is element and (inner.tail or inner.getnext() is None)
    ):
        return False
    names = inner.get("class")
    return names is None or not (_is_date(names) or "whitespace-pre" in names)

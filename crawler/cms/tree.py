"""An HTML tree and its text: lines that end where blocks, cells and line breaks end, and tables with their headings.

lxml reads broken markup as BeautifulSoup on lxml does (it is the same parser underneath), in a fifth of the time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree, html
from lxml.html import HtmlElement

BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "button",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "legend",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
SILENT = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "select",
        "option",
        "iframe",
        "object",
        "embed",
        "svg",
        "input",
        "textarea",
        "head",
        "link",
        "meta",
    ]
)
BOLD = frozenset(["b", "strong", "h1", "h2", "h3", "h4", "h5", "h6", "th", "dt", "summary"])
_PLAIN_BLOCKS = BLOCKS - {"pre", "br", "hr"}
_APART = frozenset(["a", "label", "time", "small"])
_DATE = re.compile(r"(?:^|[\s_-])(?:date|time|ngay|gio|publish)", re.I)
_SPACE = re.compile(r"[\s\u00a0\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad]+")
_CHROME = re.compile(
    r"(?:^|(?<!no)[\s_-])(?:menu\w*|nav|navbar|navigation|navi|footer|sidebar|breadcrumbs?|pathway|pager|pagination|paging|social|"
    r"share|sharing|comments?|rating|counter|login|copyright|language|search|skip|ribbon|toolbar|lienket|weblink|"
    r"tin-?(?:khac|lienquan|lien-quan)|other-?news|related(?:-\w+)?|wm-ipp\w*)(?=$|[\s_-])",
    re.I,
)
_ENDINGS = re.compile(
    r"</(?:body|html)\s*>", re.I
)  # libxml2 drops what follows; pages put together from pages have three
_PARSER = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
_PARSER.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
"""One class for all elements: lxml.html asks Python for the class of every element it touches."""


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
    try:
        root = html.document_fromstring(_ENDINGS.sub("", text).encode("utf-8", "replace"), parser=_PARSER)
    except (etree.ParserError, etree.XMLSyntaxError):
        root = html.document_fromstring("<body></body>")
    return root, list(root.iter())


def clean(text: str) -> str:
    """Single spaces, no invisible signs, no space before punctuation left by markup."""
    return _SPACE.sub(" ", text).strip()


def is_chrome(element: HtmlElement) -> bool:
    """Whether an element is page furniture: menus, footers, side bars, sharing, related items."""
    if element.tag in ("nav", "footer", "aside"):
        return True
    own, names = element.get("id"), element.get("class")
    return (own is not None or names is not None) and _names_chrome(f"{own or ''} {names or ''}")


@lru_cache(20_000)
def _names_chrome(names: str) -> bool:
    return _CHROME.search(names) is not None


@lru_cache(20_000)
def _is_date(names: str | None) -> bool:
    return names is not None and _DATE.search(names) is not None


def lines(root: HtmlElement, skip: Callable[[HtmlElement], bool] | None = None) -> list[Line]:
    """The text of `root` line by line; `skip` leaves elements out."""
    found: list[Line] = []
    walk = _Walk(found, skip)
    walk.walk(root, root, bold=False, keep=False)
    walk.end(root)
    return found


class _Walk:
    """Collects runs of inline text and ends a line at every block boundary."""

    def __init__(self, found: list[Line], skip: Callable[[HtmlElement], bool] | None) -> None:
        self.found, self.skip = found, skip
        self.runs: list[tuple[str, bool]] = []

    def walk(self, element: HtmlElement, block: HtmlElement, *, bold: bool, keep: bool) -> None:
        tag = element.tag
        keep = keep or tag == "pre" or "whitespace-pre" in (element.get("class") or "")
        bold = bold or tag in BOLD
        is_block = tag in BLOCKS
        if is_block:
            self.end(block)
            block = element
        self.add(element.text, block, bold=bold, keep=keep)
        for child in element:
            dated = _is_date(child.get("class"))
            if dated:
                self.add(" ", block, bold=bold, keep=False)
            if isinstance(child.tag, str) and child.tag not in SILENT and not (self.skip and self.skip(child)):
                text = inline_text(child, self.skip) if child.tag in _PLAIN_BLOCKS and not keep else None
                if text is None or any(inner.tag in BOLD for inner in child.iterdescendants()):
                    self.walk(child, block, bold=bold, keep=keep)
                else:
                    self.end(block)
                    if text:
                        self.found.append(Line(text, child, text if bold or child.tag in BOLD else ""))
            if child.tail:
                self.add(child.tail, block, bold=bold, keep=keep)
            elif dated or child.tag in _APART:
                self.add(" ", block, bold=bold, keep=False)  # a link and its date stand apart on the screen
        if is_block:
            self.end(block)

    def add(self, text: str | None, block: HtmlElement, *, bold: bool, keep: bool) -> None:
        if not text:
            return
        if keep and "\n" in text:
            for part in text.split("\n"):
                self.runs.append((part, bold))
                self.end(block)
        else:
            self.runs.append((text, bold))

    def end(self, block: HtmlElement) -> None:
        if not self.runs:
            return
        text = clean("".join(run for run, _ in self.runs))
        if text:
            lead = []
            for run, bold in self.runs:
                if not bold and run.strip():
                    break
                lead.append(run)
            self.found.append(Line(text, block, clean("".join(lead))))
        self.runs.clear()


def text_of(root: HtmlElement | None, joint: str = " ", skip: Callable[[HtmlElement], bool] | None = None) -> str:
    """All text of an element, its lines joined; "" for None."""
    if root is None:
        return ""
    if skip is None and (text := inline_text(root)) is not None:
        return text
    return joint.join(line.text for line in lines(root, skip))


_INLINE = frozenset(["span", "b", "strong", "i", "em", "u", "font", "sup", "sub"])
_MOST_INLINE = 8


def inline_text(element: HtmlElement, skip: Callable[[HtmlElement], bool] | None = None) -> str | None:
    """The text of an element that is one line: no block, nothing that is silent, left out or set apart in it; else None.

    Three quarters of a page's elements are (entries of menus, mostly one in another), and their text needs no walk.
    """
    if element.tag == "pre":
        return None
    before, after, place = [element.text or ""], [], element
    while count := len(place):
        if count > 1:
            return clean("".join(element.itertext())) if _is_inline(element, skip) else None
        child = place[0]
        if not _is_plain(child, element, skip):
            return None
        before.append(child.text or "")
        after.append(child.tail or "")
        place = child
    if "whitespace-pre" in (element.get("class") or ""):
        return None
    return clean("".join(before + after[::-1]))


def _is_inline(element: HtmlElement, skip: Callable[[HtmlElement], bool] | None) -> bool:
    inside = enumerate(element.iterdescendants())
    is_plain = all(number < _MOST_INLINE and _is_plain(inner, element, skip) for number, inner in inside)
    return is_plain and "whitespace-pre" not in (element.get("class") or "")


def _is_plain(inner: HtmlElement, element: HtmlElement, skip: Callable[[HtmlElement], bool] | None) -> bool:
    """Whether a part of an element is only text; a link stands apart from what follows without a space (`_APART`)."""
    if inner.tag not in _INLINE and not (
        inner.tag == "a" and inner.getparent() is element and (inner.tail or inner.getnext() is None)
    ):
        return False
    names = inner.get("class")
    return (names is None or not (_is_date(names) or "whitespace-pre" in names)) and not (skip and skip(inner))


@dataclass(slots=True)
class Cell:
    """A cell of a table with its text."""

    element: HtmlElement
    text: str


def rows(table: HtmlElement) -> Iterator[list[Cell]]:
    """The rows of a table, of its own and not of tables nested in it; also of bare `tr` without a table."""
    for row in table.iter("tr"):
        if row is not table and next(row.iterancestors("table"), table if table.tag != "table" else None) is not table:
            continue
        cells = [Cell(cell, text_of(cell)) for cell in row if cell.tag in ("td", "th")]
        if cells:
            yield cells

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
from parsel.csstranslator import HTMLTranslator

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


@lru_cache(512)
def _compiled(css: str) -> etree.XPath:
    return etree.XPath(HTMLTranslator().css_to_xpath(css))


def select(root: HtmlElement, css: str) -> list[HtmlElement]:
    """Elements under `root` by CSS, in document order; nothing for an empty selector."""
    if not css or css.isalpha():
        return list(root.iter(css)) if css else []
    written = _written(root.getroottree().getroot())
    possible = ", ".join(one for one, names in _alternatives_with_names(css) if all(name in written for name in names))
    found = _compiled(possible)(root) if possible else []
    return [element for element in found if isinstance(element, HtmlElement)] if isinstance(found, list) else []


_WRITTEN = etree.XPath("//@class | //@id | //@itemprop | //@property", smart_strings=False)
_NAME = re.compile(r"[.#](-?[A-Za-z_][\w-]*)|\[(?:class|id|itemprop|property)[*^$~|]?=[\"']?([\w:-]+)")
_NOT = re.compile(r":not\([^)]*\)")


@lru_cache(2)  # as the parsed pages
def _written(root: HtmlElement) -> str:
    """Every class, id and property of a page: most selectors ask for one that it does not have, and need no look at its elements."""
    found = _WRITTEN(root)
    return "\n".join(map(str, found)) if isinstance(found, list) else ""


@lru_cache(512)
def _alternatives_with_names(css: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each alternative of a selector with the names it cannot do without."""
    return tuple(
        (one, tuple(a or b for a, b in _NAME.findall(_NOT.sub("", one))))
        for one in re.split(r",\s*(?![^\[(]*[\])])", css)
        if one
    )


def first(root: HtmlElement, css: str) -> HtmlElement | None:
    """The element under `root` for the first of the selectors in `css` that finds one."""
    return next((found[0] for one in _alternatives(css) if (found := select(root, one))), None)


@lru_cache(512)
def _alternatives(css: str) -> tuple[str, ...]:
    return tuple(part for part in re.split(r",\s*", css) if part)


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
                if text is None:
                    self.walk(child, block, bold=bold, keep=keep)
                else:
                    self.plain(text, child, block, bold=bold)
            if child.tail:
                self.add(child.tail, block, bold=bold, keep=keep)
            elif dated or child.tag in _APART:
                self.add(" ", block, bold=bold, keep=False)  # a link and its date stand apart on the screen
        if is_block:
            self.end(block)

    def plain(self, text: str, element: HtmlElement, block: HtmlElement, *, bold: bool) -> None:
        """A block of one line."""
        self.end(block)
        if text:
            lead = text if bold or element.tag in BOLD else ""
            if not lead and len(element) and any(inner.tag in BOLD for inner in element.iterdescendants()):
                lead = _bold_lead(element)
            self.found.append(Line(text, element, lead))

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


def _bold_lead(element: HtmlElement) -> str:
    """The bold text that an inline element begins with."""
    lead: list[str] = []
    for text, bold in _runs(element, False):
        if not bold and text.strip():
            break
        lead.append(text)
    return clean("".join(lead))


def _runs(element: HtmlElement, bold: bool) -> Iterator[tuple[str, bool]]:
    if element.text:
        yield element.text, bold
    for child in element:
        yield from _runs(child, bold or child.tag in BOLD)
        if child.tail:
            yield child.tail, bold


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

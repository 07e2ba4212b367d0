"""Short ways of reading a tree give what the long ways give."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml.html import HtmlElement
from parsel.csstranslator import HTMLTranslator

from crawler.charset import decode
from crawler.cms import tree
from crawler.cms.selectors import first, select
from crawler.cms.signs import in_source
from crawler.cms.tree import is_chrome, lines, own_lines, parse, text_of

ROOT = Path(__file__).resolve().parents[3]
PAGES = sorted((ROOT / "tests" / "fixtures" / "pages").glob("*/*/page.html"))
INLINE = ("span", "b", "strong", "a", "i", "time", "small", "br", "script")
BLOCKS = ("div", "p", "li", "td", "h3", "pre", "ul", "nav")
CLASSES = ("", " class='date'", " class='menu'", " class='whitespace-pre'")
TEXTS = ("", " ", "Mức thu", " lệ phí\n", "\u200b", "\n ")


def _elements(tags: tuple[str, ...], inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    parts = st.tuples(st.sampled_from(tags), st.sampled_from(CLASSES), inside, st.sampled_from(TEXTS))
    return parts.map(lambda p: f"<{p[0]}{p[1]}>{p[2]}</{p[0]}>{p[3]}")


MARKUP = st.recursive(
    st.sampled_from(TEXTS),
    lambda inside: st.lists(_elements(INLINE, inside) | _elements(BLOCKS, inside), max_size=3).map("".join),
    max_leaves=12,
)


def _read(root: HtmlElement) -> list[object]:
    found: list[object] = [(line.text, line.bold, line.element) for line in own_lines(root)]
    return [*found, *((line.text, line.bold, line.element) for line in lines(root)), text_of(root)]


def _both_ways(root: HtmlElement, monkeypatch: pytest.MonkeyPatch) -> tuple[list[object], list[object]]:
    short = _read(root)
    with monkeypatch.context() as patch:
        patch.setattr(tree, "_line_of", lambda element: None)
        patch.setattr(tree.Stream, "of", lambda stream, element: None)
        return short, _read(root)


@settings(max_examples=400)
@given(MARKUP)
@pytest.mark.slow
def test_a_line_is_the_same_without_a_walk(markup: str) -> None:
    page = parse(f"<body><div>{markup}</div></body>")
    own_lines(page)  # what is kept of the page serves its parts
    with pytest.MonkeyPatch.context() as monkeypatch:
        for element in list(page.iter("div", "p", "li", "span", "a")):
            short, walked = _both_ways(element, monkeypatch)
            assert short == walked


@pytest.mark.parametrize("page", PAGES, ids=lambda path: f"{path.parts[-3]}-{path.parts[-2]}")
def test_real_lines_are_the_same_without_a_walk(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = parse(decode(page.read_bytes()).text)
    short, walked = _both_ways(root, monkeypatch)
    assert short == walked
    for part in root.iter(*BLOCKS):
        assert own_lines(part) == lines(part, is_chrome)


def _selectors() -> Iterator[str]:
    """Every selector of the source: what stands in quotes and is CSS with a class, an id or an attribute."""
    quoted = re.compile(r"""(["'])((?:(?!\1).)*[.#\[](?:(?!\1).)*)\1""")
    for file in sorted((ROOT / "crawler").rglob("*.py")):
        for _, text in quoted.findall(file.read_text(encoding="utf-8")):
            try:
                HTMLTranslator().css_to_xpath(text)
            except Exception:
                continue
            yield text


OWN = ("img[src*='.jpg'], p a", "a[href='#top']", "[class*='MENU' i]", ":not(.none) > p", ":is(.none, #b) li")
SELECTORS = [*dict.fromkeys((*OWN, *_selectors()))]


@pytest.mark.slow
def test_a_selector_that_is_not_run_would_have_found_nothing() -> None:
    own = "<body class='a'><p class='menu'><a href='#top'>x</a><img src='/a.jpg'></p><ul id='b'><li>y</ul></body>"
    for markup in (own, *(decode(page.read_bytes()).text for page in PAGES)):
        root = parse(markup)
        for css in SELECTORS:
            assert select(root, css) == etree.XPath(HTMLTranslator().css_to_xpath(css))(root), css
    assert all(select(parse(own), css) for css in OWN)


def test_first_prefers_the_first_selector() -> None:
    root = parse("<body><p class='b'>1</p><p class='a'>2</p></body>")
    found = first(root, ".none, .a, .b")
    assert found is not None
    assert found.text == "2"
    assert first(root, ".none, #none") is None


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"tandan-[\w-]+", "x tandan-view"), (r"abc?d", "xabd"), (r"VHV\.(?:App|init)", "VHV.init"), (r"\$file/", "/$file/a"),
        (r"ab*", "a"), (r"ab{0,2}c", "ac"), (r"Cổng [Qq]uốc", "Cổng quốc"),
    ],
)  # fmt: skip
def test_a_sign_is_found_whatever_it_begins_with(pattern: str, text: str) -> None:
    assert in_source(pattern).found_in(text)
    assert not in_source(pattern).found_in("–")


@pytest.mark.parametrize("tag", ["div", "font", "li"])
def test_a_page_that_closes_nothing_is_read_to_its_end(tag: str) -> None:
    rows = [f"Dòng {n}" for n in range(1_500)]
    root = tree.parse("".join(f"<{tag}>{row} " for row in rows) + f"<b>cuối</b> trang{f'</{tag}>' * 1_500} hết")
    assert " ".join(line.text for line in tree.own_lines(root)).split() == " ".join((*rows, "cuối trang hết")).split()


def test_texts_that_a_stray_end_tag_parts_keep_their_order_in_a_page_too_deep() -> None:
    source = "".join(f"<div>a{n} <i>b{n}</i> c{n} </p> d{n} " for n in range(400))
    source += "".join(f"</div> e{n} </b> f{n} " for n in range(400))
    shown = " ".join(line.text for line in tree.own_lines(tree.parse(source)))
    assert shown.split() == re.findall(r"\b[a-f]\d+", source)

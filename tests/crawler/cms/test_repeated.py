"""What is kept of a part that other pages had is what a walk of this page would find."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml.html import HtmlElement

from crawler.charset import decode
from crawler.cms import repeated
from crawler.cms.repeated import having, part_of, parts_under
from crawler.cms.selectors import select
from crawler.cms.tree import is_chrome, lines, own_lines, parse
from crawler.page import RawPage, SiteHints
from crawler.reading import understand
from crawler.sections import SectionTable

PAGES = sorted((Path(__file__).resolve().parents[2] / "fixtures" / "pages").glob("*/*/page.html"))
MENU = "<ul class='menu'>" + "".join(f"<li class=m{n}><a href='/m{n}'>Mục {n}</a></li>" for n in range(9)) + "</ul>"


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeated, "_memory", repeated._Memory())


def _page(number: int, menu: str = MENU) -> HtmlElement:
    return parse(f"<body><div id=d{number}>{menu}</div><p>Trang {number}</p>")


def _seen(root: HtmlElement) -> list[Any]:
    places = {element: place for place, element in enumerate(root.iter())}
    kept = [(line.text, line.bold, places[line.element]) for line in lines(root)]
    own = [(line.text, line.bold, places[line.element]) for line in own_lines(root)]
    found = [
        [places[element] for element in select(root, css)] for css in ("li", ".menu, .m3", "[class*='m']", ".m1 a")
    ]
    return [kept, own, found, [places[element] for element in having(root, ("a", "li"), _is_even)]]


def _is_even(element: HtmlElement) -> bool:
    return sum(map(int, filter(str.isdigit, element.text_content()))) % 2 == 0


def test_a_part_is_known_from_the_second_page_on_and_never_half() -> None:
    assert not parts_under(_page(1))
    second = _page(2)
    menu = second.find(".//ul")
    assert part_of(menu) is parts_under(second)[0]
    facts = parts_under(second)[0].facts
    assert parts_under(_page(3))[0].facts is facts
    assert not parts_under(_page(4, MENU.replace("Mục 8", "Mục tám")))
    assert not parts_under(_page(5, MENU.replace("/m8", "/m9")))


def test_a_known_part_says_what_a_walk_says() -> None:
    walked = _seen(_page(1))
    for number in (2, 3, 4):
        told = _seen(_page(number))
        assert told[2:] == walked[2:]
        assert [line for line in told[0] if "Trang" not in line[0]] == [
            line for line in walked[0] if "Trang" not in line[0]
        ]
        assert len(told[1]) == len(walked[1])


def test_what_is_left_out_of_a_known_part_is_left_out() -> None:
    root = [_page(number) for number in (1, 2, 3)][-1]
    entry = select(root, ".m3")[0]
    assert "Mục 3" in [line.text for line in lines(root)]
    assert "Mục 3" not in [line.text for line in lines(root, None, [entry])]
    assert not own_lines(root.find(".//div"), [entry])
    assert is_chrome(root.find(".//ul"))


def test_no_more_is_kept_than_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeated, "MOST_ELEMENTS", 60)
    for number in range(6):
        for _ in range(2):
            _page(number, MENU.replace("Mục", f"Trang {number} mục"))
    assert repeated._memory.elements <= 60
    assert repeated._memory.elements == 19 * len(repeated._memory.facts)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parts[-3]}-{path.parts[-2]}")
def test_a_real_page_says_the_same_when_its_parts_are_known(path: Path) -> None:
    sections = SiteHints(sections=SectionTable({"tin tức": "news", "thủ tục hành chính": "procedures"}))
    raw = RawPage("http://x.gov.vn/a/b.html", 200, {"content-type": "text/html"}, path.read_bytes())
    first = understand(raw, sections)
    walked = _seen(parse(decode(raw.body).text))
    for number in range(2):
        parse(f"<p>{number}</p>")  # puts the page out of what is kept of pages read last
        parse(f"<p>{number}.</p>")
        assert understand(raw, sections) == first
        assert _seen(parse(decode(raw.body).text)) == walked

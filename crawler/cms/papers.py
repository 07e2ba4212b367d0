"""The papers of a procedure by case, with how many originals and copies: out of tables or lines."""

from __future__ import annotations

import re

from core.model import Paper, PaperCase
from crawler.cms.files import files_in
from crawler.cms.labels import Value
from crawler.cms.part_lines import BULLET, NOTHING
from crawler.cms.tables import Row, Table
from vietnamese.syllables import fold_text

_COUNTS = (
    re.compile(r"(?P<word>bản (?:chính|gốc|sao)|bản)\s*:\s*(?P<n>\d+)", re.I),
    re.compile(r"(?P<n>\d+)\s*\(?[^\d\W]*\)?\s*(?P<word>bản (?:chính|gốc|sao)|bản)", re.I),
)


def papers_of(values: list[Value], url: str) -> tuple[PaperCase, ...]:
    """The papers that stand under the labels of a page, case by case."""
    cases: list[PaperCase] = []
    heading = ""
    loose: list[str] = []
    for item in (item for value in values for item in value.items):
        if isinstance(item, Table):
            papers = tuple(_row_paper(row, url) for row in item.rows if row.text("paper") or row.text("name"))
            if papers:
                cases.append(PaperCase(papers, heading))
            heading, loose = "", []
        elif any(map(str.isalnum, item.text)) and fold_text(item.text) not in NOTHING:
            heading = BULLET.sub("", item.text).rstrip(" :")
            loose.append(item.text)
    if cases or not loose:
        return tuple(cases) if len(cases) != 1 else (PaperCase(cases[0].papers, cases[0].name),)
    return (PaperCase(tuple(_line_paper(text) for text in loose)),)


def _row_paper(row: Row, url: str) -> Paper:
    originals, copies = _counts(row.text("count"))
    form = row.cells.get("form")
    files = files_in(form.element, url) if form else ()
    name = BULLET.sub("", row.text("paper") or row.text("name"))
    return Paper(name, originals, copies, form.text if form else "", files[0].url if files else "")


def _line_paper(text: str) -> Paper:
    originals, copies = _counts(text)
    return Paper(BULLET.sub("", text), originals, copies)


def _counts(text: str) -> tuple[int | None, int | None]:
    originals = copies = None
    for rule in _COUNTS:
        for match in rule.finditer(text):
            if "sao" in match["word"].lower():
                copies = int(match["n"])
            else:
                originals = int(match["n"])
        if originals is not None or copies is not None:
            break
    return originals, copies

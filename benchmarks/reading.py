"""Field F1 of the page readers on saved pages: `python -m benchmarks.reading`.

Two ways: the reader each page's own signs choose, and the generic reader alone – which knows no family – on the same pages
(leave one family out: nothing of a family is in it). A field is one part of a record (name, steps, papers …), its date, a list's
entry, the page's kind, title or section. A wrong value is both one found in vain and one missed. Floors stand in
reading_floors.json and only rise; the command ends with 1 below them.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.plain import digest, to_plain
from crawler.cms import read
from crawler.page import RawPage, SiteHints
from crawler.sections import SectionTable

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "tests" / "fixtures" / "pages"
FLOORS = Path(__file__).with_name("reading_floors.json")
COMPLETE = 8
"""Fields of an expected record from which on it is taken as all there is: any other field found was found in vain."""

_OF_PAGE = ("page_kind", "title", "section")
_LEFT_OUT = {"code_raw"}


@dataclass(slots=True)
class Count:
    """Fields right, found in vain and missed, with the first wrong ones."""

    right: int = 0
    vain: int = 0
    missed: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def f1(self) -> float:
        """2PR/(P+R); 1 of nothing."""
        total = 2 * self.right + self.vain + self.missed
        return round(2 * self.right / total, 4) if total else 1.0

    def add(self, name: str, due: Any, got: Any) -> None:
        """Count one field."""
        if agrees(due, got):
            self.right += bool(due)
            return
        self.missed += bool(due)
        self.vain += bool(got)
        self.wrong.append(f"{name}: {str(got)[:120]!r}, is {str(due)[:120]!r}")


def agrees(due: Any, got: Any) -> bool:
    """Whether a value holds everything expected; keys that nobody expected are not looked at."""
    if not due:
        return not got
    if isinstance(due, dict):
        return isinstance(got, dict) and all(agrees(value, got.get(key)) for key, value in due.items())
    if isinstance(due, list):
        return isinstance(got, list) and len(due) == len(got) and all(map(agrees, due, got))
    return bool(due == got)


def cases() -> Iterator[Path]:
    """The folders of saved pages."""
    return (path.parent for path in sorted(PAGES.glob("*/*/page.html")))


def measure(family: str = "") -> dict[str, Count]:
    """Family → counts, and `all`; with `family`, every page is read by that reader."""
    sections = SectionTable.load(ROOT / "config" / "national")
    found: dict[str, Count] = defaultdict(Count)
    for case in cases():
        facts = tomllib.loads((case / "case.toml").read_text(encoding="utf-8"))
        page = RawPage(facts["url"], 200, {"content-type": facts["content_type"]}, (case / "page.html").read_bytes())
        site = SiteHints(family, sections=sections) if family else SiteHints(sections=sections)
        due = json.loads((case / "expected.json").read_text(encoding="utf-8"))
        for count in (found[case.parent.name], found["all"]):
            _compare(count, case.name, due, to_plain(read(page, site)))
    return dict(found)


def _compare(count: Count, case: str, due: dict[str, Any], got: dict[str, Any]) -> None:
    for name in _OF_PAGE:
        if name in due:
            count.add(f"{case}.{name}", due[name], got.get(name))
    for place, (mine, theirs) in enumerate(_pairs(due.get("records"), got.get("records"))):
        _record(count, f"{case}[{place}]", mine, theirs)
    for place, (mine, theirs) in enumerate(_pairs(due.get("items"), got.get("items"))):
        count.add(f"{case}.items[{place}]", mine, theirs)


def _pairs(due: Any, got: Any) -> Iterator[tuple[Any, Any]]:
    if due is not None:
        got = got or []
        for place in range(max(len(due), len(got))):
            yield due[place] if place < len(due) else {}, got[place] if place < len(got) else {}


def _record(count: Count, where: str, due: dict[str, Any], got: dict[str, Any]) -> None:
    wanted, found = due.get("content", {}), got.get("content", {})
    names = set(wanted) | (set(found) - _LEFT_OUT if len(wanted) >= COMPLETE or not wanted else set())
    for name in sorted(names):
        count.add(f"{where}.{name}", wanted.get(name), found.get(name))
    if "published" in due:
        day = str(due["published"] or "")
        count.add(f"{where}.published", day, (got.get("published") or "")[: len(day) or None])


def data_digest() -> str:
    """The digest of the saved pages and what is expected of them: floors hold for these."""
    return digest([[case.name, (case / "expected.json").read_text(encoding="utf-8")] for case in cases()])[:16]


def below_floor(figures: dict[str, float], floors: dict[str, float]) -> list[str]:
    """Figures under their floor."""
    return [f"{name}: {figures[name]} < {floor}" for name, floor in floors.items() if figures[name] < floor]


def figures() -> dict[str, float]:
    """F1 of both ways, and the lowest of any family left out."""
    own, generic = measure(), measure("generic")
    return {
        "own": own["all"].f1,
        "generic": generic["all"].f1,
        "generic_worst_family": min(count.f1 for count in generic.values()),
        "own_worst_family": min(count.f1 for count in own.values()),
    }


def main() -> int:
    """Print both ways family by family, and what was wrong."""
    own, generic = measure(), measure("generic")
    print(f"{'family':<18}{'own':>8}{'generic':>9}{'fields':>8}")
    for name in sorted(own, key=lambda name: (name == "all", name)):
        print(f"{name:<18}{own[name].f1:>8.3f}{generic[name].f1:>9.3f}{own[name].right + own[name].missed:>8}")
    for title, counts in (("own", own), ("generic", generic)):
        for name, count in counts.items():
            for line in count.wrong if name != "all" else ():
                print(f"  {title} {name}/{line}")
    low = below_floor(figures(), json.loads(FLOORS.read_text(encoding="utf-8"))["floors"])
    print("\n".join(low) or "no figure is below its floor")
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())

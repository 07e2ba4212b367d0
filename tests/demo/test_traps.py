"""Traps lead on for ever, and leave a site's own pages as they are."""

from __future__ import annotations

import pytest

from demo import traps
from demo.box import Box
from demo.faults import Fault
from demo.plan import Plan
from demo.units import units

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("kind", ["language_trap", "calendar_trap", "endless_paging"])
@pytest.mark.parametrize("preset", ["seed", "today"])
def test_a_trap_takes_no_page_of_its_site(preset: str, kind: str) -> None:
    box = Box(Plan(preset, 1, 5, "small"), 0)
    families = {unit.family: unit for unit in units(preset)}
    for unit in families.values():
        pages, faults = box.pages(unit), {kind: Fault(unit.id, kind, 0, 5)}
        assert [path for path in pages.paths if traps.answer(pages, path, faults)] == []


def test_a_language_leads_to_a_deeper_one_on_every_family() -> None:
    box = Box(Plan("today", 1, 5, "small"), 0)
    for unit in {unit.family: unit for unit in units("today")}.values():
        pages, faults = box.pages(unit), {"language_trap": Fault(unit.id, "language_trap", 0, 5)}
        page = traps.answer(pages, f"/en/vi/en{pages.family.listing('news', 1)}", faults)
        assert page is not None
        assert b'href="/en/vi/en/vi' in page.render()

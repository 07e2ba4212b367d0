"""Undated items can be shown in every family, with their lists and the front page."""

from __future__ import annotations

import pytest

from demo.box import Box
from demo.faults import Fault
from demo.plan import Plan
from demo.units import units

FIRST_OF_FAMILY = {unit.family: unit.id for unit in reversed(units("seed"))}


@pytest.mark.parametrize("section", ["news", "direction", "legal_docs"])
@pytest.mark.parametrize("family", sorted(FIRST_OF_FAMILY))
def test_every_page_of_an_undated_section_can_be_shown(family: str, section: str) -> None:
    site = FIRST_OF_FAMILY[family]
    box = Box(Plan("seed", 1, 30, "small", (Fault(site, "undated_items", 0, 9, section=section),)))
    unit = next(unit for unit in box.units if unit.id == site)
    for path, page in box.pages(unit).paths.items():
        assert page.render(), path

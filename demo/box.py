"""The province in a box: its plan and day, and the pages of every host on that day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from demo.pages import SitePages
from demo.plan import Plan
from demo.state import SiteState, state_of
from demo.units import ADDRESSES, DAY_ZERO, DOMAIN, Unit, units

FIRST_ADDRESS = 2
"""The sites stand on 127.0.0.2 and the addresses after it; 127.0.0.1 is the control host's."""


@dataclass
class Box:
    """A box on a day. Everything follows from the plan and the day; moving to another day forgets what was rendered."""

    plan: Plan
    day: int = 0
    _pages: dict[str, SitePages] = field(default_factory=dict)
    _states: dict[str, SiteState] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The calendar day."""
        return DAY_ZERO[self.plan.preset] + timedelta(days=self.day)

    @property
    def units(self) -> tuple[Unit, ...]:
        """The 48 units."""
        return units(self.plan.preset)

    def go_to(self, day: int) -> None:
        """Show another day."""
        self.day = day
        self._pages.clear()
        self._states.clear()

    def state(self, unit: Unit) -> SiteState:
        """What a site shows today."""
        if unit.id not in self._states:
            self._states[unit.id] = state_of(self.plan, unit, self.day)
        return self._states[unit.id]

    def pages(self, unit: Unit) -> SitePages:
        """The pages of a site today."""
        if unit.id not in self._pages:
            self._pages[unit.id] = SitePages(self.plan, self.state(unit))
        return self._pages[unit.id]

    def hosts(self) -> dict[str, tuple[Unit, str]]:
        """Host name → its unit and address. A site that will refuse connections has an address of its own, to be closed."""
        refusing = sorted({fault.site for fault in self.plan.faults if fault.kind == "refused"})
        found = {}
        for n, unit in enumerate(self.units):
            own = ADDRESSES + refusing.index(unit.id) if unit.id in refusing else n % ADDRESSES
            address = f"127.0.0.{FIRST_ADDRESS + own}"
            found[unit.host] = (unit, address)
            found[moved(unit)] = (unit, address)
        return found


def moved(unit: Unit) -> str:
    """The host to which a `moved_host` fault sends."""
    return f"{unit.label}-moi.{DOMAIN}"

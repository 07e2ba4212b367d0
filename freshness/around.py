"""What judging a site needs beside its evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from core.clock import local_date
from core.settings import Settings
from freshness.calendar import Calendar
from freshness.rules import LawBook
from store.worklist import Decisions


@dataclass(frozen=True, slots=True)
class Around:
    """What judging needs beside the evidence: the law, the calendar, the day, settings, and what people decided."""

    law: LawBook
    calendar: Calendar
    now: datetime
    settings: Settings
    decisions: Decisions = field(default_factory=Decisions)

    @property
    def today(self) -> date:
        """The day in Vietnam."""
        return local_date(self.now)

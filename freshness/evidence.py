"""What the store proves about one site: its last visit, its sections with their dates, what pages said of themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from core.states import Outcome


@dataclass(frozen=True, slots=True)
class Item:
    """Something dated in a section. `day` is the stated day, never later than the day it was first seen."""

    day: date
    title: str
    url: str
    issued_on: date | None = None
    posted: date | None = None  # proven day of posting: stated, or first seen after an earlier visit
    issuer: str = ""
    capture_id: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a citizen with the stated days; `answered_on` None: the page shows it and no answer."""

    title: str
    url: str
    asked_on: date
    answered_on: date | None = None
    capture_id: int | None = None


@dataclass(frozen=True, slots=True)
class Dead:
    """An address that answers no more: how, since when it was looked at, and its last capture."""

    site_id: str
    outcome: str
    capture_id: int | None = None
    since: datetime | None = None  # the first of the signs of absence in a row


@dataclass(slots=True)
class SectionEvidence:
    """A section of a site as the pages show it."""

    shown: bool = False  # its own page, one click from home, was good at its last check
    doubtful: bool = False  # its own page is known, but failed or was not asked: neither there nor absent
    pages: int = 0
    items: list[Item] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    dated: int = 0  # records that state a date
    undated: int = 0  # records that state none, and whose row in a list states none either
    undated_rows: set[str] = field(default_factory=set)  # addresses of list rows without a date
    dated_rows: set[str] = field(default_factory=set)  # and with one
    url: str = ""
    capture_id: int | None = None  # of its own page

    @property
    def newest(self) -> Item | None:
        """The newest dated item."""
        return max(self.items, key=lambda item: item.day, default=None)


@dataclass(slots=True)
class SiteEvidence:
    """All that is known of a site. `visit` is its last ended visit, None when it was never visited."""

    site_id: str
    visit: Row[Any] | None = None
    earlier: list[Row[Any]] = field(default_factory=list)
    sections: dict[str, SectionEvidence] = field(default_factory=dict)
    noted: dict[str, list[tuple[str, int | None]]] = field(default_factory=dict)  # note → (address, capture) of pages
    dead: dict[str, Dead] = field(default_factory=dict)  # by address
    pages: int = 0
    lost: int = 0  # pages that answered before and were absent when the last visit asked for them
    absent_sections: set[str] = field(default_factory=set)  # whose page, one click from home, is not there
    home_capture: int | None = None
    family: str = ""  # the reader most of its pages were read by

    @property
    def outcome(self) -> Outcome:
        """How the last visit ended."""
        return Outcome(self.visit.outcome) if self.visit is not None and self.visit.outcome else Outcome.NEVER

    @property
    def is_verifiable(self) -> bool:
        """Whether the last visit saw the site itself."""
        return self.outcome in (Outcome.OK, Outcome.UNCHANGED, Outcome.PARTIAL)

    def section(self, name: str) -> SectionEvidence:
        """The evidence of a section, empty when nothing is known."""
        return self.sections.setdefault(name, SectionEvidence())

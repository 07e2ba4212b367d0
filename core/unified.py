"""One procedure out of many offerings: what procedures/ writes, the index reads and people see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from core.states import ProcedureState

REGISTER = "register"
"""The `source` of a value that comes from the national register; any other source is a site id."""

ONE_UNITS = "own"
"""What `verified` says of a value that one unit says of itself, while others say theirs."""


@dataclass(frozen=True, slots=True)
class Sourced:
    """A value with where and when it was seen. `value` is plain JSON (a text, a list, or a part of core.model.Procedure)."""

    value: Any
    source: str
    as_of: datetime
    url: str = ""


@dataclass(frozen=True, slots=True)
class UnifiedField:
    """One part of a procedure: the value shown, where it is from, who says the same and who says otherwise.

    `verified` is "register" (the register says so), "agree" (several sites and no register), "own" (one unit says it of
    itself, others of themselves), or "unverified".
    `agreeing` are the records of the sites that say the same, where such values can be compared at all; their pages and
    days stand in the offerings.
    """

    value: Any
    source: str
    as_of: datetime
    verified: str = "unverified"
    url: str = ""
    differing: tuple[Sourced, ...] = ()
    agreeing: tuple[int, ...] = ()

    @property
    def is_for_everyone(self) -> bool:
        """Whether it holds for whoever asks, not for one unit alone."""
        return self.verified != ONE_UNITS


@dataclass(frozen=True, slots=True)
class OfferedPage:
    """One address at which a site shows a procedure, with the level in its own words and the fields in which it differs."""

    url: str
    record_id: int
    seen_at: datetime
    changed_at: datetime
    capture_id: int | None = None
    service_level_raw: str = ""
    converted: bool = False
    list_only: bool = False
    differs_in: tuple[str, ...] = ()
    matched: str = ""


@dataclass(frozen=True, slots=True)
class Offering:
    """A procedure as one site publishes it: each part in the wording of the richest of its pages that says it.

    `url`, `record_id`, `capture_id` and the times are those of the richest page; `differs_in` is of all of them.
    """

    site_id: str
    url: str
    name: str
    unit: str
    seen_at: datetime
    changed_at: datetime
    record_id: int
    capture_id: int | None = None
    code_raw: str = ""
    time_text: str = ""
    fee_text: str = ""
    service_level_raw: str = ""
    service_level: str = ""  # core.states.ServiceLevel value
    regime: str = ""  # nd43_2011 | nd42_2022 | nd224_2026
    converted: bool = False  # quy đổi: the level is worked out of a number of 2011
    proactive_level: int | None = None  # dịch vụ công chủ động, NĐ 224/2026 Đ16: another scale
    decision_number: str = ""
    stated_on: date | None = None
    has_form: bool = False  # a form to fill in stands beside its papers
    list_only: bool = False
    differs_in: tuple[str, ...] = ()
    matched: str = ""  # how a page without national code came here: "old_code", or "person" who confirmed a match
    pages: tuple[OfferedPage, ...] = ()  # richest first, where the site shows it at more than one address

    def all_pages(self) -> tuple[OfferedPage, ...]:
        """Every page of it, also where it is only one."""
        return self.pages or tuple(page for page in (self.page_of(self.record_id),) if page is not None)

    @property
    def record_ids(self) -> tuple[int, ...]:
        """The records behind it, that of the richest page first."""
        return tuple(page.record_id for page in self.pages) or (self.record_id,)

    def page_of(self, record_id: int) -> OfferedPage | None:
        """The page with this record, if it is one of the site's."""
        if self.pages or record_id != self.record_id:
            return next((page for page in self.pages if page.record_id == record_id), None)
        return OfferedPage(
            self.url,
            self.record_id,
            self.seen_at,
            self.changed_at,
            self.capture_id,
            self.service_level_raw,
            self.converted,
            self.list_only,
            self.differs_in,
            self.matched,
        )


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """What the newest register snapshot that knows the code says about it, in short."""

    code: str
    name: str
    state: str
    issued_by: str
    snapshot_as_of: date
    detailed: bool
    url: str = ""
    withdrawn_on: date | None = None  # as_of of the complete snapshot in which it was first absent


@dataclass(frozen=True, slots=True)
class UnifiedProcedure:
    """The record a citizen sees. `key` is the national code, or `x-…` for an offering without one.

    `fields` has the names of core.model.Procedure, plus `fee_text` and `time_text` (one line each for lists).
    """

    key: str
    name: str
    code: str = ""
    state: ProcedureState = ProcedureState.UNCLEAR
    sectors: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    service_level: str = ""
    service_level_regime: str = ""
    service_level_converted: bool = False  # quy đổi: of the numbers of 2011, never shown without saying so
    fee_text: str = ""
    time_text: str = ""
    is_local: bool = False  # issued by this province
    is_public: bool = True  # in citizens' search: not internal, not another province's
    fields: dict[str, UnifiedField] | None = None
    offerings: tuple[Offering, ...] = ()
    register: RegisterEntry | None = None

    @property
    def conflicts(self) -> int:
        """Number of fields in which some source differs."""
        return sum(1 for field in (self.fields or {}).values() if field.differing)

    @property
    def offered_by(self) -> int:
        """Number of sites that publish it."""
        return len({offering.site_id for offering in self.offerings})

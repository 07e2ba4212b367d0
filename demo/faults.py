"""What can go wrong in the box: one table of fault kinds, with the finding each must lead to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Scope = Literal["site", "section", "procedure"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fault. `rule` None: a careful observer stays silent. `hides`: nothing else of the site can be seen.

    `params` are the keys a plan may give beside site, kind, days, section and code.
    """

    name: str
    scope: Scope
    rule: str | None
    hides: bool = False
    params: tuple[str, ...] = ()


def _site(name: str, rule: str | None, *params: str, hides: bool = False) -> Kind:
    return Kind(name, "site", rule, hides, params)


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        _site("refused", "outcome.refused", hides=True),
        _site("timeout", "outcome.timeout", hides=True),
        _site("http_500", "outcome.http_5xx", hides=True),
        _site("waf_200", "outcome.blocked", hides=True),
        _site("login_redirect", "outcome.login", hides=True),
        _site("maintenance_200", "outcome.maintenance", hides=True),
        _site("empty_template", "outcome.empty", hides=True),
        _site("soft_404", "outcome.soft_404", hides=True),
        _site("robots_disallow", "outcome.robots", hides=True),
        _site("robots_500", "outcome.robots_unreachable", hides=True),
        _site("redirect_loop", "outcome.redirect_loop", hides=True),
        _site("moved_host", "outcome.moved", hides=True),
        _site("new_owner", "outcome.new_owner", "owner", hides=True),
        _site("spam_injected", "spam"),
        _site("wrong_charset", "wrong_charset", "charset"),
        _site("tcvn3_text", "tcvn3_text"),
        _site("calendar_trap", "trap"),
        _site("endless_paging", "trap"),
        _site("language_trap", "trap"),
        _site("template_changed", "template_changed", hides=True),
        _site("dead_link", "link_dead", "to"),
        _site("slow", None, "seconds"),
        _site("today_in_header", None),
        _site("nfd_text", None),
        _site("session_ids", None),
        Kind("stale_section", "section", "silence", params=("quiet_days",)),
        Kind("late_posting", "section", "late_posting", params=("working_days",)),
        Kind("answer_late", "section", "late_answer", params=("working_days",)),
        Kind("unanswered", "section", "late_answer", params=("working_days",)),
        Kind("section_missing", "section", "section_missing"),
        Kind("undated_items", "section", "undated"),
        Kind("fee_differs", "procedure", "fee_differs", params=("fee",)),
        Kind("time_differs", "procedure", "time_differs", params=("limit",)),
        Kind("name_differs", "procedure", "name_differs", params=("name",)),
        Kind("service_level_differs", "procedure", "service_level_differs", params=("level",)),
        Kind("obsolete_term", "procedure", "obsolete_term", params=("term",)),
        Kind("repealed_citation", "procedure", "repealed_citation", params=("number",)),
        *(
            Kind(name, "procedure", name)
            for name in (
                "missing", "extra", "withdrawn", "old_code", "no_code", "duplicate", "form_dead", "form_changed",
            )
        ),
    )
}  # fmt: skip

STALE_SECTIONS = ("news", "direction")
LATE_SECTIONS = ("legal_docs",)
MISSING_SECTIONS = ("legal_guidance", "planning", "projects", "consultation", "qna", "mandatory_on_web")
QUESTION_SECTIONS = ("qna",)
DATED_SECTIONS = ("news", "direction")

MENDABLE_SECTIONS: dict[str, tuple[str, ...]] = {
    "stale_section": STALE_SECTIONS,
    "late_posting": LATE_SECTIONS,
    "answer_late": QUESTION_SECTIONS,
    "unanswered": QUESTION_SECTIONS,
    "section_missing": MISSING_SECTIONS,
    "undated_items": DATED_SECTIONS,
}
"""Kind → the sections from which one is drawn when the plan names none."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, with everything filled in. It holds on days from_day … to_day, both included."""

    site: str
    kind: str
    from_day: int
    to_day: int
    section: str = ""
    code: str = ""
    params: dict[str, Any] = field(default_factory=dict)

    def holds_on(self, day: int) -> bool:
        """Whether it is there on day N of the box."""
        return self.from_day <= day <= self.to_day

    @property
    def of_kind(self) -> Kind:
        """Its row of the table."""
        return KINDS[self.kind]

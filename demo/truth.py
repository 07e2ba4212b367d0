"""What a perfect observer reports under a plan: each finding, where, and between which days it may and must stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from core.finding_rules import RULES
from demo import law, workdays
from demo.box import Box
from demo.catalogue import all_facts
from demo.families import FAMILIES
from demo.faults import KINDS, Fault
from demo.pages import SitePages
from demo.plan import Plan, load
from demo.sizes import SIZES
from demo.state import asked_day, late_day, state_of
from demo.units import DAY_ZERO, Unit, codes_of, units

AT_ONCE = 0
"""Days until something on a page that is looked at every day (home, lists, robots.txt, register) must be known."""

DEEP = 8
"""Days until something on a page below the lists must be known: such pages are looked at weekly at the latest."""

ABSENT = 12
"""Days until a page that is gone must be known to be: a weekly look, then several over days (never on one sign alone)."""

_SECOND_ABSENCE = 1
"""Days until an address has been absent twice: once proves nothing."""

UNDATED_LEAST = 3
"""Items without a date from which a section is said to be undated."""

_NOTICED = {
    "section": {"undated_items": DEEP},
    "procedure": {"missing": ABSENT, "extra": AT_ONCE, "withdrawn": AT_ONCE, "duplicate": AT_ONCE},
    "site": {"tcvn3_text": DEEP, "template_changed": DEEP, "dead_link": DEEP},
}
_CLEARED = {
    "section": {
        "stale_section": AT_ONCE,
        "section_missing": AT_ONCE,
        "undated_items": DEEP,
        "late_posting": ABSENT,
        "answer_late": ABSENT,
        "unanswered": ABSENT,
    },
    "procedure": {"extra": ABSENT, "withdrawn": AT_ONCE, "duplicate": ABSENT},
    "site": dict.fromkeys(
        (
            "spam_injected",
            "wrong_charset",
            "tcvn3_text",
            "template_changed",
            "calendar_trap",
            "endless_paging",
            "language_trap",
            "dead_link",
        ),
        DEEP,
    ),
}
_ELSE = {"section": AT_ONCE, "procedure": DEEP, "site": AT_ONCE}

_CANNOT_BE_COMPARED = ("fee_differs", "time_differs", "name_differs", "service_level_differs")
_TAKES_AWAY = {
    "missing": None,  # everything else about the procedure
    "withdrawn": _CANNOT_BE_COMPARED,
    "no_code": (*_CANNOT_BE_COMPARED, "withdrawn", "duplicate", "old_code"),
    "old_code": (*_CANNOT_BE_COMPARED, "withdrawn", "duplicate"),
    "form_dead": ("form_changed",),
}
"""Kind → the kinds on the same procedure of the same site that cannot be seen while it holds; None: all others."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A finding that must be open on `by_day` at the latest (None: it may be missed) and may stand from `from_day` to `until_day`.

    `to_day` is the last day on which the cause can be seen. `path` is the address of the procedure's page.
    """

    kind: str
    rule: str
    site: str
    section: str
    code: str
    path: str
    from_day: int
    by_day: int | None
    to_day: int
    until_day: int


def truth_of(path: Path, size: str) -> dict[str, Any]:
    """The truth about the plan in a file, as plain JSON; `silent`: what nobody can or should report, and why."""
    plan = load(path, size)
    expected, silent = truth(plan)
    head = {"preset": plan.preset, "seed": plan.seed, "days": plan.days, "size": plan.size}
    return {**head, "expected": [asdict(item) for item in expected], "silent": silent}


def truth(plan: Plan) -> tuple[list[Expected], list[dict[str, Any]]]:
    """The expected findings, and the faults that lead to none."""
    expected: list[Expected] = []
    silent: list[dict[str, Any]] = []
    for fault in plan.faults:
        rows = list(_of_fault(plan, fault))
        expected += rows
        if not rows:
            why = "nothing to report" if fault.of_kind.rule is None else "cannot be seen under this plan"
            silent.append({**asdict(fault), "why": why})
    return expected, silent


def _of_fault(plan: Plan, fault: Fault) -> Iterable[Expected]:
    rule = fault.of_kind.rule
    if rule is None:
        return
    for unit in _concerned(plan, fault):
        here = replace(fault, site=unit.id)
        visible = [
            day for day in range(fault.from_day, min(fault.to_day, plan.days) + 1) if _seen(plan, unit, here, day)
        ]
        if not visible:
            continue
        kind = fault.of_kind
        notice = AT_ONCE if fault.from_day == 0 else _NOTICED[kind.scope].get(fault.kind, _ELSE[kind.scope])
        notice += RULES[rule].signs - 1  # a rule that wants two signs speaks on the second day
        if fault.kind == "dead_link":
            notice += _SECOND_ABSENCE + ("to" in fault.params)  # the other site may have been visited already
        by_day = next((day for day in visible if day >= visible[0] + notice), None)
        until = _until(plan, unit, visible[-1], _CLEARED[kind.scope].get(fault.kind, _ELSE[kind.scope]))
        path = _path(plan, unit, fault, visible[0]) if kind.scope == "procedure" else ""
        yield Expected(
            fault.kind, rule, unit.id, fault.section, fault.code, path, visible[0], by_day, visible[-1], until
        )


def _concerned(plan: Plan, fault: Fault) -> list[Unit]:
    """The sites on which a fault shows: a withdrawn procedure stands on every site that publishes it."""
    if fault.kind != "withdrawn":
        return [unit for unit in units(plan.preset) if unit.id == fault.site]
    published = codes_of(plan.preset, plan.seed, SIZES[plan.size].procedures)
    return [unit for unit in units(plan.preset) if fault.code in published[unit.id]]


def _until(plan: Plan, unit: Unit, last: int, clear: int) -> int:
    """The last day on which a finding may stand: so many days later, not counting those on which the site is hidden."""
    day, left = last, clear
    while day < plan.days and (left > 0 or _hidden(plan, unit, day + 1)):
        day += 1
        left -= not _hidden(plan, unit, day)
    return day


def _hidden(plan: Plan, unit: Unit, day: int) -> bool:
    """Whether the site cannot be seen on a day."""
    return any(fault.of_kind.hides for fault in plan.on(unit.id, day))


def _seen(plan: Plan, unit: Unit, fault: Fault, day: int) -> bool:
    """Whether a careful person who looks at everything on that day could prove the fault."""
    if fault.of_kind.hides and not _outranked(plan, unit, fault, day):
        return fault.kind != "template_changed" or _was_seen_before(plan, unit, fault.from_day)
    if _hidden(plan, unit, day) or _taken_away(plan, fault, day):
        return False
    return _VISIBLE.get(fault.kind, _always)(plan, unit, fault, day)


_FIRST_MET = (
    "refused", "timeout", "robots_500", "robots_disallow", "moved_host", "http_500", "redirect_loop", "login_redirect",
)  # fmt: skip
"""Of several site faults at once an observer meets the first of these, else the first in the table of kinds."""

_ORDER = {kind: n for n, kind in enumerate((*_FIRST_MET, *(kind for kind in KINDS if kind not in _FIRST_MET)))}


def _outranked(plan: Plan, unit: Unit, fault: Fault, day: int) -> bool:
    hiding = [other.kind for other in plan.on(unit.id, day) if other.of_kind.hides]
    return min(hiding, key=_ORDER.__getitem__) != fault.kind


def _taken_away(plan: Plan, fault: Fault, day: int) -> bool:
    for other in plan.on(fault.site, day):
        if other.code and other.code == fault.code and other.kind != fault.kind and other.kind in _TAKES_AWAY:
            kinds = _TAKES_AWAY[other.kind]
            if kinds is None or fault.kind in kinds:
                return True
    return False


def _was_seen_before(plan: Plan, unit: Unit, day: int) -> bool:
    return any(not _hidden(plan, unit, earlier) for earlier in range(day))


def _always(_plan: Plan, _unit: Unit, _fault: Fault, _day: int) -> bool:
    return True


def _silence(plan: Plan, unit: Unit, fault: Fault, day: int) -> bool:
    today = _date(plan, day)
    places = state_of(plan, unit, day).places[fault.section]
    quiet = law.quiet_days(unit, fault.section, today)
    return bool(places) and workdays.between(places[-1][1], today) > quiet


def _late(plan: Plan, unit: Unit, fault: Fault, day: int) -> bool:
    posted = late_day(fault, DAY_ZERO[plan.preset])
    lag = int(fault.params["working_days"])
    limit = law.posting_days(unit, fault.section, workdays.step(posted, -lag))
    return limit is not None and lag > limit


def _answer(plan: Plan, unit: Unit, fault: Fault, day: int) -> bool:
    state, limit_of = state_of(plan, unit, day), law.answer_days
    asked = asked_day(fault, DAY_ZERO[plan.preset])
    limit = limit_of(unit, fault.section, asked)
    shown = fault.section in {section.id for section in state.sections}
    return shown and limit is not None and int(fault.params["working_days"]) > limit


def _section_missing(plan: Plan, unit: Unit, fault: Fault, day: int) -> bool:
    return law.requires(unit, fault.section, _date(plan, day))


def _undated(plan: Plan, unit: Unit, fault: Fault, day: int) -> bool:
    state = state_of(plan, unit, day)
    shown = fault.section in {section.id for section in state.sections}
    dated = FAMILIES[unit.family].dates_in_addresses
    return shown and not dated and len(state.places[fault.section]) >= UNDATED_LEAST


def _dead_link(plan: Plan, _unit: Unit, fault: Fault, day: int) -> bool:
    other = next((unit for unit in units(plan.preset) if unit.id == fault.params.get("to")), None)
    return other is None or not _hidden(plan, other, day)


def _form_changed(plan: Plan, unit: Unit, fault: Fault, day: int) -> bool:
    return _was_seen_before(plan, unit, fault.from_day)


_VISIBLE: dict[str, Callable[[Plan, Unit, Fault, int], bool]] = {
    "stale_section": _silence,
    "late_posting": _late,
    "answer_late": _answer,
    "unanswered": _answer,
    "section_missing": _section_missing,
    "undated_items": _undated,
    "form_changed": _form_changed,
    "dead_link": _dead_link,
}


def _date(plan: Plan, day: int) -> date:
    return DAY_ZERO[plan.preset] + timedelta(days=day)


def _path(plan: Plan, unit: Unit, fault: Fault, day: int) -> str:
    """Where the procedure stands on that day, or would stand."""
    pages = SitePages(plan, state_of(plan, unit, day))
    shown = next((one for one in Box(plan, day).state(unit).shown if one.key == fault.code), None)
    if shown is not None:
        return pages.procedure_path(shown)
    return pages.family.procedure(fault.code, all_facts()[fault.code].name) if fault.code in all_facts() else ""

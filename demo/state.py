"""What a site of the box shows on a day: its owner, sections, items and procedures, with the faults of that day applied."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from core.model import Channel, LegalBasis, Procedure, StepCase
from demo import agenda, chance, workdays
from demo.agenda import SECTIONS, Item, Section
from demo.catalogue import all_facts, laws
from demo.faults import Fault
from demo.offers import DESKS, LEVELS, duration, offer
from demo.plan import Plan
from demo.sizes import SIZES
from demo.units import DAY_ZERO, Unit, codes_of

LATE_NUMBER = 90_000
"""Number of the document that a late_posting fault adds, and of the questions that follow it: apart from all scheduled ones."""

QUESTION_NUMBERS = {"answer_late": LATE_NUMBER + 1, "unanswered": LATE_NUMBER + 2}


@dataclass(frozen=True, slots=True)
class ShownProcedure:
    """A procedure as a site shows it. `key` and `first_name` make its address; `form` is the file it offers."""

    key: str
    first_name: str  # before a fault changed it: a page keeps its address
    procedure: Procedure
    code_label: str = "Mã thủ tục"
    code_text: str = ""
    form: str = ""
    form_lines: tuple[str, ...] = ()
    form_dead: bool = False


@dataclass(frozen=True, slots=True)
class SiteState:
    """Everything a site shows on a day. `places` = (number, publication day) of the items of each section."""

    unit: Unit
    owner: str
    today: date
    sections: tuple[Section, ...]
    places: dict[str, tuple[tuple[int, date], ...]]
    undated: frozenset[str]
    shown: tuple[ShownProcedure, ...]
    faults: tuple[Fault, ...]

    def has(self, kind: str) -> Fault | None:
        """The fault of this kind that holds, if one does."""
        return next((fault for fault in self.faults if fault.kind == kind), None)


def state_of(plan: Plan, unit: Unit, day: int) -> SiteState:
    """The state of a site on day N."""
    faults = plan.on(unit.id, day)
    today = DAY_ZERO[plan.preset] + timedelta(days=day)
    gone = {fault.section for fault in faults if fault.kind == "section_missing"}
    sections = tuple(section for section in SECTIONS if section.id not in gone)
    places = {section.id: _places(plan, unit, section.id, today) for section in agenda.SCHEDULED}
    owner = next((str(f.params["owner"]) for f in faults if f.kind == "new_owner"), unit.owner)
    shown: list[ShownProcedure] = []
    for code in codes_of(plan.preset, plan.seed, SIZES[plan.size].procedures)[unit.id]:
        shown += _shown(plan, unit, code, tuple(f for f in faults if f.code == code))
    shown += [_extra(plan, unit, fault) for fault in faults if fault.kind == "extra"]
    undated = frozenset(f.section for f in faults if f.kind == "undated_items")
    return SiteState(unit, owner, today, sections, places, undated, tuple(shown), faults)


def _places(plan: Plan, unit: Unit, section: str, today: date) -> tuple[tuple[int, date], ...]:
    count, zero = SIZES[plan.size].count(section), DAY_ZERO[plan.preset]
    rows = agenda.days_of(plan.seed, plan.preset, unit.id, section, (count, today))
    day = (today - zero).days
    for fault in plan.on(unit.id, day):
        if fault.kind == "stale_section" and fault.section == section:
            rows = stale(fault, rows, zero)
        if fault.kind == "late_posting" and fault.section == section:
            rows.append((LATE_NUMBER, late_day(fault, zero)))
        if fault.kind in QUESTION_NUMBERS and fault.section == section:
            rows.append((QUESTION_NUMBERS[fault.kind], late_day(fault, zero)))
    return tuple(sorted(rows, key=lambda row: row[1]))


def stale(fault: Fault, rows: list[tuple[int, date]], zero: date) -> list[tuple[int, date]]:
    """Without what came since the fault began; with `quiet_days`, as if that long nothing had come before it."""
    begin = zero + timedelta(days=fault.from_day)
    old = [(number, day) for number, day in rows if day < begin]
    shift = timedelta(days=int(fault.params.get("quiet_days", 0)))
    return [(number, workdays.step(day - shift + timedelta(days=1), -1)) for number, day in old] if shift else old


def late_day(fault: Fault, zero: date) -> date:
    """Publication day of a late document: the last working day before the fault's first day."""
    return workdays.step(zero + timedelta(days=fault.from_day), -1)


def asked_day(fault: Fault, zero: date) -> date:
    """Day on which the question was asked that is answered late, or not at all."""
    return workdays.step(late_day(fault, zero), -int(fault.params["working_days"]))


def _question(item: Item, fault: Fault, zero: date) -> Item:
    """A question that is answered when it is posted, or posted with an answer still to come."""
    asked = f"{asked_day(fault, zero):%d/%m/%Y}"
    answered = f"{item.published:%d/%m/%Y}"
    if fault.kind == "answer_late":
        return replace(item, body=(f"Ngày hỏi: {asked}", f"Ngày trả lời: {answered}", *item.body[2:]))
    return replace(item, body=(f"Ngày hỏi: {asked}", f"Câu hỏi: {item.body[-1]}", "Trả lời: Đang chờ trả lời."))


def item_of(plan: Plan, state: SiteState, section: str, place: tuple[int, date]) -> Item:
    """The item at a place of a section."""
    item = agenda.item(plan.seed, plan.preset, state.unit, section, place)
    if place[0] == LATE_NUMBER:
        fault = state.has("late_posting")
        days = int(fault.params["working_days"]) if fault else 0
        issued = workdays.step(place[1], -days)
        item = replace(item, issued_on=issued, effective_on=issued, published=datetime.combine(place[1], time(9, 30)))
    for fault in state.faults:
        if QUESTION_NUMBERS.get(fault.kind) == place[0] and fault.section == section:
            item = _question(item, fault, DAY_ZERO[plan.preset])
    return item


def _shown(plan: Plan, unit: Unit, code: str, faults: tuple[Fault, ...]) -> list[ShownProcedure]:
    kinds = {fault.kind: fault for fault in faults}
    if "missing" in kinds:
        return []
    one = offer(plan.preset, plan.seed, code)
    procedure = replace(one.procedure, agencies=(unit.owner,), address=f"{DESKS[plan.preset]}, {unit.owner}")
    for fault in faults:
        procedure = _changed(plan, procedure, fault)
    lines: tuple[str, ...] = (
        procedure.name,
        one.form_name,
        "Kính gửi: ........................",
        "Họ và tên người đề nghị: ...............",
    )
    if "form_changed" in kinds:
        lines = (*lines, "Mã định danh: ...............", "Số điện thoại: ...............")
    label, text = "Mã thủ tục", code
    if "old_code" in kinds:
        text = old_code(plan.seed, code)
    if "no_code" in kinds:
        text = ""
    form = f"mau-don-{chance.number('form', code) % 10_000_000}.docx"
    shown = ShownProcedure(code, one.procedure.name, procedure, label, text, form, lines, "form_dead" in kinds)
    return [shown, replace(shown, key=f"{code}-2")] if "duplicate" in kinds else [shown]


def old_code(seed: int, code: str) -> str:
    """A code in the form of the Đề án 30 data base."""
    return f"T-THA-{chance.number(seed, 'old', code) % 900_000 + 100_000}-TT"


def _changed(plan: Plan, procedure: Procedure, fault: Fault) -> Procedure:
    params = fault.params
    limit = procedure.channels[0].durations[0]
    amount, fee = int(limit.amount or 0), limit.fees[0].amount or 0
    if fault.kind == "fee_differs":
        return _with_limit(procedure, amount, int(params["fee"]))
    if fault.kind == "time_differs":
        return _with_limit(procedure, int(params["limit"]), fee)
    if fault.kind == "name_differs":
        return replace(procedure, name=str(params["name"]))
    if fault.kind == "service_level_differs":
        return replace(procedure, service_level_raw=LEVELS[plan.preset][str(params["level"])])
    if fault.kind == "obsolete_term":
        text = f"Hồ sơ thuộc diện phải lấy ý kiến được gửi đến {params['term']} trước khi trình ký."
        return replace(procedure, steps=(StepCase((*procedure.steps[0].steps, text)),))
    if fault.kind == "repealed_citation":
        cited = next((law for law in laws() if law.number == params["number"]), None)
        if cited is not None:
            basis = LegalBasis(cited.number, cited.name, cited.issued_on, cited.issuer)
            return replace(procedure, legal_bases=(*procedure.legal_bases, basis))
    return procedure


def _with_limit(procedure: Procedure, amount: int, fee: int) -> Procedure:
    unit = procedure.channels[0].durations[0].unit
    changed = tuple(Channel(channel.kind, (duration(amount, unit, fee),)) for channel in procedure.channels)
    return replace(procedure, channels=changed)


def _extra(plan: Plan, unit: Unit, fault: Fault) -> ShownProcedure:
    # The body of a known procedure under a name and a code that no register has.
    like = sorted(all_facts())[chance.number(plan.seed, fault.site, fault.code) % len(all_facts())]
    base = offer(plan.preset, plan.seed, like).procedure
    name = f"Xác nhận nội bộ theo quy ước riêng số {chance.number(fault.code) % 900 + 100} của {unit.owner}"
    procedure = replace(base, name=name, code=fault.code, code_raw=fault.code, agencies=(unit.owner,))
    return ShownProcedure(
        fault.code, name, procedure, "Mã thủ tục", fault.code, f"mau-don-{fault.code.replace('.', '')}.docx", (name,)
    )

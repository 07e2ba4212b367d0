"""The box's own national register: complete snapshots in the catalogue's format, details in that of the portal's interface."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from core.model import Procedure
from core.states import ServiceLevel
from demo.catalogue import Facts, all_facts
from demo.offers import offer
from demo.plan import Plan
from demo.sizes import SIZES
from demo.units import DAY_ZERO, codes_of

EARLIER = timedelta(days=60)
"""Age of the snapshot before day 0, without which nothing could be seen to have been withdrawn on day 0."""

SMALL_SECTORS = ("Hộ tịch", "căn cước", "cư trú", "Đất đai", "Chứng thực")
"""What the register of a small box holds beside the published procedures; other sizes hold the whole catalogue."""

_METHODS = {"truc_tiep": "DIRECT", "truc_tuyen": "ONLINE", "buu_chinh": "POSTAL"}
_UNITS = {"ngay_lam_viec": "WORKING_DAY", "ngay": "DAY"}


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """A written file; it can be imported from day `day` of the box on."""

    path: Path
    day: int


def write(plan: Plan, folder: Path) -> list[RegisterFile]:
    """Write all register files of a plan into `folder`, oldest first."""
    zero = DAY_ZERO[plan.preset]
    withdrawn = [fault for fault in plan.faults if fault.kind == "withdrawn"]
    changes = sorted({day for f in withdrawn for day in (f.from_day, f.to_day + 1) if 0 < day <= plan.days})
    found = []
    if any(fault.from_day == 0 for fault in withdrawn):
        found.append(_snapshot(plan, folder, zero - EARLIER, set()))
    for day in (0, *changes):
        gone = {fault.code for fault in withdrawn if fault.holds_on(day)}
        found.append(_snapshot(plan, folder, zero + timedelta(days=day), gone))
    path = folder / f"register-details-{zero}.jsonl"
    gone = {fault.code for fault in withdrawn if fault.holds_on(0)}
    detailed = (code for code in published(plan) if code not in gone)
    path.write_text("".join(_line(detail(plan, code)) for code in detailed), encoding="utf-8")
    position = next(n for n, file in enumerate(found) if file.day == 0 and str(zero) in file.path.name) + 1
    return [*found[:position], RegisterFile(path, 0), *found[position:]]


def published(plan: Plan) -> list[str]:
    """Every code that some site of the unfaulted box publishes."""
    codes = codes_of(plan.preset, plan.seed, SIZES[plan.size].procedures)
    return sorted({code for site in codes.values() for code in site})


def _snapshot(plan: Plan, folder: Path, day: date, gone: set[str]) -> RegisterFile:
    path = folder / f"register-{day}.jsonl"
    path.write_text("".join(_line(_entry(facts)) for facts in _held(plan) if facts.code not in gone), encoding="utf-8")
    return RegisterFile(path, max((day - DAY_ZERO[plan.preset]).days, 0))


def _held(plan: Plan) -> Iterator[Facts]:
    shown = set(published(plan))
    for code, facts in all_facts().items():
        near = any(word in sector for word in SMALL_SECTORS for sector in facts.sectors)
        if plan.size != "small" or near or code in shown:
            yield facts


def _line(entry: dict[str, Any]) -> str:
    return json.dumps(entry, ensure_ascii=False) + "\n"


def _entry(facts: Facts) -> dict[str, Any]:
    return {
        "code": facts.code,
        "name": facts.name,
        "fields": list(facts.sectors),
        "agencies": list(facts.agencies),
        "issued_by": facts.issued_by,
        "subjects": list(facts.subjects),
        "state": "ACTIVE",
        "type": "STANDARD",
        "url": f"https://dichvucong.gov.vn/thu-tuc-hanh-chinh/{facts.code}",
    }


def detail(plan: Plan, code: str) -> dict[str, Any]:
    """A procedure in full. The level stands in `isFullProcess` (toàn trình) and `isOfflineOnly` (cung cấp thông tin)."""
    facts, one = all_facts()[code], offer(plan.preset, plan.seed, code)
    p = one.procedure
    decided = datetime.combine(p.decision_date or date.min, time(5), UTC)
    return {
        "id": f"box-{code}",
        "code": code,
        "codeNotation": code,
        "name": p.name,
        "executionSteps": [{"name": f"Bước {n}", "description": text} for n, text in enumerate(p.steps[0].steps, 1)],
        "executionMethods": [_method(p, n) for n in range(len(p.channels))],
        "executionCases": [{"name": "", "profileComponents": _papers(p)}],
        "state": "ACTIVE",
        "isInternal": False,
        "type": "STANDARD",
        "isFullProcess": one.level == ServiceLevel.FULL,
        "isOfflineOnly": one.level == ServiceLevel.INFORMATION,
        "categoriesDetails": [{"name": name} for name in p.sectors],
        "subjectTypesDetails": [{"name": name} for name in p.audiences],
        "resultsDetails": [{"name": result.name, "code": result.code} for result in p.results],
        "legalBasisesDetails": [{"name": basis.name, "code": basis.number} for basis in p.legal_bases],
        "requirementsAndConditions": p.requirements,
        "departmentPromulgateName": facts.issued_by,
        "procedureProposal": {"proposalNumber": p.decision_number, "decisionDate": int(decided.timestamp() * 1000)},
    }


def _method(p: Procedure, number: int) -> dict[str, Any]:
    channel = p.channels[number]
    limit = channel.durations[0]
    fee = limit.fees[0]
    words = "" if fee.amount else fee.text
    return {
        "submissionMethod": _METHODS[channel.kind],
        "processingTime": int(limit.amount or 0),
        "processingTimeUnit": _UNITS[limit.unit],
        "fees": [{"type": "SERVICE_FEE", "value": fee.amount, "description": words}],
    }


def _papers(p: Procedure) -> list[dict[str, Any]]:
    return [
        {"name": paper.name, "originalQty": paper.originals, "copyQty": paper.copies} for paper in p.papers[0].papers
    ]

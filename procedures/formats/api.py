"""The portal's detail interface: one structured procedure a line; partial, absence means nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from core.clock import local_date
from core.codes import is_internal
from core.model import (
    Channel,
    ChannelKind,
    Duration,
    DurationUnit,
    Fee,
    LegalBasis,
    Paper,
    PaperCase,
    Procedure,
    Result,
    StepCase,
)
from core.states import Tier
from procedures.formats.line import code_of, moment, name_of, names, objects, one_line, text
from procedures.money import fee
from procedures.times import duration, in_words
from store.register import Entry

COMPLETE = False

_CHANNELS: dict[str, ChannelKind] = {"DIRECT": "truc_tiep", "ONLINE": "truc_tuyen", "POSTAL": "buu_chinh"}
_UNITS: dict[str, DurationUnit] = {
    "WORKING_DAY": "ngay_lam_viec",
    "DAY": "ngay",
    "HOUR": "gio",
    "WEEK": "tuan",
    "MONTH": "thang",
    "YEAR": "nam",
}
_TIERS = (
    ("isMinistry", Tier.MINISTRY),
    ("isProvince", Tier.PROVINCE),
    ("isWard", Tier.COMMUNE),
    ("isOtherAgency", Tier.OTHER),
)
_TYPES = {
    "ASSIGNED_REGULATION": "TTHC được giao luật quy định chi tiết",
    "NOT_ASSIGNED_REGULATION": "TTHC không được luật giao cho địa phương quy định",
    "OTHER": "Loại khác",
}
_CURRENCIES = {"USD": "USD"}


def recognises(line: Mapping[str, Any]) -> bool:
    """Whether a line is of the detail interface."""
    return "executionMethods" in line or "executionCases" in line or "executionSteps" in line


def read(line: Mapping[str, Any]) -> Entry:
    """One procedure of the detail interface; BadLine when it cannot be an entry."""
    code = code_of(line.get("code"))
    proposal = line.get("procedureProposal") if isinstance(line.get("procedureProposal"), dict) else {}
    decided = moment(proposal.get("decisionDate")) if proposal else None
    procedure = Procedure(
        name=name_of(line.get("name")),
        code=code,
        code_raw=str(line["code"]).strip(),
        decision_number=one_line(proposal.get("proposalNumber")) if proposal else "",
        decision_date=local_date(decided) if decided else None,
        tiers=tuple(tier.value for key, tier in _TIERS if line.get(key) is True),
        sectors=names(line.get("categoriesDetails")),
        steps=_steps(line),
        channels=tuple(_channels(line)),
        papers=tuple(_paper_cases(line)),
        audiences=names(line.get("subjectTypesDetails")),
        agencies=names(line.get("departmentsExecuting"), line.get("unitGroupsExecuting")),
        competent_agencies=names(line.get("departmentsAuthority"), line.get("unitGroupsAuthority")),
        delegated_agencies=names(line.get("departmentsAuthorized")),
        coordinating_agencies=names(line.get("departmentsCoordinating"), line.get("unitGroupsCoordinating")),
        address=text(line.get("dossierReceivingAddresses")),
        results=tuple(
            Result(name, one_line(item.get("code")))
            for item in objects(line.get("resultsDetails"))
            if (name := one_line(item.get("name")))
        ),
        legal_bases=tuple(
            LegalBasis(one_line(item.get("code")), one_line(item.get("name")))
            for item in objects(line.get("legalBasisesDetails"))
        ),
        requirements=text(line.get("requirementsAndConditions")),
        keywords=one_line(line.get("keywords")),
        description=text(line.get("description")),
        type_raw=_TYPES.get(str(line.get("formalityType")), ""),
        state_raw=one_line(line.get("state")),
        service_level_raw=_level(line),
    )
    kind = one_line(line.get("type"))
    portal_id = one_line(line.get("id"))
    return Entry(
        procedure,
        format="api",
        issued_by=one_line(line.get("departmentPromulgateName")),
        state=procedure.state_raw,
        type=kind,
        internal=is_internal(code) or kind.endswith("INTERNAL") or line.get("isInternal") is True,
        url=f"https://dichvucong.gov.vn/thu-tuc-hanh-chinh/{portal_id}" if portal_id else "",
        updated_at=moment(line.get("updatedAt")),
    )


def _level(line: Mapping[str, Any]) -> str:
    """The level in the words of NĐ 42/2022, "" where the file does not say it: of 502 entries 72 are toàn trình."""
    if line.get("isFullProcess") is True:
        return "Dịch vụ công trực tuyến toàn trình"
    if line.get("isOfflineOnly") is True:
        return "Cung cấp thông tin trực tuyến"
    online = any(method.get("submissionMethod") == "ONLINE" for method in objects(line.get("executionMethods")))
    return "Dịch vụ công trực tuyến một phần" if online and "isFullProcess" in line else ""


def _steps(line: Mapping[str, Any]) -> tuple[StepCase, ...]:
    steps = []
    for item in objects(line.get("executionSteps")):
        name, description = one_line(item.get("name")), text(item.get("description"))
        repeated = description.lower().startswith(name.lower().rstrip(" :."))
        steps.append(description if repeated or not name else f"{name.rstrip(' :')}: {description}".rstrip(" :"))
    return (StepCase(tuple(steps)),) if any(steps) else ()


def _channels(line: Mapping[str, Any]) -> list[Channel]:
    """One channel a way of filing; several rows of one way become its durations, in the order of the file."""
    found: dict[ChannelKind, list[tuple[Duration, str]]] = {}
    for method in objects(line.get("executionMethods")):
        kind = _CHANNELS.get(str(method.get("submissionMethod")), "khac")
        found.setdefault(kind, []).append(_duration(method))
    channels = []
    for kind, rows in found.items():
        notes = dict.fromkeys(note for _, note in rows if note)
        durations = dict.fromkeys(item for item, _ in rows if item.text or item.fees)
        channels.append(Channel(kind, tuple(durations), "\n".join(notes)))
    return channels


def _duration(method: Mapping[str, Any]) -> tuple[Duration, str]:
    raw, note = method.get("processingTime"), text(method.get("description"))
    fees = tuple(dict.fromkeys(_fees(method)))
    unit = _UNITS.get(str(method.get("processingTimeUnit")))
    if isinstance(raw, (int, float)) and not isinstance(raw, bool) and unit is not None:
        return duration(float(raw), unit, fees), note
    # Unit OTHER: the words are the time; “Theo mô tả” points to the description, a bare number has no unit.
    words = one_line(raw)
    if not words or words.lower() == "theo mô tả" or re.fullmatch(r"[\d.,]+", words):
        words = one_line(note) if re.search(r"(?i)\b(ngày|giờ|tháng|tuần|ngay|buổi)\b", note) else ""
    return in_words(words, fees), note


def _fees(method: Mapping[str, Any]) -> list[Fee]:
    found = []
    for item in objects(method.get("fees")):
        value = item.get("value")
        amount = value if isinstance(value, int) and not isinstance(value, bool) else None
        currency = _CURRENCIES.get(one_line(item.get("currencyName")), "đồng")
        words = one_line(item.get("description"))
        one = fee(amount, re.sub(r"(?i)^đồng\s*(?=\()", "", words), currency)
        if one is not None:
            found.append(one)
    return found


def _paper_cases(line: Mapping[str, Any]) -> list[PaperCase]:
    cases = []
    for item in objects(line.get("executionCases")):
        papers = tuple(_papers(item))
        if papers:
            cases.append(PaperCase(papers, one_line(item.get("name"))))
    return cases


def _papers(case: Mapping[str, Any]) -> list[Paper]:
    found = []
    for item in objects(case.get("profileComponents")):
        name = one_line(item.get("name"))
        forms = objects(item.get("attachments"))
        if name:
            form = one_line(forms[0].get("fileName")) if forms else ""
            found.append(Paper(name, _count(item.get("originalQty")), _count(item.get("copyQty")), form))
    return found


def _count(raw: Any) -> int | None:
    return raw if isinstance(raw, int) and not isinstance(raw, bool) else None

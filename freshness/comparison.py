"""One published procedure beside the register: withdrawn, extra, differing, badly coded, outdated in its words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from core.clock import written_day
from core.codes import is_internal
from core.model import Procedure
from core.states import level_label
from core.unified import REGISTER, OfferedPage, UnifiedField, UnifiedProcedure
from freshness.known import PUBLISHED, SAME_CONTENT, Known
from freshness.texts import finding, findings_of_texts
from store.findings import Finding
from store.record_checks import Checked, Stale
from store.records import StoredRecord
from vietnamese.syllables import fold_text

_DIFFERENCES = {
    "name": ("name_differs", "Tên"),
    "fee_text": ("fee_differs", "Phí, lệ phí"),
    "time_text": ("time_differs", "Thời hạn"),
    "service_level": ("service_level_differs", "Mức độ dịch vụ"),
    "papers": ("papers_differ", "Thành phần hồ sơ"),
    "decision_number": ("decision_differs", "Quyết định công bố"),
}

RULES = frozenset(rule for rule, _ in _DIFFERENCES.values()) | {
    "withdrawn", "extra", "old_code", "no_code", "internal_code", "obsolete_term", "repealed_citation",
}  # fmt: skip
"""Every rule this module can raise; on a site that could be verified, what is not raised again is resolved."""

NEEDS_REGISTER = frozenset(rule for rule, _ in _DIFFERENCES.values()) | {"withdrawn", "extra"}
"""Rules that say nothing, one way or the other, without a register to compare with."""

SAME_PAPER = 0.5
"""Two wordings are one paper when they share half of their syllables: lists are typed by hand, in other words."""


def judge(known: Known, record: StoredRecord, stale: Stale) -> Checked:
    """Everything one record by itself is evidence for. A page without code is compared with the procedure of its match."""
    content = record.content
    assert isinstance(content, Procedure)
    matched = replace(record, code=stale.code)
    found = list(_against_register(known, matched, content))
    if not content.list_only:
        found += _codes(record, content)
        found += findings_of_texts(known, matched, content)
    links = {} if content.list_only else _form_links(record, content)
    return Checked(
        record.id,
        record.site_id,
        stale.code,
        content.list_only,
        record.version,
        stale.reference,
        tuple({item.identity: item for item in found}.values()),
        links,
    )


def _codes(record: StoredRecord, content: Procedure) -> Iterator[Finding]:
    if content.old_code:
        message = f"“{content.name}” còn ghi mã cũ {content.old_code}. Thay bằng mã quốc gia."
        evidence = {"old_code": content.old_code}
        yield finding("old_code", record, message, law=SAME_CONTENT, evidence=evidence)
    elif not content.code and (content.steps or content.papers):
        message = f"“{content.name}” không ghi mã thủ tục. Bổ sung mã quốc gia để người dân tra cứu được."
        yield finding("no_code", record, message, law=PUBLISHED, evidence={"name": content.name})
    if content.code and is_internal(content.code):
        message = (
            f"“{content.name}” ({content.code}) là thủ tục nội bộ giữa các cơ quan. Gỡ khỏi danh sách cho người dân."
        )
        yield finding("internal_code", record, message, law=PUBLISHED, evidence={"code": content.code})


def _form_links(record: StoredRecord, content: Procedure) -> dict[str, str]:
    papers = (paper for case in content.papers for paper in case.papers if paper.form_url)
    links = {paper.form_url: paper.form_name for paper in papers}
    return links | {file.url: file.name for file in record.files if file.url not in links}


def _against_register(known: Known, record: StoredRecord, content: Procedure) -> Iterator[Finding]:
    procedure = known.procedures.get(record.code)
    if not record.code or procedure is None:
        return
    register = procedure.register
    if register is None:
        if known.has_register:
            message = f"“{record.title}” ({record.code}) không có trong danh mục quốc gia. Kiểm tra mã hoặc gỡ bỏ."
            yield finding("extra", record, message, law=SAME_CONTENT, evidence={"name": record.title})
        return
    if not procedure.is_public:
        return  # internal, or another province's: what that one says binds nobody here
    if register.withdrawn_on is not None:
        message = f"“{record.title}” ({record.code}) đã ra khỏi danh mục quốc gia từ {written_day(register.withdrawn_on)} mà trang vẫn đăng. Gỡ bỏ hoặc thay bằng thủ tục mới."
        evidence = {"name": record.title, "withdrawn_on": register.withdrawn_on.isoformat()}
        yield finding("withdrawn", record, message, law=SAME_CONTENT, evidence=evidence)
        return
    page = next((page for one in procedure.offerings if (page := one.page_of(record.id)) is not None), None)
    if page is not None and not content.list_only:
        yield from _differences(record, procedure, page)


def _differences(record: StoredRecord, procedure: UnifiedProcedure, page: OfferedPage) -> Iterator[Finding]:
    for name in page.differs_in:
        shown = (procedure.fields or {}).get(name)
        if name not in _DIFFERENCES or shown is None or shown.source != REGISTER:
            continue
        found = _told(name, _theirs(shown, record), shown, page)
        if found is None:
            continue
        rule, label = _DIFFERENCES[name]
        message = f"{label} của “{procedure.name}” ({procedure.code}): {found['told']} Sửa cho khớp."
        evidence = {
            "field": name,
            "page": found["page"],
            "register": found["register"],
            "register_as_of": shown.as_of.isoformat(),
            "register_url": shown.url,
        }
        yield finding(rule, record, message, law=SAME_CONTENT, evidence=evidence, field=name)


def _theirs(shown: UnifiedField, record: StoredRecord) -> Any:
    """What the page says instead; two pages of a site that say the same are kept as one voice."""
    own = [item.value for item in shown.differing if item.url == record.url]
    return next(iter(own or [item.value for item in shown.differing if item.source == record.site_id]), "")


def _told(name: str, theirs: Any, shown: UnifiedField, shown_by: OfferedPage) -> dict[str, str] | None:
    """The two texts and the sentence about them; None when the difference is none that an editor should mend."""
    if name == "papers":
        return _papers(theirs, shown.value)
    page, register = str(theirs), str(shown.value)
    if name == "decision_number" and _issuer(page) != _issuer(register):
        return None  # the ministry's decision beside the province's: both are right
    if name == "service_level":
        raw = shown_by.service_level_raw or page
        converted = f", quy đổi là “{level_label(page)}”" if shown_by.converted else ""
        told = f"trang ghi “{raw}”{converted}, danh mục quốc gia ghi “{level_label(register)}”."
        return {"page": raw, "register": register, "told": told}
    return {"page": page, "register": register, "told": f"trang ghi “{page}”, danh mục quốc gia ghi “{register}”."}


def _issuer(number: str) -> str:
    """The issuer in a decision's number: 123/QĐ-UBND → qd-ubnd."""
    return re.sub(r"[\d\s]+", "", fold_text(number)).strip("/")


def _papers(theirs: Any, registers: Any) -> dict[str, str] | None:
    page, register = _names(theirs), _names(registers)
    lacking, more = _unmatched(register, page), _unmatched(page, register)
    if not lacking and not more:
        return None
    parts = [f"thiếu {_quoted(lacking)}" if lacking else "", f"thừa {_quoted(more)}" if more else ""]
    told = f"so với danh mục quốc gia, trang {' và '.join(filter(None, parts))}."
    return {"page": "; ".join(page), "register": "; ".join(register), "told": told}


def _names(cases: Any) -> list[str]:
    return list(dict.fromkeys(paper["name"] for case in cases or [] for paper in case["papers"]))


def _unmatched(names: list[str], others: list[str]) -> list[str]:
    known = [set(fold_text(other).split()) for other in others]
    return [name for name in names if not any(_alike(set(fold_text(name).split()), words) for words in known)]


def _alike(one: set[str], other: set[str]) -> bool:
    return len(one & other) >= SAME_PAPER * max(1, min(len(one), len(other)))


def _quoted(names: list[str], most: int = 3) -> str:
    shown = ", ".join(f"“{name[:120]}”" for name in names[:most])
    return shown + (f" và {len(names) - most} giấy tờ khác" if len(names) > most else "")

"""What sites publish about procedures beside the register: withdrawn, missing, extra, differing, badly coded, outdated."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from core.model import Procedure
from core.sites import Site
from core.unified import REGISTER, Offering, UnifiedProcedure
from freshness.evidence import SiteEvidence
from freshness.rules import LawBook, plain_number
from store.findings import Finding
from store.records import StoredRecord
from store.tables import pages, records
from vietnamese.syllables import nfc

SAME_CONTENT = "NĐ 63/2010 Đ26 k2 (sửa bởi 92/2017): nội dung phải thống nhất với Cơ sở dữ liệu quốc gia"
PUBLISHED = "NĐ 63/2010 Đ17 k1 (sửa bởi 92/2017)"

_DIFFERENCES = {
    "name": ("name_differs", "Tên"),
    "fee_text": ("fee_differs", "Phí, lệ phí"),
    "time_text": ("time_differs", "Thời hạn"),
    "service_level": ("service_level_differs", "Mức độ dịch vụ"),
}
_NUMBER = re.compile(r"\b\d{1,4}/\d{4}/[A-ZĐ]{1,4}(?:-[A-ZĐ]{1,8}\d*)?\b|\b\d{1,3}/\d{4}/QH\d{1,2}\b", re.IGNORECASE)

RULES = frozenset(rule for rule, _ in _DIFFERENCES.values()) | {
    "withdrawn", "extra", "missing", "old_code", "no_code", "duplicate", "form_dead", "form_changed", "obsolete_term",
    "repealed_citation",
}  # fmt: skip
"""Every rule this module can raise; on a site that could be verified, what is not raised again is resolved."""


NEEDS_REGISTER = frozenset(
    {"withdrawn", "extra", "missing", "name_differs", "fee_differs", "time_differs", "service_level_differs"}
)
"""Rules that say nothing, one way or the other, without a register to compare with."""


@dataclass(frozen=True, slots=True)
class Known:
    """The province's procedures and the day; `has_register`: there is a complete snapshot to compare with."""

    procedures: Mapping[str, UnifiedProcedure]
    law: LawBook
    today: date
    has_register: bool
    register_words: Mapping[str, str] = field(default_factory=dict)  # code → everything the register's detail says


def compare(
    known: Known, site: Site, evidence: SiteEvidence, published: Iterable[StoredRecord], forms: Mapping[str, Any]
) -> list[Finding]:
    """The findings about the procedures of one site. `forms`: address → (version, changed_at) of attachments read."""
    shown = [record for record in published if isinstance(record.content, Procedure)]
    found: list[Finding] = []
    for record in shown:
        assert isinstance(record.content, Procedure)
        if record.content.list_only:
            continue
        found += _codes(record, record.content)
        found += _texts(known, record, record.content)
        found += _forms(evidence, record, forms)
    found += _against_register(known, site, shown)
    found += _duplicates(site, shown)
    if known.has_register:
        found += _missing(known, site, evidence, shown)
    return list({item.identity: item for item in found}.values())


def _finding(rule: str, record: StoredRecord, message: str, **more: Any) -> Finding:
    return Finding(
        rule, record.site_id, message, code=record.code, url=record.url, capture_id=record.capture_id, **more
    )


def _codes(record: StoredRecord, content: Procedure) -> Iterator[Finding]:
    if content.old_code:
        message = f"“{content.name}” còn ghi mã cũ {content.old_code}. Thay bằng mã quốc gia."
        evidence = {"old_code": content.old_code}
        yield _finding("old_code", record, message, law=SAME_CONTENT, evidence=evidence)
    elif not content.code and (content.steps or content.papers):
        message = f"“{content.name}” không ghi mã thủ tục. Bổ sung mã quốc gia để người dân tra cứu được."
        yield _finding("no_code", record, message, law=PUBLISHED, evidence={"name": content.name})


def _texts(known: Known, record: StoredRecord, content: Procedure) -> Iterator[Finding]:
    text = nfc(" . ".join(_words(content)))
    said = nfc(
        " . ".join(_words(replace(content, legal_bases=())))
    ).lower()  # titles of decrees keep the words of their day
    register = known.register_words.get(record.code, "")
    for term in known.law.terms:
        if term.begin > known.today:
            continue
        word = next((word for word in term.words if _has_word(said, word.lower())), None)
        if word and not _has_word(register, word.lower()):  # the national record has it too: no editor here can mend it
            message = f"“{content.name}” còn viết “{word}”, đã cũ từ {term.begin:%d/%m/%Y} ({term.source}). Nay là: {term.use}."
            evidence = {"term": word, "around": _around(said, said.find(word.lower()))}
            yield _finding("obsolete_term", record, message, law=term.source, evidence=evidence, field=word)
    for number in {plain_number(found) for found in _NUMBER.findall(text)}:
        gone = known.law.repealed.get(number)
        if gone is None or gone.repealed_on > known.today or number in plain_number(register):
            continue
        instead = f" Nay là {gone.replaced_by}." if gone.replaced_by else ""
        message = f"“{content.name}” viện dẫn {gone.number}, hết hiệu lực từ {gone.repealed_on:%d/%m/%Y}.{instead}"
        evidence = {"number": gone.number, "repealed_on": gone.repealed_on.isoformat()}
        yield _finding("repealed_citation", record, message, law=SAME_CONTENT, evidence=evidence, field=gone.number)


def _has_word(text: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from _words(item)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            if not name.endswith("url"):
                yield from _words(getattr(value, name))


def _around(text: str, position: int, width: int = 80) -> str:
    return text[max(0, position - width) : position + width]


def _forms(evidence: SiteEvidence, record: StoredRecord, forms: Mapping[str, Any]) -> Iterator[Finding]:
    for address, name in _form_links(record).items():
        label = name or address.rpartition("/")[2]
        if address in evidence.dead:
            outcome, capture = evidence.dead[address]
            message = f"Không tải được biểu mẫu “{label}” của “{record.title}”. Đăng lại tệp hoặc sửa đường dẫn."
            proof = {"form": address, "outcome": outcome, "capture": capture}
            yield _finding("form_dead", record, message, law="NĐ 63/2010 Đ25", evidence=proof, field=address)
        elif address in forms and forms[address][0] > 1 and forms[address][1] > record.changed_at:
            changed = forms[address][1]
            message = f"Biểu mẫu “{label}” của “{record.title}” đã thay từ {changed:%d/%m/%Y} mà trang không báo. Ghi rõ ngày cập nhật biểu mẫu."
            proof = {"form": address, "changed_at": changed.isoformat()}
            yield _finding("form_changed", record, message, law="NĐ 63/2010 Đ25", evidence=proof, field=address)


def _form_links(record: StoredRecord) -> dict[str, str]:
    assert isinstance(record.content, Procedure)
    links = {
        paper.form_url: paper.form_name for case in record.content.papers for paper in case.papers if paper.form_url
    }
    return links | {file.url: file.name for file in record.files if file.url not in links}


def _against_register(known: Known, site: Site, shown: Iterable[StoredRecord]) -> Iterator[Finding]:
    for record in shown:
        procedure = known.procedures.get(record.code)
        if not record.code or procedure is None:
            continue
        register = procedure.register
        if register is None:
            if known.has_register:
                message = f"“{record.title}” ({record.code}) không có trong danh mục quốc gia. Kiểm tra mã hoặc gỡ bỏ."
                yield _finding("extra", record, message, law=SAME_CONTENT)
            continue
        if register.withdrawn_on is not None:
            message = f"“{record.title}” ({record.code}) đã ra khỏi danh mục quốc gia từ {register.withdrawn_on:%d/%m/%Y} mà trang vẫn đăng. Gỡ bỏ hoặc thay bằng thủ tục mới."
            yield _finding("withdrawn", record, message, law=SAME_CONTENT)
            continue
        offering = next((o for o in procedure.offerings if o.record_id == record.id), None)
        if offering is not None and not offering.list_only:
            yield from _differences(record, procedure, offering)


def _differences(record: StoredRecord, procedure: UnifiedProcedure, offering: Offering) -> Iterator[Finding]:
    for name in offering.differs_in:
        shown = (procedure.fields or {}).get(name)
        if name not in _DIFFERENCES or shown is None or shown.source != REGISTER:
            continue
        rule, label = _DIFFERENCES[name]
        theirs = next((item.value for item in shown.differing if item.url == record.url), "")
        message = f"{label} của “{procedure.name}” ({procedure.code}): trang ghi “{theirs}”, danh mục quốc gia ghi “{shown.value}”. Sửa cho khớp."
        evidence = {"page": theirs, "register": shown.value, "register_as_of": shown.as_of.isoformat()}
        yield _finding(rule, record, message, law=SAME_CONTENT, evidence=evidence, field=name)


def _duplicates(site: Site, shown: Iterable[StoredRecord]) -> Iterator[Finding]:
    by_code: dict[str, dict[str, StoredRecord]] = defaultdict(dict)
    for record in shown:
        if record.code and isinstance(record.content, Procedure) and not record.content.list_only:
            by_code[record.code][record.url] = record
    for code, where in by_code.items():
        if len(where) > 1:
            first = next(iter(where.values()))
            message = f"“{first.title}” ({code}) đăng ở {len(where)} địa chỉ khác nhau. Giữ một, gỡ các bản còn lại."
            evidence = {"urls": sorted(where)}
            yield Finding("duplicate", site.id, message, code=code, law=SAME_CONTENT, evidence=evidence)


def _missing(known: Known, site: Site, evidence: SiteEvidence, shown: Iterable[StoredRecord]) -> Iterator[Finding]:
    """Codes the unit must publish and does not; without a list, or after an incomplete visit, nothing is said."""
    if not site.expected_codes or evidence.visit is None or evidence.visit.outcome not in ("ok", "unchanged"):
        return
    there = {record.code for record in shown}
    # A page that names the procedure without its code, or under its old one, shows it all the same.
    named = {record.title.casefold().removeprefix("thủ tục ") for record in shown if not record.code}
    for code in site.expected_codes:
        procedure = known.procedures.get(code)
        withdrawn = procedure is not None and procedure.register is not None and procedure.register.withdrawn_on
        name = procedure.name if procedure else code
        if code not in there and not withdrawn and name.casefold().removeprefix("thủ tục ") not in named:
            message = f"Trang chưa đăng “{name}” ({code}) mà đơn vị phải công khai. Đăng thủ tục này."
            yield Finding("missing", site.id, message, code=code, law=PUBLISHED)


def register_words(procedures: Mapping[str, UnifiedProcedure]) -> dict[str, str]:
    """Code → all texts of the register's own fields, in lower case."""
    found = {}
    for key, procedure in procedures.items():
        values = (f.value for f in (procedure.fields or {}).values() if f.source == REGISTER)
        if procedure.register is not None and procedure.register.detailed:
            found[key] = nfc(" . ".join(_plain_words(list(values)))).lower()
    return found


def _plain_words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _plain_words(item)
    elif isinstance(value, dict):
        yield from _plain_words(list(value.values()))


def forms_read(connection: Connection) -> dict[str, tuple[int, Any]]:
    """Address of every attachment read → (version, when its content last changed)."""
    query = (
        select(pages.c.url, records.c.version, records.c.changed_at)
        .join(records, records.c.page_id == pages.c.id)
        .where(records.c.kind == "attachment")
    )
    return {row.url: (row.version, row.changed_at) for row in connection.execute(query)}

"""From what the store knows to what is indexed: unified procedures, articles and legal documents as sources."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection

from core import codes
from core.clock import local_date
from core.model import Article, Content, LegalDocument
from core.unified import UnifiedProcedure
from indexer.query.terms import Source
from indexer.tiers import tiers_of
from store import changes, procedures, records
from store.records import StoredRecord
from vietnamese.syllables import fold_text

PART_CHARACTERS = 6000
"""Longest part of a procedure's body, as the field weights were measured (docs/adr on ranking)."""

CITIZEN = "Công dân Việt Nam"
"""The audience that marks what people, not firms or offices, ask for; a feature of the re-ranker."""

_BODY_FIELDS = ("results", "requirements", "papers", "steps", "description", "keywords")
_NAMED = ("name", "form_name", "steps", "papers")


def sources(connection: Connection, version: int) -> Iterator[Source]:
    """Everything that may be found, as of `version` of the change sequence."""
    asked = asked_about(connection)
    for procedure in procedures.iterate(connection, public_only=True):
        yield procedure_source(procedure, version, asked.get(procedure.key, ()))
    for record in records.iterate_live(connection, changes.INDEXED_RECORDS):
        yield record_source(record, version)


def procedure_source(procedure: UnifiedProcedure, version: int, asked: tuple[str, ...] = ()) -> Source:
    """The texts, codes and facets of a unified procedure, and the questions citizens `asked` about it."""
    levels = {offering.service_level for offering in procedure.offerings} | {procedure.service_level}
    return Source(
        id=f"procedure:{procedure.key}",
        kind="procedure",
        version=version,
        title=procedure.name,
        sectors=procedure.sectors,
        agencies=procedure.agencies,
        body=_body(procedure),
        codes=_codes(procedure),
        asked=asked,
        citizen=CITIZEN in procedure.audiences,
        local=procedure.is_local,
        facets={
            "site": tuple(sorted({offering.site_id for offering in procedure.offerings})),
            "sector": procedure.sectors,
            "service_level": tuple(sorted(levels - {""})),
            "tier": procedure.tiers or tiers_of(procedure.agencies),
            "agency": procedure.agencies,
            "audience": procedure.audiences,
            "state": (procedure.state.value,),
            **_terms_of_filing(procedure),
        },
    )


def record_source(record: StoredRecord, version: int) -> Source:
    """The texts, number, date and facets of an article or legal document."""
    content = record.content
    published = local_date(record.published) if record.published else None
    common: dict[str, Any] = {"id": f"record:{record.id}", "version": version, "facets": {"site": (record.site_id,)}}
    if isinstance(content, LegalDocument):
        return Source(
            kind="document",
            title=content.title,
            sectors=content.sectors,
            agencies=tuple(filter(None, (content.issuer,))),
            body=(content.document_type, content.number, content.body),
            numbers=(content.number,),
            day=content.issued_on or published,
            **common,
        )
    if isinstance(content, Article):
        body = (content.summary, *content.body.splitlines())
        return Source(kind="article", title=content.title, body=body, day=published, **common)
    raise TypeError(f"a record of kind {record.kind} is not indexed by itself")


DAY_LIMITS = (1, 3, 5, 10, 15, 20, 30, 60)
"""Facet `days`: a procedure carries every limit it keeps, so that the count of a limit is of all that are at least as quick."""

_DAYS = re.compile(r"(\d{1,3})(?:[.,]\d+)?\s*(?:\(.{1,30}?\)\s*)?(ngày|giờ|tháng|tuần)", re.I)
_UNIT_DAYS = {"giờ": 1 / 8, "ngày": 1.0, "tuần": 7.0, "tháng": 30.0}
_SAME_DAY = re.compile(r"trong ngày|ngay khi|trả ngay|giải quyết ngay", re.I)
_FREE = re.compile(r"^\W*(?:miễn phí|không (?:thu|mất|có) (?:phí|lệ phí)|không)\b", re.I)


def days_of(text: str) -> float | None:
    """The longest time that a text of time limits names, in days; None when it names none."""
    found = [float(number) * _UNIT_DAYS[unit.lower()] for number, unit in _DAYS.findall(text)]
    if found:
        return max(found)
    return 1.0 if _SAME_DAY.search(text) else None


def _terms_of_filing(procedure: UnifiedProcedure) -> dict[str, tuple[str, ...]]:
    """Facets of what filing takes; nothing is said where the source says nothing."""
    days = days_of(procedure.time_text)
    papers = (procedure.fields or {}).get("papers")
    # Where the register tells the papers and a site has their forms, the record's papers are the register's, without forms.
    has_form = any(offering.has_form for offering in procedure.offerings) or bool(papers and _has_form(papers.value))
    return {
        "cost": ("mien_phi",) if _FREE.match(procedure.fee_text) else (),
        "days": tuple(str(limit) for limit in DAY_LIMITS if days is not None and days <= limit),
        "form": ("co",) if has_form else (),
    }


def _has_form(value: Any) -> bool:
    if isinstance(value, list):
        return any(map(_has_form, value))
    if isinstance(value, dict):
        return bool(value.get("form_url") or value.get("form_name")) or _has_form(value.get("papers"))
    return False


QUESTIONS = "qna"
"""Section of a site's Hỏi – đáp (freshness_rules.json)."""

LEAST_NAME = 4
"""Syllables of a procedure's name from which on its standing in an answer is no accident."""

QUESTION_CHARACTERS = 300
"""Beginning of a question that is searched: as much as a citizen may type, and where letters to an office state their matter."""


def asked_about(connection: Connection) -> dict[str, tuple[str, ...]]:
    """Procedure key → questions citizens asked on the sites (Hỏi – đáp) that name or link it, or whose answers do."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    stored = records.iterate_live(connection, ("article",), section=QUESTIONS)
    questions = [record for record in stored if isinstance(record.content, Article)]
    if not questions:
        return {}
    names = _names(connection)
    for record in questions:
        for key in named_in(record.content, names):
            found[key].append(question_of(record))
    return {key: tuple(dict.fromkeys(asked)) for key, asked in found.items()}


def question_of(record: StoredRecord) -> str:
    """What was asked, as it is searched: the heading, and the question itself where the page told it from the answer."""
    asked = record.content.asked if isinstance(record.content, Article) else None
    question = asked.question[:QUESTION_CHARACTERS] if asked else ""
    return question if fold_text(record.title) in fold_text(question) else f"{record.title}\n{question}".strip()


def named_in(content: Content, names: Iterable[tuple[str, str]]) -> list[str]:
    """Keys of the procedures whose code or whole name stands in an article, or which it links."""
    if not isinstance(content, Article):
        return []
    linked = (*content.asked.codes, *content.asked.procedures) if content.asked else ()
    text = " . ".join((content.title, content.summary, content.body, *linked))
    plain = f" {fold_text(text)} "
    return list(dict.fromkeys((*codes.find_all(text), *(key for name, key in names if name in plain))))


def touched_by_questions(
    connection: Connection, stored: Mapping[int, StoredRecord], versions: Mapping[str, int]
) -> dict[str, int]:
    """Procedures to be written again because a question about them came, changed or went: key → version."""
    questions = [record.id for record in stored.values() if record.section == QUESTIONS]
    if not questions:
        return {}
    names = _names(connection)
    said = records.contents_ever(connection, questions)  # what a question named before has to forget it
    found: dict[str, int] = {}
    for record_id in questions:
        version = versions[f"record:{record_id}"]
        contents = (stored[record_id].content, *said.get(record_id, ()))
        for key in {key for content in contents for key in named_in(content, names)}:
            found[key] = max(version, found.get(key, 0), versions.get(f"procedure:{key}", 0))
    return found


def _names(connection: Connection) -> list[tuple[str, str]]:
    """(folded name between spaces, key) of every public procedure whose name is long enough to be recognised."""
    names = ((f" {fold_text(p.name)} ", p.key) for p in procedures.iterate(connection, public_only=True))
    return [(name, key) for name, key in names if name.count(" ") > LEAST_NAME]


def _body(procedure: UnifiedProcedure) -> tuple[str, ...]:
    fields = procedure.fields or {}
    parts = (" . ".join(_texts(fields[name].value)) for name in _BODY_FIELDS if name in fields)
    return tuple(part[:PART_CHARACTERS] for part in parts if part)


def _texts(value: Any) -> Iterator[str]:
    """Every text inside a plain value, without addresses, codes and counts."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for name in _NAMED:
            if name in value:
                yield from _texts(value[name])


def _codes(procedure: UnifiedProcedure) -> tuple[str, ...]:
    old = (offering.code_raw for offering in procedure.offerings if offering.code_raw.endswith("-TT"))
    return tuple(dict.fromkeys(filter(None, (procedure.code, *old))))

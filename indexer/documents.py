"""From what the store knows to what is indexed: unified procedures, articles and legal documents as sources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from core.clock import local_date
from core.model import Article, LegalDocument
from core.unified import UnifiedProcedure
from indexer.query.terms import Source
from store import procedures, records
from store.records import StoredRecord

PART_CHARACTERS = 6000
"""Longest part of a procedure's body, as the field weights were measured (docs/adr on ranking)."""

CITIZEN = "Công dân Việt Nam"
"""The audience that marks what people, not firms or offices, ask for; a feature of the re-ranker."""

_BODY_FIELDS = ("results", "requirements", "papers", "steps", "description", "keywords")
_NAMED = ("name", "form_name", "steps", "papers")


def sources(connection: Connection, version: int) -> Iterator[Source]:
    """Everything that may be found, as of `version` of the change sequence."""
    for procedure in procedures.iterate(connection, public_only=True):
        yield procedure_source(procedure, version)
    for record in records.iterate_live(connection, ("article", "document")):
        yield record_source(record, version)


def procedure_source(procedure: UnifiedProcedure, version: int) -> Source:
    """The texts, codes and facets of a unified procedure."""
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
        citizen=CITIZEN in procedure.audiences,
        facets={
            "site": tuple(sorted({offering.site_id for offering in procedure.offerings})),
            "sector": procedure.sectors,
            "service_level": tuple(sorted(levels - {""})),
            "tier": procedure.tiers,
            "agency": procedure.agencies,
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

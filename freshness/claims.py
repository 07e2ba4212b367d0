"""Certificates that hold no longer and are still claimed: in a procedure's text, or on the pages about the unit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, String, cast, or_, select

from core.clock import written_day
from freshness.rules import Claim, LawBook
from freshness.texts import around
from store.findings import Finding
from store.tables import pages, records

RULES = frozenset({"iso_2008"})

STANDING = ("about", "contact", "procedures", "")
"""Sections whose pages speak of today whenever they were written; news tells of its own day."""


def claimed(connection: Connection, law: LawBook, today: date) -> Iterator[Finding]:
    """One finding per page that claims a certificate which held no longer on the day."""
    for claim in law.claims:
        if claim.begin > today:
            continue
        for row in _naming(connection, claim):
            text = " ".join(str(row.content.get(name, "")) for name in ("name", "title", "summary", "body", "requirements", "description"))  # fmt: skip
            word = next((word for word in claim.words if word.lower() in text.lower()), None)
            if word is None or any(new in text for new in claim.replaced_by):
                continue
            message = f"“{row.title}” còn công bố {word}, hết giá trị từ {written_day(claim.begin)}. Bỏ hoặc thay bằng chứng nhận đang có."
            proof = {"claim": word, "around": around(text, text.lower().find(word.lower())), "since": str(claim.begin)}
            yield Finding("iso_2008", row.site_id, message, code=row.code, url=row.url, field=word, law=claim.source, capture_id=row.capture_id, evidence=proof)  # fmt: skip


def _naming(connection: Connection, claim: Claim) -> Iterator[Row[Any]]:
    body = cast(records.c.content, String)
    query = select(records, pages.c.url).join(pages, pages.c.id == records.c.page_id)
    query = query.where(records.c.withdrawn_at.is_(None), or_(*(body.ilike(f"%{word}%") for word in claim.words)))
    standing = or_(records.c.kind == "procedure", (records.c.kind == "article") & records.c.section.in_(STANDING))
    yield from connection.execute(query.where(standing).order_by(records.c.id))

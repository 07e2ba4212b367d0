"""How many of a site's procedures show which field, by reader: what a changed template takes away."""

from __future__ import annotations

from collections import Counter, defaultdict

from sqlalchemy import Connection, select

from store.tables import records

FIELDS = ("code", "decision_number", "sectors", "steps", "channels", "papers", "agencies", "results", "legal_bases")
"""Parts that NĐ 63/2010 Đ8 k2 makes due, and that a reader must find again where it found them before."""


def coverage(connection: Connection, site_id: str) -> dict[str, dict[str, float]]:
    """Reader → number of live procedures (`procedures`) and the share of them that shows each field."""
    query = select(records.c.reader, records.c.content).where(
        records.c.site_id == site_id, records.c.kind == "procedure", records.c.withdrawn_at.is_(None)
    )
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in connection.execute(query):
        if row.content.get("list_only"):
            continue
        counts[row.reader]["procedures"] += 1
        counts[row.reader].update(name for name in FIELDS if row.content.get(name))
    return {
        reader: {"procedures": found["procedures"], **{name: found[name] / found["procedures"] for name in FIELDS}}
        for reader, found in counts.items()
    }

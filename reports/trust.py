"""Certificates that are let pass for a reason until a day (`tls_exception`): which sites were last visited so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select

from core.sites import Site
from store.tables import visits

COUNTER = "tls_exception"
_UNTIL = re.compile(r"^(.*) \(until (\d{4}-\d{2}-\d{2})\)$", re.S)


def unverified(connection: Connection, sites: Iterable[Site], day: date) -> list[dict[str, Any]]:
    """The sites whose last visit took a certificate on trust: owner, reason, and the day on which that ends."""
    known = {site.id: site for site in sites}
    last = select(func.max(visits.c.id)).where(visits.c.ended_at.is_not(None)).group_by(visits.c.site_id)
    query = select(visits.c.site_id, visits.c.counters).where(visits.c.id.in_(last)).order_by(visits.c.site_id)
    return [
        {"site": row.site_id, "owner": known[row.site_id].owner_on(day), **told}
        for row in connection.execute(query)
        if row.site_id in known and (told := of_counters(row.counters)) is not None
    ]


def of_counters(counters: Mapping[str, Any]) -> dict[str, Any] | None:
    """`reason` and `until` of a visit that took a certificate on trust, else None."""
    said = counters.get(COUNTER)
    if not said:
        return None
    match = _UNTIL.match(str(said))
    return {"reason": match[1], "until": match[2]} if match else {"reason": str(said), "until": None}

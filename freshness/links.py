"""Broken links with the page that has them: only where the newest reading of that page still shows the address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, select

from freshness.evidence import Dead
from store import record_checks
from store.findings import Finding
from store.tables import pages, records

RULES = frozenset({"link_dead"})

LAW = "không phải luật"


def broken(connection: Connection, dead: Mapping[str, Dead]) -> Iterator[Finding]:
    """One finding per address that does not answer, with every page seen to lead there; forms have a rule of their own."""
    forms = {url for _, url, _ in record_checks.linking(connection, dead)}
    wanted = {url: one for url, one in dead.items() if url not in forms}
    if not wanted:
        return
    for url, referrers in _referrers(connection, set(wanted)).items():
        one, first = wanted[url], referrers[0]
        message = f"Liên kết “{first['text'][:120] or url}” ở {first['url']} không mở được. Sửa hoặc gỡ liên kết."
        evidence = {"target": url, "outcome": one.outcome, "referrers": [r["url"] for r in referrers][:20]}
        yield Finding(
            "link_dead",
            one.site_id,
            message,
            url=url,
            law=LAW,
            capture_id=first["capture"],
            seen_in=one.observation,
            evidence=evidence,
        )


def _referrers(connection: Connection, wanted: set[str]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    lists = select(pages.c.url, pages.c["items"], pages.c.capture_id)
    lists = lists.where(pages.c.kind.in_(("list", "home")), pages.c.outcome.in_(("ok", "unchanged")))
    for row in connection.execute(lists):
        for item in row.items:
            if item.get("url") in wanted:
                _put(found, item["url"], row.url, item.get("title", ""), row.capture_id)
    files = select(pages.c.url, records.c.files, records.c.capture_id).join(pages, pages.c.id == records.c.page_id)
    files = files.where(records.c.withdrawn_at.is_(None), records.c.kind.in_(("article", "document")))
    for row in connection.execute(files.where(pages.c.outcome.in_(("ok", "unchanged")))):
        for item in row.files:
            if item.get("url") in wanted:
                _put(found, item["url"], row.url, item.get("name", ""), row.capture_id)
    return found


def _put(found: dict[str, list[dict[str, Any]]], target: str, url: str, text: str, capture: int | None) -> None:
    found.setdefault(target, []).append({"url": url, "text": text, "capture": capture})

"""What the API answers, built from the store at answer time; pages render the same objects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from fastapi.responses import JSONResponse
from pydantic_core import to_json
from sqlalchemy import Connection, bindparam, select

from core.model import Article, LegalDocument
from core.plain import to_plain
from core.unified import UnifiedField, UnifiedProcedure
from indexer.query.answer import Suggestion
from reports.values import Json, stamp
from store import records
from store.noted import noted
from store.records import StoredRecord
from store.tables import pages
from store.tables import records as record_table


class WrittenJson(JSONResponse):
    """JSON as it is, by pydantic's writer: a fifth of the time of the standard library's, and no model is walked first."""

    def render(self, content: Any) -> bytes:
        """The same bytes as `JSONResponse`."""
        return to_json(content)


def body_of(record: StoredRecord) -> str:
    """The running text of an article or document, without its title."""
    content = record.content
    if isinstance(content, Article):
        return " ".join(filter(None, (content.summary, content.body)))
    if isinstance(content, LegalDocument):
        return " ".join(filter(None, (content.number, content.issuer, content.body)))
    return records.attachment_text(record)


def checks(connection: Connection, record_ids: Iterable[int]) -> dict[int, datetime]:
    """Record id → when its page was last seen well, as the store knows it now."""

    def look(some: list[int]) -> dict[int, datetime]:
        return {row.id: row.last_good for row in connection.execute(_CHECKS, {"ids": some})}

    return noted(connection, "checks", record_ids, look)


# Made once: putting a statement together costs as much as asking it.
_CHECKS = (
    select(record_table.c.id, pages.c.last_good)
    .select_from(record_table.join(pages, record_table.c.page_id == pages.c.id))
    .where(record_table.c.id.in_(bindparam("ids", expanding=True)), pages.c.last_good.is_not(None))
)


def newest(checked: dict[int, datetime], record_ids: Iterable[int]) -> datetime | None:
    """The latest check of any of these records."""
    return max((checked[i] for i in record_ids if i in checked), default=None)


def procedure_url(key: str) -> str:
    """The page of a procedure."""
    return f"/thu-tuc/{quote(key)}"


def _record_ids(item: UnifiedProcedure) -> list[int]:
    return [record for offering in item.offerings for record in offering.record_ids]


def procedure_json(connection: Connection, item: UnifiedProcedure) -> Json:
    """The answer of `/api/v1/procedures/{code}`: every field with source, date and conflicts; offerings; register."""
    checked = checks(connection, _record_ids(item))
    offerings = []
    pages = _pages_of(item, checked)
    for offering in item.offerings:
        copy = f"/ban-luu/{offering.capture_id}" if offering.capture_id else None
        plain = {**_OFFERING_DEFAULTS, **to_plain(offering)}
        plain["pages"] = [{"list_only": False, "differs_in": [], **page} for page in plain["pages"]]
        offerings.append({**plain, "checked_at": stamp(newest(checked, offering.record_ids)), "archived_copy": copy})
    return {
        "key": item.key,
        "code": item.code,
        "name": item.name,
        "url": procedure_url(item.key),
        "state": item.state.value,
        "sectors": list(item.sectors),
        "agencies": list(item.agencies),
        "tiers": list(item.tiers),
        "audiences": list(item.audiences),
        "service_level": item.service_level,
        "service_level_regime": item.service_level_regime,
        "service_level_converted": item.service_level_converted,
        "fee": item.fee_text,
        "time": item.time_text,
        "is_local": item.is_local,
        "is_public": item.is_public,
        "offered_by": item.offered_by,
        "conflicts": item.conflicts,
        "checked_at": stamp(newest(checked, _record_ids(item))),
        "fields": {name: _field_json(field, pages) for name, field in (item.fields or {}).items()},
        "offerings": offerings,
        "register": {"url": "", "withdrawn_on": None, **to_plain(item.register)} if item.register else None,
    }


_OFFERING_DEFAULTS: Json = {
    "code_raw": "", "time_text": "", "fee_text": "", "service_level_raw": "", "service_level": "", "regime": "",
    "decision_number": "", "stated_on": None, "list_only": False, "differs_in": [], "capture_id": None,
    "converted": False, "proactive_level": None, "matched": "", "pages": [],
}  # fmt: skip


def _pages_of(item: UnifiedProcedure, checked: Mapping[int, datetime]) -> dict[int, Json]:
    """Record id → the site, page and last check of what it says."""
    return {
        page.record_id: {
            "source": offering.site_id,
            "as_of": stamp(checked.get(page.record_id, page.seen_at)),
            "url": page.url,
        }
        for offering in item.offerings
        for page in offering.all_pages()
    }


def _field_json(field: UnifiedField, pages: Mapping[int, Json]) -> Json:
    """A field with its source, the sources that say otherwise (`conflicts`) and those that say the same (`agreeing`)."""
    plain = {"url": "", "differing": [], "verified": "unverified", **to_plain(field)}
    plain["conflicts"] = [{"url": "", **other} for other in plain.pop("differing")]
    same = [pages[record_id] for record_id in field.agreeing if record_id in pages]
    plain["agreeing"] = [one for one in same if (one["source"], one["url"]) != (field.source, field.url)]
    return plain


def suggestions_json(found: Iterable[Suggestion]) -> Json:
    """The answer of `/api/v1/suggest`."""
    return {
        "items": [
            {"text": s.text, "code": s.code, "url": procedure_url(s.key or s.code) if s.key or s.code else None}
            for s in found
        ]
    }

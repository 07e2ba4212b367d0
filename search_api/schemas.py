"""What the API answers, built from the store at answer time; pages render the same objects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, select

from core.model import Article, LegalDocument
from core.plain import to_plain
from core.unified import UnifiedProcedure
from indexer.query.answer import Answer, Hit, Suggestion
from search_api.highlight import Wanted, differing_words, mark, snippet, wanted
from search_api.wording import FIELDS, brief
from store import procedures, records
from store.records import StoredRecord
from store.tables import pages
from store.tables import records as record_table

Json = dict[str, Any]

SNIPPET_FIELDS = ("description", "requirements", "steps", "audiences")
"""Fields a snippet is taken from, in this order: only running text, no addresses and counts."""

INTENT_FIELDS = {
    "papers": ("papers",), "form": ("papers",), "fee": ("fee_text", "channels"), "time": ("time_text", "channels"),
    "place": ("address", "agencies", "channels"),
}  # fmt: skip
"""What was asked for (indexer.query.vocabulary.INTENTS) → the parts that answer it; the snippet shows the first there is."""

CHUNK = 500


def search_json(connection: Connection, answer: Answer) -> Json:
    """The answer of `/api/v1/search`. A hit whose procedure or record left the store since the last sync is left out."""
    words = wanted(answer.query.terms or answer.query.read_as.split())
    return {
        "query": {
            "typed": answer.query.typed,
            "read_as": answer.query.read_as,
            "changes": [{"kind": c.kind, "from": c.before, "to": c.after} for c in answer.query.changes],
        },
        "total": answer.total,
        "totals": dict(answer.totals),
        "items": _items(connection, answer.hits, words, answer.query.intents),
        "facets": {
            name: [{"value": value, "count": count} for value, count in values]
            for name, values in answer.facets.items()
        },
        "next": answer.next or None,
        "intents": list(answer.query.intents),
        "relaxed": answer.relaxed or None,
        "unfiltered": answer.unfiltered,
        "pointers": [
            {"title": p.title, "text": p.text, "url": p.url or None, "phone": p.phone or None} for p in answer.pointers
        ],
    }


def _items(connection: Connection, hits: Iterable[Hit], words: Wanted, intents: Sequence[str]) -> list[Json]:
    hits = tuple(hits)
    known = procedures.by_key(connection, [hit.key for hit in hits if hit.kind == "procedure"])
    others = [key for hit in hits if hit.kind != "procedure" for key in (hit.key, *hit.copies)]
    ids = [int(key) for key in others if key.isdecimal()]
    found = records.by_id(connection, ids)
    offered = [record for item in known.values() for o in item.offerings for record in o.record_ids]
    checked = checks(connection, [*offered, *ids])
    items = []
    for hit in hits:
        if hit.kind == "procedure" and hit.key in known:
            leader, item = known.get(hit.variant_of), known[hit.key]
            shown = _procedure_item(item, hit, words, checked, leader)
            items.append(shown | {"snippet": str(snippet(_text_of(item, intents), words))})
        elif hit.key.isdecimal() and int(hit.key) in found:
            copies = [found[int(key)] for key in hit.copies if int(key) in found]
            items.append(_record_item(found[int(hit.key)], hit, words, checked, copies))
    return items


def _procedure_item(
    item: UnifiedProcedure, hit: Hit, words: Wanted, checked: dict[int, datetime], leader: UnifiedProcedure | None
) -> Json:
    return {
        "kind": "procedure",
        "key": item.key,
        "code": item.code,
        "name": item.name,
        "url": procedure_url(item.key),
        "sectors": list(item.sectors),
        "agencies": list(item.agencies),
        "tier": ", ".join(item.tiers),
        "service_level": item.service_level,
        "service_level_converted": item.service_level_converted,
        "fee": item.fee_text,
        "time": item.time_text,
        "offered_by": item.offered_by,
        "conflicts": item.conflicts,
        "state": item.state.value,
        "checked_at": stamp(newest(checked, _record_ids(item))),
        "score": hit.score,
        "name_marked": str(mark(item.name, words)),
        "variant_of": leader.key if leader else None,
        "differs": differing_words(item.name, leader.name) if leader else "",
        "is_local": item.is_local,
        "why": _why(hit),
    }


def _why(hit: Hit) -> Json:
    """The words, phrases and sectors that were asked for, and every feature's value, weight and part of the score."""
    return {
        "title": list(hit.why.title),
        "phrases": list(hit.why.phrases),
        "sectors": list(hit.why.sectors),
        "features": [
            {"name": name, "value": round(value, 4), "weight": weight, "part": round(value * weight, 4)}
            for name, (value, weight) in hit.why.features.items()
        ],
    }


def _record_item(
    record: StoredRecord, hit: Hit, words: Wanted, checked: dict[int, datetime], copies: list[StoredRecord]
) -> Json:
    return {
        "kind": hit.kind,
        "title": record.title,
        "site": record.site_id,
        "published": stamp(record.published),
        "url": f"/tin/{record.id}",
        "snippet": str(snippet(body_of(record), words)),
        "checked_at": stamp(checked.get(record.id)),
        "score": hit.score,
        "title_marked": str(mark(record.title, words)),
        "copies": [{"site": copy.site_id, "url": f"/tin/{copy.id}"} for copy in copies],
        "why": _why(hit),
    }


def _text_of(item: UnifiedProcedure, intents: Sequence[str]) -> str:
    """The text a snippet is taken from: the part that answers what was asked, else the running text."""
    fields = item.fields or {}
    for name in (name for intent in intents for name in INTENT_FIELDS[intent]):
        if name in fields and (text := _answer(name, fields[name].value)):
            return f"{FIELDS.get(name, name)}: {text}"
    return " ".join(brief(fields[name].value) for name in SNIPPET_FIELDS if name in fields)


def _answer(name: str, value: Any) -> str:
    """The text of a part; of papers only their names."""
    if name != "papers" or not isinstance(value, list):
        return brief(value)
    papers = (paper for case in value if isinstance(case, dict) for paper in case.get("papers", ()))
    return "; ".join(str(paper["name"]) for paper in papers if isinstance(paper, dict) and paper.get("name"))


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
    found: dict[int, datetime] = {}
    wanted_ids = list(dict.fromkeys(record_ids))
    joined = record_table.join(pages, record_table.c.page_id == pages.c.id)
    for start in range(0, len(wanted_ids), CHUNK):
        query = select(record_table.c.id, pages.c.last_good).select_from(joined)
        query = query.where(record_table.c.id.in_(wanted_ids[start : start + CHUNK]), pages.c.last_good.is_not(None))
        found |= {row.id: row.last_good for row in connection.execute(query)}
    return found


def newest(checked: dict[int, datetime], record_ids: Iterable[int]) -> datetime | None:
    """The latest check of any of these records."""
    return max((checked[i] for i in record_ids if i in checked), default=None)


def stamp(moment: datetime | None) -> str | None:
    """ISO 8601 with offset, or None."""
    return moment.isoformat() if moment else None


def procedure_url(key: str) -> str:
    """The page of a procedure."""
    return f"/thu-tuc/{quote(key)}"


def _record_ids(item: UnifiedProcedure) -> list[int]:
    return [record for offering in item.offerings for record in offering.record_ids]


def procedure_json(connection: Connection, item: UnifiedProcedure) -> Json:
    """The answer of `/api/v1/procedures/{code}`: every field with source, date and conflicts; offerings; register."""
    checked = checks(connection, _record_ids(item))
    offerings = []
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
        "fields": {name: _field_json(field) for name, field in (item.fields or {}).items()},
        "offerings": offerings,
        "register": {"url": "", "withdrawn_on": None, **to_plain(item.register)} if item.register else None,
    }


_OFFERING_DEFAULTS: Json = {
    "code_raw": "", "time_text": "", "fee_text": "", "service_level_raw": "", "service_level": "", "regime": "",
    "decision_number": "", "stated_on": None, "list_only": False, "differs_in": [], "capture_id": None,
    "converted": False, "proactive_level": None, "matched": "", "pages": [],
}  # fmt: skip


def _field_json(field: Any) -> Json:
    plain = {"url": "", "differing": [], "verified": "unverified", **to_plain(field)}
    plain["conflicts"] = [{"url": "", **other} for other in plain.pop("differing")]
    return plain


def suggestions_json(found: Iterable[Suggestion]) -> Json:
    """The answer of `/api/v1/suggest`."""
    return {
        "items": [
            {"text": s.text, "code": s.code, "url": procedure_url(s.key or s.code) if s.key or s.code else None}
            for s in found
        ]
    }

"""A page of results as JSON: `/api/v1/search`, and what its page is made of."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from indexer.query.answer import Answer, Hit
from reports.values import Json, stamp
from search_api.highlight import WantedWords, differing_words, mark, snippet, wanted
from search_api.known import KnownProcedure, KnownProcedures
from search_api.schemas import body_of, checks, newest
from store import records
from store.records import StoredRecord


def search_json(connection: Connection, answer: Answer, known: KnownProcedures) -> Json:
    """The answer of `/api/v1/search`. A hit whose procedure or record left the store since the last sync is left out."""
    words = wanted(answer.query.terms or answer.query.read_as.split(), answer.query.read_as)
    return {
        "query": {
            "typed": answer.query.typed,
            "read_as": answer.query.read_as,
            "changes": [{"kind": c.kind, "from": c.before, "to": c.after} for c in answer.query.changes],
        },
        "total": answer.total,
        "totals": dict(answer.totals),
        "near": list(answer.near),
        "items": _items(connection, answer, words, known),
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


def _items(connection: Connection, answer: Answer, words: WantedWords, known: KnownProcedures) -> list[Json]:
    hits = answer.hits
    shown = known.of(connection, [hit.key for hit in hits if hit.kind == "procedure"])
    others = [key for hit in hits if hit.kind != "procedure" for key in (hit.key, *hit.copies)]
    ids = [int(key) for key in others if key.isdecimal()]
    found = records.by_id(connection, ids)
    checked = checks(connection, [*(i for item in shown.values() for i in item.record_ids), *ids])
    items = []
    for hit in hits:
        if hit.kind == "procedure" and hit.key in shown:
            text = shown[hit.key].text(answer.query.intents)
            shown_hit = _procedure_item(shown[hit.key], hit, words, checked, shown.get(hit.variant_of))
            items.append(shown_hit | {"snippet": str(snippet(text, words))})
        elif hit.key.isdecimal() and int(hit.key) in found:
            copies = [found[int(key)] for key in hit.copies if int(key) in found]
            items.append(_record_item(found[int(hit.key)], hit, words, checked, copies))
    return items


def _procedure_item(
    item: KnownProcedure, hit: Hit, words: WantedWords, checked: dict[int, datetime], leader: KnownProcedure | None
) -> Json:
    return {
        **item.json,
        "checked_at": stamp(newest(checked, item.record_ids)),
        "score": hit.score,
        "name_marked": str(mark(item.name, words)),
        "variant_of": leader.key if leader else None,
        "differs": differing_words(item.name, leader.name) if leader else "",
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
    record: StoredRecord, hit: Hit, words: WantedWords, checked: dict[int, datetime], copies: list[StoredRecord]
) -> Json:
    return {
        "kind": hit.kind,
        "title": record.title,
        **_stands_at(record),
        "snippet": str(snippet(body_of(record), words)),
        "checked_at": stamp(checked.get(record.id)),
        "score": hit.score,
        "title_marked": str(mark(record.title, words)),
        "copies": [_stands_at(copy) for copy in copies],
        "why": _why(hit),
    }


def _stands_at(record: StoredRecord) -> Json:
    return {
        "site": record.site_id,
        "published": stamp(record.published),
        "first_seen": stamp(record.first_seen),
        "url": f"/tin/{record.id}",
    }

"""What is sent to Elasticsearch, as pure functions: settings, mapping, documents and query bodies.

One index holds a whole generation. Every kind has fields of its own (`procedure.title_f`, `article.title_f`): Lucene
counts documents, lengths and rarity per field, so kinds keep their own statistics without an index each. Terms are
ready made, and the `whitespace` analyser only takes them apart again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from indexer.engines import (
    FACETS,
    FIELDS,
    KINDS,
    SAID_B,
    SAID_S,
    Card,
    EngineQuery,
    Health,
    IndexDocument,
    Kind,
    Need,
    Tally,
    Write,
    filled,
    neighbours,
    standing,
    state_of,
)

Body = dict[str, Any]

K1, B = 1.2, 0.75

FACET_VALUES = 500
MOST_EXACT = 300
"""Documents a code, number or name can lead to at most: a hundred of each kind."""

UNSCORED = frozenset({"all_f", "suggest_f"})
"""Only looked up, so lengths are not kept for them."""

STATED = ("kind", "id", "version", "digest", "state", "standing", "card", "exact", "blob", "parts")
"""What `_source` keeps. The terms are left out: they are made again from the store, never from the index."""


def index_settings(shards: int) -> Body:
    """A new generation: nothing refreshed and nothing copied while it is filled."""
    return {
        "number_of_shards": shards,
        "number_of_replicas": 0,
        "auto_expand_replicas": "false",
        "refresh_interval": "-1",
        "similarity": {"default": {"type": "BM25", "k1": K1, "b": B}},
        "max_result_window": 100_000,
    }


def live_settings(replicas: int) -> Body:
    """A generation that answers people: copies as far as there are nodes.

    Every commit refreshes it; the interval is for acknowledged writes whose writer died before. A lost copy is made
    again after ten seconds instead of a minute: an index of a province is copied quicker than a node restarts.
    """
    return {
        "auto_expand_replicas": f"0-{replicas}" if replicas else "false",
        "refresh_interval": "30s",
        "unassigned.node_left.delayed_timeout": "10s",
    }


def mapping(version: str, lengths: Mapping[Kind, Mapping[str, int]]) -> Body:
    """The mapping of one generation; a field that is not in it is refused. `lengths` are kept for fillers."""
    scored = {"type": "text", "analyzer": "whitespace", "index_options": "freqs"}
    looked_up = {"type": "text", "analyzer": "whitespace", "index_options": "docs", "norms": False}
    fields = {name: looked_up if name in UNSCORED else scored for name in FIELDS}
    fast = {"index": False, "doc_values": True}
    keyword = {"type": "keyword"}
    return {
        "dynamic": "strict",
        "_meta": {"analysis": version, "lengths": {str(kind): dict(values) for kind, values in lengths.items()}},
        "_source": {"includes": list(STATED)},
        "properties": {
            "id": keyword,
            "kind": keyword,
            "exact": {"type": "keyword", "doc_values": False},
            "version": {"type": "long", **fast},
            "state": {"type": "long", **fast},
            "standing": {"type": "long", **fast},
            "digest": {"type": "keyword", **fast},
            "card": {"type": "object", "enabled": False},
            "blob": {"type": "binary"},
            "parts": {"type": "integer", **fast},
            **{f"facet_{name}": keyword for name in FACETS},
            **{kind: {"dynamic": "strict", "properties": fields} for kind in KINDS},
        },
    }


def differing(kept: Mapping[str, Any], wanted: Mapping[str, Any], path: str = "") -> str:
    """The first field that is not as this program makes it, in words; "" when all are."""
    for name, field in wanted.items():
        found, where = kept.get(name), f"{path}{name}"
        if found is None:
            return f"there is no field {where}"
        if "properties" in field:
            inner = differing(found.get("properties", {}), field["properties"], f"{where}.")
            if inner:
                return inner
        elif found.get("type") != field["type"]:
            return f"field {where} is of type {found.get('type')}, not {field['type']}"
    return ""


def external_version(item: Write) -> int:
    """Twice the store's number, one more for a tombstone, so that it stands against a document of its own number."""
    return item.version * 2 + (0 if isinstance(item, IndexDocument) else 1)


def source(item: Write, lengths: Mapping[str, Mapping[str, int]]) -> Body:
    """The body of a document or tombstone."""
    common: Body = {"id": item.id, "version": item.version, "state": state_of(item)}
    if not isinstance(item, IndexDocument):
        return common
    return {
        **common,
        "kind": item.kind,
        "digest": item.digest,
        "standing": standing(item),
        "exact": list(item.exact),
        "card": encode_card(item.card),
        **{f"facet_{name}": list(values) for name, values in item.card.facets.items()},
        item.kind: filled(item.terms, lengths.get(item.kind, {})),
    }


def encode_card(card: Card) -> Body:
    """A card as a plain object."""
    return {name: getattr(card, name) for name in Card.__slots__}


def decode_card(plain: Mapping[str, Any]) -> Card:
    """What `encode_card` made, back from JSON."""
    facets = {name: tuple(values) for name, values in plain["facets"].items()}
    return Card(**{**plain, "phrases": tuple(plain["phrases"]), "facets": facets})


def candidates_body(query: EngineQuery) -> Body:
    """The best matches; id and state travel as sort values, so that no stored field is read."""
    return {
        "query": {"bool": {"must": [_clauses(query)], "filter": _conditions(query)}},
        "sort": [{"_score": "desc"}, {"id": "asc"}, {"state": "asc"}],
        **_only_sort_values(query.limit),
    }


def tally_body(query: EngineQuery, facets: Sequence[str]) -> Body:
    """All matches counted, and their facet values."""
    conditions = _conditions(query)
    # What fits a need has one of the query's syllables and so a clause: the clauses need not be walked again.
    parts = conditions if query.needs else [_clauses(query), *conditions]
    body: Body = {"size": 0, "track_total_hits": True, "query": {"bool": {"filter": parts}}}
    if facets:
        body["aggs"] = {name: {"terms": {"field": f"facet_{name}", "size": FACET_VALUES}} for name in facets}
    return body


def exact_body(exact: Sequence[str], kind: Kind | None) -> Body:
    """Documents that carry any of these codes or numbers."""
    parts: list[Body] = [{"terms": {"exact": list(exact)}}]
    if kind:
        parts.append({"term": {"kind": kind}})
    return {
        "query": {"bool": {"filter": parts}},
        "sort": [{"kind": "desc"}, {"id": "asc"}, {"state": "asc"}],
        **_only_sort_values(MOST_EXACT),
    }


def completion_body(
    terms: Sequence[str], prefix: str, limit: int, marked: Sequence[str] = (), *, together: bool = False
) -> Body:
    """Procedures with all terms and a syllable that begins with `prefix`, best standing first."""
    parts: list[Body] = [{"term": {"procedure.suggest_f": term}} for term in terms]
    if prefix:
        parts.append({"prefix": {"procedure.suggest_f": prefix}})
    parts += [_either("term", SAID_S, term) for term in marked]
    for pair, unfinished in neighbours(terms, prefix) if together else ():
        parts.append(_either("prefix" if unfinished else "term", SAID_B, pair))
    return _by_standing(parts, limit)


def _either(kind: str, fields: Sequence[str], value: str) -> Body:
    return {"bool": {"should": [{kind: {f"procedure.{name}": value}} for name in fields]}}


def code_body(prefix: str, limit: int) -> Body:
    """Procedures of which a code begins with `prefix`, best standing first."""
    return _by_standing([{"prefix": {"exact": prefix}}, {"term": {"kind": "procedure"}}], limit)


def cards_body(ids: Sequence[str]) -> Body:
    """The cards of these documents."""
    return {"query": {"terms": {"id": list(ids)}}, "_source": ["id", "state", "card"], "size": len(ids)}


def count_body(kind: Kind | None) -> Body:
    """Live documents, counted."""
    wanted = {"term": {"kind": kind}} if kind else {"exists": {"field": "kind"}}
    return {"size": 0, "track_total_hits": True, "query": wanted}


def census_body(facet: str) -> Body:
    """All live documents by a facet's values."""
    return {"size": 0, "aggs": {facet: {"terms": {"field": f"facet_{facet}", "size": FACET_VALUES}}}}


def entries_body(size: int) -> Body:
    """One page of all documents and tombstones in order of id."""
    return {
        "query": {"exists": {"field": "id"}},
        "sort": [{"id": "asc"}],
        "docvalue_fields": ["version", "digest"],
        "track_total_hits": False,
        "stored_fields": "_none_",
        "size": size,
    }


def _by_standing(parts: list[Body], limit: int) -> Body:
    order = [{"standing": "desc"}, {"id": "asc"}, {"state": "asc"}]
    return {"query": {"bool": {"filter": parts}}, "sort": order, **_only_sort_values(limit)}


def _only_sort_values(size: int) -> Body:
    return {"size": max(1, size), "stored_fields": "_none_", "track_total_hits": False}


def _clauses(query: EngineQuery) -> Body:
    wanted = [
        {"term": {f"{query.kind}.{clause.field}": {"value": clause.term, "boost": clause.boost}}}
        for clause in query.clauses
    ]
    return {"bool": {"should": wanted}}


def _conditions(query: EngineQuery) -> list[Body]:
    parts: list[Body] = [{"terms": {f"facet_{name}": list(values)}} for name, values in query.filters.items()]
    if query.needs:
        parts.append({"bool": {"should": [_need(query.kind, need) for need in query.needs]}})
    return parts


def _need(kind: Kind, need: Need) -> Body:
    terms = [{"term": {f"{kind}.{need.field}": term}} for term in need.terms]
    return {"bool": {"should": terms, "minimum_should_match": need.least}}


def read_tally(answer: Mapping[str, Any]) -> Tally:
    """A tally out of the answer to `tally_body`; no match, no facets."""
    total = int(answer["hits"]["total"]["value"])
    facets = {name: read_buckets(found) for name, found in answer.get("aggregations", {}).items()} if total else {}
    return Tally(total, facets)


def read_buckets(found: Mapping[str, Any]) -> tuple[tuple[str, int], ...]:
    """Facet values, most frequent first, then by value."""
    counts = [(str(bucket["key"]), int(bucket["doc_count"])) for bucket in found["buckets"]]
    return tuple(sorted(counts, key=lambda pair: (-pair[1], pair[0])))


def read_health(answer: Mapping[str, Any], blocks: Mapping[str, Any]) -> Health:
    """A sentence out of `_cluster/health` and the settings `index.blocks.*`."""
    away = int(answer["unassigned_shards"])
    nodes = _counted(int(answer["number_of_nodes"]), "node", "nodes")
    words = {
        "green": f"{nodes}, every shard with its copies",
        "yellow": f"{nodes}, {_counted(away, 'copy of a shard is', 'copies of shards are')} missing: "
        "another failure would lose part of the index",
        "red": f"{nodes}, {_counted(away, 'shard is', 'shards are')} missing: part of the index cannot be searched",
    }
    status = answer["status"]
    return Health(status, "elasticsearch", words[status] + _closed_to_writers(blocks))


def _closed_to_writers(blocks: Mapping[str, Any]) -> str:
    """What keeps changes out of an index that is searched all the same."""
    set_ = {name for index in blocks.values() for name, value in index["settings"].items() if str(value) == "true"}
    if "index.blocks.read_only_allow_delete" in set_:
        return "; nothing is written to it while a disk of the cluster is full"
    return f"; nothing is written to it: {', '.join(sorted(set_))}" if set_ else ""


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"

"""Mapping and query bodies, compared as data: no server is needed to see what would be sent."""

from __future__ import annotations

import json
from typing import Any

import pytest

from indexer.engines import FIELDS, KINDS, Card, Clause, EngineQuery, IndexDocument, Need, bodies, standing

QUERY = EngineQuery(
    "procedure",
    (Clause("title_f", "khai", 1.0), Clause("body_f", "sinh", 0.2)),
    needs=(Need(("khai", "sinh"), 2), Need(("tu",), 1)),
    filters={"site": ("stp", "syt")},
    limit=120,
)


def every_key(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {key for inner in value.values() for key in every_key(inner)}
    return {key for inner in value for key in every_key(inner)} if isinstance(value, list) else set()


def test_nothing_but_the_fields_of_the_mapping_is_taken() -> None:
    made = bodies.mapping("1", {"procedure": {"title_f": 7}})
    assert made["dynamic"] == "strict"
    assert all(made["properties"][kind]["dynamic"] == "strict" for kind in KINDS)
    assert made["_meta"] == {"analysis": "1", "lengths": {"procedure": {"title_f": 7}}}


def test_every_searched_field_is_only_split_at_spaces() -> None:
    for kind in KINDS:
        fields = bodies.mapping("1", {})["properties"][kind]["properties"]
        assert set(fields) == set(FIELDS)
        assert {(field["type"], field["analyzer"]) for field in fields.values()} == {("text", "whitespace")}


def test_a_query_is_scored_by_clauses_and_only_filtered_by_needs_and_facets() -> None:
    body = bodies.candidates_body(QUERY)
    assert body["query"]["bool"]["must"] == [
        {
            "bool": {
                "should": [
                    {"term": {"procedure.title_f": {"value": "khai", "boost": 1.0}}},
                    {"term": {"procedure.body_f": {"value": "sinh", "boost": 0.2}}},
                ]
            }
        }
    ]
    terms = [{"term": {"procedure.all_f": "khai"}}, {"term": {"procedure.all_f": "sinh"}}]
    assert body["query"]["bool"]["filter"] == [
        {"terms": {"facet_site": ["stp", "syt"]}},
        {
            "bool": {
                "should": [
                    {"bool": {"should": terms, "minimum_should_match": 2}},
                    {"bool": {"should": [{"term": {"procedure.all_f": "tu"}}], "minimum_should_match": 1}},
                ]
            }
        },
    ]
    assert (body["size"], body["sort"][:2]) == (120, [{"_score": "desc"}, {"id": "asc"}])


def test_a_tally_reads_no_document() -> None:
    body = bodies.tally_body(QUERY, ["sector"])
    assert (body["size"], body["track_total_hits"]) == (0, True)
    assert body["aggs"] == {"sector": {"terms": {"field": "facet_sector", "size": bodies.FACET_VALUES}}}
    assert "must" not in body["query"]["bool"]


@pytest.mark.parametrize(
    "body",
    [
        bodies.candidates_body(QUERY),
        bodies.tally_body(QUERY, ["site"]),
        bodies.exact_body(["1.000001"], None),
        bodies.completion_body(["khai"], "s", 8),
        bodies.code_body("1.", 8),
        bodies.entries_body(10),
        bodies.mapping("1", {}),
        bodies.index_settings(1),
    ],
)
def test_no_script_no_query_parser_and_nothing_of_x_pack(body: dict[str, Any]) -> None:
    banned = {"script", "script_score", "query_string", "simple_query_string", "runtime_mappings", "match", "knn"}
    assert not banned & every_key(body)


def test_a_card_comes_back_as_it_was() -> None:
    card = Card("Khai sinh", "khai sinh", "khai sinh", ("làm giấy",), {"site": ("stp",)}, True, 0.25, 5, 730_000)
    assert bodies.decode_card(json.loads(json.dumps(bodies.encode_card(card)))) == card


def test_standing_has_no_ties_and_prefers_usage_then_brevity() -> None:
    def place(id_: str, title: str, prior: float) -> int:
        return standing(IndexDocument(id_, "procedure", 1, "", {}, Card(title, prior=prior)))

    assert place("a", "rất dài dòng", 0.5) > place("b", "ngắn", 0.4)
    assert place("a", "ngắn", 0.5) > place("b", "dài hơn", 0.5)
    assert place("a", "ngắn", 0.5) != place("b", "ngắn", 0.5)
    assert place("a", "", 2.0) < 2**53


def test_a_mapping_that_is_not_ours_is_told_by_its_first_field() -> None:
    wanted = bodies.mapping("3", {})["properties"]
    assert bodies.differing(wanted, wanted) == ""
    article = {**wanted["article"], "properties": {**wanted["article"]["properties"], "words": {"type": "keyword"}}}
    less = {name: field for name, field in wanted.items() if name != "state"}
    assert (
        bodies.differing({**wanted, "article": article}, wanted) == "field article.words is of type keyword, not text"
    )
    assert bodies.differing(less, wanted) == "there is no field state"


def test_health_is_said_in_plain_numbers() -> None:
    said = bodies.read_health({"status": "red", "number_of_nodes": 1, "unassigned_shards": 2}, {})
    assert said.detail == "1 node, 2 shards are missing: part of the index cannot be searched"
    said = bodies.read_health({"status": "yellow", "number_of_nodes": 3, "unassigned_shards": 1}, {})
    assert said.detail.startswith("3 nodes, 1 copy of a shard is missing")

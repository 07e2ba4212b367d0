"""What a bulk answer leads to: done, tried again, set aside, or a stop with the reason."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from core.errors import EngineGone, EngineRefused, IndexMismatch, IndexMissing, TracuuError
from core.settings import load_settings
from indexer.engines import Card, Deletion, IndexDocument
from indexer.engines.address import parse_address
from indexer.engines.bulk import MOST_REFUSED, PAUSES, write_all
from indexer.engines.cluster import Cluster
from tests.indexer.engines.conftest import Scripted

DONE = {"status": 200}
BUSY = {"status": 429, "error": {"type": "es_rejected_execution_exception", "reason": "queue full"}}


def refused(status: int, kind: str, reason: str = "…") -> dict[str, Any]:
    return {"status": status, "error": {"type": kind, "reason": reason}}


def document(number: int) -> IndexDocument:
    return IndexDocument(f"procedure:{number}", "procedure", number, "d", {"title_f": "khai"}, Card("Khai"))


@pytest.fixture
def cluster(scripted: Scripted) -> Iterator[Cluster]:
    settings = load_settings(None, {"engine": scripted.engine})
    with closing(Cluster(parse_address(scripted.engine), settings)) as made:
        yield made


def answering(scripted: Scripted, *rounds: Callable[[str], dict[str, Any]]) -> list[list[str]]:
    """Answer each bulk request by the next function of the document's id; returns the ids of each request."""
    asked: list[list[str]] = []

    def bulk(body: str) -> tuple[int, Any]:
        ids = [json.loads(line)["index"]["_id"] for line in body.splitlines()[::2]]
        answer = rounds[min(len(asked), len(rounds) - 1)]
        asked.append(ids)
        return 200, {"errors": True, "items": [{"index": {"_id": id_, **answer(id_)}} for id_ in ids]}

    scripted.answers["/_bulk"] = bulk
    return asked


def test_what_a_busy_cluster_did_not_take_is_tried_again_later(scripted: Scripted, cluster: Cluster) -> None:
    asked = answering(scripted, lambda id_: BUSY if id_.endswith("2") else DONE, lambda _: BUSY, lambda _: DONE)
    slept: list[float] = []
    outcome = write_all(cluster, "i", [document(n) for n in (1, 2, 3)], {}, slept.append)
    assert outcome.written == 3
    assert asked == [["procedure:1", "procedure:2", "procedure:3"], ["procedure:2"], ["procedure:2"]]
    assert slept == list(PAUSES[:2])


def test_a_cluster_that_chooses_a_master_is_waited_for(scripted: Scripted, cluster: Cluster) -> None:
    no_master = refused(503, "cluster_block_exception", "blocked by: [SERVICE_UNAVAILABLE/2/no master];")
    answering(scripted, lambda _: no_master, lambda _: DONE)
    assert write_all(cluster, "i", [document(1)], {}, lambda _: None).written == 1


def test_when_no_document_of_many_is_taken_none_is_set_aside(scripted: Scripted, cluster: Cluster) -> None:
    answering(scripted, lambda _: refused(400, "document_parsing_exception", "failed to parse field [kind]"))
    many = [document(n) for n in range(MOST_REFUSED + 1)]
    with pytest.raises(EngineRefused, match=r"all of 21 documents were refused.*field \[kind\]"):
        write_all(cluster, "i", many, {})
    assert len(write_all(cluster, "i", many[1:], {}).refusals) == MOST_REFUSED


def test_a_cluster_that_stays_busy_ends_the_run_and_says_so(scripted: Scripted, cluster: Cluster) -> None:
    answering(scripted, lambda _: BUSY)
    slept: list[float] = []
    said = r"did not take 1 documents, such as procedure:1, in \d+ s: es_rejected_execution_exception: queue full"
    with pytest.raises(EngineGone, match=said) as caught:
        write_all(cluster, "i", [document(1)], {}, slept.append)
    assert "nothing was lost" in caught.value.remedy
    assert slept == list(PAUSES)


def test_a_request_that_is_refused_as_a_whole_is_repeated_as_a_whole(scripted: Scripted, cluster: Cluster) -> None:
    calls = []

    def bulk(body: str) -> tuple[int, Any]:
        calls.append(body)
        if len(calls) < 8:  # the client tries five times by itself
            return 429, refused(429, "circuit_breaking_exception")
        return 200, {"errors": False, "items": [{"index": {"_id": "procedure:1", **DONE}}]}

    scripted.answers["/_bulk"] = bulk
    assert write_all(cluster, "i", [document(1)], {}, lambda _: None).written == 1


def test_a_document_that_cannot_be_indexed_is_set_aside_and_the_rest_is_written(
    scripted: Scripted, cluster: Cluster
) -> None:
    bad = refused(400, "document_parsing_exception", "failed to parse. Preview of field's value: 'secret'")
    answering(scripted, lambda id_: bad if id_.endswith("2") else DONE)
    outcome = write_all(cluster, "i", [document(1), document(2), document(3)], {})
    assert outcome.written == 2
    assert [(r.id, r.version, r.reason) for r in outcome.refusals] == [
        ("procedure:2", 2, "document_parsing_exception: failed to parse.")
    ]


def test_what_the_index_has_newer_is_left_alone(scripted: Scripted, cluster: Cluster) -> None:
    answering(scripted, lambda _: refused(409, "version_conflict_engine_exception"))
    outcome = write_all(cluster, "i", [document(1)], {})
    assert (outcome.written, outcome.stale, outcome.refusals) == (0, 1, [])


@pytest.mark.parametrize(
    ("answer", "error", "word"),
    [
        (refused(429, "cluster_block_exception", "disk usage exceeded flood-stage watermark"), EngineRefused, "full"),
        (refused(403, "cluster_block_exception", "index write (api)"), EngineRefused, "blocks"),
        (refused(400, "strict_dynamic_mapping_exception", "[x] is not allowed"), IndexMismatch, "another mapping"),
        (refused(404, "index_not_found_exception", "no such index"), IndexMissing, "deleted"),
        (refused(400, "index_closed_exception", "closed"), IndexMissing, "is closed"),
        (refused(403, "security_exception", "action [indices:data/write/bulk] is unauthorized"), EngineRefused, "lack"),
        (refused(500, "illegal_state", "?"), EngineRefused, "500 illegal_state"),
    ],
)
def test_what_concerns_the_whole_index_stops_at_once(
    scripted: Scripted, cluster: Cluster, answer: dict[str, Any], error: type[TracuuError], word: str
) -> None:
    asked = answering(scripted, lambda _: answer)
    with pytest.raises(error, match=word):
        write_all(cluster, "i", [document(1)], {}, lambda _: pytest.fail("it waited"))
    assert len(asked) == 1


def test_versions_are_external_and_a_tombstone_stands_above_its_own_number(
    scripted: Scripted, cluster: Cluster
) -> None:
    sent: list[str] = []

    def bulk(body: str) -> tuple[int, Any]:
        sent.extend(body.splitlines())
        return 200, {"errors": False, "items": [{"index": DONE} for _ in body.splitlines()[::2]]}

    scripted.answers["/_bulk"] = bulk
    write_all(cluster, "i-write", [document(7), Deletion("procedure:7", 7)], {"procedure": {"body_f": 2}})
    actions = [json.loads(line)["index"] for line in sent[::2]]
    assert [(a["version"], a["version_type"], a["_index"]) for a in actions] == [
        (14, "external_gte", "i-write"),
        (15, "external_gte", "i-write"),
    ]
    assert json.loads(sent[1])["procedure"] == {"title_f": "khai", "body_f": "∅ ∅"}
    assert json.loads(sent[3]) == {"id": "procedure:7", "version": 7, "state": 0}
    assert "require_alias=true" in next(path for _, path, _ in scripted.requests if path.startswith("/_bulk"))

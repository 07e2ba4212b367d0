"""Asking one index of Elasticsearch: several bodies in one request, other copies when one fails, cards kept decoded."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any
from zlib import crc32

from core.errors import EngineGone, TracuuError
from indexer.engines import Candidate, Card, bodies
from indexer.engines.bodies import Body
from indexer.engines.cluster import Cluster
from indexer.engines.sentences import api_sentence

KNOWN_CARDS = 20_000
"""Cards kept decoded: a candidate seen before costs no look-up."""

SEARCH_TRIES, SEARCH_PAUSE = 3, 0.15
"""While a shard moves to another node a search may fail for a moment: it is asked again before anybody is told."""


class ElasticReader:
    """Reads one index; thread-safe."""

    def __init__(self, cluster: Cluster, index: str) -> None:
        self._cluster = cluster
        self._index = index
        self._cards: dict[int, tuple[str, Card]] = {}

    def fetch(self, body: Body) -> tuple[Candidate, ...]:
        """The candidates that one body finds."""
        (answer,) = self.search(body)
        return self.with_cards(hits_of(answer))[0]

    def search(self, *wanted: Body) -> list[Any]:
        """Answers in order. A copy that fails or is silent is left for another one, a few times."""
        # Copies of a shard differ by deleted documents, and so, a little, in scores: all pages of a question go to one.
        # Any number does that is the same for the same bodies on every machine; a canonical digest took 1.7 ms of 11 KB.
        preference: Body = {"preference": f"{crc32(repr(wanted).encode()):08x}"}
        for left in reversed(range(SEARCH_TRIES)):
            try:
                return self._searched(wanted, preference, last=not left)
            except EngineGone:
                if not left:
                    raise
            # First the copy that the cluster thinks best; then the asked node's own, if it has one.
            preference = {} if left == SEARCH_TRIES - 1 else {"preference": "_local"}
            time.sleep(SEARCH_PAUSE)
        raise AssertionError("unreachable")

    def _searched(self, wanted: Sequence[Body], preference: Body, *, last: bool) -> list[Any]:
        header = {
            "index": self._index,
            "search_type": "dfs_query_then_fetch",
            "allow_partial_search_results": False,
            **preference,
        }
        searches = [part for body in wanted for part in (header, body)]
        answers = self._cluster.ask(
            lambda client: client.options(retry_on_timeout=False).msearch(searches=searches), last=last
        )["responses"]
        failed = next((answer for answer in answers if "error" in answer), None)
        if failed is not None:
            raise self._problem(failed)
        return list(answers)

    def _problem(self, failed: Mapping[str, Any]) -> TracuuError:
        if failed.get("status") == 404:
            return EngineGone(f"index {self._index} is gone", "the live one is taken within a second")
        return api_sentence(int(failed.get("status", 500)), failed, str(self._cluster.address))

    def with_cards(self, *lists: list[tuple[str, int, float]]) -> list[tuple[Candidate, ...]]:
        """Hits as candidates, list by list; cards not seen before cost one more request for all."""
        known = {state: self._cards[state] for hits in lists for _, state, _ in hits if state in self._cards}
        unknown = {id_: state for hits in lists for id_, state, _ in hits if state not in known}
        if unknown:
            read = self.read_cards(list(unknown))
            known |= {state: (id_, read[id_][1]) for id_, state in unknown.items() if id_ in read}
        return [
            tuple(Candidate(id_, score, known[state][1]) for id_, state, score in hits if state in known)
            for hits in lists
        ]

    def read_cards(self, ids: list[str]) -> dict[str, tuple[int, Card]]:
        """id → (state, card) of live documents, as of the last commit."""
        if not ids:
            return {}
        (answer,) = self.search(bodies.cards_body(ids))
        read = {}
        for hit in answer["hits"]["hits"]:
            row = hit["_source"]
            if "card" in row:
                read[row["id"]] = (int(row["state"]), bodies.decode_card(row["card"]))
                self._remember(int(row["state"]), row["id"], read[row["id"]][1])
        return read

    def _remember(self, state: int, id_: str, card: Card) -> None:
        if len(self._cards) >= KNOWN_CARDS:
            self._cards = {}
        self._cards[state] = (id_, card)


def hits_of(answer: Mapping[str, Any]) -> list[tuple[str, int, float]]:
    """(id, state, score) of each hit, best first."""
    return [(hit["sort"][1], int(hit["sort"][2]), float(hit["_score"] or 0.0)) for hit in answer["hits"]["hits"]]

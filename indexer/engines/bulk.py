"""Bulk writes that lose nothing: what to try again, what to set aside, and when to stop and say why."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.helpers import streaming_bulk

from core.errors import EngineGone, EngineRefused, IndexMismatch, IndexMissing
from indexer.engines import Refusal, Write
from indexer.engines.bodies import external_version, source
from indexer.engines.cluster import Cluster
from indexer.engines.sentences import AWAY, access_refused, blocked, closed, passes

CHUNK_DOCUMENTS, CHUNK_BYTES = 500, 10_000_000
"""One request: the size from which throughput no longer grew, and well under the server's 100 MB."""

PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 30.0)
"""Seconds before each further try of what a busy or recovering cluster did not take: a minute and a half in all."""

MOST_REFUSED = 20
"""Documents of one batch that may all be refused: when every one of more is, not they are at fault but the index."""


@dataclass(slots=True)
class Outcome:
    """What became of a batch. `stale`: the index already has something newer."""

    written: int = 0
    stale: int = 0
    refusals: list[Refusal] = field(default_factory=list)


def action(index: str, item: Write, lengths: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    """One item as the bulk helper wants it; an older version is refused by the server itself, whoever writes."""
    return {
        "_op_type": "index",
        "_index": index,
        "_id": item.id,
        "version": external_version(item),
        "version_type": "external_gte",
        "_source": source(item, lengths),
    }


def write_all(
    cluster: Cluster,
    index: str,
    items: Sequence[Write],
    lengths: Mapping[str, Mapping[str, int]],
    sleep: Callable[[float], None] = time.sleep,
) -> Outcome:
    """Write `items` through the alias `index`. Raises EngineGone, EngineRefused or IndexMismatch; all may be repeated."""
    outcome = Outcome()
    rest: list[Write] = list(items)
    why = ""
    for pause in (*PAUSES, None):
        try:
            results = cluster.ask(partial(_send, index=index, items=rest, lengths=lengths), slow=True)
            rest, why = _sort(rest, results, outcome)
        except EngineGone as gone:
            why = gone.message
        if not rest or pause is None:
            break
        sleep(pause)
    if rest:
        raise EngineGone(
            f"the search engine did not take {len(rest)} documents, such as {rest[0].id}, in {sum(PAUSES):.0f} s: {why}",
            "nothing was lost: run the same command when the cluster has recovered",
        )
    _not_all(items, outcome.refusals)
    return outcome


def _not_all(items: Sequence[Write], refusals: Sequence[Refusal]) -> None:
    if len(refusals) == len(items) > MOST_REFUSED:
        raise EngineRefused(
            f"all of {len(items)} documents were refused, such as {refusals[0].id}: {refusals[0].reason}",
            "nothing was set aside: look for what is wrong with the index, or run `tracuu index rebuild`",
        )


def _send(
    client: Elasticsearch, index: str, items: Iterable[Write], lengths: Mapping[str, Mapping[str, int]]
) -> list[dict[str, Any]]:
    # The helper cuts and encodes; trying again is ours, because it cannot tell a busy node from a full disk.
    results = streaming_bulk(
        client,
        (action(index, item, lengths) for item in items),
        chunk_size=CHUNK_DOCUMENTS,
        max_chunk_bytes=CHUNK_BYTES,
        max_retries=0,
        raise_on_error=False,
        timeout="5s",  # for a shard whose node is away; then it is our turn to wait
        require_alias=True,  # an index that was deleted meanwhile must not come back without its mapping
    )
    return [result["index"] for _, result in results]


def _sort(items: Sequence[Write], results: Sequence[Mapping[str, Any]], outcome: Outcome) -> tuple[list[Write], str]:
    """Count each result; returns what is to be tried again, and why the last of them is."""
    again, why = [], ""
    for item, result in zip(items, results, strict=True):
        status = int(result["status"])
        error = result.get("error") or {}
        kind, reason = str(error.get("type", "")), _reason(error)
        if status < 300:
            outcome.written += 1
        elif kind == "version_conflict_engine_exception":
            outcome.stale += 1
        elif kind == "cluster_block_exception" and not passes(reason):
            raise blocked(reason)
        elif status in AWAY:
            again.append(item)
            why = f"{kind}: {reason}"
        elif kind == "strict_dynamic_mapping_exception":
            raise IndexMismatch(
                f"the index has another mapping than this program: {reason}", "run `tracuu index rebuild`"
            )
        elif status == 404:
            raise IndexMissing(f"the index was deleted while it was written: {reason}", "run `tracuu index rebuild`")
        elif status in (401, 403):
            raise access_refused(status, str(result.get("_index", "the index")), reason)
        elif kind == "index_closed_exception":
            raise closed(reason)
        elif status == 400:
            outcome.refusals.append(Refusal(item.id, item.version, f"{kind}: {reason}"))
        else:
            raise EngineRefused(
                f"writing {item.id} was refused: {status} {kind}: {reason}", "look into the logs of the cluster's nodes"
            )
    return again, why


def _reason(error: Mapping[str, Any]) -> str:
    """Reason and cause, without the document's own text that the server quotes."""
    cause = error.get("caused_by") or {}
    inner = str(cause.get("reason", "")) if isinstance(cause, Mapping) else ""
    outer = str(error.get("reason", "")).partition(" Preview of ")[0]
    return ": ".join(text[:300] for text in (outer, inner.partition(" The prefix of ")[0]) if text)

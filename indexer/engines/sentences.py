"""What Elasticsearch says when it refuses or fails, as one sentence with its remedy."""

from __future__ import annotations

from collections.abc import Mapping

from core.errors import EngineGone, EngineRefused, IndexMissing, TracuuError

WAIT = "it is asked again by itself; look at its nodes if this lasts"
AGAIN = "it was deleted or its node went away meanwhile: run the same command again"
CHECK = "check the setting `engine` for a typing error, and that the cluster is up"

AWAY = frozenset({429, 502, 503, 504})
"""Answers of a cluster, or of a proxy before it, that has no answer now: the same may be asked again."""

_PASSING = "SERVICE_UNAVAILABLE"
"""Marks blocks that end by themselves: a cluster that has just been started, or is choosing a master."""

_REMEDIES = {
    "validation_exception": "delete indexes that nobody needs, or have cluster.max_shards_per_node raised",
}
"""Remedies of refusals that an administrator meets; the nodes' logs say more about others."""


def api_sentence(status: int, body: object, where: str) -> TracuuError:
    """An error answer of Elasticsearch as a sentence with its remedy."""
    kind, reason = error_of(body)
    if kind == "cluster_block_exception":
        return blocked(reason)
    if kind == "index_closed_exception":
        return closed(reason)
    if status in (401, 403):
        return access_refused(status, where, reason)
    if status in AWAY:
        return EngineGone(f"the search engine at {where} has no answer now ({status} {kind}: {reason})", WAIT)
    remedy = _REMEDIES.get(kind, "look into the logs of the cluster's nodes, then run the same command again")
    return EngineRefused(f"the search engine at {where} refused: {status} {kind}: {reason}", remedy)


def error_of(body: object) -> tuple[str, str]:
    """Type and reason of an error body, from its root cause when there is one."""
    found = body.get("error", body) if isinstance(body, Mapping) else {"reason": str(body)[:200]}
    if not isinstance(found, Mapping):
        return "", str(found)
    cause = next(iter(found.get("root_cause") or ()), found)
    return str(cause.get("type") or found.get("type", "")), str(cause.get("reason") or found.get("reason", ""))


def closed(reason: str) -> IndexMissing:
    """Somebody closed the index: it can neither be searched nor written."""
    return IndexMissing(
        f"the index is closed ({reason})",
        "have the cluster's administrator open it again, or run `tracuu index rebuild`",
    )


def passes(reason: str) -> bool:
    """Whether a block ends by itself."""
    return _PASSING in reason


def blocked(reason: str) -> TracuuError:
    """The index may not be written or read: no master yet, a disk above its flood-stage watermark, or a person's doing."""
    if passes(reason):
        return EngineGone(f"the cluster is starting or without a master: {reason}", WAIT)
    if "flood" in reason or "read-only-allow-delete" in reason:
        return EngineRefused(
            f"the index is read-only because a disk of the cluster is full: {reason}",
            "free disk space or add a node; Elasticsearch lifts the block by itself, then run the same command: "
            "nothing was lost",
        )
    return EngineRefused(
        f"the cluster blocks this: {reason}", "have its administrator lift the block, then run the same command"
    )


def access_refused(status: int, where: str, reason: str) -> EngineRefused:
    """401 and 403: which setting, or which privilege."""
    if status == 401:
        return EngineRefused(
            f"the search engine at {where} does not accept the credentials",
            "set engine_api_key, or engine_user and engine_password, in settings.toml of the data folder",
        )
    return EngineRefused(
        f"the credentials for {where} lack a privilege{': ' + reason if reason else ''}",
        "grant `monitor` on the cluster and `all` on ALIAS and ALIAS-*, for snapshots `manage` on the cluster "
        "(docs/operations.md, Elasticsearch)",
    )

"""A folder repository of snapshots, through the snapshot API; how old ones are kept is counted here, without ILM."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from itertools import chain, repeat
from typing import Any

from elasticsearch import AuthenticationException, AuthorizationException, Elasticsearch, NotFoundError

from core.errors import EngineRefused, UsageError
from indexer.engines.elastic import write_alias
from indexer.engines.elastic_generations import ElasticGenerations

SNAPSHOT_SECONDS = 6 * 3600
"""Longest wait for a snapshot; the cluster goes on with it either way."""

FIRST_LOOKS, LOOK = (1, 2, 4, 8), 15
"""Seconds of each wait for a restore; after each, whether a shard still waits for a node is looked at."""


@dataclass(frozen=True, slots=True)
class Saved:
    """One snapshot: of which index, and how far it had come in the change sequence."""

    name: str
    index: str
    mark: int


class Repository:
    """Snapshots of one alias and analysis version in one folder."""

    def __init__(self, generations: ElasticGenerations, folder: str) -> None:
        self._generations = generations
        self._cluster = generations.cluster
        self._name = f"tracuu-{sha256(folder.encode()).hexdigest()[:12]}"
        self._prefix = f"{generations.family}-"
        self._folder = folder

    def save(self, generation: str, mark: int, now: datetime) -> str:
        """Save a generation and wait; returns the snapshot's name. Raises EngineRefused when it is not whole."""
        self._register()
        index = self._generations.index_of(generation)
        name = f"{index}-{now.astimezone(UTC):%Y%m%dt%H%M%S}"
        answer = self._cluster.ask(
            lambda client: client.options(request_timeout=SNAPSHOT_SECONDS).snapshot.create(
                repository=self._name,
                snapshot=name,
                indices=index,
                include_global_state=False,
                feature_states=["none"],
                metadata={"tracuu_mark": mark, "tracuu_index": index},
                wait_for_completion=True,
            ),
            slow=True,
        )
        if answer["snapshot"]["state"] != "SUCCESS":
            raise EngineRefused(
                f"snapshot {name} is {answer['snapshot']['state']}: {answer['snapshot'].get('failures')}",
                "look at the nodes that it names; older snapshots are untouched",
            )
        return name

    def prune(self, keep: int) -> list[str]:
        """Delete all but the newest `keep`, and those that ended without being whole; returns their names."""
        found = self._found()
        old = [saved.name for saved in _whole(found)][:-keep]
        old += [broken["snapshot"] for broken in found if broken["state"] in ("FAILED", "PARTIAL")]
        if old:
            names = ",".join(old)
            self._cluster.ask(
                lambda client: client.options(request_timeout=SNAPSHOT_SECONDS).snapshot.delete(
                    repository=self._name, snapshot=names
                ),
                slow=True,
            )
        return old

    def all(self) -> list[Saved]:
        """The whole snapshots of this alias and analysis version, oldest first."""
        return _whole(self._found())

    def _found(self) -> list[Any]:
        self._register()
        answer = self._cluster.ask(
            lambda client: client.snapshot.get(repository=self._name, snapshot=f"{self._prefix}*", sort="start_time"),
            slow=True,
        )
        return list(answer["snapshots"])

    def find(self, name: str) -> Saved:
        """The snapshot of this name, or the newest one; UsageError names those that there are."""
        known = self.all()
        found = [saved for saved in known if saved.name == name] if name else known[-1:]
        if not found:
            names = ", ".join(saved.name for saved in known[-5:]) or "none of this analysis version"
            raise UsageError(f"there is no snapshot {name or 'yet'} in {self._folder}", f"there are: {names}")
        return found[0]

    def bring_back(self, saved: Saved) -> str:
        """Restore into a new generation, not live yet; returns its number. EngineRefused when no node takes a shard."""
        generation = self._generations.next_name()
        index = self._generations.index_of(generation)
        self._cluster.ask(
            lambda client: client.snapshot.restore(
                repository=self._name,
                snapshot=saved.name,
                indices=saved.index,
                include_aliases=False,
                include_global_state=False,
                rename_pattern=re.escape(saved.index),
                rename_replacement=index,
                wait_for_completion=False,  # it would wait for ever for a node with room, and not say so
            ),
            slow=True,
        )
        self._wait(index)
        self._cluster.ask(
            lambda client: client.indices.put_alias(index=index, name=write_alias(index), is_write_index=True),
            slow=True,
        )
        return generation

    def _wait(self, index: str) -> None:
        """Until every shard has come back. The colour does not tell: a shard that waits for a node is yellow at first."""
        for seconds in chain(FIRST_LOOKS, repeat(LOOK)):
            found = self._cluster.ask(partial(_health_of, index=index, seconds=seconds), slow=True)
            shards = found["indices"].get(index, {}).get("shards", {})
            away = {number: shard for number, shard in shards.items() if not shard["primary_active"]}
            if shards and not away:
                return
            for number, shard in away.items():
                if not shard["initializing_shards"]:
                    self._generations.refuse_without_room(index, int(number))

    def _register(self) -> None:
        repository: dict[str, Any] = {"type": "fs", "settings": {"location": self._folder, "compress": True}}
        try:
            self._cluster.ask(
                lambda client: client.snapshot.create_repository(name=self._name, repository=repository),
                slow=True,
                may_miss=True,
            )
        except (EngineRefused, NotFoundError) as error:
            if isinstance(error.__cause__, AuthenticationException | AuthorizationException):
                raise  # the folder is not at fault
            raise EngineRefused(
                f"the cluster cannot keep snapshots in {self._folder}: {getattr(error, 'message', error)}",
                "give a folder under path.repo of every node, shared by all of them, that Elasticsearch may write",
            ) from error


def _whole(snapshots: list[Any]) -> list[Saved]:
    return [
        Saved(found["snapshot"], found["metadata"]["tracuu_index"], int(found["metadata"]["tracuu_mark"]))
        for found in snapshots
        if found["state"] == "SUCCESS" and "tracuu_mark" in (found.get("metadata") or {})
    ]


def _health_of(client: Elasticsearch, index: str, seconds: int) -> Any:
    return client.options(ignore_status=408).cluster.health(
        index=index, level="shards", wait_for_status="green", timeout=f"{seconds}s"
    )

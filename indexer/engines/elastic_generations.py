"""Generations on Elasticsearch: an index each, and aliases that say which one is live and which one was before.

For the alias `tracuu` and analysis version 3: indexes `tracuu-3-000001`, `tracuu-3-000002`; aliases `tracuu-3-live` and
`tracuu-3-previous`, by which every program of that version finds its index while another version builds its own
beside; and `tracuu` itself, which follows the last swap, for people and other programs. All move in one call.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from elasticsearch import BadRequestError, NotFoundError

from core.errors import EngineGone, EngineRefused, IndexMismatch, IndexMissing, LeaseHeld, StaleCursor, UsageError
from core.settings import Settings
from indexer.engines import Health, Kind, bodies, is_older
from indexer.engines.address import parse_address
from indexer.engines.cluster import Cluster
from indexer.engines.elastic import ElasticEngine, write_alias
from vietnamese import VERSION

REBUILD = "run `tracuu index rebuild`"
KEPT = "the live index stays; start the node that holds it, or "

COPY_SECONDS = 120
"""How long a swap waits for the copies of a new index; a small cluster copies 50,000 documents in a few seconds."""


class ElasticGenerations:
    """Creates, opens and swaps generations; implements `indexer.engines.Generations`."""

    shared = True

    def __init__(self, settings: Settings, version: str = VERSION, *, patient: bool = False) -> None:
        self.cluster = Cluster(parse_address(settings.text("engine")), settings, patient=patient)
        self.alias = self.cluster.address.alias
        self._version = version
        self.family = f"{self.alias}-{version}"
        self._live, self._previous = f"{self.family}-live", f"{self.family}-previous"
        self._shards, self._replicas = settings.whole("engine_shards"), settings.whole("engine_replicas")

    @property
    def place(self) -> str:
        """The cluster's id and the alias: a mark must not be taken for that of another cluster."""
        return f"{self.cluster.uuid}/{self.alias}/"

    def check(self) -> None:
        """Greet the cluster, and make sure that neither an index nor somebody else's alias stands where our aliases go."""
        self.cluster.greet()
        ours = re.compile(rf"{re.escape(self.alias)}-\d+-\d{{6}}")
        for name in (self.alias, self._live, self._previous):
            found = self._indexes(name)
            if name in found:
                raise EngineRefused(
                    f"“{name}” is an index of the cluster, not an alias",
                    "give another alias in the setting `engine`, or delete that index: it is not one of tracuu's",
                )
            strange = next((index for index in found if not ours.fullmatch(index)), "")
            if strange:  # a swap would put our index beside theirs, and they would find our documents
                raise EngineRefused(
                    f"the alias “{name}” belongs to {strange}, which is no index of tracuu's",
                    "give another alias in the setting `engine`, or take this one away from that index",
                )

    def health(self) -> Health:
        """`_cluster/health` of the live index: what is half-built or kept for roll-back keeps nobody from searching."""
        live = self._pointed(self._live)
        index = self.index_of(live) if live else f"{self.family}-*"
        answer = self.cluster.ask(lambda client: client.cluster.health(index=index, timeout="1s"))
        blocks = self.cluster.ask(
            lambda client: client.indices.get_settings(index=index, name="index.blocks.*", flat_settings=True)
        )
        return bodies.read_health(answer.body, blocks.body)

    def create(self, lengths: Mapping[Kind, Mapping[str, int]] | None = None) -> ElasticEngine:
        """A new, empty generation beside the live one."""
        self.check()
        name = self.next_name()
        index = self.index_of(name)
        try:
            made = self.cluster.ask(
                lambda client: client.indices.create(
                    index=index,
                    settings=bodies.index_settings(self._shards),
                    mappings=bodies.mapping(self._version, lengths or {}),
                    aliases={write_alias(index): {"is_write_index": True}},
                    timeout="20s",
                ),
                slow=True,
            )
        except EngineRefused as refused:
            if isinstance(refused.__cause__, BadRequestError) and "already_exists" in str(refused):
                raise LeaseHeld(f"another process is just building {index}", "wait until it has ended") from None
            raise
        if not made["shards_acknowledged"]:
            self.refuse_without_room(index)
        return ElasticEngine(self.cluster, index, {str(kind): dict(v) for kind, v in (lengths or {}).items()}, new=True)

    def next_name(self) -> str:
        """The number of the next generation."""
        return f"{max((int(name) for name in self.names()), default=0) + 1:06d}"

    def refuse_without_room(self, index: str, shard: int = 0) -> None:
        """EngineRefused, and the index deleted, when no node may take this shard; nothing when one is only slow."""
        answer = self.cluster.ask(
            lambda client: client.cluster.allocation_explain(index=index, shard=shard, primary=True), slow=True
        )
        if answer.get("can_allocate") not in ("no", "no_valid_shard_copy"):
            return
        explained = [
            decider["explanation"]
            for node in answer.get("node_allocation_decisions", ())
            for decider in node.get("deciders", ())
            if decider["decision"] == "NO"
        ]
        reason = next(iter(explained), str(answer.get("allocate_explanation", "the cluster does not say why")))
        self._delete(index)
        raise EngineRefused(
            f"no node takes a shard of a new index: {reason}",
            "free disk space (a node takes none above its high watermark) or start a node, then run it again",
        )

    def live_name(self) -> str:
        """Number of the live generation."""
        live = self._pointed(self._live)
        if live:
            return live
        others = sorted(self._other_versions())
        if others:
            raise IndexMismatch(
                f"the index was built by analysis version {', '.join(others)}; this program needs {self._version}",
                REBUILD,
            )
        raise IndexMissing(f"there is no index at {self.cluster.address}", REBUILD)

    def _other_versions(self) -> set[str]:
        found = self._aliases(f"{self.alias}-*-live")
        pattern = re.compile(rf"{re.escape(self.alias)}-(\d+)-live")
        return {match[1] for aliases in found.values() for alias in aliases if (match := pattern.fullmatch(alias))}

    def previous_name(self) -> str:
        """Number of the generation that is kept for roll-back."""
        return self._pointed(self._previous)

    def open(self, name: str) -> ElasticEngine:
        """An existing generation."""
        index = self.index_of(name)
        try:
            answer = self.cluster.ask(lambda client: client.indices.get_mapping(index=index), may_miss=True)
        except NotFoundError:
            raise StaleCursor(f"index generation {name} is gone", "search again from the first page") from None
        mappings = answer[index]["mappings"]
        kept = mappings.get("_meta", {})
        if kept.get("analysis") != self._version:
            raise IndexMismatch(
                f"{index} says that analysis version {kept.get('analysis')} made it, this program needs {self._version}",
                REBUILD,
            )
        wanted = bodies.mapping(self._version, {})["properties"]
        differs = bodies.differing(mappings.get("properties", {}), wanted)
        return ElasticEngine(self.cluster, index, kept.get("lengths", {}), new=False, differs=differs)

    def swap(self, name: str, kept: str | None = None) -> None:
        """Make a generation live: copies first, then all aliases in one call."""
        if name not in self.names():
            raise UsageError(f"there is no index generation {name}", f"there are: {', '.join(self.names()) or 'none'}")
        self._ready(name)
        live = self._pointed(self._live)
        if name != live:
            self._point(name, live if kept is None else kept)

    def _ready(self, name: str) -> None:
        index = self.index_of(name)
        self.cluster.ask(
            lambda client: client.indices.put_settings(index=index, settings=bodies.live_settings(self._replicas)),
            slow=True,
        )
        answer = self.cluster.ask(  # 408 when the copies take longer: the index is whole without them
            lambda client: client.options(request_timeout=COPY_SECONDS + 10, ignore_status=408).cluster.health(
                index=index, wait_for_status="green", timeout=f"{COPY_SECONDS}s"
            ),
            slow=True,
        )
        if answer["status"] == "red":
            raise EngineRefused(f"a shard of {index} is away", "look at the cluster's nodes, then run it again")

    def roll_back(self) -> str:
        """Make the previous generation live again, when it answers."""
        previous = self.previous_name()
        if not previous:
            raise UsageError("there is no previous index generation", REBUILD)
        try:
            self.open(previous).count()  # closed, or without a shard, it would take the search away from people
        except EngineGone as gone:
            raise EngineRefused(
                f"{self.index_of(previous)} does not answer: {gone.message}", f"{KEPT}{REBUILD}"
            ) from gone
        self._point(previous, self._pointed(self._live))
        return previous

    def _point(self, live: str, previous: str) -> None:
        wanted = {self.alias: live, self._live: live, self._previous: previous}
        removals = [{"remove": {"index": f"{self.alias}-*", "alias": alias, "must_exist": False}} for alias in wanted]
        additions = [{"add": {"index": self.index_of(name), "alias": alias}} for alias, name in wanted.items() if name]
        self.cluster.ask(lambda client: client.indices.update_aliases(actions=[*removals, *additions]), slow=True)

    def names(self) -> tuple[str, ...]:
        """All generations, oldest first."""
        pattern = re.compile(rf"{re.escape(self.family)}-(\d{{6}})")
        found = self._indexes(f"{self.family}-*")
        return tuple(sorted(match[1] for index in found if (match := pattern.fullmatch(index))))

    def drop(self, name: str) -> None:
        """Delete a generation that nobody needs."""
        if name in (self._pointed(self._live), self.previous_name()):
            raise UsageError(f"index generation {name} is live or kept for roll-back", "swap to another one first")
        self._delete(self.index_of(name))

    def drop_older(self) -> tuple[str, ...]:
        """Delete every generation of older analysis versions; their aliases go with them."""
        pattern = re.compile(rf"{re.escape(self.alias)}-(\d+)-(\d{{6}})")
        found = [match for index in self._indexes(f"{self.alias}-*") if (match := pattern.fullmatch(index))]
        older = [match for match in found if is_older(match[1], self._version)]
        for match in older:
            self._delete(match[0])
        return tuple(sorted(f"{match[1]}/{match[2]}" for match in older))

    def _delete(self, index: str) -> None:
        self.cluster.ask(lambda client: client.indices.delete(index=index, ignore_unavailable=True), slow=True)

    def close(self) -> None:
        """Close the connections."""
        self.cluster.close()

    def index_of(self, name: str) -> str:
        """The index of a generation."""
        return f"{self.family}-{name}"

    def _pointed(self, alias: str) -> str:
        """The generation an alias of ours points to, "" for none."""
        found = sorted(index for index in self._aliases(alias) if index.startswith(f"{self.family}-"))
        return found[-1].removeprefix(f"{self.family}-") if found else ""

    def _aliases(self, alias: str) -> dict[str, list[str]]:
        """index → its aliases that match."""
        try:
            answer = self.cluster.ask(lambda client: client.indices.get_alias(name=alias), may_miss=True)
        except NotFoundError:
            return {}
        return {index: list(found["aliases"]) for index, found in answer.items()}

    def _indexes(self, pattern: str) -> list[str]:
        """Names of the indexes that a name, alias or pattern stands for."""
        try:
            answer = self.cluster.ask(lambda client: client.indices.get_alias(index=pattern), may_miss=True)
        except NotFoundError:
            return []
        return list(answer)

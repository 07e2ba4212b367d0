"""A cluster that takes no shard or no write: the command ends, says what is live now, and leaves nothing about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from core.errors import EngineRefused
from indexer import snapshots
from tests.cluster.conftest import BIRTH, MARRIAGE, Place, know
from tests.cluster.nodes import Nodes, call

pytestmark = pytest.mark.xdist_group("elasticsearch")


@contextmanager
def no_allocation(url: str) -> Iterator[None]:
    setting = "cluster.routing.allocation.enable"
    call(url, "/_cluster/settings", {"persistent": {setting: "none"}}, "PUT")
    try:
        yield
    finally:
        call(url, "/_cluster/settings", {"persistent": {setting: None}}, "PUT")


def block(place: Place, elasticsearch: Nodes, generation: str, name: str) -> None:
    with closing(place.generations()) as generations:
        index = generations.index_of(generation)
    call(elasticsearch.nodes[0].url, f"/{index}/_settings", {f"index.blocks.{name}": True}, "PUT")


def names(place: Place) -> tuple[str, ...]:
    with closing(place.generations()) as generations:
        return generations.names()


def test_a_restore_that_no_node_has_room_for_ends_and_says_why(place: Place, elasticsearch: Nodes) -> None:
    folder = str(elasticsearch.snapshots / place.settings.text("engine").rpartition("/")[2])
    know(place.database, MARRIAGE)
    place.sync()
    snapshots.snapshot(*place.common, folder, 2)  # type: ignore[arg-type]
    with no_allocation(elasticsearch.nodes[0].url), pytest.raises(EngineRefused, match="no node takes a shard"):
        snapshots.restore(*place.common, folder, "")  # type: ignore[arg-type]
    assert names(place) == ("000001",)
    for _ in range(2):
        snapshots.restore(*place.common, folder, "")  # type: ignore[arg-type]
    assert names(place) == ("000002", "000003")  # the live one and the one before, however often it is done
    assert place.check().generation == "000003"


def test_a_rollback_to_an_index_that_may_not_be_written_says_what_is_live(place: Place, elasticsearch: Nodes) -> None:
    know(place.database, MARRIAGE)
    place.sync()
    place.rebuild()
    know(place.database, BIRTH)
    block(place, elasticsearch, "000001", "write")
    with pytest.raises(EngineRefused, match="index 000001 is live, but not up to date: the cluster blocks") as caught:
        place.roll_back()
    assert "then run `tracuu index sync`" in caught.value.remedy  # the same command would roll back once more


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("read_only_allow_delete", "nothing is written to it while a disk of the cluster is full"),
        ("write", "nothing is written to it: index.blocks.write"),
    ],
)
def test_an_index_that_may_not_be_written_is_seen_before_a_sync(
    place: Place, elasticsearch: Nodes, name: str, said: str
) -> None:
    know(place.database, MARRIAGE)
    place.sync()
    block(place, elasticsearch, "000001", name)
    health = place.check().health
    assert health.status == "green"
    assert health.detail.endswith(said)

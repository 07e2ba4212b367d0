"""An index that lost a shard, was closed or changed by somebody: people are not sent to it, and its successor can be built."""

from __future__ import annotations

import shutil
import time
from contextlib import closing

import pytest

from core.errors import EngineGone, EngineRefused, IndexMismatch, IndexMissing, TracuuError
from tests.cluster.conftest import BIRTH, DEATH, MARRIAGE, Place, know, procedure
from tests.cluster.nodes import Nodes, call

pytestmark = pytest.mark.xdist_group("elasticsearch")


@pytest.fixture
def url(elasticsearch: Nodes) -> str:
    return elasticsearch.nodes[0].url


def index_of(place: Place, generation: str) -> str:
    with closing(place.generations()) as generations:
        return generations.index_of(generation)


def names(place: Place) -> tuple[str, ...]:
    with closing(place.generations()) as generations:
        return generations.names()


def lose_a_shard(elasticsearch: Nodes, index: str) -> None:
    """As if the disk of the only node that held it were gone."""
    (node,) = elasticsearch.nodes
    uuid = call(node.url, f"/{index}/_settings")[index]["settings"]["index"]["uuid"]
    call(node.url, f"/{index}/_close", method="POST")
    for part in ("index", "translog"):
        shutil.rmtree(node.folder / "data" / "indices" / uuid / "0" / part)
    call(node.url, f"/{index}/_open?wait_for_active_shards=0", method="POST")
    end = time.monotonic() + 30
    while call(node.url, f"/_cluster/health/{index}?wait_for_no_initializing_shards=true")["status"] != "red":
        assert time.monotonic() < end
        time.sleep(0.1)


def test_a_live_index_that_lost_a_shard_is_told_and_replaced(place: Place, elasticsearch: Nodes) -> None:
    know(place.database, MARRIAGE, BIRTH)
    place.sync()
    place.rebuild()
    lose_a_shard(elasticsearch, index_of(place, "000002"))
    with pytest.raises(EngineGone, match=r"index 000002 is red: 1 node, 1 shard is missing") as caught:
        place.check()
    assert "tracuu index rebuild" in caught.value.remedy
    report = place.rebuild()
    assert (report.generation, report.replaced) == (
        "000003",
        "000001",
    )  # the one that answers is kept, not the lost one
    assert "gone is 000002 (1 node, 1 shard is missing" in str(report)
    assert names(place) == ("000001", "000003")
    assert place.found("khai sinh")[0] == "1.001193"
    assert place.check().health.status == "green"


def test_a_new_index_is_compared_with_the_one_before_when_the_live_one_is_lost(
    place: Place, elasticsearch: Nodes
) -> None:
    know(place.database, MARRIAGE, BIRTH, DEATH)
    place.sync()
    place.rebuild()
    lose_a_shard(elasticsearch, index_of(place, "000002"))
    know(place.database, *(procedure(item.code, "x", public=False) for item in (BIRTH, DEATH)))
    with pytest.raises(TracuuError, match="would be lost"):
        place.rebuild()
    assert names(place) == ("000001", "000002")  # nor does the refused one lie about


def test_a_lost_only_index_is_replaced_too(place: Place, elasticsearch: Nodes) -> None:
    know(place.database, MARRIAGE)
    place.sync()
    lose_a_shard(elasticsearch, index_of(place, "000001"))
    assert place.rebuild().replaced == ""
    assert names(place) == ("000002",)


def test_nobody_is_rolled_back_to_an_index_that_lost_a_shard(place: Place, elasticsearch: Nodes) -> None:
    know(place.database, MARRIAGE)
    place.sync()
    place.rebuild()
    lose_a_shard(elasticsearch, index_of(place, "000001"))
    with closing(place.generations()) as generations:
        assert generations.health().status == "green"  # the live one is whole: searches go on, and /readyz says so
    with pytest.raises(EngineRefused, match="000001 does not answer") as caught:
        place.roll_back()
    assert "the live index stays" in caught.value.remedy
    assert place.check().generation == "000002"


def test_a_closed_index_is_named_and_replaced(place: Place, url: str) -> None:
    know(place.database, MARRIAGE)
    place.sync()
    know(place.database, BIRTH)
    call(url, f"/{index_of(place, '000001')}/_close", method="POST")
    for act in (place.sync, place.check):
        with pytest.raises(IndexMissing, match="the index is closed") as caught:
            act()  # type: ignore[operator]
        assert "open it again, or run `tracuu index rebuild`" in caught.value.remedy
    assert place.rebuild().generation == "000002"
    assert place.check().documents == 2


def test_an_index_that_says_another_analysis_version_can_be_replaced(place: Place, url: str) -> None:
    know(place.database, MARRIAGE)
    place.sync()
    call(url, f"/{index_of(place, '000001')}/_mapping", {"_meta": {"analysis": "0"}}, "PUT")
    with pytest.raises(IndexMismatch, match="analysis version 0 made it") as caught:
        place.sync()
    assert "tracuu index rebuild" in caught.value.remedy
    assert "gone is 000001" in str(place.rebuild())
    assert place.sync().generation == "000002"


def test_a_field_of_another_type_stops_the_sync_and_nothing_is_set_aside(place: Place, url: str) -> None:
    know(place.database, MARRIAGE)
    place.sync()
    index = index_of(place, "000001")
    kept = call(url, f"/{index}/_mapping")[index]["mappings"]
    kept["properties"]["standing"] = {"type": "ip"}
    aliases = {alias: {} for alias in call(url, f"/{index}/_alias")[index]["aliases"]}
    call(url, f"/{index}", method="DELETE")
    call(url, f"/{index}", {"mappings": kept, "aliases": aliases}, "PUT")
    know(place.database, BIRTH)
    with pytest.raises(
        IndexMismatch, match="another mapping than this program: field standing is of type ip, not long"
    ):
        place.sync()
    check = place.check()
    assert (check.pending, check.dead) == (1, ())


def test_an_alias_of_somebody_else_is_not_taken(place: Place, url: str) -> None:
    know(place.database, MARRIAGE)
    alias = place.settings.text("engine").rpartition("/")[2]
    call(url, f"/their-{alias}", {"aliases": {alias: {}}}, "PUT")
    for act in (place.sync, place.rebuild):
        with pytest.raises(EngineRefused, match=f"the alias “{alias}” belongs to their-{alias}"):
            act()  # type: ignore[operator]
    assert list(call(url, f"/_alias/{alias}")) == [f"their-{alias}"]


def test_the_alias_of_another_province_is_no_version_of_ours(place: Place) -> None:
    know(place.database, MARRIAGE)
    address, _, alias = place.settings.text("engine").rpartition("/")
    longer = place.beside(place.data, engine=f"{address}/{alias}-nghean")
    assert longer.sync().rebuilt
    with closing(place.generations()) as generations, pytest.raises(IndexMissing):
        generations.live_name()

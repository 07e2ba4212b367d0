"""The index on a real node follows the store, swaps only what is whole, and can be rolled back and brought back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from core.errors import EngineRefused, IndexMismatch, LeaseHeld, TracuuError, UsageError
from indexer import snapshots
from indexer.documents import procedure_source
from indexer.query.terms import Analyst
from indexer.query.vocabulary_files import load_vocabulary
from indexer.rebuild import build
from indexer.surroundings import sole_builder, writing
from store import leases
from store.database import Database, open_database
from tests.cluster.conftest import BIRTH, CLOCK, CONFIG, DEATH, MARRIAGE, Place, know, procedure
from tests.cluster.nodes import Nodes, call
from vietnamese import VERSION


def index_of(place: Place, generation: str) -> str:
    with closing(place.generations()) as generations:
        return generations.index_of(generation)


def test_the_first_sync_builds_and_the_next_only_follows(place: Place) -> None:
    know(place.database, MARRIAGE)
    assert place.sync().rebuilt
    assert place.sync().written == 0
    know(place.database, BIRTH)
    assert place.sync().written == 1
    assert place.found("dang ky khai sinh") == ["1.001193", "1.000894"]
    know(place.database, procedure("1.001193", BIRTH.name, public=False))
    assert place.sync().deleted == 1
    assert place.found("dang ky khai sinh") == ["1.000894"]


def test_a_rebuild_keeps_the_old_one_and_a_rollback_brings_it_up_to_date(place: Place) -> None:
    know(place.database, MARRIAGE)
    place.sync()
    assert place.rebuild().replaced == "000001"
    know(place.database, BIRTH)
    assert place.sync().generation == "000002"
    assert "000001 is live again, 1 changes" in place.roll_back()
    assert place.check().generation == "000001"
    assert place.found("khai sinh")[0] == "1.001193"
    report = place.rebuild()  # the one that was rolled back goes, the one before it stays
    assert (report.generation, report.replaced) == ("000003", "000001")
    with closing(place.generations()) as generations:
        assert generations.names() == ("000001", "000003")


def test_only_what_was_swapped_in_is_behind_the_alias(place: Place, elasticsearch: Nodes) -> None:
    know(place.database, MARRIAGE)
    place.sync()
    alias = place.settings.text("engine").rpartition("/")[2]
    with closing(place.generations()) as generations:
        half = generations.create()  # its builder was killed
        assert half.generation == "000002"
    url = elasticsearch.nodes[0].url
    assert list(call(url, f"/_alias/{alias}")) == [f"{alias}-{VERSION}-000001"]
    settings = call(url, f"/{alias}-{VERSION}-000001/_settings?flat_settings=true")[f"{alias}-{VERSION}-000001"][
        "settings"
    ]
    assert settings["index.auto_expand_replicas"] == "0-1"
    assert settings["index.refresh_interval"] == "30s"
    half_settings = call(url, f"/{alias}-{VERSION}-000002/_settings?flat_settings=true")[f"{alias}-{VERSION}-000002"][
        "settings"
    ]
    assert (half_settings["index.refresh_interval"], half_settings["index.number_of_replicas"]) == ("-1", "0")
    place.rebuild()
    assert list(call(url, f"/_alias/{alias}")) == [f"{alias}-{VERSION}-000002"]


def test_a_rebuild_that_would_lose_too_much_is_not_swapped_in(place: Place) -> None:
    know(place.database, MARRIAGE, BIRTH, DEATH)
    place.sync()
    know(place.database, *(procedure(item.code, "x", public=False) for item in (BIRTH, DEATH)))
    with pytest.raises(TracuuError, match="would be lost"):
        place.rebuild()
    assert place.check().generation == "000001"
    with closing(place.generations()) as generations:
        assert generations.names() == ("000001",)  # what was refused does not fill the disk


def test_several_indexers_never_step_back_in_time(place: Place, tmp_path: Path) -> None:
    know(place.database, MARRIAGE)
    place.sync()
    analyst = Analyst(load_vocabulary(CONFIG / "vocabulary"))
    late = analyst.document(procedure_source(MARRIAGE, 1))  # one indexer reads, and stands still before it writes
    know(place.database, replace(MARRIAGE, name="Thủ tục đăng ký lại kết hôn"))
    other = place.beside(tmp_path / "other")
    assert other.sync().written == 1
    with closing(place.generations()) as generations:
        engine = generations.open("000001")
        engine._new = True  # it does not even look first: the server itself must refuse
        engine.write([late])
        engine.commit()
        assert engine.refused() == ()
        (now,) = engine.get(["procedure:1.000894"])
    assert now.card.title == "Thủ tục đăng ký lại kết hôn"


def test_a_second_rebuild_is_told_whichever_the_machine(place: Place, tmp_path: Path) -> None:
    know(place.database, MARRIAGE)
    place.sync()
    other = place.beside(tmp_path / "other")
    with writing(place.database, place.data, place.settings, CLOCK, CONFIG) as around, sole_builder(around):
        with pytest.raises(LeaseHeld, match="is rebuilding this index"):
            other.rebuild()
        know(place.database, BIRTH)
        assert other.sync().written == 1  # following goes on meanwhile
    assert other.rebuild().generation == "000002"


def test_a_builder_that_stood_still_too_long_does_not_swap(place: Place) -> None:
    know(place.database, MARRIAGE)
    place.sync()
    with writing(place.database, place.data, place.settings, CLOCK, CONFIG) as around:
        with sole_builder(around) as still_ours:
            key = f"index:{around.generations.place}"
            with place.database.write() as connection:
                later = CLOCK() + timedelta(hours=1)
                assert leases.acquire(connection, [key], "another", later, timedelta(hours=1))[0] == [key]
            with pytest.raises(LeaseHeld, match="stood still"):
                still_ours()
        with pytest.raises(LeaseHeld, match="another is rebuilding"):
            build(around)


def test_a_document_the_engine_will_not_take_is_set_aside_and_told(place: Place) -> None:
    know(place.database, MARRIAGE)
    place.sync()
    bad = procedure("1.009999", "Đăng ký " + "a" * 50)
    know(place.database, replace(bad, sectors=("x" * 40_000,)), BIRTH)  # longer than a term may be
    report = place.sync()
    assert (report.written, report.refused) == (1, 1)
    check = place.check()
    assert [letter.document for letter in check.dead] == ["procedure:1.009999"]
    assert "immense term" in str(check)
    assert check.missing == ("procedure:1.009999",)
    assert "mend what the engine names" in str(check)
    report_of_rebuild = place.rebuild()
    assert report_of_rebuild.refused == 1
    know(place.database, bad)
    assert place.sync().written == 1
    assert place.check().dead == ()


@contextmanager
def blocked(url: str, index: str, name: str) -> Iterator[None]:
    call(url, f"/{index}/_settings", {f"index.blocks.{name}": True}, "PUT")
    try:
        yield
    finally:
        call(url, f"/{index}/_settings", {f"index.blocks.{name}": None}, "PUT")


@pytest.mark.parametrize(
    ("block", "word"), [("read_only_allow_delete", "disk of the cluster is full"), ("write", "blocks")]
)
def test_an_index_that_may_not_be_written_stops_the_sync_and_loses_nothing(
    place: Place, elasticsearch: Nodes, block: str, word: str
) -> None:
    know(place.database, MARRIAGE)
    place.sync()
    know(place.database, BIRTH)
    with blocked(elasticsearch.nodes[0].url, index_of(place, "000001"), block):
        with pytest.raises(EngineRefused, match=word):
            place.sync()
        assert place.check().pending == 1
    assert place.sync().written == 1


def test_an_index_with_another_mapping_stops_the_sync_and_loses_nothing(place: Place, elasticsearch: Nodes) -> None:
    know(place.database, MARRIAGE)
    place.sync()
    url, index = elasticsearch.nodes[0].url, index_of(place, "000001")
    kept = call(url, f"/{index}/_mapping")[index]["mappings"]
    del kept["properties"]["procedure"]["properties"]["title_f"]
    aliases = {alias: {} for alias in call(url, f"/{index}/_alias")[index]["aliases"]}
    call(url, f"/{index}", method="DELETE")
    call(url, f"/{index}", {"mappings": kept, "aliases": aliases}, "PUT")
    know(place.database, BIRTH)
    with pytest.raises(IndexMismatch, match="another mapping"):
        place.sync()
    assert place.check().pending == 1


def test_no_room_for_a_new_index_is_said_and_nothing_is_left(place: Place, elasticsearch: Nodes) -> None:
    know(place.database, MARRIAGE)
    url = elasticsearch.nodes[0].url
    setting = "cluster.routing.allocation.enable"
    call(url, "/_cluster/settings", {"persistent": {setting: "none"}}, "PUT")
    try:
        with pytest.raises(EngineRefused, match=r"no node takes a shard of a new index: .*allocat"):
            place.rebuild()
    finally:
        call(url, "/_cluster/settings", {"persistent": {setting: None}}, "PUT")
    with closing(place.generations()) as generations:
        assert generations.names() == ()
    assert place.sync().rebuilt


def test_an_index_whose_copies_take_too_long_goes_live_without_them(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.engines.elastic_generations.COPY_SECONDS", 1)
    monkeypatch.setattr("indexer.engines.bodies.live_settings", lambda _: {"number_of_replicas": 1})  # of one node
    know(place.database, MARRIAGE)
    assert place.sync().rebuilt
    assert place.check().health.status == "yellow"


def test_an_index_that_vanished_does_not_come_back_without_its_mapping(place: Place, elasticsearch: Nodes) -> None:
    know(place.database, MARRIAGE)
    place.sync()
    with closing(place.generations()) as generations:
        engine = generations.open("000001")
        call(elasticsearch.nodes[0].url, f"/{generations.index_of('000001')}", method="DELETE")
        engine._new = True
        engine.write([Analyst(load_vocabulary(CONFIG / "vocabulary")).document(procedure_source(BIRTH, 5))])
        with pytest.raises(TracuuError, match="deleted"):
            engine.commit()
        assert generations.names() == ()


def test_a_store_that_is_an_older_copy_is_noticed(place: Place, database: Database) -> None:
    know(database, MARRIAGE, BIRTH)
    place.sync()
    know(database, DEATH)
    place.sync()
    with database.write() as connection:
        connection.exec_driver_sql("DELETE FROM changes WHERE seq > 2")
    assert "the store is an older copy" in str(place.check())
    with pytest.raises(IndexMismatch, match="is 1 changes ahead"):
        place.sync()


def test_two_stores_do_not_write_one_index(place: Place, tmp_path: Path) -> None:
    know(place.database, MARRIAGE, BIRTH)
    place.sync()
    other = Place(open_database(tmp_path / "other.db"), tmp_path / "other", place.settings)  # `database` was forgotten
    know(other.database, DEATH)
    know(other.database, BIRTH, MARRIAGE)
    with pytest.raises(IndexMismatch, match="has followed another store") as caught:
        other.sync()
    assert "`database`" in caught.value.remedy
    other.database.close()
    assert place.sync().written == 0


def test_a_snapshot_comes_back_and_misses_nothing(place: Place, elasticsearch: Nodes) -> None:
    folder = str(elasticsearch.snapshots / place.settings.text("engine").rpartition("/")[2])
    know(place.database, MARRIAGE)
    place.sync()
    said = snapshots.snapshot(*place.common, folder, 2)  # type: ignore[arg-type]
    assert said.startswith("index 000001 saved as")
    know(place.database, BIRTH)
    place.sync()
    with closing(place.generations()) as generations:
        for name in generations.names():  # the disaster
            call(elasticsearch.nodes[0].url, f"/{generations.index_of(name)}", method="DELETE")
    said = snapshots.restore(*place.common, folder, "")  # type: ignore[arg-type]
    assert "1 documents written" in said
    assert place.found("khai sinh")[0] == "1.001193"
    check = place.check()
    assert (check.documents, check.missing, check.pending) == (2, (), 0)
    know(place.database, DEATH)
    assert place.sync().written == 1


def test_old_snapshots_go_and_a_wrong_name_is_told(place: Place, elasticsearch: Nodes) -> None:
    folder = str(elasticsearch.snapshots / place.settings.text("engine").rpartition("/")[2])
    know(place.database, MARRIAGE)
    place.sync()
    for _ in range(2):
        snapshots.snapshot(*place.common, folder, 3)  # type: ignore[arg-type]
        time_passes()
    assert "2 old or broken ones deleted" in snapshots.snapshot(*place.common, folder, 1)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="no snapshot x"):
        snapshots.restore(*place.common, folder, "x")  # type: ignore[arg-type]
    with pytest.raises(EngineRefused, match=r"path\.repo"):
        snapshots.snapshot(*place.common, "/nowhere", 3)  # type: ignore[arg-type]


def time_passes() -> None:
    """Snapshots are named by the second."""
    before = CLOCK().replace(microsecond=0)
    while CLOCK().replace(microsecond=0) == before:
        pass

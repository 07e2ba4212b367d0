"""The index follows the store, goes on where it was stopped, and swaps only what is whole."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert

from cli.main import main
from core.clock import fixed
from core.errors import IndexMismatch, IndexMissing, LeaseHeld, TracuuError, UsageError
from core.settings import load_settings
from core.unified import Offering, UnifiedProcedure
from indexer import inspection, rebuild, sync
from indexer.engines.generations import EmbeddedGenerations
from indexer.query.answer import Ask
from indexer.query.searcher import Searcher
from store import changes, procedures
from store.database import Database
from store.tables import pages
from tests.shared import new_store
from vietnamese import VERSION

pytestmark = pytest.mark.slow

CONFIG = Path(__file__).resolve().parents[2] / "config"
NOON = datetime(2026, 11, 2, 5, tzinfo=UTC)
SETTINGS = load_settings(None, {"index_words": "true"})


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = new_store(tmp_path / "store.db")
    yield opened
    opened.close()


def know(database: Database, *found: UnifiedProcedure) -> None:
    with database.write() as connection:
        procedures.write(connection, [procedures.prepare(item) for item in found], NOON)


def procedure(code: str, name: str, *, public: bool = True) -> UnifiedProcedure:
    return UnifiedProcedure(code, name, code, audiences=("Công dân Việt Nam",), is_public=public)


MARRIAGE = procedure("1.000894", "Thủ tục đăng ký kết hôn")
BIRTH = procedure("1.001193", "Thủ tục đăng ký khai sinh")


def synced(database: Database, data: Path) -> sync.SyncReport:
    return sync.sync(database, data, SETTINGS, fixed(NOON), CONFIG)


def found(data: Path, q: str) -> list[str]:
    searcher = Searcher.open(data, CONFIG)
    try:
        return [hit.key for hit in searcher.search(Ask(q)).hits]
    finally:
        searcher.close()


def test_the_first_sync_builds_and_the_next_only_follows(database: Database, tmp_path: Path) -> None:
    know(database, MARRIAGE)
    assert synced(database, tmp_path).rebuilt
    assert synced(database, tmp_path) == sync.SyncReport("000001", 0, 0)
    know(database, BIRTH)
    assert synced(database, tmp_path).written == 1
    assert found(tmp_path, "dang ky khai sinh") == ["1.001193", "1.000894"]


def test_what_is_no_longer_public_leaves_the_index(database: Database, tmp_path: Path) -> None:
    know(database, MARRIAGE, BIRTH)
    synced(database, tmp_path)
    know(database, procedure("1.001193", BIRTH.name, public=False))
    assert synced(database, tmp_path).deleted == 1
    assert "1.001193" not in found(tmp_path, "dang ky khai sinh")


def test_a_sync_whose_mark_was_not_moved_writes_the_same_again(database: Database, tmp_path: Path) -> None:
    know(database, MARRIAGE)
    synced(database, tmp_path)
    know(database, BIRTH)
    synced(database, tmp_path)
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE marks SET seq = 1")
    synced(database, tmp_path)
    report = inspection.check(database, tmp_path, SETTINGS, fixed(NOON), CONFIG)
    assert (report.documents, report.pending, report.missing, report.extra) == (2, 0, (), ())


def test_a_check_ends_with_1_when_something_is_missing_that_no_sync_brings(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["--data", str(tmp_path), "--config", str(CONFIG), "index", "check"]
    know(database, MARRIAGE)
    synced(database, tmp_path)
    know(database, BIRTH)
    assert main(command) == 0
    assert "next: `tracuu index sync`" in capsys.readouterr().out
    with database.write() as connection:  # marked as indexed, and was not
        connection.exec_driver_sql("UPDATE marks SET seq = (SELECT max(seq) FROM changes)")
    assert main(command) == 1
    assert "1 missing from the index: procedure:1.001193\nnext: `tracuu index rebuild`" in capsys.readouterr().out


def test_a_rebuild_that_would_lose_too_much_is_not_swapped_in(database: Database, tmp_path: Path) -> None:
    know(database, MARRIAGE, BIRTH, procedure("1.000656", "Đăng ký khai tử"))
    synced(database, tmp_path)
    know(database, procedure("1.001193", "x", public=False), procedure("1.000656", "y", public=False))
    with pytest.raises(TracuuError, match="would be lost"):
        rebuild.rebuild(database, tmp_path, SETTINGS, fixed(NOON), CONFIG)
    assert inspection.check(database, tmp_path, SETTINGS, fixed(NOON), CONFIG).generation == "000001"
    assert EmbeddedGenerations(tmp_path).names() == ("000001",)  # what was refused does not fill the disk


def test_a_half_built_generation_is_cleaned_up_and_the_old_one_kept(database: Database, tmp_path: Path) -> None:
    know(database, MARRIAGE)
    synced(database, tmp_path)
    home = next((tmp_path / "index").glob("*/live.json")).parent
    (home / "000002").mkdir()  # its builder was killed
    report = rebuild.rebuild(database, tmp_path, SETTINGS, fixed(NOON), CONFIG)
    assert (report.generation, report.replaced, report.documents) == ("000002", "000001", 1)
    assert found(tmp_path, "kết hôn") == ["1.000894"]


def offered(code: str, site: str) -> UnifiedProcedure:
    offering = Offering(site, f"http://{site}/{code}", code, "", NOON, NOON, 1, 1)
    return UnifiedProcedure(code, f"Thủ tục số {code}", code, is_public=True, offerings=(offering,))


def test_a_site_that_would_be_lost_stops_the_swap_though_the_whole_is_large(database: Database, tmp_path: Path) -> None:
    small = [offered(f"1.0000{n}", "s-stp") for n in range(10, 22)]
    know(database, *small, *(offered(f"1.0001{n}", "s-syt") for n in range(10, 70)))
    synced(database, tmp_path)
    know(database, *(replace(item, is_public=False) for item in small))
    with pytest.raises(TracuuError, match="of s-stp the new index has 0 documents, the live one 12"):
        rebuild.rebuild(database, tmp_path, SETTINGS, fixed(NOON), CONFIG)
    accepting = load_settings(None, {"breaker_share": "1"})
    assert rebuild.rebuild(database, tmp_path, accepting, fixed(NOON), CONFIG).documents == 60


def test_a_rollback_brings_the_one_before_back_and_up_to_date(database: Database, tmp_path: Path) -> None:
    know(database, MARRIAGE)
    synced(database, tmp_path)
    with pytest.raises(UsageError, match="no previous"):
        rebuild.roll_back(database, tmp_path, SETTINGS, fixed(NOON), CONFIG)
    rebuild.rebuild(database, tmp_path, SETTINGS, fixed(NOON), CONFIG)
    know(database, BIRTH)
    said = rebuild.roll_back(database, tmp_path, SETTINGS, fixed(NOON), CONFIG)
    assert said == "index 000001 is live again, 1 changes written to it; 000002 is kept"
    assert found(tmp_path, "khai sinh")[0] == "1.001193"
    report = rebuild.rebuild(database, tmp_path, SETTINGS, fixed(NOON), CONFIG)
    assert (report.generation, report.replaced) == ("000003", "000001")
    with database.read() as connection:
        marks = connection.exec_driver_sql("SELECT consumer FROM marks ORDER BY 1").scalars().all()
    assert [mark for mark in marks if mark.startswith("index:")] == [
        f"index:{VERSION}/{n}" for n in ("000001", "000003")
    ]


def test_an_index_of_an_older_version_stays_for_one_generation(database: Database, tmp_path: Path) -> None:
    old = EmbeddedGenerations(tmp_path, "0")
    made = old.create()
    made.close()
    old.swap(made.generation)
    with database.write() as connection:
        changes.set_mark(connection, "index:0/000001", 1, NOON)
    know(database, MARRIAGE)
    assert synced(database, tmp_path).rebuilt
    assert old.live_name() == "000001"
    rebuild.rebuild(database, tmp_path, SETTINGS, fixed(NOON), CONFIG)
    assert old.names() == ()
    with database.read() as connection:
        assert changes.mark(connection, "index:0/000001") == 0


def test_an_index_that_does_not_find_procedures_by_name_is_not_swapped_in(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    know(database, *(procedure(f"1.0000{n}", f"Thủ tục cấp giấy phép số {n}") for n in range(10, 30)))
    synced(database, tmp_path)
    monkeypatch.setattr("indexer.query.terms.bigrams", lambda _terms: [])
    monkeypatch.setattr("indexer.query.terms._folded", lambda _terms: [])  # an analysis that lost its syllables
    with pytest.raises(TracuuError, match="by their name"):
        rebuild.rebuild(database, tmp_path, SETTINGS, fixed(NOON), CONFIG)
    assert inspection.check(database, tmp_path, SETTINGS, fixed(NOON), CONFIG).generation == "000001"


def test_a_second_writer_is_told(database: Database, tmp_path: Path) -> None:
    know(database, MARRIAGE)
    (tmp_path / "index").mkdir()
    with (tmp_path / "index" / "write.lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(LeaseHeld, match="another process"):
            synced(database, tmp_path)
    assert synced(database, tmp_path).rebuilt


def test_explain_says_why_a_procedure_is_not_in_the_index(database: Database, tmp_path: Path) -> None:
    know(database, MARRIAGE, procedure("5.000001", "Nội bộ", public=False))
    with pytest.raises(IndexMissing):
        inspection.explain(database, tmp_path, SETTINGS, fixed(NOON), CONFIG, "1.000894")
    synced(database, tmp_path)
    assert "in index 000001" in inspection.explain(database, tmp_path, SETTINGS, fixed(NOON), CONFIG, "1.000894")
    assert "not public" in inspection.explain(database, tmp_path, SETTINGS, fixed(NOON), CONFIG, "5.000001")
    with pytest.raises(UsageError, match=r"1\.999999"):
        inspection.explain(database, tmp_path, SETTINGS, fixed(NOON), CONFIG, "1.999999")


@pytest.mark.parametrize(
    ("state", "why"),
    [
        ({"outcome": "never"}, "it was not checked yet"),
        ({"outcome": "unchanged", "kind": "list"}, "it is read as “list”"),
        ({"outcome": "http_5xx"}, "its last check came to http_5xx"),
    ],
)
def test_explain_says_why_a_page_gives_nothing_to_the_index(
    database: Database, tmp_path: Path, state: dict[str, str], why: str
) -> None:
    synced(database, tmp_path)
    url = "http://stp.example.vn/"
    with database.write() as connection:
        seen = {"site_id": "s-stp", "server": "a", "first_seen": NOON, "next_due": NOON}
        connection.execute(insert(pages).values(id=42, url=url, **seen, **state))
    told = inspection.explain(database, tmp_path, SETTINGS, fixed(NOON), CONFIG, url)
    assert told.splitlines()[0] == f"{url}: page 42 of s-stp"
    assert f"no record, so nothing of it is in the index: {why}; `tracuu why URL`" in told


def test_words_are_segmented_once_over_rebuilds(database: Database, tmp_path: Path) -> None:
    know(database, MARRIAGE)
    synced(database, tmp_path)
    with database.read() as connection:
        kept = connection.exec_driver_sql("SELECT count(*) FROM word_cache").scalar()
        assert changes.last(connection) == 1
    rebuild.rebuild(database, tmp_path, SETTINGS, fixed(NOON), CONFIG)
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM word_cache").scalar() == kept
    assert kept


def test_an_index_that_is_not_whole_can_be_replaced(database: Database, tmp_path: Path) -> None:
    know(database, MARRIAGE)
    synced(database, tmp_path)
    (part,) = tmp_path.glob("index/*/000001/procedure")
    shutil.rmtree(part)
    report = rebuild.rebuild(database, tmp_path, SETTINGS, fixed(NOON), CONFIG)
    assert (report.generation, report.replaced) == ("000002", "")
    assert "gone is 000001" in str(report)
    assert EmbeddedGenerations(tmp_path).names() == ("000002",)


@pytest.mark.parametrize("later", [1, 3])
def test_an_index_that_followed_a_later_state_of_the_store_is_not_taken_for_its_own(
    database: Database, tmp_path: Path, later: int
) -> None:
    know(database, MARRIAGE)
    synced(database, tmp_path)
    with database.read() as connection:
        backup = changes.last(connection)
    know(database, BIRTH, replace(MARRIAGE, name="Đăng ký kết hôn (mới)"))
    assert synced(database, tmp_path).written == 2
    with database.write() as connection:  # the store is restored from its backup
        connection.exec_driver_sql(f"DELETE FROM changes WHERE seq > {backup}")
        connection.exec_driver_sql(f"UPDATE marks SET seq = {backup}")
        connection.exec_driver_sql("DELETE FROM procedures")
    # With as many changes since as were lost, and with more: by number the index is not ahead any more.
    others = [procedure(f"2.00000{n}", f"Thủ tục số {n}") for n in range(later)]
    know(database, replace(MARRIAGE, name="Đăng ký kết hôn (sau khi khôi phục)"), *others)
    with pytest.raises(IndexMismatch, match="has followed another store, or a later state of this one") as caught:
        synced(database, tmp_path)
    assert "run `tracuu index rebuild`" in caught.value.remedy
    check = inspection.check(database, tmp_path, SETTINGS, fixed(NOON), CONFIG)
    assert "has followed another store" in str(check)
    rebuild.rebuild(database, tmp_path, SETTINGS, fixed(NOON), CONFIG)
    with pytest.raises(UsageError, match="index 000001 has followed another store"):
        rebuild.roll_back(database, tmp_path, SETTINGS, fixed(NOON), CONFIG)
    know(database, BIRTH)
    assert synced(database, tmp_path).written == 1
    assert "khôi phục" in inspection.explain(database, tmp_path, SETTINGS, fixed(NOON), CONFIG, "1.000894")

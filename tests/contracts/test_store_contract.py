"""One suite for every store: SQLite, and a real PostgreSQL where one is installed (`.ci/run` installs it)."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, literal, select, text
from sqlalchemy.exc import DBAPIError

from core.clock import fixed
from core.model import Article, LegalDocument, Paper, PaperCase, Procedure, Record, StepCase
from core.settings import load_settings
from core.site_files import load_province
from freshness.check import check
from procedures.changes import log_snapshots
from procedures.unify import unify_changes
from store import (
    acts,
    changes,
    findings,
    leases,
    matches,
    page_records,
    procedures,
    records,
    register,
    register_changes,
)
from store.acts import About, Act, ActKind
from store.database import Database, open_database
from store.findings import Finding
from store.prepared import prepare
from store.tables import changes as changes_table
from store.tables import metadata, pages, visits
from store.words import WordCache

NOON = datetime(2018, 8, 9, 5, tzinfo=UTC)
CONFIG = Path(__file__).resolve().parents[2] / "config"
BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))

pytestmark = pytest.mark.xdist_group("postgres")


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL of our own, on a socket in a folder of its own."""
    if not BINARIES:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is not installed: .ci/run must install it")
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    folder = Path("/var/tmp") / f"tracuu-postgres-{os.getpid()}"
    folder.mkdir()
    shutil.chown(folder, "postgres")
    as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    tool = BINARIES[-1]

    def run(*words: str) -> None:
        subprocess.run([*as_postgres, *words], check=True, cwd=folder, stdout=subprocess.DEVNULL)

    run(str(tool / "initdb"), "-D", f"{folder}/data", "-U", "tracuu", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
    try:
        run(str(tool / "pg_ctl"), "-D", f"{folder}/data", "-l", f"{folder}/log", "-w", "-o", options, "start")
        yield f"postgresql://tracuu@/postgres?host={folder}"
    finally:
        run(str(tool / "pg_ctl"), "-D", f"{folder}/data", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A new, empty store."""
    url = tmp_path / "store.db" if request.param == "sqlite" else request.getfixturevalue("postgres")
    opened = open_database(url)
    yield opened
    if not opened.is_sqlite:
        with opened.write() as connection:
            metadata.drop_all(connection)
            connection.exec_driver_sql("DROP TABLE alembic_version")
    opened.close()


def publish(database: Database, *items: Record, at: datetime = NOON) -> page_records.Written:
    with database.write() as connection:
        if connection.scalar(select(pages.c.id)) is None:
            values = {"site_id": "s-stp", "server": "a", "url": "http://a/1", "first_seen": NOON, "next_due": NOON}
            connection.execute(insert(pages).values(id=1, **values))
        origin = page_records.Origin(1, "s-stp", "procedures", "generic", None, at)
        return page_records.write(connection, origin, [prepare(item) for item in items])


MARRIAGE = Record("procedure", Procedure("Đăng ký kết hôn", code="1.000894"), key="1.000894")


def test_records_are_versioned_and_come_back_as_they_were(database: Database) -> None:
    article = Record("article", Article("Tin", body="Nội dung"), published=NOON)
    assert publish(database, MARRIAGE, article) == page_records.Written(new=2)
    assert publish(database, MARRIAGE, article, at=NOON + timedelta(days=1)) == page_records.Written(unchanged=2)
    assert publish(database, MARRIAGE, at=NOON + timedelta(days=2)) == page_records.Written(unchanged=1, withdrawn=1)
    with database.read() as connection:
        stored = next(records.iterate_live(connection, ["procedure"]))
    assert (stored.content, stored.first_seen, stored.version) == (MARRIAGE.content, NOON, 1)


def test_unification_writes_once_and_moves_its_mark(database: Database) -> None:
    publish(database, MARRIAGE)
    province = load_province(CONFIG, "thanhhoa")
    assert unify_changes(database, province, fixed(NOON)).new == 1
    assert unify_changes(database, province, fixed(NOON)).processed == 0
    with database.read() as connection:
        whole = procedures.by_key(connection, ["1.000894"])["1.000894"]
        assert whole.offered_by == 1
        offered = procedures.Offered("1.000894", whole.service_level, whole.offerings)
        assert list(procedures.offered(connection)) == [offered]


def test_numbers_given_at_once_by_many_writers_have_no_gap_and_no_twin(database: Database) -> None:
    def write(name: str) -> None:
        for number in range(20):
            with database.write() as connection:
                changes.append(connection, "index", [f"{name}:{number}"], NOON)

    threads = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as connection:
        numbers = list(connection.scalars(select(changes_table.c.seq).order_by(changes_table.c.seq)))
    assert numbers == list(range(1, 61))


def test_what_a_writer_has_read_stays_true_until_it_has_written(database: Database) -> None:
    """Two checks side by side deleted and wrote what both had read: a violated key on PostgreSQL."""
    begun, errors = threading.Barrier(2), []

    def count() -> None:
        begun.wait(20)
        try:
            for _ in range(20):
                with database.write() as connection:
                    changes.move_mark(connection, "both", changes.mark(connection, "both") + 1, NOON)
        except Exception as error:
            errors.append(error)

    writers = [threading.Thread(target=count) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert errors == []
    with database.read() as connection:
        assert changes.mark(connection, "both") == 40


def test_as_many_read_at_once_as_ask(database: Database) -> None:
    """The sixteenth waited half a minute for a connection to PostgreSQL, then got an error."""
    with ExitStack() as readers:
        answers = [readers.enter_context(database.read()).scalar(select(literal(n))) for n in range(20)]
    assert answers == list(range(20))


def test_a_server_is_leased_to_one_worker_until_it_lets_go(database: Database) -> None:
    span = timedelta(minutes=2)
    with database.write() as connection:
        leases.acquire(connection, ["127.0.0.2"], "first", NOON, span)
    with database.write() as connection:
        taken, held = leases.acquire(connection, ["127.0.0.2", "127.0.0.3"], "second", NOON, span)
    assert (set(taken), [item.worker for item in held]) == ({"127.0.0.3"}, ["first"])
    with database.write() as connection:
        taken, held = leases.acquire(connection, ["127.0.0.2"], "second", NOON + 2 * span, span)
    assert (set(taken), list(held)) == ({"127.0.0.2"}, [])


def test_a_finding_opens_once_resolves_on_evidence_and_opens_again(database: Database) -> None:
    finding = Finding("silence", "s-stp", "Lâu không có tin", section="news", evidence={"ngày": 12})

    def replace(*found: Finding) -> findings.Replaced:
        with database.write() as connection:
            return findings.replace(connection, found, [("s-stp", "silence")], NOON)

    assert replace(finding) == findings.Replaced(opened=1)
    assert replace(finding) == findings.Replaced(kept=1)
    assert replace() == findings.Replaced(resolved=1)
    assert replace(finding) == findings.Replaced(opened=1)


def test_words_kept_twice_are_kept_once(database: Database) -> None:
    for _ in range(2):
        cache = WordCache(database)
        cache.add({"digest": ("đăng+kí",)})
        cache.save()
    assert WordCache(database).known(["digest", "another"]) == {"digest": ("đăng+kí",)}


def test_a_rebuild_forgets_the_words_that_nobody_uses(database: Database) -> None:
    cache = WordCache(database)
    cache.add({str(n): (f"từ+{n}",) for n in range(1_200)})
    cache.save()
    assert cache.forget_unused() == 0, "who has not gone through all texts cannot know"
    rebuild = WordCache(database)
    rebuild.load()
    assert rebuild.known(["7", "new"]) == {"7": ("từ+7",)}
    rebuild.add({"new": ("từ+mới",)})
    assert rebuild.forget_unused() == 1_199
    rebuild.save()
    assert WordCache(database).known(["7", "8", "new"]) == {"7": ("từ+7",), "new": ("từ+mới",)}


def test_the_log_of_acts_cannot_be_changed(database: Database) -> None:
    with database.write() as connection:
        acts.write(connection, Act(ActKind.COMMENTED, About(subject="x")), NOON)
    for statement in ("UPDATE acts SET kind = 'x'", "DELETE FROM acts"):
        with pytest.raises(DBAPIError, match="append-only"), database.write() as connection:
            connection.execute(text(statement))


def test_a_whole_check_finds_the_same_on_every_store(database: Database) -> None:
    """Every light query of the check runs on every database, not only on SQLite."""
    province = load_province(CONFIG, "thanhhoa")
    papers = (PaperCase((Paper("Tờ khai", form_name="Mẫu số 1 tờ khai", form_url="http://s/mau.docx"),)),)
    steps = (StepCase(("Gửi Sở Thủy sản",)),)
    one = Procedure("Đăng ký khai sinh", code="1.001193", papers=papers, steps=steps)
    with database.write() as connection:
        connection.execute(
            insert(visits).values(site_id="s-stp", worker="w", started_at=NOON, ended_at=NOON, outcome="ok")
        )
        for number, (content, kind, section) in enumerate(
            (
                (one, "procedure", "procedures"),
                (replace(one, requirements="Không"), "procedure", "procedures"),
                (Procedure("Kết hôn", code="1.000894", list_only=True), "procedure", "procedures"),
                (Procedure("Cải chính", old_code="T-THA-123456-TT"), "procedure", "procedures"),
                (Article("Tin", body="ISO 9001:2008"), "article", "news"),
                (
                    LegalDocument("Quyết định công bố thủ tục hành chính", issued_on=NOON.date()),
                    "document",
                    "legal_docs",
                ),
            )
        ):
            url = f"http://s/{number}"
            values = {"site_id": "s-stp", "server": "a", "url": url, "key": url, "section": section, "depth": 2}
            statement = insert(pages).values(first_seen=NOON, next_due=NOON, last_good=NOON, outcome="ok", **values)
            page = connection.execute(statement).inserted_primary_key
            assert page is not None
            origin = page_records.Origin(page[0], "s-stp", section, "generic", None, NOON)
            item = Record(kind, content, published=NOON)  # type: ignore[arg-type]
            page_records.write(connection, origin, [prepare(item)])
        gone = {"site_id": "s-stp", "server": "a", "url": "http://s/mau.docx", "key": "http://s/mau.docx"}
        connection.execute(insert(pages).values(first_seen=NOON, next_due=NOON, outcome="gone", **gone))
    unify_changes(database, province, fixed(NOON))
    first = check(database, province, load_settings(), fixed(NOON))
    assert (first.judged, check(database, province, load_settings(), fixed(NOON)).judged) == (4, 0)
    with database.read() as connection:
        rules = {row.rule for row in findings.live(connection, "s-stp")}
        assert [match.proposal.key for match in matches.listed(connection)] == []
    assert rules >= {"duplicate", "form_dead", "obsolete_term", "old_code"}


def test_the_change_log_and_matches_are_kept_on_every_store(database: Database) -> None:
    entry = register.Entry(Procedure("Kết hôn", code="1.000894", sectors=("Hộ tịch",)), format="catalog")
    other = register.Entry(Procedure("Kết hôn", code="2.000894", sectors=("Hộ tịch",)), format="catalog")
    with database.write() as connection:
        for day, item in ((1, entry), (2, other)):
            snapshot = register.Prepared(date(2018, 8, day), True, "", f"{day}.jsonl", str(day), (item,), ())
            register.write(connection, snapshot, [], NOON)
        matches.propose(connection, None, [matches.Proposal("x-1", "1.000894", "Kết hôn", "Kết hôn")], NOON)
        matches.decide(connection, matches.listed(connection)[0].id, "confirm", "lan", NOON)
    assert log_snapshots(database, {}, fixed(NOON)) == 2
    with database.read() as connection:
        found = register_changes.listed(connection, register_changes.ChangeFilter(sector="hộ tịch"))
        assert [(c.code, c.kind, c.replaced_by) for c in found] == [
            ("2.000894", "added", ()),
            ("1.000894", "replaced", ("2.000894",)),
        ]
        assert matches.confirmed(connection) == {"x-1": "1.000894"}

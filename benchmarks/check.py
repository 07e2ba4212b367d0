"""The morning check after a crawl against a check of everything: only what changed is judged again.

    python -m benchmarks.check [--sites 48] [--procedures 5000] [--changed 0.01] [--seed 1] [--kept]

A province is put into an empty store as a crawl would have left it: every site publishes every procedure, one in fifty
with a fee of its own. Then the share `changed` of all pages changes, and is checked twice: as it is, and with what was
kept of the check before thrown away. `ratio` = seconds of the full check / seconds of the incremental one; both find the
same, or the benchmark fails.

`--kept` begins as after a first check, written in bulk, and measures the incremental check alone: unifying and judging
240,000 pages first takes two cores a quarter of an hour.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert, literal, select, update

from core.clock import fixed
from core.model import Channel, Duration, Fee, Paper, PaperCase, Procedure, Record, StepCase
from core.places import load_places
from core.settings import load_settings
from core.site_files import load_province
from core.sites import Province
from freshness.check import CheckReport, check, stage_of
from freshness.known import Known
from freshness.rules import load_law
from procedures.joining import Around, unified
from procedures.unify import unify_changes
from store import changes, findings, page_records, register
from store import procedures as store
from store.database import Database, open_database
from store.prepared import Prepared, prepare
from store.tables import finding_signs, pages, procedures, record_checks, record_links, record_versions, visits
from store.tables import findings as findings_table
from store.tables import records as record_table

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime(2018, 8, 9, 1, tzinfo=UTC)
ODD = 50
"""One page in so many differs from the register."""


def main() -> int:
    """Print seconds of each check; the last line is the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sites", type=int, default=48)
    parser.add_argument("--procedures", type=int, default=5_000)
    parser.add_argument("--changed", type=float, default=0.01)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kept", action="store_true", help="only the incremental check, on a state written in bulk")
    arguments = parser.parse_args()
    province = load_province(ROOT / "config", "thanhhoa")
    sites = [site.id for site in province.sites_on(NOW.date())][: arguments.sites]
    rng = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(Path(folder) / "store.db")
        timed("fill", lambda: _fill(database, sites, arguments.procedures))
        if arguments.kept:
            return _incremental_only(database, province, sites, arguments)
        timed("unify", lambda: unify_changes(database, province, fixed(NOW)))
        first, _ = timed("first", lambda: _check(database, province, NOW))
        again, report = timed("again", lambda: _check(database, province, NOW))
        later = NOW + timedelta(days=1)
        count = timed("change", lambda: _change(database, sites, arguments.changed, rng, later))[1]
        timed("unify", lambda: unify_changes(database, province, fixed(later)))
        incremental, report = timed("incremental", lambda: _check(database, province, later))
        found = _found(database)
        _forget(database)
        full, whole = timed("full", lambda: _check(database, province, later))
        if found != _found(database):
            sys.exit("the incremental check did not find what the full one finds")
        database.close()
    print(f"{len(sites)} sites × {arguments.procedures} procedures, {count} pages changed, {len(found)} findings")
    print(f"judged again: {report.judged} of {whole.judged}; nothing changed: {again:.1f} s; first: {first:.1f} s")
    print(f"ratio {full / incremental:.1f}")
    return 0


def _incremental_only(database: Database, province: Province, sites: list[str], arguments: argparse.Namespace) -> int:
    timed("keep", lambda: _keep(database, province, arguments.procedures))
    again, _ = timed("again", lambda: _check(database, province, NOW))
    later = NOW + timedelta(days=1)
    count = timed("change", lambda: _change(database, sites, arguments.changed, random.Random(arguments.seed), later))[
        1
    ]
    with database.write() as connection:  # as if unified: what waits for that is not judged
        changes.move_mark(connection, "unify", changes.last(connection), later)
    incremental, report = timed("incremental", lambda: _check(database, province, later))
    database.close()
    print(
        f"{len(sites)} sites × {arguments.procedures} procedures, {count} pages changed, {report.judged} judged again"
    )
    print(f"nothing changed {again:.1f} s, incremental {incremental:.1f} s")
    return 0


def _keep(database: Database, province: Province, count: int) -> None:
    """The procedures as the register has them, and every page judged clean against them."""
    with database.read() as connection:
        known = register.known(connection, [_code(n) for n in range(count)])
        around = Around(province, [s for s in register.snapshots(connection) if s.complete])
        prepared = [store.prepare(unified(around, code, [], items)) for code, items in known.items()]
    law = load_law(province.national, province.thresholds)
    judge = Known({}, law, NOW.date(), True, load_places(province.folder))
    with database.write() as connection:
        stage = stage_of(connection, judge)
        store.write(connection, prepared, NOW)
        kept = select(
            record_table.c.id, record_table.c.site_id, record_table.c.code, literal(False), record_table.c.version,
            procedures.c.reference, literal(stage),
        ).join(procedures, procedures.c.key == record_table.c.code)  # fmt: skip
        names = ["record_id", "site_id", "code", "list_only", "record_version", "reference", "law"]
        connection.execute(insert(record_checks).from_select(names, kept))


def timed(name: str, work: Callable[[], Any]) -> tuple[float, Any]:
    """Run, print and return the seconds and what came of it."""
    begun = time.perf_counter()
    result = work()
    spent = time.perf_counter() - begun
    print(f"{name:<12} {spent:8.1f} s", flush=True)
    return spent, result


def _check(database: Database, province: Province, at: datetime) -> CheckReport:
    return check(database, province, load_settings(), fixed(at))


def _procedure(number: int, fee: int, note: str = "") -> Procedure:
    limit = Duration("5 ngày làm việc", 5, "ngay_lam_viec", (Fee(f"{fee:,} đồng".replace(",", "."), fee),))
    papers = tuple(Paper(f"Giấy tờ số {n} của thủ tục {number}", 1, 1) for n in range(4))
    form = Paper("Tờ khai", 1, 0, f"Mẫu số {number:02}", f"http://mau.example/{number}.docx")
    return Procedure(
        f"Thủ tục thử số {number} về đăng ký, cấp phép và xác nhận",
        code=_code(number),
        sectors=("Hộ tịch",),
        tiers=("tinh",),
        steps=(StepCase(tuple(f"Bước {n}: nộp hồ sơ theo quy định {note}" for n in range(4))),),
        channels=(Channel("truc_tiep", (limit,)), Channel("truc_tuyen", (limit,))),
        papers=(PaperCase((form, *papers)),),
        requirements="Không quy định",
    )


def _code(number: int) -> str:
    return f"1.{number:06}"


def _fill(database: Database, sites: list[str], count: int) -> None:
    """The register, one visit a site, and every procedure on every site, in bulk."""
    entries = tuple(register.Entry(_procedure(n, 50_000), format="api", state="ACTIVE") for n in range(count))
    with database.write() as connection:
        for complete, source in ((True, "catalog"), (False, "details")):
            snapshot = register.Prepared(NOW.date(), complete, "", source, source, entries, ())
            register.write(connection, snapshot, [_code(n) for n in range(count)], NOW)
    for position, site in enumerate(sites):
        with database.write() as connection:
            connection.execute(insert(visits).values(**_visit(site, NOW)))
            rows = list(_rows(site, position * count, count))
            for table, part in ((pages, 0), (record_table, 1), (record_versions, 2)):
                connection.execute(insert(table), [row[part] for row in rows])


def _visit(site: str, at: datetime) -> dict[str, Any]:
    return {"site_id": site, "worker": "w", "started_at": at, "ended_at": at, "outcome": "ok"}


def _rows(site: str, offset: int, count: int) -> Iterator[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    for number in range(count):
        key, url = offset + number + 1, f"http://{site}.example/{number}"
        prepared = _prepared(number, 80_000 if (offset + number) % ODD == 0 else 50_000)
        page = {"id": key, "site_id": site, "server": "a", "url": url, "key": url, "section": "procedures", "depth": 2, "kind": "procedure", "outcome": "ok", "first_seen": NOW, "next_due": NOW, "last_good": NOW, "reader": "generic"}  # fmt: skip
        record = {"id": key, "page_id": key, "site_id": site, "kind": "procedure", "key": _code(number), "code": _code(number), "title": prepared.record.content.name, "section": "procedures", "content": prepared.content, "fields_digest": prepared.digest, "version": 1, "reader": "generic", "first_seen": NOW, "changed_at": NOW, "last_seen": NOW}  # type: ignore[union-attr]  # fmt: skip
        yield page, record, {"record_id": key, "version": 1, "seen_at": NOW, "content": prepared.content}


def _prepared(number: int, fee: int, note: str = "") -> Prepared:
    content = _procedure(number, fee, note)
    return prepare(Record("procedure", content, key=content.code))


def _change(database: Database, sites: list[str], share: float, rng: random.Random, at: datetime) -> int:
    """A visit a day later: some pages say something else, a fifth of them another fee."""
    with database.read() as connection:
        rows = connection.execute(select(record_table.c.page_id, record_table.c.site_id, record_table.c.code)).all()
    chosen = rng.sample(rows, int(len(rows) * share))
    with database.write() as connection:
        connection.execute(insert(visits), [_visit(site, at) for site in sites])
        connection.execute(update(pages).values(last_good=at))
        for position, row in enumerate(chosen):
            item = _prepared(int(row.code[2:]), 90_000 if position % 5 == 0 else 50_000, "mới")
            origin = page_records.Origin(row.page_id, row.site_id, "procedures", "generic", None, at)
            _write(connection, origin, item)
        changes.append(connection, "unify", [row.code for row in chosen], at)
    return len(chosen)


def _write(connection: Connection, origin: page_records.Origin, item: Prepared) -> None:
    mine = record_table.c.page_id == origin.page_id
    values = {"content": item.content, "fields_digest": item.digest, "changed_at": origin.seen_at}
    connection.execute(update(record_table).where(mine).values(version=record_table.c.version + 1, **values))


def _found(database: Database) -> set[tuple[str, ...]]:
    with database.read() as connection:
        return {(row.rule, row.site_id, row.section, row.code, row.message) for row in findings.live(connection)}


def _forget(database: Database) -> None:
    with database.write() as connection:
        for table in (record_links, record_checks, finding_signs, findings_table):
            connection.execute(delete(table))


if __name__ == "__main__":
    sys.exit(main())

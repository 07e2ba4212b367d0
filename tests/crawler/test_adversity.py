"""What goes wrong around a crawl: a disk that takes no more, a store that is held, a network that closes, hostile answers."""

from __future__ import annotations

import gzip
import resource
import sqlite3
import subprocess
import threading
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from small_site import Pages, Reply, crawl, impatient, page, rows, running, workspace
from sqlalchemy import func, select

from store.tables import captures, leases, pages, visits

pytestmark = pytest.mark.crawl

NAMES = [f"/bai-{n}" for n in range(12)]
HOUR = timedelta(hours=1)
BUSY_SECONDS = 8.0  # of the crawl that meets a held store; the program itself waits for 30


def site_pages() -> Pages:
    noise = "".join(f"{n * 7919 % 104729:x} " for n in range(9_000))
    return {"/": page("Trang chủ", *NAMES), **{name: page(name, text=f"Nội dung {name} {noise}") for name in NAMES}}


def complete(place: object) -> None:
    found = rows(place, select(captures))  # type: ignore[arg-type]
    assert len(rows(place, select(pages).where(pages.c.last_good.is_not(None)))) == 13  # type: ignore[arg-type]
    assert all(len(place.archive.read(row).body) == row.body_bytes for row in found)  # type: ignore[attr-defined]
    assert not rows(place, select(captures).where(captures.c.read_at.is_(None)))  # type: ignore[arg-type]
    assert not rows(place, select(visits).where(visits.c.ended_at.is_(None)))  # type: ignore[arg-type]
    assert not rows(place, select(leases))  # type: ignore[arg-type]


def test_a_disk_that_takes_no_more_ends_the_run_with_a_remedy_and_the_next_one_goes_on(tmp_path: Path) -> None:
    with running(site_pages()) as site:
        place = workspace(tmp_path, site)
        with place.database(create=True):
            pass

        def small_files() -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))

        command = [*place.command(), "crawl"]
        ended = subprocess.run(
            command, capture_output=True, text=True, preexec_fn=small_files, timeout=120, check=False
        )
        assert ended.returncode == 2
        assert ended.stderr.strip().count("→") == 1 or "cannot be written" in ended.stderr
        assert rows(place, select(func.count()).select_from(captures))[0][0] < 13
        crawl(place, at=3 * HOUR)
        complete(place)


def test_a_store_that_another_program_holds_is_waited_for(tmp_path: Path) -> None:
    with running(site_pages()) as site:
        place = workspace(tmp_path, site)
        with place.database(create=True):
            pass
        holder = sqlite3.connect(place.data / "store.db", isolation_level=None, check_same_thread=False)
        holder.execute("BEGIN IMMEDIATE")

        def let_go() -> None:
            time.sleep(6)
            holder.execute("ROLLBACK")
            holder.close()

        thread = threading.Thread(target=let_go)
        thread.start()
        crawl(place)
        thread.join()
        complete(place)


def test_a_store_that_is_held_longer_than_anybody_waits_ends_the_run_with_a_remedy(tmp_path: Path) -> None:
    names = [f"/bai-{n}" for n in range(14)]
    slowly: Pages = {name: replace(page(name), wait=0.1) for name in names}
    with running({"/": page("Trang chủ", *names), **slowly}) as site:
        hosts = {f"s-{n}": f"n{n}.localhost" for n in range(12)}
        place = workspace(tmp_path, site, hosts)
        with place.database(create=True):
            pass
        holder = sqlite3.connect(place.data / "store.db", isolation_level=None, timeout=60)
        command = [*impatient(place, "store.database.BUSY_SECONDS", BUSY_SECONDS), "crawl"]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
            while holder.execute("SELECT count(*) FROM captures").fetchone()[0] < 40 and process.poll() is None:
                time.sleep(0.05)
            holder.execute("BEGIN IMMEDIATE")
            begun = time.monotonic()
            _, said = process.communicate(timeout=300)
        waited = time.monotonic() - begun
        before = rows(place, select(func.count()).select_from(captures))[0][0]
        holder.execute("ROLLBACK")
        holder.close()
        assert process.returncode == 2
        assert said.count("tracuu: the store did not answer") == 1
        assert "another process held the store for more than 8 s; run the same command again" in said
        assert "Traceback" not in said
        assert BUSY_SECONDS <= waited < 4 * BUSY_SECONDS, "each of the twelve visits must not wait for itself"
        assert 40 <= before < 180
        crawl(place, at=HOUR)
        found = rows(place, select(captures))
        assert len(found) == len({row.url for row in found}) == 12 * 15
    assert all(len(place.archive.read(row).body) == row.body_bytes for row in found)
    assert {row.outcome for row in rows(place, select(pages))} <= {"ok", "unchanged"}
    assert not rows(place, select(captures).where(captures.c.read_at.is_(None)))
    assert not rows(place, select(visits).where(visits.c.ended_at.is_(None)))
    assert not rows(place, select(leases))


def test_a_network_that_closes_is_an_outcome_and_the_next_run_goes_on(tmp_path: Path) -> None:
    with running(site_pages()) as site:
        place = workspace(tmp_path, site)
        port = site.port
    crawl(place)
    (visit,) = rows(place, select(visits))
    assert visit.outcome == "refused"
    with running(site_pages(), port=port):
        crawl(place, at=3 * HOUR)
    complete(place)
    assert rows(place, select(visits.c.outcome).order_by(visits.c.id))[-1].outcome == "ok"


def test_hostile_answers_cost_their_page_and_nothing_else(tmp_path: Path) -> None:
    bomb = gzip.compress(b"\0" * 300_000_000, 9)
    hostile: Pages = {
        "/bom": Reply(bomb, headers={"Content-Encoding": "gzip"}),
        "/lon": Reply(b"x" * 3_000_000),
        "/dau": Reply(
            raw=b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: %s\r\n" % (n, b"a" * 90) for n in range(200_000)) + b"\r\nx"
        ),
        "/dai": Reply(raw=b"HTTP/1.1 200 OK\r\nX: " + b"a" * 2_000_000 + b"\r\n\r\nx"),
        "/rac": Reply(raw=b"\x00\xff\x00\xff" * 100),
        "/cut": Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nx"),
        "/trong": Reply(""),
        "/ftp": Reply("", 302, {"Location": "ftp://stp.localhost/x"}),
        "/meta": Reply("", 302, {"Location": "http://169.254.169.254/latest/meta-data"}),
        "/noi-bo": Reply("", 302, {"Location": "http://10.0.0.1/"}),
        "/tep": Reply("", 302, {"Location": "file:///etc/passwd"}),
    }
    with running({"/": page("Trang chủ", *hostile, "/tot"), "/tot": page("Tốt"), **hostile}) as site:
        place = workspace(tmp_path, site)
        place = type(place)(place.data, place.config, place.at, ("max_body_bytes=2000000", "request_timeout=5"))
        crawl(place)
        outcomes = {row.url.rpartition("/")[2]: row.outcome for row in rows(place, select(pages))}
    assert outcomes.pop("tot") == "ok"
    assert outcomes.pop("") == "ok"
    assert outcomes["bom"] == outcomes["lon"] == "too_large"
    assert outcomes["meta"] == outcomes["noi-bo"] == "moved"
    assert outcomes["ftp"] == outcomes["tep"] == "unsafe"
    assert not {"ok", "unchanged", "never"} & set(outcomes.values()), outcomes

"""Who crawls a server is left alone; who was killed is not waited for; who is stopped says so."""

from __future__ import annotations

import signal
import subprocess
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from small_site import MORNING, Reply, SmallSite, crawl, page, rows, running, words, workspace
from sqlalchemy import select

from cli.workspace import Workspace
from crawler.presence import is_dead, present
from store import leases
from store.tables import records
from tests.loaded_program import command

pytestmark = pytest.mark.crawl

TITLES = [f"Bài {n}" for n in range(8)]
SITE: dict[str, Reply] = {
    "/": page("Trang chủ", *(f"/{n}" for n in range(8))),
    **{f"/{n}": page(TITLES[n]) for n in range(8)},
}


def broken_off(place: Workspace, site: SmallSite, how: signal.Signals) -> tuple[int, str, str]:
    """Exit code and words of a crawl that is ended in the middle."""
    for path in ("/4", "/5", "/6", "/7"):
        site.pages[path] = replace(SITE[path], wait=0.5)
    output = subprocess.PIPE
    with subprocess.Popen([*place.command(), "crawl"], stdout=output, stderr=output, text=True) as process:
        while "/4" not in site.paths:
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(how)
        out, err = process.communicate(timeout=60)
    site.pages |= SITE
    return process.returncode, out, err


def titles(place: Workspace) -> list[str]:
    return sorted(row.title for row in rows(place, select(records).where(records.c.kind == "article")))


def test_a_killed_crawl_is_gone_on_with_at_once(tmp_path: Path) -> None:
    with running(dict(SITE)) as site:
        place = workspace(tmp_path, site, concurrency=1)
        code, _, _ = broken_off(place, site, signal.SIGKILL)
        assert code == -signal.SIGKILL
        assert titles(place) != TITLES
        told = crawl(place, at=timedelta(minutes=1))  # its lease would hold for another one
    assert titles(place) == TITLES
    assert "1 sites crawled, 0 not well\n" in told


def test_a_crawl_that_is_stopped_says_so(tmp_path: Path) -> None:
    with running(dict(SITE)) as site:
        place = workspace(tmp_path, site, concurrency=1)
        code, out, err = broken_off(place, site, signal.SIGINT)
    assert code == 130
    assert "1 sites crawled, 1 not well" in out
    assert "next:" not in out
    assert "run the same command to go on" in err


def test_what_another_one_crawls_is_left_to_it_by_name(tmp_path: Path) -> None:
    with running(dict(SITE)) as site:
        place = workspace(tmp_path, site)
        with place.database(create=True) as database, present(place.data, "other/1"):
            with database.write() as connection:
                leases.acquire(connection, [site.address], "other/1", MORNING, timedelta(minutes=2))
            done = command(words(place, "crawl"))
        assert done.returncode == 2
        assert "left alone" in done.stdout
        assert "0 sites crawled, 0 not well, 1 left alone" in done.stdout
        assert "other/1 crawls these servers" in done.stderr
        assert site.asked == []


def test_a_worker_lives_as_long_as_it_holds_its_lock(tmp_path: Path) -> None:
    assert not is_dead(tmp_path, "never here")
    with present(tmp_path, "w"):
        assert not is_dead(tmp_path, "w")
    assert not is_dead(tmp_path, "w")  # it ended in order, and gave back its leases
    (tmp_path / "workers" / "w").touch()
    assert is_dead(tmp_path, "w")
    assert not list((tmp_path / "workers").iterdir())

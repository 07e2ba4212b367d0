"""The archive on a real S3-compatible server: nothing that the store says is archived is lost, whatever happens on the way."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from object_server import ObjectServer, free_port, line_to
from small_site import Pages, crawl, impatient, page, rows, running, workspace
from sqlalchemy import select

from cli.workspace import Workspace
from core.errors import ArchiveAway, ArchiveError, ConfigError
from store.archive import Archive
from store.closed_files import Access
from store.tables import archives, captures, leases, pages, visits
from tests.loaded_program import command

pytestmark = pytest.mark.crawl

NAMES = [f"/bai-{n}" for n in range(12)]
DAY = timedelta(days=1)


def site_pages(edition: str = "") -> Pages:
    """Pages with text that does not pack well: the archive file of a crawl has about 400 KB."""
    noise = "".join(f"{n * 7919 % 104729:x} " for n in range(9_000))
    texts = {name: f"Nội dung {edition} {name} {noise[len(name) :]}" for name in NAMES}
    return {"/": page("Trang chủ", *NAMES), **{name: page(name, text=text) for name, text in texts.items()}}


def keep_at(place: Workspace, server: ObjectServer, access: Access | None = None, bucket: str = "") -> str:
    """Write the settings of an archive on the server; returns its address."""
    access = access or server.access
    url = f"s3://{bucket or server.bucket}/{place.data.parent.name}"
    values = {"archive": url, **{f"archive_{name}": getattr(access, name) for name in ("endpoint", "key", "secret", "region")}}  # fmt: skip
    place.data.mkdir(parents=True, exist_ok=True)
    lines = [f'{name} = "{value}"' for name, value in values.items()]
    (place.data / "settings.toml").write_text("\n".join(lines), encoding="utf-8")
    place.__dict__.pop("settings", None)
    return url


def said(place: Workspace, *words: str, at: timedelta = timedelta(), check: int = 0) -> str:
    """What a command in a process of its own says, and that it ended with this code."""
    poor = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    done = command([*place.on(place.clock() + at).command()[3:], *words], poor)
    assert done.returncode == check, done.stdout + done.stderr
    return done.stdout + done.stderr


def readable(place: Workspace) -> int:
    """How many captures there are; every one of them is read back."""
    found = rows(place, select(captures))
    assert all(len(place.archive.read(row).body) == row.body_bytes for row in found)
    return len(found)


def mine(server: ObjectServer, place: Workspace) -> dict[str, int]:
    return {name: size for name, size in server.objects().items() if name.startswith(f"{place.data.parent.name}/")}


def test_a_crawl_is_archived_there_read_back_and_freed(tmp_path: Path, object_server: ObjectServer) -> None:
    with running(site_pages()) as site:
        place = workspace(tmp_path, site)
        url = keep_at(place, object_server)
        crawl(place)
        assert not list((place.data / "spool").iterdir())
        assert not (place.data / "archive").exists()
        (first,) = rows(place, select(archives))
        assert mine(object_server, place) == {f"{tmp_path.name}/{first.name}": first.committed_length}
        assert readable(place) == 13
        assert "13 captures, 0 damaged" in said(place, "archive", "verify")
        assert f"at {url}" in said(place, "status")
        site.pages.update(site_pages("mới"))
        crawl(place, "--all", at=DAY)
        before = sum(mine(object_server, place).values())
        shown = said(place, "archive", "prune", at=400 * DAY)
        assert sum(mine(object_server, place).values()) == before
        done = said(place, "archive", "prune", "--confirm", at=400 * DAY)
    assert "needed by nothing" in shown
    assert re.search(r"\d files rewritten or removed", done)
    kept = {f"{tmp_path.name}/{row.name}": row.committed_length for row in rows(place, select(archives))}
    assert mine(object_server, place) == kept
    assert sum(kept.values()) <= before
    assert readable(place) == len(rows(place, select(captures)))
    assert all(row.capture_id for row in rows(place, select(pages)))


def test_a_run_reads_there_what_a_killed_one_left_unread(tmp_path: Path, object_server: ObjectServer) -> None:
    with running(site_pages()) as site:
        place = workspace(tmp_path, site)
        keep_at(place, object_server)
        crawl(place)
        with place.database() as database, database.write() as connection:  # as a kill before the reading leaves it
            connection.execute(captures.update().values(read_at=None))
            connection.execute(pages.update().values(text_digest=None, etag=None, last_modified=None))
        crawl(place, at=DAY)
    assert not rows(place, select(captures).where(captures.c.read_at.is_(None)))
    assert "13 captures" in said(place, "reread")
    assert readable(place) >= 13


@pytest.mark.parametrize("silent", [False, True], ids=["cut", "silent"])
def test_an_upload_that_breaks_off_waits_for_the_next_run(
    tmp_path: Path, object_server: ObjectServer, silent: bool
) -> None:
    with running(site_pages()) as site, line_to(object_server) as line:
        place = workspace(tmp_path, site)
        access = replace(object_server.access, endpoint=f"http://127.0.0.1:{line.port}")
        keep_at(place, object_server, access)
        line.allowed, line.silent = 60_000, silent
        command = [*impatient(place, "store.closed_files.PATIENCE", 5.0), "crawl"]
        text = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True).stderr
        assert line.stopped.is_set()
        assert "waits in the spool" in text
        assert text.count("Traceback") == 0
        assert rows(place, select(visits.c.outcome))[0].outcome == "ok"
        assert mine(object_server, place) == {}
        assert len(list((place.data / "spool").iterdir())) == 1
        assert readable(place) == 13
        assert "1 closed files wait in the spool" in said(place, "status")
        line.allowed = None
        crawl(place, at=DAY)
        assert "wait in the spool" not in said(place, "status")
        assert readable(place) == 13
    kept = {f"{tmp_path.name}/{row.name}": row.committed_length for row in rows(place, select(archives))}
    assert mine(object_server, place) == kept
    assert not list((place.data / "spool").iterdir())


def test_a_kill_in_the_middle_of_an_upload_loses_nothing(tmp_path: Path, object_server: ObjectServer) -> None:
    with running(site_pages()) as site, line_to(object_server) as line:
        place = workspace(tmp_path, site)
        access = replace(object_server.access, endpoint=f"http://127.0.0.1:{line.port}")
        keep_at(place, object_server, access)
        line.allowed, line.silent = 60_000, True
        process = subprocess.Popen([*place.command(), "crawl"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert line.stopped.wait(120)
        process.kill()
        process.wait()
        assert mine(object_server, place) == {}
        assert readable(place) == 13
        line.allowed = None
        crawl(place, at=DAY)
        assert readable(place) == 13
    kept = {f"{tmp_path.name}/{row.name}": row.committed_length for row in rows(place, select(archives))}
    assert mine(object_server, place) == kept


def refused(place: Workspace, server: ObjectServer, access: Access | None = None, bucket: str = "") -> list[str]:
    keep_at(place, server, access, bucket)
    lines = said(place, "crawl", check=2).strip().splitlines()
    assert len(lines) == 2, lines
    assert lines[1].strip().startswith("→")
    return lines


def test_what_cannot_be_written_to_is_said_before_the_first_request(
    tmp_path: Path, object_server: ObjectServer
) -> None:
    with running(site_pages()) as site:
        place, right = workspace(tmp_path, site), object_server.access
        for wrong in (replace(right, secret="falsch"), replace(right, key="AKIANOBODY", secret="x")):
            text, remedy = refused(place, object_server, wrong)
            assert "refuses the credentials" in text
            assert "archive_key and archive_secret" in remedy
        text, remedy = refused(place, object_server, bucket="khong-co")
        assert "there is no bucket “khong-co”" in text
        assert "create it" in remedy
        text, remedy = refused(place, object_server, replace(right, key=""))
        assert "needs the settings archive_key and archive_secret" in text
        assert "settings.toml" in remedy
        assert right.secret not in text + remedy + said(place, "settings")
        assert not rows(place, select(leases))
        assert site.asked == []


def test_a_server_that_is_away_stops_no_crawl(tmp_path: Path, object_server: ObjectServer) -> None:
    with running(site_pages()) as site:
        place = workspace(tmp_path, site)
        keep_at(place, object_server, replace(object_server.access, endpoint=f"http://127.0.0.1:{free_port()}"))
        text = said(place, "crawl")
        assert "archive_endpoint" in text
        assert readable(place) == 13
        text = said(place, "crawl", "--all", at=DAY)
        assert "Traceback" not in text
        keep_at(place, object_server)
        crawl(place, at=2 * DAY)
    assert len(mine(object_server, place)) == len(rows(place, select(archives)))
    assert not list((place.data / "spool").iterdir())


def test_captures_on_a_server_that_is_away_are_neither_damaged_nor_unreadable(
    tmp_path: Path, object_server: ObjectServer
) -> None:
    with running(site_pages()) as site:
        place = workspace(tmp_path, site)
        keep_at(place, object_server)
        crawl(place)
        with place.database() as database, database.write() as connection:
            connection.execute(captures.update().values(read_at=None))
        keep_at(place, object_server, replace(object_server.access, endpoint=f"http://127.0.0.1:{free_port()}"))
        with pytest.raises(ArchiveAway):
            place.archive.read(rows(place, select(captures))[0])
        for verb in (("archive", "verify"), ("reread",)):
            text = said(place, *verb, check=2)
            assert "archive_endpoint" in text
            assert "damaged" not in text
        said(place, "crawl", at=timedelta(minutes=5))
        assert len(rows(place, select(captures).where(captures.c.read_at.is_(None)))) == 13


class Torn(MemoryFileSystem):  # type: ignore[misc]  # fsspec ships no types
    """A file system that keeps half of what it is given, and says nothing."""

    protocol = "torn"

    def put_file(self, lpath: str, rpath: str, *_: Any, **__: Any) -> None:
        self.pipe_file(rpath, Path(lpath).read_bytes()[::2])


def test_an_endpoint_that_is_no_address_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="archive_endpoint") as told:
        Archive(tmp_path, "s3://kho", Access("kho.example.vn", "k", "s")).check()
    assert not isinstance(told.value, ArchiveAway)


def test_a_file_of_which_a_part_arrived_is_not_taken_for_moved(tmp_path: Path) -> None:
    fsspec.register_implementation("torn", Torn, clobber=True)
    (tmp_path / "spool").mkdir()
    (tmp_path / "spool" / "a.warc.gz").write_bytes(b"x" * 100)
    closed = Archive(tmp_path, f"torn://{tmp_path.name}").closed
    with pytest.raises(ArchiveAway, match="50 of 100 bytes arrived"):
        closed.put(tmp_path / "spool" / "a.warc.gz", "a.warc.gz")
    assert (tmp_path / "spool" / "a.warc.gz").stat().st_size == 100


@pytest.mark.parametrize(
    ("url", "error", "words"),
    [
        ("nosuch://x/y", ArchiveError, "a protocol that nothing here knows"),
        ("s3://kho", ConfigError, "archive_key"),
        ("s3://", ConfigError, "names no bucket"),
        ("s3://Kho Lưu/x", ArchiveError, "Kho Lưu"),
    ],
)
def test_an_address_that_cannot_be_is_named(tmp_path: Path, url: str, error: type[Exception], words: str) -> None:
    access = None if url == "s3://kho" else Access("http://127.0.0.1:1", "k", "s")
    with pytest.raises(error, match=words):
        Archive(tmp_path, url, access).check()

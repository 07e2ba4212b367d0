"""The province in a box from nothing to an answer; killed in the middle; on a later day; without a fault."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from cli.box import Box, BoxOptions, running_box
from cli.children import child, run
from cli.demo_up import enter, fill
from cli.questions import Questions
from cli.serve import bind, build_app
from cli.workspace import Workspace
from core.states import FindingState, Outcome
from crawler.urls import canonical
from demo.box import Box as DemoBox
from demo.plan import Plan
from store.tables import captures, findings, pages, record_versions, records

pytestmark = [pytest.mark.box, pytest.mark.xdist_group("box")]

KILLED_AFTER_CAPTURES = 40


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    with running_box(tmp_path_factory.mktemp("box"), BoxOptions(size="small")) as box:
        yield box


@pytest.fixture(scope="module")
def crawled(box: Box, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = enter(Workspace(tmp_path_factory.mktemp("data"), box.config), box)
    fill(workspace, box)
    return workspace


def number(workspace: Workspace, query: object) -> int:
    with workspace.database() as database, database.read() as connection:
        return int(connection.scalar(query) or 0)  # type: ignore[call-overload]


def urls(workspace: Workspace) -> set[str]:
    with workspace.database() as database, database.read() as connection:
        return set(connection.scalars(select(pages.c.url).where(pages.c.last_good.is_not(None))))


@contextmanager
def served(workspace: Workspace) -> Iterator[str]:
    import uvicorn

    with workspace.database() as database, bind("127.0.0.1", 0) as listening:
        server = uvicorn.Server(uvicorn.Config(build_app(workspace, database), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def test_a_province_goes_from_nothing_to_right_answers(box: Box, crawled: Workspace) -> None:
    with served(crawled) as base:
        wrong = [outcome for outcome in Questions(base, box.sites).ask_all() if outcome.wrong]
    assert not wrong


def test_every_site_was_reached(box: Box, crawled: Workspace) -> None:
    assert number(crawled, select(func.count(pages.c.site_id.distinct())).where(pages.c.last_good.is_not(None))) == 48


def test_every_archived_answer_can_be_read_back(crawled: Workspace) -> None:
    with crawled.database() as database, database.read() as connection:
        rows = connection.execute(select(captures)).all()
    assert rows
    assert all(len(crawled.archive.read(row).body) == row.body_bytes for row in rows)


def test_an_unfaulted_box_has_no_finding(crawled: Workspace) -> None:
    with crawled.database() as database, database.read() as connection:
        standing = connection.execute(select(findings).where(findings.c.state != FindingState.RESOLVED.value)).all()
    assert not [(row.rule, row.site_id, row.code, row.url, row.message) for row in standing[:5]]


def test_every_page_is_put_in_the_section_it_stands_in(crawled: Workspace) -> None:
    truth = DemoBox(Plan("seed", 1, 30, "small"))
    due = {
        f"{unit.host}{canonical(f'http://x{path}')[8:]}": page.section
        for unit in truth.units
        for path, page in truth.pages(unit).paths.items()
        if page.kind != "file"
    }
    with crawled.database() as database, database.read() as connection:
        rows = connection.execute(select(pages.c.url, pages.c.section).where(pages.c.last_good.is_not(None))).all()
        kept = connection.execute(
            select(pages.c.url, records.c.section).join(records, records.c.page_id == pages.c.id)
        ).all()
    found = {re.sub(r"^http://([^/:]+)(?::\d+)?", r"\1", row.url): row.section for row in rows}
    assert {url: section for url, section in found.items() if due.get(url, section) != section} == {}
    shown = {re.sub(r"^http://([^/:]+)(?::\d+)?", r"\1", row.url): row.section for row in kept}
    assert {url: section for url, section in shown.items() if due.get(url, section) != section} == {}


def test_the_province_of_today_has_no_finding_either(tmp_path: Path) -> None:
    with running_box(tmp_path / "box", BoxOptions(preset="today", size="small")) as box:
        workspace = enter(Workspace(tmp_path / "data", box.config), box)
        fill(workspace, box)
    test_an_unfaulted_box_has_no_finding(workspace)


def test_a_crawl_killed_in_the_middle_is_finished_by_the_next(box: Box, crawled: Workspace, tmp_path: Path) -> None:
    workspace = enter(Workspace(tmp_path, box.config), box)
    with child([*workspace.command(), "crawl"], quiet=True) as process:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and process.poll() is None and not _captured(workspace):
            time.sleep(0.1)
        process.kill()
        process.wait()
    later = workspace.on(box.begins + timedelta(minutes=10))  # its leases have run out
    assert run([*later.command(), "crawl", "--due"], quiet=True) == 0
    assert urls(later) == urls(crawled)
    keys = select(func.count()).select_from(records)
    assert number(later, keys) == number(crawled, keys)
    assert number(later, select(func.count()).where(captures.c.read_at.is_(None))) == 0
    test_every_archived_answer_can_be_read_back(later)


def _captured(workspace: Workspace) -> bool:
    if not (workspace.data / "store.db").exists():
        return False
    return number(workspace, select(func.count()).select_from(captures)) >= KILLED_AFTER_CAPTURES


def test_the_next_visit_of_an_unchanged_province_costs_almost_nothing(box: Box, crawled: Workspace) -> None:
    versions = select(func.count()).select_from(record_versions)
    before = number(crawled, versions)
    later = crawled.on(box.begins + timedelta(days=2))
    assert run([*later.command(), "crawl", "--all"], quiet=True) == 0
    good = select(func.count()).where(pages.c.last_checked >= box.begins + timedelta(days=1))
    unchanged = good.where(pages.c.outcome == Outcome.UNCHANGED.value)
    assert number(later, unchanged) >= 0.95 * number(later, good)
    assert number(later, versions) == before

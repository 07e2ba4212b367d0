"""The whole network goes away in the middle of a crawl and comes back: nothing is lost, nothing taken for gone, the next run is complete."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from cli.box import Box, BoxOptions, running_box
from cli.children import run
from cli.demo_up import enter
from cli.workspace import Workspace
from store.tables import captures, leases, pages, record_versions, records, visits
from tests.box.some_sites import some_sites

pytestmark = [pytest.mark.box, pytest.mark.xdist_group("outages")]

OPTIONS = BoxOptions(size="small", latency_ms=20)
TIMEOUT = 2.0  # seconds; the setting request_timeout of these crawls
CUT_AFTER = 150
"""Captures after which the network goes: under a third of the pages that are crawled."""

LONGEST_END = 150.0
"""Seconds in which a run must see that everything is gone: 11 servers side by side, a few pages of three attempts each."""


class Network:
    """The box on a line that can be pulled."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._stack = folder, ExitStack()
        self.box: Box = self._stack.enter_context(running_box(folder, OPTIONS))

    def refuse(self) -> None:
        """Nothing listens any more: connections are refused, open ones are reset."""
        self.box.process.kill()
        self.box.process.wait()

    def swallow(self) -> None:
        """Connections are accepted (by the kernel) and nothing is ever answered."""
        self.box.process.send_signal(signal.SIGSTOP)

    def come_back(self) -> None:
        """As before, on the same port."""
        if self.box.process.poll() is None:
            self.box.process.send_signal(signal.SIGCONT)
        else:
            self.box = self._stack.enter_context(running_box(self._folder, OPTIONS))

    def close(self) -> None:
        """End the box, held or not."""
        if self.box.process.poll() is None:
            self.box.process.send_signal(signal.SIGCONT)
        self._stack.close()


@contextmanager
def network(folder: Path) -> Iterator[Network]:
    line = Network(folder)
    try:
        yield line
    finally:
        line.close()


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    with network(tmp_path_factory.mktemp("box")) as line:
        yield line


@pytest.fixture(scope="module")
def whole(line: Network, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A store of the same box that nothing happened to."""
    place = enter(Workspace(tmp_path_factory.mktemp("whole"), line.box.config), line.box)
    assert run([*place.command(), "crawl", *some_sites(place)], quiet=True) == 0
    return place


def ask(place: Workspace, query: Any) -> list[tuple[Any, ...]]:
    with place.database() as database, database.read() as connection:
        return [tuple(row) for row in connection.execute(query)]


def content(place: Workspace) -> list[list[tuple[Any, ...]]]:
    """What a store knows: pages seen well, and records with their versions."""
    seen = select(pages.c.key, pages.c.kind, pages.c.section, pages.c.text_digest).where(pages.c.last_good.is_not(None))
    what = select(pages.c.key, records.c.kind, records.c.key, records.c.fields_digest, records.c.version)
    what = what.join(pages, pages.c.id == records.c.page_id).where(records.c.withdrawn_at.is_(None))
    return [sorted(ask(place, seen), key=repr), sorted(ask(place, what), key=repr)]


def captured(place: Workspace) -> int:
    if not (place.data / "store.db").exists():
        return 0
    return int(ask(place, select(func.count()).select_from(captures))[0][0])


def cut_off(place: Workspace, cut: Callable[[], None], *words: str, after: int) -> tuple[int, float]:
    """A crawl in whose middle the network goes; its exit code, and seconds from then to its end."""
    with subprocess.Popen(
        [*place.command(), "crawl", *some_sites(place), *words], stdout=subprocess.DEVNULL
    ) as process:
        deadline = time.monotonic() + 120
        while process.poll() is None and captured(place) < after and time.monotonic() < deadline:
            time.sleep(0.05)
        assert process.poll() is None, "the crawl ended before the network went"
        cut()
        begun = time.monotonic()
        code = process.wait(timeout=600)
        return code, time.monotonic() - begun


@pytest.mark.parametrize(("how", "cause"), [("refuse", "refused"), ("swallow", "timeout")])
def test_a_first_crawl_that_loses_its_network_is_completed_by_the_next(
    line: Network, whole: Workspace, tmp_path: Path, how: str, cause: str
) -> None:
    place = enter(Workspace(tmp_path, line.box.config, overrides=(f"request_timeout={TIMEOUT}",)), line.box)
    code, seconds = cut_off(place, getattr(line, how), after=CUT_AFTER)
    line.come_back()
    assert code == 0
    assert seconds < LONGEST_END
    outcomes = Counter(row[0] for row in ask(place, select(pages.c.outcome)))
    assert outcomes[cause] > 10
    # A line that is cut while an answer comes is a reset, whatever came before and after.
    assert set(outcomes) <= {"ok", "never", cause, "refused"}
    ends = ask(place, select(visits.c.outcome, visits.c.evidence))
    assert {outcome for outcome, _ in ends} <= {"ok", "partial", cause}
    assert any("nothing answers any more" in evidence for _, evidence in ends)
    assert ask(place, select(func.count()).where(pages.c.absences > 0)) == [(0,)]
    assert ask(place, select(func.count()).select_from(leases)) == [(0,)]
    later = place.on(line.box.begins + timedelta(hours=2))
    assert run([*later.command(), "crawl", *some_sites(later), "--due"], quiet=True) == 0
    assert content(later) == content(whole)
    with later.database() as database, database.read() as connection:
        rows = connection.execute(select(captures)).all()
    assert all(len(later.archive.read(row).body) == row.body_bytes for row in rows)
    assert all(row.read_at is not None for row in rows)


@pytest.mark.parametrize("how", ["refuse", "swallow"])
def test_a_later_crawl_that_loses_its_network_replaces_no_good_record(
    line: Network, whole: Workspace, tmp_path: Path, how: str
) -> None:
    data = shutil.copytree(whole.data, tmp_path / "data")
    place = enter(Workspace(data, line.box.config, overrides=(f"request_timeout={TIMEOUT}",)), line.box)
    before, versions = content(place), ask(place, select(func.count()).select_from(record_versions))
    again = place.on(line.box.begins + timedelta(days=1))
    checked = select(func.count()).where(pages.c.last_checked >= line.box.begins + timedelta(hours=23))

    def cut() -> None:
        while ask(again, checked)[0][0] <= CUT_AFTER:
            time.sleep(0.05)
        getattr(line, how)()

    code, seconds = cut_off(again, cut, "--all", after=0)
    line.come_back()
    assert code == 0
    assert seconds < LONGEST_END
    assert content(again) == before
    assert ask(again, select(func.count()).select_from(record_versions)) == versions
    gone = select(func.count()).where(pages.c.gone_at.is_not(None) | (pages.c.absences > 0))
    assert ask(again, gone) == [(0,)]
    later = again.on(line.box.begins + timedelta(days=1, hours=2))
    assert run([*later.command(), "crawl", *some_sites(later), "--all"], quiet=True) == 0
    assert content(later) == before == content(whole)
    assert {row[0] for row in ask(later, select(pages.c.outcome))} == {"unchanged"}
    assert not list((later.data / "spool").iterdir())

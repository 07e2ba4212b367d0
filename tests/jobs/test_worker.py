"""The worker: one crawl at a time in a process of its own, then the steps; stopped at once when told to."""

from __future__ import annotations

import sys
import threading
import time
from argparse import Namespace
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.work import run
from cli.workspace import Workspace
from core.clock import fixed
from core.settings import load_settings
from core.site_files import load_province
from jobs import steps
from jobs.steps import Surroundings
from jobs.worker import Worker
from tests.shared import new_store

pytestmark = pytest.mark.slow

CONFIG = Path(__file__).resolve().parents[2] / "config"
NOW = datetime(2018, 8, 9, tzinfo=UTC)


@pytest.fixture
def around(tmp_path: Path) -> Iterator[Surroundings]:
    database = new_store(tmp_path / "store.db")
    province = load_province(CONFIG, "thanhhoa")
    yield Surroundings(database, province, load_settings(), fixed(NOW), tmp_path, CONFIG)
    database.close()


def script(tmp_path: Path, body: str) -> list[str]:
    """A stand-in for `tracuu`: writes the arguments it was given, then does `body`."""
    path = tmp_path / "crawl.py"
    path.write_text(
        f"import sys, time, pathlib\npathlib.Path({str(tmp_path / 'said')!r}).write_text(' '.join(sys.argv[1:]))\n{body}\n"
    )
    return [sys.executable, str(path)]


def test_due_sites_are_crawled_in_a_process_of_its_own_and_the_steps_follow(
    around: Surroundings, tmp_path: Path
) -> None:
    said: list[str] = []
    worker = Worker(around, lambda: script(tmp_path, ""), said.append)
    (done,) = worker.run(threading.Event(), once=True)
    words = (tmp_path / "said").read_text().split()
    assert words[:4] == [
        "crawl",
        "--due",
        "--minutes",
        "50",
    ]  # within the hour, so that no large site holds up the others
    assert len(words) == 4 + 48
    assert done.crawl_code == 0
    assert set(done.steps.reports) | set(done.steps.failures) == {"unify", "index", "check"}


def test_a_crawl_that_fails_does_not_keep_the_steps_from_running(around: Surroundings, tmp_path: Path) -> None:
    said: list[str] = []
    worker = Worker(around, lambda: script(tmp_path, "sys.exit(3)"), said.append)
    (done,) = worker.run(threading.Event(), once=True)
    assert done.crawl_code == 3
    assert done.crashed
    assert done.steps.reports
    assert any("ended with 3" in line for line in said)


def test_a_fault_of_ours_in_one_step_keeps_no_other_from_running(
    around: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(*_: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr(steps, "unify", faulty)
    done = steps.run_steps(around)
    assert done.failures["unify"].message == "unexpected KeyError: 'x'"
    assert "tracuu unify" in done.failures["unify"].remedy
    assert {"index", "check"} <= set(done.reports) | set(done.failures)


class Broken(Workspace):
    """An installation whose crawl cannot start."""

    def command(self) -> list[str]:
        return ["false"]


def test_a_round_whose_crawl_crashed_is_no_success(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new_store(tmp_path / "store.db").close()
    assert run(Broken(tmp_path, CONFIG, NOW), Namespace(once=True)) == 1
    assert "the crawl ended with 1" in capsys.readouterr().out


def test_a_worker_told_to_stop_ends_its_crawl_at_once(around: Surroundings, tmp_path: Path) -> None:
    stop = threading.Event()
    worker = Worker(around, lambda: script(tmp_path, "time.sleep(60)"), lambda _text: None)
    threading.Timer(1.0, stop.set).start()
    begun = time.monotonic()
    (done,) = worker.run(stop)
    assert time.monotonic() - begun < 10
    assert done.stopped
    assert not done.steps.reports

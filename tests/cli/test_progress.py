"""Progress when piped: few lines, and always the last one."""

from __future__ import annotations

import pytest
from rich.progress import Progress as Bars

from cli.crawl import duration
from cli.progress import PlainLines, reporting


def test_a_piped_run_says_the_beginning_and_the_end_of_each_step(capsys: pytest.CaptureFixture[str]) -> None:
    lines = PlainLines()
    for done in range(1001):
        lines("s-stp", done, 1000)
    lines("s-stp", 1000, 1000)
    lines("s-syt", 7, None)
    assert capsys.readouterr().err.splitlines() == ["  s-stp  0/1,000", "  s-stp  1,000/1,000", "  s-syt  7"]


def test_many_steps_at_once_do_not_fill_a_piped_log(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr("cli.progress.time.monotonic", lambda: now)
    lines = PlainLines()
    for done in range(60):  # a minute of ten sites at once
        for site in range(10):
            lines(f"s-{site}", done, None if done < 59 else 59)
        now += 1
    told = capsys.readouterr().err.splitlines()
    assert len(told) <= 10 + 60 / 5 + 10
    assert all(f"  s-{site}  59/59" in told for site in range(10))


@pytest.mark.parametrize(("sites", "shown"), [(48, 1), (5, 5)])
def test_bars_that_are_full_make_room_where_there_are_many(sites: int, shown: int) -> None:
    bars = Bars(disable=True)
    report = reporting(bars)
    for site in range(sites):
        report(f"s-{site}", 1, None)
    for site in range(1, sites):
        report(f"s-{site}", 66, 66)
    assert sum(task.visible for task in bars.tasks) == shown


@pytest.mark.parametrize(("seconds", "text"), [(0.2, "0s"), (8.4, "8s"), (72, "1m12s"), (3600, "60m00s")])
def test_a_duration_reads_well(seconds: float, text: str) -> None:
    assert duration(seconds) == text

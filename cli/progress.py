"""Progress as the person sees it: bars on a terminal, a plain line now and then when the output is piped."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

Progress = Callable[[str, int, int | None], None]
"""(label, done, total or None): what every long step reports."""

BARS_SHOWN = 12
"""A screen has 24 lines, and cuts off what does not fit: bars that are full stood in the way of 25 sites at work."""

LINE_SECONDS = 5.0
"""A piped run says something at least so often, so that a log shows that it lives."""


@contextmanager
def shown_progress() -> Iterator[Progress]:
    """Bars on standard error when that is a terminal, else plain lines there."""
    if sys.stderr.isatty():
        with _bars() as progress:
            yield progress
    else:
        yield PlainLines()


class PlainLines:
    """One line when a label begins, one when it ends, and one every few seconds between, of whichever label.

    Not one of each: 48 sites that are crawled at once would fill a log with ten lines a second.
    """

    def __init__(self) -> None:
        self._begun: set[str] = set()
        self._ended: set[str] = set()
        self._said = 0.0

    def __call__(self, label: str, done: int, total: int | None) -> None:
        """Report; repeats are swallowed."""
        now = time.monotonic()
        finished = total is not None and done >= total
        if finished and label in self._ended:
            return
        if not finished and label in self._begun and now - self._said < LINE_SECONDS:
            return
        self._begun.add(label)
        self._ended |= {label} if finished else set()
        self._said = now
        amount = f"{done:,}" if total is None else f"{done:,}/{total:,}"
        print(f"  {label}  {amount}", file=sys.stderr, flush=True)


@contextmanager
def _bars() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=Console(stderr=True)) as bars:
        yield reporting(bars)


def reporting(bars: Bars) -> Progress:
    """Bars that fit on a screen: where there are many, those that are full make room for the others."""
    tasks: dict[str, TaskID] = {}

    def report(label: str, done: int, total: int | None) -> None:
        if label not in tasks:
            tasks[label] = bars.add_task(label, total=total)
        full = total is not None and done >= total
        bars.update(tasks[label], completed=done, total=total, visible=not full or len(tasks) <= BARS_SHOWN)

    return report

"""Run the schedule: crawl what is due, then unify, sync and check; until stopped."""

from __future__ import annotations

import argparse
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING

from cli.workspace import Workspace

if TYPE_CHECKING:
    from jobs.steps import Surroundings
    from store.database import Database


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--once`."""
    parser.add_argument("--once", action="store_true", help="one round, then end")


def run(workspace: Workspace, arguments: argparse.Namespace) -> int:
    """Work until SIGTERM or Ctrl-C; the crawl in flight ends gracefully and loses nothing."""
    from jobs.worker import Worker, failed

    with workspace.database(create=True) as database, stop_signals() as stop:
        worker = Worker(surroundings(workspace, database), workspace.command, lambda text: print(text, flush=True))
        rounds = worker.run(stop, once=arguments.once)
    error = failed(rounds)
    if error:
        raise error
    last = rounds[-1] if rounds else None
    print(f"worked on {len(last.sites) if last else 0} sites in the last round" + (", stopped" * stop.is_set()))
    print("next: `tracuu status`")
    return int(last.crashed) if last else 0


def surroundings(workspace: Workspace, database: Database) -> Surroundings:
    """The workspace as the jobs want it."""
    from jobs.steps import Surroundings

    return Surroundings(
        database, workspace.province, workspace.settings, workspace.clock, workspace.data, workspace.config
    )


@contextmanager
def stop_signals() -> Iterator[Event]:
    """An event that SIGTERM and Ctrl-C set, instead of breaking in anywhere."""
    stop = Event()
    before = {name: signal.signal(name, lambda *_: stop.set()) for name in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)

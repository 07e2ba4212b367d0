"""Crawl sites: what is due, or everything."""

from __future__ import annotations

import argparse
import os
import socket
from typing import TYPE_CHECKING

from cli.progress import shown_progress
from cli.workspace import Workspace
from core.errors import LeaseHeld, UsageError

if TYPE_CHECKING:
    from crawler.run import VisitSummary


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Sites, and which of their pages."""
    parser.add_argument("site", nargs="*", metavar="SITE", help="ids such as s-stp (default: all sites of the day)")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--due", action="store_true", help="only pages that are due (default)")
    which.add_argument("--all", action="store_true", help="every known page, due or not")
    parser.add_argument("--minutes", type=float, metavar="N", help="end after so many minutes; the rest stays due")
    parser.add_argument(
        "--accept-absences", action="store_true", help="you have looked: most pages of these sites are gone indeed"
    )


def run(workspace: Workspace, arguments: argparse.Namespace) -> int:
    """Crawl in this process (one crawl a process: the reactor cannot be restarted) and print one line a site."""
    if arguments.minutes is not None and not arguments.minutes > 0:
        raise UsageError(f"--minutes {arguments.minutes:g} leaves no time for a request", "give a number above 0")
    for site_id in arguments.site:
        if not workspace.province.site(site_id).exists_on(workspace.today):
            raise UsageError(
                f"site “{site_id}” does not exist on {workspace.today}", "`tracuu sites list` shows those that do"
            )
    from crawler.run import CrawlOptions, crawl

    with workspace.database(create=True, kept=2) as database, shown_progress() as progress:
        options = CrawlOptions(
            database=database,
            province=workspace.province,
            settings=workspace.settings,
            clock=workspace.clock,
            data_dir=workspace.data,
            site_ids=tuple(arguments.site),
            mode="all" if arguments.all else "due",
            accept_absences=arguments.accept_absences,
            minutes=arguments.minutes,
            worker=f"{socket.gethostname()}-{os.getpid()}",
        )
        visits = crawl(options, progress)
    for visit in visits:
        print(line(visit))
    return _close(visits)


def line(visit: VisitSummary) -> str:
    """`s-stp  ok  120 pages  3 changed  0 unreadable  1m12s`."""
    if visit.left_alone:
        return f"{visit.site_id:<14} {'left alone':<12} {visit.evidence}"
    counts = f"{visit.pages} pages  {visit.changed} changed  {visit.unreadable} unreadable"
    return f"{visit.site_id:<14} {visit.outcome:<12} {counts}  {duration(visit.seconds)}"


def duration(seconds: float) -> str:
    """`1m12s`, `8s`."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}m{rest:02d}s" if minutes else f"{rest}s"


def _close(visits: list[VisitSummary]) -> int:
    from crawler.visit import STOPPED

    left = [visit for visit in visits if visit.left_alone]
    bad = [visit for visit in visits if visit.outcome not in ("ok", "unchanged")]
    others = f", {len(left)} left alone" if left else ""
    print(f"{len(visits) - len(left)} sites crawled, {len(bad)} not well{others}", flush=True)
    holders = sorted({visit.left_to for visit in left if visit.left_to})
    if holders and len(left) == len(visits):
        raise LeaseHeld(
            f"nothing was crawled: {', '.join(holders)} crawls these servers",
            "wait until it has ended; one that was killed on another machine is forgotten after `lease_seconds`",
        )
    if any(visit.evidence == STOPPED for visit in visits):
        raise KeyboardInterrupt
    if bad:
        print("  → `tracuu status` shows why; a failed site stays due and is tried again")
    print("next: `tracuu unify`, `tracuu index sync`, `tracuu check` (or leave it all to `tracuu work`)")
    return 0

"""Show sites, leases, last runs, next due, pending changes and the index."""

from __future__ import annotations

import argparse
import shutil
from datetime import datetime
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING, Any

from cli.archive import size
from cli.workspace import Workspace
from core.clock import VIETNAM
from core.errors import TracuuError
from core.states import Outcome

if TYPE_CHECKING:
    from jobs.schedule import Lease, SiteState
    from store.retention import Growth

DAYS_AHEAD = 60
"""A disk that is full sooner is worth a word."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments."""


def run(workspace: Workspace, _arguments: argparse.Namespace) -> int:
    """Print the state of the schedule and of what follows a crawl."""
    from jobs.schedule import active_leases, site_states
    from reports.drift import drift
    from reports.findings import FindingFilter, count_findings
    from reports.watch import watch
    from store.changes import last, pending
    from store.records import count_attachments
    from store.retention import growth
    from store.tables import marks

    with workspace.database() as database, database.read() as connection:
        now = workspace.clock()
        states = site_states(connection, workspace.province, now)
        leases = active_leases(connection, now)
        waiting = pending(connection, "unify", "unify")
        consumers = sorted(connection.scalars(marks.select().with_only_columns(marks.c.consumer)))
        behind = {name: pending(connection, "index", name) for name in consumers if name.startswith("index:")}
        changed = last(connection)
        archived = growth(connection, now)
        fallen = drift(connection, now)
        seen = watch(connection, workspace.province, workspace.settings, now)
        faults = count_findings(connection, FindingFilter(audience="operator"))
        waiting_files = workspace.archive.waiting(database)
        unread = count_attachments(connection, "no_tool")
    _print_sites(states, now)
    _print_round(seen, faults)
    _print_leases(leases)
    print(f"to unify: {waiting} changes")
    live = _print_indexes(workspace, behind) if changed else ""
    for alarm in fallen:
        print(
            f"drift {alarm.family}: {alarm.field} found in {alarm.before:.0%} before, {alarm.now:.0%} now, "
            f"on {_some(list(alarm.sites), 3)}"
        )
    _print_unread(unread)
    _print_disk(workspace, archived)
    if waiting_files:
        print(f"{len(waiting_files)} closed files wait in the spool for {workspace.archive.closed.url}")
        print("  → the next crawl moves them; until then they lie on this machine alone")
    print(_advice(states, waiting, behind.get(live) if live is not None else None, broken=live is None))
    return 0


def _print_indexes(workspace: Workspace, behind: dict[str, int]) -> str | None:
    """How far each generation is; returns the live one's name in the marks, None (and says why) when none answers."""
    from indexer.engines.choice import chosen_generations
    from indexer.surroundings import consumer

    try:
        generations = chosen_generations(workspace.data, workspace.settings)
        try:
            generations.check()
            live, kept = generations.live_name(), generations.previous_name()
        finally:
            generations.close()
    except TracuuError as error:
        print(f"index: {error.message}\n  → {error.remedy}")
        return None
    of = {consumer(generations, live): "live", consumer(generations, kept): "kept for `tracuu index rollback`"}
    for name, count in behind.items():
        print(f"index {name.removeprefix('index:')}: {count} changes behind, {of.get(name, 'not used now')}")
    return consumer(generations, live)


def _print_unread(count: int) -> None:
    """The old Word files that wait for a tool, and what to do."""
    from crawler.tools import OLD_WORD, REMEDY, REMEDY_AFTERWARDS, old_word_reader

    is_there = old_word_reader() is not None
    if count:
        print(f"{count} old Word files (.doc) were not read: {OLD_WORD} was not there")
        print(f"  → {'tracuu reread' if is_there else REMEDY_AFTERWARDS}")
    elif not is_there:
        print(f"old Word files (.doc) will not be read: {OLD_WORD} is not there → {REMEDY}")


def _print_disk(workspace: Workspace, archived: Growth) -> None:
    """What is used, what a day adds, and when the disk will be full at that pace."""
    used = sum(map(bytes_of, workspace.data.rglob("*")))
    free = shutil.disk_usage(workspace.data).free
    closed = workspace.archive.closed
    if closed.is_remote:
        pace = f"; {size(archived.a_day)} a day" if archived.a_day else ""
        print(f"disk: {size(used)} used, {size(free)} free; captures: {size(archived.archived)} at {closed.url}{pace}")
        return
    text = f"disk: {size(used)} used, {size(archived.archived)} of it captures, {size(free)} free"
    if archived.a_day:
        text += f"; {size(archived.a_day)} a day: full in about {free / archived.a_day:,.0f} days"
    print(text)
    if archived.a_day and free / archived.a_day < DAYS_AHEAD:
        print("  → `tracuu archive` shows what can be freed")


def bytes_of(path: Path) -> int:
    """A file's length; 0 of what is none, or is gone by now: crawls and the index add and remove files all the time."""
    try:
        found = path.stat()
    except OSError:
        return 0
    return found.st_size if S_ISREG(found.st_mode) else 0


def _print_sites(states: list[SiteState], now: datetime) -> None:
    for state in states:
        last = _when(state.last_ended or state.last_started)
        due = "now" if state.is_due else _when(state.next_due)
        pages = f"{state.pages} pages ({state.due_pages} due)"
        held = f"  held by {state.held_by}" if state.held_by else ""
        running = " (running or killed)" if state.last_started and not state.last_ended else ""
        print(f"{state.site.id:<14} {state.last_outcome or '-':<12} last {last}{running}  next {due}  {pages}{held}")
    never = sum(state.last_outcome == Outcome.NEVER for state in states)
    print(f"{len(states)} sites at {_when(now)}: {sum(s.is_due for s in states)} due, {never} never crawled")


def _print_round(seen: dict[str, Any], faults: int) -> None:
    """Whether the last round was complete, and why not: the lines of the sites say it one by one."""
    checked = _when(datetime.fromisoformat(seen["last_check"]) if seen["last_check"] else None)
    print(f"{seen['visited']} of them visited within {seen['hours']:.0f} hours; last check {checked}")
    by_outcome: dict[str, list[str]] = {}
    for site in seen["not_seen"]:
        by_outcome.setdefault(site["outcome"], []).append(site["site"])
    for outcome, sites in sorted(by_outcome.items(), key=lambda item: -len(item[1])):
        print(f"not seen, {outcome}: {len(sites)} of them, {_some(sites)}")
    if by_outcome:
        print("  → `tracuu probe ADDRESS` asks one again")
    for what, sites in (("visit", seen["without_visit"]), ("verdict", seen["without_verdict"])):
        if seen["visited"] and sites:
            print(f"without a {what} since: {_some([site['site'] for site in sites])}")
    if faults:
        print(f"{faults} for an operator to mend\n  → `tracuu digest preview` tells them")


def _some(names: list[str], most: int = 8) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def _print_leases(leases: list[Lease]) -> None:
    for lease in leases:
        print(f"lease {lease.server}: {lease.worker} since {_when(lease.acquired_at)}, until {_when(lease.expires_at)}")
    if not leases:
        print("no leases held")


def _when(moment: datetime | None) -> str:
    return moment.astimezone(VIETNAM).strftime("%Y-%m-%d %H:%M") if moment else "never"


def _advice(states: list[SiteState], waiting: int, behind: int | None, *, broken: bool) -> str:
    """The next command. `behind`: changes that the live index lacks, None when it never followed the store."""
    if any(state.is_due for state in states):
        return "next: `tracuu crawl --due`, or `tracuu work`"
    if waiting:
        return "next: `tracuu unify`"
    if broken:
        return "next: what mends the index, see above"
    if behind != 0:
        return "next: `tracuu index sync`"
    return "next: nothing is due; `tracuu serve`"

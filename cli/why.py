"""Tell the whole story of one address: found where, checked when, read how, stored and indexed as what."""

from __future__ import annotations

import argparse
from datetime import datetime

from cli.workspace import Workspace
from core.clock import VIETNAM
from core.errors import UsageError

CAPTURES_SHOWN = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The address."""
    parser.add_argument("url", metavar="URL", help="an address of one of the sites, in any of its forms")


def run(workspace: Workspace, arguments: argparse.Namespace) -> int:
    """Print what the store knows of the page; nothing is asked of the site."""
    from crawler.urls import canonical, key_of, twins
    from indexer.inspection import without_record
    from store.story import find

    url = canonical(arguments.url)
    with workspace.database() as database, database.read() as connection:
        story = find(connection, twins(key_of(url)), arguments.url)
    if story is None:
        raise UsageError(
            f"the frontier does not have “{arguments.url}”", "`tracuu probe URL` shows what would be made of it"
        )
    page = story.page
    print(f"page {page.id} of {page.site_id}: {page.url}")
    print(
        "found     "
        + " → ".join(step.url for step in story.path)
        + f", first seen {_when(page.first_seen)}, depth {page.depth}"
    )
    print(f"checked   {_when(page.last_checked)}: {page.outcome}{' – ' + page.evidence if page.evidence else ''}")
    print(
        f"          last good {_when(page.last_good)}, last changed {_when(page.last_changed)}, next due {_when(page.next_due)}"
    )
    print(
        f"          interval {page.interval_hours:.0f} h, {page.failures} failures and {page.absences} absences in a row"
    )
    if page.gone_at:
        print(f"          tombstone since {_when(page.gone_at)}; its last capture stays")
    if story.visit is not None:
        print(
            f"visit     {story.visit.id} by {story.visit.worker}: {story.visit.outcome or 'running or killed'} {story.visit.evidence}"
        )
    print(f"reader    {page.reader or '-'}: {page.reader_why or 'never read'}")
    print(f"          kind {page.kind or '-'}, section {page.section or 'unknown'}, “{page.title}”")
    for note in page.notes:
        print(f"note      {note}")
    for capture in story.captures[:CAPTURES_SHOWN]:
        mark = "*" if capture.id == page.capture_id else " "
        print(
            f"capture  {mark}{capture.id} {_when(capture.fetched_at)} {capture.status} {capture.outcome or 'unread'}, {capture.body_bytes:,} bytes in {capture.archive}"
        )
    print(f"          {len(story.captures)} captures in all")
    if not story.records:
        print(f"record    {without_record(page.outcome, page.kind)}")
    for record in story.records:
        count = sum(version.record_id == record.id for version in story.versions)
        state = (
            f"withdrawn {_when(record.withdrawn_at)}" if record.withdrawn_at else f"last seen {_when(record.last_seen)}"
        )
        print(
            f"record    {record.id} {record.kind} {record.code or record.key}: version {record.version} of {count}, {state}, “{record.title}”"
        )
    for finding in story.findings:
        print(f"finding   {finding.rule}: {finding.state}, since {_when(finding.first_seen)}")
    for consumer, done in story.indexed.items():
        print(
            f"{'index' if consumer.startswith('index') else 'unify'}     {consumer}: {'up to date' if done else 'not yet'}"
        )
    return 0


def _when(moment: datetime | None) -> str:
    return moment.astimezone(VIETNAM).strftime("%Y-%m-%d %H:%M") if moment else "never"

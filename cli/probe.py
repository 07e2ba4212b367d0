"""Show what the crawler would make of one address; nothing is stored."""

from __future__ import annotations

import argparse
import os
import socket
from contextlib import ExitStack
from typing import TYPE_CHECKING

from cli.workspace import Workspace

if TYPE_CHECKING:
    from core.model import Record
    from crawler.probe import Probed
    from crawler.reading import Understood

LINKS_SHOWN = 12
TEXT_SHOWN = 100  # characters of a field


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The address."""
    parser.add_argument("url", metavar="URL", help="an address of one of the sites")
    parser.add_argument("--links", action="store_true", help="show every link that would be followed")


def run(workspace: Workspace, arguments: argparse.Namespace) -> int:
    """Ask for robots.txt, a path that cannot exist and the address, politely, and print every verdict."""
    from crawler.probe import Probe

    with ExitStack() as stack:
        there = bool(workspace.settings.text("database")) or (workspace.data / "store.db").exists()
        database = stack.enter_context(workspace.database()) if there else None
        worker = f"probe-{socket.gethostname()}-{os.getpid()}"
        probe = Probe(workspace.province, workspace.settings, workspace.clock, database, worker)
        found = probe.run(arguments.url)
        stored = _stored(found, database) if database is not None else {}
    _print_answer(found)
    if found.said is not None:
        _print_reading(found.said, stored)
        _print_links(found, everything=arguments.links)
    return 0


def _stored(found: Probed, database: object) -> dict[tuple[str, str], tuple[str, int]]:
    """(kind, key) → (digest, version) of what the store has of this page."""
    from store.database import Database
    from store.records import digests_of_page

    assert isinstance(database, Database)
    if found.known is None:
        return {}
    with database.read() as connection:
        return digests_of_page(connection, found.known.id)


def _print_answer(found: Probed) -> None:
    from crawler.fetching import Failed

    print(f"address   {found.url}")
    if found.key != found.url:
        print(f"key       {found.key}")
    print(f"site      {found.site.id}")
    print(f"frontier  {f'page {found.known.id}, depth {found.known.depth}' if found.known else 'not known'}")
    print(f"trap      {found.trap or 'no'}")
    verdict = {True: "allowed", False: "forbidden: it would not be asked for", None: "unknown"}[found.allowed]
    print(f"robots    {verdict} ({found.robots})")
    if isinstance(found.answer, Failed):
        print(f"answer    {found.answer.outcome}: {found.answer.evidence}")
    elif found.answer is not None:
        answer = found.answer
        kind = answer.header("content-type") or "no Content-Type"
        print(f"answer    {answer.status}, {kind}, {len(answer.body):,} bytes in {answer.seconds:.2f} s")
        if answer.url != found.url:
            print(f"          after redirects, from {answer.url}")


def _print_reading(said: Understood, stored: dict[tuple[str, str], tuple[str, int]]) -> None:
    print(f"guard     {said.outcome}{': ' + said.evidence if said.evidence else ''}")
    for note in said.notes:
        print(f"note      {note}")
    if said.reading is None:
        print("store     nothing: what is known of the page stays as it is")
        return
    reading = said.reading
    print(f"reader    {reading.reader}: {reading.why}")
    print(
        f"page      {reading.page_kind}, section {reading.section or 'unknown'}, “{reading.title}”, {len(reading.items)} rows"
    )
    for prepared in said.prepared:
        record = prepared.record
        before = stored.get((record.kind, record.key))
        change = (
            "new"
            if before is None
            else "unchanged"
            if before[0] == prepared.digest
            else f"changed, version {before[1] + 1}"
        )
        print(f"store     {record.kind} {record.key or ''}: {change}")
        _print_fields(record)
    if not said.prepared:
        print("store     no record, only the state of the page")


def _print_fields(record: Record) -> None:
    from core.plain import to_plain

    for name, value in to_plain(record.content).items():
        found = record.found.get(name)
        sure = f"  ({found.confidence:.2f}, {found.where})" if found else ""
        text = str(value)
        if value not in ("", [], None, False):
            print(f"    {name:<22} {text[:TEXT_SHOWN]}{'…' * (len(text) > TEXT_SHOWN)}{sure}")
    if record.published:
        print(f"    {'published':<22} {record.published.isoformat()}")


def _print_links(found: Probed, *, everything: bool) -> None:
    print(f"links     {len(found.new_pages)} new to the frontier")
    for page in found.new_pages if everything else found.new_pages[:LINKS_SHOWN]:
        print(f"    {page.url}{'  [' + page.section + ']' if page.section else ''}")
    for reason, count in sorted(found.refused_links.items()):
        print(f"          {count} refused: {reason}")

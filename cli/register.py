"""Import snapshots of the national register of procedures."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from cli.workspace import Workspace, parse_day
from core.errors import UsageError

if TYPE_CHECKING:
    from procedures.register import ImportReport

SHOWN_REJECTS = 5
"""Rejected lines printed in full; all of them are kept with the snapshot."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`import FILE…`."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    text = "import files: a catalogue (complete), detailed or rendered procedures (partial); the format is detected"
    importing = actions.add_parser("import", help=text, description=text)
    importing.add_argument("file", nargs="+", type=Path, metavar="FILE", help="JSON lines, plain or .gz")
    importing.add_argument("--as-of", metavar="DATE", help="day of the snapshot (default: the file's own, or today)")
    importing.add_argument("--province", default="", metavar="NAME", help="province whose own entries are ours")
    importing.add_argument("--confirm", action="store_true", help="accept a complete snapshot that shrinks a lot")


def run(workspace: Workspace, arguments: argparse.Namespace) -> int:
    """Import each file; the first that is refused stops the run, those before it are kept."""
    from procedures.register import import_file
    from procedures.sectors import load_aliases

    missing = [path for path in arguments.file if not path.is_file()]
    if missing:
        raise UsageError(f"there is no file {missing[0]}", "name the register's file")
    as_of = parse_day(arguments.as_of) if arguments.as_of else None
    if as_of and as_of > workspace.today:
        raise UsageError(
            f"--as-of {as_of} has not come yet: it is {workspace.today}",
            "name the day of the snapshot; --at before the verb moves the whole program to another day",
        )
    is_new = False
    with workspace.database(create=True) as database:
        for path in arguments.file:
            report = import_file(
                database,
                path,
                clock=workspace.clock,
                as_of=as_of,
                province=arguments.province or workspace.province.name,
                confirmed=arguments.confirm,
                breaker_share=workspace.settings.number("breaker_share"),
                aliases=load_aliases(workspace.province.national),
            )
            is_new |= not report.unchanged
            _print(report, as_of)
    print(
        "next: `tracuu unify`, then `tracuu index sync` and `tracuu check`"
        if is_new
        else "nothing was imported; `tracuu status` says what is next"
    )
    return 0


def _print(report: ImportReport, as_of: date | None) -> None:
    if report.unchanged:
        only = "it holds again only from a day after a newer snapshot of another file"
        hint = only if as_of else "if it holds again, say since when with --as-of"
        print(f"{report.source}: known already, as of {report.as_of}, nothing changed; {hint}")
        return
    extent = "complete" if report.complete else "partial"
    counts = f"{report.added} added, {report.amended} amended, {report.removed} removed"
    print(f"{report.source}: {report.entries} entries, {extent}, as of {report.as_of}; {counts}")
    if report.logged:
        print(f"  {report.logged} changes told at /thay-doi")
    for rejected in report.rejected[:SHOWN_REJECTS]:
        print(f"  line {rejected.line} skipped: {rejected.why}")
    if len(report.rejected) > SHOWN_REJECTS:
        print(f"  … {len(report.rejected)} lines skipped in all")

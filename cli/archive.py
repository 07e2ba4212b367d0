"""Show what the archive holds, prove that it is readable, and free what nothing needs."""

from __future__ import annotations

import argparse
from datetime import timedelta

from cli.progress import shown_progress
from cli.workspace import Workspace
from core.errors import ArchiveAway, ArchiveError

FILES_SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do; `prune` shows what it would free and does it only with `--confirm`."""
    parser.add_argument("what", nargs="?", choices=("show", "verify", "prune"), default="show", help="default: show")
    parser.add_argument("--confirm", action="store_true", help="prune: do it")


def run(workspace: Workspace, arguments: argparse.Namespace) -> int:
    """`show` and `prune` print the same plan by the setting `keep_captures_days`."""
    if arguments.what == "verify":
        return _verify(workspace)
    from store.retention import growth, plan, prune

    keep, now = timedelta(days=workspace.settings.number("keep_captures_days")), workspace.clock()
    with workspace.database() as database:
        with database.read() as connection:
            files, state = plan(connection, now, keep), growth(connection, now)
        print(
            f"archive: {size(state.archived)}, {f'{size(state.a_day)} a day' if state.a_day else 'too early to tell its growth'}"
        )
        for item in files[:FILES_SHOWN]:
            print(
                f"  {item.name}  {item.kept} captures stay, {item.dropped} go, {size(item.bytes_now - item.bytes_then)} freed"
            )
        freed = sum(item.bytes_now - item.bytes_then for item in files)
        dropped = sum(item.dropped for item in files)
        print(
            f"{dropped} captures older than {keep.days} days in {len(files)} files are needed by nothing: {size(freed)}"
        )
        if arguments.what == "prune" and arguments.confirm:
            done = sum(1 for _ in prune(workspace.archive, database, now, keep))
            print(f"{done} files rewritten or removed, {size(freed)} freed")
        elif files:
            print("next: `tracuu archive prune --confirm` frees them")
    return 0


def _verify(workspace: Workspace) -> int:
    """Every capture read back, length and digest; damaged ones are named."""
    from store.captures import in_order

    archive, bad, count = workspace.archive, 0, 0
    with workspace.database() as database, shown_progress() as progress:
        for row in in_order(database):
            count += 1
            try:
                archive.read(row)
            except ArchiveAway:  # says nothing about the captures
                raise
            except ArchiveError as error:
                bad += 1
                print(f"capture {row.id} of {row.url}: {error}")
            progress("verify", count, None)
    print(f"{count} captures, {bad} damaged")
    return 2 if bad else 0


def size(count: float) -> str:
    """`1.5 GB`, `97 KB`."""
    for unit, scale in (("GB", 1e9), ("MB", 1e6), ("KB", 1e3)):
        if count >= scale:
            return f"{count / scale:.1f} {unit}"
    return f"{count:.0f} B"

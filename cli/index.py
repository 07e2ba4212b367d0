"""The search index: bring it up to date, rebuild it, check it, or explain one entry."""

from __future__ import annotations

import argparse

from cli.progress import shown_progress
from cli.workspace import Workspace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`sync`, `rebuild`, `check`, `explain`."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, text in (
        ("sync", "index what changed since the last time"),
        ("rebuild", "build a new generation beside the live one, check it and swap; the old one is kept"),
        ("check", "compare the index with the store"),
    ):
        actions.add_parser(name, help=text, description=text)
    text = "show what the index holds for one page or procedure, and why"
    explain = actions.add_parser("explain", help=text, description=text)
    explain.add_argument("target", metavar="URL|CODE", help="address of a page, or a procedure's code")


def run(workspace: Workspace, arguments: argparse.Namespace) -> int:
    """Run one action on the index of the data folder."""
    from indexer import sync as indexing

    with workspace.database() as database, shown_progress() as progress:
        common = (database, workspace.data, workspace.settings, workspace.clock, workspace.config)
        if arguments.action == "sync":
            print(indexing.sync(*common, progress))
        elif arguments.action == "rebuild":
            print(indexing.rebuild(*common, progress))
        elif arguments.action == "check":
            print(indexing.check(*common))
        else:
            print(indexing.explain(*common, arguments.target))
    return 0

"""The search index: bring it up to date, rebuild it, roll it back, check it, save it, or explain one entry."""

from __future__ import annotations

import argparse
import os

from cli.progress import shown_progress
from cli.workspace import Workspace

BEHIND = 10
"""Niceness of a rebuild: whoever searches meanwhile comes first."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`sync`, `rebuild`, `rollback`, `check`, `snapshot`, `restore`, `explain`."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, text in (
        ("sync", "index what changed since the last time"),
        ("rebuild", "build a new generation beside the live one, check it and swap; the old one is kept"),
        ("rollback", "make the generation before the live one live again"),
        (
            "check",
            "compare the index with the store; 1 when it lacks or has what it should not, beside changes to sync",
        ),
    ):
        actions.add_parser(name, help=text, description=text)
    text = "save the live index of an Elasticsearch cluster to a folder that all its nodes see"
    snapshot = actions.add_parser("snapshot", help=text, description=text)
    snapshot.add_argument("folder", metavar="FOLDER", help="under path.repo of every node")
    snapshot.add_argument("--keep", type=int, default=7, metavar="N", help="delete older ones but N (default: 7)")
    text = "bring an index back from a snapshot, swap it in and bring it up to date"
    restore = actions.add_parser("restore", help=text, description=text)
    restore.add_argument("folder", metavar="FOLDER", help="where `tracuu index snapshot` saved it")
    restore.add_argument("name", metavar="NAME", nargs="?", default="", help="which one (default: the newest)")
    text = "show what the index holds for one page or procedure, and why"
    explain = actions.add_parser("explain", help=text, description=text)
    explain.add_argument("target", metavar="URL|CODE", help="address of a page, or a procedure's code")


def run(workspace: Workspace, arguments: argparse.Namespace) -> int:
    """Run one action on the index of the data folder, or of the cluster that the setting `engine` names."""
    from indexer import inspection, rebuild, snapshots, sync

    with workspace.database() as database, shown_progress() as progress:
        common = (database, workspace.data, workspace.settings, workspace.clock, workspace.config)
        match arguments.action:
            case "sync":
                print(sync.sync(*common, progress))
            case "rebuild":
                os.setpriority(os.PRIO_PROCESS, 0, max(BEHIND, os.getpriority(os.PRIO_PROCESS, 0)))
                print(rebuild.rebuild(*common, progress))
            case "rollback":
                print(rebuild.roll_back(*common))
            case "check":
                checked = inspection.check(*common)
                print(checked)
                return 0 if checked.is_sound else 1
            case "snapshot":
                print(snapshots.snapshot(*common, arguments.folder, arguments.keep))
            case "restore":
                print(snapshots.restore(*common, arguments.folder, arguments.name))
            case _:
                print(inspection.explain(*common, arguments.target))
    return 0

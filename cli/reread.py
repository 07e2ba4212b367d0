"""Extract everything again from the archive, without a request."""

from __future__ import annotations

import argparse

from cli.progress import shown_progress
from cli.workspace import Workspace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments."""


def run(workspace: Workspace, _arguments: argparse.Namespace) -> int:
    """Read every newest capture again; only records whose fields differ get a new version."""
    from crawler.reread import reread

    with workspace.database() as database, shown_progress() as progress:
        summary = reread(database, workspace.province, workspace.settings, workspace.clock, workspace.data, progress)
    print(f"{summary.captures} captures read again: {summary.changed} changed, {summary.failed} could not be read")
    print("next: `tracuu unify`, then `tracuu index sync`")
    return 0

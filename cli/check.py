"""Judge freshness: write verdicts and findings."""

from __future__ import annotations

import argparse

from cli.progress import shown_progress
from cli.workspace import Workspace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments."""


def run(workspace: Workspace, _arguments: argparse.Namespace) -> int:
    """Check every site of the day by the law of the day."""
    from freshness.check import check

    with workspace.database() as database, shown_progress() as progress:
        report = check(
            database, workspace.province, workspace.settings, workspace.clock, progress, archive=workspace.archive
        )
    print(report)
    print("next: `tracuu serve`, then the board at /nguon")
    return 0

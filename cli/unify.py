"""Work out one procedure from all offerings and the register, for whatever changed."""

from __future__ import annotations

import argparse

from cli.progress import shown_progress
from cli.workspace import Workspace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments."""


def run(workspace: Workspace, _arguments: argparse.Namespace) -> int:
    """Unify; a run stopped anywhere goes on from its mark."""
    from procedures.unify import unify_changes

    with workspace.database() as database, shown_progress() as progress:
        report = unify_changes(database, workspace.province, workspace.clock, progress)
    print(f"{report.processed} procedures worked out: {report.new} new, {report.changed} changed")
    if report.proposed:
        print(f"{report.proposed} offerings without a code may be known procedures: decide at /bien-tap")
    print("next: `tracuu index sync`")
    return 0

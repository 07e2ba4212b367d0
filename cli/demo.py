"""The province in a box: bring it up, or measure what we find in it."""

from __future__ import annotations

import argparse

from cli.workspace import Workspace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Later."""


def run(workspace: Workspace, _arguments: argparse.Namespace) -> int:
    """Later."""
    return 0

"""Show every setting with its value, default and meaning."""

from __future__ import annotations

import argparse

from cli.workspace import Workspace
from core.settings import TABLE


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments."""


def run(workspace: Workspace, _arguments: argparse.Namespace) -> int:
    """Print the table; a changed value is marked."""
    changed = 0
    for setting in TABLE:
        value = workspace.settings[setting.name]
        differs = value != setting.default
        changed += differs
        if setting.secret and differs:
            value = "(set, not shown)"
        print(f"{'*' if differs else ' '} {setting.name} = {value!r}" + (f"  (default {setting.default!r})" * differs))
        print(f"      {setting.help}")
    print(f"{len(TABLE)} settings, {changed} changed; change one in {workspace.data / 'settings.toml'} or with --set")
    return 0

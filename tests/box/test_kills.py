"""Every command that writes is killed at an arbitrary moment and run again: it ends as if nothing had happened."""

from __future__ import annotations

import random
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from cli.box import Box, BoxOptions, running_box
from cli.children import child, run
from cli.demo_up import enter
from cli.workspace import Workspace
from core.plain import digest
from store.tables import findings, procedures, records, register_entries, verdicts
from tests.box.some_sites import some_sites

pytestmark = [pytest.mark.box, pytest.mark.xdist_group("kills")]

KILLS = 2
"""Kills of each command before it is let go; the moments differ from run to run and are named when a test fails."""


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    with running_box(tmp_path_factory.mktemp("box"), BoxOptions(size="small")) as box:
        yield box


@dataclass
class Stage:
    """Data folders as they are just before and after a command, and the seconds it took."""

    before: Path
    after: Path
    seconds: float


@pytest.fixture(scope="module")
def stages(box: Box, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Stage]:
    """Verb → its stage; each begins where the one before it ended."""
    now, kept = tmp_path_factory.mktemp("now"), tmp_path_factory.mktemp("stages")
    found = {}
    for words in commands(box):
        verb = words[0]
        before = shutil.copytree(now, kept / verb)
        seconds = seconds_of([*enter(Workspace(now, box.config), box).command(), *words])
        found[verb] = Stage(before, shutil.copytree(now, kept / f"after-{verb}"), seconds)
    return found


def commands(box: Box) -> list[Sequence[str]]:
    register = ("register", "import", *map(str, box.register))
    return [
        register,
        ("crawl", *some_sites(Workspace(Path(), box.config, box.begins)), "--due"),
        ("unify",),
        ("index", "sync"),
        ("check",),
        ("reread",),
    ]


def seconds_of(command: list[str]) -> float:
    begun = time.monotonic()
    assert run(command, quiet=True) == 0, command
    return time.monotonic() - begun


def state(workspace: Workspace) -> dict[str, str]:
    """A digest of what each room has written, without ids, dates of checks and numbers of versions."""
    columns: dict[str, list[Any]] = {
        "register": [register_entries.c.code, register_entries.c.name, register_entries.c.text_digest],
        "records": [records.c.site_id, records.c.kind, records.c.key, records.c.content, records.c.withdrawn_at],
        "procedures": [procedures.c.key, procedures.c.name, procedures.c.state, procedures.c.is_public],
        "findings": [findings.c.rule, findings.c.site_id, findings.c.section, findings.c.code, findings.c.state],
        "verdicts": [verdicts.c.site_id, verdicts.c.section, verdicts.c.verdict, verdicts.c.rule],
    }
    with workspace.database() as database, database.read() as connection:
        return {
            name: digest(sorted(repr(tuple(row)) for row in connection.execute(select(*of))))
            for name, of in columns.items()
        }


@pytest.mark.parametrize("verb", ["register", "unify", "index", "check", "reread"])
def test_a_command_killed_anywhere_is_finished_by_the_next_run(
    verb: str, box: Box, stages: dict[str, Stage], tmp_path: Path
) -> None:
    words = next(words for words in commands(box) if words[0] == verb)
    stage = stages[verb]
    workspace = enter(Workspace(shutil.copytree(stage.before, tmp_path / "killed"), box.config), box)
    moments = [random.uniform(0.3, 0.95) * stage.seconds for _ in range(KILLS)]
    for moment in moments:
        with child([*workspace.command(), *words], quiet=True) as process:
            time.sleep(moment)
            process.kill()
            process.wait()
    assert run([*workspace.command(), *words], quiet=True) == 0, moments
    after = enter(Workspace(stage.after, box.config), box)
    assert state(workspace) == state(after), moments
    assert run([*workspace.command(), *words], quiet=True) == 0, "a repeat does no harm"
    assert state(workspace) == state(after), moments
    if verb == "index":
        said = subprocess.run(
            [*workspace.command(), "index", "check"], capture_output=True, text=True, check=True
        ).stdout
        assert "the index has everything the store has" in said, (moments, said)

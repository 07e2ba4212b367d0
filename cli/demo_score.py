"""A fault plan day by day on an empty folder: what was found, what was missed, what was false, by kind."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from cli.box import Box, BoxOptions, running_box
from cli.children import child, interrupted_by_sigterm
from cli.demo_up import STOPPED, enter
from cli.workspace import Workspace
from core.errors import TracuuError

PATIENCE = 2.0
"""Seconds for an answer: a box on loopback that has not answered by then never will."""


@dataclass(frozen=True, slots=True)
class Observed:
    """A finding as it stood at the end of a day of the plan."""

    day: int
    rule: str
    site: str
    section: str
    code: str
    url: str


def truth(plan: Path, size: str) -> int:
    """Print what a perfect observer would report, as JSON."""
    from demo.truth import truth_of

    print(json.dumps(truth_of(plan, size), ensure_ascii=False, indent=2))
    return 0


def score(plan: Path, size: str) -> int:
    """Run the plan and print the comparison; totals on the last line."""
    try:
        return _score(plan, size)
    except KeyboardInterrupt:
        print("\ntracuu: stopped; nothing is kept of a plan half lived through, it begins anew", file=sys.stderr)
        return STOPPED


def _score(plan: Path, size: str) -> int:
    from demo.score import compare
    from demo.truth import truth_of

    begun = time.monotonic()
    expected = truth_of(plan, size)
    with interrupted_by_sigterm(), tempfile.TemporaryDirectory(prefix="tracuu-score-") as folder:
        observed = _live(Path(folder), BoxOptions(size=size, plan=plan))
    for line in compare(expected, [asdict(item) for item in observed]).lines():
        print(line)
    print(f"{time.monotonic() - begun:.0f} s", file=sys.stderr)
    return 0


def _live(folder: Path, options: BoxOptions) -> list[Observed]:
    observed: list[Observed] = []
    with running_box(folder / "box", options) as box:
        inside = enter(Workspace(folder / "data", box.config, overrides=(f"request_timeout={PATIENCE}",)), box)
        for day in range(box.days + 1):
            box.go_to_day(day)
            _live_a_day(inside.on(box.begins + timedelta(days=day)), box, day)
            observed += _findings(inside, day)
            print(f"── day {day} of {box.days}: {len(observed)} findings so far", file=sys.stderr, flush=True)
    return observed


def _live_a_day(workspace: Workspace, box: Box, day: int) -> None:
    from cli.work import surroundings
    from jobs.steps import run_steps

    for path in box.register if day == 0 else box.register_later.get(day, ()):
        _must(workspace, "register", "import", "--confirm", str(path))
    _must(workspace, "crawl", "--due")
    with workspace.database() as database:
        report = run_steps(surroundings(workspace, database))
    for name, error in report.failures.items():
        raise TracuuError(f"{name}: {error.message}", error.remedy)


def _must(workspace: Workspace, *words: str) -> None:
    with child([*workspace.command(), *words], quiet=True) as process:
        try:
            code = process.wait()
        except KeyboardInterrupt:
            process.kill()  # its folder goes too: there is nothing to end in order, or to say of it
            raise
    if code:
        raise TracuuError(f"`tracuu {words[0]}` ended with {code}", "its own message is above")


def _findings(workspace: Workspace, day: int) -> list[Observed]:
    from sqlalchemy import select

    from core.states import FindingState
    from store.tables import findings

    with workspace.database() as database, database.read() as connection:
        rows: Any = connection.execute(select(findings).where(findings.c.state != FindingState.RESOLVED.value)).all()
    return [Observed(day, row.rule, row.site_id, row.section, row.code, row.url) for row in rows]

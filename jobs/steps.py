"""What follows a crawl, in order: unify what changed, bring the index up to date, judge freshness."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.clock import Clock
from core.errors import TracuuError
from core.settings import Settings
from core.sites import Province
from store.database import Database

log = logging.getLogger(__name__)

VERBS = {"unify": "unify", "index": "index sync", "check": "check"}
"""Step → the command that runs it alone."""

Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every job needs: the store, the sites, the settings, the clock and the folders."""

    database: Database
    province: Province
    settings: Settings
    clock: Clock
    data: Path
    config: Path


@dataclass(slots=True)
class StepsReport:
    """What each step said, and which failed. A failed step does not keep the next from running."""

    reports: dict[str, Any] = field(default_factory=dict)
    failures: dict[str, TracuuError] = field(default_factory=dict)


def run_steps(around: Surroundings, progress: Progress | None = None) -> StepsReport:
    """Run all three; safe to repeat, each goes on from its own mark."""
    result = StepsReport()
    for name, step in (("unify", unify), ("index", sync), ("check", check)):
        try:
            result.reports[name] = step(around, progress)
        except TracuuError as error:
            result.failures[name] = error
        except Exception as error:  # a fault of ours: what it keeps from being judged today must not stop all the rest
            log.exception("%s failed", name)
            result.failures[name] = TracuuError(
                f"unexpected {type(error).__name__}: {error}",
                f"its trace is in the log; `tracuu {VERBS[name]}` shows it again",
            )
    return result


def unify(around: Surroundings, progress: Progress | None = None) -> Any:
    """Unify the codes that changed."""
    from procedures.unify import unify_changes

    return unify_changes(around.database, around.province, around.clock, progress)


def sync(around: Surroundings, progress: Progress | None = None) -> Any:
    """Bring the index up to the change sequence."""
    from indexer.sync import sync as sync_index

    return sync_index(around.database, around.data, around.settings, around.clock, around.config, progress)


def check(around: Surroundings, progress: Progress | None = None) -> Any:
    """Write verdicts and findings."""
    from freshness.check import check as check_freshness
    from store.archive import Archive

    archive = Archive.of(around.data, around.settings)
    return check_freshness(around.database, around.province, around.settings, around.clock, progress, archive=archive)

"""`tracuu work`: crawl what is due in a process of its own, then the steps; again and again, until told to stop."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event

from core.errors import TracuuError
from jobs.schedule import due_sites, next_moment
from jobs.steps import StepsReport, Surroundings, run_steps

POLL_SECONDS = 0.5
"""How often a running crawl is looked at, so that a stop is obeyed at once."""

ROUND_MINUTES = 50
"""A crawl of a round ends then, whatever is left of a large or slow site: all others wait for it, with their lists that are
due every hour, and so do the index and the board."""

IDLE_SECONDS = 60.0
"""Longest sleep when nothing is due: a new site or a changed setting is noticed within a minute."""

GRACE_SECONDS = 30.0
"""A crawl that is told to stop ends its requests in flight within this time, else it is killed (nothing is lost)."""


@dataclass(slots=True)
class Round:
    """One round: which sites were due, how the crawl ended, what the steps said."""

    sites: tuple[str, ...] = ()
    crawl_code: int | None = None
    steps: StepsReport = field(default_factory=StepsReport)
    stopped: bool = False

    @property
    def crashed(self) -> bool:
        """Whether the crawl was refused or died by itself; sites that fail are no crash."""
        return not self.stopped and self.crawl_code not in (0, None)


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker. `crawl_command`: how this installation starts `tracuu`, with its global options.

    Servers are leased by the crawl itself: another worker's are left alone, and those of a killed one are taken up
    when its lease has run out, because what is due is read from the store every round.
    """

    around: Surroundings
    crawl_command: Callable[[], Sequence[str]]
    say: Callable[[str], None]

    def run(self, stop: Event, *, once: bool = False) -> list[Round]:
        """Rounds until `stop` is set; with `once` a single one. Returns the last rounds (at most ten)."""
        rounds: list[Round] = []
        while not stop.is_set():
            rounds = [*rounds[-9:], self.round(stop)]
            if once:
                break
            stop.wait(IDLE_SECONDS if rounds[-1].crawl_code else self._idle_seconds())
        return rounds

    def round(self, stop: Event) -> Round:
        """Crawl what is due, then run the steps (also when nothing was due: a stopped round may have left work)."""
        result = Round()
        with self.around.database.read() as connection:
            due = due_sites(connection, self.around.province, self.around.clock())
        result.sites = tuple(state.site.id for state in due)
        if due:
            self.say(f"{len(due)} sites are due")
            result.crawl_code = self._crawl(result.sites, stop)
            if result.crashed:
                self.say(f"the crawl ended with {result.crawl_code}; what it did is kept, the rest stays due")
        if stop.is_set():
            result.stopped = True
            return result
        result.steps = run_steps(self.around)
        for name, error in result.steps.failures.items():
            self.say(f"{name} failed: {error}")
        return result

    def _crawl(self, site_ids: Sequence[str], stop: Event) -> int:
        child = subprocess.Popen([*self.crawl_command(), "crawl", "--due", "--minutes", str(ROUND_MINUTES), *site_ids])
        try:
            while child.poll() is None:
                if stop.wait(POLL_SECONDS):
                    return _end(child)
            return child.returncode
        except BaseException:
            _end(child)
            raise

    def _idle_seconds(self) -> float:
        now = self.around.clock()
        with self.around.database.read() as connection:
            moment = next_moment(connection, self.around.province, now)
        return idle_seconds(now, moment)


def idle_seconds(now: datetime, moment: datetime | None) -> float:
    """How long to sleep until `moment`, between one second and a minute."""
    if moment is None:
        return IDLE_SECONDS
    return min(IDLE_SECONDS, max(1.0, (moment - now).total_seconds()))


def _end(child: subprocess.Popen[bytes]) -> int:
    child.terminate()
    try:
        return child.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        return child.wait()


def failed(rounds: Sequence[Round]) -> TracuuError | None:
    """The first failure among the steps of the last round, for the exit code."""
    if not rounds:
        return None
    return next(iter(rounds[-1].steps.failures.values()), None)

"""When a site goes bad in the middle of a run: many pages in a row that fail for a reason of the site's, not of their own."""

from __future__ import annotations

from dataclasses import dataclass

from core.states import Outcome

MANY = 8
"""Troubled pages in a row after which the home page says whether to go on, and again after twice as many. A fire wall that
has begun to refuse us, or a data base that is down, is not asked for all the rest; a section of the site that is, is."""

OF_THE_SITE = (
    Outcome.BLOCKED, Outcome.HTTP_5XX, Outcome.MAINTENANCE, Outcome.LOGIN, Outcome.EMPTY, Outcome.PARKED, Outcome.SPAM,
    Outcome.MOVED, Outcome.NEW_OWNER, Outcome.REDIRECT_LOOP, Outcome.TLS,
)  # fmt: skip
"""Silence is not among them: `crawler.politeness.Pacer.unanswered` counts it for all sites of a server."""


@dataclass(slots=True)
class Trouble:
    """What a visit saw last."""

    in_a_row: int = 0
    patience: int = MANY

    def seen(self, outcome: Outcome) -> int:
        """Note how a page ended; how many in a row it was, when it is time to look at the home page, else 0."""
        self.in_a_row = self.in_a_row + 1 if outcome in OF_THE_SITE else 0
        if self.in_a_row < self.patience:
            return 0
        many, self.in_a_row, self.patience = self.in_a_row, 0, 2 * self.patience
        return many

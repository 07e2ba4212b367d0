"""The weekly round of digests: who is due, what is new for them, and a record of every one that went out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from core.clock import local_date
from reports.digest import Digest, Gatherer
from reports.mail import Mailer, MessageRefused, MessageUncertain, message_id, message_of
from store import subscriptions
from store.database import Database
from store.subscriptions import Audience, DigestKey, DigestState, Subscription


@dataclass(slots=True)
class SendReport:
    """What a round did, by address."""

    sent: list[DigestKey] = field(default_factory=list)
    nothing_new: int = 0
    already: int = 0
    refused: dict[DigestKey, str] = field(default_factory=dict)
    uncertain: list[DigestKey] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{len(self.sent)} sent, {self.nothing_new} with nothing new, {self.already} had this period's already, "
            f"{len(self.refused)} refused, {len(self.uncertain)} uncertain"
        )


@dataclass(frozen=True, slots=True)
class Sending:
    """One round of digests. `sender`: the address in From."""

    database: Database
    gatherer: Gatherer
    sender: str
    clock: Callable[[], datetime]

    def send(self, mailer: Mailer, *, operators: bool = False) -> SendReport:
        """Send what is new to everybody who is due. MailServerGone stops the round; what went out is recorded.

        A digest is written down before it is handed over and again afterwards: a run that is killed between the two
        leaves it uncertain, and no later run sends it again by itself.
        """
        report = SendReport()
        for item in self.due(operators=operators):
            key = DigestKey(self.period(item), item.site_id, item.address)
            digest = self.gathered(item)
            if digest is None:
                report.nothing_new += 1
                continue
            if not self._is_free(key):
                report.already += 1
                continue
            mailer.connect()
            self._hand_over(mailer, key, digest, report)
        with self.database.read() as connection:
            report.uncertain = subscriptions.uncertain(connection)
        return report

    def due(self, *, operators: bool) -> list[Subscription]:
        """The subscriptions of a round; those of sites that do not exist on the day are left out."""
        today = local_date(self.gatherer.now)
        there = {site.id for site in self.gatherer.province.sites_on(today)}
        with self.database.read() as connection:
            every = subscriptions.everyone(connection)
        if operators:
            return [item for item in every if item.audience is Audience.OPERATOR]
        return [item for item in every if item.site_id in there]

    def period(self, item: Subscription) -> str:
        """A week for agencies, a day for operators."""
        today = local_date(self.gatherer.now)
        return today.isoformat() if item.audience is Audience.OPERATOR else subscriptions.week_of(today)

    def gathered(self, item: Subscription) -> Digest | None:
        """What is new for an address since it was last told."""
        with self.database.read() as connection:
            since = subscriptions.last_told(connection, item.site_id, item.address, self.period(item))
            if item.audience is Audience.OPERATOR:
                return self.gatherer.of_operators(connection, since)
            return self.gatherer.of_agency(connection, item.site_id, since)

    def _is_free(self, key: DigestKey) -> bool:
        with self.database.read() as connection:
            return subscriptions.is_free(connection, key)

    def _hand_over(self, mailer: Mailer, key: DigestKey, digest: Digest, report: SendReport) -> None:
        message = message_of(digest, key, self.sender, self.clock())
        with self.database.write() as connection:
            mine = subscriptions.claim(connection, key, message_id(key, self.sender), self.gatherer.now)
        if not mine:  # another run was faster
            report.already += 1
            return
        state, said = DigestState.SENT, ""
        try:
            mailer.send(message)
            report.sent.append(key)
        except MessageRefused as error:
            state, said = DigestState.REFUSED, error.message
            report.refused[key] = error.message
        except MessageUncertain as error:
            state, said = DigestState.SENDING, error.message
        with self.database.write() as connection:
            subscriptions.finish(connection, key, state, said)

"""From an answer to what it says: guards first, then a reader; fingerprints and values made ready for the store."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from core.model import Reading
from core.plain import digest, to_plain
from core.states import Outcome
from crawler.cms import read
from crawler.documents import is_document, read_document
from crawler.guards import Soft404Sample, judge
from crawler.page import RawPage, SiteHints
from store.prepared import Prepared, prepare

log = logging.getLogger(__name__)

UNFINISHED = "unfinished"
"""Note of a page without the end of its markup: many a template never has it, and any page that was cut off on its way."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What one answer came to. `reading` is None unless the outcome is good."""

    outcome: Outcome
    evidence: str = ""
    notes: tuple[str, ...] = ()
    reading: Reading | None = None
    prepared: tuple[Prepared, ...] = ()
    text_digest: str = ""
    fields_digest: str = ""


def understand(page: RawPage, site: SiteHints, sample: Soft404Sample | None = None) -> Understood:
    """Judge and read one answer; pure, so that it gives the same from the archive as from the network.

    A reader that fails on a page makes it `unreadable` with the error as evidence: one page never stops a run.
    """
    try:
        verdict = judge(page, site, sample)
        if not verdict.outcome.is_good:
            return Understood(verdict.outcome, verdict.evidence, verdict.notes)
        reading = read_document(page, site) if is_document(page) else read(page, site)
        notes = (*verdict.notes, UNFINISHED) if _is_unfinished(page.body) else verdict.notes
        return _ready(reading, verdict.outcome, verdict.evidence, notes)
    except Exception as error:
        log.exception("%s could not be read", page.url)
        return Understood(Outcome.UNREADABLE, f"{type(error).__name__}: {error}"[:500])


def _is_unfinished(body: bytes) -> bool:
    begins = body[:1024]
    return (b"<html" in begins and b"</html" not in body) or (b"<HTML" in begins and b"</HTML" not in body)


def _ready(reading: Reading, outcome: Outcome, evidence: str, notes: tuple[str, ...]) -> Understood:
    prepared = tuple({(item.kind, item.key): prepare(item) for item in reading.records}.values())
    return Understood(
        outcome,
        evidence,
        tuple(dict.fromkeys((*notes, *reading.notes))),
        reading,
        prepared,
        digest([reading.text, reading.title, to_plain(reading.items), sorted({link.url for link in reading.links})]),
        digest(sorted(item.digest for item in prepared)),
    )

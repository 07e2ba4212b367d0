"""A store as large as a province's, for the benchmarks of search: one procedure and one document in eight, else articles.

Texts are made of the project's everyday phrases, with a fixed seed: titles of two phrases, bodies of about 1,700
characters. That is harder than real text: every body has words of sixty different matters.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cached_property

from sqlalchemy import update

from core.model import Article, LegalDocument, Procedure, Record
from core.states import Outcome
from core.unified import Offering, UnifiedField, UnifiedProcedure
from indexer.query.vocabulary import Vocabulary
from store import page_records, procedures
from store import pages as frontier
from store.database import Database
from store.prepared import prepare
from store.tables import pages
from vietnamese.syllables import folded

SEED = 20261102
NOW = datetime(2026, 11, 2, 5, tzinfo=UTC)
LINES, LINE_PHRASES = 12, 5
QUERIES = 400
SITES, SECTORS = 48, 40
BATCH = 1000


class Phrases:
    """The same random texts every time."""

    def __init__(self, vocabulary: Vocabulary, seed: int = SEED) -> None:
        self._chance = random.Random(seed)
        self._vocabulary = vocabulary

    @cached_property
    def all(self) -> list[str]:
        """Every phrase there is."""
        return [phrase for said in self._vocabulary.phrases.values() for phrase in said]

    def title(self) -> str:
        """Two phrases."""
        return " ".join(self._chance.choices(self.all, k=2))

    def body(self) -> str:
        """Twelve lines of five."""
        return "\n".join(" ".join(self._chance.choices(self.all, k=LINE_PHRASES)) for _ in range(LINES))

    def asked(self) -> list[str]:
        """Phrases as people ask them, half without marks."""
        chosen = self._chance.sample(self.all, QUERIES)
        return [q if n % 2 else " ".join(folded(q)) for n, q in enumerate(chosen)]


def queries(vocabulary: Vocabulary) -> list[str]:
    """What is asked."""
    return Phrases(vocabulary, SEED + 1).asked()


def fill_store(database: Database, vocabulary: Vocabulary, count: int) -> None:
    """`count` documents, as crawling and unifying leave them; page and record have the number of the document plus one."""
    texts = Phrases(vocabulary)
    for start in range(0, count, BATCH):
        numbers = range(start, min(start + BATCH, count))
        with database.write() as connection:
            for number in numbers:
                new = frontier.NewPage(_url(number), 1)
                frontier.discover(connection, _site(number), "127.0.0.1", [new], NOW)
                origin = page_records.Origin(number + 1, _site(number), "news", "benchmark", None, NOW)
                page_records.write(connection, origin, [prepare(_record(texts, number))])
            unified = [_unified(texts, number) for number in numbers if number % 8 == 0]
            procedures.write(connection, [procedures.prepare(procedure) for procedure in unified], NOW)
    with database.write() as connection:
        connection.execute(update(pages).values(last_good=NOW, outcome=Outcome.OK.value))


def _site(number: int) -> str:
    return f"site{number % SITES}"


def _url(number: int) -> str:
    return f"http://{_site(number)}.localhost/{number}"


def _code(number: int) -> str:
    return f"9.{number:06d}"


def _record(texts: Phrases, number: int) -> Record:
    published = NOW - timedelta(days=number % 3000)
    if number % 8 == 0:
        return Record("procedure", Procedure(texts.title(), code=_code(number)), published=published)
    if number % 8 == 1:
        content = LegalDocument(texts.title(), f"{number}/2024/QĐ-UBND", issued_on=published.date(), body=texts.body())
        return Record("document", content, published=published)
    return Record("article", Article(texts.title(), body=texts.body()), published=published)


def _unified(texts: Phrases, number: int) -> UnifiedProcedure:
    offering = Offering(_site(number), _url(number), "", "", NOW, NOW, number + 1)
    return UnifiedProcedure(
        key=_code(number),
        code=_code(number),
        name=texts.title(),
        sectors=(f"lĩnh vực {number // 8 % SECTORS}",),
        tiers=(("xa", "tinh")[number // 8 % 2],),
        fields={"description": UnifiedField(texts.body(), _site(number), NOW)},
        offerings=(offering,),
        is_public=True,
    )


def lines(vocabulary: Vocabulary, count: int, seed: int = SEED) -> Iterator[list[str]]:
    """Bodies alone, line by line."""
    texts = Phrases(vocabulary, seed)
    return (texts.body().splitlines() for _ in range(count))

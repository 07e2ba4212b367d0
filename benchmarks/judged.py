"""Judged queries over the real catalogue: topics, citizens' questions, everyday queries of our own, and their indexes."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.catalogue import FILES, SHARED, corpus_codes, lines_of, news, procedures
from core.plain import digest
from indexer.engines.generations import EmbeddedGenerations
from indexer.query.build import fill
from indexer.query.searcher import Searcher
from indexer.query.terms import Source
from indexer.query.vocabulary import Vocabulary

DATA = SHARED / "data"
TOPICS, CORPUS, QUESTIONS = DATA / "topics_dev.jsonl", DATA / "topics_corpus_codes.txt", DATA / "faq_questions.jsonl.gz"

EVERYDAY = Path(__file__).with_name("everyday_queries.jsonl")
"""Short everyday queries with the codes that answer them, written from names alone before anyone looked what is found.
Words that were missing in some of them are in the vocabulary since. Measured, never fitted on and without a floor."""

WAYS = ("primary", "folded", "typo", "telex", "colloquial", "question")
CITIZENS, PLAIN = "citizens", "citizens, none indexed"
"""Real citizens' questions, with the questions of the other half indexed, and with none indexed at all."""

OWN = "everyday, our own"
"""Queries of `EVERYDAY`."""

LONGEST_QUESTION = 2000


@dataclass(frozen=True, slots=True)
class Judged:
    """One query. `index` names the index it is asked of: all, none, or the half that lacks the question itself."""

    topic: str
    stratum: str
    way: str
    text: str
    grades: Mapping[str, int]
    index: str

    @property
    def right(self) -> set[str]:
        """Keys of grade 3."""
        return {key for key, grade in self.grades.items() if grade == 3}


def topic_queries(path: Path) -> list[Judged]:
    """Every way of typing of every topic that has judgements; asked of an index with all citizens' questions."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [
        Judged(row["id"], row.get("stratum", ""), way, row[way], row["judgements"], "all")
        for row in rows
        if row["judgements"]
        for way in WAYS
        if way in row
    ]


def question_queries(questions: Iterable[Any]) -> list[Judged]:
    """Citizens' questions twice: of the index with the other half's questions, and of the one with none."""
    found = []
    for number, row in enumerate(questions):
        asked = Judged(f"q{number:03}", "citizens", CITIZENS, row["question"], dict.fromkeys(row["codes"], 3), "")
        found.append(replace(asked, index="odd" if number % 2 == 0 else "even"))
        found.append(replace(asked, way=PLAIN, index="none"))
    return found


def everyday_queries() -> list[Judged]:
    """Our own everyday queries, asked as topics are."""
    return [
        Judged(f"e{number:04}", "our own", OWN, row["q"], dict.fromkeys(row["codes"], 3), "all")
        for number, row in enumerate(map(json.loads, EVERYDAY.read_text(encoding="utf-8").splitlines()))
    ]


@dataclass(frozen=True)
class Bench:
    """Judged queries with an index for each kind of them."""

    queries: tuple[Judged, ...]
    searchers: Mapping[str, Searcher]

    def close(self) -> None:
        """Close the indexes."""
        for searcher in self.searchers.values():
            searcher.close()


def open_bench(
    folder: Path, vocabulary: Vocabulary, topics: Path = TOPICS, corpus: Path = CORPUS, data: Path = DATA
) -> Bench:
    """Four indexes over the real catalogue under `folder`: all questions, none, and each half."""
    questions = list(lines_of(data / QUESTIONS.name))
    halves = {"all": questions, "none": [], "even": questions[0::2], "odd": questions[1::2]}
    codes = corpus_codes(corpus)
    searchers = {name: build_searcher(folder / name, data, codes, vocabulary, asked) for name, asked in halves.items()}
    return Bench((*topic_queries(topics), *question_queries(questions), *everyday_queries()), searchers)


def covered_bench(
    folder: Path, share: int, vocabulary: Vocabulary, topics: Path = TOPICS, corpus: Path = CORPUS, data: Path = DATA
) -> Bench:
    """The topics on an index with all questions, where only `share` per cent of the procedures have everyday phrases.

    Which ones is decided by the digest of the code, so that a larger share contains the smaller.
    """
    kept = {code: say for code, say in vocabulary.phrases.items() if int(digest(code)[:8], 16) % 100 < share}
    questions = list(lines_of(data / QUESTIONS.name))
    searcher = build_searcher(folder, data, corpus_codes(corpus), replace(vocabulary, phrases=kept), questions)
    return Bench(tuple(topic_queries(topics)), {"all": searcher})


def build_searcher(
    folder: Path, data: Path, codes: list[str], vocabulary: Vocabulary, questions: Iterable[Any] = ()
) -> Searcher:
    """A searcher over the real catalogue in a new index under `folder`, with these questions as their procedures' own."""
    sources = question_sources(data, codes, questions)
    generations = EmbeddedGenerations(folder)
    engine = fill(generations, lambda: sources, vocabulary)
    engine.close()
    generations.swap(engine.generation)
    return Searcher(generations, vocabulary, query_max_chars=LONGEST_QUESTION)


def question_sources(data: Path, codes: list[str], questions: Iterable[Any]) -> list[Source]:
    """The real catalogue and news; each question is its procedures' own."""
    asked = defaultdict(list)
    for row in questions:
        for code in row["codes"]:
            asked[code].append(row["question"])
    known = (replace(source, asked=tuple(asked[source.codes[0]])) for source in procedures(data, codes))
    return [*known, *news(data)]


def data_digest(data: Path, topics: Path, corpus: Path) -> str:
    """One digest of everything that the figures depend on, besides the program and its vocabulary."""
    files = [*(data / name for name in FILES), topics, corpus, data / QUESTIONS.name]
    return digest([digest(file.read_bytes()) for file in files])[:16]

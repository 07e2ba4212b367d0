"""The judged topics and citizens' questions stay above their floors on the real catalogue."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.catalogue import corpus_codes, lines_of
from benchmarks.relevance import FLOORS, below_floor, build_searcher, data_digest, measure
from indexer.query.answer import Ask
from indexer.query.searcher import Searcher

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not DATA.is_dir(), reason="the real data is not beside the project"),
]


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    codes = corpus_codes(DATA / "topics_corpus_codes.txt")
    opened = build_searcher(tmp_path_factory.mktemp("relevance"), DATA, codes)
    yield opened
    opened.close()


def test_no_figure_is_below_its_floor(searcher: Searcher) -> None:
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))
    topics = DATA / "topics_dev.jsonl"
    assert floors["data"] == data_digest(DATA, topics, DATA / "topics_corpus_codes.txt")
    rows = [json.loads(line) for line in topics.read_text(encoding="utf-8").splitlines()]
    figures = measure(searcher, rows, lines_of(DATA / "faq_questions.jsonl.gz"))
    assert not below_floor(figures, floors["floors"])


def test_every_code_finds_its_procedure_first(searcher: Searcher) -> None:
    for code in corpus_codes(DATA / "topics_corpus_codes.txt")[::20]:
        for spelling in (code, code.replace(".", " "), code.replace(".", ","), f"{code}.000.00.00.H56"):
            assert searcher.search(Ask(spelling, limit=1)).hits[0].key == code


def test_official_names_find_their_procedure_in_the_first_three(searcher: Searcher) -> None:
    names = {row["code"]: row["name"] for row in lines_of(DATA / "catalog.jsonl.gz")}
    missed = []
    for code in corpus_codes(DATA / "topics_corpus_codes.txt")[::25]:
        same = {other for other, name in names.items() if name == names[code]}
        found = [hit.key for hit in searcher.search(Ask(names[code], limit=3)).hits]
        if not same & set(found):
            missed.append((code, names[code][:80], found))
    assert not missed

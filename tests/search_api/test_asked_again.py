"""A question asked again is answered from memory exactly as long as its index, the day and the question stay the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from indexer.engines import Deletion
from indexer.engines.generations import EmbeddedGenerations
from indexer.query import live
from indexer.query.answer import Ask
from indexer.query.build import fill
from indexer.query.searcher import Searcher
from indexer.query.terms import Source
from search_api.last_good import LastGood
from tests.search_api.conftest import vocabulary

pytestmark = pytest.mark.slow

MORNING = datetime(2018, 8, 9, 1, 0, tzinfo=UTC)
SOURCES = [
    Source(f"procedure:{n}", "procedure", 1, f"Thủ tục đăng ký {name}")
    for n, name in enumerate(("kết hôn", "khai sinh"))
]


class Watched(Searcher):
    """A real searcher that tells what it was asked, at a time that can be set."""

    asked: list[object]
    now = MORNING

    def search(self, ask: Ask):  # type: ignore[no-untyped-def]
        self.asked.append(ask)
        return super().search(ask)

    def suggest(self, q: str, limit: int = 8):  # type: ignore[no-untyped-def]
        self.asked.append(q)
        return super().suggest(q, limit)


@pytest.fixture
def generations(tmp_path: Path) -> EmbeddedGenerations:
    made = EmbeddedGenerations(tmp_path)
    engine = fill(made, lambda: SOURCES, vocabulary())
    engine.close()
    made.swap(engine.generation)
    return made


@pytest.fixture
def searcher(generations: EmbeddedGenerations, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    monkeypatch.setattr(live, "LOOK_AGAIN", 0.0)
    watched = Watched(generations, vocabulary(), clock=lambda: watched.now)
    watched.asked = []
    yield watched
    watched.close()


@pytest.fixture
def answers(searcher: Watched) -> LastGood:
    return LastGood(searcher, lambda: searcher.now, 100)


def test_the_same_question_is_asked_once(answers: LastGood, searcher: Watched) -> None:
    first = [answers.search(Ask("đăng ký")) for _ in range(3)]
    assert (len(searcher.asked), first[0]) == (1, first[2])
    assert answers.suggest("kết") == answers.suggest("kết")
    assert searcher.asked == [Ask("đăng ký"), "kết"]


@pytest.mark.parametrize(
    "other",
    [{"q": "dang ky"}, {"kind": "article"}, {"filters": {"tier": ("xã",)}}, {"limit": 1}, {"raw": True}, {"grouped": True},
     {"other_kinds": True}, {"counted": False}],
    ids=lambda other: next(iter(other)),
)  # fmt: skip
def test_another_question_is_asked(answers: LastGood, searcher: Watched, other: dict[str, object]) -> None:
    answers.search(Ask("đăng ký"))
    answers.search(replace(Ask("đăng ký"), **other))  # type: ignore[arg-type]
    assert len(searcher.asked) == 2


def test_what_another_process_commits_is_seen(
    answers: LastGood, searcher: Watched, generations: EmbeddedGenerations
) -> None:
    assert answers.search(Ask("đăng ký")).answer.total == 2
    assert "0" in [found.key for found in answers.suggest("kết hôn")]
    writer = generations.open(generations.live_name())
    writer.write([Deletion("procedure:0", 2)])
    assert answers.search(Ask("đăng ký")).answer.total == 2  # written, not committed
    assert len(searcher.asked) == 2
    writer.commit()
    writer.close()
    assert answers.search(Ask("đăng ký")).answer.total == 1
    assert "0" not in [found.key for found in answers.suggest("kết hôn")]


def test_a_new_generation_is_asked(answers: LastGood, searcher: Watched, generations: EmbeddedGenerations) -> None:
    assert answers.search(Ask("đăng ký")).answer.total == 2
    engine = fill(generations, lambda: SOURCES[:1], vocabulary())
    engine.close()
    generations.swap(engine.generation)
    assert answers.search(Ask("đăng ký")).answer.total == 1


def test_the_next_day_is_asked_anew(answers: LastGood, searcher: Watched) -> None:
    """Pins end, and news grow old."""
    answers.search(Ask("đăng ký"))
    searcher.now = MORNING + timedelta(days=1)
    answers.search(Ask("đăng ký"))
    assert len(searcher.asked) == 2

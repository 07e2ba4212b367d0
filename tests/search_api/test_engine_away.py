"""While the engine is away people see the last good answers with their time, or where to call; never an empty page."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from core.errors import EngineGone, EngineRefused, TracuuError
from core.settings import load_settings
from indexer.engines import Health
from indexer.query.answer import Answer, Ask, Suggestion
from indexer.query.searcher import Searcher
from search_api.app import create_app
from search_api.last_good import LastGood
from search_api.operations import WORDS
from store.database import Database
from tests.search_api.conftest import CODE, parts

ALL_WELL = Health("green", "elasticsearch", "3 nodes")
GONE = EngineGone("nothing answers at https://search1:9200", "check the setting `engine`")


@dataclass
class Unsteady:
    """A real searcher that can be taken away."""

    searcher: Searcher
    error: TracuuError | None = None
    colour: Health = ALL_WELL

    @property
    def generation(self) -> str:
        return self.searcher.generation

    def prepare(self, keys: Sequence[str]) -> None:
        if self.error:
            raise self.error
        self.searcher.prepare(keys)

    def as_of(self) -> object | None:
        if self.error:
            raise self.error
        return None  # as a cluster, which cannot tell

    def search(self, ask: Ask) -> Answer:
        if self.error:
            raise self.error
        if self.colour.status == "red":
            raise GONE  # part of the index is away, and no engine answers with the rest
        return self.searcher.search(ask)

    def suggest(self, q: str, limit: int = 8) -> tuple[Suggestion, ...]:
        if self.error:
            raise self.error
        return self.searcher.suggest(q, limit)

    def health(self) -> Health:
        if self.error:
            raise self.error
        return self.colour


@pytest.fixture
def engine(store: Database, index: Path) -> Iterator[Unsteady]:
    searcher = parts(store, index).searcher
    assert isinstance(searcher, Searcher)
    yield Unsteady(searcher)
    searcher.close()


@pytest.fixture
def asking(store: Database, index: Path, engine: Unsteady) -> Iterator[TestClient]:
    built = replace(parts(store, index), searcher=engine, settings=load_settings(None, {"saved_answers": "3"}))
    with TestClient(create_app(built), raise_server_exceptions=False) as made:
        yield made


def test_the_last_good_answer_is_shown_with_its_time(asking: TestClient, engine: Unsteady) -> None:
    before = asking.get("/api/v1/search", params={"q": "kết hôn"}).json()
    assert before["saved_at"] is None
    engine.error = GONE
    after = asking.get("/api/v1/search", params={"q": "kết hôn"})
    assert after.status_code == 200
    assert after.json()["items"] == before["items"]
    assert after.json()["saved_at"] == "2018-08-09T01:00:00+00:00"
    page = asking.get("/tim", params={"q": "kết hôn"})  # the same question, asked by a person
    assert "Bản lưu lúc 08:00 hôm nay" in page.text
    assert CODE in page.text
    engine.error = None
    assert "Bản lưu" not in asking.get("/tim", params={"q": "kết hôn"}).text


def test_only_one_question_waits_for_a_silent_engine(store: Database, index: Path) -> None:
    silent, asked = threading.Event(), []
    engine = parts(store, index).searcher

    class Silent(Unsteady):
        def as_of(self) -> object | None:
            if self.error:
                asked.append(threading.current_thread().name)
                silent.wait(20)  # the time-out of a hung node
            return super().as_of()

    assert isinstance(engine, Searcher)
    searcher = Silent(engine)
    answers = LastGood(searcher, lambda: datetime(2018, 8, 9, tzinfo=UTC), 10)
    known = answers.search(Ask("kết hôn")).answer
    searcher.error = GONE
    silent.set()
    assert answers.search(Ask("kết hôn")).saved_at  # it was silent
    silent.clear()
    finding_out = threading.Thread(target=answers.search, args=(Ask("kết hôn"),), name="finding out")
    finding_out.start()
    while asked[-1] != "finding out":
        time.sleep(0.01)
    for _ in range(50):  # nobody else asks, known or not
        assert answers.search(Ask("kết hôn")).answer is known
        with pytest.raises(EngineGone):
            answers.search(Ask("khai sinh"))
    assert asked[-1] == "finding out"
    searcher.error = None
    silent.set()
    finding_out.join()
    assert answers.search(Ask("khai sinh")).saved_at is None
    engine.close()


@pytest.mark.parametrize("error", [GONE, EngineRefused("the index is read-only", "free disk space")])
def test_a_question_never_asked_before_gets_the_hotline_and_a_time_to_try_again(
    asking: TestClient, engine: Unsteady, error: TracuuError
) -> None:
    engine.error = error
    for path in ("/tim?q=khai+sinh", "/api/v1/search?q=khai+sinh", "/api/v1/suggest?q=khai", "/tim.json?q=khai"):
        answer = asking.get(path)
        assert answer.status_code == 503, path
        assert answer.headers["Retry-After"] == "30"
        assert "02373 900 900" in answer.text
        assert "Traceback" not in answer.text
        assert "search1" not in answer.text
        assert "Không tìm thấy" not in answer.text


def test_few_answers_are_kept_and_the_oldest_goes_first(asking: TestClient, engine: Unsteady) -> None:
    for q in ("kết hôn", "khai sinh", "kết hôn lại", "đăng ký"):
        assert asking.get("/api/v1/search", params={"q": q}).status_code == 200
    engine.error = GONE
    states = [asking.get("/api/v1/search", params={"q": q}).status_code for q in ("kết hôn", "khai sinh", "đăng ký")]
    assert states == [503, 200, 200]


def test_completions_are_remembered_too(asking: TestClient, engine: Unsteady) -> None:
    before = asking.get("/api/v1/suggest?q=kết").json()
    engine.error = GONE
    assert asking.get("/api/v1/suggest?q=kết").json() == before


@pytest.mark.parametrize(
    ("colour", "code", "status"), [("green", 200, "ok"), ("yellow", 200, "degraded"), ("red", 503, "down")]
)
def test_readiness_tells_the_colour_of_the_cluster(
    asking: TestClient, engine: Unsteady, colour: str, code: int, status: str
) -> None:
    engine.colour = Health(colour, "elasticsearch", "3 nodes, 1 copy away")  # type: ignore[arg-type]
    answer = asking.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (code, status)
    assert answer.json()["engine"] == {"name": "elasticsearch", "status": colour, "detail": "3 nodes, 1 copy away"}
    page = asking.get("/van-hanh")
    assert page.status_code == 200
    assert "3 nodes, 1 copy away" in page.text
    assert WORDS[colour] in page.text


def test_the_operators_page_answers_while_the_engine_is_away(asking: TestClient, engine: Unsteady) -> None:
    engine.error = GONE
    assert asking.get("/readyz").status_code == 503
    page = asking.get("/van-hanh")
    assert page.status_code == 200
    assert "không trả lời" in page.text
    assert asking.get("/van-hanh.json").json()["status"] == "down"
    assert asking.get("/healthz").status_code == 200

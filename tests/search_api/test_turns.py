"""Of many questions at once a few are answered at a time, and what is no question waits for none of them."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from fastapi.testclient import TestClient

from core.settings import load_settings
from indexer.engines.generations import EmbeddedGenerations
from indexer.query.answer import Answer, Ask
from indexer.query.searcher import Searcher
from search_api.app import create_app
from search_api.turns import AT_ONCE
from store.database import Database
from tests.search_api.conftest import parts, vocabulary

ASKED = 6
SECONDS = 20


class Held(Searcher):
    """A real searcher that answers when it is let go."""

    def hold(self) -> None:
        """Begin to count, and to hold."""
        self.inside, self.most = 0, 0
        self.full, self.go_on = threading.Semaphore(0), threading.Event()
        self.counting = threading.Lock()

    def search(self, ask: Ask) -> Answer:
        with self.counting:
            self.inside += 1
            self.most = max(self.most, self.inside)
        self.full.release()
        assert self.go_on.wait(SECONDS)
        with self.counting:
            self.inside -= 1
        return super().search(ask)


def asked_at_once(store: Database, index: Path, at_once: int, engine: str = "") -> int:
    """How many of six questions were answered at the same time, once `at_once` of them are."""
    searcher = Held(EmbeddedGenerations(index), vocabulary())
    searcher.hold()
    chosen = replace(parts(store, index), searcher=searcher, settings=load_settings(None, {"engine": engine}))
    with TestClient(create_app(chosen)) as client, ThreadPoolExecutor(ASKED) as people:
        paths = ("/api/v1/search", "/tim", "/tim.json") * (ASKED // 3)
        waiting = [
            people.submit(client.get, path, params={"q": f"đăng ký kết hôn {n}"}) for n, path in enumerate(paths)
        ]
        for _ in range(at_once):
            assert searcher.full.acquire(timeout=SECONDS)
        assert client.get("/healthz").status_code == 200
        assert client.get("/nguon").status_code == 200
        searcher.go_on.set()
        assert [answer.result(SECONDS).status_code for answer in waiting] == [200] * ASKED
    return searcher.most


def test_two_questions_are_answered_at_a_time_and_other_pages_beside_them(store: Database, index: Path) -> None:
    assert asked_at_once(store, index, AT_ONCE) == AT_ONCE


def test_questions_to_a_cluster_wait_for_it_together(store: Database, index: Path) -> None:
    assert asked_at_once(store, index, ASKED, "http://127.0.0.1:9200/tracuu") == ASKED

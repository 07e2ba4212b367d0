"""Of many questions at once a few are answered at a time, and what is no question waits for none of them."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient

from cli.serve import bind
from core.settings import load_settings
from indexer.engines.generations import EmbeddedGenerations
from indexer.query.answer import Answer, Ask, Suggestion
from indexer.query.searcher import Searcher
from search_api.app import AppParts, create_app
from search_api.turns import AT_ONCE, AT_ONCE_ELSEWHERE
from store.database import Database
from tests.search_api.conftest import parts, vocabulary

ASKED = AT_ONCE_ELSEWHERE + 4
SECONDS = 20
PATHS = ("/api/v1/search", "/tim", "/tim.json", "/api/v1/suggest")


class Held(Searcher):
    """A real searcher that answers when it is let go."""

    def hold(self) -> None:
        """Begin to count, and to hold."""
        self.inside, self.most, self.begun = 0, 0, 0
        self.full, self.go_on = threading.Semaphore(0), threading.Event()
        self.counting = threading.Lock()

    def search(self, ask: Ask) -> Answer:
        with self.held():
            return super().search(ask)

    def suggest(self, q: str, limit: int = 8) -> tuple[Suggestion, ...]:
        with self.held():
            return super().suggest(q, limit)

    @contextmanager
    def held(self) -> Iterator[None]:
        with self.counting:
            self.begun += 1
            self.inside += 1
            self.most = max(self.most, self.inside)
        self.full.release()
        assert self.go_on.wait(SECONDS)
        with self.counting:
            self.inside -= 1
        yield

    def wait_until_inside(self, count: int) -> None:
        for _ in range(count):
            assert self.full.acquire(timeout=SECONDS)


def held_parts(store: Database, index: Path, engine: str = "") -> tuple[AppParts, Held]:
    searcher = Held(EmbeddedGenerations(index), vocabulary())
    searcher.hold()
    settings = load_settings(None, {"engine": engine})
    return replace(parts(store, index), searcher=searcher, settings=settings), searcher


def asked_at_once(client: TestClient, searcher: Held, at_once: int, about: str = "kết hôn") -> int:
    """How many of twenty questions that nobody has asked yet were answered at the same time, once `at_once` of them are."""
    with ThreadPoolExecutor(ASKED) as people:
        waiting = [people.submit(client.get, PATHS[n % len(PATHS)], params={"q": f"{about} {n}"}) for n in range(ASKED)]
        searcher.wait_until_inside(at_once)
        assert client.get("/healthz").status_code == 200
        assert client.get("/nguon").status_code == 200
        searcher.go_on.set()
        assert [answer.result(SECONDS).status_code for answer in waiting] == [200] * ASKED
    return searcher.most


def test_two_questions_are_answered_at_a_time_and_other_pages_beside_them(store: Database, index: Path) -> None:
    chosen, searcher = held_parts(store, index)
    app = create_app(chosen)
    for about in ("kết hôn", "khai sinh"):  # an application that is started again has another event loop
        searcher.hold()
        with TestClient(app) as client:
            assert asked_at_once(client, searcher, AT_ONCE, about) == AT_ONCE


def test_questions_to_a_cluster_leave_threads_to_the_other_pages(store: Database, index: Path) -> None:
    chosen, searcher = held_parts(store, index, "http://127.0.0.1:9200/tracuu")
    with TestClient(create_app(chosen)) as client:
        assert asked_at_once(client, searcher, AT_ONCE_ELSEWHERE) == AT_ONCE_ELSEWHERE


def test_nothing_is_worked_out_for_who_left_the_line(store: Database, index: Path) -> None:
    chosen, searcher = held_parts(store, index)
    with served(create_app(chosen)) as address, ExitStack() as open_connections:
        first = [open_connections.enter_context(asking(address, f"kết hôn {n}")) for n in range(AT_ONCE)]
        searcher.wait_until_inside(AT_ONCE)
        for impatient in [asking(address, f"khai sinh {n}") for n in range(4)]:
            time.sleep(0.1)  # it stands in line by now; were it slower, it would be answered and the test fail
            impatient.close()
        time.sleep(0.2)
        searcher.go_on.set()
        last = open_connections.enter_context(asking(address, "khai tử"))
        assert [connection.recv(12) for connection in (*first, last)] == [b"HTTP/1.1 200"] * (AT_ONCE + 1)
    assert searcher.begun == AT_ONCE + 1


@contextmanager
def served(app: FastAPI) -> Iterator[tuple[str, int]]:
    """The address at which uvicorn serves it."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    with bind("127.0.0.1", 0) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        host, port = listening.getsockname()[:2]
        try:
            yield host, port
        finally:
            server.should_exit = True
            thread.join()


def asking(address: tuple[str, int], q: str) -> socket.socket:
    caller = socket.create_connection(address, SECONDS)
    caller.sendall(f"GET /api/v1/search?q={quote(q)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    return caller

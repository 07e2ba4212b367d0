"""Three nodes in three JVMs, killed while they work: nothing acknowledged is lost, and nobody who searches notices."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from core.errors import EngineGone
from core.settings import load_settings
from core.site_files import load_province
from indexer import rebuild
from indexer.engines import Card, IndexDocument
from indexer.query.searcher import Searcher
from search_api.app import AppParts, create_app
from store.database import Database
from tests.cluster.conftest import BIRTH, CLOCK, CONFIG, MARRIAGE, Place, know, place_of, procedure
from tests.cluster.nodes import Node, Nodes, call

pytestmark = pytest.mark.xdist_group("elasticsearch")

BATCH, BATCHES = 200, 15
SETTLED = 120.0
"""Seconds within which a cluster that lost a node has its copies again."""


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    nodes = Nodes(tmp_path_factory.mktemp("three"), 3)
    try:
        nodes.start()
        yield nodes
    finally:
        nodes.end()


@pytest.fixture
def three(started: Nodes) -> Iterator[Nodes]:
    """Whole before each test, and mended after it."""
    started.wait(nodes=3, status="green")
    yield started
    for node in started.nodes:
        if node.process is None:
            node.start()
    started.wait(nodes=3, status="green")


@pytest.fixture
def place(three: Nodes, database: Database, tmp_path: Path) -> Place:
    know(database, MARRIAGE, BIRTH)
    made = place_of(three.hosts, database, tmp_path)
    made.sync()
    three.wait(nodes=3, status="green")
    return made


def document(number: int) -> IndexDocument:
    title = f"khai sinh {number}"
    terms = {"title_f": title, "all_f": title, "body_f": title * 20}
    return IndexDocument(f"record:{number}", "article", number + 1, f"d{number}", terms, Card(title))


@dataclass
class Callers:
    """People who search all the time, through the API."""

    place: Place
    answers: list[int] = field(default_factory=list)
    saved: int = 0
    empty: int = 0
    slowest: float = 0.0
    _stop: threading.Event = field(default_factory=threading.Event)

    def ask(self, client: TestClient, number: int) -> None:
        while not self._stop.is_set():
            begun = time.monotonic()
            q = ("đăng ký khai sinh", "dang ky ket hon", "1.001193")[number % 3]
            answer = client.get("/api/v1/search", params={"q": q, "limit": 1 + len(self.answers) % 10})
            self.slowest = max(self.slowest, time.monotonic() - begun)
            self.answers.append(answer.status_code)
            if answer.status_code == 200:
                self.saved += answer.json()["saved_at"] is not None
                self.empty += not answer.json()["items"]

    @contextmanager
    def asking(self) -> Iterator[None]:
        parts = AppParts(
            database=self.place.database,
            searcher=Searcher.open(self.place.data, CONFIG, generations=self.place.generations()),
            province=load_province(CONFIG, "thanhhoa"),
            settings=load_settings(),
            clock=CLOCK,
            archive=None,  # type: ignore[arg-type]
            config_dir=CONFIG,
        )
        with TestClient(create_app(parts)) as client:
            threads = [threading.Thread(target=self.ask, args=(client, number)) for number in range(3)]
            for thread in threads:
                thread.start()
            try:
                yield
            finally:
                self._stop.set()
                for thread in threads:
                    thread.join()
        parts.searcher.close()  # type: ignore[attr-defined]


def write_while(place: Place, disturb: dict[int, Node]) -> set[str]:
    """Write and commit batch after batch, killing a node before some; returns what was acknowledged."""
    acknowledged: set[str] = set()
    with closing(place.generations()) as generations:
        engine = generations.open(generations.live_name())
        for number in range(BATCHES):
            if number in disturb:
                threading.Timer(0.05, disturb[number].kill).start()  # in the middle of the batch
            batch = [document(number * BATCH + n) for n in range(BATCH)]
            engine.write(batch)
            engine.commit()
            acknowledged |= {item.id for item in batch}
    return acknowledged


def held(place: Place) -> set[str]:
    with closing(place.generations()) as generations:
        return {entry.id for entry in generations.open(generations.live_name()).entries() if entry.digest}


def primary_of(three: Nodes, index: str, master: Node | None = None) -> Node:
    """The node with the first primary shard of an index."""
    asked = next(node for node in three.nodes if node.process is not None)
    rows = call(asked.url, f"/_cat/shards/{index}?format=json")
    name = next(row["node"] for row in rows if row["prirep"] == "p")
    return next(node for node in three.nodes if node.name == name)


def live_index(place: Place) -> str:
    with closing(place.generations()) as generations:
        return generations.index_of(generations.live_name())


@pytest.mark.parametrize("victim", ["master", "primary"])
def test_a_node_killed_during_bulk_and_search_costs_nothing(three: Nodes, place: Place, victim: str) -> None:
    node = three.master() if victim == "master" else primary_of(three, live_index(place))
    callers = Callers(place)
    with callers.asking():
        time.sleep(1)
        acknowledged = write_while(place, {BATCHES // 3: node})
        three.wait(nodes=2, status="green", seconds=SETTLED)
    assert len(acknowledged) == BATCH * BATCHES
    assert acknowledged <= held(place)
    assert set(callers.answers) == {200}
    assert (callers.saved, callers.empty) == (0, 0)
    assert len(callers.answers) > 20
    with closing(place.generations()) as generations:
        assert generations.health().status == "green"


def test_a_node_that_hangs_keeps_nobody_waiting_for_long(three: Nodes, place: Place, tmp_path: Path) -> None:
    """A hung node keeps its connections, so the others wait for it until their own checks give it up."""
    node = primary_of(three, live_index(place))
    callers = Callers(place.beside(tmp_path / "serving", engine_timeout="2"))
    with callers.asking():
        time.sleep(1)
        node.pause()
        try:
            time.sleep(6)
        finally:
            node.resume()
        three.wait(nodes=3, status="green")
    assert set(callers.answers) <= {200, 503}
    assert callers.empty == 0
    assert callers.slowest < 15  # three times two seconds; the rest is a busy machine
    assert place.found("khai sinh")[0] == "1.001193"


def test_a_full_restart_keeps_everything(three: Nodes, place: Place) -> None:
    acknowledged = write_while(place, {})
    for node in three.nodes:
        node.kill()
    three.start(first=False)
    three.wait(nodes=3, status="green")
    assert acknowledged <= held(place)
    assert place.found("khai sinh")[0] == "1.001193"


def test_a_rebuild_goes_on_when_the_node_that_it_fills_dies_and_comes_back(
    three: Nodes, place: Place, database: Database
) -> None:
    count = 2500
    know(database, *(procedure(f"9.{n:06d}", f"Thủ tục số {n} về đất đai") for n in range(count)))
    killed: list[Node] = []

    def progress(_step: str, done: int, total: int | None) -> None:
        if done >= 1000 and total is None and not killed:
            killed.append(primary_of(three, live_index(place).replace("000001", "000002")))
            killed[0].kill()
            threading.Timer(3, killed[0].start).start()

    report = rebuild.rebuild(database, place.data, place.settings, CLOCK, CONFIG, progress)
    assert killed
    assert (report.generation, report.documents) == ("000002", count + 2)
    check = place.check()
    assert (check.missing, check.extra, check.pending) == ((), (), 0)


def test_a_rebuild_whose_node_stays_away_leaves_the_old_index_and_the_next_one_cleans_up(
    three: Nodes, place: Place, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.engines.bulk.PAUSES", (0.2, 0.5))
    know(database, *(procedure(f"8.{n:06d}", f"Thủ tục số {n} về hộ tịch") for n in range(2500)))
    killed: list[Node] = []

    def progress(_step: str, done: int, total: int | None) -> None:
        if done >= 500 and total is None and not killed:
            killed.append(primary_of(three, live_index(place).replace("000001", "000002")))
            killed[0].kill()

    with pytest.raises(EngineGone, match=r"did not take|did not answer|has no answer"):
        rebuild.rebuild(database, place.data, place.settings, CLOCK, CONFIG, progress)
    assert live_index(place).endswith("000001")
    assert place.found("khai sinh")[0] == "1.001193"
    killed[0].start()
    three.wait(nodes=3, status="yellow")
    assert place.rebuild().replaced == "000001"
    with closing(place.generations()) as generations:
        assert len(generations.names()) == 2

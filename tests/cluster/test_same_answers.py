"""The same documents in both engines give the same answers: hits in order, scores, facets, pages and completions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.clock import fixed
from core.settings import load_settings
from indexer.engines.elastic_generations import ElasticGenerations
from indexer.engines.generations import EmbeddedGenerations
from indexer.engines.port import Generations
from indexer.query.answer import Answer, Ask
from indexer.query.build import fill
from indexer.query.searcher import Searcher
from indexer.query.vocabulary_files import load_vocabulary
from tests.cluster.nodes import Nodes
from tests.indexer.query.conftest import CONFIG, SOURCES, TODAY

pytestmark = pytest.mark.xdist_group("elasticsearch")

QUESTIONS = (
    "khai sinh", "dang ky ket hon", "đăng ký kết hôn có yếu tố nước ngoài", "ddawng kys khai sinh", "lam giay khai sinh cho con",
    "sổ đỏ", "mở công ty", "tạm trú", "1.001193", "1 001193", "15/2024/QĐ-UBND", "Thủ tục đăng ký khai tử", "giấy phép", "lệ phí",
    "xin giấy phép xây nhà", "dkkd", "hộ tịch xã", "zzzz",
)  # fmt: skip
TYPED = ("kh", "đăng ký k", "dang ky ke", "1.0", "2.0005", "giấy ph", "thu tuc dang", "x")


@pytest.fixture(scope="module", params=["1", "3"], ids=["one-shard", "three-shards"])
def searchers(
    request: pytest.FixtureRequest, elasticsearch: Nodes, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Searcher, Searcher]]:
    """Three shards count words each for themselves, unless they are asked to add up first (`dfs_query_then_fetch`)."""
    folder: Path = tmp_path_factory.mktemp("embedded")
    address = f"{elasticsearch.hosts}/same{request.param}"
    settings = load_settings(None, {"engine": address, "engine_timeout": "20", "engine_shards": request.param})
    vocabulary = load_vocabulary(CONFIG / "vocabulary")

    def filled(generations: Generations) -> Searcher:
        engine = fill(generations, lambda: SOURCES, vocabulary)
        engine.close()
        generations.swap(engine.generation)
        return Searcher(generations, vocabulary, clock=fixed(TODAY))

    with (
        closing(filled(EmbeddedGenerations(folder))) as embedded,
        closing(filled(ElasticGenerations(settings))) as elastic,
    ):
        yield embedded, elastic


def plain(answer: Answer) -> tuple[object, ...]:
    hits = [(hit.kind, hit.key, pytest.approx(hit.score, abs=2e-3)) for hit in answer.hits]
    return answer.query, answer.total, hits, answer.totals, answer.facets, answer.next


@pytest.mark.parametrize("q", QUESTIONS)
@pytest.mark.parametrize("kind", ["procedure", "article", "document"])
def test_a_question_gets_the_same_twelve_in_the_same_order(
    searchers: tuple[Searcher, Searcher], q: str, kind: str
) -> None:
    ask = Ask(q, kind, limit=12)  # type: ignore[arg-type]
    one, two = (plain(searcher.search(ask)) for searcher in searchers)
    assert one == two


def test_filters_give_the_same_facets_under_the_other_filters(searchers: tuple[Searcher, Searcher]) -> None:
    for filters in ({"tier": ("xa",)}, {"tier": ("xa", "tinh"), "sector": ("Hộ tịch",)}, {"site": ("khác",)}):
        one, two = (plain(searcher.search(Ask("dang ky", filters=filters))) for searcher in searchers)
        assert one == two


@pytest.mark.parametrize("grouped", [False, True])
def test_pages_follow_each_other_alike(searchers: tuple[Searcher, Searcher], grouped: bool) -> None:
    cursor, seen = "", 0
    while True:
        one, two = (searcher.search(Ask("đăng ký", limit=2, cursor=cursor, grouped=grouped)) for searcher in searchers)
        assert plain(one) == plain(two)
        seen += len(one.hits)
        cursor = one.next
        if not cursor:
            break
    assert seen == one.total
    assert seen > 4


@pytest.mark.parametrize("typed", TYPED)
def test_completions_are_the_same(searchers: tuple[Searcher, Searcher], typed: str) -> None:
    one, two = (searcher.suggest(typed) for searcher in searchers)
    assert one == two

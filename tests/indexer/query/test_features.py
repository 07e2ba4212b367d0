"""The table of features: each candidate's own, whatever stands beside it; votes by sector; any number of threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from random import Random

import numpy as np
import pytest

from indexer.engines import Candidate, Card
from indexer.query.bags import Bag
from indexer.query.features import PAIR, ROWS, Features
from indexer.query.models import Models, rarity
from indexer.query.parted import K1, B
from indexer.query.reading import Reading
from indexer.query.searcher import Searcher
from vietnamese.syllables import bigrams, canonical, fold_canonical

QUERIES = ("đăng ký kết hôn", "dang ky ket hon nuoc ngoai", "khai sinh cho con", "giấy phép xây nhà", "xyzt")


def card(title: str, *sectors: str) -> Card:
    terms = list(map(canonical, title.split()))
    return Card(title, " ".join(terms), " ".join(sorted({*terms})), (), {"sector": sectors})


def candidates(searcher: Searcher) -> tuple[Candidate, ...]:
    found = searcher.features("đăng ký")[1]
    odd = Candidate("procedure:odd", 0.5, card("", "Hộ tịch")), Candidate("procedure:alone", 2.0, card("kết hôn"))
    return odd[0], *found, odd[1], odd[0]._replace(id="procedure:last")


def live(searcher: Searcher, q: str) -> tuple[Features, Reading, Models]:
    current = searcher._index.current()
    return current.ranker.features, current.understanding.read(q), current.ranker.features._models


@pytest.mark.parametrize("q", QUERIES)
def test_what_a_candidate_has_by_itself_does_not_depend_on_the_others(searcher: Searcher, q: str) -> None:
    features, reading, _ = live(searcher, q)
    some = candidates(searcher)
    together = features.of(reading, some).values
    backwards = features.of(reading, some[::-1]).values[:, ::-1]
    alone = np.concatenate([features.of(reading, [one]).values for one in some], axis=1)
    assert np.array_equal(together, alone)
    assert np.array_equal(together, backwards)


@pytest.mark.parametrize("q", ["ket hon", "dang ky khai sinh", "ket hon ket hon"])
def test_the_title_is_scored_as_bm25(searcher: Searcher, q: str) -> None:
    features, reading, models = live(searcher, q)
    assert not reading.marked
    for one in candidates(searcher):
        terms = list(map(fold_canonical, one.card.title_s.split()))
        wanted = 0.0
        for asked, had, known, weight in (
            (reading.expanded.folded, terms, models.title_f, 1.0),
            (reading.expanded.pairs, bigrams(terms), models.title_b, PAIR),
        ):
            norm = K1 * (1 - B + B * len(had) / max(1.0, known.length))
            for term, w in asked.items():
                if (count := had.count(term)) and term in known.frequency:
                    rare = rarity(models.documents, known.frequency[term])
                    wanted += weight * w * rare * (K1 + 1) * count / (count + norm)
        table = features.of(reading, [one])
        assert table.by_candidate()[0]["t"] == pytest.approx(wanted)


def test_coverage_is_the_share_of_what_was_asked(searcher: Searcher) -> None:
    features, reading, _ = live(searcher, "đăng ký kết hôn")
    cards = [card("đăng ký kết hôn lại"), card("bến bãi"), card("kết hôn")]
    shares = features.of(reading, [Candidate(f"procedure:{n}", 1.0, c) for n, c in enumerate(cards)]).values[
        ROWS.index("cov_s")
    ]
    assert (shares[0], shares[1]) == (pytest.approx(1.0), 0.0)
    assert 0 < shares[2] < 1


def test_a_sector_votes_with_the_likelihood_of_all_its_candidates(searcher: Searcher) -> None:
    features, reading, _ = live(searcher, "kết hôn")
    scores, sectors = (3.0, 2.0, 2.0, 1.0), (("A",), ("B",), ("A", "B"), ())
    some = [
        Candidate(f"procedure:{n}", s, card("kết hôn", *of))
        for n, (s, of) in enumerate(zip(scores, sectors, strict=True))
    ]
    table = features.of(reading, some)
    table.vote({"s0": 1.0})
    odds = np.exp(np.array(scores) - 3.0)
    a, b, whole = odds[0] + odds[2], odds[1] + odds[2], odds.sum()
    assert table.values[-1] == pytest.approx(np.array([a, b, max(a, b), odds[3]]) / whole)


def test_no_candidates_have_no_features(searcher: Searcher) -> None:
    features, reading, _ = live(searcher, "kết hôn")
    table = features.of(reading, ())
    table.vote({"s0": 1.0})
    assert (table.by_candidate(), table.scores({"s0": 1.0}).tolist()) == ([], [])


def test_an_empty_query_asks_nothing_of_anybody(searcher: Searcher) -> None:
    features, reading, _ = live(searcher, "kết hôn")
    nothing = replace(reading, expanded=Bag(), asked=Bag())
    values = features.of(nothing, candidates(searcher)).values
    assert not values[ROWS.index("t")].any()
    assert not values[ROWS.index("cov_s")].any()


def test_a_card_that_changed_is_taken_apart_anew(searcher: Searcher) -> None:
    features, reading, _ = live(searcher, "kết hôn")
    before = features.of(reading, [Candidate("procedure:1", 1.0, card("kết hôn"))])
    after = features.of(reading, [Candidate("procedure:1", 1.0, card("bến bãi"))])
    assert before.by_candidate()[0]["t"] > after.by_candidate()[0]["t"] == 0


def test_threads_number_the_same_terms_alike(searcher: Searcher) -> None:
    known, reading, models = live(searcher, "đăng ký kết hôn nước ngoài")
    some = [
        Candidate(f"procedure:{n}", 1.0, card(f"đăng ký kết hôn số {n} {n % 7} {n % 11}", f"Lĩnh vực {n % 5}"))
        for n in range(400)
    ]
    wanted = known.of(reading, some).values
    for seed in range(5):
        features = Features(models)

        def asked(start: int, features: Features = features, seed: int = seed) -> bool:
            order = Random(seed * 100 + start).sample(range(400), 400)
            return np.array_equal(features.of(reading, [some[n] for n in order]).values, wanted[:, order])

        with ThreadPoolExecutor(4) as threads:
            assert all(threads.map(asked, range(8)))

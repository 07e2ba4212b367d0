"""What every engine must answer: candidates, counts, whole codes, completions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from indexer.engines import Clause, EngineQuery, IndexDocument, Need, Question, Tally
from indexer.engines.port import Engine, Generations
from tests.contracts.conftest import document, filled_with, ids


def test_candidates_come_by_score_and_bring_their_card(engine: Engine) -> None:
    wanted = document("1.000001", "khai sinh")
    filled_with(engine, document("1.000002", "khai tu"), wanted, document("1.000003", "dat dai"))
    query = EngineQuery("procedure", (Clause("title_f", "khai"), Clause("title_f", "sinh", 2.0)))
    found = engine.candidates(query)
    assert [c.id for c in found] == ["procedure:1.000001", "procedure:1.000002"]
    assert found[0].card == wanted.card
    assert len(engine.candidates(replace(query, limit=1))) == 1


def test_boosts_scale_the_score(engine: Engine) -> None:
    filled_with(engine, document("1.000001", "khai sinh"), document("1.000002", "dat dai"))
    once, twice = (
        engine.candidates(EngineQuery("procedure", (Clause("title_f", "sinh", boost),)))[0].score
        for boost in (1.0, 2.0)
    )
    assert twice == pytest.approx(2 * once, rel=1e-3)


def test_equal_scores_come_in_order_of_id(engine: Engine) -> None:
    filled_with(engine, *(document(f"1.00000{n}", "khai sinh") for n in (3, 1, 2)))
    assert ids(engine, "sinh") == [f"procedure:1.00000{n}" for n in (1, 2, 3)]


def test_kinds_do_not_mix(engine: Engine) -> None:
    filled_with(engine, document("1.000001", "khai sinh"), document("9", "khai sinh", kind="article"))
    assert ids(engine, "sinh") == ["procedure:1.000001"]
    assert ids(engine, "sinh", kind="article") == ["record:9"]


def test_articles_do_not_shift_the_rarity_of_a_word_among_procedures(engine: Engine) -> None:
    filled_with(engine, document("1.000001", "khai sinh"), document("1.000002", "dat dai"))
    query = EngineQuery("procedure", (Clause("title_f", "sinh"),))
    before = engine.candidates(query)[0].score
    filled_with(engine, *(document(str(n), "khai sinh", kind="article") for n in range(20)))
    assert engine.candidates(query)[0].score == pytest.approx(before)


def test_filters_accept_any_of_their_values_and_all_must_hold(engine: Engine) -> None:
    filled_with(engine, document("1.000001", "khai sinh"), document("1.000002", "khai sinh", sector="Đất đai"))
    assert ids(engine, "sinh", sector=("Đất đai",)) == ["procedure:1.000002"]
    assert len(ids(engine, "sinh", sector=("Đất đai", "Hộ tịch"), site=("syt",))) == 2
    assert ids(engine, "sinh", sector=("Đất đai",), site=("khác",)) == []


def test_a_match_fits_one_of_the_needs(engine: Engine) -> None:
    filled_with(engine, document("1.000001", "khai sinh"), document("1.000002", "khai tu"))
    query = EngineQuery("procedure", (Clause("title_f", "khai"),), needs=(Need(("khai", "sinh", "lai"), 2),))
    assert [c.id for c in engine.candidates(query)] == ["procedure:1.000001"]
    assert engine.tally(query) == Tally(1)
    either = replace(query, needs=(*query.needs, Need(("tu",), 1)))
    assert engine.tally(either).total == 2


def test_needs_and_filters_do_not_change_the_score(engine: Engine) -> None:
    filled_with(engine, document("1.000001", "khai sinh"), document("1.000002", "dat dai"))
    plain = EngineQuery("procedure", (Clause("title_f", "sinh"),))
    strict = replace(plain, needs=(Need(("sinh",), 1),), filters={"site": ("stp",)})
    assert engine.candidates(strict)[0].score == pytest.approx(engine.candidates(plain)[0].score, rel=1e-5)


def test_a_tally_counts_all_matches_and_facet_values(engine: Engine) -> None:
    filled_with(
        engine,
        document("1.000001", "khai sinh"),
        document("1.000002", "khai tu", sector="Đất đai"),
        document("1.000003", "khai lai", sector="Đất đai"),
    )
    tally = engine.tally(EngineQuery("procedure", (Clause("title_f", "khai"),), limit=1), ["sector", "site"])
    assert tally.total == 3
    assert tally.facets["sector"] == (("Đất đai", 2), ("Hộ tịch", 1))
    assert tally.facets["site"] == (("stp", 3), ("syt", 3))


def test_no_match_has_no_facets(engine: Engine) -> None:
    filled_with(engine, document("1.000001", "khai sinh"))
    nothing = EngineQuery("procedure", (Clause("title_f", "zzzz"),))
    assert engine.tally(nothing, ["sector", "site"]) == Tally(0)


def test_a_query_without_clauses_matches_nothing(engine: Engine) -> None:
    filled_with(engine, document("1.000001", "khai sinh"))
    assert engine.candidates(EngineQuery("procedure", ())) == ()
    assert engine.tally(EngineQuery("procedure", ()), ["sector"]) == Tally(0)


def test_codes_numbers_and_ids_are_found_whole(engine: Engine) -> None:
    filled_with(engine, document("1.000001", "khai sinh"), document("7", "quyet dinh", kind="document"))
    assert [c.id for c in engine.find(["1.000001", "7"])] == ["procedure:1.000001", "record:7"]
    assert engine.find(["1.0000"]) == ()
    assert engine.find(["7"], "procedure") == ()
    assert [c.id for c in engine.get(["record:7", "x", "procedure:1.000001"])] == ["record:7", "procedure:1.000001"]


def test_completion_wants_all_terms_and_a_beginning(engine: Engine) -> None:
    filled_with(engine, document("1.000001", "khai sinh"), document("2.000002", "khai tu"))
    assert [c.id for c in engine.complete(["khai"], "si", 8)] == ["procedure:1.000001"]
    assert len(engine.complete([], "kh", 8)) == 2
    assert engine.complete([], ".*", 8) == ()
    assert [c.id for c in engine.complete_exact("2.0", 8)] == ["procedure:2.000002"]


def test_completion_wants_marks_and_neighbours_of_titles_or_phrases(engine: Engine) -> None:
    def written(key: str, title: str, **more: str) -> IndexDocument:
        made = document(key, title)
        return replace(made, terms={**made.terms, **more})

    book = written("1.000001", "so do", title_s="sô_r đo_r", title_b="so_do")
    data = written("1.000002", "co so du", title_s="cơ sơ_r dư_x", title_b="co_so so_du")
    said = written("1.000003", "dat so", suggest_f="dat do so", phrases_s="sô_r đo_r", phrases_b="so_do")
    apart = written("1.000004", "do tai so", title_s="đo tai_f sô_r", title_b="do_tai tai_so")
    filled_with(engine, book, data, said, apart)
    assert {c.id[-1] for c in engine.complete(["so"], "d", 8)} == {"1", "2", "3", "4"}
    assert {c.id[-1] for c in engine.complete(["so"], "d", 8, together=True)} == {"1", "2", "3"}
    assert {c.id[-1] for c in engine.complete(["so"], "d", 8, marked=["sô_r"])} == {"1", "3", "4"}
    assert {c.id[-1] for c in engine.complete(["so", "do"], "", 8, marked=["sô_r"], together=True)} == {"1", "3"}


def test_one_question_brings_what_the_single_calls_bring(engine: Engine) -> None:
    filled_with(engine, document("1.000001", "khai sinh"), document("2", "khai mac", kind="article"))
    query = EngineQuery("procedure", (Clause("title_f", "khai"),))
    articles = replace(query, kind="article")
    found = engine.ask(Question(query, ("1.000001", "2"), ((query, ("sector",)), (articles, ()))))
    assert found.candidates == engine.candidates(query)
    assert [c.id for c in found.exact] == ["procedure:1.000001"]
    assert tuple(found.tallies) == (engine.tally(query, ["sector"]), Tally(1))
    nothing = replace(query, clauses=())
    found = engine.ask(Question(nothing, (), ((nothing, ("site",)),)))
    assert (found.candidates, found.exact, tuple(found.tallies)) == ((), (), (Tally(0),))


def test_completions_come_by_usage_then_shortest_title_whatever_was_written_first(engine: Engine) -> None:
    long, short = document("1.000001", "khai sinh cho tre"), document("1.000002", "khai sinh")
    used = document("1.000003", "khai sinh co yeu to nuoc ngoai")
    used = replace(used, card=replace(used.card, prior=0.9))
    filled_with(engine, long, short, used)
    wanted = ["procedure:1.000003", "procedure:1.000002", "procedure:1.000001"]
    assert [c.id for c in engine.complete(["khai"], "si", 8)] == wanted
    assert [c.id for c in engine.complete(["khai"], "", 2)] == wanted[:2]
    assert [c.id for c in engine.complete_exact("1.", 8)] == wanted


def test_fillers_keep_the_average_length(generations: Generations) -> None:
    engine = generations.create({"procedure": {"phrases_f": 3}})
    bare = document("1.000002", "dat dai")
    bare = replace(bare, terms={name: text for name, text in bare.terms.items() if name != "phrases_f"})
    filled_with(engine, document("1.000001", "khai sinh"), bare)
    query = EngineQuery("procedure", (Clause("phrases_f", "loi"),))
    assert [c.id for c in engine.candidates(query)] == ["procedure:1.000001"]
    # BM25 by hand: two documents of three terms, one has the word: ln 2 · 2.2 / (1 + 1.2)
    assert engine.candidates(query)[0].score == pytest.approx(0.6931, abs=1e-3)
    engine.close()

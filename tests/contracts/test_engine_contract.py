"""What every engine must do, whichever it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from core.errors import IndexMismatch, IndexMissing, StaleCursor, UsageError
from indexer.engines import (
    KINDS,
    Card,
    Clause,
    Deletion,
    EngineQuery,
    Entry,
    IndexDocument,
    Kind,
    Need,
    Question,
    Tally,
)
from indexer.engines.port import Engine, Generations


@pytest.fixture
def engine(generations: Generations) -> Iterator[Engine]:
    made = generations.create()
    yield made
    made.close()


def document(
    key: str, title: str, version: int = 1, kind: Kind = "procedure", sector: str = "Hộ tịch"
) -> IndexDocument:
    prefix = "procedure" if kind == "procedure" else "record"
    facets = {"sector": (sector,), "site": ("stp", "syt"), "kind": (kind,)}
    return IndexDocument(
        id=f"{prefix}:{key}",
        kind=kind,
        version=version,
        digest=f"{title}/{sector}",
        terms={"title_f": title, "all_f": title, "suggest_f": title, "phrases_f": "noi mot loi"},
        card=Card(
            title=title,
            title_s=title,
            cover_s=title,
            phrases=("nói một lời",),
            facets=facets,
            prior=0.5,
            day=7,
            local=True,
            sketch="00ff",
        ),
        exact=(key,),
    )


def filled_with(engine: Engine, *documents: IndexDocument) -> Engine:
    engine.write(documents)
    engine.commit()
    return engine


def ids(engine: Engine, *terms: str, kind: Kind = "procedure", **filters: tuple[str, ...]) -> list[str]:
    query = EngineQuery(kind, tuple(Clause("title_f", term) for term in terms), filters=filters)
    return [candidate.id for candidate in engine.candidates(query)]


def test_nothing_is_visible_before_the_commit(engine: Engine) -> None:
    assert engine.write([document("1.000001", "khai sinh")]) == 1
    assert engine.count() == 0
    engine.commit()
    assert engine.count() == engine.count("procedure") == 1
    assert engine.count("article") == 0


def test_the_same_write_twice_changes_nothing(engine: Engine) -> None:
    batch = [document("1.000001", "khai sinh")]
    assert [engine.write(batch), engine.write(batch)] == [1, 0]
    engine.commit()
    assert engine.write(batch) == 0
    assert engine.count() == 1


def test_an_older_version_never_replaces_a_newer_one(engine: Engine) -> None:
    engine.write([document("1.000001", "khai tu", version=3), document("1.000001", "khai sinh", version=2)])
    engine.commit()
    assert engine.write([document("1.000001", "khai sinh", version=1)]) == 0
    engine.commit()
    assert (ids(engine, "tu"), ids(engine, "sinh")) == (["procedure:1.000001"], [])


def test_a_newer_version_replaces_the_older_one(engine: Engine) -> None:
    filled_with(engine, document("1.000001", "khai sinh"))
    filled_with(engine, document("1.000001", "khai tu", version=2))
    assert (ids(engine, "tu"), ids(engine, "sinh"), engine.count()) == (["procedure:1.000001"], [], 1)


def test_the_same_version_analysed_anew_replaces_the_old_analysis(engine: Engine) -> None:
    filled_with(engine, document("1.000001", "khai sinh"))
    filled_with(engine, document("1.000001", "khai tu"))
    assert ids(engine, "tu") == ["procedure:1.000001"]


def test_a_deletion_stands_against_a_late_older_write(engine: Engine) -> None:
    filled_with(engine, document("1.000001", "khai sinh"))
    engine.write([Deletion("procedure:1.000001", 2)])
    engine.commit()
    assert engine.write([document("1.000001", "khai sinh"), document("1.000001", "khai sinh", version=2)]) == 0
    engine.commit()
    assert (engine.count(), ids(engine, "sinh")) == (0, [])
    assert list(engine.entries()) == [Entry("procedure:1.000001", 2, "")]


def test_a_deleted_document_comes_back_with_a_newer_version(engine: Engine) -> None:
    engine.write([Deletion("procedure:1.000001", 2), document("1.000001", "khai sinh", version=3)])
    engine.commit()
    assert ids(engine, "sinh") == ["procedure:1.000001"]
    assert [entry.version for entry in engine.entries()] == [3]


def test_entries_tell_id_version_and_digest_in_order(engine: Engine) -> None:
    filled_with(engine, document("2", "tin", kind="article"), document("1.000001", "khai sinh", version=4))
    assert list(engine.entries()) == [
        Entry("procedure:1.000001", 4, "khai sinh/Hộ tịch"),
        Entry("record:2", 1, "tin/Hộ tịch"),
    ]


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


def test_models_are_kept_with_the_generation(engine: Engine, generations: Generations) -> None:
    assert engine.load_models() is None
    engine.save_models(b"counts")
    other = generations.open(engine.generation)
    assert other.load_models() == b"counts"
    other.close()


def test_a_reader_sees_what_another_committed_after_a_refresh(engine: Engine, generations: Generations) -> None:
    reader = generations.open(engine.generation)
    filled_with(engine, document("1.000001", "khai sinh"))
    reader.refresh()
    assert reader.count() == 1
    reader.close()


def test_a_revision_is_another_one_with_every_commit_or_not_told(engine: Engine, generations: Generations) -> None:
    reader = generations.open(engine.generation)
    seen = []
    for kind in KINDS:
        seen += [reader.revision] * 2
        filled_with(engine, document(kind, "khai sinh", kind=kind))
        assert reader.revision == seen[-1]
        reader.refresh()
    reader.refresh()
    assert len({*seen, reader.revision}) == len(KINDS) + 1 or not any(seen)
    reader.close()


def test_uncommitted_writes_are_lost_on_close_and_can_be_repeated(generations: Generations) -> None:
    first = generations.create()
    first.write([document("1.000001", "khai sinh")])
    first.close()
    again = generations.open(first.generation)
    assert again.write([document("1.000001", "khai sinh")]) == 1
    again.commit()
    assert again.count() == 1
    again.close()


def test_generations_are_made_beside_each_other_swapped_and_rolled_back(generations: Generations) -> None:
    with pytest.raises(IndexMissing, match="tracuu index rebuild"):
        generations.live_name()
    names = []
    for title in ("khai sinh", "khai tu"):
        made = filled_with(generations.create(), document("1.000001", title))
        made.close()
        names.append(made.generation)
        generations.swap(made.generation)
        assert generations.live_name() == made.generation
    assert generations.names() == tuple(names)
    assert generations.roll_back() == names[0] == generations.live_name()
    for name in names:
        with pytest.raises(UsageError, match="live or kept"):
            generations.drop(name)
    third = generations.create()
    third.close()
    generations.drop(third.generation)
    assert generations.names() == tuple(names)


def test_a_generation_that_is_gone_is_stale(generations: Generations) -> None:
    with pytest.raises(StaleCursor):
        generations.open("000042")
    with pytest.raises(UsageError):
        generations.swap("000042")
    with pytest.raises(UsageError):
        generations.roll_back()


def test_an_index_of_another_analysis_version_is_refused(engines: Callable[..., Generations]) -> None:
    old = engines(version="0")
    made = old.create()
    made.close()
    old.swap(made.generation)
    with pytest.raises(IndexMismatch, match=r"analysis version 0.*tracuu index rebuild"):
        engines().live_name()


def test_two_analysis_versions_live_side_by_side(engines: Callable[..., Generations]) -> None:
    old, new = engines(version="0"), engines()
    for generations, title in ((old, "khai sinh"), (new, "khai tu")):
        made = filled_with(generations.create(), document("1.000001", title))
        made.close()
        generations.swap(made.generation)
    for generations, term in ((old, "sinh"), (new, "tu")):
        live = generations.open(generations.live_name())
        assert ids(live, term) == ["procedure:1.000001"]
        live.close()


def test_generations_of_older_versions_go_and_those_of_newer_ones_stay(engines: Callable[..., Generations]) -> None:
    old, new = engines(version="0"), engines()
    for generations in (old, new):
        made = generations.create()
        made.close()
        generations.swap(made.generation)
    assert old.drop_older() == ()
    assert new.drop_older() == ("0/000001",)
    assert (old.names(), new.names()) == ((), ("000001",))
    assert new.drop_older() == ()


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


def test_the_census_counts_live_documents_of_every_kind(engine: Engine) -> None:
    filled_with(engine, document("1.000001", "khai sinh"), document("2", "tin", kind="article"))
    assert engine.census("site") == {"stp": 2, "syt": 2}
    filled_with(engine)
    engine.write([Deletion("record:2", 9)])
    engine.commit()
    assert engine.census("site") == {"stp": 1, "syt": 1}
    assert engine.census("agency") == {}


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


def test_a_bookmark_stays_with_its_generation_and_is_no_document(engine: Engine, generations: Generations) -> None:
    assert engine.load_bookmark() == ""
    engine.write([document("1", "khai sinh")])
    engine.commit()
    engine.save_bookmark("7 index procedure:1")
    engine.save_bookmark("8 index procedure:2")
    with closing(generations.open(engine.generation)) as other:
        assert other.load_bookmark() == "8 index procedure:2"
        other.refresh()
        assert (other.count(), [entry.id for entry in other.entries()]) == (1, ["procedure:1"])

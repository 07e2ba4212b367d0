"""What every engine must do with what it is given: versions, deletions, commits."""

from __future__ import annotations

from indexer.engines import KINDS, Deletion, Entry
from indexer.engines.port import Engine, Generations
from tests.contracts.conftest import document, filled_with, ids


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


def test_the_census_counts_live_documents_of_every_kind(engine: Engine) -> None:
    filled_with(engine, document("1.000001", "khai sinh"), document("2", "tin", kind="article"))
    assert engine.census("site") == {"stp": 2, "syt": 2}
    filled_with(engine)
    engine.write([Deletion("record:2", 9)])
    engine.commit()
    assert engine.census("site") == {"stp": 1, "syt": 1}
    assert engine.census("agency") == {}

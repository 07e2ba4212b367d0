"""What every engine must do with its generations: made beside, swapped, rolled back, kept apart by version."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

import pytest

from core.errors import IndexMismatch, IndexMissing, StaleCursor, UsageError
from indexer.engines.port import Engine, Generations
from tests.contracts.conftest import document, filled_with, ids


def test_models_are_kept_with_the_generation(engine: Engine, generations: Generations) -> None:
    assert engine.load_models() is None
    engine.save_models(b"counts")
    other = generations.open(engine.generation)
    assert other.load_models() == b"counts"
    other.close()


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

"""The readers' field F1 on the saved pages stays above its floors, and the measure itself can fail."""

from __future__ import annotations

import json

import pytest

from benchmarks.reading import FLOORS, Count, agrees, below_floor, data_digest, figures, measure


@pytest.mark.slow
def test_no_figure_is_below_its_floor() -> None:
    kept = json.loads(FLOORS.read_text(encoding="utf-8"))
    assert kept["data"] == data_digest(), f"the saved pages changed: measure and write {FLOORS.name} anew"
    assert not below_floor(figures(), kept["floors"])


def test_the_floors_are_those_asked_of_the_readers() -> None:
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))["floors"]
    assert floors["own"] >= 0.98
    assert floors["own_worst_family"] >= 0.98
    assert floors["generic"] >= 0.98
    assert floors["generic_worst_family"] >= 0.95


@pytest.mark.slow
def test_a_reader_of_the_wrong_family_is_measured_worse() -> None:
    assert measure("domino")["all"].f1 < measure("generic")["all"].f1


@pytest.mark.parametrize(
    ("due", "got", "f1"),
    [
        ("a", "a", 1.0),
        ("a", "b", 0.0),
        ("a", None, 0.0),
        (None, "b", 0.0),
        ({"x": 1}, {"x": 1, "y": 2}, 1.0),
        (["a"], ["a", "b"], 0.0),
    ],
)
def test_a_wrong_value_is_found_in_vain_and_missed(due: object, got: object, f1: float) -> None:
    count = Count()
    count.add("field", due, got)
    assert count.f1 == f1
    assert agrees(due, got) == (f1 == 1.0)

"""What is kept of a function is what it gave, and there is an end to it."""

from __future__ import annotations

import pytest

from core.memo import memo


def test_a_text_seen_before_is_not_worked_out_again_until_all_is_forgotten() -> None:
    asked = []

    @memo(2)
    def upper(text: str) -> str:
        asked.append(text)
        return text.upper()

    assert [upper(text) for text in "aabaab"] == list("AABAAB")
    assert asked == ["a", "b"]
    assert upper("c") == "C"
    assert [upper(text) for text in "ca"] == ["C", "A"]
    assert asked == ["a", "b", "c", "a"]


def test_what_failed_is_not_kept() -> None:
    answers = iter(["x", "1"])

    @memo(10)
    def number(_text: str) -> int:
        return int(next(answers))

    with pytest.raises(ValueError, match="invalid literal"):
        number("a")
    assert number("a") == 1

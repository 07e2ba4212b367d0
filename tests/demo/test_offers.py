"""What a procedure of the box says: a form is named after the procedure, in whole words."""

from __future__ import annotations

import pytest

from demo.catalogue import all_facts
from demo.offers import TOPIC_CHARACTERS, offer


def topic(code: str) -> str:
    return offer("seed", 1, code).procedure.papers[0].papers[0].name.removeprefix("Đơn đề nghị ")


def words(text: str) -> list[str]:
    return [word.rstrip(",;.") for word in text.lower().split()]


@pytest.mark.parametrize(("code", "wanted"), [("1.000894", "đăng ký kết hôn"), ("1.001193", "đăng ký khai sinh")])
def test_a_form_bears_the_whole_name(code: str, wanted: str) -> None:
    assert topic(code) == wanted


def test_a_long_name_is_cut_between_words() -> None:
    for code, facts in list(all_facts().items())[:500]:
        short = words(topic(code))
        assert short == words(facts.name.removeprefix("Thủ tục "))[: len(short)]
        assert 0 < len(topic(code)) <= TOPIC_CHARACTERS

"""A code is read however a person types it, and seven digits are only a code where they can be nothing else."""

from __future__ import annotations

import pytest

from core.codes import find_all, in_question


@pytest.mark.parametrize(
    "typed",
    [
        "1001193",
        "１.００１１９３",
        "1-001193",
        "1 . 001193",
        "1_001193",
        "1 001193",
        "1.001193.000.00.00.H56",
        "1001193.000.00.00.h56",
    ],
)
def test_a_code_that_is_all_of_a_question_is_read(typed: str) -> None:
    named, rest = in_question(typed)
    assert (named, rest.strip()) == ([(typed, "1.001193")], "")


@pytest.mark.parametrize(
    "before", ["mã", "ma so", "thủ tục", "Mã:", "xem thu tuc", "Mã TTHC：", "mã thủ tục hành chính"]
)
def test_seven_digits_are_a_code_after_the_word_for_one(before: str) -> None:
    named, rest = in_question(f"{before} 1001193 nộp ở đâu")
    assert (named, rest.split()) == (
        [("1001193", "1.001193")],
        ["xem"] * before.startswith("xem") + ["nộp", "ở", "đâu"],
    )


@pytest.mark.parametrize("text", ["khai sinh 1001193", "0912345678", "12/1001193", "mã số thuế 1001193", "1001193456"])
def test_other_digits_are_no_code(text: str) -> None:
    assert in_question(text) == ([], text)


def test_codes_come_in_the_order_typed_and_pages_are_read_strictly() -> None:
    assert [code for _, code in in_question("2.000528 và 1,001193")[0]] == ["2.000528", "1.001193"]
    assert [code for _, code in in_question("2000528, 1001193")[0]] == ["2.000528", "1.001193"]
    for sign in (",", ";", "/", "-", "–"):
        assert [code for _, code in in_question(f"2.000528{sign}1.001193")[0]] == ["2.000528", "1.001193"], sign
    assert find_all("1001193, 1-001193, mã 1001193") == []

"""Words of underthesea, kept per clause, safe against what breaks it."""

from __future__ import annotations

import time
import unicodedata
from concurrent.futures import ThreadPoolExecutor

from vietnamese.words import KeptHere, Words, warm_up

LINE = "ủy ban nhân dân cấp giấy chứng nhận quyền sử dụng đất"


def test_compounds_become_one_term_in_any_spelling() -> None:
    found = Words().of_lines([LINE])
    assert "sư_r+dung_j" in found
    assert Words().of_lines([unicodedata.normalize("NFD", LINE)]) == found
    assert Words().of_lines([LINE.replace("ủy", "uỷ")]) == found


def test_an_unaccented_line_is_never_segmented() -> None:
    cache = KeptHere()
    assert Words(cache).of_lines(["uy ban nhan dan"]) == []
    assert cache == {}


def test_a_line_is_segmented_once() -> None:
    cache = KeptHere()
    words = Words(cache)
    words.of_lines([LINE, LINE])
    assert len(cache) == 1
    (key,) = cache
    cache[key] = ("từ_kho",)
    assert words.of_lines([LINE]) == ["từ_kho"]


def test_no_word_reaches_over_a_comma_a_bracket_or_a_lost_block_border() -> None:
    found = Words().of_lines(["Tờ khai (đất đai), bản chínhGiấy chứng nhận"])
    assert {"đât_s+đai", "chưng_s+nhân_j"} <= set(found)
    assert Words().of_lines(["Tờ khai", "đất đai", "bản chính", "Giấy chứng nhận"]) == found


def test_a_clause_that_two_lines_share_is_segmented_once() -> None:
    cache = KeptHere()
    Words(cache).of_lines([f"{LINE}, bản chính", f"Tờ khai; {LINE}."])
    assert len(cache) == 3


def test_long_unbroken_runs_do_not_stall_it() -> None:
    begun = time.monotonic()
    Words().of_lines(["đất " + "a.a-b." * 4000])
    assert time.monotonic() - begun < 2


def test_threads_share_one_segmenter() -> None:
    warm_up()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda n: Words().of_lines([f"{LINE} số {n % 3}"]), range(24)))
    assert all(answer == answers[0] for answer in answers)

"""Words of underthesea, kept per line, safe against what breaks it."""

from __future__ import annotations

import time
import unicodedata
from concurrent.futures import ThreadPoolExecutor

from vietnamese.words import Words, warm_up

LINE = "ủy ban nhân dân cấp giấy chứng nhận quyền sử dụng đất"


def test_compounds_become_one_term_in_any_spelling() -> None:
    found = Words().of(LINE)
    assert "sư_r+dung_j" in found
    assert Words().of(unicodedata.normalize("NFD", LINE)) == found
    assert Words().of(LINE.replace("ủy", "uỷ")) == found


def test_an_unaccented_line_is_never_segmented() -> None:
    cache: dict[str, tuple[str, ...]] = {}
    assert Words(cache).of("uy ban nhan dan") == ()
    assert cache == {}


def test_a_line_is_segmented_once() -> None:
    cache: dict[str, tuple[str, ...]] = {}
    words = Words(cache)
    words.of_lines([LINE, LINE])
    assert len(cache) == 1
    (key,) = cache
    cache[key] = ("từ_kho",)
    assert words.of(LINE) == ("từ_kho",)


def test_long_unbroken_runs_do_not_stall_it() -> None:
    begun = time.monotonic()
    Words().of("đất " + "a.a-b." * 4000)
    assert time.monotonic() - begun < 2


def test_threads_share_one_segmenter() -> None:
    warm_up()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda n: Words().of(f"{LINE} số {n % 3}"), range(24)))
    assert len(set(answers)) == 1

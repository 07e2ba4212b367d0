"""The measure of memory over a long crawl can fail: what grows is told from what fills up and is renewed."""

from __future__ import annotations

import pytest

from benchmarks.memory import MOST_GROWTH, Watch, growth, quarters


def test_quarters_take_every_sample_once() -> None:
    assert quarters([1, 1, 2, 2, 3, 3, 4, 4]) == [1, 2, 3, 4]
    assert quarters(list(range(10))) == [0.5, 3, 6, 8.5]


@pytest.mark.parametrize(
    ("values", "grows"),
    [
        ([160.0] * 50, False),
        ([100.0 + min(n, 12) * 5 for n in range(50)], False),  # caches fill in the first quarter
        ([100.0 + n % 10 * 6 for n in range(50)], False),  # a reader process is renewed every ten samples
        ([160.0 + 0.2 * n for n in range(50)], False),  # 0.2 KB a page: its address
        ([160.0 + 1.2 * n for n in range(50)], True),
    ],
)
def test_what_grows_without_end_is_told(values: list[float], grows: bool) -> None:
    assert (growth(values) > MOST_GROWTH) is grows


def test_a_sample_is_taken_every_so_many_pages(capsys: pytest.CaptureFixture[str]) -> None:
    watch = Watch(2)
    for _ in range(5):
        watch.told("s-stp", 1, None)
    watch.told("s-stp", 5, 5)  # the last word on a site
    assert [sample.pages for sample in watch.samples] == [2, 4]
    assert all(sample.main > 10 for sample in watch.samples)
    assert "main" in capsys.readouterr().out

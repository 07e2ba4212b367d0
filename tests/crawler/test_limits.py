"""No answer makes the crawler hold more than its caps: headers of any shape, bodies packed in any way, cut in any pieces."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import brotli
import pytest
from backports import zstd
from hypothesis import given, settings
from hypothesis import strategies as st
from scrapy import Request
from scrapy.http import Response
from scrapy.settings import Settings
from scrapy.signalmanager import SignalManager
from small_site import Pages, Reply, crawl, page, probe, rows, running, workspace
from sqlalchemy import select
from twisted.internet.testing import StringTransport
from twisted.web._newclient import Request as TxRequest
from twisted.web.http_headers import Headers

from core.settings import load_settings
from crawler.limits import HARMLESS, TooMuch, Unpackable, Unpacking, _Factory
from crawler.settings import scrapy_settings
from store.tables import captures, pages, record_versions, records, visits

DAY = timedelta(days=1)
RATIO, LARGEST = 100, 4_000_000
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": lambda body: brotli.compress(body, quality=5),
    "zstd": zstd.compress,
}


@pytest.fixture(scope="module")
def unpacking() -> Unpacking:
    overrides = {"max_body_bytes": str(LARGEST), "max_unpacked_ratio": str(RATIO)}
    made = Settings(scrapy_settings(load_settings(None, overrides), {}))
    return Unpacking(crawler=SimpleNamespace(settings=made, stats=None, signals=SignalManager()))


def unpacked(unpacking: Unpacking, sent: bytes, encoding: str) -> bytes:
    request = Request("http://stp.localhost/")
    response = Response(request.url, headers={"Content-Encoding": encoding}, body=sent)
    body = unpacking.process_response(request, response).body
    assert isinstance(body, bytes)
    return body


@settings(max_examples=40)
@given(st.sampled_from(sorted(PACKERS)), st.binary(min_size=1, max_size=40), st.integers(0, 5_000_000), st.booleans())
def test_a_body_comes_out_as_it_was_or_is_past_a_cap(
    unpacking: Unpacking, packing: str, unit: bytes, size: int, twice: bool
) -> None:
    body = (unit * (size // len(unit) + 1))[:size]
    sent = PACKERS[packing](PACKERS["gzip"](body) if twice else body)
    encoding = f"gzip, {packing}" if twice else packing
    if len(body) > min(LARGEST, max(HARMLESS, RATIO * len(sent))):
        with pytest.raises(TooMuch, match=r"max_unpacked_ratio|max_body_bytes"):
            unpacked(unpacking, sent, encoding)
    else:
        assert unpacked(unpacking, sent, encoding) == body


@given(st.lists(st.sampled_from([*PACKERS, "x-gzip", "identity", ""]), max_size=8), st.binary(max_size=200))
def test_bytes_that_are_not_what_they_are_said_to_be_are_named_so(
    unpacking: Unpacking, layers: list[str], noise: bytes
) -> None:
    try:
        unpacked(unpacking, noise, ", ".join(layers))
    except TooMuch:
        assert len(layers) > 2
    except Unpackable:
        assert set(layers) & {*PACKERS, "x-gzip"}


def test_an_answer_without_a_body_is_not_unpacked(unpacking: Unpacking) -> None:
    for packing in PACKERS:
        assert unpacked(unpacking, b"", packing) == b""


def receive(data: bytes, cuts: list[int], allowed: int) -> Any:
    """What becomes of an answer that arrives in pieces: the response, or the failure."""
    protocol = _Factory(allowed, lambda _: None, "").buildProtocol(None)
    protocol.makeConnection(StringTransport())
    found: list[Any] = []
    asked = TxRequest(b"GET", b"/", Headers({b"host": [b"x"]}), None)
    protocol.request(asked).addBoth(found.append)
    ends = sorted({min(cut, len(data)) for cut in cuts} | {len(data)})
    for begin, end in zip([0, *ends], ends, strict=False):
        protocol.dataReceived(data[begin:end])
    return found[0] if found else None


lines = st.sampled_from([b"X: a", b"X-Long: " + b"b" * 300, b" continued", b"no colon", b"Set-Cookie: c=1", b"X: \xff"])


@given(
    st.lists(lines, max_size=40), st.integers(0, 30), st.lists(st.integers(0, 20_000), max_size=5), st.integers(1, 6000)
)
def test_headers_are_taken_up_to_the_cap_however_they_arrive(
    many: list[bytes], interim: int, cuts: list[int], allowed: int
) -> None:
    first = next((n for n, line in enumerate(many) if not line.startswith(b" ")), len(many))
    many = many[first:]  # a continuation of nothing is no answer at all
    early = b"HTTP/1.1 103 Early Hints\r\nX: a\r\n\r\n" * interim
    head = early + b"\r\n".join([b"HTTP/1.1 204 OK", *many, b"", b""])
    found = receive(head, cuts, allowed)
    if len(head) <= allowed:
        assert found.code == 204
    else:
        (reason,) = found.value.reasons
        assert isinstance(reason.value, TooMuch)
        assert "max_header_bytes" in str(reason.value)


ZEROS = b"<p>" + b"\0" * 10_000_000
HOSTILE: dict[str, tuple[Reply, str, str]] = {
    **{
        f"/{packing}": (Reply(pack(ZEROS), headers={"Content-Encoding": packing}), "too_large", "max_unpacked_ratio")
        for packing, pack in PACKERS.items()
    },
    "/layers": (Reply(b"x", headers={"Content-Encoding": "gzip, gzip, gzip"}), "too_large", "packed 3 times over"),
    "/no-gzip": (Reply("<p>", headers={"Content-Encoding": "gzip"}), "unreadable", "it is not gzip"),
    "/many": (Reply(raw=b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 100_000), "too_large", "max_header_bytes"),
    "/folded": (Reply(raw=b"HTTP/1.1 200 OK\r\nX: a\r\n" + b" b\r\n" * 100_000), "too_large", "max_header_bytes"),
    "/interim": (Reply(raw=b"HTTP/1.1 103 Early\r\n\r\n" * 50_000), "too_large", "max_header_bytes"),
    "/line": (Reply(raw=b"HTTP/1.1 200 OK\r\nX: " + b"a" * 2_000_000), "too_large", "a line of its headers"),
    "/status": (Reply(raw=b"HTTP/1.1 200 " + b"O" * 2_000_000), "too_large", "a line of its headers"),
}


@pytest.mark.crawl
def test_a_page_that_turns_hostile_keeps_what_was_known_and_the_run_goes_on(tmp_path: Path) -> None:
    good: Pages = {name: page(f"Bài {name}") for name in HOSTILE}
    with running({"/": page("Trang chủ", *HOSTILE, "/tot"), "/tot": page("Tốt"), **good}) as site:
        place = workspace(tmp_path, site)
        crawl(place)
        what = select(pages.c.url, pages.c.capture_id, pages.c.text_digest, pages.c.title, pages.c.last_good)
        kept = [what, select(records), select(record_versions), select(captures)]
        before = [rows(place, query) for query in kept]
        assert len(before[0]) == len(HOSTILE) + 2
        site.pages.update({name: reply for name, (reply, _, _) in HOSTILE.items()})
        site.asked.clear()
        crawl(place, "--all", at=DAY)
        found = {row.url.rpartition("/")[2]: row for row in rows(place, select(pages))}
        for name, (_, outcome, evidence) in HOSTILE.items():
            row = found[name[1:]]
            assert (row.outcome, row.gone_at, row.absences) == (outcome, None, 0), name
            assert evidence in row.evidence
            assert site.paths.count(name) <= 1, f"{name} was asked for again"  # one that hung up is not in the log
        assert found["tot"].outcome == "unchanged"
        (_, visit) = rows(place, select(visits).order_by(visits.c.id))
        assert visit.counters["failed"] == {"too_large": len(HOSTILE) - 1, "unreadable": 1}
        after = [rows(place, query) for query in kept]
        assert after[1:] == before[1:]
        assert [row[:4] for row in after[0]] == [row[:4] for row in before[0]]
        assert "too_large" in probe(place, site, "/many")
        assert "max_unpacked_ratio" in probe(place, site, "/br")
        site.pages.update(good)
        crawl(place, "--all", at=2 * DAY)
        assert {row.outcome for row in rows(place, select(pages))} == {"unchanged"}


@pytest.mark.crawl
def test_hostile_robots_txt_closes_the_site_and_says_why(tmp_path: Path) -> None:
    with running({"/": page("Trang chủ"), "/robots.txt": HOSTILE["/many"][0]}) as site:
        place = workspace(tmp_path, site)
        crawl(place)
        assert set(site.paths) <= {"/robots.txt"}
        shown = probe(place, site, "/")
    (visit,) = rows(place, select(visits))
    assert visit.outcome == "too_large"
    assert "max_header_bytes" in visit.evidence
    assert "too_large" in shown
    assert "nothing would be asked for" in shown

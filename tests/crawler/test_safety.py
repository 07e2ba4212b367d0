"""No answer of a site leads the crawler anywhere but to the site: redirects, names and addresses tried at random."""

from __future__ import annotations

import asyncio
import html
import ipaddress
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scrapy import Request
from scrapy.http import Response

from core.clock import fixed
from core.sites import Network, Politeness
from core.states import Outcome
from crawler.fetching import MAX_HOPS, Ask, Failed, Fetched, Fetcher, Manners
from crawler.resolver import Resolver, Unsafe

NOON = datetime(2018, 8, 9, 5, tzinfo=UTC)
HOST = "stp.thanhhoa.gov.vn"
WWW = f"www.{HOST}"
NETWORK = Network({HOST: "203.113.1.1", WWW: "203.113.1.1", "khac.gov.vn": "203.113.1.2", "trong.gov.vn": "10.0.0.7"})

parts = st.sampled_from(
    ["http:", "https:", "ftp:", "file:", "//", "///", "/", "\\", "@", "?", "#", ":80", ":22", "%00", "%2e%2e", "..", " ", "\t",
     HOST, HOST.upper(), HOST + ".", HOST + ".evil.vn", "evil.vn@" + HOST, HOST + "@evil.vn", "khac.gov.vn", "trong.gov.vn",
     "127.0.0.1", "0177.0.0.1", "2130706433", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254", "localhost", "a", "á"]
)  # fmt: skip
locations = st.lists(parts, max_size=6).map("".join) | st.text(max_size=30)


def follow(answers: list[str], *, by_page: bool = False) -> tuple[list[str], Fetched | Failed]:
    """What is asked for when each answer redirects to the next of these, by its status or by what its page says."""
    asked: list[str] = []
    waiting = iter(answers)

    async def download(request: Request) -> Response:
        asked.append(request.url)
        location = next(waiting, None)
        if location is None:
            return Response(request.url, 200, body=b"x")
        if by_page:
            body = f'<html><head><meta http-equiv="refresh" content="0; url={html.escape(location)}"></head></html>'
            return Response(request.url, 200, body=body.encode("utf-8", "replace"))
        return Response(request.url, 302, headers={"Location": location.encode("utf-8", "replace")})

    return asked, fetched(download)


def fetched(download: Callable[[Request], Awaitable[Response]], *more: str) -> Fetched | Failed:
    manners = Manners(1, {"203.113.1.1": [Politeness(delay=0.0)]})
    fetcher = Fetcher(download, Resolver(NETWORK), fixed(NOON), manners)
    return asyncio.run(fetcher.fetch(Ask(f"https://{HOST}/", frozenset({HOST, *more}), {}), retries=0))


@given(st.lists(locations, min_size=1, max_size=12), st.booleans())
@example(["//http:http:"], True)
def test_no_redirect_leads_away_from_the_site(answers: list[str], by_page: bool) -> None:
    asked, result = follow(answers, by_page=by_page)
    assert len(asked) <= MAX_HOPS
    for url in asked:
        place = urlsplit(url)
        assert place.scheme in ("http", "https")
        assert place.hostname == HOST
        assert "@" not in place.netloc
    if isinstance(result, Failed):
        assert result.outcome in (Outcome.UNSAFE, Outcome.MOVED, Outcome.LOGIN, Outcome.REDIRECT_LOOP)


@pytest.mark.parametrize(
    ("location", "outcome"),
    [
        ("//khac.gov.vn/", Outcome.MOVED),
        ("http://127.0.0.1/", Outcome.MOVED),
        (f"http://{HOST}@evil.vn/", Outcome.MOVED),
        ("file:///etc/passwd", Outcome.UNSAFE),
        ("/dang-nhap?u=/", Outcome.LOGIN),
        ("/Account/LogOn.aspx", Outcome.LOGIN),
        ("/cas/login", Outcome.LOGIN),
        ("/", Outcome.REDIRECT_LOOP),
    ],
)
def test_where_a_redirect_leads_is_an_outcome(location: str, outcome: Outcome) -> None:
    result = follow([location])[1]
    assert isinstance(result, Failed)
    assert result.outcome is outcome


@pytest.mark.parametrize(
    ("location", "outcome"),
    [("http://khac.gov.vn/", Outcome.MOVED), ("ftp://x/", Outcome.UNSAFE), ("/dang-nhap?u=/", Outcome.LOGIN)],
)
def test_where_a_page_sends_its_reader_is_an_outcome(location: str, outcome: Outcome) -> None:
    asked, result = follow([location], by_page=True)
    assert isinstance(result, Failed)
    assert result.outcome is outcome
    assert asked == [f"https://{HOST}/"]


def test_a_page_that_sends_its_reader_to_another_of_its_site_is_followed() -> None:
    asked, result = follow(["/trang-chu"], by_page=True)
    assert isinstance(result, Fetched)
    assert asked == [f"https://{HOST}/", f"https://{HOST}/trang-chu"]


def test_a_page_about_logging_in_is_followed() -> None:
    asked, result = follow(["/huong-dan-dang-nhap-cong-dich-vu-cong.html", "/tin-tuc?ve=/dang-nhap"])
    assert isinstance(result, Fetched), result
    assert len(asked) == 3


@pytest.mark.parametrize("content", ["300", "0", "0; url=/", "1800; url=/dang-xuat"])
def test_a_page_that_shows_itself_anew_or_sends_away_later_is_read(content: str) -> None:
    async def download(request: Request) -> Response:
        return Response(request.url, 200, body=f'<meta http-equiv="refresh" content="{content}">x'.encode())

    assert isinstance(fetched(download), Fetched)


@given(st.ip_addresses())
def test_only_addresses_of_the_public_internet_are_safe_in_any_disguise(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    resolver = Resolver(Network())
    if resolver.is_safe(str(address)):
        assert address.is_global
        assert not any((address.is_loopback, address.is_private, address.is_link_local, address.is_multicast))
    if isinstance(address, ipaddress.IPv4Address):
        for disguise in (f"::ffff:{address}", f"64:ff9b::{address}", f"::ffff:0:{address}"):
            assert resolver.is_safe(disguise) == resolver.is_safe(str(address))


def _high(address: ipaddress.IPv4Address, prefix: str, shift: int) -> str:
    return str(ipaddress.IPv6Address(int(ipaddress.IPv6Address(prefix)) | int(address) << shift))


INNER = st.sampled_from(
    ["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/4"]
).flatmap(lambda network: st.ip_addresses(network=network))  # fmt: skip


@given(INNER)
def test_an_inner_address_is_unsafe_in_every_form_of_ipv6_that_holds_it(address: ipaddress.IPv4Address) -> None:
    low = ("::", "::ffff:0:0", "::ffff:0:0:0", "64:ff9b::", "64:ff9b:1::", "fec0::", "fe80::", "2001:ee0::5efe:0:0", "2001:ee0::200:5efe:0:0")  # fmt: skip
    forms = [_high(address, prefix, 0) for prefix in low]
    forms += [_high(address, "2002::", 80), _high(address, "2002::1", 80)]  # 6to4, RFC 3056
    forms += [_high(address, "2001::", 64)]  # Teredo, RFC 4380: its server, then (inverted) its client
    forms += [_high(ipaddress.IPv4Address(int(address) ^ 0xFFFFFFFF), "2001:0:cb71:101::", 0)]
    resolver = Resolver(Network())
    assert [form for form in (str(address), *forms) if resolver.is_safe(form)] == []


@pytest.mark.parametrize("address", ["203.113.1.1", "::ffff:203.113.1.1", "64:ff9b::203.113.1.1", "2001:ee0:4b4b::1", "2001:ee0::5efe:203.113.1.1", "2002:cb71:101::1"])  # fmt: skip
def test_public_addresses_are_safe(address: str) -> None:
    assert Resolver(Network()).is_safe(address)


def test_an_address_that_the_configuration_allows_is_safe_in_any_form() -> None:
    resolver = Resolver(Network(allow=("127.0.0.0/8", "::1/128")))
    for address in ("127.0.0.1", "::ffff:127.0.0.1", "::1"):
        assert resolver.is_safe(address)
    assert not resolver.is_safe("fe80::5efe:127.0.0.1")


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "::1", "fe80::1", "fc00::1", "::ffff:10.0.0.1", "2002:7f00:1::", "::", "::127.0.0.1", "::ffff:0:127.0.0.1", "fec0::1", "64:ff9b:1::7f00:1"])  # fmt: skip
def test_inner_addresses_are_unsafe(address: str) -> None:
    assert not Resolver(Network()).is_safe(address)


def test_a_host_of_the_site_that_leads_inside_is_not_asked() -> None:
    with pytest.raises(Unsafe):
        asyncio.run(Resolver(NETWORK).resolve("trong.gov.vn"))


def test_a_name_that_changes_its_address_during_a_run_keeps_the_one_that_was_checked() -> None:
    answers = iter(["203.113.1.9", "127.0.0.1"])

    class Rebinding(Resolver):
        async def _look_up(self, host: str) -> str:
            return next(answers)

    resolver = Rebinding(Network())
    assert asyncio.run(resolver.resolve("x.gov.vn")) == "203.113.1.9"
    assert asyncio.run(resolver.resolve("x.gov.vn")) == "203.113.1.9"
    assert resolver.address_of("x.gov.vn") == "203.113.1.9"
    assert resolver.address_of("y.gov.vn") is None


def test_a_host_of_several_addresses_is_one_server_whichever_of_them_comes_first() -> None:
    given = ["203.113.1.20", "203.113.1.9", "2405:4800::1"]

    async def ask(_host: str) -> list[str]:
        return given

    first, second = Resolver(Network(), ask), Resolver(Network(), ask)
    assert asyncio.run(first.resolve("x.gov.vn")) == "203.113.1.9"
    given = [given[1], given[0], given[2]]
    assert asyncio.run(second.resolve("x.gov.vn")) == "203.113.1.9"
    assert first.connected_to("x.gov.vn") == "203.113.1.20"  # a dead one is not asked every time
    assert second.connected_to("x.gov.vn") == "203.113.1.9"


def test_a_session_that_a_redirect_puts_into_the_address_is_taken_along() -> None:
    """ASP.NET without cookies: the page answers only below /(S(…))/, every other address leads there."""
    asked: list[str] = []

    async def download(request: Request) -> Response:
        asked.append(request.url)
        if "(S(" in request.url:
            return Response(request.url, 200, body=b"x")
        return Response(request.url, 302, headers={"Location": f"/(S(q{len(asked)}))/"})

    result = fetched(download)
    assert isinstance(result, Fetched)
    assert result.url == f"https://{HOST}/"
    assert asked == [f"https://{HOST}/", f"https://{HOST}/(S(q1))/"]


def test_a_session_that_is_never_accepted_is_a_loop() -> None:
    async def download(request: Request) -> Response:
        return Response(request.url, 302, headers={"Location": "/;jsessionid=5"})

    result = fetched(download)
    assert isinstance(result, Failed)
    assert result.outcome is Outcome.REDIRECT_LOOP


@pytest.mark.parametrize(("sent", "path"), [("/tin-tức".encode(), "/tin-t%E1%BB%A9c"), (b"/caf\xe9", "/caf%C3%A9")])
def test_headers_are_read_as_utf_8_where_they_are_that(sent: bytes, path: str) -> None:
    named = 'attachment; filename="Quyết định.pdf"'

    async def download(request: Request) -> Response:
        if request.url.endswith("/"):
            return Response(request.url, 302, headers={"Location": sent})
        return Response(request.url, 200, headers={"Content-Disposition": named.encode()}, body=b"x")

    result = fetched(download)
    assert isinstance(result, Fetched)
    assert result.url == f"https://{HOST}{path}"
    assert result.header("content-disposition") == named


def test_a_server_that_first_wants_to_see_its_cookie_sees_it() -> None:
    async def download(request: Request) -> Response:
        if request.headers.get("Cookie") == b"seen=1; path=a b":
            return Response(request.url, 200, body=b"x")
        cookies = [b"seen=1; Path=/; Expires=Wed, 09 Jun 2038 10:18:14 GMT", b"path=a b"]
        return Response(request.url, 302, headers={"Location": "/", "Set-Cookie": cookies})

    result = fetched(download)
    assert isinstance(result, Fetched)
    assert result.url == f"https://{HOST}/"


def test_a_cookie_that_is_never_accepted_is_a_loop_and_goes_to_no_other_host() -> None:
    asked: list[tuple[str, bytes | None]] = []

    async def download(request: Request) -> Response:
        asked.append((urlsplit(request.url).hostname or "", request.headers.get("Cookie")))
        headers = {"Location": f"https://{WWW}/", "Set-Cookie": f"a={len(asked)}"}
        return Response(request.url, 302, headers=headers)

    result = fetched(download, WWW)
    assert isinstance(result, Failed)
    assert result.outcome is Outcome.REDIRECT_LOOP
    assert asked == [(HOST, None), (WWW, None), (WWW, b"a=2")]

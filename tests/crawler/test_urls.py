"""Canonical addresses and traps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import urls


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTP://Stp.ThanhHoa.gov.vn:80/a/../b#x", "http://stp.thanhhoa.gov.vn/b"),
        ("https://x.gov.vn", "https://x.gov.vn/"),
        ("http://x.gov.vn/a;jsessionid=1F2?b=2&a=1", "http://x.gov.vn/a?b=2&a=1"),
        ("http://x.gov.vn/a?PHPSESSID=1&sid=2&q=v", "http://x.gov.vn/a?q=v"),
        ("http://x.gov.vn/(S(abc123))/default.aspx", "http://x.gov.vn/default.aspx"),
        ("http://x.gov.vn/a?utm_source=f&fbclid=1", "http://x.gov.vn/a"),
        ("http://x.gov.vn/thủ tục.html", "http://x.gov.vn/th%E1%BB%A7%20t%E1%BB%A5c.html"),
        ("http://x.gov.vn/%7euser/%61", "http://x.gov.vn/~user/a"),
        ("http://x.gov.vn/a?b=1&amp;amp;c=2", "http://x.gov.vn/a?b=1&c=2"),
        ("mailto:a@x.vn", ""),
        ("javascript:void(0)", ""),
        ("http://", ""),
        ("http://x.gov.vn:99999/", ""),
    ],
)
def test_an_address_is_made_clean_and_keeps_the_order_it_was_linked_in(url: str, canonical: str) -> None:
    assert urls.canonical(url) == canonical


def test_relative_addresses_are_resolved() -> None:
    assert urls.canonical("../c.html?x=1", "http://x.gov.vn/a/b/") == "http://x.gov.vn/a/c.html?x=1"


@given(st.text(max_size=80), st.text(max_size=40))
def test_canonical_applied_twice_changes_nothing(path: str, query: str) -> None:
    once = urls.canonical(f"http://x.gov.vn/{path}?{query}")
    assert urls.canonical(once) == once


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://x.gov.vn/a?b=2&a=1", "http://x.gov.vn/a?a=1&b=2"),
        ("http://x.gov.vn/index.php", "http://x.gov.vn/"),
        ("http://x.gov.vn/Pages/Tin.aspx?ItemID=3&Source=%2f", "http://x.gov.vn/pages/tin.aspx?itemid=3"),
        ("http://x.gov.vn/Default.aspx?NewsDetail=4", "http://x.gov.vn/default.aspx?newsdetail=4"),
        ("http://x.gov.vn/tin/-/bai?redirect=%2fa&p_p_lifecycle=0", "http://x.gov.vn/tin/-/bai"),
        ("http://x.gov.vn/index.php?nv=news&op=a&nocache=1", "http://x.gov.vn/index.php?op=a&nv=news"),
        ("http://x.gov.vn/cb.nsf/v/1?OpenDocument&Highlight=0,a", "http://x.gov.vn/CB.nsf/v/1"),
    ],
)
def test_addresses_of_one_page_have_one_key(one: str, other: str) -> None:
    assert urls.key_of(urls.canonical(one)) == urls.key_of(urls.canonical(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://x.gov.vn/Tin", "http://x.gov.vn/tin"),
        ("http://x.gov.vn/a.aspx?Id=Ab", "http://x.gov.vn/a.aspx?Id=aB"),
        ("http://x.gov.vn/a?id=1", "http://x.gov.vn/a?id=2"),
        ("http://x.gov.vn/a?redirect=1", "http://x.gov.vn/a?redirect=2"),
    ],
)
def test_different_pages_have_different_keys(one: str, other: str) -> None:
    assert urls.key_of(urls.canonical(one)) != urls.key_of(urls.canonical(other))


@given(st.text(max_size=80), st.text(max_size=40))
def test_the_key_of_a_key_is_itself(path: str, query: str) -> None:
    key = urls.key_of(urls.canonical(f"http://x.gov.vn/{path}?{query}"))
    assert urls.key_of(urls.canonical(key)) == key


@given(st.permutations(["a=1", "b=2", "c=%C3%A1", "utm_source=x", "PHPSESSID=9"]))
def test_the_order_of_parameters_is_kept_in_the_address_and_not_in_the_key(parts: list[str]) -> None:
    url = urls.canonical("http://x.gov.vn/a?" + "&".join(parts))
    kept = [part for part in parts if not part.startswith(("utm", "PHP"))]
    assert url == "http://x.gov.vn/a?" + "&".join(kept)
    assert urls.key_of(url) == "http://x.gov.vn/a?a=1&b=2&c=%C3%A1"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://x.gov.vn/web/a/-/view_content/12-tin.html/en/vi", "language"),
        ("http://x.gov.vn/a/b/a/b/a/b", "repeated_segments"),
        ("http://x.gov.vn/lich?month=3&year=2031", "calendar"),
        ("http://x.gov.vn/lich-cong-tac/2031/03", "calendar"),
        ("http://x.gov.vn/tin?page=9000", "page_cap"),
        ("http://x.gov.vn/print/tin-1.html", "printable"),
        ("http://x.gov.vn/tin?p_p_state=pop_up", "printable"),
        ("http://x.gov.vn/" + "a" * 2000, "long"),
    ],
)
def test_traps_are_named(url: str, why: str) -> None:
    assert urls.trap(urls.canonical(url)) == why


@pytest.mark.parametrize(
    "url",
    [
        "http://x.gov.vn/portal/Pages/2018-8-9/tin-tuc-abc.aspx",
        "http://x.gov.vn/default.aspx?portalid=admin&selectpageid=page.1&newsdetail=4696",
        "http://x.gov.vn/tin-tuc/-/view_content/4430301-thong-bao.html",
        "http://x.gov.vn/tin?page=17",
        "http://x.gov.vn/web/trang-chu/tin-tuc/in-an-xuat-ban.html",
        "http://x.gov.vn/vi/news/vi-mot-thanh-hoa-xanh/",
    ],
)
def test_ordinary_addresses_are_no_traps(url: str) -> None:
    assert urls.trap(urls.canonical(url)) == ""


def test_files_are_told_from_pages() -> None:
    assert urls.kind_of("http://x.gov.vn/a/QĐ-12.PDF?x=1") == "document"
    assert urls.kind_of("http://x.gov.vn/a.jpg") == "asset"
    assert urls.kind_of("http://x.gov.vn/Pages/a.aspx") == "page"

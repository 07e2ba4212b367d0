"""Canonical addresses and traps."""

from __future__ import annotations

from html.entities import html5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import traps, urls


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTP://Stp.ThanhHoa.gov.vn:80/a/../b#x", "http://stp.thanhhoa.gov.vn/b"),
        ("https://x.gov.vn", "https://x.gov.vn/"),
        ("http://x.gov.vn/a;jsessionid=1F2?b=2&a=1", "http://x.gov.vn/a?b=2&a=1"),
        ("http://x.gov.vn/a?PHPSESSID=1&sid=0f3c9ab7d2e4&q=v", "http://x.gov.vn/a?q=v"),
        (
            "http://x.gov.vn/modules.php?name=News&op=viewst&sid=12",
            "http://x.gov.vn/modules.php?name=News&op=viewst&sid=12",
        ),
        ("http://x.gov.vn/(S(abc123))/default.aspx", "http://x.gov.vn/default.aspx"),
        ("http://x.gov.vn/a?utm_source=f&fbclid=1", "http://x.gov.vn/a"),
        ("http://x.gov.vn/thủ tục.html", "http://x.gov.vn/th%E1%BB%A7%20t%E1%BB%A5c.html"),
        ("http://x.gov.vn/%7euser/%61", "http://x.gov.vn/~user/a"),
        ("http://x.gov.vn/a?b=1&amp;amp;c=2", "http://x.gov.vn/a?b=1&c=2"),
        ("http://x.gov.vn/a?b=1&section=2&amp;copy=3", "http://x.gov.vn/a?b=1&section=2&copy=3"),
        ("http://x.gov.vn/&#116;in", "http://x.gov.vn/tin"),
        ("http://x.gov.vn/a?b=1&amp;amp;amp;amp;amp;c=2", "http://x.gov.vn/a?b=1&c=2"),
        ("http://x.gov.vn/d.aspx?id=1&section=3&currentPage=2", "http://x.gov.vn/d.aspx?id=1&section=3&currentPage=2"),
        ("http://x.gov.vn/vb?sort=so&mobile=1", "http://x.gov.vn/vb?sort=so&mobile=1"),
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


@given(
    st.lists(
        st.sampled_from(["&", "amp;", "AMP;", "#38;", "#x26;", "lt;", "#97;mp;", "copy", "section=1", "b=2"]),
        max_size=15,
    )
)
def test_however_often_an_address_was_escaped_it_is_made_clean_at_once(parts: list[str]) -> None:
    once = urls.canonical("http://x.gov.vn/a?" + "".join(parts))
    assert urls.canonical(once) == once


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("http://x.gov.vn/vb?so=2&loai=1&orderby=so&dir=asc", "http://x.gov.vn/vb?so=2&loai=1"),
        ("http://x.gov.vn/vb?filter_order=ten&filter_order_Dir=desc", "http://x.gov.vn/vb"),
        ("http://x.gov.vn/vb?kieuSapXep=1&trang=2", "http://x.gov.vn/vb?trang=2"),
        ("http://x.gov.vn/vb?sort=1", "http://x.gov.vn/vb"),
        ("http://x.gov.vn/bai-1?mobile=1", "http://x.gov.vn/bai-1"),
        ("http://x.gov.vn/bai-1?amp=1", "http://x.gov.vn/bai-1"),
        ("http://x.gov.vn/2018/08/tin-moi.html?m=1", "http://x.gov.vn/2018/08/tin-moi.html"),
        ("http://x.gov.vn/van-ban?sort=12", "http://x.gov.vn/van-ban?sort=12"),
        ("http://x.gov.vn/don?order=2018/15&sorting=xem", "http://x.gov.vn/don?order=2018/15&sorting=xem"),
        ("http://x.gov.vn/lich?m=1", "http://x.gov.vn/lich?m=1"),
        ("http://x.gov.vn/a?q=%2fb&c", "http://x.gov.vn/a?q=%2fb&c"),
        ("http://x.gov.vn/?sort", "http://x.gov.vn/"),
    ],
)
def test_a_link_is_followed_without_order_and_lay_out(url: str, plain: str) -> None:
    assert urls.plain(url) == plain


@given(
    st.lists(
        st.sampled_from(["sort=a", "sort=12", "a=1", "b=%3d", "dir=asc", "mobile=1", "sort", "amp", "nv=a&op=b", "x"])
    )
)
def test_what_a_link_is_followed_by_has_the_key_of_the_link(parts: list[str]) -> None:
    url = urls.canonical("http://x.gov.vn/a?" + "&".join(parts))
    assert urls.key_of(urls.plain(url)) == urls.key_of(url)
    assert urls.canonical(urls.plain(url)) == urls.plain(url)


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
        ("http://x.gov.vn/vb?loai=1&orderby=so&dir=asc", "http://x.gov.vn/vb?loai=1"),
        ("http://x.gov.vn/vb?SortField=Ten&SortDir=Desc&_101_orderByCol=a", "http://x.gov.vn/vb"),
        ("http://x.gov.vn/bai-1?mobile=1", "http://x.gov.vn/bai-1"),
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
        ("http://x.gov.vn/a?dir=2018", "http://x.gov.vn/a?dir=2019"),
        ("http://x.gov.vn/a?sort=12", "http://x.gov.vn/a?sort=13"),
        ("http://x.gov.vn/a?m=1", "http://x.gov.vn/a"),
    ],
)
def test_different_pages_have_different_keys(one: str, other: str) -> None:
    assert urls.key_of(urls.canonical(one)) != urls.key_of(urls.canonical(other))


@given(st.sampled_from(sorted(html5)), st.sampled_from(["", "x"]))
def test_a_parameter_named_like_a_letter_stays_a_parameter(name: str, more: str) -> None:
    query = f"a=1&{name.removesuffix(';')}{more}=2"
    assert urls.canonical(f"http://x.gov.vn/?{query}") in (f"http://x.gov.vn/?{query}", "http://x.gov.vn/?a=1")


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
        ("http://x.gov.vn/lich?tuan=32&nam=2030", "calendar"),
        ("http://x.gov.vn/lich-lam-viec/tuan-32-nam-2030", "calendar"),
        ("http://x.gov.vn/lich-cong-tac/2018/08.html", "calendar"),
        ("http://x.gov.vn/Lists/Lich/calendar.aspx?CalendarDate=8%2F9%2F2018", "calendar"),
        ("http://x.gov.vn/web/lich?p_p_id=8&_8_day=3&_8_month=7&_8_year=2018", "calendar"),
        ("http://x.gov.vn/tin?currentPage=501", "page_cap"),
        ("http://x.gov.vn/tin?p=9000", "page_cap"),
        ("http://x.gov.vn/?p=12345&page=9000", "page_cap"),
        ("http://x.gov.vn/tin?start=900000", "page_cap"),
        ("http://x.gov.vn/bai-1?view=print", "printable"),
        ("http://x.gov.vn/PrintView.aspx?id=1", "printable"),
        ("http://x.gov.vn/InBaiViet.aspx?id=1", "printable"),
        ("http://x.gov.vn/ban-in/bai-1.html", "printable"),
        ("http://x.gov.vn/tin/in/12", "printable"),
        ("http://x.gov.vn/tin/bai-1/amp", "printable"),
        ("http://x.gov.vn/PrintNews.aspx?id=1", "printable"),
        ("http://x.gov.vn/InTinTuc.aspx?id=1", "printable"),
        ("http://x.gov.vn/tin.aspx?id=1&inbaiviet=1", "printable"),
        ("http://x.gov.vn/index.php?nv=news&op=print/tin/bai-1", "printable"),
        ("http://x.gov.vn/_layouts/15/mobile/view.aspx?List=1", "printable"),
    ],
)
def test_traps_are_named(url: str, why: str) -> None:
    assert traps.trap(urls.canonical(url)) == why


@pytest.mark.parametrize(
    "url",
    [
        "http://x.gov.vn/portal/Pages/2018-8-9/tin-tuc-abc.aspx",
        "http://x.gov.vn/default.aspx?portalid=admin&selectpageid=page.1&newsdetail=4696",
        "http://x.gov.vn/tin-tuc/-/view_content/4430301-thong-bao.html",
        "http://x.gov.vn/tin?page=17",
        "http://x.gov.vn/?p=12345",
        "http://x.gov.vn/tin?start=600",
        "http://x.gov.vn/tin?page=%C2%B2",
        "http://x.gov.vn/web/trang-chu/tin-tuc/in-an-xuat-ban.html",
        "http://x.gov.vn/vi/news/vi-mot-thanh-hoa-xanh/",
        "http://x.gov.vn/events/2018/08/09/khai-mac-le-hoi.html",
        "http://x.gov.vn/thu-tuc/cap-giay-phep-in-bai-giang.html",
        "http://x.gov.vn/thu-tuc/in",
        "http://x.gov.vn/van-ban?nam=2018",
        "http://x.gov.vn/camp",
        "http://x.gov.vn/tin/printing-house-hanoi.html",
        "http://x.gov.vn/intin.html",
        "http://x.gov.vn/index.php?nv=news&op=printers",
        "http://x.gov.vn/mobile/ung-dung-thanh-hoa",
        "http://x.gov.vn/lich-su/1945/08/19",
    ],
)
def test_ordinary_addresses_are_no_traps(url: str) -> None:
    assert traps.trap(urls.canonical(url)) == ""


def test_files_are_told_from_pages() -> None:
    assert urls.kind_of("http://x.gov.vn/a/QĐ-12.PDF?x=1") == "document"
    assert urls.kind_of("http://x.gov.vn/a.jpg") == "asset"
    assert urls.kind_of("http://x.gov.vn/Pages/a.aspx") == "page"

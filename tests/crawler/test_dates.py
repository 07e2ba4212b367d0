"""Dates as Vietnamese pages state them."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import dates


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Đăng ngày 11 - 11 - 2023", "2023-11-11T00:00"),
        ("09:25:58 26/01/2015", "2015-01-26T09:25:58"),
        ("26/01/2015 09:25:58", "2015-01-26T09:25:58"),
        ("(05.08.2019 16:32)", "2019-08-05T16:32"),
        ("Thứ Năm, 09/08/2018", "2018-08-09T00:00"),
        ("(Thứ bảy, 22/05/2021 11:38)", "2021-05-22T11:38"),
        ("lúc 10:30, Thứ năm 09/08/2018", "2018-08-09T10:30"),
        ("Ngày đăng 24/04/2018 | 04:39 PM | View count: 1252", "2018-04-24T16:39"),
        ("29/09/2012 | 12:00 AM", "2012-09-29T00:00"),
        ("4 tháng 11, 2024", "2024-11-04T00:00"),
        ("Hà Nội, ngày 28 tháng 11 năm 2013", "2013-11-28T00:00"),
        ("10h30 ngày 09/8/2018", "2018-08-09T10:30"),
        ("10 giờ 30 phút, ngày 9-8-2018", "2018-08-09T10:30"),
        ("Thứ 5, ngày 9 tháng 8 năm 2018", "2018-08-09T00:00"),
        ("Cập nhật lúc: 17:05:59 ngày 09/08/2018", "2018-08-09T17:05:59"),
        ("August 9, 2018 4:05 PM", "2018-08-09T16:05"),
        ("9 Aug 2018", "2018-08-09T00:00"),
        ("9-Aug-2018", "2018-08-09T00:00"),
        ("09:25-26/01/2015", "2015-01-26T09:25"),
        ("08:30 -09/08/2018", "2018-08-09T08:30"),
        ("Thứ Năm -09/08/2018", "2018-08-09T00:00"),
        ("8h30' ngày 9/8/2018", "2018-08-09T08:30"),
        ("Ngày 09 tháng Tám năm 2018", "2018-08-09T00:00"),
        ("5 tháng năm năm 2018", "2018-05-05T00:00"),
        ("1 Tháng Mười Hai 2018", "2018-12-01T00:00"),
        ("2018-08-09T10:11:12+07:00", "2018-08-09T10:11:12"),
        ("2018-08-09T03:11:12Z", "2018-08-09T10:11:12"),
    ],
)
def test_every_form_is_read(text: str, moment: str) -> None:
    stated = dates.find(text)
    assert stated is not None
    assert stated.moment == datetime.fromisoformat(moment).replace(tzinfo=dates.VIETNAM)


@pytest.mark.parametrize(
    "text", ["16/72/2020", "31/12/9999", "0/1/2018", "1/2/2020/3", "12-1/2/2020", "số 1234", "12:30"]
)
def test_what_is_no_possible_date_is_no_date(text: str) -> None:
    assert dates.find(text) is None


def test_an_impossible_date_does_not_hide_the_next() -> None:
    assert dates.day_in("Hết hiệu lực 31/12/9999, ban hành 9/7/2019") == date(2019, 7, 9)


@pytest.mark.parametrize(
    "text", ["Hôm nay: Thứ Năm, 09/08/2018", "© 09/08/2018", "Lượt truy cập từ 01/01/2018: 12", "30/06/1989"]
)
def test_headers_copyright_counters_and_old_laws_are_no_posting_dates(text: str) -> None:
    assert dates.posted_in(text) is None


def test_the_day_in_a_portal_address_is_read() -> None:
    found = dates.in_path("https://x.gov.vn/portal/Pages/2018-8-9/tin.aspx")
    assert found is not None
    assert found.date() == date(2018, 8, 9)
    assert dates.in_path("https://x.gov.vn/portal/Pages/2018-18-9/tin.aspx") is None


@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    for stated in dates.find_all(text):
        assert dates.EARLIEST_YEAR - 1 <= stated.moment.year <= dates.LATEST_YEAR + 1


@given(
    st.dates(date(1997, 1, 1), date(2099, 12, 31)),
    st.sampled_from(
        [
            "{:%d/%m/%Y}",
            "{:%d-%m-%Y}",
            "{:%d.%m.%Y}",
            "{:%Y-%m-%d}",
            "{0.day} - {0.month} - {0.year}",
            "{0.day}/{0.month}/{0.year}",
            "{0.day} tháng {0.month} năm {0.year}",
            "{0.day} tháng {0.month}, {0.year}",
            "Thứ Hai, {:%d/%m/%Y} 08:15",
            "08:15:00 {:%d/%m/%Y}",
        ]
    ),
)
def test_a_date_comes_back_from_every_way_of_writing_it(day: date, form: str) -> None:
    assert dates.day_in(f"Ngày {form.format(day)}.") == day


@given(st.text(alphabet="0123456789/-.: tháng năm", max_size=60))
def test_digits_and_signs_never_make_an_impossible_date(text: str) -> None:
    for stated in dates.find_all(text):
        assert 0 <= stated.start < stated.end <= len(text)
        assert stated.moment.tzinfo is not None

"""Dates as Vietnamese pages state them."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import VIETNAM
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
        ("5 Tháng Năm, 2018", "2018-05-05T00:00"),
        ("ngày 30 tháng  tư năm 2018", "2018-04-30T00:00"),
        ("9h25-26/01/2015", "2015-01-26T09:25"),
        ("8h30’ -09/08/2018", "2018-08-09T08:30"),
        ("Thứ Năm-09/08/2018", "2018-08-09T00:00"),
        ("Thứ 5 -09/08/2018", "2018-08-09T00:00"),
        ("Ngày đăng: 9/8/18", "2018-08-09T00:00"),
        ("Ngày đăng tin 09-08-18 08:30", "2018-08-09T08:30"),
        ("Cập nhật ngày: 9/8/18.", "2018-08-09T00:00"),
        ("Đăng lúc: 31/12/97", "1997-12-31T00:00"),
        ("9 ſep 2018", "2018-09-09T00:00"),  # the long s of a damaged page
        ("2018-08-09T10:11:12+07:00", "2018-08-09T10:11:12"),
        ("2018-08-09T03:11:12Z", "2018-08-09T10:11:12"),
    ],
)
def test_every_form_is_read(text: str, moment: str) -> None:
    stated = dates.find(text)
    assert stated is not None
    assert stated.moment == datetime.fromisoformat(moment).replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    "text",
    [
        *("16/72/2020", "31/12/9999", "0/1/2018", "1/2/2020/3", "12-1/2/2020", "số 1234", "12:30"),
        *("Báo cáo 6 tháng năm 2018", "kết quả 12 tháng năm 2017, 2018", "15 tháng Giêng năm 2018", "Tháng 8 năm 2018"),
        *("9/8/18", "Tổ 9/8/18", "Bao-cao-09-08-2018.pdf", "08-09.08.2018", "7/2-1/3/2018", "Ngày đăng: 9/8/45"),
        *("Ngày đăng: 9/8/2", "Ngày đăng: 1/2/10/3", "mỗi ngày 2/3/10 người", "Cập nhật phiên bản 1/2/18"),
        *("đăng ký 1/2/18", "Ngày đăng: 31/2/18", "Ngày đăng: 10.2.18.4", "Điện thoại: 0237-3/85/2018"),
    ],
)
def test_what_is_no_possible_date_is_no_date(text: str) -> None:
    assert dates.find(text) is None


def test_an_impossible_date_does_not_hide_the_next() -> None:
    assert dates.day_in("Hết hiệu lực 31/12/9999, ban hành 9/7/2019") == date(2019, 7, 9)


@pytest.mark.parametrize(
    "text",
    [
        "Hôm nay: Thứ Năm -09/08/2018",
        "Cập nhật đến ngày 9/8/18",
        "Hôm nay: Thứ Năm, 09/08/2018",
        "© 09/08/2018",
        "Lượt truy cập từ 01/01/2018: 12",
        "30/06/1989",
    ],
)
def test_headers_copyright_counters_and_old_laws_are_no_posting_dates(text: str) -> None:
    assert dates.posted_in(text) is None


@pytest.mark.parametrize(
    "text",
    ["Ngày đăng: 09/08/2018 - Lượt truy cập: 12", "09/08/2018 | Phòng Thống kê", "Đăng bởi Cục Thống kê 09/08/2018"],
)
def test_an_author_or_a_counter_beside_a_posting_date_hides_it_not(text: str) -> None:
    found = dates.posted_in(text)
    assert found is not None
    assert found.date() == date(2018, 8, 9)


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
            "08:15-{:%d/%m/%Y}",
            "Thứ Hai -{:%d/%m/%Y}",
            "đăng: {0.day}-{0:%b}-{0.year}",
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


@given(st.dates(date(1990, 1, 1), date(2039, 12, 31)), st.sampled_from("/-"), st.sampled_from(["Số ", "Tổ ", "", "("]))
def test_two_digits_are_a_year_only_after_a_label(day: date, sign: str, before: str) -> None:
    short = f"{day:%d}{sign}{day:%m}{sign}{day:%y}"
    assert dates.find(before + short) is None
    stated = dates.find(text := f"Ngày đăng: {short} | Lượt xem: 12")
    assert stated is not None
    assert stated.moment.date() == day
    assert text[stated.start : stated.end] == short


@given(st.integers(1, 12), st.integers(1997, 2099))
def test_the_months_of_a_report_are_no_date(months: int, year: int) -> None:
    assert dates.find(f"Báo cáo kết quả {months} tháng năm {year}") is None


@given(st.dates(date(1997, 1, 1), date(2099, 12, 31)), st.integers(1, 99), st.sampled_from(["/", ".", ""]))
def test_what_goes_on_from_a_number_by_a_dash_is_no_date(day: date, number: int, sign: str) -> None:
    assert dates.find(f"số {number}{sign}-{day:%d/%m/%Y}") is None

"""Pages that are not what they claim, and ordinary pages that only talk about such things."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.states import Outcome
from crawler.guards import judge, sample_of
from crawler.page import RawPage, SiteHints

MENU = "<nav><a href='/'>Trang chủ</a><a href='/tin-tuc'>Tin tức</a><a href='/dang-nhap'>Đăng nhập</a></nav>"
FOOTER = "<div class='footer'>Cơ quan chủ quản: UBND huyện Mẫu</div>"
TEXT = (
    "<p>" + "Người dân nộp hồ sơ tại bộ phận một cửa và nhận kết quả theo giấy hẹn của cán bộ tiếp nhận. " * 10 + "</p>"
)


def answer(
    body: str, *, title: str = "Trang huyện Mẫu", status: int = 200, url: str = "http://x.gov.vn/a", **headers: str
) -> RawPage:
    markup = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return RawPage(url, status, {"content-type": "text/html; charset=utf-8"} | named, markup.encode())


@pytest.mark.parametrize(
    ("page", "outcome"),
    [
        (answer("<h1>Just a moment...</h1><script src='/cdn-cgi/cf_chl_opt'></script>", title="Just a moment..."), Outcome.BLOCKED),
        (answer("Request Rejected. The requested URL was rejected. Your support ID is: 123", title="Request Rejected"), Outcome.BLOCKED),
        (answer("<h2>Truy cập bị từ chối</h2><p>Yêu cầu bị chặn bởi tường lửa ứng dụng. Mã sự cố: 12</p>"), Outcome.BLOCKED),
        (answer("<h1>403 Forbidden</h1><p>Không được phép xem trang này</p>", title="Lỗi 403 - Cổng dữ liệu"), Outcome.BLOCKED),
        (answer("<script>document.cookie='D1N=4f';window.location.reload(true);</script>", title=""), Outcome.BLOCKED),
        (answer(f"{MENU}{TEXT}", title="Không tìm thấy trang - Huyện Mẫu"), Outcome.SOFT_404),
        (answer("x", status=403), Outcome.BLOCKED),
        (answer("x", status=429), Outcome.BLOCKED),
        (answer("x", status=404), Outcome.GONE),
        (answer("x", status=500), Outcome.HTTP_5XX),
        (answer("Hệ thống đang bảo trì", status=503), Outcome.MAINTENANCE),
        (answer("<h1>Hệ thống đang bảo trì</h1><p>Xin quay lại sau.</p>"), Outcome.MAINTENANCE),
        (answer("<form action='/login'>Tên <input name=u> Mật khẩu <input type=password></form>", title="Đăng nhập"), Outcome.LOGIN),
        (answer(f"{MENU}<form>Tài khoản<input type=password></form>{FOOTER}", url="http://x.gov.vn/_layouts/login.aspx"), Outcome.LOGIN),
        (answer(f"{MENU}<div class='portlet-msg-error'>Không tìm thấy</div><p>Tài nguyên không được tìm thấy.</p>{FOOTER}"), Outcome.SOFT_404),
        (answer(f"{MENU}<h2>Trang không tồn tại</h2>{FOOTER}"), Outcome.SOFT_404),
        (answer(f"{MENU}<div id='content'></div>{FOOTER}"), Outcome.EMPTY),
        (answer("<h1>x.gov.vn</h1><p>This domain is for sale. Buy this domain</p>"), Outcome.PARKED),
    ],
)  # fmt: skip
def test_what_is_not_the_page_has_its_own_outcome(page: RawPage, outcome: Outcome) -> None:
    verdict = judge(page)
    assert (verdict.outcome, bool(verdict.evidence)) == (outcome, True), verdict.evidence


@pytest.mark.parametrize(
    "page",
    [
        answer(f"{MENU}<h1>Hướng dẫn đăng nhập VNeID để nộp hồ sơ</h1>{TEXT}", title="Hướng dẫn đăng nhập VNeID"),
        answer(f"{MENU}<h1>Bảo trì đường tỉnh 506</h1>{TEXT}", title="Bảo trì đường tỉnh 506"),
        answer(f"{MENU}<h1>Bảo trì đường tỉnh 506</h1><p>Sở giao thông bảo trì đường tỉnh trong tháng 8.</p>{FOOTER}"),
        answer(f"<form class='login'><input type=password></form>{MENU}<h1>Tin</h1>{TEXT}"),
        answer(
            f"{MENU}<h1>Triệt phá đường dây cá độ bóng đá</h1><a href='/b'>Bắt nhóm cá độ, lô đề, casino trá hình</a>{TEXT}"
        ),
        answer(f"{MENU}<p>Không có văn bản nào được tìm thấy</p>{FOOTER}", title="Lĩnh vực Nội vụ"),
        answer(f"{MENU}<div><img src='/up/quyet-dinh.jpg'></div>{FOOTER}", title="Quyết định - Huyện Mẫu"),
        answer(f"{MENU}<h1>Không tìm thấy hài cốt liệt sĩ: xã mở rộng tìm kiếm</h1>{TEXT}"),
        answer(
            f"{MENU}<h1>Hỏi về đất ở (câu 403)</h1><p>Ngày hỏi: 02/08/2018</p>",
            title="Hỏi về đất ở (câu 403) - Huyện Mẫu",
        ),
        answer(
            f"{MENU}<h1>403 hồ sơ được giải quyết trong tháng</h1>{TEXT}", title="403 hồ sơ được giải quyết trong tháng"
        ),
        answer(
            f"{MENU}<h1>Không tìm thấy hài cốt liệt sĩ ở xã</h1>{TEXT}", title="Không tìm thấy hài cốt liệt sĩ ở xã"
        ),
        answer(f"{MENU}{TEXT}<script>document.cookie='a=1';function x(){{location.reload()}}</script>"),
        RawPage("http://x.gov.vn/a.pdf", 200, {"content-type": "application/pdf"}, b"%PDF-1.4"),
    ],
)
def test_an_ordinary_page_passes(page: RawPage) -> None:
    verdict = judge(page)
    assert (verdict.outcome, verdict.notes) == (Outcome.OK, ()), verdict.evidence


@given(
    st.integers(0, 999),
    st.sampled_from(["Hỏi đáp (câu {})", "{} hồ sơ trong tháng", "Quyết định {}/QĐ-UBND", "Lớp tập huấn số {}"]),
)
def test_no_number_in_a_headline_makes_an_article_an_error(number: int, form: str) -> None:
    title = form.format(number)
    page = answer(f"{MENU}<h1>{title}</h1>{TEXT}{FOOTER}", title=f"{title} - Huyện Mẫu")
    assert judge(page).outcome is Outcome.OK


@given(st.binary(max_size=400), st.sampled_from([200, 403, 404, 500, 503]), st.text(max_size=30))
def test_any_answer_gets_a_verdict_with_evidence(body: bytes, status: int, content_type: str) -> None:
    verdict = judge(RawPage("http://x.gov.vn/a", status, {"content-type": content_type}, body))
    assert verdict.outcome is Outcome.OK or verdict.evidence
    assert (status < 400) or not verdict.outcome.is_good


def test_injected_gambling_is_a_note_and_the_page_stays_good() -> None:
    links = "".join(
        f"<a href='http://s.example/{n}'>{term}</a>"
        for n, term in enumerate(["nhà cái uy tín", "tài xỉu online", "game bài đổi thưởng", "kubet"])
    )
    verdict = judge(answer(f"{MENU}<h1>Tin</h1>{TEXT}<div style='display:none'>{links}</div>"))
    assert verdict.outcome is Outcome.OK
    assert verdict.notes[0].startswith("spam: ")
    assert "nhà cái" in verdict.notes[0]


def test_a_page_like_the_answer_to_a_random_path_is_a_soft_404() -> None:
    frame = MENU + "".join(f"<p>Dòng cố định số {n} của trang chủ</p>" for n in "abcdefghijkl") + FOOTER
    sample = sample_of(answer(frame + "<p>Lượt xem 12</p>"))
    assert judge(answer(frame + "<p>Lượt xem 15</p>"), None, sample).outcome is Outcome.SOFT_404
    assert (
        judge(answer(frame + f"<h1>Tin thật</h1>{TEXT}<p>Khác</p>", title="Tin thật"), None, sample).outcome
        is Outcome.OK
    )


def test_an_answer_of_another_host_has_moved() -> None:
    site = SiteHints(hosts=frozenset({"x.gov.vn"}))
    assert judge(answer(TEXT), site).outcome is Outcome.OK
    assert judge(answer(TEXT, url="http://y.gov.vn/a"), site).outcome is Outcome.MOVED


def test_a_page_signed_by_another_body_in_two_places_has_a_new_owner() -> None:
    company = "Công ty Cổ phần Thương mại Bình Minh"
    foot = f"<div id='footer'><p>{company}</p><p>Địa chỉ: Số 1 đường Lê Lợi</p></div>"
    head = f"<div class='banner'><h1>{company}</h1></div>"
    site = SiteHints(owner="Ban Dân tộc")
    assert judge(answer(f"{head}{MENU}{TEXT}{foot}", title=f"Trang chủ - {company}"), site).outcome is Outcome.NEW_OWNER
    # One name in one place may be a sponsor's, and a page that names nobody says nothing about its owner.
    assert judge(answer(f"{MENU}{TEXT}{foot}", title="Trang chủ"), site).outcome is Outcome.OK
    assert judge(answer(f"{MENU}{TEXT}", title="Cổng thông tin điện tử"), site).outcome is Outcome.OK
    beside = f"{head}<div class='header'>BAN DÂN TỘC TỈNH THANH HÓA</div>{MENU}{TEXT}{foot}"
    assert judge(answer(beside, title=f"Tin - {company}"), site).outcome is Outcome.OK


def test_a_page_signed_by_another_unit_has_a_new_owner() -> None:
    foot = "<div class='footer'>Cơ quan chủ quản: UBND xã Nông Cống</div>"
    page = answer(f"{MENU}<h1>Tin</h1>{TEXT}{foot}", title="Trang thông tin điện tử xã Nông Cống")
    assert judge(page, SiteHints(owner="UBND xã Nông Cống")).outcome is Outcome.OK
    assert judge(page, SiteHints(owner="UBND huyện Thọ Xuân")).outcome is Outcome.NEW_OWNER

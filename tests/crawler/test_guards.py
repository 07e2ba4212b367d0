"""Pages that are not what they claim, and ordinary pages that only talk about such things."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_page import FOOTER, MENU, TEXT, answer

from core.states import Outcome
from crawler.guards import judge, sample_of
from crawler.page import RawPage, SiteHints


@pytest.mark.parametrize(
    ("page", "outcome"),
    [
        (answer("<h1>Just a moment...</h1><script src='/cdn-cgi/cf_chl_opt'></script>", title="Just a moment..."), Outcome.BLOCKED),
        (answer("Request Rejected. The requested URL was rejected. Your support ID is: 123", title="Request Rejected"), Outcome.BLOCKED),
        (answer("<h2>Truy cập bị từ chối</h2><p>Yêu cầu bị chặn bởi tường lửa ứng dụng. Mã sự cố: 12</p>"), Outcome.BLOCKED),
        (answer("<p>Nhập captcha để xác minh bạn không phải robot</p><form><input name=ans></form>"), Outcome.BLOCKED),
        (answer("<form>Captcha: <img src='/c.png'> <input name=captcha></form><p>Mời nhập các chữ trong hình</p>"), Outcome.BLOCKED),
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
    ("body", "title", "kind"),
    [
        ("<h1>This account has been suspended</h1>", "Account Suspended", "tài khoản lưu trữ bị tạm ngưng"),
        ("<p>Tài khoản của quý khách đã bị tạm ngưng do quá hạn.</p>", "Thông báo", "tài khoản lưu trữ bị tạm ngưng"),
        ("<p>Vui lòng liên hệ nhà cung cấp.</p>", "Tài khoản bị tạm ngưng", "tài khoản lưu trữ bị tạm ngưng"),
        ("<p>Tên miền x.vn đã hết hạn.</p>", "x.vn", "tên miền đã hết hạn"),
        ("<p>This domain is for sale</p>", "x.vn", "tên miền đang được rao bán"),
        ("<h1>Welcome to nginx!</h1>", "Welcome to nginx!", "máy chủ chưa có trang nào"),
    ],
)
def test_an_editor_is_told_why_there_is_no_site(body: str, title: str, kind: str) -> None:
    verdict = judge(answer(body, title=title))
    assert verdict.outcome is Outcome.PARKED
    assert verdict.evidence.startswith(f"{kind}: “")


@pytest.mark.parametrize(
    "page",
    [
        answer(f"{MENU}<h1>Hướng dẫn đăng nhập VNeID để nộp hồ sơ</h1>{TEXT}", title="Hướng dẫn đăng nhập VNeID"),
        answer(f"{MENU}<h1>Bảo trì đường tỉnh 506</h1>{TEXT}", title="Bảo trì đường tỉnh 506"),
        answer(f"{MENU}<h1>Bảo trì đường tỉnh 506</h1><p>Sở giao thông bảo trì đường tỉnh trong tháng 8.</p>{FOOTER}"),
        answer(f"<form class='login'><input type=password></form>{MENU}<h1>Tin</h1>{TEXT}"),
        answer(
            f"{MENU}<h1>Đăng nhập VNeID từ 20/7</h1>{TEXT}<div><form><input type=password></form></div>",
            title="Đăng nhập VNeID từ 20/7: người dân cần biết",
        ),
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
        answer(
            "<h1>Tra cứu hồ sơ</h1><form>Mã hồ sơ <input name=ma> Captcha <input name=captcha> Tôi không phải robot</form>"
        ),
        answer(
            f"{MENU}<h1>Tra cứu hồ sơ</h1><form><input name=ma placeholder='Mã hồ sơ'><div class='g-recaptcha'></div>"
            f"Đánh dấu captcha để tiếp tục</form>{FOOTER}"
        ),
        answer(
            f"{MENU}<h1>Tài khoản bị tạm khóa</h1><p>Nhập sai năm lần thì tài khoản này bị tạm khóa 30 phút.</p>{FOOTER}",
            title="Tài khoản bị tạm khóa",
        ),
        answer(f"<h1>Tài khoản bị tạm khóa</h1>{TEXT}", title="Tài khoản bị tạm khóa"),
        answer(f"{MENU}<h1>Trang giả mạo</h1><p>Trang web này đã bị đình chỉ theo đề nghị của Sở.</p>{FOOTER}"),
        answer(f"{MENU}<h1>Cổng dịch vụ công bỏ mã captcha</h1><p>Từ 9/8 người dân không phải nhập mã.</p>{FOOTER}"),
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


SHORT = "<p>Ngày 9/8, Sở Thông tin và Truyền thông cho biết sự cố đã được khắc phục trong buổi sáng.</p>"


@pytest.mark.parametrize(
    ("page", "outcome"),
    [
        (answer("<h1>Error establishing a database connection</h1>", title="Database Error"), Outcome.HTTP_5XX),
        (answer("<h1>Server Error in '/' Application.</h1><h2>Runtime Error</h2>" + "<p>Stack: at System.Web</p>" * 60, title="Runtime Error"), Outcome.HTTP_5XX),
        (answer("Warning: mysqli_connect(): (HY000/1040): Too many connections in /home/x/db.php on line 24", title=""), Outcome.HTTP_5XX),
        (answer("<b>Fatal error</b>: Uncaught Exception in /var/www/a.php:3<br>Stack trace:<br>#0 /var/www/index.php(9): start() #1 {main}<br>thrown in /var/www/a.php on line 3", title=""), Outcome.HTTP_5XX),
        (answer(f"{MENU}<p>Sorry, something went wrong</p><p>An unexpected error has occurred. Correlation ID: 12</p>{FOOTER}"), Outcome.HTTP_5XX),
        (answer(f"{MENU}<p>Rất tiếc, đã xảy ra lỗi</p><p>Mã tương quan: 12</p>{FOOTER}", title="Lỗi"), Outcome.HTTP_5XX),
        (answer("<h1>502 Bad Gateway</h1><p>nginx</p>", title="502 Bad Gateway"), Outcome.HTTP_5XX),
        (answer("<h1>This Account has been suspended.</h1><p>Contact your hosting provider.</p>", title="Account Suspended"), Outcome.PARKED),
        (answer("<h1>SORRY!</h1>If you are the owner of this website, please contact your hosting provider", title="Default Web Site Page"), Outcome.PARKED),
        (answer("<a href='http://go.example'><img src='welcome.png' alt='IIS7'></a>", title="IIS7"), Outcome.PARKED),
        (answer("<h1>Welcome to nginx!</h1>", title="Welcome to nginx!"), Outcome.PARKED),
        (answer("<p>It works!</p>" + "<p>This is the default welcome page of the server.</p>" * 40, title="Apache2 Ubuntu Default Page: It works"), Outcome.PARKED),
        (answer("This domain x.vn is for sale! Make an offer", title="x.vn"), Outcome.PARKED),
        (answer("Tên miền x.vn đang được giữ chỗ tại P.A Việt Nam.", title="Domain"), Outcome.PARKED),
        (answer("<h1>Index of /</h1><pre>" + "<a href='a.zip'>a.zip</a> 2018-08-09 10:00 1.2M\n" * 40 + "</pre>", title="Index of /"), Outcome.EMPTY),
        (answer("Website này đã bị chặn theo yêu cầu của cơ quan chức năng.", title="Thông báo"), Outcome.BLOCKED),
        (answer(f"{MENU}<p>Tin bài này đã được gỡ bỏ hoặc không còn tồn tại trên hệ thống!</p>{FOOTER}"), Outcome.SOFT_404),
        (answer(f"{MENU}<p>Rất tiếc, bài viết này hiện không còn.</p>{FOOTER}"), Outcome.SOFT_404),
    ],
)  # fmt: skip
def test_an_error_with_status_200_is_no_article(page: RawPage, outcome: Outcome) -> None:
    verdict = judge(page)
    assert (verdict.outcome, bool(verdict.evidence)) == (outcome, True), verdict


@pytest.mark.parametrize(
    "title",
    [
        "Khắc phục lỗi Error establishing a database connection trên Cổng thông tin",
        "Error establishing a database connection: cách khắc phục",
        "Lỗi kết nối cơ sở dữ liệu đất đai đã được khắc phục trong buổi sáng",
        "Bài viết giả mạo lãnh đạo huyện đã bị gỡ bỏ",
        "Trang tin giả mạo đã bị gỡ bỏ theo yêu cầu của Sở",
        "Hơn 50 website bị chặn theo yêu cầu của cơ quan chức năng",
        "Tên miền quốc gia .vn: 500 nghìn tên miền đang hoạt động",
        "Tạm ngừng hoạt động công ty chứng khoán",
        "Warning: bão số 4",
        "Chỉ số Index of Industrial Production tháng 7",
    ],
)
def test_news_of_an_error_is_an_article(title: str) -> None:
    body = TEXT if title.startswith("Error") else SHORT
    verdict = judge(answer(f"{MENU}<h1>{title}</h1>{body}{FOOTER}", title=f"{title} - Huyện Mẫu"))
    assert (verdict.outcome, verdict.notes) == (Outcome.OK, ()), verdict


NOTICE = (
    "<p>Sở thông báo tạm ngừng để bảo trì hệ thống từ 22h ngày 10/8 đến 5h ngày 11/8/2018. Đề nghị mọi người biết.</p>"
)


def test_a_notice_of_coming_maintenance_is_an_article() -> None:
    headline = "<h1>Thông báo bảo trì hệ thống dịch vụ công</h1>"
    site = SiteHints(owner="Sở Mẫu")
    framed = f"<div class='header'>SỞ MẪU</div>{headline}{NOTICE}<div class='footer'>Sở Mẫu</div>"
    assert judge(answer(f"{MENU}{headline}{NOTICE}{FOOTER}", title="Thông báo bảo trì hệ thống")).outcome is Outcome.OK
    assert judge(answer(framed, title="Thông báo bảo trì hệ thống - Sở Mẫu"), site).outcome is Outcome.OK


@pytest.mark.parametrize(
    "body",
    [
        f"<h1>Thông báo bảo trì hệ thống</h1>{NOTICE}",  # no frame
        f"{MENU}{NOTICE}{FOOTER}",  # no headline
        f"{MENU}<h1>Thông báo bảo trì hệ thống</h1><p>Xin cảm ơn quý vị.</p>{FOOTER}",  # no day
        f"{MENU}<h1>Thông báo bảo trì hệ thống</h1>{NOTICE}<p>Xin quay lại sau.</p>{FOOTER}",
        f"{MENU}<h1>Bảo trì</h1><p>Hệ thống đang bảo trì từ 22h ngày 10/8 đến 5h ngày 11/8.</p>{FOOTER}",
    ],
)
def test_a_maintenance_page_is_no_notice(body: str) -> None:
    assert judge(answer(body, title="Thông báo bảo trì hệ thống")).outcome is Outcome.MAINTENANCE


def test_a_page_like_the_answer_to_a_random_path_is_a_soft_404() -> None:
    frame = MENU + "".join(f"<p>Dòng cố định số {n} của trang chủ</p>" for n in "abcdefghijkl") + FOOTER
    sample = sample_of(answer(frame + "<p>Lượt xem 12</p>"))
    assert judge(answer(frame + "<p>Lượt xem 15</p>"), None, sample).outcome is Outcome.SOFT_404
    assert (
        judge(answer(frame + f"<h1>Tin thật</h1>{TEXT}<p>Khác</p>", title="Tin thật"), None, sample).outcome
        is Outcome.OK
    )


def test_what_begins_as_a_file_is_judged_by_its_status_alone() -> None:
    file = b"%PDF-1.7\n" + b"Attention Required! | Cloudflare " + bytes(range(256)) * 4
    assert judge(RawPage("http://x.gov.vn/a.pdf", 200, {"content-type": "text/html"}, file)).outcome is Outcome.OK
    assert judge(RawPage("http://x.gov.vn/a.pdf", 403, {}, file)).outcome is Outcome.BLOCKED
    walled = {"cf-mitigated": "challenge"}
    assert judge(RawPage("http://x.gov.vn/a.pdf", 200, walled, file)).outcome is Outcome.BLOCKED

"""Pages that are not what they claim, and ordinary pages that only talk about such things."""

from __future__ import annotations

from dataclasses import replace

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


def test_injected_gambling_is_a_note_and_the_page_stays_good() -> None:
    links = "".join(
        f"<a href='http://s.example/{n}'>{term}</a>"
        for n, term in enumerate(["nhà cái uy tín", "tài xỉu online", "game bài đổi thưởng", "kubet"])
    )
    verdict = judge(answer(f"{MENU}<h1>Tin</h1>{TEXT}<div style='display:none'>{links}</div>"))
    assert verdict.outcome is Outcome.OK
    assert verdict.notes[0].startswith("spam: ")
    assert "nhà cái" in verdict.notes[0]


SHORT = "<p>Ngày 9/8, Sở Thông tin và Truyền thông cho biết sự cố đã được khắc phục trong buổi sáng.</p>"
OFFER = "<p>" + "Go88 là cổng game bài đổi thưởng, nổ hũ, tài xỉu uy tín hàng đầu. " * 12 + "</p>"


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


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Go88 - Cổng game bài đổi thưởng số 1", f"<h1>Go88 nhà cái uy tín</h1>{OFFER}"),
        ("Go88 - Tải Go88 APK IOS đổi thưởng 2024", f"{MENU}<h1>Go88 cổng game đổi thưởng</h1>{OFFER}{FOOTER}"),
        ("Five88 đăng nhập - Huyện Mẫu", f"{MENU}<h1>Five88</h1>{OFFER.replace('Go88', 'Five88')}{FOOTER}"),
        ("Tin tức - Huyện Mẫu", f"{MENU}<h1>Nhà cái 8xbet: bắt đầu chơi tài xỉu</h1>{OFFER}{FOOTER}"),
        ("オンラインカジノ ランキング", "<p>カジノ スロット</p>" * 20),
    ],
)
def test_a_page_that_offers_gambling_is_not_the_sites(title: str, body: str) -> None:
    verdict = judge(answer(body, title=title))
    assert (verdict.outcome, verdict.outcome.is_good) == (Outcome.SPAM, False)
    assert "offers gambling" in verdict.evidence


CRIME = (
    "<p>Công an huyện bắt quả tang nhóm đối tượng chơi tài xỉu, xóc đĩa; cơ quan điều tra đã khởi tố vụ án.</p>"
    "<p>Các đối tượng dùng Go88, nổ hũ và game bài trên mạng để lôi kéo người chơi vi phạm pháp luật.</p>"
)


@pytest.mark.parametrize(
    "title",
    [
        "Triệt phá đường dây đánh bạc qua mạng Go88",
        "Bắt giữ nhóm đối tượng lô đề, cá độ, tài xỉu",
        "Cảnh báo thủ đoạn lừa đảo qua game bài đổi thưởng",
        "Mất tiền tỷ vì tài xỉu, nổ hũ, cá độ online",
        "Thủ tục cấp Giấy chứng nhận đủ điều kiện kinh doanh casino",
        "Hỏi: chơi game bài đổi thưởng trên Go88 có vi phạm pháp luật không?",
        "Thí điểm cho người Việt vào chơi casino",
    ],
)
def test_news_of_gambling_is_an_article(title: str) -> None:
    verdict = judge(answer(f"{MENU}<h1>{title}</h1>{CRIME}{TEXT}{FOOTER}", title=f"{title} - Huyện Mẫu"))
    assert verdict.outcome is Outcome.OK, verdict


@pytest.mark.parametrize(
    "put_in",
    [
        "<div style='position:absolute; left: -5000px'>789club, nổ hũ, kèo nhà cái, soi cầu lô đề</div>",
        "<div style='height:0;overflow:hidden'>tải game bài đổi thưởng, nổ hũ uy tín, nhà cái 8xbet</div>",
        "<p style='FONT-SIZE: 1px'>nhà cái, casino online, tài xỉu</p>",
        "<div style='text-indent:-9999em'>Five88, nhà cái, tài xỉu</div>",
        "<div style='display:none'><p>Công an bắt giữ nhóm đánh bạc</p><p>nhà cái, nổ hũ, tài xỉu</p></div>",
        "<a href='//a'>OKVIP</a> <a href='//b'>Five88 đăng nhập</a> <a href='//c'>Hi88</a> <a href='//d'>Rikvip</a>",
        "<a href='//a'>Nhà cái W88 bắt đầu</a> <a href='//b'>tài xỉu bắt cầu</a> <a href='//c'>casino không bị bắt</a>",
        "<a href='//a'>Zowin88</a> <a href='//b'>mayabet</a> <a href='//c'>nhà cái</a>",
        "<a href='//a'>カジノ</a> <a href='//b'>スロット</a> <a href='//c'>バカラ</a>",
    ],
)
def test_put_in_gambling_is_noted(put_in: str) -> None:
    verdict = judge(answer(f"{MENU}<h1>Tin</h1>{TEXT}{put_in}{FOOTER}"))
    assert (verdict.outcome, len(verdict.notes)) == (Outcome.OK, 1), verdict


def test_gambling_in_the_title_alone_is_noted() -> None:
    law = "<p>" + "Sở tổ chức hội nghị phổ biến giáo dục pháp luật cho cán bộ, công chức toàn tỉnh. " * 9 + "</p>"
    verdict = judge(answer(f"{MENU}<h1>Tin</h1>{law}", title="Nhà cái 8xbet"))
    assert (verdict.outcome, verdict.notes) == (Outcome.OK, ("spam: 8xbet, nhà cái",))


@pytest.mark.parametrize(
    "links",
    [
        ["QDso88.pdf", "thongtu88.docx", "bieumau88.xls", "TT88", "NĐ88"],
        ["lô LK88", "lô M88", "Alphabet", "Tibet", "fanclub"],
        ["hoang88@huyenmau.example", "tuan88@huyenmau.example", "Hoa88@huyenmau.example"],
        ["6a88", "ae88", "019e8b88", "34.788", "1988"],
        ["Kinh doanh casino", "Kinh doanh đặt cược đua ngựa", "Kinh doanh xổ số"],
        ["Triệt phá ổ nhóm cá độ", "Bắt 5 đối tượng lô đề", "Bắt nóng trùm tài xỉu", "Công an: cảnh giác nổ hũ, Go88"],
    ],
)
def test_honest_names_are_no_brands_of_gambling(links: list[str]) -> None:
    anchors = "".join(f"<a href='/{n}'>{text}</a> " for n, text in enumerate(links))
    hidden = f"<div style='display:none'>{anchors}</div><p style='height:100px;font-size:0.9em'>{anchors}</p>"
    verdict = judge(answer(f"{MENU}<h1>Tin</h1>{TEXT}{hidden}{FOOTER}"))
    assert (verdict.outcome, verdict.notes) == (Outcome.OK, ()), verdict


@given(
    st.sampled_from(["display: none", "left:-{}px", "margin-left:-{}em", "TOP: -{}px", "height:0", "opacity:0;width:{}px"]),
    st.integers(100, 99_999),
    st.permutations(["nhà cái uy tín", "tài xỉu online", "nổ hũ", "bắt đầu chơi kubet"]),
)  # fmt: skip
def test_hidden_gambling_is_noted_however_it_is_hidden(style: str, size: int, terms: list[str]) -> None:
    hidden = f"<div style='{style.format(size)}'>{', '.join(terms)}</div>"
    assert judge(answer(f"{MENU}<h1>Tin</h1>{TEXT}{hidden}")).notes


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


@pytest.mark.parametrize("other", ["tỉnh Nghệ An", "thành phố Hà Nội", "TP. Hồ Chí Minh", "Hà Tĩnh"])
def test_a_body_of_that_name_in_another_province_is_another(other: str) -> None:
    site = SiteHints(owner="Sở Tư pháp", province="Thanh Hóa")
    name = f"Sở Tư pháp {other}"
    page = f"<div class='header'>{name}</div>{MENU}{TEXT}<div class='footer'>Cơ quan chủ quản: {name}</div>"
    assert judge(answer(page, title=f"Trang chủ - {name}"), site).outcome is Outcome.NEW_OWNER
    at_home = replace(site, province=other.removeprefix("tỉnh ").removeprefix("thành phố ").removeprefix("TP. "))
    assert judge(answer(page, title=f"Trang chủ - {name}"), at_home).outcome is Outcome.OK


@pytest.mark.parametrize("name", ["SỞ TƯ PHÁP", "Sở Tư pháp tỉnh Thanh Hóa", "Sở Tư pháp Thanh Hoá - Nghệ An"])
def test_the_body_itself_stays_the_owner_beside_its_neighbours(name: str) -> None:
    site = SiteHints(owner="Sở Tư pháp tỉnh Thanh Hóa", province="Thanh Hóa")
    neighbours = "<div class='footer'>Sở Tư pháp tỉnh Nghệ An</div>"
    page = f"<div class='header'>{name}</div>{MENU}{TEXT}{neighbours}"
    assert judge(answer(page, title="Sở Tư pháp tỉnh Nghệ An - Tin"), site).outcome is Outcome.OK

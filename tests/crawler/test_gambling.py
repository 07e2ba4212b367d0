"""Gambling that is put into a page, a page that offers it, and pages that only talk about it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_page import FOOTER, MENU, TEXT, answer

from core.states import Outcome
from crawler.guards import judge


def test_injected_gambling_is_a_note_and_the_page_stays_good() -> None:
    links = "".join(
        f"<a href='http://s.example/{n}'>{term}</a>"
        for n, term in enumerate(["nhà cái uy tín", "tài xỉu online", "game bài đổi thưởng", "kubet"])
    )
    verdict = judge(answer(f"{MENU}<h1>Tin</h1>{TEXT}<div style='display:none'>{links}</div>"))
    assert verdict.outcome is Outcome.OK
    assert verdict.notes[0].startswith("spam: ")
    assert "nhà cái" in verdict.notes[0]


OFFER = "<p>" + "Go88 là cổng game bài đổi thưởng, nổ hũ, tài xỉu uy tín hàng đầu. " * 12 + "</p>"


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

"""A procedure is found by the words of the law, whatever markup carries them."""

from __future__ import annotations

import pytest

from core.model import Procedure
from crawler.cms import read
from crawler.page import RawPage, SiteHints

PARTS = (
    ("Mã thủ tục", "1.000894"),
    ("Lĩnh vực", "Hộ tịch"),
    ("Trình tự thực hiện", "Hai bên nam, nữ nộp tờ khai tại xã."),
    ("Thành phần hồ sơ", "Tờ khai đăng ký kết hôn (01 bản chính)"),
    ("Thời hạn giải quyết", "03 ngày làm việc"),
    ("Phí, lệ phí", "15.000 đồng"),
    ("Cơ quan thực hiện", "Ủy ban nhân dân xã"),
    ("Căn cứ pháp lý", "Luật Hộ tịch số 60/2014/QH13"),
)


def each(form: str) -> str:
    return "".join(form.format(n=n, label=label, value=value) for n, (label, value) in enumerate(PARTS, 1))


MARKUPS = {
    "table": f"<table>{each('<tr><td>{label}</td><td>{value}</td></tr>')}</table>",
    "table with numbers": f"<table>{each('<tr><td>{n}</td><td>{label}:</td><td>{value}</td></tr>')}</table>",
    "nested tables": f"<table>{each('<tr><td><b>{label}</b></td><td><table><tr><td>{value}</td></tr></table></td></tr>')}</table>",
    "definition list": f"<dl>{each('<dt>{label}</dt><dd>{value}</dd>')}</dl>",
    "headings": each("<h3>{n}. {label}</h3><p>{value}</p>"),
    "bold paragraphs": each("<p><b>{label}:</b> {value}</p>"),
    "bold, value in the next": each("<p><strong>{n}. {label}:</strong></p><p>{value}</p>"),
    "plain lines": each("<p>- {label}: {value}</p>"),
    "line breaks": "<div>" + each("{label}: {value}<br>") + "</div>",
    "list": f"<ul>{each('<li><span>{label}</span>: <span>{value}</span></li>')}</ul>",
    "accordion of buttons": each("<div class='card'><button data-toggle='collapse'>{label}</button><div class='collapse'>{value}</div></div>"),
    "accordion of links": each("<div class='panel'><h4><a href='#c{n}'>{label}</a></h4><div id='c{n}'>{value}</div></div>"),
    "details": each("<details><summary>{label}</summary>{value}</details>"),
    "tabs": "<ul class='nav nav-tabs'>" + each("<li><a href='#tab{n}'>{label}</a></li>") + "</ul><div class='tab-content'>" + each("<div class='tab-pane' id='tab{n}'>{value}</div>") + "</div>",
    "tabs with roles": "<div role='tablist'>" + each("<button role='tab' aria-controls='t{n}'>{label}</button>") + "</div>" + each("<div role='tabpanel' id='t{n}'><p>{value}</p></div>"),
    "capitals": each("<p><b>{label}</b></p><p>{value}</p>").replace("Trình tự thực hiện", "TRÌNH TỰ THỰC HIỆN").replace("Phí, lệ phí", "PHÍ, LỆ PHÍ"),
    "never closed": each("<tr><td>{label}<td>{value}").join(("<table>", "")),
}  # fmt: skip


@pytest.mark.parametrize("markup", MARKUPS.values(), ids=MARKUPS)
def test_a_procedure_is_read_from_any_markup(markup: str) -> None:
    source = f"<title>Đăng ký kết hôn - Xã Mẫu</title><div class='menu'><a href='/'>Trang chủ</a></div><h1>Đăng ký kết hôn</h1>{markup}"
    reading = read(
        RawPage("http://x.gov.vn/a.html", 200, {"content-type": "text/html; charset=utf-8"}, source.encode()),
        SiteHints("generic"),
    )
    assert reading.page_kind == "procedure"
    content = reading.records[0].content
    assert isinstance(content, Procedure)
    assert (content.name, content.code, content.sectors) == ("Đăng ký kết hôn", "1.000894", ("Hộ tịch",))
    assert content.steps[0].steps == ("Hai bên nam, nữ nộp tờ khai tại xã.",)
    assert content.papers[0].papers[0].originals == 1
    assert content.channels[0].durations[0].text == "03 ngày làm việc"
    assert content.channels[0].durations[0].fees[0].amount == 15_000
    assert content.agencies == ("Ủy ban nhân dân xã",)
    assert content.legal_bases[0].number == "60/2014/QH13"

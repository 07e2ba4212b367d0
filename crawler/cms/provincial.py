"""Families of the province's own sites. `tandan` is derived from a real fragment; the others are *conjecture* from addresses."""

from __future__ import annotations

from crawler.cms.base import Family
from crawler.cms.signs import in_source, in_url


class TanDan(Family):
    """Tân Dân portals on SharePoint: `/portal/Pages/{day}/{slug}.aspx`, "Đăng ngày 11 - 11 - 2023"."""

    name = "tandan"
    signs = (
        in_source(r"tandan-[\w-]+", weight=5),
        in_url(r"/portal/(?:Pages|KenhTin|VanBan|ThuTuc)\w*/", 5),
        in_source(r"/portal/Photos/", weight=2),
    )
    main = ".tandan-p-article, #ctl00_PlaceHolderMain, .tandan-main, #main, #content"
    title = ".tandan-p-article-news-title, .tandan-p-article-title, h1.title"
    summary = ".tandan-p-article-news-summary"
    body = "[id$=RichHtmlField], .ms-rtestate-field, .tandan-p-article-content, .tandan-p-article-main"
    date = ".tandan-p-article-date, .tandan-p-article-news-date, .date-post, .ngay-dang"
    item = ".tandan-news-item, .tandan-p-list li, .tandan-item"
    item_date = ".tandan-date, .date, .ngay-dang, .time"


class WebHtml(Family):
    """`/web/trang-chu/…/slug.html`: dates such as "26/01/2015 09:25:58" beside the title. Conjecture."""

    name = "web_html"
    signs = (in_url(r"/web/[\w./-]*\.html?(?:\?|$)", 3), in_url(r"/web/(?:trang-chu|thu-tuc-hanh-chinh|tin-tuc)", 3))
    main = "#content, .content, .main-content, main"
    title = ".title-detail, .news-title"
    body = ".detail-content, .news-content, .content-detail"
    date = ".date, .time, .news-date, .date-detail"
    item = ".news-item, .list-news li, .item-news"


class AspxNewsDetail(Family):
    """`default.aspx?…newsdetail=N` and `NewsDetail.aspx?Id=N`; the header prints today's date. Conjecture."""

    name = "aspx_newsdetail"
    signs = (in_url(r"default\.aspx\?.*newsdetail=|newsdetail\.aspx\?|default\.aspx\?.*selectpageid=", 5),)
    main = "#content, .content, #main, .main"
    title = ".newsdetail-title, .title-news, .news-title"
    body = ".newsdetail-content, .news-content, .noidung, .content-news"
    date = ".newsdetail-date, .news-date, .ngaydang, .date"
    item = ".news-item, .list-news li"


class Ashx(Family):
    """`/ashx/BaiViet.ashx?IDTinTuc=N`: fragments without a frame. Conjecture."""

    name = "ashx"
    signs = (in_url(r"/ashx/|\.ashx\?", 5),)
    main = "body"
    title = ".tieude"
    body = ".noidung, .content, .chitiet"
    date = ".ngaydang, .date, .time"
    item = ".news-item, li.tin"

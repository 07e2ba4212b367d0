"""NukeViet 4: schema.org microdata, `nv_…` variables; derived from a real site of the egov theme."""

from __future__ import annotations

from crawler.cms.base import Family
from crawler.cms.signs import in_source, in_url


class NukeViet(Family):
    """NukeViet 4 pages; every page of the real site carries the front page's <title> and og:title."""

    name = "nukeviet"
    signs = (
        in_source(r'content="NukeViet', weight=4),
        in_source(r"nv_base_siteurl", r"nv_module_name", weight=3),
        in_source(r"newsdetailmetatop", r"news-bodyhtml", weight=2),
        in_url(r"/(?:vi/)?(?:news|about|laws|shops)/[\w-]+(?:/|\.html)", 1),
    )
    noise = r"nv_redirect|checkss|nvvithemever|nv_ajax"
    main = ".fix-more-padding, #body .col-md-18, #body .panel-body, #body"
    title = "h1.title, [itemprop=headline]:not(meta), .news_column h1, h1"
    summary = ".hometext, [itemprop=description]:not(meta)"
    body = "#news-bodyhtml, .bodytext, [itemprop=articleBody]"
    date = ".newsdetailmetatop .h5, .news_column .time, time[itemprop=datePublished], .newsdetail .h5"
    author = "[itemprop=author]:not(meta), .author"
    item = ".news_column .item, .viewcat .item, li[itemtype*=Article], article"
    item_date = ".time, time, .text-muted, .fa-clock-o, em"

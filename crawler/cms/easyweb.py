"""Static e-government pages made from a SharePoint skin (easyweb); derived from four real offices of one province."""

from __future__ import annotations

from crawler.cms.base import Family
from crawler.cms.signs import in_source, in_url


class EasyWeb(Family):
    """Every page carries the front page's <title>; the posting date stands before the title."""

    name = "easyweb"
    signs = (
        in_source(r"easyweb", weight=2),
        in_source(r'class="songanh"', weight=3),
        in_source(r'href="/css/corev4\.css', weight=2),
        in_url(r"^https?://[^/]+/(?:[\w-]+/){1,3}$", 1),
        in_source(r"ExternalClassD44D9F9779FB424380767EC8F35", r"lv_description_mode1", r"dvBlockSearch-tb", weight=2),
    )
    main = ".postMain, .zoneCent, .snCenter"
    title = "p.Title, .title-news, .dvVBPL-title"
    summary = ".lv_description_mode1"
    body = "[class^=ExternalClass] .asset-content, [class^=ExternalClass]"
    date = ".ms-news-header .Time, td.Time"
    item = ".news-item, .ms-listviewtable tr"

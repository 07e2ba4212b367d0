"""Liferay 6.2 and 7 portals: asset publisher lists, `/-/slug` articles; derived from two real sites."""

from __future__ import annotations

from lxml.html import HtmlElement

from crawler.cms.base import Family
from crawler.cms.draft import Draft, Page
from crawler.cms.selectors import first
from crawler.cms.signs import in_source, in_url
from crawler.cms.tree import text_of


class Liferay(Family):
    """Liferay pages. Lists come before articles: a list also holds the summaries of its articles."""

    name = "liferay"
    signs = (
        in_source(r"portlet-boundary", weight=3),
        in_source(r"Liferay\.(?:AUI|Util|ThemeDisplay|Portlet|Language)", weight=3),
        in_url(r"/-/|[?&]p_p_id=", 2),
        in_source(r"asset-abstract", r"asset-full-content", r"journal-content-article", weight=2),
    )
    noise = (
        r"p_p_auth|p_auth|redirect|_\w+_redirect|refererPlid|controlPanelCategory|inheritRedirect|_\w+_inheritRedirect"
    )
    main = "#main-content, #layout-column_column-1, #content, main"
    title = ".asset-full-content .header-title, .header-title span, .asset-full-content h1, .journal-content-article h1, h1.title"
    summary = ".asset-full-content .asset-summary, .journal-content-article .sapo, .text-muted > p, .text-muted"
    body = ".asset-full-content .journal-content-article, .asset-full-content .asset-content, .asset-full-content, .content-detail"
    date = (
        ".text-ngayxam-page, .metadata-publish-date, .asset-full-content .assetPublishDate, .asset-full-content .date"
    )
    item = ".asset-abstract, .nf3-container li, .box_hot_news"
    item_title = ".asset-title a, .title_news a, h3 a, a"
    item_date = ".assetPublishDate, .date_content_asset, .metadata-publish-date, .date"

    def read_shape(self, page: Page, main: HtmlElement) -> Draft:
        """A page whose column is empty holds nothing, whatever stands around it."""
        column = first(main, "#layout-column_column-1, .portlet-column-content, .portlet-body")
        if column is not None and len(text_of(column)) < 30:
            return Draft("other", self.list_title(page, main))
        return super().read_shape(page, column if column is not None else main)

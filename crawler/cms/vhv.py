"""VHV platform: `VHV.App` scripts; derived from real school and office sites of two provinces."""

from __future__ import annotations

from lxml.html import HtmlElement

from core.model import ListItem
from crawler import urls
from crawler.cms.base import Family
from crawler.cms.draft import Draft, Page
from crawler.cms.selectors import first, select
from crawler.cms.signs import in_source
from crawler.cms.tree import text_of


class Vhv(Family):
    """VHV pages; a section without text of its own lists its entries only in the menu."""

    name = "vhv"
    signs = (
        in_source(r"VHV\.(?:App|init|cache|Model)", weight=4),
        in_source(r"pathway-category", r"frameBound\w", weight=2),
    )
    main = (
        "#page-content .col-left, .region-top .columns8-4 .col-left, #page-content, .region-top, .region-full-content"
    )
    title = "h1.article-title, .article-detail h1, h1.title, .post-title, h1, .article-header .title"
    summary = ".article-brief, .post-summary, .news-brief"
    body = ".article-detail .article-content, .post-content, .article-content, .intro-content, .news-content, article .content"
    date = ".article-date, .post-date, .date-post, .news-date, time"
    item = ".news-item, .article-item, .list-news li, .box-news-item, .item-news"
    item_date = ".date, .time, .news-date, .article-date, time"

    def read_shape(self, page: Page, main: HtmlElement) -> Draft:
        """A section page without text: the entries its own place in the menu opens."""
        active = select(page.body, "nav li.active")
        entries = _menu_entries(active[-1], page.url) if active else ()
        holder = first(main, self.body)
        if entries or (holder is not None and not text_of(holder)):
            title = self.list_title(page, main)
            return Draft("list", title, items=entries, text="\n".join(entry.title for entry in entries))
        return super().read_shape(page, main)


def _menu_entries(item: HtmlElement, base: str) -> tuple[ListItem, ...]:
    links = [link for link in select(item, "ul a[href]") if not (link.get("href") or "").startswith("javascript:")]
    return tuple(
        ListItem(text_of(link), urls.canonical(link.get("href") or "", base)) for link in links if text_of(link)
    )

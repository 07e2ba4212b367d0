"""The one table of CMS families: used by config, readers, box and fixtures alike (DOMAIN §4.2)."""

from __future__ import annotations

FAMILIES: dict[str, str] = {
    "tandan": "Tân Dân SharePoint portal: /portal/Pages/{YYYY-M-D}/{slug}.aspx",
    "web_html": "/web/trang-chu/…/slug.html portals",
    "aspx_newsdetail": "default.aspx?…newsdetail=N and NewsDetail.aspx?Id=N",
    "ashx": "/ashx/BaiViet.ashx?IDTinTuc=N",
    "bothutuc": "bothutuc-style rendered procedure pages",
    "national_portal": "national public-service portal, 2026 and JSP",
    "liferay": "Liferay 6.2/7 portals: /-/slug, p_p_id parameters",
    "nukeviet": "NukeViet 4: schema.org microdata",
    "vhv": "VHV platform: VHV.App scripts",
    "sharepoint": "SharePoint 2010/2013 publishing pages: /Pages/….aspx",
    "easyweb": "static egov pages after a SharePoint skin",
    "domino": "Domino .nsf gazettes",
    "generic": "anything else: read by label",
}
"""Family name → what it is recognised by. `auto` in a site's config means: decide per page by fingerprint."""

AUTO = "auto"

QUIRKS = ("main", "title", "summary", "body", "date", "author", "item", "item_title", "item_date", "noise")
"""What a site's row may say otherwise than its family: CSS selectors, and parameters that lead to the same page."""

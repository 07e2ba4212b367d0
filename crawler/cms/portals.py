"""Families of procedure portals: bothutuc and the national portal (2026 and JSP); derived from real captures."""

from __future__ import annotations

from crawler.cms.base import Family
from crawler.cms.signs import in_source, in_url


class Bothutuc(Family):
    """Procedure pages of the bothutuc kind: an accordion with one panel for each part."""

    name = "bothutuc"
    signs = (
        in_source(r"tthc-list-item", r"tthc-accordion", r"tthc-panel", weight=4),
        in_source(r"/bothutuc/", weight=3),
        in_url(r"/bothutuc/", 3),
    )
    main = "body"
    title = ".tthc-title h4, .tthc-title"


class NationalPortal(Family):
    """The national public-service portal, both generations."""

    name = "national_portal"
    signs = (
        in_url(r"//(?:[\w-]+\.)?dichvucong\.gov\.vn/", 3),
        in_source(r"Cổng Dịch vụ công [Qq]uốc gia", r"dvc-trang-chu\.html", weight=2),
        in_source(r"main-title-sub", r"table-result-tthc", r"app-container", weight=2),
    )
    main = ".section-cong-dan .col-sm-8, main, .section-cong-dan"
    title = "h1.main-title, h3.text-lg, h1"

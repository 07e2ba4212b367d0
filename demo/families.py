"""CMS families of the box: the addresses each gives its pages, and whether its markup is from a capture or conjecture."""

from __future__ import annotations

from typing import ClassVar

from demo import chance
from demo.agenda import BY_ID, Item
from demo.wording import slug


class Family:
    """Addresses of one family; its markup is templates/<name>.html. Paths begin with “/” and may hold a query."""

    name: ClassVar[str]
    captured: ClassVar[bool] = False
    table_of_channels: ClassVar[bool] = True
    validators: ClassVar[bool] = True
    sidebar: ClassVar[bool] = False
    has_sitemap: ClassVar[bool] = True
    per_page: ClassVar[int] = 12
    dates_in_addresses: ClassVar[bool] = False  # an item's address tells its day even where the page does not

    def home(self) -> str:
        """The front page."""
        return "/"

    def listing(self, section: str, number: int) -> str:
        """Page `number` (from 1) of a section."""
        raise NotImplementedError

    def item(self, section: str, item: Item) -> str:
        """An item of a section."""
        raise NotImplementedError

    def procedure(self, code: str, name: str) -> str:
        """A procedure."""
        raise NotImplementedError

    def file(self, name: str) -> str:
        """An attachment."""
        return f"/uploads/{name}"


def _heading_slug(section: str) -> str:
    return slug(BY_ID[section].heading)


def _id(*names: object) -> int:
    # Never made of the code: a page without a code must not tell it by its address.
    return 10_000 + chance.number(*names) % 5_000_000


class Vhv(Family):
    """VHV.App portals: /section/slug.html, procedures as free text under bold labels."""

    name, captured, table_of_channels = "vhv", True, False

    def listing(self, section: str, number: int) -> str:
        """/thu-tuc-hanh-chinh.html?page=2"""
        return f"/{_heading_slug(section)}.html" + (f"?page={number}" if number > 1 else "")

    def item(self, section: str, item: Item) -> str:
        """/tin-tuc-su-kien/slug-12.html"""
        return f"/{_heading_slug(section)}/{slug(item.title)}-{item.number + 5000}.html"

    def procedure(self, code: str, name: str) -> str:
        """/thu-tuc-hanh-chinh/slug-4711.html"""
        return f"/thu-tuc-hanh-chinh/{slug(name)}-{_id('tthc', code)}.html"

    def file(self, name: str) -> str:
        """/upload/1000057/20180809/name"""
        return f"/upload/1000057/files/{name}"


class Liferay(Family):
    """Liferay 6.2: friendly layouts, /-/view_content/ID-slug, paging by p_p_id parameters."""

    name, captured = "liferay", True

    def listing(self, section: str, number: int) -> str:
        """/tin-tuc-su-kien?p_p_id=101_INSTANCE_…&_101_INSTANCE_…_cur=2"""
        path = f"/{_heading_slug(section)}"
        if number == 1:
            return path
        portlet = f"101_INSTANCE_{chance.number(section):x}"[:24]
        return f"{path}?p_p_id={portlet}&p_p_lifecycle=0&p_p_state=normal&p_p_mode=view&_{portlet}_cur={number}"

    def item(self, section: str, item: Item) -> str:
        """/tin-tuc-su-kien/-/view_content/3615536-slug"""
        return f"/{_heading_slug(section)}/-/view_content/{_id(section, item.number)}-{slug(item.title, 50)}"

    def procedure(self, code: str, name: str) -> str:
        """/thu-tuc-hanh-chinh/-/tthc/4711/slug"""
        return f"/thu-tuc-hanh-chinh/-/tthc/{_id('tthc', code)}/{slug(name, 50)}"

    def file(self, name: str) -> str:
        """/documents/20182/0/name"""
        return f"/documents/20182/0/{name}"


class NukeViet(Family):
    """NukeViet 4: /vi/module/slug-ID.html, paging as /page-N/."""

    name, captured, sidebar = "nukeviet", True, True

    def listing(self, section: str, number: int) -> str:
        """/vi/news/page-2/"""
        return f"/vi/{_heading_slug(section)}/" + (f"page-{number}/" if number > 1 else "")

    def item(self, section: str, item: Item) -> str:
        """/vi/tin-tuc-su-kien/slug-123.html"""
        return f"/vi/{_heading_slug(section)}/{slug(item.title)}-{item.number + 5000}.html"

    def procedure(self, code: str, name: str) -> str:
        """/vi/thu-tuc-hanh-chinh/slug-4711.html"""
        return f"/vi/thu-tuc-hanh-chinh/{slug(name)}-{_id('tthc', code)}.html"

    def file(self, name: str) -> str:
        """/uploads/laws/name"""
        return f"/uploads/laws/{name}"


class SharePoint(Family):
    """SharePoint 2010 publishing pages: /Pages/….aspx, __REQUESTDIGEST, no validators."""

    name, captured, validators, sidebar = "sharepoint", True, False, True

    def home(self) -> str:
        """/Pages/default.aspx (the root redirects there)"""
        return "/Pages/default.aspx"

    def listing(self, section: str, number: int) -> str:
        """/Pages/tin-tuc-su-kien.aspx?PageIndex=2"""
        return f"/Pages/{_heading_slug(section)}.aspx" + (f"?PageIndex={number}" if number > 1 else "")

    def item(self, section: str, item: Item) -> str:
        """/Pages/tin-tuc-su-kien/slug-12.aspx"""
        return f"/Pages/{_heading_slug(section)}/{slug(item.title)}-{item.number + 5000}.aspx"

    def procedure(self, code: str, name: str) -> str:
        """/Pages/tthc-chi-tiet.aspx?ItemID=4711"""
        return f"/Pages/tthc-chi-tiet.aspx?ItemID={_id('tthc', code)}"

    def file(self, name: str) -> str:
        """/Documents/name"""
        return f"/Documents/{name}"


class BoThuTuc(Family):
    """Sites whose procedures are accordions as rendered by the bothutuc software; the frame around is conjecture."""

    name, captured, table_of_channels = "bothutuc", True, False

    def listing(self, section: str, number: int) -> str:
        """/chuyen-muc/tin-tuc-su-kien?trang=2"""
        return f"/chuyen-muc/{_heading_slug(section)}" + (f"?trang={number}" if number > 1 else "")

    def item(self, section: str, item: Item) -> str:
        """/bai-viet/slug-123"""
        return f"/bai-viet/{slug(item.title)}-{_id(section, item.number)}"

    def procedure(self, code: str, name: str) -> str:
        """/bo-thu-tuc/chi-tiet/4711"""
        return f"/bo-thu-tuc/chi-tiet/{_id('tthc', code)}"


class EasyWeb(Family):
    """Static egov pages after a SharePoint skin: /slug/, tables of class ds_VBPL."""

    name, captured, table_of_channels = "easyweb", True, False

    def listing(self, section: str, number: int) -> str:
        """/tin-tuc-su-kien/?page=2"""
        return f"/{_heading_slug(section)}/" + (f"?page={number}" if number > 1 else "")

    def item(self, section: str, item: Item) -> str:
        """/slug-12/"""
        return f"/{slug(item.title)}-{_id(section, item.number)}/"

    def procedure(self, code: str, name: str) -> str:
        """/thu-tuc-hanh-chinh/slug-4711/"""
        return f"/thu-tuc-hanh-chinh/{slug(name)}-{_id('tthc', code)}/"

    def file(self, name: str) -> str:
        """/img/name"""
        return f"/img/{name}"


class Tandan(Family):
    """Tân Dân portals: /portal/Pages/YYYY-M-D/slug.aspx. Article body from a capture; frame and procedures conjecture."""

    name, table_of_channels, dates_in_addresses = "tandan", False, True

    def home(self) -> str:
        """/portal/Pages/default.aspx (the root redirects there)"""
        return "/portal/Pages/default.aspx"

    def listing(self, section: str, number: int) -> str:
        """/portal/Pages/tin-tuc-su-kien.aspx?p=2"""
        return f"/portal/Pages/{_heading_slug(section)}.aspx" + (f"?p={number}" if number > 1 else "")

    def item(self, section: str, item: Item) -> str:
        """/portal/Pages/2018-8-1/slugx5k2q1.aspx"""
        day = item.published
        tail = f"{chance.number(section, item.number):x}"[:6]
        return f"/portal/Pages/{day.year}-{day.month}-{day.day}/{slug(item.title, 50)}{tail}.aspx"

    def procedure(self, code: str, name: str) -> str:
        """/portal/Pages/tthc/4711-slug.aspx"""
        return f"/portal/Pages/tthc/{_id('tthc', code)}-{slug(name, 40)}.aspx"

    def file(self, name: str) -> str:
        """/portal/Photos/files/name"""
        return f"/portal/Photos/files/{name}"


class WebHtml(Family):
    """/web/trang-chu/…/slug.html portals. Conjecture: only addresses and dates of real pages are known."""

    name, validators, sidebar = "web_html", False, True

    def home(self) -> str:
        """/web/trang-chu.htm (the root redirects there)"""
        return "/web/trang-chu.htm"

    def listing(self, section: str, number: int) -> str:
        """/web/trang-chu/tin-tuc-su-kien.htm?page=2"""
        return f"/web/trang-chu/{_heading_slug(section)}.htm" + (f"?page={number}" if number > 1 else "")

    def item(self, section: str, item: Item) -> str:
        """/web/trang-chu/tin-tuc-su-kien/slug-12.html"""
        return f"/web/trang-chu/{_heading_slug(section)}/{slug(item.title)}-{item.number + 5000}.html"

    def procedure(self, code: str, name: str) -> str:
        """/web/thu-tuc-hanh-chinh/slug-4711.html"""
        return f"/web/thu-tuc-hanh-chinh/{slug(name)}-{_id('tthc', code)}.html"


class AspxNewsDetail(Family):
    """default.aspx?…newsdetail=N portals. Conjecture: only addresses of real pages are known."""

    name, has_sitemap = "aspx_newsdetail", False

    def listing(self, section: str, number: int) -> str:
        """/default.aspx?portalid=admin&selectpageid=page.2&group=news&page=2"""
        base = f"/default.aspx?portalid=admin&selectpageid=page.2&group={section}"
        return base + (f"&page={number}" if number > 1 else "")

    def item(self, section: str, item: Item) -> str:
        """/default.aspx?portalid=admin&selectpageid=page.1&newsdetail=4696"""
        return f"/default.aspx?portalid=admin&selectpageid=page.1&newsdetail={_id(section, item.number)}"

    def procedure(self, code: str, name: str) -> str:
        """/default.aspx?portalid=admin&selectpageid=page.5&tthc=4711"""
        return f"/default.aspx?portalid=admin&selectpageid=page.5&tthc={_id('tthc', code)}"


class Ashx(Family):
    """/ashx/BaiViet.ashx?IDTinTuc=N portals. Conjecture: only addresses of real pages are known."""

    name, table_of_channels, has_sitemap = "ashx", False, False

    def listing(self, section: str, number: int) -> str:
        """/ashx/ChuyenMuc.ashx?ID=news&trang=2"""
        return f"/ashx/ChuyenMuc.ashx?ID={section}" + (f"&trang={number}" if number > 1 else "")

    def item(self, section: str, item: Item) -> str:
        """/ashx/BaiViet.ashx?IDTinTuc=6289"""
        return f"/ashx/BaiViet.ashx?IDTinTuc={_id(section, item.number)}"

    def procedure(self, code: str, name: str) -> str:
        """/ashx/ThuTuc.ashx?IDThuTuc=4711"""
        return f"/ashx/ThuTuc.ashx?IDThuTuc={_id('tthc', code)}"


FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        Vhv(), Liferay(), NukeViet(), SharePoint(), BoThuTuc(), EasyWeb(), Tandan(), WebHtml(), AspxNewsDetail(), Ashx(),
    )
}  # fmt: skip
"""Family name (core.families) → its addresses."""

"""Who signs a page: whether the frame of a site names its owner, or somebody else in more than one place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from lxml.html import HtmlElement

from core.provinces import PROVINCES
from crawler.cms.selectors import select
from crawler.cms.tree import clean, lines
from vietnamese.syllables import fold_text

_FRAME = {
    "head": "header, [id*='header'], [class*='header'], [id*='banner'], [class*='banner'], [class*='site-name'], "
    "[class*='site_name'], [class*='site-title'], [class*='co-quan'], [class*='don-vi'], [class*='logo']",
    "foot": "footer, [id*='footer'], [class*='footer'], [class*='Footer']",
}
_META = {"author", "copyright", "dc.publisher"}

_UNIT = r"ủy ban nhân dân|uỷ ban nhân dân|ubnd|sở|huyện|thị xã|thành phố|xã|phường|ban|trung tâm|văn phòng|thanh tra"
_OTHER = r"công ty|doanh nghiệp|tập đoàn|tổng công ty|hội|hiệp hội|câu lạc bộ|hợp tác xã|nhà hàng|khách sạn|cửa hàng|shop|trường|bệnh viện"
_SIGNED = re.compile(rf"(?<!\w)(?:{_UNIT}|{_OTHER})\s+[^.;|\n–»]{{3,80}}", re.IGNORECASE)
_MANAGED = re.compile(
    r"(?:cơ quan chủ quản|đơn vị quản lý|bản quyền(?: thuộc)?(?: về)?|chịu trách nhiệm)\s*:\s*([^.;|\n–-]{5,80})", re.I
)
_IS_UNIT = re.compile(rf"(?:{_UNIT})\s+", re.IGNORECASE)
_LEVEL = re.compile(
    r"\b(?:ủy ban nhân dân|uỷ ban nhân dân|ubnd|hđnd|trang thông tin điện tử|cổng thông tin điện tử|website|tỉnh thanh hóa|tỉnh|của)\b",
    re.I,
)

PLACES = 2
"""A name counts as a signature when it stands in so many of title, head, foot and meta data: one may be a sponsor's."""


def signed_by_another(root: HtmlElement, title: str, owner: str, province: str) -> str:
    """The name in whose hand a site is, when it is not `owner`'s; "" when the owner is named or nobody clearly is.

    "Sở Tư pháp tỉnh Nghệ An" is another Sở Tư pháp, unless `province` is Nghệ An or unknown.
    """
    ours = _bare_name(owner)
    if not ours:
        return ""
    places: dict[str, list[str]] = {}
    for place, texts in _places(root, title):  # mostly the title names the owner, and the others are not read
        if any(_is_named(ours, text, province) for text in texts):
            return ""
        places[place] = texts
    for text in (text for texts in places.values() for text in texts):
        managed = _MANAGED.search(text)
        if managed and _IS_UNIT.search(managed[1]):
            return clean(managed[1])
    names: dict[str, str] = {}
    found: Counter[str] = Counter()
    for texts in places.values():
        here = {fold_text(name): name for text in texts for name in _names(text)}
        names |= here
        found.update(here.keys())
    name, count = max(found.items(), key=lambda item: (item[1], len(item[0])), default=("", 0))
    return clean(names[name]) if count >= PLACES else ""


def is_framed_by(root: HtmlElement, owner: str, province: str) -> bool:
    """Whether head or foot of a page name its owner."""
    ours = _bare_name(owner)
    places = dict(_places(root, ""))
    return bool(ours) and any(_is_named(ours, text, province) for place in _FRAME for text in places[place])


def _is_named(ours: str, text: str, province: str) -> bool:
    return _of_the_body(ours, fold_text(province)).search(fold_text(text)) is not None


@lru_cache(256)  # one a site
def _of_the_body(ours: str, home: str) -> re.Pattern[str]:
    elsewhere = "|".join(name for name in map(fold_text, PROVINCES) if home and not name.endswith(home))
    follows = rf"(?! (?:tinh |thanh pho |tp )?(?:{elsewhere})(?!\S))" if elsewhere else ""
    return re.compile(rf"(?<!\S){re.escape(ours)}(?!\S){follows}")


def _places(root: HtmlElement, title: str) -> Iterator[tuple[str, list[str]]]:
    yield "title", re.split(r"\s+[-|–»:]\s+", title)
    for place, css in _FRAME.items():
        yield place, [line.text for element in select(root, css) for line in lines(element)]
    yield "meta", [element.get("content") or "" for element in root.iter("meta") if _names_publisher(element)]


def _names_publisher(meta: HtmlElement) -> bool:
    return meta.get("property") == "og:site_name" or (meta.get("name") or "").lower() in _META


def _names(text: str) -> list[str]:
    return [clean(found[0]) for found in _SIGNED.finditer(text) if found.start() == 0]


def _bare_name(name: str) -> str:
    return fold_text(_LEVEL.sub(" ", name))

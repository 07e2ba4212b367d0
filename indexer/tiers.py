"""The levels of government at which a procedure is handled, by the names of the bodies, where no source states them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from core.states import Tier
from vietnamese.syllables import fold_text

_COUNCIL = r"(?:ubnd|uy ban nhan dan|hoi dong nhan dan|hdnd)"
_MINISTRIES = (
    "truong|co quan ngang bo|cong an|cong thuong|dan toc|giao duc|giao thong|ke hoach|khoa hoc|lao dong|ngoai giao|"
    "nn|noi vu|nong nghiep|quoc phong|tai chinh|tai nguyen|thong tin|tu phap|van hoa|xay dung|y te"
)
_RULES = (
    (Tier.COMMUNE, rf"\bcap xa\b|\b{_COUNCIL} (?:xa|phuong|thi tran|dac khu)\b|^cong an (?:xa|phuong|thi tran)\b"),
    (Tier.DISTRICT, rf"\bcap huyen\b|\b{_COUNCIL} (?:quan|huyen|thi xa)\b"),
    (
        Tier.PROVINCE,
        rf"\bcap tinh\b|^so (?!hai quan)|\b{_COUNCIL} (?:cac )?tinh\b|^cong an tinh\b|\btinh thanh pho\b|"
        r"^(?:bao hiem xa hoi|thue|ban dan toc|trung tam phuc vu hanh chinh cong) tinh\b|^(?:chi nhanh )?van phong dang ki dat dai\b",
    ),
    (
        Tier.MINISTRY,
        rf"(?<!can )\bbo (?:{_MINISTRIES})\b|^(?:tong )?cuc\b(?!.* (?:tinh|khu vuc|vung)\b)|^ngan hang nha nuoc viet nam$",
    ),
)
"""Folded words in the name of a body → its levels; a body that no rule knows tells nothing. Of the levels found for 2,642
procedures that state theirs, 98 % (ministry), 97 % (province) and 96 % (commune) are stated."""

_COMPILED = tuple((tier.value, re.compile(pattern)) for tier, pattern in _RULES)


def tiers_of(agencies: Iterable[str]) -> tuple[str, ...]:
    """The levels of bodies, as values of `Tier`, from the commune up.

    A ministry beside a body of unknown level tells nothing: the other may be its branch in the province.
    """
    levels = [_levels(agency) for agency in agencies if agency.strip()]
    found = {tier for of_body in levels for tier in of_body}
    if not all(levels):
        found.discard(Tier.MINISTRY.value)
    return tuple(tier for tier, _ in _COMPILED if tier in found)


@lru_cache(5_000)
def _levels(agency: str) -> tuple[str, ...]:
    plain = fold_text(agency)
    return tuple(tier for tier, rule in _COMPILED if rule.search(plain))

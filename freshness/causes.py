"""One finding per cause: what stands on many pages for one reason is told once, with the pages in its evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from core.finding_rules import RULES
from store.findings import Finding

MANY = 12
"""An outdated word on so many procedures of one site comes from a template or a habit, not from one page."""

_HABITS = ("obsolete_term", "repealed_citation", "iso_2008")
_OF_PAGES = ("list_only", "form_dead", "form_changed", "form_double")
"""Rules whose field names the very thing (a file, a row), so that two pages are two causes."""

FAMILY_LEAST = 3
FAMILY_SHARE = 0.5
"""A template counts as the family's when at least three sites and half of those seen with it changed in one check."""


def once(found: Iterable[Finding]) -> list[Finding]:
    """The findings of one check with one per cause."""
    items = _one_per_code({item.identity: item for item in found}.values())
    return _habits(items)


def _one_per_code(found: Iterable[Finding]) -> list[Finding]:
    """A code shown on several pages of a site (its row and its page) is one finding; the page in full is named."""
    kept: dict[tuple[str, ...], Finding] = {}
    for item in found:
        by_code = RULES[item.rule].scope == "procedure" and item.code and item.rule not in _OF_PAGES
        key = (item.rule, item.site_id, item.code, item.field) if by_code else item.identity
        first = kept.get(key)
        if first is None:
            kept[key] = item
        elif item.url != first.url:
            also = [*first.evidence.get("also_on", []), item.url]
            kept[key] = replace(first, evidence={**first.evidence, "also_on": also[:20]})
    return list(kept.values())


def _habits(found: Iterable[Finding]) -> list[Finding]:
    groups: dict[tuple[str, str, str], list[Finding]] = defaultdict(list)
    rest = []
    for item in found:
        if item.rule in _HABITS:
            groups[item.rule, item.site_id, item.field].append(item)
        else:
            rest.append(item)
    for group in groups.values():
        rest += group if len(group) < MANY else [_as_one(group)]
    return rest


def _as_one(group: list[Finding]) -> Finding:
    first = group[0]
    codes = sorted({item.code for item in group if item.code})
    evidence = {**first.evidence, "pages": len(group), "codes": codes[:50], "urls": sorted(i.url for i in group)[:50]}
    message = f"{len(group)} trang cùng một lỗi, chẳng hạn: {first.message}"
    return replace(first, code="", url="", message=message, evidence=evidence)


def of_family(found: list[Finding], families: Mapping[str, str]) -> list[Finding]:
    """`template_changed` of many sites of one family at once becomes one finding, on the first of them.

    `families` is site → family of every site seen in this check.
    """
    changed: dict[str, list[Finding]] = defaultdict(list)
    for item in found:
        if item.rule == "template_changed":
            changed[families.get(item.site_id, "")].append(item)
    merged: dict[tuple[str, ...], Finding | None] = {}
    for family, items in changed.items():
        seen = sum(1 for name in families.values() if name == family)
        if family and len(items) >= FAMILY_LEAST and len(items) >= FAMILY_SHARE * seen:
            merged |= {item.identity: None for item in items}
            merged[items[0].identity] = _family_finding(family, items)
    kept = (merged.get(item.identity, item) for item in found)
    return [item for item in kept if item is not None]


def _family_finding(family: str, items: list[Finding]) -> Finding:
    sites = sorted(item.site_id for item in items)
    evidence: dict[str, Any] = {**items[0].evidence, "family": family, "sites": sites}
    message = f"Giao diện của họ “{family}” đã đổi ở {len(sites)} trang cùng lúc: bộ đọc của họ này cần xem lại."
    return replace(items[0], message=message, evidence=evidence)

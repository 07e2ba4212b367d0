"""The 48 component sites of the box: owners, hosts, families and the procedures each publishes."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache

from demo import chance
from demo.catalogue import DATA, all_facts, speaks_plainly

DAY_ZERO = {"seed": date(2018, 8, 9), "today": date(2026, 11, 2)}
"""Day 0 of each preset: the date of the founding article (law of NĐ 43/2011), and of the law of NĐ 224/2026."""

DOMAIN = "thanhhoa.localhost"
ADDRESSES = 12
"""Addresses that the sites share, as sites share servers in life."""

POPULAR = {
    "district": ("1.000894", "1.001193", "2.000806"),
    "commune": ("1.000894", "1.001193", "2.000815"),
    "department": (),
}
"""Đăng ký kết hôn, khai sinh, kết hôn có yếu tố nước ngoài, chứng thực bản sao: on every district's or commune's site."""

SPECIAL = {"s-hcc": ("1.000894", "1.014064", "1.014063", "1.115520", "1.004194")}
"""The one-stop centre also shows what citizens ask for most: căn cước, quyền sử dụng đất, tạm trú."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit with its site. `label` is the first part of the host name."""

    id: str
    owner: str
    kind: str
    label: str
    family: str
    sectors: tuple[str, ...]

    @property
    def host(self) -> str:
        """Host name without port."""
        return f"{self.label}.{DOMAIN}"


@cache
def units(preset: str) -> tuple[Unit, ...]:
    """The 48 units of a preset, by id."""
    rows = tomllib.loads((DATA / "sites.toml").read_text(encoding="utf-8"))[preset]
    found = [
        Unit(row["id"], row["owner"], row["kind"], row["label"], row["family"], tuple(row["sectors"])) for row in rows
    ]
    return tuple(sorted(found, key=lambda unit: unit.id))


@cache
def codes_of(preset: str, seed: int, count: int) -> dict[str, tuple[str, ...]]:
    """Site id → the codes it publishes: the popular ones, then those of its sectors.

    Each site has some that no other site publishes, so that a fault in one of them is that site's alone.
    """
    usable = [facts for facts in all_facts().values() if speaks_plainly(facts.name) and facts.sectors]
    free = {facts.code: facts for facts in usable if not facts.is_of_another_province}
    chosen: dict[str, list[str]] = {}
    for unit in units(preset):
        first = (*SPECIAL.get(unit.id, ()), *POPULAR[unit.kind])
        chosen[unit.id] = [code for code in first if code in all_facts()][: max(count - 2, 1)]
    shown = {code for codes in chosen.values() for code in codes}
    for code in shown:
        free.pop(code, None)
    sectors = {code: "\n".join(facts.sectors).lower() for code, facts in free.items()}
    order = sorted(units(preset), key=lambda unit: chance.number(seed, "order", unit.id))
    for unit in order:
        words = [word.lower() for word in unit.sectors]
        wanted = sorted(
            free.values(),
            key=lambda facts: (
                not any(word in sectors[facts.code] for word in words),
                chance.number(seed, unit.id, facts.code),
            ),
        )
        for facts in wanted[: max(count - len(chosen[unit.id]), 0)]:
            chosen[unit.id].append(facts.code)
            free.pop(facts.code)
    return {site: tuple(codes) for site, codes in chosen.items()}

"""Links in the running text of the box: two that lead somewhere on every site, and those of the `dead_link` fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from demo import chance
from demo.families import FAMILIES
from demo.units import Unit, units

if TYPE_CHECKING:
    from demo.faults import Fault

PORT = "{{port}}"
"""Stands in rendered pages for the port of the box, which the pages do not know."""


def living(preset: str, unit: Unit) -> Markup:
    """A paragraph that leads home and to the next unit's site."""
    every = units(preset)
    other = every[(every.index(unit) + 1) % len(every)]
    home, there = FAMILIES[unit.family].home(), _on(other, FAMILIES[other.family].home())
    text = 'Thông tin khác có tại <a href="{}">trang chủ</a> và trên trang của <a href="{}">{}</a>.'
    return Markup(text).format(home, there, other.owner)


def dead(preset: str, fault: Fault) -> Markup:
    """A paragraph that leads to an address that is not there, on the site `to` or on the fault's own."""
    path = f"/tai-lieu/khong-con-{chance.number('dead', fault.site, fault.from_day) % 100_000}.html"
    other = next((unit for unit in units(preset) if unit.id == fault.params.get("to")), None)
    address = _on(other, path) if other is not None else path
    return Markup('Hướng dẫn chi tiết được đăng <a href="{}">tại đây</a>.').format(address)


def _on(unit: Unit, path: str) -> str:
    return f"http://{unit.host}:{PORT}{path}"

"""Rendering: one Jinja environment, autoescaped, with the words and forms of search_api.wording."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from core.clock import local_date
from core.plain import canonical_json
from core.sites import Province
from reports import wording as reported
from search_api import wording
from search_api.parts import parts_of
from search_api.units import written

HERE = Path(__file__).parent

_WEB_SCHEMES = ("http://", "https://")


def web_link(url: str) -> str:
    """The address if it may stand in a link; crawled texts can hold `javascript:` and worse."""
    return url if url.lower().startswith(_WEB_SCHEMES) else ""


def _json_ld(value: Any) -> Markup:
    # Inside <script> only "<" can end the element; JSON may write it as an escape.
    return Markup(canonical_json(value).replace("<", "\\u003c"))


_COMMAND = re.compile("`([^`]+)`")


def commands(text: str) -> Markup:
    """A remedy with the commands in it marked as such: the ticks around them are for terminals."""
    return Markup(_COMMAND.sub(r"<code>\1</code>", str(escape(text))))


def with_query(query: dict[str, Any], **changes: Any) -> str:
    """A query string with some parameters changed; None takes one away. The cursor never survives a change."""
    merged = {**{name: value for name, value in query.items() if name != "cursor"}, **changes}
    return "?" + urlencode(
        {name: value for name, value in merged.items() if value not in (None, "", [], ())}, doseq=True
    )


@cache
def environment() -> Environment:
    """The templates; a name that is missing is an error, not an empty place."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        day=wording.day, at=wording.moment, number=reported.number, service_level=wording.service_level, tier=wording.tier,
        outcome=reported.outcome, percent=reported.percent, section=reported.section,
        evidence=reported.evidence_text, facet=wording.facet, brief=wording.brief, unnumbered=wording.unnumbered, commands=commands, web_link=web_link, json_ld=_json_ld, written=written,
    )  # fmt: skip
    made.globals.update(
        FIELDS=wording.FIELDS, CHANNELS=wording.CHANNELS, KINDS=wording.KINDS, CHANGES=wording.CHANGES, FEATURES=wording.FEATURES, RELAXED=wording.RELAXED,
        EVIDENCE=reported.EVIDENCE, SHAPES=reported.SHAPES, UNKNOWN=wording.UNKNOWN, with_query=with_query, asset=asset,
        dict_of=lambda rows: {row["section"]: row for row in rows},
    )  # fmt: skip
    return made


def owner_names(province: Province, today: date) -> Callable[..., str]:
    """Says whose a site is, or was on the day of what it said; a unit that is no more is told as such, an unknown id as it is."""
    sites = {site.id: site for site in province.sites}

    def owner_of(site_id: str, when: date | datetime | str | None = None) -> str:
        if site_id not in sites:
            return site_id
        site = sites[site_id]
        if when:
            return site.owner_on(wording.day_of(when))
        return site.owner_on(today) if site.exists_on(today) else f"{site.owner_on(today)} (cũ)"

    return owner_of


def site_finder(province: Province) -> Callable[[str, datetime], str]:
    """Says whose site an address was on a day: its id, "" when it is of none."""

    def site_at(url: str, when: datetime) -> str:
        try:
            name, day = urlsplit(url).hostname, local_date(when)
        except ValueError:  # “http://[”: no address at all
            return ""
        hosts = ((site.id, host) for site in province.sites for host in site.hosts)
        return next((site for site, host in hosts if host.name == name and host.holds_on(day)), "")

    return site_at


@cache
def asset(name: str) -> str:
    """The address of a static file, with its digest so that it may be kept for ever."""
    content = (HERE / "static" / name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:10]}"


def render(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page of the site."""
    parts = parts_of(request)
    now = parts.clock()
    shared = {
        "province": parts.province.name,
        "hotline": parts.settings.text("hotline"),
        "base": str(request.base_url).rstrip("/"),
        "path": request.url.path,
        "printed": local_date(now),
        "moment": lambda value: wording.moment(value, now),
        "owner_of": owner_names(parts.province, local_date(now)),
        "site_at": site_finder(parts.province),
    }
    return HTMLResponse(environment().get_template(template).render(shared | values), status)

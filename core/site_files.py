"""Reading and validating a province's configuration.

A config folder holds `national/` (law, vocabulary, sectors) and one folder per province with `sites.toml` and,
optionally, `network.toml` (`[resolve]` host → address, `allow` = networks outside the public internet that may be
reached; written by the box) and `thresholds.toml`.
"""

from __future__ import annotations

import ipaddress
import re
import tomllib
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from core.errors import ConfigError
from core.families import AUTO, FAMILIES, QUIRKS
from core.sites import HOST_STATUSES, KINDS, Dated, Host, Network, Politeness, Province, Site, TlsException

_ID = re.compile(r"^[a-z]-[a-z0-9]+$")


def load_province(config: Path, province_id: str) -> Province:
    """Read and validate `config/<province_id>/`; ConfigError names the file, the key and the remedy."""
    folder = config / province_id
    path = folder / "sites.toml"
    data = _read_toml(path)
    _only_keys(path, "", data, {"province", "defaults", "site"})
    province = _table(path, data, "province", {"id", "name"})
    for key in ("id", "name"):
        if not isinstance(province.get(key), str):
            raise ConfigError(f"{path}: [province]: “{key}” is missing", f'add {key} = "…"')
    defaults = _table(path, data, "defaults", {"politeness"}) if "defaults" in data else {}
    sites = tuple(_site(path, row, defaults.get("politeness", {})) for row in _rows(path, "", data, "site"))
    _check_together(path, sites)
    return Province(
        id=str(province["id"]),
        name=str(province["name"]),
        sites=tuple(sorted(sites, key=lambda site: site.id)),
        network=_network(folder / "network.toml"),
        thresholds=_read_toml(folder / "thresholds.toml") if (folder / "thresholds.toml").exists() else {},
        folder=folder,
        national=config / "national",
    )


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path} is missing", "name the right folder with --config DIR") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not valid TOML: {error}", "mend that line") from None


def _only_keys(path: Path, where: str, data: dict[str, Any], known: set[str]) -> None:
    unknown = sorted(set(data) - known)
    if unknown:
        place = f"{where}: " if where else ""
        raise ConfigError(f"{path}: {place}unknown key “{unknown[0]}”", f"known keys are {', '.join(sorted(known))}")


def _table(path: Path, data: dict[str, Any], name: str, known: set[str]) -> dict[str, Any]:
    table = data.get(name)
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: table [{name}] is missing", f"add [{name}] with {', '.join(sorted(known))}")
    _only_keys(path, f"[{name}]", table, known)
    return table


def _rows(path: Path, where: str, data: dict[str, Any], name: str) -> list[dict[str, Any]]:
    rows = data.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        table = f"site.{name}" if where else name
        raise ConfigError(
            f"{path}: {where + ': ' if where else ''}“{name}” is not a list of tables", f"use [[{table}]]"
        )
    return rows


def _texts(path: Path, where: str, row: dict[str, Any], name: str) -> tuple[str, ...]:
    texts = row.get(name, [])
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise ConfigError(f"{path}: {where}: “{name}” is not a list of texts", f'write {name} = ["…", "…"]')
    return tuple(texts)


_SITE_KEYS = {
    "id", "owner", "kind", "host", "cms_family", "valid_from", "valid_to", "successors", "gso_code",
    "politeness", "tls_exception", "quirks", "expected_codes", "notes",
}  # fmt: skip
_POLITENESS: dict[str, Any] = {item.name: item.default for item in fields(Politeness)}
_WINDOW = re.compile(r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$")


def _site(path: Path, row: dict[str, Any], default_politeness: dict[str, Any]) -> Site:
    site_id = str(row.get("id", ""))
    where = f"site {site_id or '(without id)'}"
    if not _ID.match(site_id):
        raise ConfigError(f"{path}: {where}: key “id” is missing or odd", "ids look like s-stp or h-nongcong")
    _only_keys(path, where, row, _SITE_KEYS)
    owners = tuple(_dated(path, f"{where} owner", item, "name") for item in _rows(path, where, row, "owner"))
    kinds = tuple(_dated(path, f"{where} kind", item, "name") for item in _rows(path, where, row, "kind"))
    hosts = tuple(_host(path, where, item) for item in _rows(path, where, row, "host"))
    for name, values in (("owner", owners), ("kind", kinds), ("host", hosts)):
        if not values:
            raise ConfigError(f"{path}: {where}: no [[site.{name}]]", "every site needs at least one")
    for kind in kinds:
        if kind.value not in KINDS:
            raise ConfigError(f"{path}: {where}: unknown kind “{kind.value}”", f"use one of {', '.join(KINDS)}")
    family = str(row.get("cms_family", AUTO))
    if family != AUTO and family not in FAMILIES:
        raise ConfigError(
            f"{path}: {where}: unknown cms_family “{family}”", f"use auto or one of {', '.join(FAMILIES)}"
        )
    valid_from, valid_to = _days(path, where, row)
    _only_keys(path, f"{where} quirks", row.get("quirks", {}), set(QUIRKS))
    return Site(
        id=site_id,
        owners=owners,
        kinds=kinds,
        hosts=hosts,
        cms_family=family,
        valid_from=valid_from,
        valid_to=valid_to,
        successors=_texts(path, where, row, "successors"),
        gso_code=str(row.get("gso_code", "")),
        politeness=_politeness(path, where, {**default_politeness, **row.get("politeness", {})}),
        tls_exception=_tls_exception(path, where, row) if "tls_exception" in row else None,
        quirks=dict(row.get("quirks", {})),
        expected_codes=_texts(path, where, row, "expected_codes"),
        notes=_texts(path, where, row, "notes"),
    )


def _politeness(path: Path, where: str, values: dict[str, Any]) -> Politeness:
    _only_keys(path, f"{where} politeness", values, set(_POLITENESS))
    for name, value in values.items():
        default = _POLITENESS[name]
        wanted = (int, float) if isinstance(default, float) else type(default)
        if not isinstance(value, wanted) or isinstance(value, bool) or (not isinstance(value, str) and value < 0):
            raise ConfigError(
                f"{path}: {where} politeness: {name} = {value!r} cannot be", f"as in {name} = {default!r}"
            )
    if values.get("window") and not _WINDOW.match(values["window"]):
        raise ConfigError(
            f"{path}: {where} politeness: window = {values['window']!r} is not a span", 'write it as "19:00-06:00"'
        )
    return Politeness(**values)


def _tls_exception(path: Path, where: str, row: dict[str, Any]) -> TlsException:
    where = f"{where} tls_exception"
    given = row["tls_exception"] if isinstance(row["tls_exception"], dict) else {}
    _only_keys(path, where, given, {"reason", "until"})
    reason, until = str(given.get("reason", "")).strip(), _day(path, where, given, "until")
    if not reason or until is None:
        raise ConfigError(
            f"{path}: {where} needs reason and until", 'write { reason = "hết hạn, đã báo", until = 2026-12-31 }'
        )
    return TlsException(reason, until)


def _days(path: Path, where: str, row: dict[str, Any]) -> tuple[date | None, date | None]:
    begin, end = _day(path, where, row, "valid_from"), _day(path, where, row, "valid_to")
    if begin and end and end <= begin:
        raise ConfigError(
            f"{path}: {where}: valid_to {end} is not after valid_from {begin}",
            "valid_to is the first day on which it holds no longer",
        )
    return begin, end


def _day(path: Path, where: str, row: dict[str, Any], key: str) -> date | None:
    value = row.get(key)
    if value is None:
        return None
    if type(value) is date:
        return value
    raise ConfigError(f"{path}: {where}: “{key}” is not a date: {value!r}", "write it bare, as 2018-08-09")


def _dated(path: Path, where: str, row: dict[str, Any], key: str) -> Dated:
    _only_keys(path, where, row, {key, "valid_from", "valid_to"})
    value = str(row.get(key, "")).strip()
    if not value:
        raise ConfigError(f"{path}: {where}: “{key}” is empty", "write it out")
    return Dated(value, *_days(path, where, row))


def _host(path: Path, where: str, row: dict[str, Any]) -> Host:
    where = f"{where} host"
    _only_keys(path, where, row, {"url", "status", "valid_from", "valid_to"})
    url = str(row.get("url", ""))
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - reading it is the check
    except ValueError as error:
        raise ConfigError(
            f"{path}: {where}: bad url “{url}”: {error}", "write it as https://stp.thanhhoa.gov.vn/"
        ) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ConfigError(f"{path}: {where}: bad url “{url}”", "write it as https://stp.thanhhoa.gov.vn/")
    status = str(row.get("status", ""))
    if status not in HOST_STATUSES:
        raise ConfigError(f"{path}: {where}: unknown status “{status}”", f"use one of {', '.join(HOST_STATUSES)}")
    return Host(url if url.endswith("/") else url + "/", status, *_days(path, where, row))


def _check_together(path: Path, sites: tuple[Site, ...]) -> None:
    seen: set[str] = set()
    owned: dict[str, list[tuple[date, date, str]]] = {}
    for site in sites:
        if site.id in seen:
            raise ConfigError(f"{path}: id “{site.id}” stands twice", "give each site its own id")
        seen.add(site.id)
        for host in site.hosts:
            begin = max(host.valid_from or date.min, site.valid_from or date.min)
            end = min(host.valid_to or date.max, site.valid_to or date.max)
            for other_begin, other_end, other in owned.get(urlsplit(host.url).netloc, []):
                if begin < other_end and other_begin < end:
                    raise ConfigError(
                        f"{path}: host {host.name} belongs to both {other} and {site.id} at one time",
                        "end one with valid_to, or begin the other with valid_from",
                    )
            owned.setdefault(urlsplit(host.url).netloc, []).append((begin, end, site.id))
    for site in sites:
        for successor in site.successors:
            if _ID.match(successor) and successor not in seen:
                raise ConfigError(
                    f"{path}: site {site.id}: successors: there is no site “{successor}”",
                    "name an id of this file, or write out the name of a unit that has no site here",
                )


def _network(path: Path) -> Network:
    if not path.exists():
        return Network()
    data = _read_toml(path)
    _only_keys(path, "", data, {"resolve", "allow"})
    for address in data.get("resolve", {}).values():
        _checked(path, "resolve", address, ipaddress.ip_address)
    for network in data.get("allow", []):
        _checked(path, "allow", network, ipaddress.ip_network)
    return Network(dict(data.get("resolve", {})), tuple(data.get("allow", [])))


def _checked(path: Path, key: str, text: str, parse: Any) -> None:
    try:
        parse(text)
    except ValueError:
        raise ConfigError(
            f"{path}: {key}: “{text}” is not an address", "write it as 127.0.0.2 or 127.0.0.0/8"
        ) from None

"""config/thanhhoa/sites.toml against the list of sites it was made from."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.site_files import load_province
from core.sites import Province

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
LIST = SHARED / "data" / "sites_thanhhoa.json"
CONFIG = Path(__file__).resolve().parents[2] / "config"
DAY = date(2018, 8, 9)

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not LIST.exists(), reason=f"the real material is not here: {LIST}"),
]


@pytest.fixture(scope="module")
def province() -> Province:
    return load_province(CONFIG, "thanhhoa")


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(LIST.read_text(encoding="utf-8"))["sites"]
    return listed


def test_the_ids_are_those_of_the_list(province: Province, rows: list[dict[str, Any]]) -> None:
    assert {site.id for site in province.sites} == {row["id"] for row in rows}


def test_names_hosts_and_their_status_in_2018_are_those_of_the_list(
    province: Province, rows: list[dict[str, Any]]
) -> None:
    for row in rows:
        site = province.site(row["id"])
        host = site.host_on(DAY)
        assert site.owner_on(DAY) == row["name_vi"]
        assert host is not None
        assert (host.name, host.status) == (row["host"], row["host_status"])
        assert site.gso_code == (row["gso_code"] or "")


def test_who_was_abolished_no_longer_owns_a_site(province: Province, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        if row["abolished_on"]:
            day = date.fromisoformat(row["abolished_on"])
            site = province.site(row["id"])
            assert not site.exists_on(day) or site.owner_on(day) != row["name_vi"], row["id"]


def test_communes_that_took_over_a_host_own_it_since_july_2025(province: Province, rows: list[dict[str, Any]]) -> None:
    day = date(2025, 7, 1)
    for row in rows:
        heirs = [unit for unit in row["successor_2025"].get("units", []) if unit["host_by_rule"] == row["host"]]
        site = province.site(row["id"])
        assert site.exists_on(day) == bool(heirs) or row["kind"] != "district", row["id"]
        if heirs:
            host = site.host_on(day)
            assert host is not None
            assert host.name == row["host"]
            assert site.owner_on(day).lower() == f"ubnd {heirs[0]['name_vi']}".lower()

"""The box's own request log: no trap is entered past its cap, robots.txt is kept, one server is never asked in a hurry."""

from __future__ import annotations

import json
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import select

from cli.box import Box, BoxOptions, _wait
from cli.children import child, run
from cli.workspace import Workspace
from store.tables import visits

pytestmark = [pytest.mark.box, pytest.mark.xdist_group("box")]

SITES = {"s-stp": "calendar_trap", "s-sxd": "endless_paging", "s-syt": "language_trap", "s-sct": "robots_disallow"}
PLAN = 'preset = "seed"\nseed = 1\n' + "".join(
    f'[[fault]]\nsite = "{site}"\nkind = "{kind}"\nfrom_day = 0\n' for site, kind in SITES.items()
)
DELAY, TOLERANCE = 0.15, 0.1
HURRIED = 0.05
"""Share of requests that may arrive closer together than they were sent."""

TRAP_CAP = 30
"""Addresses of a trap that may be asked for before it is known as one."""


def test_the_log_of_the_box_proves_the_manners_of_a_crawl(tmp_path: Path) -> None:
    plan, folder, log = tmp_path / "plan.toml", tmp_path / "box", tmp_path / "log.jsonl"
    plan.write_text(PLAN, encoding="utf-8")
    words = [*BoxOptions(size="small", plan=plan).arguments(folder), "--log", str(log)]
    folder.mkdir()
    with child(words) as process:
        box: Box = _wait(process, folder / "box.json")
        sites = box.config / "thanhhoa" / "sites.toml"
        sites.write_text(sites.read_text(encoding="utf-8").replace("delay = 0.0", f"delay = {DELAY}"), encoding="utf-8")
        place = Workspace(tmp_path / "data", box.config, box.begins)
        assert run([*place.command(), "crawl", *SITES], quiet=True) == 0
    asked = [row for row in map(json.loads, log.read_text(encoding="utf-8").splitlines()) if row["ip"] != "127.0.0.1"]
    times: dict[str, list[float]] = defaultdict(list)
    for row in asked:
        times[row["ip"]].append(row["time"])
    assert sum(map(len, times.values())) > 60
    for moments in times.values():
        # The box notes when a request was read: on a busy machine some arrive together, the pace of all does not change.
        hurried = sum(later - earlier < DELAY - TOLERANCE for earlier, later in pairwise(sorted(moments)))
        assert hurried <= HURRIED * len(moments)
        assert max(moments) - min(moments) >= 0.95 * DELAY * (len(moments) - 1)
    paths = {site: [row["path"] for row in asked if row["host"].startswith(site[2:])] for site in SITES}
    assert paths["s-sct"] == ["/robots.txt"]
    assert sum(path.startswith("/lich?") for path in paths["s-stp"]) <= TRAP_CAP
    assert sum(path.startswith("/tin-cu") for path in paths["s-sxd"]) <= 205
    assert sum(path.startswith(("/en/", "/vi/")) for path in paths["s-syt"]) <= TRAP_CAP
    assert all(len(found) == len(set(found)) for found in paths.values()), "an address was asked for twice"
    with place.database() as database, database.read() as connection:
        found = {row.site_id: row for row in connection.execute(select(visits))}
    assert found["s-sct"].outcome == "robots"
    assert found["s-syt"].counters["traps"].get("language")

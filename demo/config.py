"""The config folder of a box: its 48 sites on loopback, and how their names resolve."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from demo.box import Box
from demo.law import SOURCE
from demo.sizes import SIZES
from demo.units import codes_of

CONCURRENCY = 4
"""Requests at once to one server of the box; no delay, so that a crawl is over in a minute."""


def write_config(folder: Path, box: Box, port: int, source: Path = SOURCE) -> None:
    """Write `folder` as a config folder: national/ and vocabulary/ of `source`, and thanhhoa/ of the box."""
    for name in ("national", "vocabulary"):
        if (source / name).is_dir():
            shutil.copytree(source / name, folder / name, dirs_exist_ok=True)
    province = folder / "thanhhoa"
    province.mkdir(parents=True, exist_ok=True)
    (province / "sites.toml").write_text(_sites(box, port), encoding="utf-8")
    resolve = "".join(f"{_text(host)} = {_text(address)}\n" for host, (_, address) in box.hosts().items())
    (province / "network.toml").write_text(f'allow = ["127.0.0.0/8"]\n\n[resolve]\n{resolve}', encoding="utf-8")
    for name in ("thresholds.toml", "places.csv", "figures.toml"):
        if (source / "thanhhoa" / name).exists():
            shutil.copy(source / "thanhhoa" / name, province)


def _sites(box: Box, port: int) -> str:
    codes = codes_of(box.plan.preset, box.plan.seed, SIZES[box.plan.size].procedures)
    blocks = [
        "# The sites of the box; written anew at every start.",
        f'[province]\nid = "thanhhoa"\nname = "Thanh Hóa"\n\n[defaults.politeness]\ndelay = 0.0\nconcurrency = {CONCURRENCY}\n',
    ]
    for unit in box.units:
        blocks.append(
            f'[[site]]\nid = {_text(unit.id)}\ncms_family = "auto"\nexpected_codes = {json.dumps(codes[unit.id])}\n'
            f"[[site.owner]]\nname = {_text(unit.owner)}\n[[site.kind]]\nname = {_text(unit.kind)}\n"
            f'[[site.host]]\nurl = "http://{unit.host}:{port}/"\nstatus = "box"\n'
        )
    return "\n".join(blocks)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)

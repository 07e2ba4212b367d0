"""The facts of the real catalogue that the box is filled from (demo/data/procedures.jsonl.gz)."""

from __future__ import annotations

import gzip
import json
import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

DATA = Path(__file__).resolve().parent / "data"

_OBSOLETE_NAMES = re.compile(
    r"cấp huyện|chứng minh nhân dân|sổ hộ khẩu|thị trấn|tài nguyên và môi trường", re.IGNORECASE
)

_PROVINCIAL = re.compile(r"\b(?:tỉnh|thành phố)\s", re.IGNORECASE)
PROVINCE = "Thanh Hóa"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a procedure. `time` = (amount, unit of core.model.DurationUnit), `fee` in đồng."""

    code: str
    name: str
    sectors: tuple[str, ...]
    agencies: tuple[str, ...]
    subjects: tuple[str, ...]
    issued_by: str
    time: tuple[int, str] | None = None
    fee: int | None = None
    results: tuple[tuple[str, str], ...] = ()

    @property
    def is_of_another_province(self) -> bool:
        """Whether another province issued it, so that no site here has to publish it: “… Thành phố Hà Nội”."""
        return bool(_PROVINCIAL.search(self.issued_by)) and PROVINCE not in self.issued_by


@dataclass(frozen=True, slots=True)
class Law:
    """A legal text with the days on which it holds; `ends` is the first day on which it holds no longer."""

    number: str
    name: str
    issuer: str
    issued_on: date
    begins: date
    ends: date | None
    sectors: tuple[str, ...]

    def concerns(self, sectors: tuple[str, ...]) -> bool:
        """Whether a procedure of these sectors rests on it."""
        return not self.sectors or any(word in sector for word in self.sectors for sector in sectors)


@cache
def all_facts() -> dict[str, Facts]:
    """Code → facts, by code."""
    with gzip.open(DATA / "procedures.jsonl.gz", "rt", encoding="utf-8") as stream:
        rows = [json.loads(line) for line in stream]
    return {
        row["code"]: Facts(
            row["code"],
            row["name"],
            tuple(row["sectors"]),
            tuple(row["agencies"]),
            tuple(row["subjects"]),
            row["issued_by"],
            tuple(row["time"]) if "time" in row else None,
            row.get("fee"),
            tuple((name, code) for name, code in row.get("results", [])),
        )
        for row in rows
    }


@cache
def laws() -> tuple[Law, ...]:
    """All legal texts of demo/data/laws.toml."""
    rows = tomllib.loads((DATA / "laws.toml").read_text(encoding="utf-8"))["law"]
    return tuple(
        Law(r["number"], r["name"], r["issuer"], r["issued_on"], r["from"], r.get("to"), tuple(r["sectors"]))
        for r in rows
    )


def laws_for(sectors: tuple[str, ...], day: date) -> list[Law]:
    """What a procedure of these sectors rests on, on `day`."""
    return [law for law in laws() if law.begins <= day and not (law.ends and law.ends <= day) and law.concerns(sectors)]


def repealed_for(sectors: tuple[str, ...], day: date) -> list[Law]:
    """Texts that no longer hold on `day`, those of the sectors first."""
    gone = [law for law in laws() if law.ends and law.ends <= day and law.concerns(sectors)]
    return sorted(gone, key=lambda law: not law.sectors)


def speaks_plainly(name: str) -> bool:
    """Whether a name can be shown on either day without naming offices or papers that are gone."""
    return not _OBSOLETE_NAMES.search(name)

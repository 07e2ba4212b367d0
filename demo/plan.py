"""Fault plans: a TOML file checked, and what it leaves out drawn from its seed."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import ConfigError
from core.states import ServiceLevel
from demo import chance, law
from demo.agenda import BY_ID
from demo.catalogue import all_facts, repealed_for
from demo.faults import KINDS, MENDABLE_SECTIONS, Fault
from demo.offers import offer
from demo.sizes import SIZES
from demo.units import DAY_ZERO, codes_of, units

DEFAULT_DAYS = 30
OBSOLETE_TERMS = {
    "seed": ("Sở Bưu chính, Viễn thông", "Ủy ban Dân số, Gia đình và Trẻ em", "Sở Thủy sản"),
    "today": ("Ủy ban nhân dân cấp huyện", "Sở Tài nguyên và Môi trường", "sổ hộ khẩu", "giấy chứng minh nhân dân"),
}
"""Offices and papers that no longer existed on the day of the preset."""

_KEYS = {"preset", "seed", "days", "fault"}
_FAULT_KEYS = {"site", "kind", "from_day", "to_day", "section", "code"}


@dataclass(frozen=True, slots=True)
class Plan:
    """A checked plan; `faults` are complete."""

    preset: str
    seed: int
    days: int
    size: str
    faults: tuple[Fault, ...] = ()

    def on(self, site: str, day: int) -> tuple[Fault, ...]:
        """The faults of a site that hold on a day."""
        return tuple(fault for fault in self.faults if fault.site == site and fault.holds_on(day))


def load(path: Path, size: str = "small") -> Plan:
    """Read a plan for a box of `size`; ConfigError names the file, the fault and the remedy."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path} is missing", "name a plan; demo/plans/ has one") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not valid TOML: {error}", "mend that line") from None
    _only(path, "", data, _KEYS)
    preset = data.get("preset", "seed")
    if preset not in DAY_ZERO:
        raise ConfigError(f"{path}: unknown preset “{preset}”", f"use one of {', '.join(DAY_ZERO)}")
    seed, days = _whole(path, data, "seed", 1), _whole(path, data, "days", DEFAULT_DAYS)
    rows = data.get("fault", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ConfigError(f"{path}: “fault” is not a list of tables", "use [[fault]]")
    checked = [_check(path, n, row, (preset, days)) for n, row in enumerate(rows, 1)]
    plan = Plan(preset, seed, days, size)
    faults: list[Fault] = []
    for n, fault in enumerate(checked):
        faults.append(_complete(path, plan, (n, fault), faults))
    return Plan(preset, seed, days, size, tuple(faults))


def _only(path: Path, where: str, data: dict[str, Any], known: set[str]) -> None:
    unknown = sorted(set(data) - known)
    if unknown:
        raise ConfigError(f"{path}: {where}unknown key “{unknown[0]}”", f"known keys are {', '.join(sorted(known))}")


def _whole(path: Path, data: dict[str, Any], key: str, default: int) -> int:
    value = data.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ConfigError(f"{path}: {key} = {value!r} is not a number of 0 or more", f"as in {key} = {default}")
    return value


def _check(path: Path, number: int, row: dict[str, Any], of: tuple[str, int]) -> Fault:
    preset, days = of
    where = f"fault {number}: "
    name, site = str(row.get("kind", "")), str(row.get("site", ""))
    if name not in KINDS:
        raise ConfigError(f"{path}: {where}unknown kind “{name}”", f"use one of {', '.join(KINDS)}")
    if site not in {unit.id for unit in units(preset)}:
        raise ConfigError(f"{path}: {where}unknown site “{site}”", "ids are in demo/data/sites.toml, such as s-stp")
    kind = KINDS[name]
    _only(path, where, row, _FAULT_KEYS | set(kind.params))
    begin, end = _whole(path, row, "from_day", 0), _whole(path, row, "to_day", days)
    if end < begin:
        raise ConfigError(f"{path}: {where}to_day {end} is before from_day {begin}", "to_day is the last faulty day")
    section, code = str(row.get("section", "")), str(row.get("code", ""))
    if section and (kind.scope != "section" or section not in BY_ID):
        raise ConfigError(f"{path}: {where}section “{section}” cannot be", f"use one of {', '.join(BY_ID)}")
    if code and (kind.scope != "procedure" or (name != "extra" and code not in all_facts())):
        raise ConfigError(f"{path}: {where}code “{code}” cannot be", "name a code that the site publishes")
    level = row.get("level", ServiceLevel.PARTIAL.value)
    if "to" in row and row["to"] not in {unit.id for unit in units(preset)}:
        raise ConfigError(
            f"{path}: {where}unknown site “{row['to']}”", "ids are in demo/data/sites.toml, such as s-stp"
        )
    if level not in {item.value for item in ServiceLevel}:
        raise ConfigError(f"{path}: {where}unknown level “{level}”", f"use one of {', '.join(ServiceLevel)}")
    return Fault(site, name, begin, end, section, code, {key: row[key] for key in kind.params if key in row})


def _complete(path: Path, plan: Plan, numbered: tuple[int, Fault], others: list[Fault]) -> Fault:
    number, fault = numbered
    rng = chance.draw(plan.seed, "fault", number, fault.site, fault.kind)
    section, code, params = fault.section, fault.code, dict(fault.params)
    if fault.of_kind.scope == "section" and not section:
        section = rng.choice(_sections(plan, fault))
    if fault.of_kind.scope == "procedure":
        published = codes_of(plan.preset, plan.seed, SIZES[plan.size].procedures)
        if fault.kind == "extra":
            code = code or _unknown_code(rng.randint(0, 99_999))
        elif code and code not in published[fault.site]:
            raise ConfigError(
                f"{path}: fault {number + 1}: {fault.site} does not publish {code}",
                f"it publishes {', '.join(published[fault.site][:6])}",
            )
        elif not code:
            taken = {other.code for other in others if other.site == fault.site}
            elsewhere = {code for site, codes in published.items() if site != fault.site for code in codes}
            free = [code for code in published[fault.site] if code not in taken] or list(published[fault.site])
            code = next((item for item in reversed(free) if item not in elsewhere), free[-1])
        params = _drawn(plan, fault.kind, code) | params
    elif fault.kind == "slow":
        params.setdefault("seconds", 1.5)
    elif fault.kind == "new_owner":
        params.setdefault(
            "owner", rng.choice(("Công ty Cổ phần Thương mại Bình Minh", "Hội Doanh nhân trẻ vùng Duyên Hải"))
        )
    elif fault.kind == "wrong_charset":
        params.setdefault("charset", "iso-8859-1")
    elif fault.kind == "stale_section" and fault.from_day == 0:
        params.setdefault("quiet_days", rng.randint(20, 45))
    elif fault.kind == "late_posting":
        params.setdefault("working_days", rng.randint(8, 20))
    elif fault.kind in ("answer_late", "unanswered"):
        params.setdefault("working_days", rng.randint(17, 30))
    return Fault(fault.site, fault.kind, fault.from_day, fault.to_day, section, code, params)


def _sections(plan: Plan, fault: Fault) -> tuple[str, ...]:
    """The sections that can have the fault; one that no law requires on the day is not missing when it is not there."""
    kinds = MENDABLE_SECTIONS[fault.kind]
    unit = next(unit for unit in units(plan.preset) if unit.id == fault.site)
    required = tuple(section for section in kinds if law.requires(unit, section, DAY_ZERO[plan.preset]))
    return required if fault.kind == "section_missing" and required else kinds


def _unknown_code(number: int) -> str:
    code = f"1.9{number:05d}"
    return code if code not in all_facts() else _unknown_code(number + 1)


def _drawn(plan: Plan, kind: str, code: str) -> dict[str, Any]:
    if kind == "extra":
        return {}
    rng, now = chance.draw(plan.seed, "drawn", kind, code), offer(plan.preset, plan.seed, code)
    limit = now.procedure.channels[0].durations[0]
    if kind == "fee_differs":
        return {"fee": (limit.fees[0].amount or 0) + rng.choice((10_000, 25_000, 40_000))}
    if kind == "time_differs":
        return {"limit": int(limit.amount or 0) + rng.choice((2, 5, 10))}
    if kind == "name_differs":
        return {"name": f"{now.procedure.name} và gia hạn đối với trường hợp đặc biệt"}
    if kind == "service_level_differs":
        return {"level": rng.choice([level.value for level in ServiceLevel if level.value != now.level])}
    if kind == "obsolete_term":
        return {"term": rng.choice(OBSOLETE_TERMS[plan.preset])}
    if kind == "repealed_citation":
        gone = repealed_for(all_facts()[code].sectors, DAY_ZERO[plan.preset])
        return {"number": gone[0].number}
    return {}

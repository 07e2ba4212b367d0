"""Fault plans: checked with a remedy, completed from the seed, and one that has every kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import ConfigError
from demo.catalogue import all_facts
from demo.faults import KINDS
from demo.plan import Plan, load
from demo.truth import truth_of
from demo.units import codes_of

pytestmark = pytest.mark.slow

PLANS = Path(__file__).resolve().parents[2] / "demo" / "plans"


def plan(folder: Path, text: str) -> Plan:
    path = folder / "plan.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def test_the_default_plan_has_at_least_one_of_each_kind() -> None:
    assert {fault.kind for fault in load(PLANS / "default.toml").faults} == set(KINDS)


@pytest.mark.parametrize("size", ["small", "default", "large"])
def test_the_tour_is_seen_on_its_first_day(size: str) -> None:
    expected = truth_of(PLANS / "tour.toml", size)["expected"]
    assert {finding["from_day"] for finding in expected} == {0}
    assert len({finding["rule"] for finding in expected}) >= 15


def test_every_parameter_left_out_is_drawn_from_the_seed(tmp_path: Path) -> None:
    rows = "".join(f'[[fault]]\nsite = "s-stp"\nkind = "{kind}"\n' for kind in KINDS)
    first, again = plan(tmp_path, f"seed = 3\n{rows}"), plan(tmp_path, f"seed = 3\n{rows}")
    other = plan(tmp_path, f"seed = 4\n{rows}")
    assert first == again
    assert [fault.params for fault in first.faults] != [fault.params for fault in other.faults]
    assert all(fault.code for fault in first.faults if fault.of_kind.scope == "procedure")
    assert all(fault.section for fault in first.faults if fault.of_kind.scope == "section")


@pytest.mark.parametrize("preset", ["seed", "today"])
def test_any_kind_can_be_planted_on_either_day(preset: str, tmp_path: Path) -> None:
    site = "s-stp"
    rows = "".join(f'[[fault]]\nsite = "{site}"\nkind = "{kind}"\nfrom_day = 2\n' for kind in KINDS)
    assert len(plan(tmp_path, f'preset = "{preset}"\n{rows}').faults) == len(KINDS)


@pytest.mark.parametrize(
    ("text", "named", "remedy"),
    [
        ("days = -1", "days", "days = 30"),
        ('preset = "now"', "now", "seed, today"),
        ("colour = 1", "colour", "known keys"),
        ('[[fault]]\nsite = "s-stp"\nkind = "flood"', "flood", "refused"),
        ('[[fault]]\nsite = "s-nowhere"\nkind = "refused"', "s-nowhere", "sites.toml"),
        ('[[fault]]\nsite = "s-stp"\nkind = "refused"\nfrom_day = 5\nto_day = 4', "to_day", "last faulty day"),
        ('[[fault]]\nsite = "s-stp"\nkind = "refused"\nsection = "news"', "news", "use one of"),
        ('[[fault]]\nsite = "s-stp"\nkind = "fee_differs"\ncode = "9.999999"', "9.999999", "publishes"),
        ('[[fault]]\nsite = "s-stp"\nkind = "refused"\nfee = 3', "fee", "known keys"),
        ('[[fault]]\nsite = "s-stp"\nkind = "service_level_differs"\nlevel = "4"', "level", "toan_trinh"),
        ("seed = [", "TOML", "mend"),
    ],
)
def test_a_wrong_plan_names_the_fault_and_the_remedy(text: str, named: str, remedy: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        plan(tmp_path, text)
    assert named in caught.value.message
    assert remedy in caught.value.remedy


def test_a_missing_plan_says_where_there_are_some(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="demo/plans"):
        load(tmp_path / "none.toml")


def test_the_docs_name_every_kind_with_its_parameters() -> None:
    text = (PLANS.parents[1] / "docs" / "box.md").read_text(encoding="utf-8")
    for kind in KINDS.values():
        params = f" ({', '.join(kind.params)})" if kind.params else ""
        assert f"`{kind.name}`{params}" in text


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("preset", ["seed", "today"])
def test_no_site_publishes_what_another_province_issued(preset: str, seed: int) -> None:
    facts = all_facts()
    published = {code for codes in codes_of(preset, seed, 40).values() for code in codes}
    assert published
    assert not {code for code in published if "Hà Nội" in facts[code].issued_by or "Ngãi" in facts[code].issued_by}

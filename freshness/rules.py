"""The law as dated data: which rule holds for which kind of site, section and day (config/national)."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from core.errors import ConfigError
from core.sections import SECTIONS
from core.states import Tier
from freshness.rows import are_texts, checked, each_checked, is_count, is_day, is_list, is_table, is_text
from vietnamese.numbers import plain_number
from vietnamese.syllables import fold_text

HOUSE = "không phải luật"
"""What a finding says as its law when only a house threshold stands behind it."""

_AS_DEPARTMENT = {"centre": "department", "board": "department"}
"""Kinds of site that the decrees treat as agencies (cơ quan chuyên môn và tương đương)."""

_RECOGNISABLE = {
    "presence", "presence+change", "days_since_last_item", "publish_minus_issue", "answer_minus_question",
    "diff_against_reference",
}  # fmt: skip


_THRESHOLDS = {"silence": is_table, "dead_link": is_list, "quiet": is_list, "hysteresis": is_table}
"""What a province's thresholds.toml may hold; freshness/quiet.py reads the last two."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of freshness_rules.json."""

    id: str
    section: str
    section_name: str
    applies_to: tuple[str, ...]
    required: bool
    max_age: int | None
    unit: str
    measure: str
    article: str
    begin: date
    end: date | None
    warn: int | None
    overdue: int | None
    menu: frozenset[str]  # what its section is called in menus, folded

    def holds(self, kind: str, day: date) -> bool:
        """Whether the rule binds a site of this kind on this day."""
        in_force = self.begin <= day and (self.end is None or day <= self.end)
        return in_force and _AS_DEPARTMENT.get(kind, kind) in self.applies_to


@dataclass(frozen=True, slots=True)
class Silence:
    """Thresholds of silence of a section in working days, and where they come from."""

    warn: int
    overdue: int
    rule: str
    basis: str


@dataclass(frozen=True, slots=True)
class Term:
    """Words that are out of date from a day on."""

    words: tuple[str, ...]
    begin: date
    use: str
    source: str
    tier: str = ""  # level of government that ended, in words, when the term is of one


@dataclass(frozen=True, slots=True)
class Claim:
    """A certificate that is claimed no longer from a day on. A text that names what replaced it is not claiming it."""

    words: tuple[str, ...]
    begin: date
    replaced_by: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class RepealedText:
    """A legal text that ended, and what replaced it."""

    number: str
    repealed_on: date
    replaced_by: str


@dataclass(frozen=True, slots=True)
class DeadLink:
    """From when to when an address that was absent so many times in a row makes the links to it broken; a house number."""

    begin: date
    end: date | None
    absences: int


@dataclass(frozen=True, slots=True)
class LawBook:
    """Everything dated that the checks need."""

    rules: tuple[Rule, ...]
    silence: Mapping[str, Silence]
    terms: tuple[Term, ...]
    repealed: Mapping[str, RepealedText]  # by plain number
    claims: tuple[Claim, ...] = ()
    dead_links: tuple[DeadLink, ...] = ()

    def absences_on(self, day: date) -> int | None:
        """How often an address must have been absent on a day for its links to be broken; None: nothing is said."""
        rows = (row for row in self.dead_links if row.begin <= day and (row.end is None or day <= row.end))
        return next((row.absences for row in rows), None)

    def terms_on(self, day: date) -> tuple[Term, ...]:
        """The terms that are out of date on a day."""
        return tuple(term for term in self.terms if term.begin <= day)

    def names_section(self, wording: str, section: str) -> bool:
        """Whether a wording is nothing but the name of a section, as menus have it, under the law of any day."""
        folded = fold_text(wording)
        return any(rule.section == section and folded in rule.menu for rule in self.rules)

    def in_force(self, kind: str, day: date) -> tuple[Rule, ...]:
        """The rules that bind a kind of site on a day."""
        return tuple(rule for rule in self.rules if rule.holds(kind, day))

    def required_sections(self, kind: str, day: date) -> dict[str, Rule]:
        """Section → the rule that requires it; only sections a menu can be recognised by."""
        found: dict[str, Rule] = {}
        for rule in self.in_force(kind, day):
            if rule.required and rule.section != "*" and rule.menu and rule.measure in _RECOGNISABLE:
                found.setdefault(rule.section, rule)
        return found

    def silence_of(self, section: str, kind: str, day: date) -> Silence | None:
        """Thresholds of a section: of the rule in force that measures silence, else the house's, else none."""
        for rule in self.in_force(kind, day):
            if rule.section == section and rule.measure == "days_since_last_item" and rule.warn and rule.overdue:
                return Silence(rule.warn, rule.overdue, rule.id, HOUSE)
        return self.silence.get(section)

    def answer_limit(self, section: str, kind: str, asked_on: date) -> Rule | None:
        """The numeric deadline for answering a question asked on a day; the law of that day."""
        for rule in self.in_force(kind, asked_on):
            numeric = rule.unit == "working_days" and rule.max_age is not None
            if rule.section == section and rule.measure == "answer_minus_question" and numeric:
                return rule
        return None

    def posting_limit(self, section: str, kind: str, issued_on: date, *, own: bool) -> Rule | None:
        """The numeric posting deadline for a document issued on a day; the law of that day, the general one last."""
        limits = [
            rule
            for rule in self.in_force(kind, issued_on)
            if rule.measure == "publish_minus_issue" and rule.unit == "working_days" and rule.max_age is not None
        ]
        special = [rule for rule in limits if rule.section == section]
        if special:
            ages = sorted(special, key=lambda rule: rule.max_age or 0)
            return ages[0] if own else ages[-1]
        # The general limit of Luật TCTT Đ18 k4 runs from the day the information was made, so for own documents only.
        return next((rule for rule in limits if rule.section == "*"), None) if own else None


def load_law(national: Path, thresholds: Mapping[str, Any]) -> LawBook:
    """Read and validate the dated data; ConfigError names file and key."""
    path = national / "freshness_rules.json"
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["rules"]
        rules = tuple(_rule(row) for row in rows)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"{path} cannot be used: {error!r}", "restore it, or name the right --config") from None
    checked("thresholds.toml", thresholds, {}, _THRESHOLDS, f"the tables are {', '.join(_THRESHOLDS)}")
    terms, claims = _words_of_the_day(national)
    return LawBook(rules, _silence(thresholds), terms, _repealed(national), claims, _dead_links(thresholds))


def _rule(row: Mapping[str, Any]) -> Rule:
    house = row.get("dashboard_default") or {}
    return Rule(
        id=row["id"],
        section=row["section"],
        section_name=row["section_vi"],
        applies_to=tuple(row["applies_to"]),
        required=row["required"] is True,
        max_age=row["max_age"],
        unit=row["unit"] or "",
        measure=row["measure"],
        article=row["legal_article"],
        begin=date.fromisoformat(row["in_force_from"]),
        end=date.fromisoformat(row["in_force_to"]) if row["in_force_to"] else None,
        warn=house.get("warn_working_days"),
        overdue=house.get("overdue_working_days"),
        menu=frozenset(fold_text(alias) for alias in row["menu_aliases_vi"] or ()),
    )


def _silence(thresholds: Mapping[str, Any]) -> dict[str, Silence]:
    found = {}
    for section, row in thresholds.get("silence", {}).items():
        where, remedy = f"thresholds.toml: silence.{section}", "give warn and overdue, in working days, for a section"
        checked(where, row, {"warn": is_count, "overdue": is_count}, {}, remedy)
        if section not in SECTIONS or row["warn"] > row["overdue"]:
            raise ConfigError(f"{where} is odd", remedy)
        found[section] = Silence(row["warn"], row["overdue"], f"house.silence.{section}", HOUSE)
    return found


def _dead_links(thresholds: Mapping[str, Any]) -> tuple[DeadLink, ...]:
    needed, remedy = {"from": is_day, "absences": is_count}, "give from, absences (1 or more), and perhaps to"
    rows = thresholds.get("dead_link", [])
    rows = each_checked("thresholds.toml: dead_link", rows, needed, {"to": is_day}, remedy)
    return tuple(DeadLink(row["from"], row.get("to"), row["absences"]) for row in rows)


def _tables(path: Path, *known: str) -> dict[str, list[Any]]:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be used: {error}", "restore it, or name the right --config") from None
    remedy = f"write each row under {' or '.join(f'[[{name}]]' for name in known)}"
    checked(str(path), data, {}, dict.fromkeys(known, is_list), remedy)
    return {name: data.get(name, []) for name in known}


def _words_of_the_day(national: Path) -> tuple[tuple[Term, ...], tuple[Claim, ...]]:
    path = national / "obsolete_terms.toml"
    tables = _tables(path, "term", "claim")
    dated = {"words": are_texts, "from": is_day, "source": is_text}
    remedy = "give words (a list), from (a bare date), use, source, and perhaps tier"
    terms = each_checked(f"{path}: term", tables["term"], {**dated, "use": is_text}, {"tier": _is_tier}, remedy)
    remedy = "give words and replaced_by (lists), from (a bare date) and source"
    claims = each_checked(f"{path}: claim", tables["claim"], {**dated, "replaced_by": are_texts}, {}, remedy)
    return (
        tuple(Term(tuple(r["words"]), r["from"], r["use"], r["source"], _tier(r)) for r in terms),
        tuple(Claim(tuple(r["words"]), r["from"], tuple(r["replaced_by"]), r["source"]) for r in claims),
    )


def _is_tier(value: Any) -> bool:
    return value in set(Tier)


def _tier(row: Mapping[str, Any]) -> str:
    return Tier(row["tier"]).vietnamese if "tier" in row else ""


def _repealed(national: Path) -> dict[str, RepealedText]:
    path = national / "repealed_texts.toml"
    needed = {"number": is_text, "repealed_on": is_day, "replaced_by": is_text}
    remedy = "give number, repealed_on (a bare date), and replaced_by, which may be empty"
    rows = each_checked(f"{path}: text", _tables(path, "text")["text"], needed, {}, remedy)
    texts = (RepealedText(row["number"], row["repealed_on"], row["replaced_by"]) for row in rows)
    return {plain_number(text.number): text for text in texts}

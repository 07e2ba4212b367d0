"""When two sources say the same: values reduced to what counts, so that spelling alone is never a conflict."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from procedures import money, times
from vietnamese.names import name as name
from vietnamese.names import plain

_MONEY = re.compile(
    r"(?:(\d{1,3}(?:[.,]\d{3})+|\d{5,})\s*(?:-|–|đến|tới)\s*)?(\d[\d.,]*)\s*(?:đồng|đ\b|vnđ|vnd|việt nam đồng)",
    re.IGNORECASE,
)


def fee(text: str) -> Any:
    """Free, or the amounts a text names, or its words when it names none."""
    if money.says_free(text) or plain(text) in (plain(money.FREE), "0"):
        return "free"
    ends = [raw for ends in _MONEY.findall(text) for raw in ends]  # of a range both
    amounts = {int(digits) for raw in ends if (digits := re.sub(r"\D", "", raw))}
    if not amounts and re.fullmatch(r"\s*[\d.,]+\s*", text):
        amounts = {int(re.sub(r"\D", "", text))}
    return sorted(amounts) if amounts else plain(text)


def time(text: str) -> Any:
    """The limits a text names (number and unit), or its words. A day is not a working day."""
    limits = {f"{amount:g} {unit}" for amount, unit in times.limits_of(text)}
    return sorted(limits) if limits else plain(text)


def texts(values: list[str]) -> Any:
    """A list of texts without regard to order."""
    return sorted({plain(value) for value in values})


def sentences(value: Any) -> str:
    """Every text inside a value, in order, as one."""
    if isinstance(value, Mapping):
        return " ".join(filter(None, (sentences(item) for item in value.values())))
    if isinstance(value, list):
        return " ".join(filter(None, (sentences(item) for item in value)))
    return plain(str(value)) if value not in (None, True, False) else ""


def papers(cases: list[Mapping[str, Any]]) -> Any:
    """The names of all papers, without regard to cases, order and counts."""
    return sorted({plain(paper["name"]) for case in cases for paper in case["papers"]})


def results(items: list[Mapping[str, Any]]) -> Any:
    """The names of the results."""
    return sorted({plain(item["name"]) for item in items})


def legal_bases(items: list[Mapping[str, Any]]) -> Any:
    """The numbers of the legal texts, or names where there is no number."""
    return sorted({plain(item.get("number") or item.get("name", "")) for item in items})


COMPARED: Mapping[str, Callable[[Any], Any]] = {
    "name": name,
    "decision_number": lambda text: re.sub(r"\s+", "", text).casefold(),
    "decision_date": str,
    "tiers": texts,
    "sectors": texts,
    "audiences": texts,
    "steps": sentences,
    "papers": papers,
    "number_of_sets": plain,
    "results": results,
    "legal_bases": legal_bases,
    "requirements": plain,
    "fee_text": fee,
    "time_text": time,
    "service_level": str,
}
"""Fields in which two sources can contradict each other, with what is compared. Agencies, addresses and ways of filing
are each unit's own (a commune names itself where the register says “Ủy ban nhân dân cấp xã”), keywords and descriptions
are editorial: these are shown with their source and never as a conflict."""

OWN = ("agencies", "address")
"""Of what is each unit's own, the fields in which it names itself: only what most say holds for whoever asks."""

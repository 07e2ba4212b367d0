"""Parameters that take the values of a closed set: any other is told, not taken for no filter or for one that leaves nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from starlette.datastructures import QueryParams

from core.errors import TracuuError
from core.sections import SECTIONS
from core.states import ProcedureState, ServiceLevel, Tier, Verdict
from reports.board import SORTS
from reports.wording import KINDS_OF_SITE
from search_api.wording import COSTS, FORMS

Sets = Mapping[str, Collection[str]]

DAY_LIMITS = (1, 3, 5, 10, 15, 20, 30, 60)
"""What `indexer.documents` counts by: a procedure carries every limit it keeps, and no other day can be asked for."""

OF_SEARCH: Sets = {
    "service_level": [*ServiceLevel], "tier": [*Tier], "cost": COSTS, "days": [*map(str, DAY_LIMITS)], "form": FORMS,
    "state": [*ProcedureState],
}  # fmt: skip

OF_BOARD: Sets = {
    "kind": KINDS_OF_SITE, "verdict": [*Verdict], "section": [name for name in SECTIONS if name], "sort": SORTS,
}  # fmt: skip


class OddValue(TracuuError):
    """A parameter was given a value that it does not take; the remedy names those that it takes."""


def odd_values(params: QueryParams, sets: Sets, *, once: bool = False) -> Iterator[tuple[str, str]]:
    """Parameters with what cannot be used of them; `once`: all but the last one of several."""
    for name, taken in sets.items():
        given = [value for value in params.getlist(name) if value]
        for left, value in zip(range(len(given) - 1, -1, -1), given, strict=True):
            if value not in taken or (once and left):
                yield name, value


def refuse(odd: Iterable[tuple[str, str]], sets: Sets) -> None:
    """Raise OddValue about the first of them."""
    for name, value in odd:
        trouble = "chỉ nhận một giá trị" if value in sets[name] else f"không nhận “{value[:60]}”"
        raise OddValue(f"Tham số {name} {trouble}.", f"{name} nhận: {', '.join(sets[name])}.")


def left_out(odd: Iterable[tuple[str, str]], labels: Mapping[str, str]) -> str:
    """What a page says of values in its address that it leaves out, "" when there are none."""
    told = "; ".join(f"{labels[name]} “{value[:60]}”" for name, value in odd)
    return f"Địa chỉ này có giá trị không dùng được, đã bỏ qua: {told}." if told else ""

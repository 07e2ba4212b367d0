"""Small plots as inline SVG, drawn by the server: a site's last weeks, and all sites' together.

Height tells the state as well as colour does: low = good, high = late, a hollow ring = not known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup

from core.states import Verdict
from reports.wording import day as written_day

STEP, TALL = 4, 16
LEAST_SPAN = 14
"""A plot of all sites begins with the first day known, but shows two weeks at least."""

_HEIGHT = {Verdict.FRESH: 4, Verdict.DUE: 9, Verdict.OVERDUE: 15}
_ORDER = (Verdict.FRESH, Verdict.DUE, Verdict.OVERDUE, Verdict.UNKNOWN)


def spark(trend: Iterable[Sequence[str]], today: date, days: int) -> Markup:
    """One bar a day of (ISO day, verdict); a day without a check stays empty."""
    known = {date.fromisoformat(day): Verdict(verdict) for day, verdict in trend}
    first = today - timedelta(days=days - 1)
    paths: dict[Verdict, list[str]] = {}
    for n in range(days):
        verdict = known.get(first + timedelta(days=n))
        if verdict is not None:
            paths.setdefault(verdict, []).append(_bar(n * STEP, verdict))
    drawn = "".join(f'<path class="p-{v.value}" d="{"".join(paths[v])}"/>' for v in _ORDER if v in paths)
    label = spoken(known.values(), days)
    return Markup(
        f'<svg class="spark" role="img" viewBox="0 0 {days * STEP} {TALL}" '
        f'width="{days * STEP}" height="{TALL}"><title>{label}</title><path class="axis" d="M0 {TALL - 0.25}H{days * STEP}"/>{drawn}</svg>'
    )


def _bar(x: int, verdict: Verdict) -> str:
    if verdict is Verdict.UNKNOWN:
        return f"M{x} 12h3v3h-3z"
    height = _HEIGHT[verdict]
    return f"M{x} {TALL - height}h3v{height}h-3z"


def spoken(verdicts: Iterable[Verdict], days: int) -> str:
    """A plot in words: `30 ngày: 20 ngày tốt, 4 ngày chậm`."""
    counted = Counter(verdicts)
    said = ", ".join(f"{counted[v]} ngày {v.vietnamese.lower()}" for v in _ORDER if counted[v])
    return f"{days} ngày qua: {said or 'chưa có kết luận'}"


def stacked(days: Sequence[dict[str, Any]], today: date, span: int) -> Markup:
    """How many sites were in which state on each of at most `span` days; the worst stands on the ground line."""
    width, tall = 12, 90
    most = max((sum(int(day[v.value]) for v in Verdict) for day in days), default=0) or 1
    known = [date.fromisoformat(day["day"]) for day in days]
    span = min(span, max(LEAST_SPAN, (today - min(known, default=today)).days + 1))
    first = today - timedelta(days=span - 1)
    parts: list[str] = []
    for day in days:
        x = (date.fromisoformat(day["day"]) - first).days * width
        ground = float(tall)
        said = ", ".join(f"{day[v.value]} {v.vietnamese.lower()}" for v in _ORDER if day[v.value])
        bars = []
        for verdict in (Verdict.OVERDUE, Verdict.DUE, Verdict.UNKNOWN, Verdict.FRESH):
            height = round(tall * int(day[verdict.value]) / most, 1)
            if height:
                ground = round(ground - height, 1)
                bars.append(f'<rect class="p-{verdict.value}" x="{x}" y="{ground}" width="10" height="{height}"/>')
        parts.append(f"<g><title>{written_day(day['day'])}: {said}</title>{''.join(bars)}</g>")
    label = f"Số trang theo trạng thái, {span} ngày qua"
    return Markup(
        f'<svg class="stack" role="img" viewBox="0 0 {span * width} {tall}" '
        f'preserveAspectRatio="none"><title>{label}</title>{"".join(parts)}</svg>'
    )

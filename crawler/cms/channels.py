"""Ways of filing with their times and fees, out of a table, of lines, or of lines under the name of each way."""

from __future__ import annotations

import re

from core.model import Channel, ChannelKind, Duration, Fee
from crawler.cms.amounts import duration_of, fees_of
from crawler.cms.part_lines import NOTHING, Parts, lines_of
from crawler.cms.tables import Table
from vietnamese.syllables import fold_text

_CHANNELS: tuple[tuple[str, ChannelKind], ...] = (
    ("truc tuyen", "truc_tuyen"), ("buu chinh", "buu_chinh"), ("buu dien", "buu_chinh"), ("truc tiep", "truc_tiep"),
    ("qua mang", "truc_tuyen"), ("tai tru so", "truc_tiep"), ("tai bo phan", "truc_tiep"),
)  # fmt: skip


def _channel_kind(text: str) -> ChannelKind | None:
    folded = fold_text(text)
    return next((kind for word, kind in _CHANNELS if word in folded), None)


def channels_of(parts: Parts) -> tuple[Channel, ...]:
    """The ways of filing of a procedure."""
    values = parts.get("channels", []) + parts.get("time", [])
    for table in (table for value in values for table in value.tables):
        if table.has("channel"):
            return _table_channels(table)
    fees = fees_of(lines_of(parts, "fees"))
    times = _times_by_channel(lines_of(parts, "time"))
    named = _named_channels(lines_of(parts, "channels"))
    kinds = list(dict.fromkeys([*named, *(kind for kind in times if kind)]))
    if not kinds and not times and not fees:
        return ()
    if not kinds:
        return (Channel("khac", _durations(times.get(None, []), fees)),)
    return tuple(
        Channel(kind, _durations(times.get(kind) or times.get(None, []), fees), named.get(kind, "")) for kind in kinds
    )


def _durations(texts: list[str], fees: tuple[Fee, ...]) -> tuple[Duration, ...]:
    if not texts:
        return (Duration("", fees=fees),) if fees else ()
    return (duration_of("\n".join(texts), fees),)


def _table_channels(table: Table) -> tuple[Channel, ...]:
    found: dict[ChannelKind, list[Duration]] = {}
    notes: dict[ChannelKind, list[str]] = {}
    for row in table.rows:
        kind = _channel_kind(row.text("channel")) or "khac"
        fee = row.text("fees")
        duration = duration_of(row.text("time"), fees_of([fee]) if fold_text(fee) not in NOTHING else ())
        if duration.text or duration.fees:
            found.setdefault(kind, []).append(duration)
        else:
            found.setdefault(kind, [])
        if row.text("note"):
            notes.setdefault(kind, []).append(row.text("note"))
    return tuple(Channel(kind, tuple(items), "\n".join(notes.get(kind, []))) for kind, items in found.items())


def _named_channels(texts: list[str]) -> dict[ChannelKind, str]:
    found: dict[ChannelKind, str] = {}
    for text in texts:
        pieces = re.split(r"[,;]|\bhoặc\b", text) if len(text) < 120 else [text]
        for piece in pieces:
            kind = _channel_kind(piece)
            if kind and kind not in found:
                found[kind] = text if len(text) >= 40 else ""
    return found


def _times_by_channel(texts: list[str]) -> dict[ChannelKind | None, list[str]]:
    found: dict[ChannelKind | None, list[str]] = {}
    current: ChannelKind | None = None
    for text in texts:
        kind = _channel_kind(text) if len(text) < 30 else None
        if kind:
            current = kind
            continue
        body, following = _trailing_channel(text)
        found.setdefault(current, []).append(body)
        current = following or current
    return found


def _trailing_channel(text: str) -> tuple[str, ChannelKind | None]:
    """A channel's name left at the end of the line before its own by careless markup."""
    ended = re.search(r"(?<=[.)])\s+(Trực tiếp|Trực tuyến|Dịch vụ bưu chính|Bưu chính)$", text)
    return (text[: ended.start()].strip(), _channel_kind(ended[1])) if ended else (text, None)

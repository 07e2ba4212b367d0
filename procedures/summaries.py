"""One line for a list: the fee and the time of a procedure out of its ways of filing."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from core.model import Channel, ChannelKind, Duration
from vietnamese.names import plain

CHANNELS: dict[ChannelKind, str] = {
    "truc_tuyen": "trực tuyến",
    "truc_tiep": "trực tiếp",
    "buu_chinh": "bưu chính",
    "khac": "cách khác",
}

LINE = 200
"""Characters of a line in a list; longer wording is cut at a word, the page of the procedure shows all of it."""


def fee_text(channels: Iterable[Channel]) -> str:
    """The fees in the sources' words: one text when all ways cost the same, else one part a way; "" when none is said."""
    return _joined(channels, lambda item: [fee.text for fee in item.fees])


def time_text(channels: Iterable[Channel]) -> str:
    """The time limits in the sources' words: “Trực tuyến 5 ngày làm việc; trực tiếp 7 ngày làm việc”."""
    return _joined(channels, lambda item: [item.text])


def line(text: str) -> str:
    """A text on one line, cut at a word when it is too long for a list."""
    flat = " ".join(text.split())
    return flat if len(flat) <= LINE else flat[: LINE - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def _joined(channels: Iterable[Channel], words_of: Callable[[Duration], list[str]]) -> str:
    parts: dict[str, list[str]] = {}  # words → labels of the ways that say so
    for channel in channels:
        words = [text for duration in channel.durations for text in words_of(duration) if text]
        text = "; ".join(
            {plain(word): word for word in reversed(words)}[key] for key in dict.fromkeys(map(plain, words))
        )
        if text:
            known = next((other for other in parts if plain(other) == plain(text)), text)
            parts.setdefault(known, []).append(CHANNELS[channel.kind])
    if len(parts) <= 1:
        return next(iter(parts), "")
    joined = "; ".join(f"{', '.join(labels)} {text}" for text, labels in parts.items())
    return joined[:1].upper() + joined[1:]

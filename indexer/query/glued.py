"""Glued syllables: "dangkykethon" read as what the index has side by side."""

from __future__ import annotations

from typing import NamedTuple

from indexer.query.channel import Channel
from vietnamese.syllables import fold

GLUED_PART = 20
"""Each part of a glued token must occur this often alone."""

SHORTEST_GLUED, LONGEST_GLUED, LONGEST_SYLLABLE = 4, 60, 7
"""Letters of a token that may be glued syllables, and of the longest syllable ("nghiêng")."""

UNSEEN_AMONG = 4
"""A glued token has at most one pair never seen in so many syllables."""


class _Way(NamedTuple):
    """One reading of the beginning of a glued token: what it costs, the least first, and where its syllables begin."""

    unseen: int
    syllables: int
    cost: float
    cuts: tuple[int, ...]


def split(channel: Channel, token: str) -> list[str]:
    """The syllables of a glued token ("đăngkýkếthôn"), or nothing when it has no such reading.

    Of all readings the one with the fewest pairs never seen, then the fewest syllables, then the likeliest.
    """
    if not SHORTEST_GLUED <= len(token) <= LONGEST_GLUED or not token.isalpha() or channel.known(fold(token)):
        return []
    ways: list[dict[str, _Way]] = [{} for _ in range(len(token) + 1)]  # for each place, by the last syllable
    ways[0][""] = _Way(0, 0, 0.0, ())
    for start in range(len(token)):
        for end in range(start + 1, min(len(token), start + LONGEST_SYLLABLE) + 1) if ways[start] else ():
            part = fold(token[start:end])
            if channel.counts.single.get(part, 0) >= GLUED_PART:
                ways[end][part] = min(_longer(channel, way, before, part, start) for before, way in ways[start].items())
    best = min(ways[-1].values(), default=ways[0][""])
    if len(best.cuts) < 2 or best.unseen * UNSEEN_AMONG >= len(best.cuts):
        return []
    return [token[i:j] for i, j in zip(best.cuts, (*best.cuts[1:], len(token)), strict=True)]


def _longer(channel: Channel, way: _Way, before: str, part: str, start: int) -> _Way:
    unseen = bool(before) and not channel.pair(before, part)
    cost = way.cost - channel.log_probability(before or None, part)
    return _Way(way.unseen + unseen, way.syllables + 1, cost, (*way.cuts, start))

"""Signs by which a CMS family is known: patterns in the address or in the source of a page."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign of a family, looked for in the address or in the source; `weight` says how much it proves."""

    patterns: tuple[tuple[str, re.Pattern[str]], ...]  # what a match begins with ("" = anything), and the pattern
    weight: int = 1
    in_url: bool = False

    def found_in(self, text: str) -> str:
        """The sign as it stands in a text; "" when it does not."""
        likely = (pattern for begin, pattern in self.patterns if begin in text)
        return next((match[0] for pattern in likely if (match := pattern.search(text))), "")


def in_url(pattern: str, weight: int = 2) -> Sign:
    """A sign in the address."""
    return Sign((("", re.compile(pattern, re.I)),), weight, in_url=True)


def in_source(*patterns: str, weight: int = 2) -> Sign:
    """A sign in the source of the page: one of these patterns."""
    # One by one: that a page of 90 KB lacks the literal a pattern begins with is seen in a thirtieth of the time.
    return Sign(tuple((_beginning(pattern), re.compile(pattern)) for pattern in patterns), weight)


_LITERAL = re.compile(r"(?:[^\W_]|[ _/=\"-])*(?![?*{])")


def _beginning(pattern: str) -> str:
    """The literal that every match begins with: letters and a few signs, none of which may be missing."""
    match = _LITERAL.match(pattern)
    return match[0] if match else ""

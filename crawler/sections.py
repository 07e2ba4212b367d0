"""Which section of the freshness rules a page or link belongs to, by the words of its menu."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from core.errors import ConfigError
from vietnamese.syllables import fold_text

RULES_FILE = "freshness_rules.json"
LONGEST_ENTRY = 7  # words of a menu entry that only begins with an alias ("Văn bản quy phạm pháp luật của tỉnh")


@dataclass(frozen=True, eq=False)  # told apart by identity: one a process, and a key of what is kept by its words
class SectionTable:
    """Menu wording → section id (`news`, `procedures`, …). Wording is compared without marks and case."""

    aliases: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Keep the aliases folded, so that a look-up folds only what it is asked."""
        object.__setattr__(self, "aliases", {fold_text(alias): section for alias, section in self.aliases.items()})

    @classmethod
    def load(cls, national: Path) -> SectionTable:
        """The `menu_aliases_vi` of every rule in `national/freshness_rules.json`; ConfigError when it cannot be read."""
        path = national / RULES_FILE
        try:
            rules = json.loads(path.read_text(encoding="utf-8"))["rules"]
        except (OSError, ValueError, KeyError) as error:
            raise ConfigError(
                f"{path} cannot be read: {error}", "restore the file or name the right --config"
            ) from None
        return cls({alias: rule["section"] for rule in rules for alias in rule.get("menu_aliases_vi") or ()})

    def section_of(self, wording: str) -> str:
        """The section of a menu entry or slug: the alias that stands first in it, the longest if several do; else "".

        The alias must be most of the wording, or begin a short one: a headline with these words in it is no menu entry.
        """
        folded = _folded(wording)
        if not folded or folded in self.aliases:
            return self.aliases.get(folded, "")
        padded, words = f" {folded} ", folded.count(" ") + 1
        hits = [
            (padded.find(f" {alias} "), -len(alias), section)
            for alias, section in self.aliases.items()
            if f" {alias} " in padded and _names(alias, folded, words)
        ]
        return min(hits, default=(0, 0, ""))[2]

    def exactly(self, wording: str) -> str:
        """The section of a heading that is nothing but a menu's wording."""
        return self.aliases.get(_folded(wording), "")


@lru_cache(20_000)  # the menus of a site stand on all of its pages
def _folded(wording: str) -> str:
    return fold_text(wording.replace("-", " ").replace("_", " ").replace("/", " "))


def _names(alias: str, folded: str, words: int) -> bool:
    own = alias.count(" ") + 1
    return own * 2 >= words or (words <= LONGEST_ENTRY and folded.startswith(f"{alias} "))

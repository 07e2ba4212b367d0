"""Units that a question names, of today or of yesterday, and what became of those that are no more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import product
from pathlib import Path

from core.places import KINDS, Moved, Places, commune_key, is_district, load_places
from core.sites import Province, Site
from vietnamese.syllables import canonical, fold, fold_canonical, folded, has_marks, syllables

_COUNCILS = (("ubnd",), ("uy", "ban", "nhan", "dan"))
_KINDS = {tuple(folded(words)): kind for words, kind in sorted(KINDS.items(), key=lambda pair: -pair[0].count(" "))}
"""Words before a unit's name → its kind; “thị xã” stands before “xã”."""

LEAST_SPACES = 3
"""Around and within the syllables of a name that is long enough to be recognised."""

LENGTHS = (2, 3, 4)
"""Syllables of a commune's name."""


@dataclass(frozen=True, slots=True)
class _Name:
    """A unit's name without the word for its kind, and that kind ("" for an office); `marked` and `plain` between spaces."""

    kind: str
    marked: str
    plain: str


def _between_spaces(terms: Iterable[str]) -> str:
    return f" {' '.join(terms)} "


@lru_cache(2000)
def _name(unit: str) -> _Name:
    terms = tuple(canonical(s) for s in syllables(unit))
    plain = tuple(map(fold_canonical, terms))
    start = next((len(words) for words in _COUNCILS if plain[: len(words)] == words), 0)
    kind, length = _kind_at(plain[start:-1])
    bare = start + length if kind else 0
    return _Name(kind, _between_spaces(terms[bare:]), _between_spaces(plain[bare:]))


def _kind_at(plain: tuple[str, ...]) -> tuple[str, int]:
    """The kind whose words stand first, and how many they are."""
    return next(((kind, len(words)) for words, kind in _KINDS.items() if plain[: len(words)] == words), ("", 0))


class NamedUnits:
    """The units that a question names: with their marks where it has any, of the kind that it says.

    A bare name of two or more syllables is enough, but not that of the province: it stands at the end of any address.
    """

    def __init__(self, texts: tuple[str, ...], province: str) -> None:
        self._marked = has_marks(texts[0])
        term = canonical if self._marked else fold
        self._text = "|".join(_between_spaces(map(term, syllables(text))) for text in texts)
        self._province = _name(province).marked

    def has(self, unit: str, *, bare: bool = True) -> bool:
        """Whether the unit is named; without `bare` the word for its kind must stand before it."""
        name = _name(unit)
        words = name.marked if self._marked else name.plain
        if words not in self._text or words.count(" ") < LEAST_SPACES:
            return False
        bare = bare and name.marked != self._province
        return any(kind == name.kind or (bare and not kind) for kind in self._kinds_before(words))

    def _kinds_before(self, words: str) -> Iterator[str]:
        """The kind that is said before each place where a name stands, "" for none."""
        for before in self._text.split(words)[:-1]:
            said = tuple(map(fold_canonical, before.split()))
            yield next((kind for end, kind in _KINDS.items() if said[-len(end) :] == end), "")

    def runs(self) -> Iterator[str]:
        """Every few neighbouring syllables, folded and between spaces: what a name of a place may be."""
        plain = list(map(fold_canonical, self._text.split()))
        for start, length in product(range(len(plain)), LENGTHS):
            yield _between_spaces(plain[start : start + length])


def named_units(named: NamedUnits, province: Province) -> Iterator[tuple[Site, str]]:
    """Sites with those of their units, of today and of old, that a question names."""
    return ((site, owner.value) for site in province.sites for owner in site.owners if named.has(owner.value))


def ended_on(unit: str, site: Site, day: date) -> date | None:
    """The first day on which a site's unit existed no longer, None while it does."""
    until = next((owner.valid_to for owner in site.owners if owner.value == unit), None) or site.valid_to
    return until if until is not None and until <= day else None


def heirs_of(unit: str, site: Site, province: Province, day: date) -> tuple[str, ...]:
    """Who has the tasks of a unit on a day: of a district the communes its own are part of by then, else what its site tells."""
    known = known_places(province.folder)
    heirs = known.follow(unit, day) if is_district(unit) else (unit,)
    if heirs != (unit,):
        return heirs
    ids = province.owners_on(day)
    told = tuple(ids.get(name, name) for name in site.successors if known.exists_on(name, day))
    return (*told, site.owner_on(day)) if site.exists_on(day) else told


def are_one(unit: str, other: str) -> bool:
    """Whether two names are of one unit, with or without UBND."""
    return commune_key(unit) == commune_key(other)


@lru_cache(8)
def known_places(folder: Path) -> Places:
    """The province's moves of units, read once."""
    return load_places(folder)


def moved_communes(named: NamedUnits, folder: Path, day: date) -> Iterator[Moved]:
    """Communes that a question names with their kind and that are part of another one today."""
    known = _communes(folder)
    for move in (move for run in dict.fromkeys(named.runs()) for move in known.get(run, ())):
        if move.since <= day and named.has(move.old_commune, bare=False):
            yield move


@lru_cache(8)
def _communes(folder: Path) -> dict[str, list[Moved]]:
    """Communes that are part of another one, by their folded names."""
    found: defaultdict[str, list[Moved]] = defaultdict(list)
    for move in known_places(folder).moves:
        if not are_one(move.old_commune, move.new_commune):
            found[_name(move.old_commune).plain].append(move)
    return dict(found)


def written(unit: str) -> str:
    """A unit's name inside a sentence, without UBND: “Thị Xã Bỉm Sơn” → “thị xã Bỉm Sơn”."""
    words = unit.removeprefix("UBND ").split()
    _, length = _kind_at(tuple(fold(word.lower()) for word in words))
    return " ".join((*map(str.lower, words[:length]), *words[length:]))

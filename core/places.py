"""Units of the province before and after a reorganisation: a district has several successors, a commune several parts.

`places.csv` of a province's folder: first day, old commune, its district, new commune (facts of NQ 1686/NQ-UBTVQH15).
"""

from __future__ import annotations

import csv
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

from core.errors import ConfigError
from core.tones import tone_last

COLUMNS = ("from", "old_commune", "old_district", "new_commune")

_WHOLE = ("tỉnh", "thành phố", "huyện", "thị xã", "thị trấn", "xã", "phường")
_SHORT = {"tp": "thành phố", "h": "huyện", "tx": "thị xã", "tt": "thị trấn", "x": "xã", "p": "phường"}
KINDS = {**{kind: kind for kind in _WHOLE}, **_SHORT}
"""Words before a unit's name, as they are written and shortened → its kind."""

_DISTRICTS = ("huyện", "thị xã", "thành phố")


@dataclass(frozen=True, slots=True)
class Moved:
    """An old commune with its district and the commune it is part of since a day."""

    since: date
    old_commune: str
    old_district: str
    new_commune: str


@dataclass(frozen=True, slots=True)
class Places:
    """Every move known. Ask by the names people write: with or without UBND, huyện, xã, with either tone placement."""

    moves: tuple[Moved, ...] = ()
    _districts: dict[str, tuple[Moved, ...]] = field(default_factory=dict)
    _communes: dict[str, tuple[Moved, ...]] = field(default_factory=dict)
    _new: dict[str, tuple[Moved, ...]] = field(default_factory=dict)

    @property
    def districts(self) -> tuple[str, ...]:
        """The old districts, by name."""
        return tuple(sorted({move.old_district for move in self.moves}))

    def district_successors(self, name: str) -> tuple[str, ...]:
        """The communes that took over parts of a district; empty when it is none."""
        return tuple(dict.fromkeys(move.new_commune for move in self._districts.get(key_of(name), ())))

    def commune_successors(self, name: str, district: str = "") -> tuple[Moved, ...]:
        """Where an old commune went: several when its name stood in several districts and none is given."""
        moves = self._communes.get(commune_key(name), ())
        if district:
            moves = tuple(move for move in moves if key_of(move.old_district) == key_of(district))
        return moves

    def predecessors(self, new_commune: str) -> tuple[Moved, ...]:
        """The old communes that a new one is made of, with their districts."""
        return self._new.get(commune_key(new_commune), ())

    def follow(self, unit: str, day: date) -> tuple[str, ...]:
        """The units that have the tasks of `unit` on `day`: itself before the change, or when nothing is known of it."""
        if is_district(unit):
            moves = self._districts.get(key_of(unit), ())
        else:
            moves = () if self._new.get(commune_key(unit)) else self._communes.get(commune_key(unit), ())
        found = tuple(dict.fromkeys(move.new_commune for move in moves if move.since <= day))
        return found or (unit,)

    def exists_on(self, commune: str, day: date) -> bool:
        """Whether a commune that a change made is there by `day`; true of what no change is known of."""
        return all(move.since <= day for move in self.predecessors(commune))

    def extinct_on(self, day: date) -> bool:
        """Whether the district level has ended by `day`."""
        return any(move.since <= day for move in self.moves)


def plain(text: str) -> str:
    """Lower case, NFC, one space; `hoá` and `hóa` are one."""
    return " ".join(tone_last(word) for word in unicodedata.normalize("NFC", text).lower().split())


@lru_cache(10_000)
def key_of(name: str) -> str:
    """A district's name without what stands before it: “UBND huyện Nông Cống” → “nông cống”."""
    words = plain(name)
    for head in _HEADS:
        words = words.removeprefix(head + " ")
    return words


@lru_cache(10_000)
def commune_key(name: str) -> str:
    """A commune's name without UBND, but with its kind written out: a ward and a commune of one name are two."""
    words = plain(name)
    for head in _COUNCILS:
        words = words.removeprefix(head + " ")
    short = next((head for head in _SHORT_HEADS if words.startswith(head)), "")
    return f"{_SHORT_HEADS[short]} {words[len(short) :]}" if short else words


_COUNCILS = tuple(plain(head) for head in ("UBND", "Ủy ban nhân dân", "Uỷ ban nhân dân"))
_SHORT_HEADS = {f"{word}{end}": plain(kind) for word, kind in _SHORT.items() for end in (". ", ".", " ")}
_HEADS = (
    *_COUNCILS,
    *(plain(f"{word}{dot}") for word, kind in KINDS.items() if kind in _DISTRICTS for dot in ("", ".")),
)
_DISTRICT_HEADS = tuple(head + " " for head in _HEADS if head not in _COUNCILS)


def is_district(name: str) -> bool:
    """Whether a unit's name says that it is of the district level."""
    return commune_key(name).startswith(_DISTRICT_HEADS)


def load_places(folder: Path) -> Places:
    """The moves of `folder/places.csv`, none when there is no such file; ConfigError names the line."""
    path = folder / "places.csv"
    if not path.exists():
        return Places()
    moves = []
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise ConfigError(f"{path}: the first line is not {','.join(COLUMNS)}", "put it back")
        for number, row in enumerate(reader, 2):
            try:
                if len(row) != len(COLUMNS) or None in row.values():
                    raise ValueError(f"not {len(COLUMNS)} values")
                moves.append(
                    Moved(date.fromisoformat(row["from"]), row["old_commune"], row["old_district"], row["new_commune"])
                )
            except ValueError as error:
                raise ConfigError(f"{path}: line {number}: {error}", "mend that line") from None
    return of_moves(tuple(moves))


def of_moves(moves: tuple[Moved, ...]) -> Places:
    """The moves with their indexes by name."""
    districts: dict[str, tuple[Moved, ...]] = {}
    communes: dict[str, tuple[Moved, ...]] = {}
    new: dict[str, tuple[Moved, ...]] = {}
    for move in moves:
        for index, key in (
            (districts, key_of(move.old_district)),
            (communes, commune_key(move.old_commune)),
            (new, commune_key(move.new_commune)),
        ):
            index[key] = (*index.get(key, ()), move)
    return Places(moves, districts, communes, new)

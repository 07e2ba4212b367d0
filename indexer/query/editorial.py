"""What editors decide by data: pointers, pins, denied suggestions. Every entry has an owner and a day on which it ends."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from core import codes
from core.errors import ConfigError
from indexer.query.runs import Runs
from vietnamese.syllables import canonical, fold, fold_text, syllables

T = TypeVar("T", "Pointer", "Pin", "Denied")


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where to go with something that is not a procedure of the province; not where the query has words of `unless`.

    `since` is the first day it holds, `expires` the first it holds no longer.
    """

    id: str
    asked: tuple[str, ...]
    title: str
    text: str
    owner: str
    expires: date
    url: str = ""
    phone: str = ""
    unless: tuple[str, ...] = ()
    since: date = date.min

    def holds_for(self, plain: str, today: date) -> bool:
        """Whether it may be shown today for a query, given as folded syllables between spaces."""
        return self.since <= today < self.expires and not any(f" {fold_text(words)} " in plain for words in self.unless)


@dataclass(frozen=True, slots=True)
class Pin:
    """These codes stand first, in this order, for exactly these questions (accents and words of asking aside)."""

    id: str
    asked: tuple[str, ...]
    codes: tuple[str, ...]
    owner: str
    expires: date


@dataclass(frozen=True, slots=True)
class Denied:
    """A phrase that is never suggested, with or without marks."""

    id: str
    owner: str
    expires: date


@dataclass(frozen=True)
class Editorial:
    """The three files."""

    pointers: tuple[Pointer, ...] = ()
    pins: tuple[Pin, ...] = ()
    denied: tuple[Denied, ...] = ()
    _pointers_by: Runs[list[tuple[list[str], Pointer]]] = field(default_factory=lambda: Runs(()))
    _pins_by: Mapping[str, list[Pin]] = field(default_factory=dict)

    @classmethod
    def of(cls, pointers: Iterable[Pointer], pins: Iterable[Pin], denied: Iterable[Denied]) -> Editorial:
        """With the look-ups made ready."""
        by_words: dict[tuple[str, ...], list[tuple[list[str], Pointer]]] = {}
        pointers, pins = tuple(pointers), tuple(pins)
        for pointer in pointers:
            for wording in pointer.asked:
                terms = [canonical(s) for s in syllables(wording)]
                by_words.setdefault(tuple(map(fold, syllables(wording))), []).append((terms, pointer))
        by_question: dict[str, list[Pin]] = {}
        for pin in pins:
            for question in pin.asked:
                by_question.setdefault(fold_text(question), []).append(pin)
        return cls(pointers, pins, tuple(denied), Runs(by_words.items()), by_question)

    def pointers_for(self, plain: Sequence[str], written: Sequence[str], *, today: date) -> tuple[Pointer, ...]:
        """Pointers of which a wording stands in the query, with its accents. At most two.

        `written`: the query's canonical terms, typed or restored; one that is bare may be any.
        """
        found: dict[str, Pointer] = {}
        text = f" {' '.join(plain)} "
        for start in range(len(plain)):
            for length, wordings in self._pointers_by.at(plain, start):
                for wording, pointer in wordings:
                    end = start + length
                    terms = zip(wording, written[start:end], plain[start:end], strict=True)
                    if all(term in (wish, bare) for wish, term, bare in terms) and pointer.holds_for(text, today):
                        found[pointer.id] = pointer
        return tuple(found.values())[:2]

    def pinned_for(self, typed: str, read_as: str, today: date) -> tuple[str, ...]:
        """Codes that stand first for this question: of the first pin in the file that still holds."""
        pins = (pin for text in (typed, read_as) for pin in self._pins_by.get(fold_text(text), ()))
        return next((pin.codes for pin in pins if today < pin.expires), ())

    def is_denied(self, text: str, today: date) -> bool:
        """Whether a suggestion has a phrase that is never suggested; “chức danh bác sĩ” has no “đánh bạc”."""
        plain = f" {fold_text(text)} "
        return any(
            words in plain and today < denied.expires and _is_said(denied.id, text)
            for words, denied in self._denied_by_words
        )

    @cached_property
    def _denied_by_words(self) -> list[tuple[str, Denied]]:
        """Each denied phrase with its folded words between spaces, worked out once."""
        return [(f" {fold_text(denied.id)} ", denied) for denied in self.denied]

    def expired(self, today: date) -> list[str]:
        """Entries that hold no longer, as lines for editors."""
        entries: tuple[Pointer | Pin | Denied, ...] = (*self.pointers, *self.pins, *self.denied)
        return [f"{e.id}: ended {e.expires.isoformat()}, owner {e.owner}" for e in entries if e.expires <= today]


def _is_said(phrase: str, text: str) -> bool:
    """Whether a text has a phrase, each syllable with its marks or bare."""
    wanted, found = ([(canonical(s), fold(s)) for s in syllables(part)] for part in (phrase, text))
    return any(
        all(term in (wish, plain) for (wish, plain), (term, _) in zip(wanted, found[start:], strict=False))
        for start in range(len(found) - len(wanted) + 1)
    )


def load_editorial(folder: Path) -> Editorial:
    """pointers.jsonl, pins.jsonl and denylist.txt of a folder; a missing file is empty, a broken line a ConfigError."""
    return Editorial.of(
        _rows(folder / "pointers.jsonl", lambda line: _pointer(json.loads(line))),
        _rows(folder / "pins.jsonl", lambda line: _pin(json.loads(line))),
        _rows(folder / "denylist.txt", _denied),
    )


def _pointer(row: Any) -> Pointer:
    made = Pointer(
        row["id"], tuple(row["asked"]), row["title"], row["text"], row["owner"], date.fromisoformat(row["expires"]),
        row.get("url", ""), row.get("phone", ""), _wordings(row.get("unless", [])),
        date.fromisoformat(row["from"]) if "from" in row else date.min,
    )  # fmt: skip
    if not (made.asked and made.title and made.text and made.owner):
        raise ValueError("id, asked, title, text and owner must not be empty")
    if made.url and not made.url.startswith("https://"):
        raise ValueError("url must begin with https://")
    return made


def _wordings(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(words, str) and words.strip() for words in value):
        raise ValueError("unless must be a list of wordings")
    return tuple(value)


def _pin(row: Any) -> Pin:
    made = Pin(row["id"], tuple(row["asked"]), tuple(row["codes"]), row["owner"], date.fromisoformat(row["expires"]))
    if not (made.asked and made.codes and made.owner):
        raise ValueError("id, asked, codes and owner must not be empty")
    for code in made.codes:
        if codes.normalise(code) != code:
            raise ValueError(f"“{code}” is not a procedure code such as 1.001193")
    return made


def _denied(line: str) -> Denied:
    phrase, owner, expires = (part.strip() for part in line.split("\t"))
    if not (phrase and owner):
        raise ValueError("phrase and owner must not be empty")
    return Denied(phrase, owner, date.fromisoformat(expires))


def _rows(path: Path, convert: Callable[[str], T]) -> list[T]:
    rows: list[T] = []
    for number, line in enumerate(_text(path).splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            rows.append(convert(line))
        except (ValueError, KeyError, TypeError) as error:
            raise ConfigError(
                f"{path}, line {number}: {error!r}", "mend or remove that line (docs/search.md)"
            ) from None
    twice = {row.id for row in rows if [other.id for other in rows].count(row.id) > 1}
    if twice:
        raise ConfigError(f"{path}: {', '.join(sorted(twice))} stands there twice", "give every entry an id of its own")
    return rows


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{path} cannot be read: {error}", "restore it from the project's config/vocabulary"
        ) from None

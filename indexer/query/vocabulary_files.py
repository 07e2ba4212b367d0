"""Reads config/vocabulary and the places beside it; every error names the file, the line and the remedy."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from core import codes
from core.errors import ConfigError
from core.places import load_places
from core.provinces import NICKNAMES, PROVINCES
from core.site_files import load_province
from indexer.query.editorial import load_editorial
from indexer.query.vocabulary import BARE, FEATURES, INTENTS, Qualifier, Vocabulary, VocabularyTerm, Weights
from vietnamese.syllables import fold, fold_text, syllables

T = TypeVar("T")


def load_vocabulary(folder: Path, weights: Weights | None = None) -> Vocabulary:
    """Read the folder; ConfigError names the file and what to do. `weights`: instead of those of ranking.json."""
    plain, ambiguous, asking = _question_words(_lines(folder / "question_words.txt"))
    phrases = _each(folder / "phrases.jsonl.gz", lambda row: (_text(row["code"]), _texts(row["say"])))
    usage = _each(folder / "usage.jsonl.gz", lambda row: (_text(row["code"]), int(row["weight"])))
    return Vocabulary(
        terms=tuple(_each(folder / "terms.jsonl", _term)),
        phrases=dict(phrases),
        usage=dict(usage),
        question_words=frozenset(plain),
        folded_question_words=frozenset(map(fold, plain)) - frozenset(map(fold, ambiguous)),
        acronyms=frozenset(fold(term) for line in _lines(folder / "acronyms.txt") for term in syllables(line)),
        qualifiers=tuple(_qualifiers(folder / "qualifiers.json")),
        asking=asking,
        abbreviations=_abbreviations(folder / "abbreviations.txt"),
        local_bodies=tuple(
            "^" * line.startswith("^") + fold_text(line) for line in _lines(folder / "local_bodies.txt")
        ),
        places=_places(folder.parent),
        home=tuple(load_province(folder.parent, home.name).name for home in _homes(folder.parent)),
        asked=_asked(folder / "asked.jsonl"),
        weights=weights or _weights(folder / "ranking.json"),
        editorial=load_editorial(folder),
    )


def _term(row: Any) -> VocabularyTerm:
    intent = row.get("intent", "")
    if (row["type"] == "intent") != (intent in INTENTS):
        raise ValueError(f"intent must be one of {', '.join(INTENTS)} where the type is intent")
    owner, expires = row.get("owner", ""), row.get("expires")
    if bool(owner) != bool(expires):
        raise ValueError("owner and expires go together")
    wanted = VocabularyTerm(
        _text(row["id"]), _text(row["type"]), _texts(row["q"]), _texts(row["formal"]), intent,
        owner, date.fromisoformat(expires) if expires else None, _flag(row.get("alone", False)),
    )  # fmt: skip
    if not wanted.asked or not wanted.formal:
        raise ValueError("q and formal must not be empty")
    return wanted


def _homes(config: Path) -> list[Path]:
    """Folders of the provinces served."""
    return sorted(path.parent for path in config.glob("*/sites.toml"))


def _places(config: Path) -> tuple[str, ...]:
    moves = (move for home in _homes(config) for move in load_places(home).moves)
    units = (unit for move in moves for unit in (move.old_commune, move.old_district, move.new_commune))
    return tuple(dict.fromkeys((*PROVINCES, *NICKNAMES, *units)))


def _asked(path: Path) -> dict[str, tuple[str, ...]]:
    """Questions by code; the project ships none, for running text of others may not be carried along."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for question, wanted in _each(path, _question) if path.exists() else ():
        for code in wanted:
            found[code].append(question)
    return {code: tuple(questions) for code, questions in found.items()}


def _question(row: Any) -> tuple[str, tuple[str, ...]]:
    wanted = _texts(row["codes"])
    bad = [code for code in wanted if codes.normalise(code) != code]
    if bad or not wanted:
        raise ValueError(f"{bad or 'no code'}: codes are such as 1.001193")
    return _text(row["question"]), wanted


def _question_words(lines: list[str]) -> tuple[list[str], list[str], tuple[str, ...]]:
    words = [line for line in lines if " " not in line]
    plain, ambiguous = [w for w in words if not w.startswith("!")], [w[1:] for w in words if w.startswith("!")]
    return plain, ambiguous, tuple(line for line in lines if " " in line)


def _abbreviations(path: Path) -> dict[str, tuple[str, ...]]:
    found = {}
    for line in _lines(path):
        short, *long = syllables(line)
        if len(long) < 2:
            raise ConfigError(f"{path}: “{line}” has no long form", "write the short form, a space and the long form")
        found[fold(short)] = tuple(long)
    return found


def _qualifiers(path: Path) -> list[Qualifier]:
    try:
        return [_qualifier(row) for row in json.loads(_read(path))]
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"{path}: {error!r}", "each entry needs id, title and asked; restore the file") from None


def _qualifier(row: Any) -> Qualifier:
    named, formal = _filled(_texts(row.get("named", [])), _texts(row.get("fill", []))), _texts(row.get("formal", []))
    if bool(named) != bool(formal):
        raise ValueError("named and formal go together")
    of, against = _texts(row.get("of", [])), _texts(row.get("against", []))
    return Qualifier(
        _text(row["id"]), _texts(row["title"]), (*_texts(row["asked"]), *named), named, formal, of, against
    )


def _filled(wordings: tuple[str, ...], words: tuple[str, ...]) -> tuple[str, ...]:
    """Wordings with "{}" once for each of these words."""
    return tuple(w.replace("{}", word) for w in wordings for word in (words if "{}" in w else ("",)))


def _weights(path: Path) -> Weights:
    try:
        content = json.loads(_read(path))
        first, final = ({str(k): float(v) for k, v in content[part].items()} for part in ("first", "final"))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigError(f"{path}: {error!r}", REFIT) from None
    if set(first) != {*FEATURES, *BARE} or set(final) != {*FEATURES, *BARE, "vote"}:
        raise ConfigError(f"{path} weighs other features than this program has", REFIT)
    return Weights(first, final)


REFIT = "restore the file, or run `python -m benchmarks.relevance fit`"


def _each(path: Path, convert: Callable[[Any], T]) -> list[T]:
    rows = []
    for number, line in enumerate(_read(path).splitlines(), 1):
        try:
            rows.append(convert(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            raise ConfigError(f"{path}, line {number}: {error!r}", "mend or remove that line") from None
    return rows


def _lines(path: Path) -> list[str]:
    return [line.strip() for line in _read(path).splitlines() if line.strip() and not line.startswith("#")]


def _read(path: Path) -> str:
    try:
        content = path.read_bytes()
        return (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{path} cannot be read: {error}", "restore it from the project's config/vocabulary"
        ) from None


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{value!r} is neither true nor false")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"{value!r} is not a text")
    return value


def _texts(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise ValueError(f"{values!r} is not a list of texts")
    return tuple(_text(value) for value in values)

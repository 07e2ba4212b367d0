"""What judging a published procedure needs beside its page: the unified procedures, the law of the day, the places."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.model import Procedure
from core.places import Places
from core.plain import digest
from core.unified import REGISTER, UnifiedProcedure
from freshness.rules import LawBook
from vietnamese.syllables import nfc

SAME_CONTENT = "NĐ 63/2010 Đ26 k2 (sửa bởi 92/2017): nội dung phải thống nhất với Cơ sở dữ liệu quốc gia"
PUBLISHED = "NĐ 63/2010 Đ17 k1 (sửa bởi 92/2017)"

JUDGE_VERSION = 5
"""Grows whenever the code that judges a record changes what it says: then every record is judged again."""


@dataclass(slots=True)
class Known:
    """The procedures at hand and the day; `has_register`: there is a complete snapshot to compare with."""

    procedures: Mapping[str, UnifiedProcedure]
    law: LawBook
    today: date
    has_register: bool
    places: Places = field(default_factory=Places)
    _words: dict[str, str] = field(default_factory=dict)
    _texts: dict[int, tuple[Procedure, tuple[str, str]]] = field(default_factory=dict)

    def register_words(self, code: str) -> str:
        """Everything the register's own detail says about a code, in lower case; "" when it has no detail."""
        if code not in self._words:
            self._words[code] = _words_of_register(self.procedures.get(code))
        return self._words[code]

    def words_of_content(self, content: Procedure, read: Callable[[Procedure], tuple[str, str]]) -> tuple[str, str]:
        """What `read` makes of a content, worked out once where several pages share it (store.records.by_id)."""
        kept = self._texts.get(id(content))
        if kept is None or kept[0] is not content:
            kept = self._texts[id(content)] = (content, read(content))
        return kept[1]

    def stage(self) -> str:
        """A digest of all that may change what is said about an unchanged record."""
        terms = [(term.words, term.use) for term in self.law.terms_on(self.today)]
        gone = sorted(number for number, text in self.law.repealed.items() if text.repealed_on <= self.today)
        after = self.places.extinct_on(self.today)
        return digest([JUDGE_VERSION, terms, gone, self.has_register, len(self.places.moves), after])[:16]


def _words_of_register(procedure: UnifiedProcedure | None) -> str:
    if procedure is None or procedure.register is None or not procedure.register.detailed:
        return ""
    values = [field.value for field in (procedure.fields or {}).values() if field.source == REGISTER]
    return nfc(" . ".join(_plain_words(values))).lower()


def _plain_words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _plain_words(item)
    elif isinstance(value, dict):
        yield from _plain_words(list(value.values()))

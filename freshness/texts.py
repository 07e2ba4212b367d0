"""Words and citations in a procedure's text that were out of date on the day: dated data against what the page says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

from core.clock import written_day
from core.model import Procedure
from core.places import Places
from freshness.known import SAME_CONTENT, Known
from freshness.rules import Term
from store.findings import Finding
from store.records import StoredRecord
from vietnamese.numbers import document_numbers
from vietnamese.syllables import nfc

_NAMED_DISTRICT = re.compile(
    r"(?:UBND|[ỦU][ỷỶyYảẢ]?\s*ban nhân dân)\s+((?:huyện|thị xã|thành phố)\s+[^\W\d_a-z][\w]*(?:\s+[^\W\d_a-z]\w*){0,2})"
)
"""“UBND huyện Nông Cống”: the district's own name, in capitals, so that its successors can be named."""


def findings_of_texts(known: Known, record: StoredRecord, content: Procedure) -> Iterator[Finding]:
    """Obsolete terms and citations of repealed texts. What the national record says too no editor here can mend."""
    said, cited_too = known.words_of_content(content, _texts)
    register = known.register_words(record.code)
    yield from _terms(known, record, said, register)
    yield from _citations(known, record, cited_too, register)


def _texts(content: Procedure) -> tuple[str, str]:
    """What a page says without its legal bases, whose titles keep the words of their day, and with them."""
    said = nfc(" . ".join(words_of(replace(content, legal_bases=()))))
    return said, " . ".join((said, nfc(" . ".join(words_of(content.legal_bases)))))


def _terms(known: Known, record: StoredRecord, said: str, register: str) -> Iterator[Finding]:
    lowered = said.lower()
    for term in known.law.terms_on(known.today):
        word = next((word for word in term.words if has_word(lowered, word.lower())), None)
        if word is None or has_word(register, word.lower()):
            continue
        use = _successors(term, known.places, said) or term.use
        message = (
            f"“{record.title}” còn viết “{word}”, đã cũ từ {written_day(term.begin)} ({term.source}). Nay là: {use}."
        )
        evidence = {"term": word, "around": around(said, lowered.find(word.lower())), "use": use}
        if term.tier:
            evidence["extinct_tier"] = term.tier
        yield finding("obsolete_term", record, message, law=term.source, evidence=evidence, field=word)


def _successors(term: Term, places: Places, said: str) -> str:
    """The communes that took over the district a text names, when the term is of an extinct level."""
    if not term.tier:
        return ""
    for named in _NAMED_DISTRICT.finditer(said):
        successors = places.district_successors(named[1])
        if successors:
            return f"UBND {', '.join(name[:1].lower() + name[1:] for name in successors)} (địa bàn {named[1]} cũ)"
    return ""


def _citations(known: Known, record: StoredRecord, text: str, register: str) -> Iterator[Finding]:
    said = document_numbers(text)
    for _, gone in sorted(known.law.repealed.items()):
        if gone.repealed_on > known.today or not _has(said, gone.number):
            continue
        if _has(document_numbers(register), gone.number):
            continue
        instead = f" Nay là {gone.replaced_by}." if gone.replaced_by else ""
        message = f"“{record.title}” viện dẫn {gone.number}, hết hiệu lực từ {written_day(gone.repealed_on)}.{instead}"
        evidence = {"number": gone.number, "repealed_on": gone.repealed_on.isoformat(), "replaced_by": gone.replaced_by}
        yield finding("repealed_citation", record, message, law=SAME_CONTENT, evidence=evidence, field=gone.number)


def _has(terms: list[str], number: str) -> bool:
    """Whether a number is among these. Words behind a dash (“63/2010/NĐ-CP - về …”) are read as more of it."""
    wanted = _term(number)
    return any(term == wanted or term.startswith(f"{wanted}-") for term in terms)


@lru_cache(maxsize=256)
def _term(number: str) -> str:
    return next(iter(document_numbers(number)), "")


def finding(rule: str, record: StoredRecord, message: str, **more: Any) -> Finding:
    """A finding that points to the page, the capture and the code of a record."""
    return Finding(
        rule, record.site_id, message, code=record.code, url=record.url, capture_id=record.capture_id, **more
    )


def has_word(text: str, word: str) -> bool:
    """Whether a text has these words as whole words; both in lower case."""
    at = text.find(word)
    return at >= 0 and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


_CODED = frozenset(("kind", "unit"))
"""Fields of core.model that hold a name of ours: `truc_tiep`, `ngay_lam_viec`."""


def words_of(value: Any) -> Iterator[str]:
    """Every text of a page inside a value: no addresses, and none of our own names for ways and units."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from words_of(item)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            if not name.endswith("url") and name not in _CODED:
                yield from words_of(getattr(value, name))


def around(text: str, position: int, width: int = 80) -> str:
    """The whole words around a place of a text."""
    start = text.rfind(" ", 0, max(0, position - width)) + 1
    end = text.find(" ", position + width)
    return text[start:] if end < 0 else text[start:end]

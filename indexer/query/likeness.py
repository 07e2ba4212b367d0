"""Which results are one thing: copies of an article on many sites, variants of one procedure."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from heapq import nsmallest
from zlib import crc32

from indexer.engines import Candidate
from vietnamese.syllables import fold_canonical, folded

SHINGLE, KEPT = 4, 24
"""Syllables of one shingle; how many of the smallest hashes make a sketch (bottom-k, Broder 1997)."""

SKETCHED = 600
"""Syllables of a text that are sketched: enough to tell articles apart, and a sketch costs .2 ms."""

LEAST = 30
"""Syllables below which a text has no sketch: two short announcements with one title may be years apart."""

SAME = 0.6
"""Share of common hashes from which on two texts are copies: a re-posted article differs in its byline, head and tail;
two notices of one series (same form, other figures) stay below .5."""

AKIN = 0.6
"""Share of common syllables, without those of variants, from which on two titles of one sector are variants."""

VARIANT_WORDS = frozenset(
    folded(
        "thủ tục cấp lại đổi mới lần đầu gia hạn điều chỉnh bổ sung sửa thay đính chính thu hồi chấm dứt tạm ngừng hủy bỏ rút "
        "đăng ký có yếu tố nước ngoài tỉnh huyện xã trung ương thực hiện tại lưu động nhà liên thông trực tuyến toàn trình một "
        "phần tiếp qua trường hợp bị mất hỏng hư sai do đối với của cho và hoặc được nội dung thông tin trong"
    )
)
"""Folded syllables that tell variants of one procedure apart, or bind them; what is left names the thing itself."""


def sketch(terms: Sequence[str]) -> str:
    """A short fingerprint of a text's folded syllables; texts that share most shingles share most of it. "" if short."""
    if len(terms) < LEAST:
        return ""
    shown = terms[:SKETCHED]
    shingles = "\n".join(map(" ".join, zip(*(shown[i:] for i in range(SHINGLE)), strict=False)))
    hashes = nsmallest(KEPT, set(map(crc32, shingles.encode().split(b"\n"))))
    return "".join([f"{value:08x}" for value in hashes])


def are_copies(one: str, other: str) -> bool:
    """Whether two sketches are of one text."""
    if not one or not other:
        return False
    first, second = ({sketch[i : i + 8] for i in range(0, len(sketch), 8)} for sketch in (one, other))
    smallest = set(sorted(first | second)[:KEPT])
    return len(smallest & first & second) >= SAME * len(smallest)


def core_of(candidate: Candidate) -> frozenset[str]:
    """Folded syllables of a title that name the thing itself."""
    return _core(candidate.card.title_s)


@lru_cache(10_000)
def _core(title_s: str) -> frozenset[str]:
    plain = frozenset(map(fold_canonical, title_s.split()))
    return (plain - VARIANT_WORDS) or plain


def are_variants(one: Candidate, other: Candidate, core: frozenset[str], other_core: frozenset[str]) -> bool:
    """Whether two procedures are variants of one: a common sector (where both have one) and nearly the same core.

    The register's and the province's own of one name are, whatever each calls the sector.
    """
    if one.card.title_s == other.card.title_s and one.card.local != other.card.local:
        return True
    sectors, others = one.card.facets.get("sector", ()), other.card.facets.get("sector", ())
    if sectors and others and set(sectors).isdisjoint(others):
        return False
    common = len(core & other_core)
    return common >= AKIN * (len(core) + len(other_core) - common)

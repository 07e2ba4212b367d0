"""Places in a query: "ở xã Hoằng Quỳ" says where one lives, not which procedure is meant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator

from core.places import KINDS
from indexer.query.runs import Runs
from vietnamese.syllables import canonical, fold, fold_canonical, folded, has_marks, syllables

PLACE_WEIGHT = 0.2
"""Weight of a place's words among procedures, whose texts name few places; set by hand."""

_KIND_WORDS = sorted(KINDS, key=lambda words: -len(words.split()))  # “thị xã” before “xã”
_KINDS = tuple(tuple(folded(words)) for words in _KIND_WORDS)
_KINDS_IN_NAMES = tuple(tuple(map(canonical, syllables(words))) for words in _KIND_WORDS)  # “Tĩnh Gia” is no “tỉnh”
_COUNCILS = (("uy", "ban", "nhan", "dan"), ("uy", "ban"), ("ubnd",))
_WHERE = (("o",), ("tai",), ("thuoc",))


class PlaceNames:
    """Finds names of units with the words that belong to them. Pure and thread-safe.

    A bare name that procedures have in their titles too ("thiết kế", xã Thiết Kế) is a place only after the word for its
    kind or for where; so is every name of one syllable. `home` are the provinces served, which titles may name. What
    is one of the `unmistakable` names with all its marks means nothing else, whatever titles sound like it (“Nghệ An”,
    "nghề an toàn").
    """

    def __init__(
        self,
        names: Iterable[str],
        home: Collection[str],
        in_titles: Callable[[str], bool],
        unmistakable: Iterable[str] = (),
    ) -> None:
        by_sound: defaultdict[tuple[str, ...], set[tuple[str, ...]]] = defaultdict(set)
        for name in names:
            bare = _bare([canonical(s) for s in syllables(name)])
            by_sound[tuple(map(fold_canonical, bare))].add(bare)
        self._names = Runs(by_sound.items())
        self._unmistakable = frozenset(tuple(canonical(s) for s in syllables(name)) for name in unmistakable)
        ours = {tuple(folded(name)) for name in home}
        self._alone = frozenset(
            name for name in by_sound if len(name) > 1 and (name in ours or not in_titles("_".join(name[:2])))
        )

    def spans(self, tokens: list[str]) -> list[tuple[int, int]]:
        """Where places stand, as (start, end), longest name first from the left."""
        return list(self._spans(tokens, list(map(fold, tokens))))

    def _spans(self, tokens: list[str], plain: list[str]) -> Iterator[tuple[int, int]]:
        i = free = 0
        while i < len(plain):
            length = self._length(tokens, plain, i)
            start = _back(plain, i, free) if length else i
            if length and (start < i or self._is_alone(tokens[i : i + length], plain[i : i + length])):
                i += length
                i += _is_former(tokens[i : i + 2])
                yield start, i
                free = i
            else:
                i += 1

    def _is_alone(self, tokens: list[str], plain: list[str]) -> bool:
        return tuple(plain) in self._alone or tuple(map(canonical, tokens)) in self._unmistakable

    def _length(self, tokens: list[str], plain: list[str], i: int) -> int:
        for length, names in self._names.at(plain, i):
            if any(all(map(_is_written, tokens[i:], name)) for name in names):
                return length
        return 0


def _is_former(after: list[str]) -> bool:
    """Whether "cũ" follows a name (huyện Đông Sơn cũ); bare it may begin "cư trú"."""
    return after[:1] == ["cũ"] or (after[:1] == ["cu"] and after[1:] != ["tru"])


def _is_written(token: str, syllable: str) -> bool:
    """Whether a token that sounds like this syllable of a name is it; typed bare it may be."""
    return not has_marks(token) or canonical(token) == syllable


def _bare(name: list[str]) -> tuple[str, ...]:
    """A unit's name without the word for its kind."""
    kind = next((len(words) for words in _KINDS_IN_NAMES if tuple(name[: len(words)]) == words), 0)
    return tuple(name[kind:] or name)


def _back(plain: list[str], i: int, free: int) -> int:
    """Where the words before a name begin that belong to it: kind, council, where; not before `free`."""
    for groups in (_KINDS, _COUNCILS, _WHERE):
        i -= next((len(w) for w in groups if i - len(w) >= free and tuple(plain[i - len(w) : i]) == w), 0)
    return i

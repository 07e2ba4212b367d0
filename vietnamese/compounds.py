"""Words of several syllables of a general dictionary: what a text of the law may lack and is no slip all the same."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

from core.errors import ConfigError
from vietnamese.syllables import canonical, syllables


@cache
def compounds() -> frozenset[tuple[str, str]]:
    """Neighbouring syllables of dictionary words, canonical: the list of 74,000 words that underthesea carries.

    ConfigError without that list.
    """
    spec = find_spec("underthesea")  # found, not imported: that takes half a second and 80 MB
    places = spec.submodule_search_locations if spec is not None else None
    paths = [Path(place) / "corpus" / "data" / "Viet74K.txt" for place in places or ()]
    try:
        lines = paths[0].read_text(encoding="utf-8").splitlines()
    except (OSError, IndexError, UnicodeDecodeError) as error:
        raise ConfigError(f"underthesea's list of words cannot be read: {error}", "run ./scripts/install") from None
    words = ([canonical(s) for s in syllables(line)] for line in lines if " " in line)
    return frozenset(pair for word in words for pair in pairwise(word))


def in_compounds(terms: Sequence[str]) -> set[int]:
    """Positions of canonical terms that make a dictionary word with a neighbour."""
    known = compounds()
    return {at for i, pair in enumerate(pairwise(terms)) if pair in known for at in (i, i + 1)}

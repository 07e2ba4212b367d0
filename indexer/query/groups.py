"""Pages that count leaders: a variant of a procedure stands on the page of the better hit it belongs under."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.engines import Candidate
from indexer.query.likeness import are_variants, core_of
from indexer.query.results import WithCopies


def page_of_leaders(shown: Sequence[WithCopies], start: int, most: int) -> tuple[list[WithCopies], bool]:
    """The hits of `most` leaders from number `start` on, in rank order, and whether there are more leaders.

    A hit is the variant of the first leader that it is like, wherever that one stands; so every hit is on one page. Of 477
    judged queries a page of ten leaders has 16 hits in the middle and 32 at most.
    """
    leaders: list[tuple[Candidate, frozenset[str]]] = []
    page, more = [], False
    for one in shown:
        candidate = one.row.candidate
        core = core_of(candidate)
        place = next((n for n, (leader, its) in enumerate(leaders) if are_variants(leader, candidate, its, core)), -1)
        if place < 0:
            if len(leaders) == start + most:
                more = True
                continue
            place = len(leaders)
            leaders.append((candidate, core))
        if place >= start:
            page.append(one)
    return page, more

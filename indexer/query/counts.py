"""What is counted beside the best matches: facets, and how much of each kind there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from indexer.engines import FACETS, KINDS, EngineQuery, Kind, Tally
from indexer.query import ranking
from indexer.query.reading import Reading


def wanted_tallies(
    query: EngineQuery, readings: Mapping[Kind, Reading], *, other_kinds: bool
) -> dict[str, tuple[EngineQuery, tuple[str, ...]]]:
    """Matches and facets of the kind asked for (""), each filtered facet under the *other* filters (by its name), and
    if wanted the matches of the other kinds (by kind)."""
    wanted = {"": (query, tuple(name for name in FACETS if name not in query.filters and name != "kind"))}
    for name in query.filters:
        others = {other: values for other, values in query.filters.items() if other != name}
        wanted[name] = (replace(query, filters=others), (name,))
    for kind in KINDS:
        if other_kinds and kind != query.kind:
            # What fits a need is counted without looking at the clauses: those of another kind are not worked out.
            needs = readings[kind].needs
            clauses = query.clauses if needs else ranking.clauses(readings[kind], kind)
            wanted[kind] = (replace(query, kind=kind, needs=needs, clauses=clauses), ())
    return wanted


def told(tallies: Mapping[str, Tally]) -> tuple[Tally, dict[str, int]]:
    """Matches and facets of the kind asked for, and the matches of the others that were counted, by kind."""
    if not tallies:
        return Tally(0), {}
    facets = dict(tallies[""].facets)
    for tally in tallies.values():
        facets.update(tally.facets)
    return Tally(tallies[""].total, facets), {str(k): tallies[k].total for k in KINDS if k in tallies}

"""What a batch of changes touches: procedures to work out again, with the pages that belong to them, and nothing else.

Pages with a national code are found by it. A page without one has a key of its own, which leads to a procedure by old
codes and by what persons confirmed; `store.offering_keys` remembers both ends. So a change costs what it touches: the
pages of the keys named, of those they lead to or led to, and of old codes that now stand beside other national ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection

from core.codes import is_national
from procedures import likeness
from procedures.identity import Identity, key_of, unambiguous
from store import offering_keys, offerings
from store.offering_keys import OfferingKey
from store.offerings import Built, PublishedProcedure


@dataclass(slots=True)
class Touched:
    """`groups`: key → the pages it is made of; the rest is what is to be remembered with them."""

    identity: Identity
    groups: dict[str, list[PublishedProcedure]] = field(default_factory=dict)
    keys: list[OfferingKey] = field(default_factory=list)  # of pages without a national code, where something is new
    codes: list[str] = field(default_factory=list)  # national ones whose pages may show other old codes than before
    old_codes: set[tuple[str, str]] = field(default_factory=set)  # (old, national) as those pages show them
    to_propose: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)  # plain ones of whatever is to be proposed: others bear them too


class OldCodes(Mapping[str, str]):
    """Old code → the national one that pages show beside it, when all agree; looked up as it is asked for.

    `now`: the pairs of the national codes whose pages are being read again, in the place of those that are kept.
    """

    def __init__(self, connection: Connection, codes: Iterable[str], now: Iterable[tuple[str, str]]) -> None:
        """Begin with nothing looked up."""
        self._connection, self._codes, self._now = connection, frozenset(codes), frozenset(now)
        self._known: dict[str, str | None] = {}

    def leading_to(self, codes: Iterable[str]) -> set[str]:
        """The old codes that stand beside these national ones, whatever else they stand beside."""
        wanted = {code for code in codes if is_national(code)}
        kept = offering_keys.old_codes_beside(self._connection, wanted - self._codes)
        return {old for old, _ in kept} | {old for old, code in self._now if code in wanted}

    def get(self, key: str, default: str | None = None) -> str | None:  # type: ignore[override]
        """The national code, or the default."""
        if is_national(key) or key.startswith("x-"):
            return default
        if key not in self._known:
            kept = offering_keys.codes_beside(self._connection, [key])
            pairs = [pair for pair in kept if pair[1] not in self._codes]
            pairs += [pair for pair in self._now if pair[0] == key]
            self._known[key] = unambiguous(pairs).get(key)
        return self._known[key] or default

    def __getitem__(self, key: str) -> str:
        found = self.get(key)
        if found is None:
            raise KeyError(key)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter([key for key, code in self._known.items() if code])

    def __len__(self) -> int:
        return sum(1 for _ in self)


def touched(connection: Connection, dirty: Iterable[str], confirmed: Mapping[str, str], built: Built) -> Touched:
    """What changes under these keys touch: national codes, old codes, keys of offerings, `record:ID`."""
    named = list(dirty)
    keys = [key for key in named if not key.startswith("record:")]
    codes = [key for key in keys if is_national(key)]
    coded = offerings.by_code(connection, codes, built)
    pairs = {(one.content.old_code, one.code) for one in coded if one.content.old_code}
    old = OldCodes(connection, codes, pairs)
    # An old code beside which something changed may lead elsewhere now.
    moved = {code for code, _ in pairs ^ set(offering_keys.old_codes_beside(connection, codes))}
    found = Touched(Identity(old, confirmed), codes=codes, old_codes=pairs)
    pages = _Pages(connection, found.identity, built)
    rows = pages.changed(int(key.removeprefix("record:")) for key in named if key.startswith("record:"))
    groups = _gather(found.identity, old, pages, (keys, moved))
    found.groups = {key: [] for key in sorted(groups)}
    for key, one in pages.shown():
        found.groups[found.identity.resolve(key)].append(one)
    coded += offerings.by_code(connection, {key for key in groups if is_national(key)} - set(codes), built)
    for one in coded:
        found.groups[one.code].append(one)
    found.keys = pages.new_rows()
    found.to_propose = moved | {row.key for row in (*rows, *found.keys)}
    found.names = {row.name for row in (*rows, *found.keys)}
    return found


def _gather(identity: Identity, old: OldCodes, pages: _Pages, start: tuple[Iterable[str], Iterable[str]]) -> set[str]:
    """The keys of all groups, with all of their pages read into `pages`.

    Begun from the keys named and the old codes that may have moved; whatever the pages so found lead to or led to is
    a group as well, until nothing new comes.
    """
    named, moved = start
    groups = {step for key in named for step in identity.path(key)}
    looked: set[str] = set()
    seeds = groups | set(moved)
    while True:
        into = _leading_into(identity, old, seeds) - looked
        looked |= into
        pages.of(into)
        groups |= {step for key, _ in pages.shown() for step in identity.path(key)} | pages.led_to()
        seeds = groups - looked
        if not seeds:
            return groups


def _leading_into(identity: Identity, old: OldCodes, keys: Iterable[str]) -> set[str]:
    """These keys and every key that leads into one of them, be it over several steps."""
    by_person: dict[str, list[str]] = {}
    for key, target in identity.confirmed.items():
        by_person.setdefault(target, []).append(key)
    reached: set[str] = set()
    waiting = set(keys)
    while waiting:
        reached |= waiting
        before = {key for target in waiting for key in by_person.get(target, ())} | old.leading_to(waiting)
        waiting = before - reached
    return reached


class _Pages:
    """The pages without a national code that were met: what is kept of each, and where it leads now."""

    def __init__(self, connection: Connection, identity: Identity, built: Built) -> None:
        self._connection, self._identity, self._built = connection, identity, built
        self._kept: dict[int, OfferingKey] = {}
        self._now: dict[int, tuple[str, PublishedProcedure] | None] = {}  # own key and page; None: it is shown no more

    def changed(self, record_ids: Iterable[int]) -> list[OfferingKey]:
        """Read pages that changed; returns what is kept of them and what they are now."""
        ids = list(record_ids)
        self._read(ids, offering_keys.of_records(self._connection, ids))
        return [*self._kept.values(), *(self._row(record_id, pair) for record_id, pair in self._now.items())]

    def of(self, keys: Iterable[str]) -> None:
        """Read the pages that have one of these keys."""
        rows = offering_keys.with_keys(self._connection, keys)
        self._read([row.record_id for row in rows if row.record_id not in self._now], rows)

    def _read(self, ids: list[int], kept: Iterable[OfferingKey]) -> None:
        self._kept |= {row.record_id: row for row in kept}
        self._now |= {record_id: None for record_id in ids if record_id in self._kept}
        for one in offerings.without_code(self._connection, ids, self._built):
            self._now[one.id] = key_of(one.content, one.site_id), one

    def shown(self) -> list[tuple[str, PublishedProcedure]]:
        """Own key and page of those that are shown."""
        return [pair for pair in self._now.values() if pair is not None]

    def led_to(self) -> set[str]:
        """The procedures that pages were counted to and are no more."""
        return {kept.leads_to for row in self.new_rows() if (kept := self._kept.get(row.record_id)) and kept.leads_to}

    def new_rows(self) -> list[OfferingKey]:
        """What is to be kept, where it is not kept already."""
        rows = (self._row(record_id, pair) for record_id, pair in self._now.items())
        return [row for row in rows if self._kept.get(row.record_id) != row]

    def _row(self, record_id: int, pair: tuple[str, PublishedProcedure] | None) -> OfferingKey:
        if pair is None:
            return OfferingKey(record_id, self._kept[record_id].key, "", self._kept[record_id].name)
        key, one = pair
        return OfferingKey(record_id, key, self._identity.resolve(key), likeness.name(one.title))

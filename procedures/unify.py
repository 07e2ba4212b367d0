"""One procedure out of many offerings and the register: every field keeps its source, every disagreement is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import Connection

from core.clock import VIETNAM, Clock, local_date
from core.codes import is_internal, is_national
from core.model import Procedure
from core.plain import to_plain
from core.sites import Province
from core.states import ProcedureState
from core.unified import REGISTER, Offering, RegisterEntry, Sourced, UnifiedField, UnifiedProcedure
from procedures import summaries
from procedures.identity import Identity, key_of, unambiguous
from procedures.likeness import COMPARED, plain
from procedures.offering import one_offering, sites_of, voices
from procedures.proposals import propose
from procedures.sectors import canonical, load_aliases
from procedures.service_level import FIRST_REGIME, regime_on, understand
from store import changes, matches, register
from store import procedures as store
from store.database import Database
from store.records import StoredRecord, by_id, live_by_code, live_without_code, old_codes

Progress = Callable[[str, int, int | None], None]

CONSUMER = "unify"
RENEWAL = "version:unify"
UNIFY_VERSION = 1
"""Grows whenever the same offerings lead to another unified record: then all are worked out again, once."""

BATCH = 400
"""Changes dealt with in one transaction: 400 procedures are worked out in under a second, so the lock stays short."""

_NOT_FIELDS = {"code", "code_raw", "list_only", "state_raw"}
_MODEL_FIELDS = tuple(field.name for field in fields(Procedure) if field.name not in _NOT_FIELDS)
_FORMAT_ORDER = ("api", "rendered", "catalog")
"""Detail is taken from the portal's own data before its rendered text; the catalogue has no detail."""
_CATALOG_FIELDS = ("name", "sectors", "agencies", "audiences")


@dataclass(frozen=True, slots=True)
class UnifyReport:
    """How many procedures were worked out again, how many of them are new, changed or as before, and new proposals."""

    processed: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    proposed: int = 0


@dataclass(frozen=True, slots=True)
class _Around:
    """What does not depend on the procedure: the sites, sector names and the newest complete snapshot."""

    province: Province
    aliases: Mapping[str, str]
    newest: register.Snapshot | None
    identity: Identity = field(default_factory=Identity)


def unify_changes(
    database: Database, province: Province, clock: Clock, progress: Progress | None = None
) -> UnifyReport:
    """Work out every procedure whose offerings or register entry changed since the mark; stopped anywhere it goes on.

    Each batch is read and computed without a lock, then written with its mark in one short transaction.
    """
    total = Counter[str]()
    _renew(database, clock)
    aliases = load_aliases(province.national)
    with database.read() as connection:
        pending = changes.pending(connection, "unify", CONSUMER)
        identity = Identity(unambiguous(old_codes(connection)), matches.confirmed(connection))
    while True:
        with database.read() as connection:
            batch = changes.since(connection, "unify", changes.mark(connection, CONSUMER), BATCH)
            if not batch:
                break
            around = _Around(province, aliases, register.newest_complete(connection), identity)
            prepared = _work_out(connection, around, list(dict.fromkeys(change.key for change in batch)))
        with database.write() as connection:
            written = store.write(connection, prepared, clock())
            changes.move_mark(connection, CONSUMER, batch[-1].seq, clock())
        total.update(new=written.new, changed=written.changed, unchanged=written.unchanged, changes=len(batch))
        if progress:
            progress("unify", total["changes"], pending)
    proposed = propose(database, identity, aliases, clock) if total["changes"] else 0
    done = total["new"] + total["changed"] + total["unchanged"]
    return UnifyReport(done, total["new"], total["changed"], total["unchanged"], proposed)


def _renew(database: Database, clock: Clock) -> None:
    """Ask for everything again when an older version of this code wrote what is kept; a new store has nothing to renew."""
    with database.read() as connection:
        if changes.mark(connection, RENEWAL) >= UNIFY_VERSION:
            return
    with database.write() as connection:
        changes.append(connection, "unify", (*store.keys(connection), *_records_without_code(connection)), clock())
        changes.move_mark(connection, RENEWAL, UNIFY_VERSION, clock())


def _records_without_code(connection: Connection) -> list[str]:
    return [f"record:{record.id}" for record in live_without_code(connection)] if store.count(connection) else []


def _work_out(connection: Connection, around: _Around, dirty: Sequence[str]) -> list[store.Prepared]:
    ids = [int(key.removeprefix("record:")) for key in dirty if key.startswith("record:")]
    keys = [key for key in dirty if not key.startswith("record:")]
    for record in by_id(connection, ids).values():
        if isinstance(record.content, Procedure):
            keys.append(key_of(record.content, record.site_id))
    # What a key leads to is worked out with it, and a key that leads elsewhere keeps nothing.
    groups: dict[str, list[StoredRecord]] = {step: [] for key in keys for step in around.identity.path(key)}
    for record in live_without_code(connection):
        if isinstance(record.content, Procedure):
            path = around.identity.path(key_of(record.content, record.site_id))
            if path[-1] in groups:
                groups |= {step: [] for step in path if step not in groups}
                groups[path[-1]].append(record)
    codes = [key for key in groups if is_national(key)]
    for record in live_by_code(connection, codes):
        groups[record.code].append(record)
    known = register.known(connection, codes)
    return [store.prepare(unified(around, key, group, known.get(key, []))) for key, group in groups.items()]


def unified(
    around: _Around, key: str, records: Collection[StoredRecord], known: Sequence[register.Known]
) -> UnifiedProcedure:
    """The unified procedure of one key from its live records and everything the register's snapshots say."""
    entry = _register_entry(around, known)
    values = _register_values(around, known)
    said = {record.id: _page_values(around, record) for record in records}
    sites = sites_of(records, said)
    joined = {
        name: field
        for name in (*_MODEL_FIELDS, "fee_text", "time_text", "service_level")
        if (field := _join(name, values.get(name), [voices(name, of_site, said) for of_site in sites])) is not None
    }
    offerings = tuple(
        one_offering(
            [
                replace(_offering(around, record, said[record.id], joined), matched=_matched(around, record, key))
                for record in of_site
            ]
        )
        for of_site in sites
    )
    public = bool(offerings or (entry and not entry.withdrawn_on))
    if is_internal(key) or any(item.entry.internal for item in known) or _of_another_province(around, entry):
        public = False
    return UnifiedProcedure(
        key=key,
        name=str(joined["name"].value) if "name" in joined else key,
        code=key if "-" not in key else "",
        state=_state(entry),
        sectors=_texts(joined, "sectors"),
        agencies=_texts(joined, "agencies"),
        tiers=_texts(joined, "tiers"),
        audiences=_texts(joined, "audiences"),
        service_level=_text(joined, "service_level"),
        service_level_regime=_regime(joined),
        service_level_converted=_converted(joined, offerings),
        fee_text=summaries.line(_text(joined, "fee_text")),
        time_text=summaries.line(_text(joined, "time_text")),
        is_local=bool(entry and plain(around.province.name) in plain(entry.issued_by)),
        is_public=public,
        fields=joined,
        offerings=offerings,
        register=entry,
    )


def _register_entry(around: _Around, known: Sequence[register.Known]) -> RegisterEntry | None:
    if not known:
        return None
    newest = known[0]
    complete = next((item for item in known if item.snapshot.complete), None)
    gone = complete and around.newest and complete.snapshot.as_of < around.newest.as_of
    if gone and newest.snapshot.complete is False and around.newest and newest.snapshot.as_of >= around.newest.as_of:
        gone = False  # a detailed snapshot of that day or later still has it
    return RegisterEntry(
        code=newest.code,
        name=newest.entry.procedure.name,
        state=newest.entry.state or (complete.entry.state if complete else ""),
        issued_by=next((item.entry.issued_by for item in known if item.entry.issued_by), ""),
        snapshot_as_of=newest.snapshot.as_of,
        detailed=any(item.entry.format != "catalog" for item in known),
        url=next((item.entry.url for item in known if item.entry.url), ""),
        withdrawn_on=around.newest.as_of if gone and around.newest else None,
    )


def _of_another_province(around: _Around, entry: RegisterEntry | None) -> bool:
    issuer = plain(entry.issued_by) if entry else ""
    named = any(f" {plain(kind)} " in f" {issuer} " for kind in ("tỉnh", "thành phố"))
    provincial = named or issuer.startswith("ubnd")
    return provincial and plain(around.province.name) not in issuer


def _state(entry: RegisterEntry | None) -> ProcedureState:
    if entry is None:
        return ProcedureState.UNCLEAR
    return ProcedureState.REPEALED if entry.withdrawn_on else ProcedureState.IN_FORCE


def _register_values(around: _Around, known: Sequence[register.Known]) -> dict[str, Sourced]:
    """Field → the register's value: details from the best format that has the code, the rest from the catalogue."""
    values: dict[str, Sourced] = {}
    for format_name in _FORMAT_ORDER:
        item = next((one for one in known if one.entry.format == format_name), None)
        if item is None:
            continue
        as_of = datetime.combine(item.snapshot.as_of, time(7), VIETNAM).astimezone(UTC)
        for name, value in _values_of(around, item.entry.procedure, item.snapshot.as_of).items():
            if format_name != "catalog" or name in _CATALOG_FIELDS:
                values.setdefault(name, Sourced(value, REGISTER, as_of, item.entry.url))
    return values


def _page_values(around: _Around, record: StoredRecord) -> dict[str, Any]:
    assert isinstance(record.content, Procedure)
    return _values_of(around, record.content, local_date(record.changed_at))


def _values_of(around: _Around, procedure: Procedure, day: Any) -> dict[str, Any]:
    """Field name → plain value, without what the source does not say."""
    values = to_plain(procedure)
    found = {name: values[name] for name in _MODEL_FIELDS if name in values}
    if "sectors" in found:
        found["sectors"] = list(canonical(found["sectors"], around.aliases))
    if fee := summaries.fee_text(procedure.channels):
        found["fee_text"] = fee
    if limit := summaries.time_text(procedure.channels):
        found["time_text"] = limit
    level = understand(procedure.service_level_raw, day).level
    if level is not None:
        found["service_level"] = level.value
    return found


def _join(name: str, registered: Sourced | None, said: Sequence[Sequence[Sourced]]) -> UnifiedField | None:
    """The register's value where there is one, else what most sites say (the newest of equals); the rest differs.

    `said`: of each site its word, and what other pages of it say instead. A site has one voice, however many pages.
    """
    first = [of_site[0] for of_site in said if of_site]
    if registered is None and not first:
        return None
    same = COMPARED.get(name)
    shown = registered or _most_common(same, first)
    every = [voice for of_site in said for voice in of_site]
    differing = () if same is None else tuple(v for v in every if same(v.value) != same(shown.value))
    agreeing = {voice.source for voice in first} - {voice.source for voice in differing}
    verified = REGISTER if registered else "agree" if len(agreeing) > 1 and not differing else "unverified"
    return UnifiedField(shown.value, shown.source, shown.as_of, verified, shown.url, differing)


def _most_common(same: Callable[[Any], Any] | None, voices: Sequence[Sourced]) -> Sourced:
    if same is None:
        return max(voices, key=lambda voice: (len(str(voice.value)), voice.as_of))
    counts = Counter(str(same(voice.value)) for voice in voices)
    return max(voices, key=lambda voice: (counts[str(same(voice.value))], voice.as_of))


def _offering(
    around: _Around, record: StoredRecord, said: Mapping[str, Any], joined: Mapping[str, UnifiedField]
) -> Offering:
    content = record.content
    assert isinstance(content, Procedure)
    day = local_date(record.changed_at)
    level = understand(content.service_level_raw, day)
    differs = [name for name, same in COMPARED.items() if name in said and same(said[name]) != same(joined[name].value)]
    return Offering(
        site_id=record.site_id,
        url=record.url,
        name=content.name,
        unit=around.province.site(record.site_id).owner_on(local_date(record.last_seen)),
        seen_at=record.last_seen,
        changed_at=record.changed_at,
        record_id=record.id,
        capture_id=record.capture_id,
        code_raw=content.code_raw or content.old_code,
        time_text=summaries.line(str(said.get("time_text", ""))),
        fee_text=summaries.line(str(said.get("fee_text", ""))),
        service_level_raw=content.service_level_raw,
        service_level=level.level.value if level.level else "",
        regime=level.regime,
        converted=level.converted,
        proactive_level=level.proactive_level,
        decision_number=content.decision_number,
        stated_on=local_date(record.published) if record.published else None,
        list_only=content.list_only,
        differs_in=tuple(differs),
    )


def _regime(joined: Mapping[str, UnifiedField]) -> str:
    return regime_on(local_date(joined["service_level"].as_of)) if "service_level" in joined else ""


def _converted(joined: Mapping[str, UnifiedField], offerings: Iterable[Offering]) -> bool:
    """Whether the level shown is worked out of the numbers of 2011; under that regime every one is."""
    shown = joined.get("service_level")
    if shown is None:
        return False
    if shown.source == REGISTER:
        return _regime(joined) == FIRST_REGIME
    return any(o.converted for o in offerings if o.site_id == shown.source)


def _matched(around: _Around, record: StoredRecord, key: str) -> str:
    return around.identity.how(record, key) if not record.code else ""


def _text(joined: Mapping[str, UnifiedField], name: str) -> str:
    return str(joined[name].value) if name in joined else ""


def _texts(joined: Mapping[str, UnifiedField], name: str) -> tuple[str, ...]:
    return tuple(joined[name].value) if name in joined else ()

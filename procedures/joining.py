"""One procedure out of its offerings and the register: every field keeps its source, every disagreement is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from core.clock import VIETNAM, local_date
from core.codes import is_internal
from core.sites import Province
from core.states import ProcedureState
from core.unified import ONE_UNITS, REGISTER, Offering, RegisterEntry, Sourced, UnifiedField, UnifiedProcedure
from procedures import summaries
from procedures.identity import Identity
from procedures.likeness import COMPARED, OWN, sentences
from procedures.offering import Voice, one_offering, sites_of, voices
from procedures.service_level import FIRST_REGIME, regime_on
from procedures.wording import MODEL_FIELDS, Wording, Wordings
from store import register
from store.offerings import PublishedProcedure
from vietnamese.names import plain

_FORMAT_ORDER = ("api", "rendered", "catalog")
"""Detail is taken from the portal's own data before its rendered text; the catalogue has no detail."""
_CATALOG_FIELDS = ("name", "sectors", "agencies", "audiences")


@dataclass(frozen=True, slots=True)
class Around:
    """What does not depend on the procedure: the sites, the register's complete snapshots, what leads where, wordings met."""

    province: Province
    complete: Sequence[register.Snapshot] = ()  # newest first
    wordings: Wordings = field(default_factory=lambda: Wordings({}))
    identity: Identity = field(default_factory=Identity)
    _owners: dict[tuple[str, date], str] = field(default_factory=dict)

    def owner(self, site_id: str, day: date) -> str:
        """The unit that owned a site on a day; looked up once."""
        found = self._owners.get((site_id, day))
        if found is None:
            found = self._owners[site_id, day] = self.province.site(site_id).owner_on(day)
        return found


def unified(
    around: Around, key: str, records: Collection[PublishedProcedure], known: Sequence[register.Known]
) -> UnifiedProcedure:
    """The unified procedure of one key from what pages show of it and everything the register's snapshots say."""
    entry = _register_entry(around, known)
    values = _register_values(around, known)
    said = {record.id: around.wordings.of(record.content, local_date(record.changed_at)) for record in records}
    sites = sites_of(records, said)
    told = {name for wording in set(said.values()) for name in wording.values} | set(values)
    joined = {
        name: field
        for name in (*MODEL_FIELDS, "fee_text", "time_text", "service_level")
        if name in told
        and (field := _join(name, values.get(name), [voices(name, of_site) for of_site in sites])) is not None
    }
    offerings = tuple(_offerings(around, key, sites, joined))
    public = bool(offerings or (entry and not entry.withdrawn_on))
    if is_internal(key) or any(item.entry.internal for item in known) or _of_another_province(around, entry):
        public = False
    return UnifiedProcedure(
        key=key,
        name=str(joined["name"].value) if "name" in joined else key,
        code=key if "-" not in key else "",
        state=_state(entry),
        sectors=_texts(joined, "sectors"),
        agencies=_texts(joined, "agencies") if "agencies" in joined and joined["agencies"].is_for_everyone else (),
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


def _register_entry(around: Around, known: Sequence[register.Known]) -> RegisterEntry | None:
    if not known:
        return None
    newest = known[0]
    complete = next((item for item in known if item.snapshot.complete), None)
    without = [s.as_of for s in around.complete if complete and s.as_of > complete.snapshot.as_of]
    if without and newest.snapshot.complete is False and newest.snapshot.as_of >= without[0]:
        without = []  # a detailed snapshot of that day or later still has it
    return RegisterEntry(
        code=newest.code,
        name=newest.entry.procedure.name,
        state=newest.entry.state or (complete.entry.state if complete else ""),
        issued_by=next((item.entry.issued_by for item in known if item.entry.issued_by), ""),
        snapshot_as_of=newest.snapshot.as_of,
        detailed=any(item.entry.format != "catalog" for item in known),
        url=next((item.entry.url for item in known if item.entry.url), ""),
        withdrawn_on=without[-1] if without else None,  # the first that lacks it, however many followed
    )


def _of_another_province(around: Around, entry: RegisterEntry | None) -> bool:
    issuer = plain(entry.issued_by) if entry else ""
    named = any(f" {plain(kind)} " in f" {issuer} " for kind in ("tỉnh", "thành phố"))
    provincial = named or issuer.startswith("ubnd")
    return provincial and plain(around.province.name) not in issuer


def _state(entry: RegisterEntry | None) -> ProcedureState:
    if entry is None:
        return ProcedureState.UNCLEAR
    return ProcedureState.REPEALED if entry.withdrawn_on else ProcedureState.IN_FORCE


def _register_values(around: Around, known: Sequence[register.Known]) -> dict[str, Sourced]:
    """Field → the register's value: details from the best format that has the code, the rest from the catalogue."""
    values: dict[str, Sourced] = {}
    for format_name in _FORMAT_ORDER:
        item = next((one for one in known if one.entry.format == format_name), None)
        if item is None:
            continue
        as_of = datetime.combine(item.snapshot.as_of, time(7), VIETNAM).astimezone(UTC)
        for name, value in around.wordings.of(item.entry.procedure, item.snapshot.as_of).values.items():
            if format_name != "catalog" or name in _CATALOG_FIELDS:
                values.setdefault(name, Sourced(value, REGISTER, as_of, item.entry.url))
    return values


def _join(name: str, registered: Sourced | None, said: Sequence[Sequence[Voice]]) -> UnifiedField | None:
    """The register's value where there is one, else what most sites say (of equals what changed last); the rest differs.

    When a page was last seen decides nothing: that is another day every day. `said`: of each site its word, and what other pages of it say instead. A site has one voice, however many pages.
    """
    first = [of_site[0] for of_site in said if of_site]
    if registered is None and not first:
        return None
    same = COMPARED.get(name)
    shown = registered if registered is not None else _most_common(name, first).sourced(name)
    as_plain = same(shown.value) if same else shown.value
    differing: list[Sourced] = []
    agreeing: list[int] = []
    for voice in (voice for of_site in said for voice in of_site):
        if (voice.wording.plain(name) if same else voice.wording.values[name]) == as_plain:
            agreeing.append(voice.record.id)
        else:
            differing.append(voice.sourced(name))
    if registered is not None:
        verified = REGISTER
    elif name in OWN and _is_own(name, shown.value, first, offered_by=len(said)):
        verified = ONE_UNITS
    else:
        verified = "agree" if len(first) > 1 and not differing else "unverified"
    contradicting = tuple(differing) if same else ()  # what is each unit's own contradicts nobody
    return UnifiedField(shown.value, shown.source, shown.as_of, verified, shown.url, contradicting, tuple(agreeing))


def _is_own(name: str, value: Any, first: Sequence[Voice], *, offered_by: int) -> bool:
    """Whether a unit says it of itself alone: less than half of those say so that say anything of it – of an address, which
    may well stand on one page only, of all that offer the procedure."""
    saying = sum(voice.wording.weight(name) == sentences(value) for voice in first)
    return saying * 2 <= (offered_by if name == "address" else len(first)) and offered_by > 1


def _most_common(name: str, voices: Sequence[Voice]) -> Voice:
    weights = [voice.wording.weight(name) for voice in voices]
    if name not in COMPARED and name not in OWN:  # the longest
        return max(zip(weights, voices, strict=True), key=lambda pair: (pair[0], pair[1].record.changed_at))[1]
    counts = Counter(weights)
    return max(zip(weights, voices, strict=True), key=lambda pair: (counts[pair[0]], pair[1].record.changed_at))[1]


def _offerings(
    around: Around, key: str, sites: Iterable[Sequence[Voice]], joined: Mapping[str, UnifiedField]
) -> Iterator[Offering]:
    plain_of = {name: same(joined[name].value) for name, same in COMPARED.items() if name in joined}
    told: dict[Wording, dict[str, Any]] = {}
    for of_site in sites:
        of_pages = []
        for voice in of_site:
            if voice.wording not in told:
                told[voice.wording] = _said_alike(voice.wording, plain_of)
            of_pages.append(_offering(around, key, voice.record, told[voice.wording]))
        yield one_offering(of_pages)


def _said_alike(wording: Wording, plain_of: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of an offering that are the same on every page of a wording."""
    content, level = wording.content, wording.level
    return {
        "name": content.name,
        "code_raw": content.code_raw or content.old_code,
        "time_text": summaries.line(str(wording.values.get("time_text", ""))),
        "fee_text": summaries.line(str(wording.values.get("fee_text", ""))),
        "service_level_raw": content.service_level_raw,
        "service_level": level.level.value if level.level else "",
        "regime": level.regime,
        "converted": level.converted,
        "proactive_level": level.proactive_level,
        "decision_number": content.decision_number,
        "has_form": any(paper.form_url or paper.form_name for case in content.papers for paper in case.papers),
        "list_only": content.list_only,
        "differs_in": wording.differing(plain_of),
    }


def _offering(around: Around, key: str, record: PublishedProcedure, alike: Mapping[str, Any]) -> Offering:
    return Offering(
        site_id=record.site_id,
        url=record.url,
        unit=around.owner(record.site_id, local_date(record.last_seen)),
        seen_at=record.last_seen,
        changed_at=record.changed_at,
        record_id=record.id,
        capture_id=record.capture_id,
        stated_on=local_date(record.published) if record.published else None,
        matched=around.identity.how(record, key) if not record.code else "",
        **alike,
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


def _text(joined: Mapping[str, UnifiedField], name: str) -> str:
    return str(joined[name].value) if name in joined else ""


def _texts(joined: Mapping[str, UnifiedField], name: str) -> tuple[str, ...]:
    return tuple(joined[name].value) if name in joined else ()

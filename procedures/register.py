"""Import of register files: the catalogue as a complete snapshot, detailed and rendered procedures as partial ones."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Connection

from core.clock import Clock, local_date
from core.errors import RegisterError
from procedures.changes import log_snapshots
from procedures.formats import api, catalog, rendered
from procedures.formats.line import BadLine, code_of
from store import register
from store.database import Database

BREAKER_SHARE = 0.3
"""Default of the setting `breaker_share`: a complete snapshot that lacks more of the one before is refused."""

_FORMATS: tuple[ModuleType, ...] = (rendered, api, catalog)
_CODE = re.compile(rb'"code"\s*:\s*"([^"\\]{1,40})"')
_DAY_IN_NAME = re.compile(r"(?<!\d)(20\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d)")


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line that was skipped: its number, counted from 1, why, and the code it names as far as that can be read."""

    line: int
    why: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. `unchanged` means that exactly this file had been imported before."""

    source: str
    format: str
    complete: bool
    as_of: date
    entries: int
    added: int = 0
    amended: int = 0
    removed: int = 0
    rejected: tuple[Rejected, ...] = ()
    unchanged: bool = False
    snapshot_id: int = 0
    logged: int = 0  # rows of the change log that this import wrote


@dataclass(frozen=True, slots=True)
class _Parsed:
    format: str
    complete: bool
    entries: tuple[register.Entry, ...]
    rejected: tuple[Rejected, ...]
    ended: bool  # the last line ends as lines do: nothing speaks for a file that was cut off

    @property
    def codes(self) -> set[str]:
        """The codes of the entries."""
        return {entry.procedure.code for entry in self.entries}


def import_file(
    database: Database,
    path: Path,
    *,
    clock: Clock,
    as_of: date | None = None,
    province: str = "",
    confirmed: bool = False,
    breaker_share: float = BREAKER_SHARE,
    aliases: Mapping[str, str] | None = None,
) -> ImportReport:
    """Import one register file (JSON lines, plain or gzip); its format is told by its lines, its change log is written.

    Everything is parsed before one short transaction, so that an interrupted import leaves nothing. All codes of the
    snapshot, and those a complete one lacks, are marked for unification. Raises RegisterError for a file that
    cannot be read, that has no entry, that was cut off, or that would drop more than `breaker_share` of the complete
    snapshot before it. Of a procedure whose line cannot be read that day, a complete snapshot says what the one before said.

    The same file twice changes nothing; but one that is said, by `as_of` or its name, to hold again on a later day than
    whatever came in between is a snapshot of its own: what was withdrawn by mistake is put back.
    """
    data = _read(path)
    stated = as_of or _day_in_name(path.name)
    with database.read() as connection:
        digest, earlier = _identity(connection, hashlib.sha256(data).hexdigest(), stated)
    if earlier is not None:
        return ImportReport(
            path.name, "", earlier.complete, earlier.as_of, earlier.entries, unchanged=True, snapshot_id=earlier.id
        )
    parsed = parse(data, path.name)
    day = as_of or _own_day(path.name, parsed.entries) or local_date(clock())
    with database.write() as connection:
        earlier = _before(connection, day, parsed)
        before = register.digests_of(connection, earlier.id) if earlier is not None else {}
        if earlier is not None and parsed.complete:
            parsed = _with_unread(connection, parsed, earlier)
        now = parsed.codes
        removed = before.keys() - now if parsed.complete else set()
        share = breaker_share if parsed.ended else 0
        if len(removed) > share * len(before) and not confirmed:
            cut = "" if parsed.ended else ", and its last line has no end"
            raise RegisterError(
                f"{path.name} lacks {len(removed)} of the {len(before)} procedures of the complete snapshot before it{cut}",
                "look whether the file was cut off; if the register really shrank, import again with --confirm",
            )
        rejected = tuple({"line": bad.line, "why": bad.why} for bad in parsed.rejected)
        prepared = register.Prepared(day, parsed.complete, province, path.name, digest, parsed.entries, rejected)
        snapshot_id = register.write(connection, prepared, [*sorted(now), *sorted(removed)], clock())
        after = register.digests_of(connection, snapshot_id)
    logged = log_snapshots(database, aliases or {}, clock)
    return ImportReport(
        path.name,
        parsed.format,
        parsed.complete,
        day,
        len(parsed.entries),
        added=sum(code not in before for code in after),
        amended=sum(code in before and before[code] != text for code, text in after.items()),
        removed=len(removed),
        rejected=parsed.rejected,
        snapshot_id=snapshot_id,
        logged=logged,
    )


def _identity(connection: Connection, digest: str, stated: date | None) -> tuple[str, register.Snapshot | None]:
    """By what a file is known, and the snapshot that was made of it: by its digest, with its day when it came back."""
    earlier = register.by_source(connection, digest)
    if earlier is None or stated is None:
        return digest, earlier
    newest = _newest_like(connection, earlier)
    same = earlier, register.by_source(connection, _come_back(digest, newest.as_of))
    if stated <= newest.as_of or newest in same:
        return digest, earlier
    return _come_back(digest, stated), None


def _come_back(digest: str, day: date) -> str:
    return hashlib.sha256(f"{digest} {day}".encode()).hexdigest()


def _newest_like(connection: Connection, earlier: register.Snapshot) -> register.Snapshot:
    """The newest snapshot that says the same kind of things: a complete one, or a partial one of the same form."""
    form = _format_of(connection, register.digests_of(connection, earlier.id))
    alike = (s for s in register.snapshots(connection) if s.complete == earlier.complete)
    return next(s for s in alike if s.complete or _format_of(connection, register.digests_of(connection, s.id)) == form)


def parse(data: bytes, source: str) -> _Parsed:
    """Entries and rejected lines of a file's bytes; RegisterError when it has no entry at all."""
    entries: dict[str, register.Entry] = {}
    rejected: list[Rejected] = []
    counts: dict[str, int] = {}
    lines = _lines(data)
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            name, entry = _entry(line)
        except BadLine as error:
            rejected.append(Rejected(number, str(error), _code_on(line)))
            continue
        if entry.procedure.code in entries:
            rejected.append(Rejected(number, f"code {entry.procedure.code} stands twice; the first one is kept"))
            continue
        entries[entry.procedure.code] = entry
        counts[name] = counts.get(name, 0) + 1
    if not entries:
        why = f"line {rejected[0].line}: {rejected[0].why}" if rejected else "it is empty"
        raise RegisterError(
            f"{source} holds no procedure ({why})", "give a catalogue, detail or rendered file as JSON lines"
        )
    last = next(line for line in reversed(lines) if line.strip())
    ended = last.endswith((b"\n", b"\r"))
    if not ended and not _is_json(last):
        raise RegisterError(f"{source} is cut off in its last line", "fetch the file again")
    format_name = max(counts, key=lambda name: counts[name])
    complete = all(name == "catalog" for name in counts)
    return _Parsed(format_name, complete, tuple(entries.values()), tuple(rejected), ended)


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _entry(line: bytes) -> tuple[str, register.Entry]:
    try:
        item: Any = json.loads(line)
    except (ValueError, RecursionError):
        raise BadLine("not valid JSON") from None
    if not isinstance(item, Mapping):
        raise BadLine("not a JSON object")
    for module in _FORMATS:
        if module.recognises(item):
            try:
                entry: register.Entry = module.read(item)
            except (TypeError, ValueError, AttributeError, KeyError, OverflowError) as error:
                why = str(error) if isinstance(error, BadLine) else f"odd structure: {error}"
                raise BadLine(why) from None
            return module.__name__.rpartition(".")[2], entry
    raise BadLine("neither a catalogue, a detail nor a rendered entry" if "code" in item else "no code")


def _code_on(line: bytes) -> str:
    found = _CODE.search(line)
    try:
        return code_of(found[1].decode()) if found else ""
    except ValueError:
        return ""


def _before(connection: Connection, day: date, parsed: _Parsed) -> register.Snapshot | None:
    """The snapshot that this one follows: the newest complete one, or of the same form, until its day."""
    for snapshot in register.snapshots(connection):
        if snapshot.as_of <= day and snapshot.complete == parsed.complete:
            digests = register.digests_of(connection, snapshot.id)
            if parsed.complete or _format_of(connection, digests) == parsed.format:
                return snapshot
    return None


def _with_unread(connection: Connection, parsed: _Parsed, earlier: register.Snapshot) -> _Parsed:
    """With what the snapshot before says of the procedures whose lines could not be read: they are there all the same."""
    unread = {bad.code for bad in parsed.rejected} - parsed.codes - {""}
    known = register.known(connection, unread)
    kept = {code: one.entry for code, line in known.items() for one in line if one.snapshot.id == earlier.id}
    rejected = tuple(
        replace(bad, why=f"{bad.why}; {bad.code} stays as it was") if bad.code in kept else bad
        for bad in parsed.rejected
    )
    return replace(parsed, entries=(*parsed.entries, *kept.values()), rejected=rejected)


def _format_of(connection: Connection, digests: Mapping[str, str]) -> str:
    code = next(iter(digests), None)
    if code is None:
        return ""
    items = register.known(connection, [code])[code]
    return items[0].entry.format


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RegisterError(f"{path} cannot be read: {error.strerror}", "check the file's name") from None


def _lines(data: bytes) -> list[bytes]:
    if data[:2] == b"\x1f\x8b":
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error):
            raise RegisterError("the gzip file is cut off or damaged", "fetch the file again") from None
    return data.removeprefix(b"\xef\xbb\xbf").splitlines(keepends=True)


def _own_day(name: str, entries: tuple[register.Entry, ...]) -> date | None:
    """The file's own date: in its name, else the newest `updatedAt` of its entries."""
    if _DAY_IN_NAME.search(name):
        return _day_in_name(name)
    moments = [entry.updated_at for entry in entries if entry.updated_at is not None]
    return local_date(max(moments)) if moments else None


def _day_in_name(name: str) -> date | None:
    found = _DAY_IN_NAME.search(name)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None

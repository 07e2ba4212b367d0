"""The raw answers as WARC files: one open file a process in the spool, closed ones in a folder or object storage."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import io
import logging
import os
import secrets
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any, Protocol

from sqlalchemy import delete, insert, select, update
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from core.errors import ArchiveAway, ArchiveError
from core.settings import Settings
from store.closed_files import Access, ClosedFiles
from store.database import Database
from store.tables import archives

log = logging.getLogger(__name__)

LARGEST_FILE = 1_000_000_000
"""Bytes after which a new file is begun (the WARC standard advises about 1 GB)."""

COMPRESSION = 6
"""zlib level: 9, warcio's own, costs twice the time for 1 % less on these pages."""

ORPHAN_AGE = timedelta(minutes=10)
"""A file without a row that is younger may just be being opened by another process."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as it came, decompressed; header names as sent."""

    url: str
    fetched_at: datetime
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Revisit:
    """An answer that brought nothing new: `status` 304, or the payload of `digest` (sha256) again. No body is kept.

    `first_at`: when the capture that has the payload was fetched.
    """

    url: str
    fetched_at: datetime
    status: int
    headers: Mapping[str, str]
    digest: str
    first_at: datetime


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an answer lies: file name, first byte and length of its gzip member, sha256 of its body."""

    archive: str
    offset: int
    length: int
    digest: str
    body_bytes: int


@dataclass(frozen=True, slots=True)
class ArchivedResponse:
    """An answer read back; its length and digest were verified."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Recovered:
    """A file that a dead process left: how many bytes of torn tail were cut, how many committed bytes are missing."""

    name: str
    cut: int
    missing: int = 0


class CaptureRow(Protocol):
    """A row of `captures`."""

    archive: str
    offset: int
    length: int
    digest: str


class Archive:
    """The captures of one data folder. `url`: fsspec address of closed files; empty = `archive/` in the data folder."""

    def __init__(self, data_dir: Path, url: str = "", access: Access | None = None) -> None:
        self.spool = data_dir / "spool"
        self.closed = ClosedFiles(url or str((data_dir / "archive").absolute()), access)

    @classmethod
    def of(cls, data_dir: Path, settings: Settings) -> Archive:
        """As the settings say."""
        return cls(data_dir, settings.text("archive"), Access.of(settings))

    def check(self) -> None:
        """ArchiveError or ConfigError when nothing could be moved; a server that is only away is a warning."""
        if not self.closed.is_remote:
            return
        try:
            self.closed.check()
        except ArchiveAway as error:
            log.warning("%s", error)

    def writer(self, database: Database, now: datetime) -> ArchiveWriter:
        """A new open file in the spool, with its row; close it to move it to the archive."""
        return ArchiveWriter(self, database, now)

    def read(self, capture: CaptureRow | Any) -> ArchivedResponse:
        """The answer of a row of `captures`; ArchiveError when a byte of it is not as it was."""
        data = self._bytes(capture.archive, capture.offset, capture.length)
        where = f"{capture.archive} at {capture.offset}"
        if len(data) != capture.length:
            raise ArchiveError(f"the capture in {where} is cut off", "restore that file from a backup")
        try:
            record = next(iter(ArchiveIterator(io.BytesIO(data))))
            body = record.content_stream().read()
        except Exception as error:
            raise ArchiveError(f"the capture in {where} is damaged: {error}", "restore it from a backup") from error
        if hashlib.sha256(body).hexdigest() != capture.digest:
            raise ArchiveError(f"the capture in {where} is not what was stored", "restore that file from a backup")
        headers = dict(record.http_headers.headers)
        url = record.rec_headers.get_header("WARC-Target-URI")
        return ArchivedResponse(url, int(record.http_headers.get_statuscode()), headers, body)

    def recover(self, database: Database, now: datetime) -> list[Recovered]:
        """Cut, close and move every file of a dead process; files of living ones are locked and left alone."""
        with database.read() as connection:
            rows = connection.execute(select(archives).where(archives.c.moved.is_(False))).all()
        found = [self._recover(database, row.name, row.committed_length, now) for row in rows]
        known = {row.name for row in rows}
        for path in self.spool.glob("*.warc.gz") if self.spool.exists() else ():
            age = now.timestamp() - path.stat().st_mtime
            if path.name not in known and abs(age) > ORPHAN_AGE.total_seconds():
                path.unlink()
        return [item for item in found if item is not None]

    def _recover(self, database: Database, name: str, committed: int, now: datetime) -> Recovered | None:
        path = self.spool / name
        if not path.exists():
            self._forget(database, name, committed, now)
            return None
        with path.open("r+b") as file:
            if not _lock(file):
                return None
            size = path.stat().st_size
            if size > committed:
                file.truncate(committed)
                os.fsync(file.fileno())
                log.warning("%s: a torn tail of %d bytes was cut; no capture pointed to it", name, size - committed)
            if size < committed:
                log.error("%s: %d committed bytes are missing; restore the file", name, committed - size)
            try:
                self.move(database, name, committed, now)
            except ArchiveAway as error:
                log.warning("%s", error)
        return Recovered(name, max(0, size - committed), max(0, committed - size))

    def _forget(self, database: Database, name: str, committed: int, now: datetime) -> None:
        with database.write() as connection:
            if committed == 0:
                connection.execute(delete(archives).where(archives.c.name == name))
            else:  # moved before a kill could write that down
                connection.execute(update(archives).where(archives.c.name == name).values(moved=True, closed_at=now))

    def move(self, database: Database, name: str, committed: int, now: datetime) -> None:
        """Copy a closed file to the archive, write that down, then remove it from the spool; repeatable at any point."""
        path = self.spool / name
        if committed:
            self.closed.put(path, name)
            with database.write() as connection:
                values = {"closed_at": now, "moved": True}
                connection.execute(update(archives).where(archives.c.name == name).values(**values))
        path.unlink(missing_ok=True)
        if not committed:
            self._forget(database, name, 0, now)

    def waiting(self, database: Database) -> list[str]:
        """Closed files that could not be moved yet; the next crawl moves them."""
        with database.read() as connection:
            names = connection.scalars(select(archives.c.name).where(archives.c.moved.is_(False))).all()
        return [name for name in names if self._is_left(self.spool / name)]

    @staticmethod
    def _is_left(path: Path) -> bool:
        if not path.exists():
            return False
        with path.open("r+b") as file:
            return _lock(file)

    def member(self, capture: CaptureRow | Any) -> bytes:
        """The compressed bytes of a capture as they lie in its file."""
        return self._bytes(capture.archive, capture.offset, capture.length)

    def remove(self, name: str) -> None:
        """Remove a closed file that no capture points to."""
        self.closed.remove(name)

    def _bytes(self, name: str, offset: int, length: int) -> bytes:
        try:
            with (self.spool / name).open("rb") as file:
                file.seek(offset)
                return file.read(length)
        except FileNotFoundError:
            return self.closed.read(name, offset, length)


class ArchiveWriter:
    """Appends answers to this process's open file. Not for several threads at once."""

    def __init__(self, archive: Archive, database: Database, now: datetime) -> None:
        self._archive, self._database = archive, database
        self._open(now)

    def append(self, answers: Iterable[Answer | Revisit]) -> list[Placed]:
        """Write answers and revisits and sync the disk; ArchiveError (nothing appended) when it is full.

        They count only when the caller's transaction moves `committed_length` with `store.captures.insert`.
        """
        start, placed = self.length, []
        try:
            for answer in answers:
                member = _member(answer)
                self._file.write(member)
                body = answer.body if isinstance(answer, Answer) else b""
                digest = hashlib.sha256(body).hexdigest() if isinstance(answer, Answer) else answer.digest
                placed.append(Placed(self.name, self.length, len(member), digest, len(body)))
                self.length += len(member)
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            self._cut_back(start)
            raise _write_error(self.name, error) from error
        return placed

    def append_members(self, members: Iterable[bytes]) -> list[int]:
        """Write ready members of another file and sync the disk; returns where each begins."""
        start, offsets = self.length, []
        try:
            for member in members:
                offsets.append(self.length)
                self._file.write(member)
                self.length += len(member)
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            self._cut_back(start)
            raise _write_error(self.name, error) from error
        return offsets

    def rotate_if_large(self, now: datetime) -> None:
        """Close a file that has grown past LARGEST_FILE and begin the next; call it between transactions."""
        if self.length <= LARGEST_FILE:
            return
        try:
            self.close(now)
        except ArchiveError as error:
            log.error("%s", error)  # it waits in the spool; what comes meanwhile goes into the next
        self._open(now)

    def close(self, now: datetime) -> None:
        """Close the file and move it to the archive; it waits in the spool for the next run while that is away."""
        with self._database.read() as connection:
            committed = connection.scalar(select(archives.c.committed_length).where(archives.c.name == self.name))
        if self.length > (committed or 0):
            self._cut_back(committed or 0)
        try:
            self._archive.move(self._database, self.name, committed or 0, now)
        except ArchiveAway as error:
            log.warning("%s", error)
        finally:
            self._file.close()

    def leave(self) -> None:
        """Close the file without a word to the store, which takes none; the next run moves it."""
        self._file.close()

    def _open(self, now: datetime) -> None:
        self.name = f"tracuu-{now:%Y%m%dT%H%M%S}-{os.getpid()}-{secrets.token_hex(3)}.warc.gz"
        self.length = 0
        try:
            self._archive.spool.mkdir(parents=True, exist_ok=True)
            self._file = (self._archive.spool / self.name).open("xb")
        except OSError as error:
            raise _write_error(self.name, error) from error
        _lock(self._file)
        with self._database.write() as connection:
            connection.execute(insert(archives).values(name=self.name, committed_length=0, opened_at=now))

    def _cut_back(self, length: int) -> None:
        try:
            self._file.truncate(length)
            self._file.seek(length)
        except OSError:
            log.exception("%s could not be cut back; it is at the next start", self.name)
        self.length = length


def _lock(file: IO[bytes]) -> bool:
    # The lock goes with the process, so a killed one's file is free at once and a living one's never is.
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _member(answer: Answer | Revisit) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=False)
    writer.write_record(_response(writer, answer) if isinstance(answer, Answer) else _revisit(writer, answer))
    packer = zlib.compressobj(COMPRESSION, zlib.DEFLATED, zlib.MAX_WBITS + 16)
    return packer.compress(out.getvalue()) + packer.flush()


def _response(writer: WARCWriter, answer: Answer) -> Any:
    headers = [(name, value) for name, value in answer.headers.items() if name.lower() not in _TRANSPORT]
    headers.append(("Content-Length", str(len(answer.body))))
    return writer.create_warc_record(
        answer.url,
        "response",
        payload=io.BytesIO(answer.body),
        length=len(answer.body),
        http_headers=StatusAndHeaders(f"{answer.status} .", headers, protocol="HTTP/1.1"),
        warc_headers_dict={"WARC-Date": _stamp(answer.fetched_at)},
    )


def _revisit(writer: WARCWriter, answer: Revisit) -> Any:
    """A revisit record (WARC 1.1 §6.7): that it was seen again, without the payload."""
    headers = [(name, value) for name, value in answer.headers.items() if name.lower() not in _TRANSPORT]
    profile = "server-not-modified" if answer.status == 304 else "identical-payload-digest"
    record = writer.create_warc_record(
        answer.url,
        "revisit",
        http_headers=StatusAndHeaders(f"{answer.status} .", headers, protocol="HTTP/1.1"),
        warc_headers_dict={
            "WARC-Date": _stamp(answer.fetched_at),
            "WARC-Profile": f"http://netpreserve.org/warc/1.1/revisit/{profile}",
            "WARC-Refers-To-Target-URI": answer.url,
            "WARC-Refers-To-Date": _stamp(answer.first_at),
            "WARC-Payload-Digest": f"sha256:{answer.digest}",
        },
    )
    record.rec_headers.replace_header("WARC-Payload-Digest", f"sha256:{answer.digest}")  # not that of no bytes
    return record


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


_TRANSPORT = {"content-encoding", "transfer-encoding", "content-length", "connection"}
"""Headers of the transfer; the body is kept as it was after it."""


def _write_error(name: str, error: OSError) -> ArchiveError:
    if error.errno == errno.ENOSPC:
        return ArchiveError(
            f"the disk is full: {name} cannot be written",
            "free some disk space and run the same command again; nothing was lost",
        )
    return ArchiveError(
        f"{name} cannot be written: {error.strerror or error}", "check the data folder and the setting `archive`"
    )

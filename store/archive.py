"""The raw answers as WARC files: one open file a process in the spool, closed ones in a folder or object storage."""

from __future__ import annotations

import hashlib
import logging
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import ColumnElement, delete, select, update

from core.errors import ArchiveAway, ArchiveError
from core.settings import Settings
from store.archive_writer import ArchiveWriter, lock
from store.closed_files import Access, ClosedFiles
from store.database import Database
from store.tables import archives
from store.warc import ArchivedResponse, unpack

log = logging.getLogger(__name__)

ORPHAN_AGE = timedelta(minutes=10)
"""A file without a row that is younger may just be being opened by another process."""


_UNMOVED = select(archives.c.name).where(archives.c.moved.is_(False))


def _is(name: str) -> tuple[ColumnElement[bool], ...]:
    return archives.c.name == name, archives.c.moved.is_(False)


def _is_orphan(path: Path, now: datetime) -> bool:
    try:
        return abs(now.timestamp() - path.stat().st_mtime) > ORPHAN_AGE.total_seconds()
    except FileNotFoundError:  # moved this moment
        return False


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
        return ArchiveWriter(self.spool, self.move, database, now)

    def read(self, capture: CaptureRow | Any) -> ArchivedResponse:
        """The answer of a row of `captures`; ArchiveError when a byte of it is not as it was."""
        data = self._bytes(capture.archive, capture.offset, capture.length)
        where = f"{capture.archive} at {capture.offset}"
        if len(data) != capture.length:
            raise ArchiveError(f"the capture in {where} is cut off", "restore that file from a backup")
        try:
            answer = unpack(data)
        except Exception as error:
            raise ArchiveError(f"the capture in {where} is damaged: {error}", "restore it from a backup") from error
        if hashlib.sha256(answer.body).hexdigest() != capture.digest:
            raise ArchiveError(f"the capture in {where} is not what was stored", "restore that file from a backup")
        return answer

    def recover(self, database: Database, now: datetime) -> list[Recovered]:
        """Cut, close and move every file of a dead process; files of living ones are locked and left alone."""
        with database.read() as connection:
            names = list(connection.scalars(_UNMOVED))
        found = [self._recover(database, name, now) for name in names]
        for path in self.spool.glob("*.warc.gz") if self.spool.exists() else ():
            if path.name not in names and _is_orphan(path, now):
                path.unlink(missing_ok=True)
        return [item for item in found if item is not None]

    def _recover(self, database: Database, name: str, now: datetime) -> Recovered | None:
        path = self.spool / name
        try:
            file = path.open("r+b")
        except FileNotFoundError:
            self._forget(database, name, now)
            return None
        with file:
            if not lock(file):
                return None
            with database.read() as connection:  # only now: until this moment another process may have gone on with it
                committed = connection.scalar(select(archives.c.committed_length).where(*_is(name)))
            if committed is None:
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

    def _forget(self, database: Database, name: str, now: datetime) -> None:
        """The file is in the spool no more: nothing was in it, or it was moved before a kill could write that down."""
        with database.write() as connection:
            connection.execute(delete(archives).where(*_is(name), archives.c.committed_length == 0))
            connection.execute(update(archives).where(*_is(name)).values(moved=True, closed_at=now))

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
            self._forget(database, name, now)

    def waiting(self, database: Database) -> list[str]:
        """Closed files that could not be moved yet; the next crawl moves them."""
        with database.read() as connection:
            names = connection.scalars(_UNMOVED).all()
        return [name for name in names if self._is_left(self.spool / name)]

    @staticmethod
    def _is_left(path: Path) -> bool:
        if not path.exists():
            return False
        with path.open("r+b") as file:
            return lock(file)

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

"""The open file of this process in the spool: answers are appended and on the disk before the store counts them."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import logging
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from sqlalchemy import insert, select

from core.errors import ArchiveAway, ArchiveError
from store.database import Database
from store.tables import archives
from store.warc import Answer, Revisit, pack

log = logging.getLogger(__name__)

LARGEST_FILE = 1_000_000_000
"""Bytes after which a new file is begun (the WARC standard advises about 1 GB)."""

Move = Callable[[Database, str, int, datetime], None]
"""Moves the closed file of this name and committed length to the archive."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an answer lies: file name, first byte and length of its gzip member, sha256 of its body."""

    archive: str
    offset: int
    length: int
    digest: str
    body_bytes: int


class ArchiveWriter:
    """Appends answers to this process's open file. Not for several threads at once."""

    def __init__(self, spool: Path, move: Move, database: Database, now: datetime) -> None:
        self._spool, self._move, self._database = spool, move, database
        self._open(now)

    def append(self, answers: Iterable[Answer | Revisit]) -> list[Placed]:
        """Write answers and revisits and sync the disk; ArchiveError (nothing appended) when it is full.

        They count only when the caller's transaction moves `committed_length` with `store.captures.insert`.
        """
        placed: list[Placed] = []

        def members() -> Iterator[bytes]:
            for answer in answers:
                member = pack(answer)
                body = answer.body if isinstance(answer, Answer) else b""
                digest = hashlib.sha256(body).hexdigest() if isinstance(answer, Answer) else answer.digest
                placed.append(Placed(self.name, self.length, len(member), digest, len(body)))
                yield member

        self.append_members(members())
        return placed

    def append_members(self, members: Iterable[bytes]) -> list[int]:
        """Write ready members and sync the disk; returns where each begins. ArchiveError (nothing appended) when it is full."""
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
            self._move(self._database, self.name, committed or 0, now)
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
            self._spool.mkdir(parents=True, exist_ok=True)
            self._file = (self._spool / self.name).open("xb")
        except OSError as error:
            raise _write_error(self.name, error) from error
        lock(self._file)
        with self._database.write() as connection:
            connection.execute(insert(archives).values(name=self.name, committed_length=0, opened_at=now))

    def _cut_back(self, length: int) -> None:
        try:
            self._file.truncate(length)
            self._file.seek(length)
        except OSError:
            log.exception("%s could not be cut back; it is at the next start", self.name)
        self.length = length


def lock(file: IO[bytes]) -> bool:
    """Take a file of the spool for this process; False when a living one has it."""
    # The lock goes with the process, so a killed one's file is free at once and a living one's never is.
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _write_error(name: str, error: OSError) -> ArchiveError:
    if error.errno == errno.ENOSPC:
        return ArchiveError(
            f"the disk is full: {name} cannot be written",
            "free some disk space and run the same command again; nothing was lost",
        )
    return ArchiveError(
        f"{name} cannot be written: {error.strerror or error}", "check the data folder and the setting `archive`"
    )

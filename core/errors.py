"""Every error a person may see. The message says what is wrong; the remedy says what to do next.

TracuuError
├── ConfigError      a file under config/ or a setting is wrong (names file, key and remedy)
├── UsageError       a command was called with something it cannot use
├── StoreError       the store cannot be opened, read or written
├── ArchiveError     a capture cannot be written to or read back from its WARC file
│   └── ArchiveAway  the server that holds the closed files does not answer now
├── RegisterError    a register file was refused
├── IndexMissing     there is no index yet
├── IndexMismatch    the index was built by another analysis version
├── EngineGone       the search engine does not answer now
├── EngineRefused    the search engine answers, and will not do what it was asked
├── StaleCursor      a cursor of an index generation that is gone
├── QueryRefused     the query cannot be answered (empty, too long)
└── LeaseHeld        another worker crawls this server
"""

from __future__ import annotations


class TracuuError(Exception):
    """An error with a remedy; the command line prints both and exits with 2."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} → {self.remedy}" if self.remedy else self.message


class ConfigError(TracuuError):
    """A file under config/ or a setting is wrong."""


class UsageError(TracuuError):
    """A command was called with something it cannot use."""


class StoreError(TracuuError):
    """The store cannot be opened, read or written."""


class ArchiveError(TracuuError):
    """A capture cannot be written to, or read back from, its WARC file."""


class ArchiveAway(ArchiveError):
    """The server of the closed files does not answer now; what was crawled waits on this machine."""


class RegisterError(TracuuError):
    """A register file was refused."""


class IndexMissing(TracuuError):
    """There is no index yet."""


class IndexMismatch(TracuuError):
    """The index was built by another version of the Vietnamese analysis."""


class EngineGone(TracuuError):
    """The search engine does not answer now; trying again later may do."""


class EngineRefused(TracuuError):
    """The search engine answers and refuses: another product or version, credentials, privileges, a full disk."""


class StaleCursor(TracuuError):
    """The cursor belongs to an index generation that is gone."""


class QueryRefused(TracuuError):
    """The query cannot be answered: empty, or too long."""


class LeaseHeld(TracuuError):
    """Another worker crawls this server."""

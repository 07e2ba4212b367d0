"""What every command is given: the data folder, the config folder, the clock and the settings."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from core.clock import Clock, local_date, parse_moment, system_clock, ticking_from
from core.errors import ConfigError, UsageError
from core.settings import Settings, load_settings
from core.site_files import load_province
from core.sites import Province

if TYPE_CHECKING:
    from store.archive import Archive
    from store.database import Database

DATABASE_REMEDY = "write postgresql://USER@HOST/NAME, or leave it empty for store.db in the data folder"

FIRST_YEAR, LAST_YEAR = 1945, 2200
"""Of `--at` and other days: before and after, terms and holidays are unknown, and days cannot be added any more."""


@dataclass(frozen=True)
class Workspace:
    """The global options, and what is opened from them; nothing is opened before it is asked for."""

    data: Path
    config: Path
    at: datetime | None = None
    overrides: tuple[str, ...] = ()

    def __reduce__(self) -> tuple[type[Workspace], tuple[object, ...]]:
        """For another process: nothing that was opened here, and the clock goes on from now."""
        return Workspace, (self.data, self.config, self.clock() if self.at else None, self.overrides)

    @cached_property
    def settings(self) -> Settings:
        """Defaults, settings.toml of the data folder, then `--set`; ConfigError names the setting."""
        return load_settings(self.data / "settings.toml", dict(split_override(text) for text in self.overrides))

    @cached_property
    def clock(self) -> Clock:
        """Now, or a clock that goes on from `--at`."""
        return ticking_from(self.at) if self.at else system_clock

    @property
    def today(self) -> date:
        """The calendar day in Vietnam."""
        return local_date(self.clock())

    @cached_property
    def province(self) -> Province:
        """The validated sites and network of the province."""
        return load_province(self.config, self.settings.text("province"))

    @contextmanager
    def database(self, *, create: bool = False, kept: int = 0) -> Iterator[Database]:
        """The store, closed afterwards. Without `create` a missing one is a UsageError that says what to run.

        `kept`: connections that stay open between two reads.
        """
        from store.database import open_database

        address = self.settings.text("database")
        if not address:
            file = self.data / "store.db"
            if not file.exists() and not create:
                raise UsageError(
                    f"there is no store in {self.data}",
                    "name the right folder with --data DIR, or begin one with `tracuu crawl`",
                )
            make_folder(self.data)
            database = open_database(file, kept=kept)
        else:
            database = _opened(address, kept)
        try:
            yield database
        finally:
            database.close()

    @property
    def archive(self) -> Archive:
        """The raw captures."""
        from store.archive import Archive

        return Archive.of(self.data, self.settings)

    def on(self, moment: datetime) -> Workspace:
        """The same workspace on another day."""
        return replace(self, at=moment)

    def command(self) -> list[str]:
        """The start of a command line for a process of its own with the same global options and the same clock."""
        moment = ["--at", self.clock().isoformat()] if self.at else []
        overrides = [word for text in self.overrides for word in ("--set", text)]
        folders = ["--data", str(self.data), "--config", str(self.config)]
        return [sys.executable, "-m", "cli.main", *folders, *moment, *overrides]


def _opened(address: str, kept: int) -> Database:
    """The store of the setting `database`; ConfigError when that is no address of one, or of one in memory."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError

    from store.database import open_database

    try:
        url = make_url(address)
        if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
            raise ConfigError(
                "the setting database names no file: a store in memory is empty at every start", DATABASE_REMEDY
            )
        return open_database(address, kept=kept)
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise ConfigError("the setting database is no address of a store", DATABASE_REMEDY) from None


def make_folder(folder: Path) -> None:
    """Make a folder with its parents; UsageError when that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"the folder {folder} cannot be made: {error.strerror}", "name another one with --data DIR"
        ) from None


def split_override(text: str) -> tuple[str, str]:
    """`name=value` → (name, value)."""
    name, sign, value = text.partition("=")
    if not sign:
        raise UsageError(f"--set “{text}” has no “=”", "write it as --set name=value")
    return name.strip(), value.strip()


def parse_time(text: str) -> datetime:
    """A day or moment as options give it; UsageError for one whose neighbours no calendar here can name."""
    try:
        moment = parse_moment(text)
    except OverflowError:
        moment = None
    if moment is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise UsageError(f"“{text}” is too far away", f"name a day from {FIRST_YEAR} to {LAST_YEAR}")
    return moment


def parse_day(text: str) -> date:
    """A day, `2018-08-09`, or any moment of it."""
    return local_date(parse_time(text))

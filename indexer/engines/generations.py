"""Generations of the embedded index on disk: `<data>/index/<analysis version>/<generation>/`, one of them live."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from core.errors import IndexMismatch, IndexMissing, StaleCursor, UsageError
from indexer.engines import Health, Kind, is_older
from indexer.engines.embedded import EmbeddedEngine
from vietnamese import VERSION

REBUILD = "run `tracuu index rebuild`"


class EmbeddedGenerations:
    """Creates, opens and swaps generations; implements `indexer.engines.Generations`."""

    def __init__(self, data_dir: Path, version: str = VERSION) -> None:
        self._all = data_dir / "index"
        self._version = version
        self._home = self._all / version
        self._pointer = self._home / "live.json"
        self.place = ""
        self.shared = False

    def check(self) -> None:
        """A folder needs no greeting; what is wrong with it shows when it is opened."""

    def health(self) -> Health:
        """Green when there is an index; without one every search says so itself."""
        return Health("green", "embedded")

    def close(self) -> None:
        """Nothing is held open between calls."""

    def create(self, lengths: Mapping[Kind, Mapping[str, int]] | None = None) -> EmbeddedEngine:
        """A new, empty generation beside the live one."""
        self._home.mkdir(parents=True, exist_ok=True)
        number = max((int(name) for name in self.names()), default=0) + 1
        folder = self._home / f"{number:06d}"
        folder.mkdir()
        return EmbeddedEngine.create(folder, lengths or {})

    def live_name(self) -> str:
        """Name of the live generation."""
        live = self._pointers().get("live")
        if live:
            return live
        others = sorted(path.parent.name for path in self._all.glob("*/live.json"))
        if others:
            raise IndexMismatch(
                f"the index was built by analysis version {', '.join(others)}; this program needs {self._version}",
                REBUILD,
            )
        raise IndexMissing(f"there is no index under {self._all}", REBUILD)

    def previous_name(self) -> str:
        """Name of the generation that is kept for roll-back."""
        previous = self._pointers().get("previous", "")
        return previous if previous in self.names() else ""

    def open(self, name: str) -> EmbeddedEngine:
        """An existing generation."""
        folder = self._home / name
        if name not in self.names():
            raise StaleCursor(f"index generation {name} is gone", "search again from the first page")
        return EmbeddedEngine.open(folder)

    def swap(self, name: str, kept: str | None = None) -> None:
        """Make a generation live in one step."""
        if name not in self.names():
            raise UsageError(f"there is no index generation {name}", f"there are: {', '.join(self.names()) or 'none'}")
        live = self._pointers().get("live", "")
        if name != live:
            self._point(name, live if kept is None else kept)

    def roll_back(self) -> str:
        """Make the previous generation live again, when it can be opened."""
        previous = self.previous_name()
        if not previous:
            raise UsageError("there is no previous index generation", REBUILD)
        self.open(previous).close()
        self._point(previous, self._pointers()["live"])
        return previous

    def names(self) -> tuple[str, ...]:
        """All generations, oldest first."""
        if not self._home.is_dir():
            return ()
        return tuple(sorted(path.name for path in self._home.iterdir() if path.is_dir() and path.name.isdigit()))

    def drop(self, name: str) -> None:
        """Delete a generation that nobody needs."""
        if name in self._pointers().values():
            raise UsageError(f"index generation {name} is live or kept for roll-back", "swap to another one first")
        shutil.rmtree(self._home / name, ignore_errors=True)

    def drop_older(self) -> tuple[str, ...]:
        """Delete every generation of older analysis versions."""
        older = [path for path in self._all.glob("*/*") if path.is_dir() and is_older(path.parent.name, self._version)]
        for folder in {path.parent for path in older}:
            shutil.rmtree(folder, ignore_errors=True)
        return tuple(sorted(f"{path.parent.name}/{path.name}" for path in older))

    def _pointers(self) -> dict[str, str]:
        try:
            found = json.loads(self._pointer.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError as error:
            raise IndexMissing(f"{self._pointer} is broken: {error}", REBUILD) from None
        return {key: str(found.get(key, "")) for key in ("live", "previous")}

    def _point(self, live: str, previous: str) -> None:
        new = self._pointer.with_suffix(f".{os.getpid()}.tmp")
        with new.open("w", encoding="utf-8") as file:
            json.dump({"live": live, "previous": previous}, file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._pointer)

"""Whether a worker of this data folder still lives: each holds a lock that goes with its process, however that ends.

A lease alone tells after two minutes. Workers with a data folder elsewhere leave no lock here: their leases are waited for.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from store.archive_writer import lock


@contextmanager
def present(folder: Path, worker: str) -> Iterator[None]:
    """While the block runs, `worker` lives."""
    path = _path(folder, worker)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        lock(file)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def is_dead(folder: Path, worker: str) -> bool:
    """Whether a worker of this folder ended without a word; its lock is taken away."""
    path = _path(folder, worker)
    try:
        file = path.open("r+b")
    except FileNotFoundError:
        return False
    with file:
        if not lock(file):
            return False
        path.unlink(missing_ok=True)
        return True


def _path(folder: Path, worker: str) -> Path:
    return folder / "workers" / quote(worker, safe="")

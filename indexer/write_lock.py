"""One writer of the index at a time: a lock on a file that ends with its process."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import LeaseHeld


@contextmanager
def write_lock(folder: Path) -> Iterator[None]:
    """Hold `folder`/write.lock; LeaseHeld at once when another process has it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "write.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LeaseHeld("another process is writing the index", "wait until it has ended, then try again") from None
        yield

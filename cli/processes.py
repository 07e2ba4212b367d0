"""Several processes answer on one socket: of Python's threads one runs at a time, so one process fills one core."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from cli.children import end_with_parent
from core.errors import TracuuError

if TYPE_CHECKING:
    from fastapi import FastAPI


@dataclass(frozen=True)
class Answering:
    """Makes the application in the process that answers. One that cannot be made ends all of them: the next would fail in
    the same way."""

    make: Callable[[], FastAPI]

    def __call__(self) -> FastAPI:
        """The application."""
        end_with_parent()
        try:
            return self.make()
        except TracuuError as error:
            print(f"tracuu: {error.message}\n        → {error.remedy}", file=sys.stderr, flush=True)
            sys.exit(STARTUP_FAILURE)


class Supervisor(Multiprocess):
    """uvicorn's: it ends them in order, and puts a new one in the place of one that died or hangs."""

    def keep_subprocess_alive(self) -> None:
        """Look at each; what was replaced is said (uvicorn says it at a level nobody reads)."""
        before = [process.pid for process in self.processes]
        super().keep_subprocess_alive()
        for old, process in zip(before, self.processes, strict=True):
            if process.pid != old:
                print(f"tracuu: process {old} died, {process.pid} answers in its place", file=sys.stderr, flush=True)


def serve_in_processes(make: Callable[[], FastAPI], listening: socket.socket, count: int) -> int:
    """Serve until SIGTERM or Ctrl-C what `make`, which is pickled, makes in each process; 1 when one could not begin."""
    config = uvicorn.Config(
        Answering(make), factory=True, workers=count, log_level="warning", access_log=False, timeout_graceful_shutdown=5
    )
    supervisor = Supervisor(config, [listening])
    supervisor.run()
    return int(any(process.exitcode == STARTUP_FAILURE for process in supervisor.processes))

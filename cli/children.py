"""Processes that end with us, whatever ends us."""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

GRACE_SECONDS = 15.0
"""A child that is told to stop has so long to end its work; then it is killed."""

_PR_SET_PDEATHSIG = 1


@contextmanager
def child(command: Sequence[str], *, quiet: bool = False) -> Iterator[subprocess.Popen[bytes]]:
    """A running process, ended when the block is left and (on Linux) when this process is killed."""
    output = subprocess.DEVNULL if quiet else None
    # Its own session: Ctrl-C on the terminal reaches us alone, and we end the children in order.
    process = subprocess.Popen(command, stdout=output, preexec_fn=end_with_parent, start_new_session=True)
    try:
        yield process
    finally:
        end(process)


def run(command: Sequence[str], *, quiet: bool = False) -> int:
    """Run a process to its end; its exit code."""
    with child(command, quiet=quiet) as process:
        return process.wait()


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask it to stop, then insist."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def end_with_parent() -> None:
    """Have the system end this process when the one that began it is gone (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@contextmanager
def interrupted_by_sigterm() -> Iterator[None]:
    """SIGTERM stops a command as Ctrl-C does, so that everything it started is ended."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():  # only that one may say what a signal does
        yield
        return
    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)

"""Processes we start end with us."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from cli.children import child, run
from tests.cli.conftest import ROOT

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]


def test_leaving_the_block_ends_the_process() -> None:
    with child(SLEEPER) as process:
        assert process.poll() is None
    assert process.returncode == -signal.SIGTERM


def test_a_process_that_ends_by_itself_gives_its_code() -> None:
    assert run([sys.executable, "-c", "raise SystemExit(4)"]) == 4


def test_killing_us_ends_the_process() -> None:
    code = f"from cli.children import child\nwith child({SLEEPER!r}) as c:\n    print(c.pid, flush=True); c.wait()"
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
    deadline = time.monotonic() + 10
    while _lives(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _lives(pid)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not (stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] == "Z")

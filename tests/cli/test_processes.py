"""`tracuu serve --processes`: the processes share a socket, a dead one is replaced, and none outlives the command."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest

from cli.main import main
from cli.workspace import Workspace
from store.database import open_database
from tests.cli.conftest import ROOT
from tests.search_api.conftest import CONFIG

SECONDS = 30


class Served:
    """A running command and the processes that answer for it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        self.process = process
        self.address = process.stdout.readline().split()[2]
        until(lambda: len(self.answering()) == 2 and self.answers())

    def answering(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(pid) for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]

    def answers(self, path: str = "healthz") -> bool:
        with urlopen(f"{self.address}{path}", timeout=SECONDS) as answer:
            return bool(answer.status == 200)


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    open_database(folder / "store.db").close()
    words = ["--data", str(folder), "--config", str(CONFIG), "serve", "--port", "0", "--processes", "2"]
    command = [sys.executable, "-m", "cli.main", *words]
    with (
        (folder / "errors.txt").open("w") as errors,
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        try:
            yield Served(process)
        finally:
            process.terminate()


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_a_process_that_is_killed_is_replaced_and_the_end_ends_all(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        before = server.answering()
        os.kill(before[0], signal.SIGKILL)
        until(lambda: f"process {before[0]} died" in (tmp_path / "errors.txt").read_text())
        until(lambda: len(server.answering()) == 2)
        assert server.answers()
        answering = server.answering()
        assert before[1] in answering
        assert server.answers("api/v1/sites")
        assert (tmp_path / "store.db-wal").exists()  # a connection stays open from one answer to the next
        server.process.terminate()
        assert server.process.wait(SECONDS) == 0
        assert server.process.stdout is not None
        assert "nothing is left running" in server.process.stdout.read()
    assert all(map(is_gone, [*before, *answering]))


def test_none_outlives_a_killed_command(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        answering = server.answering()
        server.process.kill()
        until(lambda: all(map(is_gone, answering)))


def test_a_process_that_cannot_begin_ends_the_command_with_its_reason(tmp_path: Path) -> None:
    code = (
        "from functools import partial; from pathlib import Path; from cli.processes import serve_in_processes\n"
        "from cli.serve import _own_app, bind; from cli.workspace import Workspace\n"
        f"make = partial(_own_app, Workspace(Path({str(tmp_path)!r}), Path({str(CONFIG)!r})))\n"
        "if __name__ == '__main__': raise SystemExit(serve_in_processes(make, bind('127.0.0.1', 0), 2))"
    )
    script = tmp_path / "script.py"
    script.write_text(code, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(
        [sys.executable, str(script)], env=environment, stderr=subprocess.PIPE, text=True, timeout=60
    )
    assert ended.returncode == 1
    assert f"tracuu: there is no store in {tmp_path}" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("number", ["0", "-1", "65"])
def test_a_number_that_cannot_be_is_refused(number: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(tmp_path), "serve", "--processes", number]) == 2
    assert f"--processes {number} cannot be" in capsys.readouterr().err


def test_a_workspace_takes_its_clock_into_another_process() -> None:
    begun = datetime(2018, 8, 9, tzinfo=UTC)
    workspace = Workspace(Path("var"), CONFIG, begun, ("query_max_chars=20",))
    workspace.clock()
    assert workspace.settings.whole("query_max_chars") == 20
    there = pickle.loads(pickle.dumps(workspace))
    assert begun <= there.clock() < begun + timedelta(minutes=1)
    assert there.overrides == workspace.overrides

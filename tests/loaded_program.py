"""Commands in processes of their own, forked from one that has loaded the program: loading takes longer than most of them do."""

from __future__ import annotations

import asyncio
import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from pathlib import Path
from select import select
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LOADED = (
    "alembic.command",
    "cli.main",
    "crawler.documents.extract",
    "crawler.run",
    "crawler.spider",
    "s3fs",
    "scrapy.downloadermiddlewares.redirect",
    "scrapy.statscollectors",
    "tldextract",
)
"""Modules that a command loads late; none of them makes the reactor, of which each fork needs its own."""

LONGEST = 300.0
"""Seconds that a command may take."""


def command(words: list[str], env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """What `tracuu` with these words says, and its code.

    It has the surroundings of now, or `env`, and reads pages in a thread: reader processes would load the program once more.
    """
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        call = {"words": words, "out": str(out), "err": str(err), "cwd": str(Path.cwd())}
        code = _answer(json.dumps({**call, "env": dict(os.environ if env is None else env)}), words)
        return subprocess.CompletedProcess(words, code, out.read_text("utf-8"), err.read_text("utf-8"))


def _answer(call: str, words: list[str]) -> int:
    loaded = _loaded()
    assert loaded.stdin is not None
    assert loaded.stdout is not None
    loaded.stdin.write(f"{call}\n")
    loaded.stdin.flush()
    if not select([loaded.stdout], [], [], LONGEST)[0]:
        os.killpg(loaded.pid, signal.SIGKILL)
        _loaded.cache_clear()
        raise subprocess.TimeoutExpired(words, LONGEST)
    return int(loaded.stdout.readline())


@cache
def _loaded() -> subprocess.Popen[str]:
    # It ends when the one that asks does: then there is no more to read.
    words = [sys.executable, "-m", "tests.loaded_program"]
    pipe = subprocess.PIPE
    return subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True, cwd=ROOT, start_new_session=True)


def serve() -> int:
    """Fork for every call that is read, and tell how it ended; in a fork, the command's code."""
    for name in LOADED:
        importlib.import_module(name)
    gc.freeze()
    while line := sys.stdin.readline():
        call = json.loads(line)
        if (child := os.fork()) == 0:
            return _be(call)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
        sys.stdout.flush()
    return 0


class _ReadersBeside:
    """One thread: a request that is due does not wait for a page that is read."""

    def __init__(self, *_: object) -> None:
        self._thread = ThreadPoolExecutor(1)

    async def understand(self, *answer: Any) -> Any:
        from crawler.reading import understand

        return await asyncio.get_running_loop().run_in_executor(self._thread, understand, *answer)

    def close(self) -> None:
        self._thread.shutdown()


def _be(call: dict[str, Any]) -> int:
    from cli.main import main
    from crawler import run

    for number, path in enumerate((os.devnull, call["out"], call["err"])):
        file = os.open(path, os.O_RDWR | os.O_CREAT)
        os.dup2(file, number)
        os.close(file)
    os.chdir(call["cwd"])
    os.environ.clear()
    os.environ.update(call["env"])
    run.ReaderPool = _ReadersBeside  # type: ignore[assignment,misc]
    sys.argv[1:] = call["words"]
    with suppress(SystemExit):
        return main(call["words"])
    return 2  # argparse has said why


if __name__ == "__main__":
    sys.exit(serve())

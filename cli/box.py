"""The box as a process beside us: started, waited for, moved to another day, ended."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cli.children import child
from cli.workspace import make_folder
from core.errors import UsageError

START_SECONDS = 120.0
"""The large box writes 50,000 pages' worth of plans before it answers."""


@dataclass(frozen=True, slots=True)
class BoxOptions:
    """What kind of box. `plan` None: no faults."""

    preset: str = "seed"
    size: str = "default"
    seed: int = 1
    plan: Path | None = None
    latency_ms: int = 0

    def arguments(self, folder: Path) -> list[str]:
        """The command line of the box."""
        words = ["--folder", str(folder), "--preset", self.preset, "--size", self.size, "--seed", str(self.seed)]
        plan = ["--plan", str(self.plan)] if self.plan else []
        return [sys.executable, "-m", "demo", *words, *plan, "--latency", str(self.latency_ms)]


@dataclass(frozen=True, slots=True)
class Box:
    """A running box."""

    config: Path
    register: tuple[Path, ...]
    register_later: dict[int, tuple[Path, ...]]  # day → the complete snapshots that come out on it
    begins: datetime
    control: str
    sites: int
    days: int
    process: subprocess.Popen[bytes]

    def go_to_day(self, day: int) -> None:
        """Show the pages and faults of day N."""
        request = urllib.request.Request(f"{self.control}/day/{day}", method="POST")
        with urllib.request.urlopen(request, timeout=30) as answer:
            answer.read()


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep `folder` to one box; UsageError when another process has it, whose pages would move to another port.

    The hold goes with the process, whatever ends it.
    """
    from store.archive_writer import lock

    make_folder(folder)
    with (folder / "lock").open("ab") as file:
        if not lock(file):
            raise UsageError(
                f"a demo is running in {folder.parent}", "use that one, end it, or name another folder with --data DIR"
            )
        yield


@contextmanager
def running_box(folder: Path, options: BoxOptions) -> Iterator[Box]:
    """Start the box in `folder` and wait until it answers; it ends with the block."""
    folder.mkdir(parents=True, exist_ok=True)
    ready = folder / "box.json"
    ready.unlink(missing_ok=True)
    with child(options.arguments(folder)) as process:
        yield _wait(process, ready)


def _wait(process: subprocess.Popen[bytes], ready: Path) -> Box:
    deadline = time.monotonic() + START_SECONDS
    while not ready.exists():
        if process.poll() is not None:
            raise UsageError(f"the box ended with {process.returncode}", "its own message is above")
        if time.monotonic() > deadline:
            raise UsageError("the box does not answer", "try --size small, or look at its message above")
        time.sleep(0.05)
    data = json.loads(ready.read_text(encoding="utf-8"))
    return Box(
        config=Path(data["config"]),
        register=tuple(Path(path) for path in data["register"]),
        register_later={int(day): tuple(map(Path, paths)) for day, paths in data["register_later"].items()},
        begins=datetime.fromisoformat(data["date"]),
        control=data["control"],
        sites=data["sites"],
        days=data["days"],
        process=process,
    )

"""The demo from nothing to a search page: box, register, crawl, unify, index, check, server."""

from __future__ import annotations

import errno
import re
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cli.box import Box, BoxOptions, held, running_box
from cli.children import child, interrupted_by_sigterm
from cli.questions import Questions
from cli.serve import bind, build_app, serve
from cli.workspace import Workspace, make_folder
from core.clock import VIETNAM
from core.errors import TracuuError, UsageError

if TYPE_CHECKING:
    import socket

TRIES = ("dang ky ket hon", "sổ đỏ", "lam lai can cuoc", "ddawng kys khai sinh")
"""Shown as things to try."""

STOPPED = 130
"""Exit code of a command that was stopped by Ctrl-C."""

LEASE_SECONDS = "15"
"""A demo that was killed may be started again at once: its leases run out soon."""


def up(workspace: Workspace, options: BoxOptions, *, port: int, check: bool) -> int:
    """Bring everything up. With `check`: ask the questions, print what came back, 0 only if all was right."""
    own(workspace, options)
    with ExitStack() as stack:
        stack.enter_context(interrupted_by_sigterm())
        stack.enter_context(held(workspace.data / "box"))
        listening = stack.enter_context(listen(port))
        lead_to(workspace, _address(listening))
        begun = time.monotonic()
        _say(f"box: {_described(options)}, size {options.size}")
        box = stack.enter_context(running_box(workspace.data / "box", options))
        inside = enter(workspace, box)
        fill(inside, box)
        _say(f"ready after {time.monotonic() - begun:.0f} s")
        return (
            _check(inside, box, listening, has_faults=options.plan is not None) if check else _serve(inside, listening)
        )


def own(workspace: Workspace, options: BoxOptions) -> None:
    """Take the data folder for this box; UsageError when it holds a store of something else, which the box would be mixed into.

    Without `--data`, `tracuu demo up` would import the register of 2018 into the store of the daily run.
    """
    box = workspace.data / "box"
    if not box.is_dir() and ((workspace.data / "store.db").exists() or _last_moment(workspace)):
        raise UsageError(
            f"{workspace.data} holds a store that is no demo's",
            "name a folder for the demo: `tracuu --data var/demo demo up`",
        )
    make_folder(box)
    plan = options.plan.name if options.plan else "none"
    told = box / "options.txt"
    kept = f"preset {options.preset}, size {options.size}, seed {options.seed}, plan {plan}"
    before = told.read_text(encoding="utf-8") if told.exists() else ""  # empty: killed while it was written
    if before and before != kept:
        raise UsageError(
            f"{workspace.data} is the demo of {before}", "give the same options, or another folder with --data DIR"
        )
    if not (workspace.data / "store.db").exists():  # of one that was made before this was kept, nobody knows
        told.write_text(kept, encoding="utf-8")


def _described(options: BoxOptions) -> str:
    return f"faults of {options.plan}" if options.plan else f"preset {options.preset}, seed {options.seed}"


def serve_box(workspace: Workspace, options: BoxOptions) -> int:
    """The box alone, until Ctrl-C; says how to crawl it."""
    folder = workspace.data / "box"
    with interrupted_by_sigterm(), held(folder), running_box(folder, options) as box:
        print(f"{box.sites} sites of {box.begins.date()} are up; their config folder is {box.config}")
        print(f"next: `tracuu --config {box.config} --at {box.begins.date()} --data DIR crawl`")
        print(f"another day: `curl -X POST {box.control}/day/1`; Ctrl-C ends the box", flush=True)
        with suppress(KeyboardInterrupt):
            box.process.wait()
    print("the box has ended")
    return 0


def enter(workspace: Workspace, box: Box) -> Workspace:
    """The workspace of the box: its config folder, and a clock that never goes back behind what the store has seen."""
    inside = replace(workspace, config=box.config, overrides=(f"lease_seconds={LEASE_SECONDS}", *workspace.overrides))
    return inside.on(max(box.begins, _last_moment(inside) or box.begins))


def fill(workspace: Workspace, box: Box) -> None:
    """Register, crawl, then the steps; each goes on from where a run before was stopped."""
    _must(workspace, "register", "import", *map(str, box.register))
    _must(workspace, "crawl", "--due")
    for words in (("unify",), ("index", "sync"), ("check",)):
        _must(workspace, *words)


def _must(workspace: Workspace, *words: str) -> None:
    _say(f"tracuu {' '.join(words[:2])}")
    try:
        with child([*workspace.command(), *words]) as process:
            code = process.wait()
    except KeyboardInterrupt:
        if process.returncode == STOPPED:  # it has said so itself
            raise SystemExit(STOPPED) from None
        raise
    if code:
        remedy = "its own message is above; start the demo again, or in another folder with --data DIR"
        raise TracuuError(f"`tracuu {words[0]}` ended with {code}", remedy)


def _last_moment(workspace: Workspace) -> datetime | None:
    if not (workspace.data / "store.db").exists() and not workspace.settings.text("database"):
        return None
    from sqlalchemy import func, select

    from store.tables import pages, visits

    columns = (visits.c.started_at, visits.c.ended_at, pages.c.last_checked)
    with workspace.database() as database, database.read() as connection:
        moments = [connection.scalar(select(func.max(column))) for column in columns]
    latest = max((moment for moment in moments if moment), default=None)
    return latest + timedelta(seconds=1) if latest else None


@contextmanager
def listen(port: int) -> Iterator[socket.socket]:
    """A listening socket; another port when that one is in use, UsageError when it cannot be."""
    try:
        listening = bind("127.0.0.1", port)
    except UsageError as error:
        if getattr(error.__context__, "errno", None) != errno.EADDRINUSE:
            raise
        listening = bind("127.0.0.1", 0)
        _say(f"port {port} is in use: taking {listening.getsockname()[1]}")
    with listening:
        yield listening


def lead_to(workspace: Workspace, address: str) -> None:
    """Have links in exports and digests, whichever command writes them, lead to this demo; to elsewhere when that was set."""
    from reports.mail import leads_nowhere

    if not leads_nowhere(workspace.settings):
        return
    file = workspace.data / "settings.toml"
    kept = file.read_text(encoding="utf-8") if file.exists() else ""
    others = re.sub(r"(?m)^[ \t]*public_url[ \t]*=.*\n?", "", kept)
    file.write_text(f'public_url = "{address}"\n{others}', encoding="utf-8")


def _address(listening: socket.socket) -> str:
    return f"http://127.0.0.1:{listening.getsockname()[1]}"


def _serve(workspace: Workspace, listening: socket.socket) -> int:
    address = _address(listening)
    print(f"\n  search   {address}/\n  board    {address}/nguon\n  API      {address}/api/v1/search?q=dang+ky+ket+hon")
    print(f"  to try   {', '.join(TRIES)}")
    print(
        f"  commands {' '.join(beginning(workspace))} status, and `accounts add NAME --role lead` for {address}/bien-tap"
    )
    print(f"  data     {workspace.data} (kept: the next start is quick)\n  Ctrl-C ends it all\n", flush=True)
    with workspace.database() as database:
        serve(build_app(workspace, database), listening)
    print("ended; nothing is left running")
    return 0


def beginning(workspace: Workspace) -> list[str]:
    """The start of a command line for a person who looks into the demo: without these options it would look at `var`."""
    now = workspace.clock().astimezone(VIETNAM)
    folders = ["--data", str(workspace.data), "--config", _near(workspace.config)]
    return [_near(Path(sys.argv[0])), *folders, "--at", f"{now:%Y-%m-%dT%H:%M}"]


def _near(path: Path) -> str:
    """As it is written from here, when it lies below."""
    full = path.absolute()
    return str(full.relative_to(Path.cwd())) if full.is_relative_to(Path.cwd()) else str(path)


def _check(workspace: Workspace, box: Box, listening: socket.socket, *, has_faults: bool) -> int:
    questions = Questions(_address(listening), box.sites, has_faults)
    wrong = 0
    with _served(workspace, listening):
        for outcome in questions.ask_all():
            wrong += bool(outcome.wrong)
            print(f"{'WRONG' if outcome.wrong else 'ok':<6}{outcome.question}: {outcome.wrong or outcome.answer}")
    if wrong:
        print(
            f"{wrong} wrong answers; next: `tracuu --data {workspace.data} status`, or the same again in an empty --data"
        )
        return 1
    print("all answers were right; next: the same without --check serves it")
    return 0


@contextmanager
def _served(workspace: Workspace, listening: socket.socket) -> Iterator[None]:
    import uvicorn

    with workspace.database() as database:
        config = uvicorn.Config(build_app(workspace, database), log_level="warning", access_log=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.should_exit = True
            thread.join(10)


def _say(text: str) -> None:
    print(f"── {text}", file=sys.stderr, flush=True)

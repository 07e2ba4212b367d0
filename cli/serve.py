"""Serve the search, the procedure pages and the board over HTTP."""

from __future__ import annotations

import argparse
import socket
import sys
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

from cli.children import interrupted_by_sigterm
from cli.workspace import Workspace
from core.errors import EngineGone, IndexMismatch, IndexMissing, UsageError

if TYPE_CHECKING:
    from fastapi import FastAPI

    from store.database import Database

CONNECTIONS = 8
"""Connections to the store that stay open; more are opened while more answers are made at once."""


MOST_PROCESSES = 64


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--port`, `--host`, `--processes`."""
    parser.add_argument("--port", type=int, default=8000, metavar="N", help="default: 8000; 0 = any free one")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument(
        "--processes", type=int, default=1, metavar="N", help="answer in so many: as many cores are used (default: 1)"
    )


def run(workspace: Workspace, arguments: argparse.Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C."""
    if not 1 <= arguments.processes <= MOST_PROCESSES:
        raise UsageError(f"--processes {arguments.processes} cannot be", f"give a number from 1 to {MOST_PROCESSES}")
    code = 0
    with interrupted_by_sigterm(), bind(arguments.host, arguments.port) as listening:
        with workspace.database(kept=CONNECTIONS) as database:
            app = build_app(workspace, database)
            greet_engine(app)
            host, port = listening.getsockname()[:2]
            print(f"serving on http://{host}:{port}/ - Ctrl-C ends it", flush=True)
            if arguments.processes == 1:
                serve(app, listening)
        if arguments.processes > 1:
            from cli.processes import serve_in_processes

            code = serve_in_processes(partial(_own_app, workspace), listening, arguments.processes)
    print("served; nothing is left running")
    return code


def _own_app(workspace: Workspace) -> FastAPI:
    """The web application over a store that stays open for as long as the application lives; uvicorn ends its process by
    the signal that stopped it."""
    opened = ExitStack()
    app = build_app(workspace, opened.enter_context(workspace.database(kept=CONNECTIONS)))
    app.state.opened = opened
    return app


def build_app(workspace: Workspace, database: Database) -> FastAPI:
    """The web application over an open store."""
    from indexer.engines.choice import chosen_generations
    from indexer.query.searcher import Searcher
    from search_api.app import AppParts, create_app

    searcher = Searcher.open(
        workspace.data,
        workspace.config,
        query_max_chars=workspace.settings.whole("query_max_chars"),
        generations=chosen_generations(workspace.data, workspace.settings),
        clock=workspace.clock,
    )
    parts = AppParts(
        database=database,
        searcher=searcher,
        province=workspace.province,
        settings=workspace.settings,
        clock=workspace.clock,
        archive=workspace.archive,
        config_dir=workspace.config,
        data_dir=workspace.data,
    )
    return create_app(parts)


def greet_engine(app: FastAPI) -> None:
    """Look at the engine before serving: a wrong one is refused; one that is away now, or whose index is missing or of
    another version, is waited for while serving, and said at once, not only when somebody asks."""
    searcher = app.state.parts.searcher
    try:
        searcher.check()
        _ = searcher.generation
    except (EngineGone, IndexMissing, IndexMismatch) as error:
        print(f"tracuu: {error.message}\n        → serving without it; {error.remedy}", file=sys.stderr, flush=True)


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; UsageError when the port is taken or not allowed."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With its protocol named: asyncio only then sends small answers at once, without it each waits 40 ms (Nagle).
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(socket.SOMAXCONN)
    except (OSError, OverflowError) as error:
        listening.close()
        why = getattr(error, "strerror", None) or str(error)
        remedy = "choose another one with --port N, or the address with --host"
        raise UsageError(f"cannot listen on {host}:{port}: {why}", remedy) from None
    return listening


def serve(app: FastAPI, listening: socket.socket) -> None:
    """Run uvicorn on the socket until it is told to stop."""
    import uvicorn

    config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=5)
    server = uvicorn.Server(config)
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:  # uvicorn shuts down cleanly, then raises the signal again
        return

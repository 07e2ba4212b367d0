"""A server on loopback that answers what a test tells it to: what a real cluster says only on a bad day."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

Answer = tuple[int, Any]
GREETING = {"name": "n", "cluster_name": "c", "cluster_uuid": "u", "version": {"number": "9.5.3"}, "tagline": "x"}


@dataclass
class Scripted:
    """`answers`: path → function of the request's body. Every request is kept with its headers."""

    port: int = 0
    greeting: Any = field(default_factory=lambda: dict(GREETING))
    status: int = 200
    is_elastic: bool = True
    answers: dict[str, Callable[[str], Answer]] = field(default_factory=dict)
    requests: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)

    @property
    def engine(self) -> str:
        return f"http://127.0.0.1:{self.port}/tracuu"


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    script = Scripted()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            path = self.path.partition("?")[0]
            script.requests.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}))
            if path == "/":
                status, said = script.status, script.greeting
            else:
                status, said = next(
                    (found(body) for start, found in script.answers.items() if path.startswith(start)), (404, {})
                )
            data = said.encode() if isinstance(said, str) else json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html" if isinstance(said, str) else "application/json")
            if script.is_elastic:
                self.send_header("X-Elastic-Product", "Elasticsearch")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data)

        do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = answer  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    script.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield script
    server.shutdown()
    server.server_close()
    thread.join()

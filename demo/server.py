"""The box's HTTP server: several loopback addresses, one port, sites told apart by the Host header."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import socket
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

from core.errors import UsageError
from demo.answers import Answer, Answerer
from demo.box import Box
from demo.units import Unit

CONTROL = "127.0.0.1"
CONTROL_NAMES = ("box.localhost", CONTROL, "localhost")
MAX_REQUEST = 65_536
_PHRASES = {
    200: "OK",
    301: "Moved Permanently",
    302: "Found",
    304: "Not Modified",
    404: "Not Found",
    500: "Internal Server Error",
}


@dataclass
class Server:
    """A running box. `latency` seconds before every answer; `log` gets one JSON line a request."""

    box: Box
    port: int
    latency: float = 0.0
    log: Path | None = None
    requests: int = 0
    _listening: dict[str, asyncio.Server] = field(default_factory=dict)
    _open: set[_Connection] = field(default_factory=set)
    _log: IO[str] | None = None

    def __post_init__(self) -> None:
        self.answerer = Answerer(self.box, self.port)
        self.hosts = self.box.hosts()

    async def start(self) -> None:
        """Listen on every address that is not refusing today; with port 0 the first address decides."""
        if self.log:
            self._log = self.log.open("a", encoding="utf-8")
        await self._listen(CONTROL)
        await self._follow_day()

    async def stop(self) -> None:
        """Close every socket."""
        for address in list(self._listening):
            await self._close(address)
        for connection in list(self._open):
            connection.abort()
        await asyncio.sleep(0)
        if self._log:
            self._log.close()

    async def go_to(self, day: int) -> None:
        """Show another day."""
        self.box.go_to(day)
        self.answerer.forget()
        await self._follow_day()

    async def _follow_day(self) -> None:
        refusing = {address for unit, address in self.hosts.values() if self.box.state(unit).has("refused")}
        for address in sorted({address for _, address in self.hosts.values()}):
            if address in refusing:
                await self._close(address)
            elif address not in self._listening:
                await self._listen(address)

    async def _listen(self, address: str) -> None:
        loop = asyncio.get_running_loop()
        try:
            server = await loop.create_server(lambda: _Connection(self, address), address, self.port, backlog=512)
        except OSError as error:
            raise UsageError(f"{address}:{self.port} cannot be listened on: {error}", "try another --port") from None
        self.port = self.answerer.port = cast(int, server.sockets[0].getsockname()[1])
        self._listening[address] = server

    async def _close(self, address: str) -> None:
        server = self._listening.pop(address, None)
        if server is None:
            return
        server.close()
        for connection in [one for one in self._open if one.address == address]:
            connection.abort()
        await asyncio.sleep(0)

    def note(self, row: dict[str, object]) -> None:
        """Count and log a request."""
        self.requests += 1
        if self._log:
            self._log.write(json.dumps(row, ensure_ascii=False) + "\n")
            self._log.flush()

    async def control(self, method: str, path: str) -> Answer:
        """`POST /day/N` moves the box; `GET /state` says where it is."""
        words = path.strip("/").split("/")
        if method == "POST" and len(words) == 2 and words[0] == "day" and words[1].isdigit():
            await self.go_to(int(words[1]))
        elif not (method == "GET" and path == "/state"):
            return Answer(404, b"POST /day/N or GET /state\n", {"Content-Type": "text/plain"})
        state = {
            "day": self.box.day,
            "date": str(self.box.today),
            "requests": self.requests,
            "preset": self.box.plan.preset,
        }
        return Answer(200, json.dumps(state).encode(), {"Content-Type": "application/json"})


class _Connection(asyncio.Protocol):
    """One connection; requests are answered one after the other."""

    def __init__(self, server: Server, address: str) -> None:
        self._server, self.address = server, address
        self._buffer = b""
        self._transport: asyncio.Transport | None = None
        self._task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._server._open.add(self)
        opened = self._transport.get_extra_info("socket")
        with contextlib.suppress(OSError):
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def connection_lost(self, exc: Exception | None) -> None:
        self._server._open.discard(self)
        self._transport = None
        if self._task:
            self._task.cancel()

    def abort(self) -> None:
        """Reset the connection."""
        if self._transport:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if len(self._buffer) > MAX_REQUEST:
            self.abort()
        self._next()

    def _next(self) -> None:
        if self._task and not self._task.done():
            return
        head, mark, rest = self._buffer.partition(b"\r\n\r\n")
        if not mark:
            return
        lines = head.decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in lines[1:])
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        length = int(headers.get("content-length") or 0)
        if len(rest) < length:
            return
        self._buffer = rest[length:]
        self._task = asyncio.get_running_loop().create_task(self._answer(lines[0], headers))

    async def _answer(self, line: str, headers: dict[str, str]) -> None:
        method, target, *_ = [*line.split(" "), "", ""]
        host = headers.get("host", "").rpartition(":")[0] or headers.get("host", "")
        server, found = self._server, self._server.hosts.get(host)
        if self.address == CONTROL and host in CONTROL_NAMES:
            answer = await server.control(method, target)
        elif method not in ("GET", "HEAD"):
            answer = Answer(405, b"", {"Allow": "GET, HEAD"})
        elif found is None or found[1] != self.address:
            answer = Answer(421, b"This host is not on this address.\n", {"Content-Type": "text/plain"})
        else:
            answer = self._of_site(found[0], host, target, headers)
        row = {
            "time": time.time(),
            "ip": self.address,
            "host": host,
            "path": target,
            "status": 0 if answer.hang else answer.status,
        }
        server.note({**row, "agent": headers.get("user-agent", "")})
        if answer.hang:
            return
        pause = answer.wait + (server.latency if host not in CONTROL_NAMES else 0.0)
        if pause:
            await asyncio.sleep(pause)
        self._write(answer, method, headers)

    def _of_site(self, unit: Unit, host: str, target: str, headers: dict[str, str]) -> Answer:
        try:
            return self._server.answerer.answer(unit, host, target, headers)
        except Exception:  # a defect of the box must not look like a site that never answers
            logging.getLogger(__name__).exception("the box cannot answer http://%s%s", host, target)
            return Answer(500, b"The box itself has failed.\n", {"Content-Type": "text/plain"})

    def _write(self, answer: Answer, method: str, headers: dict[str, str]) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        close = headers.get("connection", "").lower() == "close"
        phrase = _PHRASES.get(answer.status, "Status")
        extra = "".join(f"{name}: {value}\r\n" for name, value in answer.headers.items())
        length = "" if answer.status == 304 else f"Content-Length: {len(answer.body)}\r\n"
        head = f"HTTP/1.1 {answer.status} {phrase}\r\n{length}{extra}Connection: {'close' if close else 'keep-alive'}\r\n\r\n"
        body = b"" if method == "HEAD" or answer.status == 304 else answer.body
        self._transport.write(head.encode("latin-1") + body)
        if close:
            self._transport.close()
        elif self._buffer:
            asyncio.get_running_loop().call_soon(self._next)

"""A web site of a test: a table of answers on a loopback address, a config folder for it, and crawls of it."""

from __future__ import annotations

import shutil
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cli.workspace import Workspace
from core.clock import parse_moment
from tests.loaded_program import command

CONFIG = Path(__file__).resolve().parents[2] / "config"
MORNING = parse_moment("2018-08-09")
TEXT = "Ủy ban nhân dân tỉnh Thanh Hóa thông báo về việc tiếp nhận và trả kết quả hồ sơ của công dân trong tuần. " * 4


@dataclass
class Reply:
    """One answer. `raw`: bytes put on the line as they are, then the connection is closed."""

    body: str | bytes = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    wait: float = 0.0
    raw: bytes = b""


@dataclass(frozen=True)
class Asked:
    """One request as the site saw it."""

    at: float
    ended: float
    host: str
    path: str
    headers: Mapping[str, str]


Pages = dict[str, Reply | Callable[[str], Reply]]


@dataclass
class SmallSite:
    """A running site. Change `pages` (path with query → reply) at any time; `asked` is every request so far."""

    address: str
    port: int
    pages: Pages
    asked: list[Asked] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        """The paths asked for, in order."""
        return [request.path for request in self.asked]


def page(title: str, *links: str, text: str = TEXT, head: str = "") -> Reply:
    """An ordinary page with links."""
    anchors = "".join(f'<p><a href="{link.replace("&", "&amp;")}">Bài viết {link}</a></p>' for link in links)
    return Reply(
        f"<html><head><title>{title}</title>{head}</head><body><h1>{title}</h1><div><p>{text} {title}</p>{anchors}</div></body></html>"
    )


@contextmanager
def running(pages: Pages, address: str = "127.0.0.1", port: int = 0) -> Iterator[SmallSite]:
    """Serve `pages` on a port (0: a free one); "/robots.txt" and anything not in the table answer 404."""
    site = SmallSite(address, 0, pages)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            begun = time.monotonic()
            reply = site.pages.get(self.path, Reply("không có", 404))
            reply = reply(self.path) if callable(reply) else reply
            time.sleep(reply.wait)
            if reply.raw:
                self.wfile.write(reply.raw)
                self.close_connection = True
            else:
                self._send(reply)
            site.asked.append(Asked(begun, time.monotonic(), self.headers["Host"], self.path, dict(self.headers)))

        def _send(self, reply: Reply) -> None:
            body = reply.body.encode() if isinstance(reply.body, str) else reply.body
            self.send_response(reply.status)
            headers = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body)), **reply.headers}
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        address_family = socket.AF_INET

        def handle_error(self, *_: Any) -> None:
            pass  # a client that hangs up is part of some tests

    server = Server((address, port), Handler)
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def workspace(folder: Path, site: SmallSite, hosts: Mapping[str, str] | None = None, **politeness: Any) -> Workspace:
    """A data folder and a config folder in which `hosts` (site id → host name) stand on the site's address."""
    hosts = hosts or {"s-stp": "stp.localhost"}
    config = folder / "config"
    shutil.copytree(CONFIG / "national", config / "national", dirs_exist_ok=True)
    province = config / "thanhhoa"
    province.mkdir(parents=True, exist_ok=True)
    gentle = {"delay": 0.0, "concurrency": 2, **politeness}
    lines = [f"{name} = {value!r}".replace("'", '"') for name, value in gentle.items()]
    blocks = ['[province]\nid = "thanhhoa"\nname = "Thanh Hóa"\n[defaults.politeness]\n' + "\n".join(lines)]
    for site_id, host in hosts.items():
        blocks.append(
            f'[[site]]\nid = "{site_id}"\n[[site.owner]]\nname = "Sở Tư pháp"\n[[site.kind]]\nname = "department"\n'
            f'[[site.host]]\nurl = "http://{host}:{site.port}/"\nstatus = "box"'
        )
    (province / "sites.toml").write_text("\n".join(blocks) + "\n", encoding="utf-8")
    resolve = "\n".join(f'"{host}" = "{site.address}"' for host in hosts.values())
    (province / "network.toml").write_text(f'allow = ["127.0.0.0/8"]\n[resolve]\n{resolve}\n', encoding="utf-8")
    return Workspace(folder / "data", config, MORNING)


def crawl(place: Workspace, *words: str, at: datetime | timedelta = timedelta()) -> str:
    """One crawl in a process of its own; returns what it printed."""
    moment = MORNING + at if isinstance(at, timedelta) else at
    return told([*place.on(moment).command()[3:], "crawl", *words])


def told(words: list[str]) -> str:
    """What a command says that does what is asked of it."""
    done = command(words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def impatient(place: Workspace, constant: str, seconds: float) -> list[str]:
    """The start of a command that waits so long and not as long as `constant` (module and name) says."""
    module = constant.rpartition(".")[0]
    code = f"import sys, {module}; {constant} = {seconds}; from cli.main import main; sys.exit(main(sys.argv[1:]))"
    return [sys.executable, "-c", code, *place.command()[3:]]


def words(place: Workspace, *verb: str) -> list[str]:
    """A command's words after `tracuu`."""
    return ["--data", str(place.data), "--config", str(place.config), "--at", MORNING.isoformat(), *verb]


def probe(place: Workspace, site: SmallSite, path: str) -> str:
    """What `tracuu probe` prints of an address of the site."""
    return told(words(place, "probe", f"http://stp.localhost:{site.port}{path}"))


def rows(place: Workspace, query: Any) -> list[Any]:
    """The rows of a query on its store."""
    with place.database() as database, database.read() as connection:
        return list(connection.execute(query).all())

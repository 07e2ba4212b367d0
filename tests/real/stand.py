"""Real pages and news on loopback: one host a site of origin, the address each page has in life, an index as front page."""

from __future__ import annotations

import html
import json
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

ADDRESS = "127.0.0.40"
HOME = "/trang-chu-that.html"
"""Where a real front page stands: “/” is the index that leads to all pages of a host."""


@dataclass(slots=True)
class Stand:
    """Host → path → body. `names`: (host, path) → what the page is called in the tests."""

    pages: dict[str, dict[str, bytes]] = field(default_factory=lambda: defaultdict(dict))
    names: dict[tuple[str, str], str] = field(default_factory=dict)
    port: int = 0

    def put(self, name: str, url: str, body: bytes) -> None:
        """Put a page where it stands in life; one whose address is not fully known gets one of its own."""
        parts = urlsplit(url.split(" ")[0])
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        if "…" in target or target in self.pages[parts.netloc]:
            target = f"/{name}.html"
        target = HOME if target in ("", "/") else target
        self.pages[parts.netloc][target] = body
        self.names[parts.netloc, target] = name

    def url(self, host: str, target: str) -> str:
        """The address on this stand."""
        return f"http://{host}:{self.port}{target}"

    def answer(self, host: str, target: str) -> bytes | None:
        """The body of an address, None when there is none."""
        if target == "/":
            links = "".join(f'<li><a href="{html.escape(path)}">{path}</a></li>' for path in self.pages.get(host, ()))
            title = f"<title>Mục lục {host}</title>"
            text = f"<p>Trang này liệt kê mọi địa chỉ của {host} được lưu lại để đọc thử, mỗi địa chỉ một dòng.</p>" * 3
            return f"<html><head>{title}</head><body><h1>Mục lục</h1>{text}<ul>{links}</ul></body></html>".encode()
        return self.pages.get(host, {}).get(target)


@contextmanager
def served(stand: Stand) -> Iterator[Stand]:
    """Serve until the block is left."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = stand.answer(self.headers["Host"].rpartition(":")[0], self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_parts: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer((ADDRESS, 0), Handler) as server:
        stand.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield stand
        finally:
            server.shutdown()
            thread.join()


def write_config(folder: Path, stand: Stand, source: Path) -> dict[str, str]:
    """A config folder whose sites are the hosts of the stand; returns host → site id."""
    ids = {host: f"s-{''.join(filter(str.isalnum, host))[:24]}" for host in sorted(stand.pages)}
    province = folder / "thanhhoa"
    province.mkdir(parents=True)
    for name in ("national", "vocabulary"):
        (folder / name).symlink_to(source / name)
    (province / "thresholds.toml").write_bytes((source / "thanhhoa" / "thresholds.toml").read_bytes())
    blocks = ['[province]\nid = "thanhhoa"\nname = "Thanh Hóa"\n[defaults.politeness]\ndelay = 0.0\nconcurrency = 8\n']
    for host, site in ids.items():
        blocks.append(
            f'[[site]]\nid = "{site}"\n[[site.owner]]\nname = "Cơ quan {host}"\n[[site.kind]]\nname = "department"\n'
            f'[[site.host]]\nurl = "http://{host}:{stand.port}/"\nstatus = "box"\n'
        )
    (province / "sites.toml").write_text("\n".join(blocks), encoding="utf-8")
    resolve = "".join(f"{json.dumps(host)} = {json.dumps(ADDRESS)}\n" for host in ids)
    (province / "network.toml").write_text(f'allow = ["127.0.0.0/8"]\n[resolve]\n{resolve}', encoding="utf-8")
    return ids


def news_page(row: Mapping[str, str]) -> bytes:
    """A real news item as a page: its words are real, the frame is the test's."""
    cells = {name: html.escape(row.get(name) or "") for name in ("title", "public_time", "summary", "content")}
    return (
        f'<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{cells["title"]}</title></head><body>'
        f'<article><h1>{cells["title"]}</h1><span class="date">Đăng ngày {cells["public_time"]}</span>'
        f'<p class="summary">{cells["summary"]}</p><div class="content"><p>{cells["content"]}</p></div></article></body></html>'
    ).encode()

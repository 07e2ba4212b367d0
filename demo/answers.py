"""What a host of the box answers to a request, with the faults that lie on the whole site."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from core.clock import VIETNAM
from demo import chance, disguises, traps
from demo.box import moved
from demo.leads import PORT
from demo.pages import Page, SitePages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from demo.box import Box
    from demo.faults import Fault
    from demo.units import Unit


@dataclass(slots=True)
class Answer:
    """A response. `hang`: never answer. `wait` = seconds before it is sent."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    hang: bool = False
    wait: float = 0.0


SESSION = re.compile(r";jsessionid=[0-9A-F]+|(?<=[?&])phpsessid=[0-9a-f]+&?")
_HTML = "text/html"


class Answerer:
    """Answers for one box. Rendered pages are kept for the day, up to `KEPT_BYTES`."""

    KEPT_BYTES = 64_000_000

    def __init__(self, box: Box, port: int) -> None:
        self.box, self.port = box, port
        self._kept: dict[tuple[str, str], tuple[bytes, str]] = {}
        self._bytes = 0
        self._served = 0

    def forget(self) -> None:
        """After the box has moved to another day."""
        self._kept.clear()
        self._bytes = 0

    def answer(self, unit: Unit, host: str, target: str, headers: Mapping[str, str]) -> Answer:
        """The answer of a site to `target` (path and query)."""
        self._served += 1
        faults = {fault.kind: fault for fault in self.box.state(unit).faults}
        if host == moved(unit):
            faults = {kind: fault for kind, fault in faults.items() if kind != "moved_host"}
        if "timeout" in faults:
            return Answer(hang=True)
        answer = self._faulty(unit, target, faults) or self._healthy(unit, host, target, headers)
        if "slow" in faults:
            answer.wait = float(faults["slow"].params["seconds"])
        return answer

    def _faulty(self, unit: Unit, target: str, faults: Mapping[str, Fault]) -> Answer | None:
        path = urlsplit(target).path
        if path == "/robots.txt":
            if "robots_500" in faults:
                return Answer(500, b"Internal Server Error", {"Content-Type": "text/plain"})
            if "robots_disallow" in faults:
                return Answer(200, b"User-agent: *\nDisallow: /\n", {"Content-Type": "text/plain"})
            if "moved_host" not in faults:
                return None
        if "moved_host" in faults:
            return _redirect(f"http://{moved(unit)}:{self.port}{target}", 301)
        if "http_500" in faults:
            return _page(disguises.SERVER_ERROR, 500)
        if "redirect_loop" in faults:
            return _redirect("/vong-lap/b" if path == "/vong-lap/a" else "/vong-lap/a", 302)
        if "login_redirect" in faults and path != "/dang-nhap":
            return _redirect(f"/dang-nhap?ReturnUrl={path}", 302)
        name = self.box.state(unit).owner
        for kind, text in disguises.WHOLE_PAGES.items():
            if kind in faults:
                return _page(text.format(name=name, path=path, number=chance.number(unit.id, path)), 200)
        return None

    def _healthy(self, unit: Unit, host: str, target: str, headers: Mapping[str, str]) -> Answer:
        pages = self.box.pages(unit)
        faults = {fault.kind: fault for fault in self.box.state(unit).faults}
        if "session_ids" in faults:
            target = SESSION.sub("", target).rstrip("?&")
        if target == "/robots.txt":
            return self._robots(host, pages)
        if target == "/sitemap.xml" and pages.family.has_sitemap:
            return self._sitemap(host, pages)
        if target == "/" and pages.family.home() != "/":
            return _redirect(pages.family.home(), 302)
        trapped = traps.answer(pages, target, faults)
        page = trapped or pages.at(target)
        if page is None:
            return _page(disguises.NOT_FOUND, 404)
        return self._page(unit, target, (pages, page), headers)

    def _page(self, unit: Unit, target: str, found: tuple[SitePages, Page], headers: Mapping[str, str]) -> Answer:
        pages, page = found
        body, kind = self._rendered(unit, target, page)
        if page.media_type == _HTML and not pages.family.validators:
            # These families write a token or a counter into every page: no two answers are the same bytes.
            number = self._served
            body = body.replace(b"{{token}}", f"0x{chance.number(number):X}".encode())
            return Answer(200, body.replace(b"{{counter}}", str(1_000_000 + number).encode()), {"Content-Type": kind})
        validators = {"ETag": f'"{hashlib.sha256(body).hexdigest()[:24]}"'}
        if page.modified and not self.box.state(unit).faults:
            stamp = page.modified.replace(tzinfo=VIETNAM).astimezone(UTC)
            validators["Last-Modified"] = format_datetime(stamp, usegmt=True)
        known = headers.get("if-none-match")
        same = (
            known == validators["ETag"]
            if known
            else headers.get("if-modified-since") == validators.get("Last-Modified", "-")
        )
        if same:
            return Answer(304, b"", validators)
        return Answer(200, body, {"Content-Type": kind, **validators})

    def _rendered(self, unit: Unit, target: str, page: Page) -> tuple[bytes, str]:
        key = (unit.id, target)
        if key in self._kept:
            return self._kept[key]
        body, kind = page.render(), page.media_type
        if page.media_type == _HTML:
            body, kind = self._disguised(unit, target, page, body)
        if self._bytes < self.KEPT_BYTES:
            self._kept[key] = (body, kind)
            self._bytes += len(body)
        return body, kind

    def _disguised(self, unit: Unit, target: str, page: Page, body: bytes) -> tuple[bytes, str]:
        faults = {fault.kind: fault for fault in self.box.state(unit).faults}
        text = body.decode().replace(PORT, str(self.port))
        text = traps.baited(text, self.box.pages(unit), page, faults)
        if "spam_injected" in faults and page.kind in ("home", "article"):
            text = disguises.with_spam(text, unit.id, target)
        if "tcvn3_text" in faults and page.kind in ("article", "document"):
            text = disguises.in_tcvn3(text)
        if "template_changed" in faults:
            text = disguises.in_new_template(text)
        if "nfd_text" in faults:
            text = unicodedata.normalize("NFD", text)
        if "session_ids" in faults:
            text = disguises.with_sessions(text, f"{chance.number(unit.id, target):X}")
        charset = str(faults["wrong_charset"].params["charset"]) if "wrong_charset" in faults else "utf-8"
        return text.replace("charset=utf-8", f"charset={charset}").encode(), f"text/html; charset={charset}"

    def _robots(self, host: str, pages: SitePages) -> Answer:
        lines = ["User-agent: *", "Disallow: /admin/", "Allow: /"]
        if pages.family.has_sitemap:
            lines.append(f"Sitemap: http://{host}:{self.port}/sitemap.xml")
        return Answer(200, ("\n".join(lines) + "\n").encode(), {"Content-Type": "text/plain"})

    def _sitemap(self, host: str, pages: SitePages) -> Answer:
        escaped = [path.replace("&", "&amp;") for path, page in pages.paths.items() if page.kind != "file"]
        urls = "".join(f"<url><loc>http://{host}:{self.port}{path}</loc></url>\n" for path in escaped)
        text = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}</urlset>'
        return Answer(200, text.encode(), {"Content-Type": "application/xml"})


def _redirect(location: str, status: int) -> Answer:
    return Answer(status, b"", {"Location": location, "Content-Type": "text/html"})


def _page(text: str, status: int) -> Answer:
    return Answer(status, text.encode(), {"Content-Type": "text/html; charset=utf-8"})

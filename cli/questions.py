"""The questions `scripts/demo --check` asks over HTTP, and what a right answer is."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

WAIT_SECONDS = 20.0
"""Patience for one answer; a right one comes within milliseconds."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def data(self) -> Any:
        """The body as JSON; anything else is a wrong answer."""
        kind = self.headers.get("content-type", "")
        _expect("json" in kind, f"an answer in JSON was expected, not {kind}")
        return json.loads(self.text)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question with its answer in a few words; `wrong` is empty when it was right."""

    question: str
    answer: str
    wrong: str = ""


class WrongAnswerError(Exception):
    """The reply is not what it should be; the text says how."""


@dataclass
class Questions:
    """Asks a running server. `base` such as http://127.0.0.1:8000, `sites` = how many the board must show, `has_faults`:
    whether there is anything to find on them."""

    base: str
    sites: int
    has_faults: bool = False
    code: str = ""
    outcomes: list[Outcome] = field(default_factory=list)

    def ask_all(self) -> Iterator[Outcome]:
        """Ask one after the other; later ones use the code that an earlier one found."""
        for question, answer in self._all():
            try:
                yield Outcome(question, answer())
            except (WrongAnswerError, OSError, KeyError, IndexError, TypeError, ValueError) as error:
                yield Outcome(question, "", f"{type(error).__name__}: {error}")

    def _all(self) -> list[tuple[str, Callable[[], str]]]:
        return [
            ("is it ready?", self._ready),
            ("đăng ký kết hôn", lambda: self._find("đăng ký kết hôn", "kết hôn", keep=True)),
            ("dang ky ket hon", lambda: self._find("dang ky ket hon", "kết hôn")),
            ("ddawng kys keets hoon (Telex)", lambda: self._find("ddawng kys keets hoon", "kết hôn")),
            ("đăng ký kết hom (a slip)", lambda: self._find("đăng ký kết hom", "kết hôn")),
            ("sổ đỏ", lambda: self._find("sổ đỏ", "lần đầu")),
            ("lam lai can cuoc", lambda: self._find("lam lai can cuoc", "căn cước")),
            ("a code", self._by_code),
            ("suggest “ket ho”", self._suggest),
            ("a procedure, every field with its source", self._procedure),
            ("the procedure's page", self._procedure_page),
            ("an archived copy, inert", self._archived),
            ("the search page without JavaScript", self._search_page),
            ("the sites", self._sites),
            ("the board", self._board),
            ("what is to be done", self._findings),
            ("an empty question", lambda: self._refused("/api/v1/search?q=", 422)),
            ("a question of 10,000 characters", lambda: self._refused(f"/api/v1/search?q={'a' * 10_000}", 422)),
            ("an unknown code", lambda: self._refused("/api/v1/procedures/9.999999", 404)),
        ]

    def get(self, path: str) -> Reply:
        """GET without following anything but redirects; error codes are replies too."""
        request = urllib.request.Request(self.base + path, headers={"Accept-Language": "vi"})
        try:
            with urllib.request.urlopen(request, timeout=WAIT_SECONDS) as answer:
                return _reply(answer)
        except urllib.error.HTTPError as error:
            with error:
                return _reply(error)

    def _good(self, path: str) -> Reply:
        reply = self.get(path)
        if reply.status != 200:
            raise WrongAnswerError(f"{path} answered {reply.status}: {reply.text[:120]}")
        return reply

    def _ready(self) -> str:
        for path in ("/healthz", "/readyz"):
            self._good(path)
        return "yes"

    def _find(self, typed: str, expected: str, *, keep: bool = False) -> str:
        items = self._good(f"/api/v1/search?q={urllib.parse.quote(typed)}").data["items"]
        names = [str(item.get("name") or item.get("title")) for item in items[:3]]
        if not any(expected in name.lower() for name in names):
            raise WrongAnswerError(f"none of the first three has “{expected}”: {names}")
        if keep:
            self.code = next(str(item["code"]) for item in items if item.get("code"))
        return names[0]

    def _by_code(self) -> str:
        first = self._good(f"/api/v1/search?q={self.code}").data["items"][0]
        _expect(first["code"] == self.code, f"asked for {self.code}, the first is {first['code']}")
        return f"{first['code']} {first['name']}"

    def _suggest(self) -> str:
        found = self._good("/api/v1/suggest?q=ket%20ho").text
        _expect("kết hôn" in found.lower(), f"no “kết hôn” among {found[:200]}")
        return "kết hôn …"

    def _procedure(self) -> str:
        data = self._good(f"/api/v1/procedures/{self.code}").data
        fields, offerings = data["fields"], data["offerings"]
        _expect(bool(fields) and bool(offerings), "it has no fields or no offerings")
        unsourced = [name for name, part in fields.items() if not part.get("source") or not part.get("as_of")]
        _expect(not unsourced, f"without source or date: {unsourced}")
        return f"{len(fields)} fields, {len(offerings)} offerings"

    def _procedure_page(self) -> str:
        page = self._good(f"/thu-tuc/{self.code}").text
        _expect("kết hôn" in page.lower() and self.code in page, "name or code is not on it")
        return f"{len(page):,} characters"

    def _archived(self) -> str:
        page = self._good(f"/thu-tuc/{self.code}").text
        link = re.search(r'href="(/ban-luu/\d+)"', page)
        _expect(link is not None, "the page has no link to an archived copy")
        reply = self._good(f"{link[1]}/noi-dung" if link else "")
        policy = reply.headers.get("content-security-policy", "")
        _expect("sandbox" in policy and "default-src 'none'" in policy, f"its policy is “{policy}”")
        return policy

    def _search_page(self) -> str:
        page = self._good("/?q=dang+ky+ket+hon").text
        _expect("kết hôn" in page.lower(), "no result on it")
        return f"{len(page):,} characters"

    def _sites(self) -> str:
        data = self._good("/api/v1/sites").data
        items = data["sites"]
        _expect(len(items) == self.sites, f"{len(items)} sites, not {self.sites}")
        return f"{len(items)} sites"

    def _board(self) -> str:
        data = self._good("/api/v1/freshness").data
        items = data["sites"]
        _expect(len(items) == self.sites, f"{len(items)} sites on the board, not {self.sites}")
        page = self._good("/nguon").text
        words = [word for word in ("Cập nhật tốt", "Cần cập nhật", "Chậm cập nhật", "Không xác định") if word in page]
        _expect(bool(words), "no verdict on the page")
        return f"{len(items)} sites; {', '.join(words)}"

    def _findings(self) -> str:
        items = self._good("/api/v1/findings").data["items"]
        _expect(bool(items) == self.has_faults, f"{len(items)} findings")
        return f"{len(items)} findings on {len({item['site'] for item in items})} sites"

    def _refused(self, path: str, status: int) -> str:
        reply = self.get(path)
        kind = reply.headers.get("content-type", "")
        _expect(reply.status == status, f"answered {reply.status}, not {status}")
        _expect(kind.startswith("application/problem+json"), f"as {kind}")
        return f"{status} {reply.data.get('title', '')}"


def _expect(right: bool, otherwise: str) -> None:
    if not right:
        raise WrongAnswerError(otherwise)


def _reply(answer: Any) -> Reply:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Reply(answer.status, headers, answer.read().decode("utf-8", "replace"))

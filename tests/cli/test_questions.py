"""The demo's questions tell right answers from wrong ones."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import urlsplit

import pytest

from cli.questions import Questions


class Stand(BaseHTTPRequestHandler):
    """Answers every path with what the test put into `answers`, else with an empty page."""

    answers: ClassVar[dict[str, tuple[int, str, object]]] = {}

    def do_GET(self) -> None:
        status, kind, body = self.answers.get(urlsplit(self.path).path, (200, "text/html", ""))
        raw = (body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_parts: object) -> None:
        """Quiet."""


@pytest.fixture
def questions() -> Iterator[Questions]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Stand) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Questions(f"http://127.0.0.1:{server.server_address[1]}", sites=2)
        server.shutdown()
        thread.join()


def test_a_server_that_says_nothing_is_wrong_in_all_but_being_there(questions: Questions) -> None:
    Stand.answers = {}
    wrong = [outcome for outcome in questions.ask_all() if outcome.wrong]
    assert [outcome.question for outcome in questions.ask_all() if not outcome.wrong] == ["is it ready?"]
    assert len(wrong) >= 12


def test_an_answer_about_something_else_is_wrong(questions: Questions) -> None:
    item = {"code": "1.000001", "name": "Cấp giấy phép lái xe"}
    Stand.answers = {"/api/v1/search": (200, "application/json", {"items": [item]})}
    outcomes = {outcome.question: outcome for outcome in questions.ask_all()}
    assert "kết hôn" in outcomes["dang ky ket hon"].wrong
    assert outcomes["an empty question"].wrong


def test_a_refusal_must_have_its_status_and_its_form(questions: Questions) -> None:
    problem = (422, "application/problem+json", {"title": "Chưa gõ gì"})
    Stand.answers = {"/api/v1/search": problem, "/api/v1/procedures/9.999999": (404, "text/html", "no")}
    outcomes = {outcome.question: outcome for outcome in questions.ask_all()}
    assert outcomes["an empty question"].answer == "422 Chưa gõ gì"
    assert "text/html" in outcomes["an unknown code"].wrong


def test_a_server_that_is_gone_is_wrong_and_no_crash() -> None:
    outcomes = list(Questions("http://127.0.0.1:9", sites=1).ask_all())
    assert len(outcomes) > 5
    assert all(outcome.wrong for outcome in outcomes)


@pytest.mark.parametrize(("has_faults", "items", "is_right"), [
    (True, [{"site": "s-stp"}], True), (True, [], False), (False, [{"site_id": "s-stp"}], False), (False, [], True),
])  # fmt: skip
def test_there_is_something_to_do_where_there_are_faults_and_nowhere_else(
    questions: Questions, has_faults: bool, items: list[dict[str, str]], is_right: bool
) -> None:
    Stand.answers = {"/api/v1/findings": (200, "application/json", {"items": items})}
    questions.has_faults = has_faults
    outcomes = {outcome.question: outcome for outcome in questions.ask_all()}
    assert (not outcomes["what is to be done"].wrong) is is_right

"""Accounts, exports and digests from the command line."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from cli.main import main
from store import accounts
from store.database import open_database
from tests.cli.conftest import ROOT
from tests.shared import new_store

PASSWORD = "bốn từ dễ nhớ"


@pytest.fixture
def tracuu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    def run(*words: str, typed: str = "") -> int:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        begin = ("--data", str(tmp_path), "--config", str(ROOT / "config"), "--at", "2018-08-09")
        return main([*begin, *words])

    new_store(tmp_path / "store.db").close()
    return run


def test_an_account_is_made_listed_changed_and_disabled(tracuu, tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    make = ("accounts", "add", "lan", "--full-name", "Nguyễn Thị Lan", "--role", "editor", "--site", "s-stp")
    assert tracuu(*make, typed=PASSWORD + "\n") == 0
    assert tracuu("accounts", "change", "lan", "--site", "s-syt") == 0
    assert tracuu("accounts", "disable", "lan") == 0
    assert tracuu("accounts", "list") == 0
    line = capsys.readouterr().out.splitlines()[-1]
    assert line.split() == ["lan", "editor", "Nguyễn", "Thị", "Lan", "s-syt", "disabled"]
    assert tracuu("accounts", "enable", "lan") == 0
    database = open_database(tmp_path / "store.db")
    with database.read() as connection:
        assert accounts.verify(connection, "lan", PASSWORD) is not None
    database.close()


def test_a_generated_password_is_shown_once_and_works(tracuu, tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    assert tracuu("accounts", "add", "hoa", "--role", "operator", "--generate") == 0
    password = capsys.readouterr().out.partition("password: ")[2].splitlines()[0]
    database = open_database(tmp_path / "store.db")
    with database.read() as connection:
        assert accounts.verify(connection, "hoa", password) is not None
    database.close()


@pytest.mark.parametrize(
    ("words", "typed", "what"),
    [
        (("accounts", "add", "lan", "--role", "editor", "--site", "s-none"), PASSWORD, "unknown site"),
        (("accounts", "add", "lan", "--role", "editor"), PASSWORD, "needs --site"),
        (("accounts", "add", "lan", "--role", "lead"), "ngắn", "a password has 12 to 200 characters"),
        (("accounts", "password", "ai"), PASSWORD, "no account"),
        (("accounts", "change", "ai"), "", "nothing to change"),
        (("export", "x.pdf"), "", ".xlsx, .docx or .csv"),
        (("export", "no-such-folder/x.csv", "--site", "s-stp"), "", "cannot be written"),
        (("digest", "send"), "", "smtp_host"),
        (("digest", "subscribe", "a@b.vn"), "", "give --site ID, or --operator"),
        (("digest", "unsubscribe", "a@b.vn"), "", "gets no digest"),
        (("digest", "unsubscribe", "a@b.vn", "--site", "s-stp"), "", "gets no digest about s-stp"),
        (("digest", "release", "a@b.vn"), "", "uncertain"),
        (("digest", "subscribe", "a@b.vn", "--operator", "--site", "s-stp"), "", "audience and site"),
    ],
)
def test_what_cannot_be_is_refused_with_a_remedy(tracuu, capsys, words, typed: str, what: str) -> None:  # type: ignore[no-untyped-def]
    assert tracuu(*words, typed=typed) == 2
    told = capsys.readouterr().err
    assert what in told
    assert "→" in told


@pytest.mark.parametrize(("verb", "next_step"), [("accounts", "accounts add"), ("digest", "digest subscribe")])
def test_an_empty_list_says_what_comes_next(tracuu, capsys, verb: str, next_step: str) -> None:  # type: ignore[no-untyped-def]
    assert tracuu(verb, "list") == 0
    assert f"next: `tracuu {next_step}" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["r.xlsx", "r.docx", "r.csv"])
def test_a_report_is_written_in_the_form_of_its_ending(tracuu, tmp_path: Path, capsys, name: str) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / name
    assert tracuu("export", str(file), "--site", "s-stp") == 0
    if name == "r.xlsx":
        assert openpyxl.load_workbook(file)["Đơn vị × chuyên mục"]["A5"].value == "Sở Tư pháp"
    assert file.stat().st_size > 100
    told = capsys.readouterr().out
    assert ("of viec-can-lam" in told) == (name != "r.csv"), "only what was written is told"
    assert "links lead to http://127.0.0.1:8000: set public_url" in told


def test_addresses_are_added_listed_and_taken_away(tracuu, capsys) -> None:  # type: ignore[no-untyped-def]
    assert tracuu("digest", "subscribe", "vp@stp.vn", "--site", "s-stp") == 0
    assert tracuu("digest", "subscribe", "gd@stp.vn", "--site", "s-stp", "--supervisor") == 0
    assert tracuu("digest", "subscribe", "truc@stp.vn", "--operator") == 0
    capsys.readouterr()
    assert tracuu("digest", "list") == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        ["(operators)", "operator", "truc@stp.vn"], ["s-stp", "role", "vp@stp.vn"], ["s-stp", "supervisor", "gd@stp.vn"],
    ]  # fmt: skip
    assert tracuu("digest", "preview", "s-stp") == 0
    assert "nothing would be sent" in capsys.readouterr().out
    assert tracuu("digest", "unsubscribe", "VP@stp.vn") == 0
    assert "1 subscriptions ended" in capsys.readouterr().out

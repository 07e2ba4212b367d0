"""`tracuu status`: what is due, what was not seen and why, which index is live, and what to do next."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert

from cli.main import main
from cli.status import bytes_of
from cli.workspace import Workspace
from store import changes, findings
from store.findings import Finding
from store.tables import visits
from tests.cli.conftest import ROOT, config
from vietnamese import VERSION


def test_status_of_a_new_store_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace = Workspace(tmp_path, ROOT / "config")
    with workspace.database(create=True):
        pass
    assert main(config("--data", str(tmp_path), "--at", "2018-08-09", "status")) == 0
    out = capsys.readouterr().out
    assert "48 sites at 2018-08-09 07:00: 48 due, 48 never crawled" in out
    assert out.rstrip().endswith("`tracuu work`")


def test_a_file_that_goes_while_status_counts_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "there").write_bytes(b"123")
    assert [bytes_of(tmp_path / name) for name in ("there", "gone", ".")] == [3, 0, 0]


def test_status_says_whether_the_round_was_complete_and_why_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    now = datetime(2018, 8, 9, tzinfo=UTC)
    workspace = Workspace(tmp_path, ROOT / "config")
    with workspace.database(create=True) as database, database.write() as connection:
        for site, outcome in (("s-stp", "ok"), ("s-syt", "blocked")):
            values = {"site_id": site, "worker": "w", "started_at": now, "ended_at": now, "outcome": outcome}
            connection.execute(insert(visits).values(**values))
        findings.replace(connection, [Finding("outcome.blocked", "s-syt", "Bị tường lửa chặn.")], [], now)
        findings.replace(connection, [Finding("outcome.login", "s-syt", "Bị chuyển.")], [], now)
    assert main(config("--data", str(tmp_path), "--at", "2018-08-09T09:00", "status")) == 0
    out = capsys.readouterr().out
    assert "2 of them visited within 26 hours; last check never" in out
    assert "not seen, blocked: 1 of them, s-syt" in out
    assert "without a visit since: h-bathuoc, h-bimson, " in out
    assert " and 38 more\n" in out
    assert "2 for an operator to mend" in out


def test_status_says_that_there_is_no_index_for_what_the_store_has(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = Workspace(tmp_path, ROOT / "config")
    with workspace.database(create=True) as database, database.write() as connection:
        changes.append(connection, "index", ["record:1"], datetime(2018, 8, 9, tzinfo=UTC))
    command = config("--data", str(tmp_path), "--at", "2018-08-09", "status")
    assert main(command) == 0
    assert "index: there is no index" in capsys.readouterr().out
    older = tmp_path / "index" / "0"
    older.mkdir(parents=True)
    (older / "live.json").write_text('{"live": "000001"}', encoding="utf-8")
    assert main(command) == 0
    out = capsys.readouterr().out
    assert "built by analysis version 0" in out
    assert "→ run `tracuu index rebuild`" in out


def test_status_says_which_index_is_live(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Workspace(tmp_path, ROOT / "config").database(create=True) as database, database.write() as connection:
        changes.append(connection, "index", ["record:1", "record:2"], datetime(2018, 8, 9, tzinfo=UTC))
        for generation, seq in (("000001", 0), ("000002", 1)):
            changes.set_mark(connection, f"index:{VERSION}/{generation}", seq, datetime(2018, 8, 9, tzinfo=UTC))
    home = tmp_path / "index" / VERSION
    for name in ("000001", "000002"):
        (home / name).mkdir(parents=True)
    (home / "live.json").write_text('{"live": "000002", "previous": "000001"}', encoding="utf-8")
    assert main(config("--data", str(tmp_path), "--at", "2018-08-09", "status")) == 0
    out = capsys.readouterr().out
    assert f"index {VERSION}/000001: 2 changes behind, kept for `tracuu index rollback`" in out
    assert f"index {VERSION}/000002: 1 changes behind, live" in out

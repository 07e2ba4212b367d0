"""The front door: exit codes, remedies, laziness."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert

from cli import main as front
from cli.box import BoxOptions
from cli.demo_up import beginning, own
from cli.index import BEHIND
from cli.main import main
from cli.serve import bind
from cli.status import bytes_of
from cli.workspace import Workspace
from core.errors import UsageError
from store import changes, findings
from store.findings import Finding
from store.tables import visits
from vietnamese import VERSION

ROOT = Path(__file__).resolve().parents[2]


def run(*words: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cli.main", *words]
    return subprocess.run(command, cwd=cwd, check=False, capture_output=True, text=True, timeout=60)


def config(*words: str) -> list[str]:
    return ["--config", str(ROOT / "config"), *words]


def test_the_sites_of_2018_are_48(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(config("sites", "list", "--on", "2018-08-09")) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 49
    assert lines[-1] == "48 sites of Thanh Hóa on 2018-08-09"


def test_the_global_clock_decides_the_day(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(config("--at", "2018-08-09", "sites", "list")) == 0
    assert "UBND huyện Nông Cống" in capsys.readouterr().out


def test_checking_the_sites_names_what_is_unsure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(config("sites", "check", "--on", "2018-08-09")) == 0
    out = capsys.readouterr().out
    assert "48 sites, all valid; 48 on 2018-08-09" in out
    assert "only inferred" in out
    assert "vocabulary: all valid" in out


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("thanhhoa/places.csv", "2025-07-01,Xã A"),
        ("thanhhoa/figures.toml", "[[figure]]"),
        ("thanhhoa/thresholds.toml", "[silence]\nnews = 3"),
        ("national/holidays.toml", "off = ["),
        ("national/sectors.toml", "[aliases"),
        ("national/repealed_texts.toml", "[[text]]"),
        ("vocabulary/pins.jsonl", "{"),
    ],
)
def test_checking_the_sites_names_every_file_that_cannot_be_used(
    file: str, line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "config"
    shutil.copytree(ROOT / "config", copy)
    before = (copy / file).read_text(encoding="utf-8") if file != "thanhhoa/thresholds.toml" else ""
    (copy / file).write_text(f"{before}{line}\n", encoding="utf-8")
    assert main(["--config", str(copy), "sites", "check", "--on", "2018-08-09"]) == 2
    shown = capsys.readouterr()
    assert Path(file).name in shown.out
    assert "1 parts of the config folder cannot be used" in shown.err


def test_settings_show_what_was_changed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["--data", str(tmp_path), "--set", "concurrency=3", "settings"]) == 0
    assert "* concurrency = 3  (default 16)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--config", "nowhere", "sites", "list"], "nowhere"),
        (["--at", "tomorrow", "sites", "list"], "2018-08-09"),
        (["--at", "0001-01-01", "sites", "list"], "from 1945"),
        (config("sites", "list", "--on", "9999-12-31"), "to 2200"),
        (["--set", "database=foo://x", "status"], "postgresql://"),
        (["--data", "no-such-folder", "search", "gaps"], "--data"),
        (["search", "gaps", "--limit", "0"], "1 or more"),
        (["--set", "concurrency", "settings"], "name=value"),
        (["--set", "colour=red", "settings"], "unknown setting “colour”"),
        (config("crawl", "s-xyz"), "unknown site “s-xyz”"),
        (config("crawl", "--minutes", "0"), "--minutes 0 leaves no time"),
        (["demo", "serve", "--latency", "-5"], "--latency -5"),
        (config("--at", "2026-01-01", "crawl", "s-skhdt"), "does not exist on 2026-01-01"),
        (config("--data", "no-such-folder", "status"), "--data"),
        (config("--data", "no-such-folder", "unify"), "--data"),
        (config("register", "import", "no-such-file"), "no-such-file"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_remedy(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "→" in error
    assert "Traceback" not in error


def test_a_data_folder_that_cannot_be_made_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    assert main(config("--data", str(tmp_path / "file" / "var"), "crawl", "s-stp")) == 2
    assert "cannot be made" in capsys.readouterr().err


def test_a_broken_settings_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "settings.toml").write_text("user_agent = \n", encoding="utf-8")
    assert main(["--data", str(tmp_path), "settings"]) == 2
    assert "settings.toml" in capsys.readouterr().err


def test_a_store_that_is_no_database_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "store.db").write_text("this is not a database, it only stands where one should", encoding="utf-8")
    assert main(config("--data", str(tmp_path), "status")) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_an_unexpected_error_is_one_line_and_a_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_workspace: Workspace, _arguments: object) -> int:
        raise RuntimeError("out of tea")

    monkeypatch.setattr(front.VERBS["settings"], "run", fail)
    assert main(["--data", str(tmp_path), "settings"]) == 1
    assert "out of tea" in capsys.readouterr().err
    assert "Traceback" in (tmp_path / "tracuu-errors.log").read_text(encoding="utf-8")


def test_ctrl_c_is_130_with_a_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(_workspace: Workspace, _arguments: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(front.VERBS["settings"], "run", stop)
    assert main(["settings"]) == 130
    assert "stopped" in capsys.readouterr().err


def test_sigterm_is_said_too(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(_workspace: Workspace, _arguments: object) -> int:
        os.kill(os.getpid(), signal.SIGTERM)
        return 0

    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(front.VERBS["settings"], "run", stop)
    assert main(["settings"]) == 130
    assert "stopped" in capsys.readouterr().err
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_reader_that_leaves_early_is_no_error() -> None:
    command = f"{sys.executable} -m cli.main sites list | head -1"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, check=False, capture_output=True, text=True, timeout=60)
    assert done.stderr == ""


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


def test_a_child_process_gets_the_same_options() -> None:
    workspace = Workspace(Path("d"), Path("c"), None, ("concurrency=2",))
    assert workspace.command()[3:] == ["--data", "d", "--config", "c", "--set", "concurrency=2"]


def test_the_demo_is_not_mixed_into_a_store_of_something_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Workspace(tmp_path, ROOT / "config").database(create=True):
        pass
    assert main(["--data", str(tmp_path), "demo", "up"]) == 2
    assert "holds a store that is no demo's" in capsys.readouterr().err
    assert not (tmp_path / "box").exists()


def test_a_demo_of_other_options_has_a_folder_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own(Workspace(tmp_path, ROOT / "config"), BoxOptions(size="small"))
    own(Workspace(tmp_path, ROOT / "config"), BoxOptions(size="small"))
    assert main(["--data", str(tmp_path), "demo", "up", "--size", "default"]) == 2
    assert "is the demo of preset seed, size small, seed 1" in capsys.readouterr().err
    assert main(["--data", str(tmp_path), "demo", "up", "--size", "small", "--plan", "tour.toml"]) == 2
    assert "plan none" in capsys.readouterr().err
    (tmp_path / "box" / "options.txt").write_text("", encoding="utf-8")  # killed while it was written
    own(Workspace(tmp_path, ROOT / "config"), BoxOptions(size="small"))
    (tmp_path / "box" / "options.txt").unlink()
    (tmp_path / "store.db").touch()
    own(Workspace(tmp_path, ROOT / "config"), BoxOptions(size="small"))
    assert not (tmp_path / "box" / "options.txt").exists(), "an older demo may be of any box"


def test_the_demo_says_how_commands_look_into_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", [str(tmp_path / ".venv/bin/tracuu")])
    begun = datetime(2018, 8, 9, tzinfo=UTC)
    words = beginning(Workspace(Path("var/demo"), tmp_path / "var/demo/box/config", begun))
    assert words[:5] == [".venv/bin/tracuu", "--data", "var/demo", "--config", "var/demo/box/config"]
    assert words[5:] == ["--at", "2018-08-09T07:00"]


@pytest.mark.slow
def test_a_rebuild_runs_behind_whoever_searches(tmp_path: Path) -> None:
    with Workspace(tmp_path, ROOT / "config").database(create=True):
        pass
    code = (
        "import os, sys; from indexer import rebuild; from cli.main import main; "
        "rebuild.rebuild = lambda *_: os.getpriority(os.PRIO_PROCESS, 0); main(sys.argv[1:])"
    )
    words = ["--data", str(tmp_path), "--config", str(ROOT / "config"), "index", "rebuild"]
    done = subprocess.run([sys.executable, "-c", code, *words], cwd=ROOT, check=True, capture_output=True, text=True)
    assert int(done.stdout) >= BEHIND


def test_small_answers_are_sent_at_once() -> None:
    async def accepted_without_delay() -> int:
        told: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            told.set_result(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        with bind("127.0.0.1", 0) as listening:
            async with await asyncio.start_server(answer, sock=listening):
                _, asking = await asyncio.open_connection(*listening.getsockname())
                asking.close()
                return await told

    assert asyncio.run(accepted_without_delay())


def test_a_port_that_is_taken_is_refused_with_a_remedy() -> None:

    with bind("127.0.0.1", 0) as listening, pytest.raises(UsageError, match="--port"):
        bind("127.0.0.1", listening.getsockname()[1])


@pytest.mark.parametrize("words", [["sites", "list"], ["settings"]])
def test_a_light_verb_loads_no_heavy_room(words: list[str]) -> None:
    code = (
        "import sys; from cli.main import main; main(sys.argv[1:]); "
        "heavy = {'scrapy', 'fastapi', 'tantivy', 'sqlalchemy', 'underthesea'} & set(sys.modules); sys.exit(bool(heavy))"
    )
    done = subprocess.run([sys.executable, "-c", code, *words], cwd=ROOT, check=False, capture_output=True, timeout=60)
    assert done.returncode == 0


def test_an_unknown_verb_is_refused_by_name() -> None:
    done = run("sing")
    assert done.returncode == 2
    assert "sing" in done.stderr

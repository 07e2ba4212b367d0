"""The front door: exit codes, remedies, laziness."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cli import main as front
from cli.index import BEHIND
from cli.main import main
from cli.workspace import Workspace
from tests.cli.conftest import ROOT, config


def run(*words: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cli.main", *words]
    return subprocess.run(command, cwd=cwd, check=False, capture_output=True, text=True, timeout=60)


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
        (["--set", "database=sqlite://", "status"], "names no file"),
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
    words = [
        "--data",
        str(tmp_path),
        "--set",
        "archive_secret=never shown",
        "--set=engine_password=nor this",
        "settings",
    ]
    monkeypatch.setattr(sys, "argv", ["tracuu", *words])
    assert main(words) == 1
    assert "out of tea" in capsys.readouterr().err
    log = tmp_path / "tracuu-errors.log"
    told = log.read_text(encoding="utf-8")
    assert "Traceback" in told
    assert "--set archive_secret=… engine_password=… settings" in told
    assert "never shown" not in told
    assert log.stat().st_mode & 0o077 == 0


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


def test_a_child_process_gets_the_same_options() -> None:
    workspace = Workspace(Path("d"), Path("c"), None, ("concurrency=2",))
    assert workspace.command()[3:] == ["--data", "d", "--config", "c", "--set", "concurrency=2"]


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

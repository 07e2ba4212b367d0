"""`tracuu demo up` keeps to a folder of its own and says how commands look into it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.box import BoxOptions, held
from cli.demo_up import beginning, lead_to, listen, own
from cli.main import main
from cli.workspace import Workspace
from tests.cli.conftest import ROOT

TOUR = ROOT / "demo" / "plans" / "tour.toml"


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
    assert main(["--data", str(tmp_path), "demo", "up", "--size", "small", "--plan", str(TOUR)]) == 2
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


@pytest.mark.parametrize("action", ["up", "serve"])
def test_a_second_demo_in_the_same_folder_is_refused(
    action: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with held(tmp_path / "box"):
        assert main(["--data", str(tmp_path), "demo", action, "--size", "small"]) == 2
    assert f"a demo is running in {tmp_path}\n        → use that one, end it" in capsys.readouterr().err
    assert not (tmp_path / "box" / "config").exists(), "the pages of the first one would move"
    with held(tmp_path / "box"):
        pass


def test_links_of_every_command_lead_to_where_the_demo_serves(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"

    def told(address: str) -> str:
        lead_to(Workspace(tmp_path, ROOT / "config"), address)
        return Workspace(tmp_path, ROOT / "config").settings.text("public_url")

    assert told("http://127.0.0.1:35515") == "http://127.0.0.1:35515"
    file.write_text(f'hotline = "1022"\n{file.read_text()}session_hours = 3\n', encoding="utf-8")
    assert told("http://127.0.0.1:41000") == "http://127.0.0.1:41000"
    assert file.read_text() == 'public_url = "http://127.0.0.1:41000"\nhotline = "1022"\nsession_hours = 3\n'
    file.write_text('public_url = "https://demo.example.vn"\n', encoding="utf-8")
    assert told("http://127.0.0.1:42000") == "https://demo.example.vn"


def test_a_port_that_cannot_be_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(tmp_path), "demo", "up", "--size", "small", "--check", "--port", "99999"]) == 2
    told = capsys.readouterr().err
    assert "cannot listen on 127.0.0.1:99999" in told
    assert "in use" not in told


def test_a_port_in_use_is_passed_over(capsys: pytest.CaptureFixture[str]) -> None:
    with listen(0) as first, listen(first.getsockname()[1]) as second:
        told = f"port {first.getsockname()[1]} is in use: taking {second.getsockname()[1]}"
    assert told in capsys.readouterr().err


def crawls(folder: Path) -> bool:
    """Whether a crawl somewhere below has begun to keep what it fetches."""
    with suppress(FileNotFoundError):  # a folder that went while it was looked through
        return any(folder.rglob("spool/*.warc.gz"))
    return False


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("up", "--size", "small", "--port", "0"), "what was done is kept, run the same command to go on"),
        (("score",), "nothing is kept of a plan half lived through, it begins anew"),
    ],
)
def test_a_demo_that_is_stopped_says_so_once(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "cli.main", "--data", str(tmp_path / "data"), "demo", *words]
    places = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, cwd=ROOT, env=places, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        try:
            deadline = time.monotonic() + 60
            while not crawls(tmp_path) and time.monotonic() < deadline:
                time.sleep(0.1)
            process.send_signal(signal.SIGINT)
            told = process.communicate(timeout=60)[1].decode()
        finally:
            process.kill()
    assert process.returncode == 130
    assert told.count("stopped") == 1
    assert told.endswith(f"tracuu: stopped; {said}\n")
    assert not list(tmp_path.glob("tracuu-score-*"))


@pytest.mark.parametrize("action", ["up", "serve", "truth", "score"])
def test_a_plan_that_cannot_be_is_refused_before_anything_is_begun(
    action: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    odd = tmp_path / "odd.toml"
    odd.write_text("days = -1\n", encoding="utf-8")
    for plan, said in ((tmp_path / "none.toml", f"there is no plan {tmp_path}/none.toml"), (odd, "days = -1")):
        assert main(["--data", str(tmp_path / "data"), "demo", action, "--plan", str(plan)]) == 2
        told = capfd.readouterr().err
        assert said in told
        assert len(told.splitlines()) == 2, "one message with its remedy"
    assert not (tmp_path / "data").exists()

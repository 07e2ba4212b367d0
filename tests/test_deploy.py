"""The examples of deploy/ can be read by what would run them, and say the same versions everywhere."""

from __future__ import annotations

import re
import socket
import subprocess
from configparser import ConfigParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from elasticsearch import __version__

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
IMAGE = re.compile(r"docker\.elastic\.co/elasticsearch/elasticsearch:(\d+\.\d+\.\d+)")


def tried_version() -> str:
    """The version of the node that the tests start."""
    tree = ElementTree.parse(DEPLOY / "elasticsearch-node" / "pom.xml")
    found = tree.find(".//{*}properties/{*}elasticsearch")
    assert found is not None
    assert found.text
    return found.text


def test_three_nodes_form_one_cluster_in_the_compose_file() -> None:
    compose = yaml.safe_load((DEPLOY / "elasticsearch.compose.yml").read_text(encoding="utf-8"))
    services = {name: service for name, service in compose["services"].items() if name != "snapshots-owner"}
    assert set(services) == {"search1", "search2", "search3"}
    for name, service in services.items():
        surroundings = service["environment"]
        assert surroundings["node.name"] == name
        assert set(surroundings["discovery.seed_hosts"].split(",")) == set(services)
        assert surroundings["cluster.initial_master_nodes"] == surroundings["discovery.seed_hosts"]
        assert surroundings["xpack.security.http.ssl.enabled"] == "true"
        assert all(port.startswith("127.0.0.1:") for port in service["ports"])
        assert {volume.split(":")[0] for volume in service["volumes"]} - {"./certs"} <= set(compose["volumes"])


@pytest.mark.parametrize("name", ["elasticsearch.compose.yml", "elasticsearch-node.service"])
def test_the_official_image_is_named_in_the_version_that_was_tried(name: str) -> None:
    text = (DEPLOY / name).read_text(encoding="utf-8")
    assert set(IMAGE.findall(text)) == {tried_version()}
    assert tried_version().split(".")[0] == str(__version__[0])
    assert "not run" in text


@pytest.mark.parametrize("path", sorted(DEPLOY.glob("*.service")), ids=lambda path: path.name)
def test_a_unit_has_what_systemd_wants(path: Path) -> None:
    unit = ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(path, encoding="utf-8")
    assert unit["Unit"]["Description"]
    assert unit["Service"]["ExecStart"].startswith("/")


def test_the_timer_starts_a_service_that_is_there() -> None:
    unit = ConfigParser(interpolation=None, strict=False)
    unit.read(DEPLOY / "tracuu-snapshot.timer", encoding="utf-8")
    assert unit["Timer"]["OnCalendar"]
    assert (DEPLOY / "tracuu-snapshot.service").is_file()


def test_a_trial_can_write_its_snapshots() -> None:
    services = yaml.safe_load((DEPLOY / "elasticsearch.compose.yml").read_text(encoding="utf-8"))["services"]
    owner = services.pop("snapshots-owner")
    assert owner["entrypoint"] == ["chown", "1000:0", "/snapshots"]  # a new volume belongs to root
    for service in services.values():
        assert service["depends_on"]["snapshots-owner"]["condition"] == "service_completed_successfully"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--nodes", "2"), "--nodes 2 → give 1 or 3"),
        (("--port", "x"), "--port x → give 1024 to 65400"),
        (("--port", "70000"), "--port 70000 → give 1024 to 65400"),
        (("--port",), "--port needs a value"),
        (("node", "n1"), "node NAME PORT TRANSPORT DIR"),
    ],
)
def test_the_node_script_says_what_a_call_lacks(words: tuple[str, ...], said: str) -> None:
    done = subprocess.run(["scripts/elasticsearch", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert said in done.stderr


def test_the_node_script_does_not_begin_on_a_port_that_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        words = ["scripts/elasticsearch", "--port", str(min(port, 65400))]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert port > 65400 or f"something listens on port {port} already" in done.stderr


def test_the_node_script_refuses_what_it_does_not_know() -> None:
    done = subprocess.run(["scripts/elasticsearch", "nonsense"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "unknown command nonsense" in done.stderr


def test_without_a_jdk_the_node_script_fails_and_says_what_to_install(tmp_path: Path) -> None:
    script = (ROOT / "scripts" / "elasticsearch").read_text(encoding="utf-8")
    (tmp_path / "scripts").mkdir()
    copy = tmp_path / "scripts" / "elasticsearch"
    copy.write_text(script.replace("/usr/lib/jvm", str(tmp_path / "none")), encoding="utf-8")
    copy.chmod(0o755)
    done = subprocess.run([copy, "jdk"], capture_output=True, text=True, check=False, env={"PATH": "/usr/bin:/bin"})
    assert done.returncode == 1
    assert "apt-get install openjdk-21-jdk-headless" in done.stderr

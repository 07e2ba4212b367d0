"""The commands on a cluster: one option in front of the verb, and the whole index lives elsewhere."""

from __future__ import annotations

import threading
from contextlib import closing
from pathlib import Path

import pytest

from cli.main import main
from cli.serve import build_app, greet_engine
from cli.workspace import Workspace
from core.errors import EngineRefused
from store.database import Database
from tests.cluster.conftest import BIRTH, CONFIG, MARRIAGE, Place, know
from tests.cluster.nodes import Nodes, call, free_ports
from vietnamese import VERSION

pytestmark = pytest.mark.xdist_group("elasticsearch")


def run(place: Place, *words: str) -> int:
    """One command with `--engine`, on the store of `place`."""
    engine = place.settings.text("engine")
    common = ["--data", str(place.data), "--config", str(CONFIG), "--set", "index_words=false", "--engine", engine]
    return main([*common, *words])


def test_the_whole_life_of_an_index_by_commands(
    place: Place, elasticsearch: Nodes, capsys: pytest.CaptureFixture[str]
) -> None:
    know(place.database, MARRIAGE, BIRTH)
    folder = str(elasticsearch.snapshots / "commands")
    for words, said in (
        (("index", "check"), "there is no index"),
        (("index", "sync"), "index 000001 built anew: 2 documents written"),
        (("index", "rebuild"), "000001 is kept for `tracuu index rollback`"),
        (("index", "rollback"), "index 000001 is live again"),
        (("index", "explain", "1.001193"), "in index 000001 as “Thủ tục đăng ký khai sinh”"),
        (("index", "snapshot", folder), "index 000001 saved as"),
        (("index", "restore", folder), "is live as index 000003"),
        (("index", "check"), "the index has everything the store has"),
        (("status",), f"index {VERSION}/"),
    ):
        code = run(place, *words)
        shown = capsys.readouterr()
        assert said in shown.out + shown.err, words
        assert code == (2 if "there is no index" in said else 0), words
    assert not any(path.is_dir() for path in (place.data / "index").iterdir())  # nothing was built here


def test_old_snapshots_and_broken_ones_are_deleted(
    place: Place, elasticsearch: Nodes, capsys: pytest.CaptureFixture[str]
) -> None:
    know(place.database, MARRIAGE)
    place.sync()
    folder, url = str(elasticsearch.snapshots / "pruned"), elasticsearch.nodes[0].url
    assert run(place, "index", "snapshot", folder) == 0
    with closing(place.generations()) as generations:
        homeless = f"{generations.family}-homeless"
    settings = {"index.routing.allocation.require._name": "nobody", "number_of_replicas": 0}
    call(url, f"/{homeless}?wait_for_active_shards=0", {"settings": settings}, "PUT")
    (repository,) = [n for n, r in call(url, "/_snapshot").items() if r["settings"]["location"] == folder]
    partial = {"indices": homeless, "partial": True, "include_global_state": False}
    broken = call(url, f"/_snapshot/{repository}/{homeless}?wait_for_completion=true", partial, "PUT")
    assert broken["snapshot"]["state"] == "PARTIAL"
    assert run(place, "index", "snapshot", folder, "--keep", "1") == 0
    assert "2 old or broken ones deleted" in capsys.readouterr().out
    (kept,) = call(url, f"/_snapshot/{repository}/*")["snapshots"]
    assert kept["state"] == "SUCCESS"
    call(url, f"/{homeless}", None, "DELETE")


def test_the_embedded_index_has_no_snapshots(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    know(database, MARRIAGE)
    assert main(["--data", str(tmp_path), "--config", str(CONFIG), "index", "snapshot", str(tmp_path / "x")]) == 2
    assert "it needs none" in capsys.readouterr().err


def test_serving_begins_without_a_cluster_and_says_so(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (port,) = free_ports(1)
    workspace = Workspace(tmp_path, CONFIG, overrides=(f"engine=http://127.0.0.1:{port}/tracuu",))
    app = build_app(workspace, database)
    greet_engine(app)
    assert "serving without it" in capsys.readouterr().err
    app.state.parts.searcher.close()


def test_serving_does_not_begin_on_a_wrong_alias(place: Place, elasticsearch: Nodes) -> None:
    call(elasticsearch.nodes[0].url, "/somebodys-index", {}, "PUT")
    workspace = Workspace(place.data, CONFIG, overrides=(f"engine={elasticsearch.hosts}/somebodys-index",))
    app = build_app(workspace, place.database)
    with pytest.raises(EngineRefused, match="is an index of the cluster, not an alias"):
        greet_engine(app)
    app.state.parts.searcher.close()


def test_two_rebuilds_at_once_and_one_is_told(place: Place, tmp_path: Path) -> None:
    know(place.database, MARRIAGE)
    place.sync()
    others = [place.beside(tmp_path / name) for name in ("a", "b")]
    together = threading.Barrier(2)
    ended: list[object] = []

    def build(other: Place) -> None:
        together.wait()
        try:
            ended.append(other.rebuild().generation)
        except Exception as error:
            ended.append(error)

    threads = [threading.Thread(target=build, args=(other,)) for other in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    built = [item for item in ended if isinstance(item, str)]
    told = [str(item) for item in ended if not isinstance(item, str)]
    # They meet, or one comes after the other has already ended; never do both build at once.
    assert (len(built), len(told)) in {(1, 1), (2, 0)}
    assert all("is rebuilding this index" in text for text in told)
    assert len(set(built)) == len(built)
    assert place.check().missing == ()


def test_questions_and_invariants_ask_the_cluster(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    know(place.database, MARRIAGE, BIRTH)
    assert run(place, "index", "rebuild") == 0
    file = tmp_path / "invariants.tsv"
    file.write_text("ket hon\t1.000894\n", encoding="utf-8")
    capsys.readouterr()
    for words, said in (
        (("search", "ask", "khai sinh"), "1.001193"),
        (("search", "test", str(file), "--every"), "invariants hold: 1.0000"),
        (("search", "gaps"), "nobody has asked anything yet"),
    ):
        run(place, *words)
        shown = capsys.readouterr()
        assert said in shown.out, (words, shown.err)

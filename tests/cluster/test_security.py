"""The whole way through TLS: API key or password, an authority or a fingerprint that is trusted, and nothing in logs."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.main import main
from core.errors import EngineRefused
from store.database import Database
from tests.cluster.conftest import BIRTH, MARRIAGE, Place, know
from tests.cluster.nodes import Nodes
from tests.cluster.tls import (
    API_KEY,
    PASSWORD,
    READ_ONLY_KEY,
    USER,
    Certificates,
    Proxy,
    make_certificates,
    proxy_before,
)

pytestmark = pytest.mark.xdist_group("elasticsearch")


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def proxy(elasticsearch: Nodes, certificates: Certificates) -> Iterator[Proxy]:
    with proxy_before(elasticsearch.nodes[0].port, certificates) as made:
        yield made


def behind(place: Place, proxy: Proxy, folder: Path, **settings: str) -> Place:
    alias = place.settings.text("engine").rpartition("/")[2]
    return place.beside(folder, engine=f"{proxy.host}/{alias}", **settings)


def test_an_api_key_and_an_authority_are_enough_for_everything(
    place: Place, proxy: Proxy, certificates: Certificates, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secure = behind(place, proxy, tmp_path, engine_api_key=API_KEY, engine_ca=str(certificates.authority))
    know(place.database, MARRIAGE)
    assert secure.sync().rebuilt
    know(place.database, BIRTH)
    assert secure.sync().written == 1
    assert secure.found("khai sinh")[0] == "1.001193"
    assert secure.check().health.status in ("green", "yellow")
    assert set(proxy.seen) == {f"ApiKey {API_KEY}"}
    assert API_KEY not in caplog.text


def test_a_password_and_a_fingerprint_are_enough(
    place: Place, proxy: Proxy, certificates: Certificates, tmp_path: Path
) -> None:
    colons = ":".join(certificates.fingerprint[n : n + 2] for n in range(0, 64, 2)).upper()
    secure = behind(place, proxy, tmp_path, engine_user=USER, engine_password=PASSWORD, engine_fingerprint=colons)
    know(place.database, MARRIAGE)
    assert secure.sync().rebuilt


def test_a_certificate_that_nobody_vouches_for_is_refused(place: Place, proxy: Proxy, tmp_path: Path) -> None:
    with pytest.raises(EngineRefused, match="no trusted connection") as caught:
        behind(place, proxy, tmp_path, engine_api_key=API_KEY).sync()
    assert "engine_ca" in caught.value.remedy
    assert proxy.seen == []  # the key was not sent to a stranger


def test_another_authority_and_another_fingerprint_are_refused(place: Place, proxy: Proxy, tmp_path: Path) -> None:
    other = make_certificates(tmp_path / "other")
    for trust in ({"engine_ca": str(other.authority)}, {"engine_fingerprint": other.fingerprint}):
        with pytest.raises(EngineRefused, match="no trusted connection"):
            behind(place, proxy, tmp_path, engine_api_key=API_KEY, **trust).sync()
    assert proxy.seen == []


@pytest.mark.parametrize(
    "settings", [{}, {"engine_user": USER, "engine_password": "wrong"}, {"engine_api_key": "d3Jvbmc="}]
)
def test_wrong_credentials_are_one_sentence(
    place: Place, proxy: Proxy, certificates: Certificates, tmp_path: Path, settings: dict[str, str]
) -> None:
    with pytest.raises(EngineRefused, match="does not accept the credentials"):
        behind(place, proxy, tmp_path, engine_ca=str(certificates.authority), **settings).sync()


def test_a_key_without_the_privilege_to_write_says_which(
    place: Place, proxy: Proxy, certificates: Certificates, tmp_path: Path
) -> None:
    know(place.database, MARRIAGE)
    place.sync()
    reader = behind(place, proxy, tmp_path, engine_api_key=READ_ONLY_KEY, engine_ca=str(certificates.authority))
    assert reader.found("kết hôn") == ["1.000894"]
    know(place.database, BIRTH)
    with pytest.raises(EngineRefused, match=r"lack a privilege: action \[PUT /_bulk\] is unauthorized") as caught:
        reader.sync()
    assert "grant" in caught.value.remedy
    assert place.sync().written == 1  # nothing was lost


def test_http_to_a_tls_port_and_tls_to_an_http_port_are_told(
    place: Place, proxy: Proxy, database: Database, elasticsearch: Nodes, capsys: pytest.CaptureFixture[str]
) -> None:
    data = database.engine.url.database
    assert data
    for engine in (f"http://127.0.0.1:{proxy.port}/x", f"https://127.0.0.1:{elasticsearch.nodes[0].port}/x"):
        assert main(["--data", str(Path(data).parent), "--engine", engine, "index", "check"]) == 2
        said = capsys.readouterr().err.splitlines()
        assert len(said) == 2
        assert said[1].strip().startswith("→")


def test_settings_never_show_a_secret(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "settings.toml").write_text('engine_password = "sesam"\nengine_api_key = "sesam2"\n')
    assert main(["--data", str(tmp_path), "settings"]) == 0
    assert "sesam" not in capsys.readouterr().out

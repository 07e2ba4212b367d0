"""Whatever is wrong with an engine's address, credentials or server is one sentence with its remedy."""

from __future__ import annotations

import base64
import logging
import socket
import time
from contextlib import closing

import pytest

from core.errors import ConfigError, EngineGone, EngineRefused, TracuuError
from core.settings import load_settings
from indexer.engines.address import parse_address
from indexer.engines.elastic_generations import ElasticGenerations
from tests.indexer.engines.conftest import Scripted


def checked(engine: str, **settings: str) -> TracuuError:
    """The error that a start with this engine ends with."""
    made = load_settings(None, {"engine": engine, **settings})
    with pytest.raises(TracuuError) as caught, closing(ElasticGenerations(made)) as generations:
        generations.check()
    assert caught.value.remedy
    assert "\n" not in caught.value.message
    return caught.value


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("localhost:9200/tracuu", "no address"),
        ("htp://localhost:9200/tracuu", "no address"),
        ("http://localhost:9200", "names no alias"),
        ("http://localhost:9200/", "names no alias"),
        ("http://localhost:9200/Tra Cuu", "cannot be an alias"),
        ("http://localhost:9200/a/b", "cannot be an alias"),
        ("http://localhost/tracuu", "not HOST:PORT"),
        ("http://localhost:92000/tracuu", "not HOST:PORT"),
        ("http://a:9200,:9200/tracuu", "not HOST:PORT"),
    ],
)
def test_a_wrong_address_is_named(text: str, word: str) -> None:
    with pytest.raises(ConfigError, match=word) as caught:
        parse_address(text)
    assert "https://search1:9200" in caught.value.remedy


def test_several_hosts_are_one_address() -> None:
    address = parse_address("https://a:9200,b:9200,[::1]:9201/tra-cuu")
    assert address.hosts == ("https://a:9200", "https://b:9200", "https://[::1]:9201")
    assert address.alias == "tra-cuu"


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    error = checked("https://user:geheim@host:9200/tracuu")
    assert "geheim" not in str(error)
    assert "engine_password" in error.remedy


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"engine_api_key": "k", "engine_user": "u"}, "both"),
        ({"engine_ca": "/nowhere.pem"}, "no such file"),
        ({"engine_fingerprint": "12:34"}, "no SHA-256"),
    ],
)
def test_credentials_and_trust_are_checked_before_anything_is_sent(settings: dict[str, str], word: str) -> None:
    assert word in str(checked("https://127.0.0.1:1/tracuu", **settings))


def test_a_host_that_stands_twice_is_named() -> None:
    with pytest.raises(ConfigError, match="http://a:9200 stands twice"):
        parse_address("http://a:9200,b:9200,a:9200/tracuu")


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"engine_ca": __file__}, "engine_ca is set, but http://127.0.0.1:1 has no TLS"),
        ({"engine_fingerprint": "aa" * 32}, "engine_fingerprint is set, but http://127.0.0.1:1 has no TLS"),
        ({"engine_user": "u"}, "engine_user is set without engine_password"),
        ({"engine_password": "p"}, "engine_password is set without engine_user"),
        ({"engine_api_key": "two words"}, "a character that no key has"),
        ({"engine_api_key": "k\n"}, "a character that no key has"),
    ],
)
def test_a_setting_that_cannot_work_is_named_before_anything_is_sent(settings: dict[str, str], word: str) -> None:
    error = checked("http://127.0.0.1:1/tracuu", **settings)
    assert isinstance(error, ConfigError)
    assert word in str(error)


def test_a_name_and_a_password_may_be_vietnamese(scripted: Scripted) -> None:
    scripted.answers["/"] = lambda _: (200, {})
    settings = load_settings(None, {"engine": scripted.engine, "engine_user": "tên", "engine_password": "mật khẩu"})
    with closing(ElasticGenerations(settings)) as generations:
        generations.check()
    sent = {headers["authorization"] for _, _, headers in scripted.requests}
    assert sent == {"Basic " + base64.b64encode("tên:mật khẩu".encode()).decode()}


def test_credentials_do_not_travel_unencrypted() -> None:
    assert "unencrypted" in str(checked("http://search.example:9200/tracuu", engine_api_key="k"))


def test_nothing_listens_there() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    error = checked(f"http://127.0.0.1:{port}/tracuu")
    assert isinstance(error, EngineGone)
    assert "nothing answers at http://127.0.0.1" in error.message
    assert "typing error" in error.remedy


def test_a_host_that_does_not_exist() -> None:
    assert "nothing answers" in str(checked("http://no-such-host.invalid:9200/tracuu"))


def test_a_plain_web_server_is_no_elasticsearch(scripted: Scripted) -> None:
    scripted.greeting, scripted.is_elastic = "<html><body>It works!</body></html>", False
    error = checked(scripted.engine)
    assert isinstance(error, EngineRefused)
    assert "no Elasticsearch" in error.message or "does not answer in JSON" in error.message


def test_an_opensearch_is_called_by_its_name(scripted: Scripted) -> None:
    scripted.greeting["version"] = {"distribution": "opensearch", "number": "2.19.0"}
    scripted.is_elastic = False
    assert "answers opensearch 2.19.0" in str(checked(scripted.engine))


@pytest.mark.parametrize("number", ["8.19.4", "10.0.0"])
def test_a_wrong_version_pair_is_one_sentence(scripted: Scripted, number: str) -> None:
    scripted.greeting["version"] = {"number": number}
    message = str(checked(scripted.engine))
    assert f"Elasticsearch {number}" in message
    assert "client is 9." in message


@pytest.mark.parametrize("where", ["/", "/_alias"])
def test_refused_credentials_name_the_settings(scripted: Scripted, where: str) -> None:
    body = {"error": {"type": "security_exception", "reason": "unable to authenticate"}, "status": 401}
    if where == "/":
        scripted.status, scripted.greeting = 401, body
    else:
        scripted.answers["/tracuu/_alias"] = lambda _: (401, body)
    error = checked(scripted.engine, engine_api_key="sesam")
    assert "does not accept the credentials" in error.message
    assert "engine_api_key" in error.remedy
    assert "sesam" not in str(error)


def test_missing_privileges_are_named(scripted: Scripted) -> None:
    reason = "action [indices:admin/aliases/get] is unauthorized for API key id [x]"
    scripted.answers["/tracuu/_alias"] = lambda _: (403, {"error": {"type": "security_exception", "reason": reason}})
    error = checked(scripted.engine, engine_user="u", engine_password="sesam")
    assert "indices:admin/aliases/get" in error.message
    assert "grant" in error.remedy


def test_an_index_where_the_alias_should_be(scripted: Scripted) -> None:
    scripted.answers["/tracuu/_alias"] = lambda _: (200, {"tracuu": {"aliases": {}}})
    assert "“tracuu” is an index of the cluster, not an alias" in str(checked(scripted.engine))


def test_an_alias_of_somebody_else_is_not_taken(scripted: Scripted) -> None:
    scripted.answers["/tracuu/_alias"] = lambda _: (200, {"their-logs": {"aliases": {"tracuu": {}}}})
    assert "the alias “tracuu” belongs to their-logs" in str(checked(scripted.engine))


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_proxy_whose_cluster_is_away_is_waited_for(scripted: Scripted, status: int) -> None:
    scripted.status, scripted.greeting, scripted.is_elastic = status, "<html>Bad gateway</html>", False
    error = checked(scripted.engine)
    assert isinstance(error, EngineGone)
    assert f"has no answer now ({status})" in error.message


def test_a_cluster_that_is_just_being_formed_is_waited_for(scripted: Scripted) -> None:
    scripted.greeting["cluster_uuid"] = "_na_"  # as a node says that has not found the others yet
    error = checked(scripted.engine)
    assert isinstance(error, EngineGone)
    assert "just being formed" in error.message


@pytest.mark.parametrize("block", ["SERVICE_UNAVAILABLE/1/state not recovered", "SERVICE_UNAVAILABLE/2/no master"])
def test_a_block_that_ends_by_itself_is_waited_for(scripted: Scripted, block: str) -> None:
    body = {"error": {"type": "cluster_block_exception", "reason": f"blocked by: [{block}];"}, "status": 503}
    scripted.answers["/tracuu/_alias"] = lambda _: (503, body)
    error = checked(scripted.engine)
    assert isinstance(error, EngineGone)
    assert "starting or without a master" in error.message


def test_what_vanishes_meanwhile_is_one_sentence(scripted: Scripted) -> None:
    gone = {"error": {"type": "search_context_missing_exception", "reason": "No search context found"}, "status": 404}
    scripted.answers["/_search"] = lambda _: (404, gone)
    settings = load_settings(None, {"engine": scripted.engine})
    with (
        closing(ElasticGenerations(settings)) as generations,
        pytest.raises(EngineGone, match="no longer has") as caught,
    ):
        generations.cluster.ask(lambda client: client.search(pit={"id": "x"}))
    assert "run the same command again" in caught.value.remedy


def test_credentials_are_sent_and_never_logged(scripted: Scripted, caplog: pytest.LogCaptureFixture) -> None:
    scripted.answers["/"] = lambda _: (200, {})
    caplog.set_level(logging.DEBUG)
    settings = load_settings(None, {"engine": scripted.engine, "engine_user": "u", "engine_password": "sesam"})
    with closing(ElasticGenerations(settings)) as generations:
        generations.check()
        assert "sesam" not in repr(generations.cluster.address)
    assert all("authorization" in headers for _, _, headers in scripted.requests)
    assert "sesam" not in caplog.text
    assert "dTpzZXNhbQ" not in caplog.text  # base64 of u:sesam


def test_a_cluster_that_does_not_answer_costs_the_time_out_once(scripted: Scripted) -> None:
    with socket.socket() as silent:  # takes connections and says nothing
        silent.bind(("127.0.0.1", 0))
        silent.listen(50)
        engine = f"http://127.0.0.1:{silent.getsockname()[1]}/tracuu"
        settings = load_settings(None, {"engine": engine, "engine_timeout": "0.2"})
        with closing(ElasticGenerations(settings)) as generations:
            with pytest.raises(EngineGone, match=r"did not answer in 0\.2 s"):
                generations.live_name()
            begun = time.monotonic()
            for _ in range(20):
                with pytest.raises(EngineGone, match="a moment ago"):
                    generations.live_name()
            assert time.monotonic() - begun < 0.2

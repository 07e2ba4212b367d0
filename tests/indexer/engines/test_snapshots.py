"""What a cluster says about a repository, told by what is at fault."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest

from core.errors import EngineRefused
from core.settings import load_settings
from indexer.engines.elastic_generations import ElasticGenerations
from indexer.engines.elastic_snapshots import Repository
from tests.indexer.engines.conftest import Scripted

NOT_PRIVILEGED = (403, "security_exception", "action [cluster:admin/repository/put] is unauthorized for API key id [x]")
NO_FOLDER = (500, "repository_exception", "location [/x] doesn't match any of the locations specified by path.repo")


@pytest.mark.parametrize(
    ("answer", "said", "remedy"),
    [(NOT_PRIVILEGED, "lack a privilege: action", "`manage`"), (NO_FOLDER, "cannot keep snapshots in /x", "path.repo")],
)
def test_a_repository_that_cannot_be_made_names_its_cause(
    scripted: Scripted, answer: tuple[int, str, str], said: str, remedy: str
) -> None:
    status, kind, reason = answer
    body: Any = {"error": {"type": kind, "reason": reason}, "status": status}
    scripted.answers["/_snapshot"] = lambda _: (status, body)
    settings = load_settings(None, {"engine": scripted.engine})
    with closing(ElasticGenerations(settings)) as generations, pytest.raises(EngineRefused, match=said) as caught:
        Repository(generations, "/x").save("000001", 1, datetime(2026, 11, 2, tzinfo=UTC))
    assert remedy in caught.value.remedy

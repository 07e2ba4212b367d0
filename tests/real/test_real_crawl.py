"""Real pages, the real register and real news through the real commands: crawled, stored, unified, indexed, searched."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from benchmarks.catalogue import lines_of
from cli.children import run
from cli.serve import build_app
from cli.workspace import Workspace
from core.clock import parse_moment
from crawler.page import RawPage, SiteHints
from crawler.reading import understand
from crawler.sections import SectionTable
from crawler.traps import trap
from crawler.urls import canonical, kind_of
from store.tables import captures, pages, procedures, records
from tests.real.stand import Stand, news_page, served, write_config

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
NEWS_HOST = "tin.danang.gov.vn"
DAY = parse_moment("2026-07-20")
NATIONAL_CODE = r"[1-6]\.\d{6}"

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not DATA.exists(), reason=f"the real data is not at {DATA}"),
    pytest.mark.xdist_group("real-crawl"),
]


def addresses() -> Iterator[tuple[str, str, bytes]]:
    for page in sorted((DATA / "pages").glob("*/*.html")):
        name = page.relative_to(DATA / "pages").with_suffix("").as_posix()
        beside = page.with_suffix(".json")
        ours = Path(__file__).with_name("expected") / f"{name.replace('/', '.')}.json"
        described = json.loads((beside if beside.exists() else ours).read_text(encoding="utf-8"))
        yield name, described["url"], page.read_bytes()


@pytest.fixture(scope="module")
def stand() -> Iterator[Stand]:
    filled = Stand()
    for name, url, body in addresses():
        filled.put(name, url, body)
    for number, row in enumerate(lines_of(DATA / "news_danang.jsonl.gz")):
        filled.put(f"news/{number}", f"http://{NEWS_HOST}/tin/{number}.html", news_page(row))
    with served(filled):
        yield filled


@pytest.fixture(scope="module")
def crawled(stand: Stand, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("real")
    write_config(folder / "config", stand, ROOT / "config")
    made = Workspace(folder / "data", folder / "config", DAY)
    assert run([*made.command(), "crawl"], quiet=True) == 0
    return made


@pytest.fixture(scope="module")
def workspace(crawled: Workspace) -> Workspace:
    files = [str(DATA / f"{name}.jsonl.gz") for name in ("catalog", "procedures_api", "procedures_rendered")]
    # The words of real pages and news, and not those of 15,000 entries of the register: two minutes of underthesea.
    assert run([*crawled.command(), "index", "sync"], quiet=True) == 0
    plain = replace(crawled, overrides=("index_words=false",))
    for words in (("register", "import", *files), ("unify",), ("index", "rebuild"), ("check",)):
        assert run([*plain.command(), *words], quiet=True) == 0, words
    return plain


def rows(workspace: Workspace, query: Any) -> list[Any]:
    with workspace.database() as database, database.read() as connection:
        return list(connection.execute(query))


def test_every_real_page_comes_out_of_the_store_as_its_reader_reads_it(crawled: Workspace, stand: Stand) -> None:
    known = {row.url: row for row in rows(crawled, select(pages))}
    found: dict[int, list[Any]] = {}
    for row in rows(crawled, select(records).where(records.c.withdrawn_at.is_(None))):
        found.setdefault(row.page_id, []).append(row)
    sections = SectionTable.load(ROOT / "config" / "national")
    compared, trapped = 0, []
    for (host, target), name in stand.names.items():
        url = canonical(stand.url(host, target))
        if trap(url) or kind_of(url) == "asset":
            trapped.append(name)
            assert url not in known, f"{name} is a trap or a picture and was asked for"
            continue
        hints = SiteHints(hosts=frozenset({host}), owner=f"Cơ quan {host}", sections=sections)
        said = understand(RawPage(url, 200, {"content-type": "text/html"}, stand.pages[host][target]), hints)
        page = known[url]
        if said.reading is None:
            assert page.outcome == said.outcome.value, (name, page.outcome, page.evidence)
            continue
        compared += 1
        stored = {(row.kind, row.key): row.content for row in found.get(page.id, [])}
        assert stored == {(item.record.kind, item.record.key): item.content for item in said.prepared}, name
        assert page.reader == said.reading.reader, name
    assert compared > 700
    assert len(trapped) < 10, trapped


def test_every_answer_was_archived_as_it_came(crawled: Workspace, stand: Stand) -> None:
    kept = rows(crawled, select(captures).where(captures.c.status == 200))
    bodies = {row.url: crawled.archive.read(row).body for row in kept}
    served_at = {canonical(stand.url(host, target)): stand.pages[host][target] for host, target in stand.names}
    asked = {url: body for url, body in served_at.items() if not trap(url) and kind_of(url) != "asset"}
    assert {url: body for url, body in bodies.items() if url in asked} == asked


def test_the_real_register_is_one_procedure_a_code(workspace: Workspace) -> None:
    written = (row["code"].strip() for row in lines_of(DATA / "catalog.jsonl.gz"))
    codes = {
        code for code in written if re.fullmatch(NATIONAL_CODE, code)
    }  # four are slips of the pen in the catalogue
    stored = {row.code for row in rows(workspace, select(procedures.c.code)) if row.code}
    assert codes <= stored
    public = rows(workspace, select(func.count()).where(procedures.c.is_public))[0][0]
    assert 4_000 < public < len(codes)


@pytest.fixture(scope="module")
def client(workspace: Workspace) -> Iterator[TestClient]:
    with workspace.database() as database, TestClient(build_app(workspace, database)) as client:
        yield client


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("đăng ký kết hôn", "1.000894"),
        ("dang ky ket hon", "1.000894"),
        ("làm giấy khai sinh cho con", "1.001193"),
        ("ddawng kys khai sinh", "1.001193"),
        ("1,001193", "1.001193"),
        ("lam lai can cuoc", "1.014064"),
    ],
)
def test_a_citizen_finds_the_procedure_among_the_real_ones(client: TestClient, typed: str, code: str) -> None:
    items = client.get("/api/v1/search", params={"q": typed}).json()["items"]
    assert code in [item["code"] for item in items[:3]], [(item["code"], item["name"]) for item in items[:3]]


def test_real_news_are_found_by_their_titles(client: TestClient) -> None:
    news = list(lines_of(DATA / "news_danang.jsonl.gz"))[::40]
    missed = []
    for row in news:
        answer = client.get("/api/v1/search", params={"q": row["title"][:200], "kind": "article"}).json()
        titles = {" ".join(item["title"].split()).casefold() for item in answer["items"][:3]}
        if " ".join(row["title"].split()).casefold() not in titles:
            missed.append((row["title"], titles))
    assert not missed


def test_a_fee_of_zero_with_other_words_shows_the_words(client: TestClient) -> None:
    for row in lines_of(DATA / "procedures_api.jsonl.gz"):
        fees = [fee for way in row["executionMethods"] for fee in way.get("fees") or []]
        wordy = [fee for fee in fees if fee.get("value") == 0 and "HĐND" in (fee.get("description") or "")]
        if wordy and len(wordy) == len(fees):
            shown = client.get(f"/api/v1/procedures/{row['code']}").json()["fee"]
            assert "Miễn phí" not in shown
            assert "HĐND" in shown or "Hội đồng nhân dân" in shown
            return
    pytest.fail("no procedure of the real data has such a fee")

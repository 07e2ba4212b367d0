"""probe, why and fixture, on a small site."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "crawler"))

from small_site import Reply, crawl, page, probe, rows, running, words, workspace

from cli.main import main
from store.tables import captures, leases, pages, records

pytestmark = pytest.mark.crawl


def test_probe_of_a_home_page_that_answers_for_any_address_is_what_a_crawl_makes_of_it(tmp_path: Path) -> None:
    home = page("Trang chủ Sở", "/bai-1", "/bai-2")

    class Everywhere(dict[str, Any]):
        def get(self, path: str, default: Any = None) -> Any:
            return Reply("", 404) if path == "/robots.txt" else home

    with running(Everywhere()) as site:
        place = workspace(tmp_path, site)
        assert "soft_404" not in probe(place, site, "/")
        assert "soft_404" in probe(place, site, "/bai-1")


def test_probe_knows_a_home_page_that_does_not_stand_at_the_root(tmp_path: Path) -> None:
    class Everywhere(dict[str, Any]):
        def get(self, path: str, default: Any = None) -> Any:
            return Reply("", 404) if path == "/robots.txt" else page("Trang chủ Sở", "/bai-1")

    with running(Everywhere()) as site:
        place = workspace(tmp_path, site)
        sites = place.config / "thanhhoa" / "sites.toml"
        sites.write_text(sites.read_text().replace(f":{site.port}/", f":{site.port}/portal/"))
        assert "guard     ok" in probe(place, site, "/portal/")
        assert "soft_404" in probe(place, site, "/")


def test_probe_takes_robots_as_a_crawl_does(tmp_path: Path) -> None:
    with running({"/": page("Trang chủ", "/bai"), "/bai": page("Bài viết")}) as site:
        place = workspace(tmp_path, site)
        site.pages["/robots.txt"] = Reply("", 302, {"Location": "http://khac.gov.vn/"})
        assert "allowed (robots.txt leads away (moved" in probe(place, site, "/bai")
        assert " ok " in crawl(place)
        site.pages["/robots.txt"] = Reply("User-agent: *\nCrawl-delay: mười\nDisallow: /khong-co\n")
        before = len(site.asked)
        assert "its Crawl-delay is no number: none is kept" in probe(place, site, "/bai")
        assert site.paths[before:] == ["/robots.txt", "/bai"]
        site.pages["/robots.txt"] = Reply("lỗi", 503)
        assert "unknown (robots.txt cannot be read (503)" in probe(place, site, "/bai")


def test_probe_shows_every_verdict_and_stores_nothing(tmp_path: Path) -> None:
    site_pages = {"/": page("Trang chủ", "/bai"), "/bai": page("Bài viết", "/moi", "/lich?month=1&year=2030")}
    with running({**site_pages, "/robots.txt": Reply("User-agent: *\nDisallow: /cam\n")}) as site:
        place = workspace(tmp_path, site)
        text = probe(place, site, "/bai")
        for wanted in (
            "site      s-stp",
            "robots    allowed",
            "answer    200",
            "guard     ok",
            "reader ",
            "store ",
            "/moi",
            "1 refused: calendar",
        ):
            assert wanted in text
        assert not (place.data / "store.db").exists()
        assert "forbidden" in probe(place, site, "/cam")
        crawl(place)
        before = (
            rows(place, select(func.count()).select_from(captures)),
            rows(place, select(pages)),
            rows(place, select(records)),
        )
        assert ": unchanged" in probe(place, site, "/bai")
        assert before == (
            rows(place, select(func.count()).select_from(captures)),
            rows(place, select(pages)),
            rows(place, select(records)),
        )
        assert rows(place, select(leases)) == []


def test_probe_of_a_host_of_no_site_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with running({}) as site:
        assert main(words(workspace(tmp_path, site), "probe", "http://x.example.vn/")) == 2
    assert "belongs to no site" in capsys.readouterr().err


def test_why_tells_the_story_and_fixture_writes_a_case(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with running({"/": page("Trang chủ", "/bai?b=1&a=2"), "/bai?b=1&a=2": page("Bài viết")}) as site:
        place = workspace(tmp_path, site)
        crawl(place)
        address = f"http://stp.localhost:{site.port}/bai?a=2&b=1"
        assert main(words(place, "why", address)) == 0
        story = capsys.readouterr().out
        assert f"http://stp.localhost:{site.port}/ → http://stp.localhost:{site.port}/bai?b=1&a=2" in story
        for wanted in ("checked ", ": ok", "visit ", "reader ", "capture  *", "record "):
            assert wanted in story
        assert "no record" not in story
        assert main(words(place, "why", f"http://stp.localhost:{site.port}/")) == 0
        assert "record    no record, so nothing of it is in the index: it is read as “home”" in capsys.readouterr().out
        assert main(words(place, "fixture", address, "--to", str(tmp_path / "cases"), "--name", "mau")) == 0
        assert main(words(place, "fixture", address, "--to", str(tmp_path / "cases"), "--name", "mau")) == 2
        assert main(words(place, "why", address + "9")) == 2
        capsys.readouterr()
        for name in ("../../evil", "a/b", "..", "."):
            assert main(words(place, "fixture", address, "--to", str(tmp_path / "cases"), "--name", name)) == 2
            assert f"“{name}” cannot be the name of a case" in capsys.readouterr().err
    (case,) = (tmp_path / "cases").glob("*/mau")
    assert sorted(file.name for file in case.iterdir()) == ["case.toml", "expected.json", "page.html"]
    assert json.loads((case / "expected.json").read_text())["title"] == "Bài viết"


def test_a_page_is_found_by_whatever_form_of_its_address(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with running({"/": page("Trang chủ", "/bai"), "/bai": page("Bài viết")}) as site:
        place = workspace(tmp_path, site)
        crawl(place)
        site.pages["/robots.txt"] = Reply("lỗi", 503)
        assert "frontier  page 2, depth 1" in probe(place, site, "/bai")
        for form in ("https://stp", "http://www.stp", "https://www.stp"):
            assert main(words(place, "why", f"{form}.localhost:{site.port}/bai")) == 0
            assert f"page 2 of s-stp: http://stp.localhost:{site.port}/bai" in capsys.readouterr().out
        address = f"https://www.stp.localhost:{site.port}/bai"
        assert main(words(place, "fixture", address, "--to", str(tmp_path / "cases"))) == 0


def test_status_and_probe_say_what_an_old_word_file_waits_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    form = (Path(__file__).resolve().parents[1] / "fixtures" / "documents" / "form-vni.doc").read_bytes()
    file = Reply(form, headers={"Content-Type": "application/msword"})
    with running({"/": page("Trang chủ", "/mau.doc"), "/mau.doc": file}) as site:
        place = workspace(tmp_path, site)
        monkeypatch.setenv("PATH", "")
        crawl(place)
        assert "note      attachment_no_tool: apt install catdoc, then `tracuu reread`" in probe(
            place, site, "/mau.doc"
        )
    assert main(words(place, "status")) == 0
    waiting = "1 old Word files (.doc) were not read: catdoc was not there\n  → "
    assert f"{waiting}apt install catdoc, then `tracuu reread`\n" in capsys.readouterr().out
    tool = tmp_path / "bin" / "catdoc"
    tool.parent.mkdir()
    tool.write_text("#!/bin/sh\necho 'Đơn đề nghị cấp lại giấy phép'\n", encoding="utf-8")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tool.parent))
    assert main(words(place, "status")) == 0
    assert f"{waiting}tracuu reread\n" in capsys.readouterr().out
    assert main(words(place, "reread")) == 0
    capsys.readouterr()
    assert main(words(place, "status")) == 0
    assert "old Word files" not in capsys.readouterr().out

"""Turn the newest capture of a page into a fixture folder for a person to review."""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

from cli.workspace import Workspace
from core.clock import local_date
from core.errors import UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The address and the folder."""
    parser.add_argument("url", metavar="URL", help="an address that was crawled")
    parser.add_argument(
        "--to", metavar="DIR", type=Path, default=Path("tests/fixtures/pages"), help="default: tests/fixtures/pages"
    )
    parser.add_argument("--name", metavar="NAME", help="name of the case (default: from the address)")


def run(workspace: Workspace, arguments: argparse.Namespace) -> int:
    """Write page.html, case.toml and expected.json under DIR/FAMILY/NAME; an existing folder is never touched."""
    from core.plain import to_plain
    from crawler.page import RawPage, hints_of
    from crawler.reading import understand
    from crawler.sections import SectionTable
    from crawler.urls import canonical, key_of, twins
    from store.story import find

    name = arguments.name or ""
    if name and (name != Path(name).name or name == ".."):
        raise UsageError(f"“{name}” cannot be the name of a case", "give one folder's name, without “/”")
    with workspace.database() as database, database.read() as connection:
        story = find(connection, twins(key_of(canonical(arguments.url))), arguments.url)
    kept = story.captures if story is not None else []
    capture = next((row for row in kept if story is not None and row.id == story.page.capture_id), None)
    if story is None or capture is None:
        raise UsageError(f"there is no good capture of “{arguments.url}”", "`tracuu why URL` tells its story")
    answer = workspace.archive.read(capture)
    raw = RawPage(answer.url, answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.body)
    site = workspace.province.site(story.page.site_id)
    sections = SectionTable.load(workspace.province.national)
    hints = hints_of(workspace.province, site, local_date(workspace.clock()), sections)
    said = understand(raw, hints)
    if said.reading is None:
        raise UsageError(
            f"the capture is not read as a page: {said.outcome} {said.evidence}", "look at it with `tracuu probe URL`"
        )
    folder = arguments.to / said.reading.reader / (name or _name(raw.url))
    if folder.exists():
        raise UsageError(f"{folder} is there already", "give the case another --name, or remove that folder")
    folder.mkdir(parents=True)
    (folder / "page.html").write_bytes(answer.body)
    facts = {"url": raw.url, "content_type": raw.content_type, "fetched_at": f"{capture.fetched_at:%Y-%m-%dT%H:%M:%SZ}"}
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in facts.items()]
    (folder / "case.toml").write_text("".join(lines), encoding="utf-8")
    expected = _without_empty(to_plain(said.reading))
    (folder / "expected.json").write_text(json.dumps(expected, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(f"{folder}: page.html, case.toml, expected.json as {said.reading.reader} reads it now")
    print("next: correct expected.json against the page by hand; take out what names a private person")
    return 0


def _name(url: str) -> str:
    last = re.sub(r"[^a-z0-9]+", "-", url.rstrip("/").rpartition("/")[2].lower()).strip("-")
    return last[:40].rstrip("-") or "home"


def _without_empty(value: object) -> object:
    if isinstance(value, dict):
        kept = {key: _without_empty(item) for key, item in value.items() if key != "why"}
        return {key: item for key, item in kept.items() if item not in ("", [], {}, None, False)}
    return [_without_empty(item) for item in value] if isinstance(value, list) else value

"""The documents say what the code does: generated pages are fresh, links lead somewhere, the front page is short."""

from __future__ import annotations

import re
import tomllib
from configparser import ConfigParser
from pathlib import Path

import pytest

from cli.main import VERBS
from cli.reference import PAGES
from core.settings import TABLE

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
DOCUMENTS = sorted([ROOT / "README.md", *DOCS.rglob("*.md")])


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_as_the_code_says(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name](), "run ./scripts/docs"


@pytest.mark.parametrize("setting", TABLE, ids=lambda setting: setting.name)
def test_every_setting_has_its_heading(setting: object) -> None:
    assert f"\n## {setting.name}\n" in (DOCS / "settings.md").read_text(encoding="utf-8")  # type: ignore[attr-defined]


@pytest.mark.parametrize("verb", VERBS)
def test_every_command_has_its_heading(verb: str) -> None:
    assert f"\n## tracuu {verb}\n" in (DOCS / "commands.md").read_text(encoding="utf-8")


def test_every_endpoint_has_its_heading() -> None:
    routes = re.findall(r'@\w+\.(?:get|post)\(\s*"([^"]+)"', _sources("search_api"))
    text = (DOCS / "api.md").read_text(encoding="utf-8")
    assert routes
    missing = [route for route in routes if not re.search(rf"^#+ .*{re.escape(_bare(route))}", text, re.MULTILINE)]
    assert not missing, "docs/api.md has no heading for them"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
        if not re.match(r"[a-z]+:", target):
            assert (path.parent / target).exists(), f"{path.name} links to {target}"


def test_the_front_page_is_under_500_words() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").split()) < 500


def test_the_import_table_is_the_one_that_is_held() -> None:
    from tests.test_architecture import MAY_IMPORT

    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    for room, allowed in MAY_IMPORT.items():
        row = next(line for line in text.splitlines() if line.startswith(f"| `{room}/`"))
        words = set(row.rsplit("|", 2)[1].replace(",", " ").split())
        expected = {"all"} if room == "cli" else allowed or {"–"}
        assert words == expected, room


def test_every_decision_is_a_page_of_one_form() -> None:
    decisions = sorted((DOCS / "adr").glob("*.md"))
    assert decisions
    for path in decisions:
        text = path.read_text(encoding="utf-8")
        assert re.match(rf"# {path.name[:4]}\. \S", text), path.name
        assert all(f"\n## {part}\n" in text for part in ("Context", "Decision", "Evidence", "Consequences")), path.name
        assert len(text.split()) < 500, path.name


@pytest.mark.parametrize("path", sorted((ROOT / "deploy").glob("tracuu-*.service")), ids=lambda path: path.name)
def test_a_service_file_starts_a_real_verb(path: Path) -> None:
    unit = ConfigParser(interpolation=None, strict=False)
    unit.read(path, encoding="utf-8")
    words = unit["Service"]["ExecStart"].split()
    assert set(words) & set(VERBS)


def test_the_console_script_is_the_front_door() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["scripts"]["tracuu"] == "cli.main:main"


def _sources(room: str) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / room).rglob("*.py")))


def _bare(route: str) -> str:
    return re.sub(r":\w+\}", "}", route)

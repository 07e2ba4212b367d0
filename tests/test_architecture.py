"""The import table of docs/architecture.md, held by reading the imports."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

MAY_IMPORT: dict[str, set[str]] = {
    "core": set(),
    "vietnamese": {"core"},
    "store": {"core"},
    "crawler": {"core", "vietnamese", "store"},
    "procedures": {"core", "vietnamese", "store"},
    "freshness": {"core", "vietnamese", "store"},
    "indexer": {"core", "vietnamese", "store"},
    "reports": {"core", "vietnamese", "store"},
    "search_api": {"core", "vietnamese", "store", "indexer.engines", "indexer.query", "reports"},
    "jobs": {"core", "store", "crawler", "procedures", "freshness", "indexer"},
    "demo": {"core"},
    "cli": {
        "core", "vietnamese", "store", "crawler", "procedures", "freshness", "indexer", "reports", "search_api", "jobs",
        "demo",
    },
}  # fmt: skip

BANNED_NAMES = {"utils", "helpers", "common", "misc"}
BANNED_PACKAGES = {
    "core": None,  # standard library only
    "procedures": {"bs4", "lxml", "parsel", "scrapy", "tantivy", "elasticsearch", "fastapi"},
    "freshness": {"bs4", "lxml", "parsel", "scrapy", "tantivy", "elasticsearch", "fastapi"},
    "indexer": {"bs4", "lxml", "parsel", "scrapy", "fastapi"},
    "reports": {"bs4", "lxml", "parsel", "scrapy", "tantivy", "elasticsearch", "fastapi", "starlette"},
    "search_api": {"scrapy", "tantivy", "elasticsearch"},
    "store": {"bs4", "lxml", "parsel", "scrapy", "tantivy", "elasticsearch", "fastapi"},
    "crawler": {"tantivy", "elasticsearch", "fastapi"},
    "jobs": {"fastapi"},
}


def modules() -> dict[str, Path]:
    found = {}
    for room in MAY_IMPORT:
        for path in sorted((ROOT / room).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            found[name.removesuffix(".__init__")] = path
    return found


def imports_of(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


MODULES = modules()


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_what_its_room_may(module: str) -> None:
    room = module.split(".")[0]
    allowed = MAY_IMPORT[room] | {room}
    for name in imports_of(MODULES[module]):
        if name.split(".")[0] not in MAY_IMPORT:
            continue
        fits = any(name == a or name.startswith(a + ".") or (a.startswith(name + ".") and name != a) for a in allowed)
        assert fits, f"{module} imports {name}; {room} may import {sorted(allowed)}"


@pytest.mark.parametrize("module", MODULES)
def test_a_module_uses_only_packages_its_room_may_know(module: str) -> None:
    room = module.split(".")[0]
    banned = BANNED_PACKAGES.get(room, set())
    if module == "search_api.inert":  # makes archived copies inert: BeautifulSoup's job
        return
    for name in {name.split(".")[0] for name in imports_of(MODULES[module])}:
        if banned is None:
            assert name in MAY_IMPORT or name in sys.stdlib_module_names, f"{module}: {name} is not standard library"
        else:
            assert name not in banned, f"{module} must not know {name}"


def test_no_drawer_is_named_for_its_layer() -> None:
    assert not [name for name in MODULES if BANNED_NAMES & set(name.split("."))]


def test_no_module_imports_itself_in_a_circle() -> None:
    graph = {name: {i for i in imports_of(path) if i in MODULES and i != name} for name, path in MODULES.items()}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " → ".join((*trail, name))
        if name in done:
            return
        for other in sorted(graph[name]):
            if not name.startswith(other + "."):  # a package's __init__ is loaded before its parts: not a circle
                visit(other, (*trail, name))
        done.add(name)

    for name in sorted(graph):
        visit(name, ())


@pytest.mark.parametrize(("module", "stranger"), [("search_api.app", "scrapy"), ("crawler.spider", "fastapi")])
def test_loading_a_room_does_not_load_a_stranger(module: str, stranger: str) -> None:
    code = f"import sys, {module}; sys.exit('{stranger}' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0

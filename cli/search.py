"""Ask the index from the command line, hold it to invariants, and list what people asked and did not find."""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from cli.workspace import Workspace
from core.errors import QueryRefused, UsageError

if TYPE_CHECKING:
    from indexer.query.answer import Ask
    from indexer.query.invariants import Invariant
    from indexer.query.searcher import Searcher

SHOWN = 20
"""Broken invariants that are named; all are counted."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`ask`, `test`, `gaps`."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    text = "show the results of a question with the features that put them there"
    ask = actions.add_parser("ask", help=text, description=text)
    ask.add_argument("question", metavar="QUESTION")
    ask.add_argument("--raw", action="store_true", help="take the question as typed")
    text = "ask every question of a file and say which does not show its procedure; 1 when one does not"
    test = actions.add_parser("test", help=text, description=f"{text}. Dead pins and ended entries are named too.")
    test.add_argument("file", metavar="FILE", type=Path, nargs="?", help="question, tab, codes, tab, within how many")
    test.add_argument("--every", action="store_true", help="also every code and official name of the store")
    text = "list what people asked and did not find, most often asked first"
    gaps = actions.add_parser("gaps", help=text, description=f"{text}. Nothing personal was ever written.")
    gaps.add_argument("--limit", type=int, default=50, metavar="N", help="default: 50")


def run(workspace: Workspace, arguments: argparse.Namespace) -> int:
    """Run one action on the data folder."""
    if arguments.action == "gaps":
        return _gaps(workspace, arguments.limit)
    from indexer.engines.choice import chosen_generations
    from indexer.query.answer import Ask
    from indexer.query.searcher import Searcher

    opened = Searcher.open(
        workspace.data,
        workspace.config,
        query_max_chars=workspace.settings.whole("query_max_chars"),
        generations=chosen_generations(workspace.data, workspace.settings, patient=True),
        clock=workspace.clock,
    )
    with closing(opened) as searcher:
        searcher.check()
        if arguments.action == "ask":
            return _ask(workspace, searcher, Ask(arguments.question, raw=arguments.raw))
        return _test(workspace, searcher, arguments)


def _ask(workspace: Workspace, searcher: Searcher, ask: Ask) -> int:
    try:
        answer = searcher.search(ask)
    except QueryRefused:  # said in Vietnamese, for pages
        longest = workspace.settings.whole("query_max_chars")
        raise QueryRefused(
            f"a question has at least one letter or digit, and at most {longest} characters",
            "give a procedure's name or code, or what somebody needs",
        ) from None
    print(f"read as: {answer.query.read_as}; {answer.total} matches{f', {answer.relaxed}' if answer.relaxed else ''}")
    for change in answer.query.changes:
        print(f"  {change.kind}: {change.before} → {change.after}")
    for pointer in answer.pointers:
        print(f"  pointer: {pointer.title}")
    for place, hit in enumerate(answer.hits, 1):
        print(f"{place:2} {hit.key}  {hit.score:.3f}{f'  variant of {hit.variant_of}' if hit.variant_of else ''}")
        parts = (f"{name} {value:.3f} × {weight:.3f}" for name, (value, weight) in hit.why.features.items())
        print(f"   title: {', '.join(hit.why.title) or '–'}; phrases: {'; '.join(hit.why.phrases) or '–'}")
        print(f"   {'; '.join(parts)}")
    return 0


def _test(workspace: Workspace, searcher: Searcher, arguments: argparse.Namespace) -> int:
    from indexer.query.invariants import broken

    invariants = _invariants(workspace, arguments)
    failures = list(broken(searcher, invariants))
    for failure in failures[:SHOWN]:
        print(failure)
    held = len(invariants) - len(failures)
    print(f"{held} of {len(invariants)} invariants hold: {held / max(1, len(invariants)):.4f}")
    stale = [*searcher.dead_pins(), *searcher.expired()]
    for line in stale:
        print(line)
    return 1 if failures or stale else 0


def _invariants(workspace: Workspace, arguments: argparse.Namespace) -> list[Invariant]:
    from indexer.query.invariants import of_procedures, read_invariants
    from store import procedures

    if arguments.file is None and not arguments.every:
        raise UsageError("nothing to test", "name a FILE, or --every for every code and name of the store")
    if arguments.file and (not arguments.file.exists() or arguments.file.is_dir()):
        raise UsageError(f"there is no file {arguments.file}", "name a text file, one question a line")
    found = read_invariants(arguments.file) if arguments.file else []
    if arguments.file and not found:
        raise UsageError(f"{arguments.file} holds no question", "write one a line, such as: kết hôn⇥1.000894⇥3")
    if arguments.every:
        with workspace.database() as database, database.read() as connection:
            known = procedures.iterate(connection, public_only=True)
            named = [(item.key, item.code, item.name) for item in known]
        found += of_procedures(named, workspace.settings.whole("query_max_chars"))
    return found


def _gaps(workspace: Workspace, limit: int) -> int:
    from store.query_log import QueryLog

    if limit < 1:
        raise UsageError(f"--limit {limit} shows nothing", "give 1 or more")
    file = workspace.data / "queries.db"
    if not workspace.data.is_dir():
        raise UsageError(f"there is no folder {workspace.data}", "name the right one with --data DIR")
    if not file.exists():
        print(f"nobody has asked anything yet: there is no {file}")
        return 0
    found = QueryLog(file).gaps(limit)
    for question, count in found:
        print(f"{count:6} {question}")
    print(f"{len(found)} questions found nothing")
    return 0

"""`tracuu`: the front door. Global options come before the verb; every verb is one file of this package."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

from cli import (
    accounts,
    archive,
    check,
    crawl,
    demo,
    digest,
    export,
    fixture,
    index,
    probe,
    register,
    reread,
    search,
    serve,
    settings,
    sites,
    status,
    unify,
    why,
    work,
)
from cli.children import interrupted_by_sigterm
from cli.workspace import Workspace, parse_time
from core.errors import TracuuError
from core.settings import SECRET

VERBS: dict[str, ModuleType] = {
    "sites": sites,
    "settings": settings,
    "crawl": crawl,
    "reread": reread,
    "register": register,
    "unify": unify,
    "index": index,
    "search": search,
    "check": check,
    "work": work,
    "status": status,
    "probe": probe,
    "why": why,
    "fixture": fixture,
    "archive": archive,
    "serve": serve,
    "accounts": accounts,
    "export": export,
    "digest": digest,
    "demo": demo,
}
"""Verb → module with a one-line docstring, `add_arguments(parser)` and `run(workspace, arguments) -> exit code`."""


def build_parser() -> argparse.ArgumentParser:
    """The whole command line; docs/commands.md is generated from it."""
    parser = argparse.ArgumentParser(
        prog="tracuu",
        description="Crawls a province's web sites, makes their procedures findable and says what is out of date.",
        allow_abbrev=False,
    )
    parser.add_argument("--data", metavar="DIR", type=Path, default=Path("var"), help="data folder (default: var)")
    parser.add_argument("--config", metavar="DIR", type=Path, default=Path("config"), help="default: config")
    parser.add_argument("--at", metavar="TIME", help="live at this time instead of now, such as 2018-08-09")
    parser.add_argument("--set", metavar="NAME=VALUE", action="append", default=[], help="a setting; may be repeated")
    parser.add_argument(
        "--engine", metavar="URL/ALIAS", help="the setting engine: a cluster instead of the data folder"
    )
    parser.add_argument("--debug", action="store_true", help="show the trace of an unexpected error")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for name, module in VERBS.items():
        text = (module.__doc__ or "").strip()
        module.add_arguments(verbs.add_parser(name, help=text, description=text, allow_abbrev=False))
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. 0 = done, 2 = refused with a remedy, 1 = unexpected (logged), 130 = stopped by Ctrl-C or SIGTERM."""
    arguments = build_parser().parse_args(argv)
    try:
        workspace = Workspace(
            arguments.data,
            arguments.config,
            parse_time(arguments.at) if arguments.at else None,
            (*arguments.set, *([f"engine={arguments.engine}"] if arguments.engine is not None else ())),
        )
        with interrupted_by_sigterm():  # else it ends without a word, and without giving back what it holds
            code = int(VERBS[arguments.verb].run(workspace, arguments))
        sys.stdout.flush()
        return code
    except TracuuError as error:
        return _refused(error)
    except KeyboardInterrupt:
        print("\ntracuu: stopped; what was done is kept, run the same command to go on", file=sys.stderr)
        return 130
    except BrokenPipeError:  # `tracuu sites list | head`: the reader has gone, nobody is left to tell
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        if arguments.debug:
            raise
        place = f" ({error.filename})" if error.filename else ""
        return _refused(TracuuError(f"{error.strerror or error}{place}", "mend that and run the same command again"))
    except Exception as error:
        if arguments.debug:
            raise
        return _unexpected(error, arguments.data)


def _refused(error: TracuuError) -> int:
    print(f"tracuu: {error.message}", file=sys.stderr)
    if error.remedy:
        print(f"        → {error.remedy}", file=sys.stderr)
    return 2


def _unexpected(error: Exception, data: Path) -> int:
    folder = data if data.is_dir() and os.access(data, os.W_OK) else Path(tempfile.gettempdir())
    log = folder / "tracuu-errors.log"
    with open(log, "a", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        file.write(f"--- {datetime.now(UTC).isoformat()} {' '.join(map(_without_secret, sys.argv))}\n")
        file.writelines(traceback.format_exception(error))
    print(f"tracuu: unexpected {type(error).__name__}: {error}; the trace is in {log}", file=sys.stderr)
    print("        → run it again with --debug before the verb to see the trace here", file=sys.stderr)
    return 1


def _without_secret(word: str) -> str:
    """A word of the command line, without the value of a setting that is never shown."""
    name, sign, _ = word.removeprefix("--set=").partition("=")
    return f"{name}=…" if sign and name.strip() in SECRET else word


if __name__ == "__main__":
    sys.exit(main())

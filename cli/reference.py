"""docs/settings.md and docs/commands.md, written from the code: `scripts/docs`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from cli.main import build_parser
from core.settings import TABLE

DOCS = Path(__file__).resolve().parent.parent / "docs"
NOTE = "<!-- Written by scripts/docs from the code; change it there. -->"


def settings_page() -> str:
    """One heading for each setting."""
    lines = [NOTE, "# Settings", "", *_SETTINGS_HEAD]
    for setting in TABLE:
        default = "(empty)" if setting.default == "" else f"`{setting.default}`"
        lines += [
            "",
            f"## {setting.name}",
            "",
            setting.help,
            "",
            f"{type(setting.default).__name__}, default {default}"
            + (f"; {setting.allowed}" if setting.allowed else ""),
        ]
    return "\n".join(lines) + "\n"


_SETTINGS_HEAD = (
    "Write those that differ into `settings.toml` of the data folder, or give them for one command with",
    "`--set name=value`. Unknown names are refused. Nothing is read from the environment.",
)


def commands_page() -> str:
    """One heading for each verb and action."""
    parser = build_parser()
    lines = [NOTE, "# Commands", "", "Global options come before the verb: `tracuu --data DIR VERB …`."]
    lines += [*_options(parser), "", _CODES]
    for name, verb in _verbs(parser):
        lines += ["", f"{'#' * (1 + len(name.split()))} tracuu {name}", "", str(verb.description).strip(), ""]
        lines += [f"`tracuu {_usage(verb)}`", *_options(verb)]
    return "\n".join(lines).rstrip() + "\n"


_CODES = (
    "Exit codes: 0 done, 2 refused (the message names the remedy), 1 unexpected (the trace is logged), 130 stopped."
)


def _verbs(parser: argparse.ArgumentParser, before: str = "") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, verb in action.choices.items():
                yield f"{before}{name}", verb
                yield from _verbs(verb, f"{before}{name} ")


def _usage(parser: argparse.ArgumentParser) -> str:
    words = parser.prog.split()[1:]
    for action in parser._actions:
        if isinstance(action, argparse._HelpAction):
            continue
        words.append(_word(action))
    return " ".join(words)


def _word(action: argparse.Action) -> str:
    name = str(action.metavar or action.dest)
    if not action.option_strings:
        return f"[{name} …]" if action.nargs == "*" else f"{name} …" if action.nargs == "+" else name
    choices = (
        f"({'|'.join(map(str, action.choices))})" if action.choices else str(action.metavar or action.dest.upper())
    )
    value = "" if action.nargs == 0 else f" {choices}"
    text = f"{action.option_strings[0]}{value}"
    return text if action.required else f"[{text}]"


def _options(parser: argparse.ArgumentParser) -> list[str]:
    rows = [
        (", ".join(action.option_strings) or str(action.metavar or action.dest), action.help)
        for action in parser._actions
        if action.help and not isinstance(action, (argparse._HelpAction, argparse._SubParsersAction))
    ]
    if not rows:
        return []
    return ["", "| | |", "|---|---|", *(f"| `{name.replace('|', chr(92) + '|')}` | {text} |" for name, text in rows)]


PAGES = {"settings.md": settings_page, "commands.md": commands_page}


def write() -> None:
    """Write both pages."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    write()

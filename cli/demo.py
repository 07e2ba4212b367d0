"""The province in a box: bring it up, serve the box alone, tell its truth, or score what is found in it."""

from __future__ import annotations

import argparse
from pathlib import Path

from cli.box import BoxOptions
from cli.workspace import Workspace
from core.errors import UsageError

SIZES = ("small", "default", "large")
PRESETS = ("seed", "today")
DEFAULT_PLAN = Path(__file__).resolve().parent.parent / "demo" / "plans" / "default.toml"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`up`, `serve`, `truth`, `score`."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    text = "box, register, crawl, unify, index, check, server: everything"
    up = actions.add_parser("up", help=text, description=text)
    _box_arguments(up)
    up.add_argument("--port", type=int, default=8000, metavar="N", help="of the server (default: 8000; 0 = any)")
    up.add_argument("--check", action="store_true", help="ask a dozen questions instead of serving, and end")
    text = "the box alone, until Ctrl-C"
    _box_arguments(actions.add_parser("serve", help=text, description=text))
    text = "what a perfect observer would report under a fault plan, as JSON"
    truth = actions.add_parser("truth", help=text, description=text)
    text = "run a fault plan day by day on an empty folder: found, missed and false findings by kind"
    score = actions.add_parser("score", help=text, description=text)
    for action in (truth, score):
        action.add_argument(
            "--plan", type=Path, default=DEFAULT_PLAN, metavar="P", help="default: demo/plans/default.toml"
        )
        action.add_argument("--size", choices=SIZES, default="small", help="default: small")


def _box_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--preset", choices=PRESETS, default="seed", help="09/8/2018 (seed, default) or 02/11/2026")
    parser.add_argument("--size", choices=SIZES, default="default", help="about 3,000 pages by default, large 50,000")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="the box is the same for the same seed")
    parser.add_argument("--plan", type=Path, metavar="P", help="fault plan (default: no fault)")
    parser.add_argument("--latency", type=int, default=0, metavar="MS", help="of every answer of the box")


def run(workspace: Workspace, arguments: argparse.Namespace) -> int:
    """Run one action."""
    if arguments.plan:
        _check_plan(arguments.plan, arguments.size)
    if arguments.action == "truth":
        from cli.demo_score import truth

        return truth(arguments.plan, arguments.size)
    if arguments.action == "score":
        from cli.demo_score import score

        return score(arguments.plan, arguments.size)
    from cli.demo_up import serve_box, up

    if arguments.latency < 0:
        raise UsageError(f"--latency {arguments.latency}: no answer comes before it is asked for", "give 0 or more")
    options = BoxOptions(arguments.preset, arguments.size, arguments.seed, arguments.plan, arguments.latency)
    if arguments.action == "serve":
        return serve_box(workspace, options)
    return up(workspace, options, port=arguments.port, check=arguments.check)


def _check_plan(plan: Path, size: str) -> None:
    """Refuse a plan that cannot be before anything is begun: the box's own refusal would be followed by ours."""
    from demo.plan import load

    if not plan.is_file():
        raise UsageError(f"there is no plan {plan}", "name one with --plan; demo/plans/ has some")
    load(plan, size)

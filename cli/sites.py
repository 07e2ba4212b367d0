"""List the sites of a day, or check the config folder."""

from __future__ import annotations

import argparse
from datetime import date

from cli.workspace import Workspace, parse_day
from core.sites import Province, Site


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`list` and `check`, each for any day."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, text in (("list", "one line a site"), ("check", "validate every file and say what is still unsure")):
        action = actions.add_parser(name, help=text, description=text)
        action.add_argument("--on", "--at", metavar="DATE", dest="on", help="as of this day (default: today, or --at)")


def run(workspace: Workspace, arguments: argparse.Namespace) -> int:
    """List or check."""
    day = parse_day(arguments.on) if arguments.on else workspace.today
    province = workspace.province
    if arguments.action == "list":
        return _list(province, day)
    return _check(province, day)


def _list(province: Province, day: date) -> int:
    sites = province.sites_on(day)
    for site in sites:
        host = site.host_on(day)
        where = f"{host.url}  {host.status}" if host else "(no address)  -"
        print(f"{site.id:<14} {site.kind_on(day):<10} {where:<58} {site.cms_family:<14} {site.owner_on(day)}")
    print(f"{len(sites)} sites of {province.name} on {day.isoformat()}")
    return 0


def _check(province: Province, day: date) -> int:
    sites = province.sites_on(day)
    print(
        f"{province.folder / 'sites.toml'}: {len(province.sites)} sites, all valid; {len(sites)} on {day.isoformat()}"
    )
    unsure = [site.id for site in sites if _status(site, day) == "inferred"]
    lost = [site.id for site in sites if site.host_on(day) is None]
    heirs = sorted({name for site in province.sites for name in site.successors} - {site.id for site in province.sites})
    if unsure:
        print(f"{len(unsure)} hosts are only inferred by the naming rule: {', '.join(unsure)}")
        print("  → look at each once and set its status in sites.toml (docs/adding-a-site.md)")
    if lost:
        print(f"{len(lost)} sites have no address on that day: {', '.join(lost)}")
    if heirs:
        print(f"{len(heirs)} successors have no site of their own here, such as {', '.join(heirs[:3])}")
        print("  → add them when their sites are known (docs/adding-a-site.md)")
    return 0


def _status(site: Site, day: date) -> str:
    host = site.host_on(day)
    return host.status if host else ""

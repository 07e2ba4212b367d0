"""List the sites of a day, or check the config folder."""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from cli.workspace import Workspace, parse_day
from core.errors import ConfigError, UsageError
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
    return _check(workspace, day)


def _list(province: Province, day: date) -> int:
    sites = province.sites_on(day)
    for site in sites:
        host = site.host_on(day)
        where = f"{host.url}  {host.status}" if host else "(no address)  -"
        print(f"{site.id:<14} {site.kind_on(day):<10} {where:<58} {site.cms_family:<14} {site.owner_on(day)}")
    print(f"{len(sites)} sites of {province.name} on {day.isoformat()}")
    return 0


def _check(workspace: Workspace, day: date) -> int:
    province = workspace.province
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
    broken = list(_broken(workspace.config, province))
    for error in broken:
        print(error)
    if broken:
        raise UsageError(f"{len(broken)} parts of the config folder cannot be used", "mend what is named above")
    print("places, thresholds, figures, law, holidays, sectors and vocabulary: all valid")
    return 0


def _broken(config: Path, province: Province) -> Iterator[ConfigError]:
    """What the other files of the folder say when they are read as the commands and the server read them.

    Most are read late: by the night's check, or by the first page that shows them.
    """
    told: set[str] = set()
    for where, read in _readers(config, province):
        try:
            read()
        except ConfigError as error:
            found = error
        except (ValueError, TypeError, KeyError, AttributeError, OSError) as error:
            detail = f"not valid TOML: {error}" if isinstance(error, tomllib.TOMLDecodeError) else repr(error)
            found = ConfigError(f"{where} cannot be used: {detail}", "mend that file")
        else:
            continue
        detail = found.message.rpartition(" cannot be used: ")[2]
        if detail not in told:  # the vocabulary reads the places too
            yield found
        told.add(detail)


def _readers(config: Path, province: Province) -> Iterator[tuple[Path, Callable[[], object]]]:
    from core.places import load_places
    from crawler.sections import SectionTable
    from freshness.calendar import Calendar
    from freshness.quiet import needs, quiet_times
    from freshness.rules import load_law
    from indexer.query.vocabulary_files import load_vocabulary
    from procedures.sectors import load_aliases
    from search_api.figures import published

    home, national, thresholds = province.folder, province.national, province.thresholds
    yield home / "places.csv", lambda: load_places(home)
    yield home / "thresholds.toml", lambda: (quiet_times(thresholds), needs(thresholds))
    yield home / "figures.toml", lambda: published(home)
    law = national / "{freshness_rules.json,obsolete_terms.toml,repealed_texts.toml}"
    yield law, lambda: (load_law(national, thresholds), SectionTable.load(national))
    yield national / "holidays.toml", lambda: Calendar.load(national)
    yield national / "sectors.toml", lambda: load_aliases(national)
    yield config / "vocabulary", lambda: load_vocabulary(config / "vocabulary")


def _status(site: Site, day: date) -> str:
    host = site.host_on(day)
    return host.status if host else ""

"""A third of the province, of every kind of site: enough where a test is about one moment of a crawl."""

from __future__ import annotations

from cli.workspace import Workspace


def some_sites(place: Workspace) -> list[str]:
    """The ids of every third site of the day."""
    return [site.id for site in place.province.sites_on(place.today)][::3]

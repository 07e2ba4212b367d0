"""Snapshots of the index of a cluster in a folder that all its nodes see, and how one is brought back."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from core.clock import Clock
from core.errors import UsageError
from core.settings import Settings
from indexer.engines.elastic_generations import ElasticGenerations
from indexer.engines.elastic_snapshots import Repository
from indexer.engines.port import Generations
from indexer.follow import strayed
from indexer.rebuild import drop_unneeded, follow_live
from indexer.surroundings import consumer, opened, sole_builder, writing
from store import changes
from store.database import Database


def snapshot(
    database: Database, data_dir: Path, settings: Settings, clock: Clock, _config_dir: Path, folder: str, keep: int
) -> str:
    """Save the live index with its mark in the change sequence; says what it is called and what was deleted."""
    if keep < 1:
        raise UsageError(f"--keep {keep} would delete the new snapshot too", "keep at least one")
    with opened(data_dir, settings) as generations:
        cluster = _clustered(generations)
        name = cluster.live_name()
        with database.read() as connection:  # before the snapshot: what comes later is written again, not missed
            mark = changes.mark(connection, consumer(cluster, name))
        repository = Repository(cluster, folder)
        saved = repository.save(name, mark, clock())
        gone = repository.prune(keep)
    told = f"; {len(gone)} old or broken ones deleted" if gone else ""
    return f"index {name} saved as {saved} in {folder}{told}"


def restore(
    database: Database, data_dir: Path, settings: Settings, clock: Clock, config_dir: Path, folder: str, name: str
) -> str:
    """Bring a snapshot back as a new generation, swap it in, and write everything that changed since it was made."""
    with writing(database, data_dir, settings, clock, config_dir) as around:
        cluster = _clustered(around.generations)
        with sole_builder(around) as still_ours:
            found = Repository(cluster, folder).find(name)
            with database.read() as connection:
                newest = changes.last(connection)
            if found.mark > newest:
                raise UsageError(
                    f"snapshot {found.name} is {found.mark - newest} changes ahead of the store, which is an older copy",
                    "restore an older snapshot, or run `tracuu index rebuild`",
                )
            generation = Repository(cluster, folder).bring_back(found)
            with closing(cluster.open(generation)) as engine, database.read() as connection:
                astray = strayed(connection, engine)
            if astray:
                cluster.drop(generation)
                raise UsageError(f"snapshot {found.name} {astray}", "run `tracuu index rebuild`")
            with database.write() as connection:
                changes.set_mark(connection, around.consumer(generation), found.mark, clock())
            still_ours()
            cluster.swap(generation)
            drop_unneeded(around, (generation, cluster.previous_name()))
        done = follow_live(around, generation)
    return (
        f"snapshot {found.name} is live as index {generation}; {done.written} documents written and {done.deleted} "
        "deleted that changed since"
    )


def _clustered(generations: Generations) -> ElasticGenerations:
    if isinstance(generations, ElasticGenerations):
        return generations
    raise UsageError(
        "the embedded index has no snapshots", "it needs none: `tracuu index rebuild` makes it again from the store"
    )

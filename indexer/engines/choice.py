"""Which engine the settings ask for: the embedded one in the data folder, or an Elasticsearch cluster."""

from __future__ import annotations

from pathlib import Path

from core.settings import Settings
from indexer.engines.port import Generations


def chosen_generations(data_dir: Path, settings: Settings, *, patient: bool = False) -> Generations:
    """The generations to read and write. Nothing is asked of a cluster yet; ConfigError for a wrong address.

    `patient`: for commands, which wait for a busy cluster; citizens are not kept waiting.
    """
    if settings.text("engine"):
        from indexer.engines.elastic_generations import ElasticGenerations

        return ElasticGenerations(settings, patient=patient)
    from indexer.engines.generations import EmbeddedGenerations

    return EmbeddedGenerations(data_dir)

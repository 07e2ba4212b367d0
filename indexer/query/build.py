"""Fill a new generation from sources: models and average lengths first, then the documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from indexer.engines.port import Engine, Generations
from indexer.query.models import ModelBuilder
from indexer.query.terms import Analyst, Source
from indexer.query.vocabulary import Vocabulary
from vietnamese.words import Words

BATCH = 500


def fill(
    generations: Generations,
    sources: Callable[[], Iterable[Source]],
    vocabulary: Vocabulary,
    words: Words | None = None,
    progress: Callable[[int], None] | None = None,
) -> Engine:
    """A new generation, committed but not live: the caller checks and swaps it. `sources` is called twice."""
    builder = ModelBuilder(vocabulary)
    for source in sources():
        builder.add(source)
    engine = generations.create(builder.lengths())
    engine.save_models(builder.finish())
    analyst = Analyst(vocabulary, words)
    done = 0
    for batch in _batches(sources()):
        engine.write([analyst.document(source) for source in batch])
        done += len(batch)
        if progress is not None:
            progress(done)
    engine.commit()
    return engine


def _batches(sources: Iterable[Source]) -> Iterator[list[Source]]:
    rest = iter(sources)
    while batch := list(islice(rest, BATCH)):
        yield batch

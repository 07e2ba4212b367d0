"""The engine port: what every engine must be able to do with ready-made terms.

An engine never analyses text. It keeps whitespace-separated terms per field, counts term statistics *per kind* (articles
must not shift the rarity of a word among procedures), and gives back a document's `Card`, from which the one ranking in
`indexer.query` is worked out; so every engine gives the same order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from indexer.engines import (
    Candidate,
    EngineQuery,
    Entry,
    Found,
    Health,
    Kind,
    Question,
    Refusal,
    Tally,
    Write,
)


class Engine(Protocol):
    """One generation of an index. Reading is thread-safe; one object is written to by one thread at a time."""

    @property
    def generation(self) -> str:
        """Its name; cursors carry it."""
        ...

    @property
    def revision(self) -> str:
        """Another one with every commit it answers from, so that an answer may be kept; "" when the engine cannot tell."""
        ...

    def write(self, batch: Sequence[Write]) -> int:
        """Take ordered, idempotent writes; returns how many changed something. Visible after `commit`."""
        ...

    def commit(self) -> None:
        """Make everything written durable and visible. Raises what the engine raises; then nothing was marked done."""
        ...

    def refused(self) -> tuple[Refusal, ...]:
        """What it would not take since the last call; ask after `commit`."""
        ...

    def refresh(self) -> None:
        """See what another process has committed."""
        ...

    def count(self, kind: Kind | None = None) -> int:
        """Number of live documents."""
        ...

    def census(self, facet: str) -> Mapping[str, int]:
        """How many live documents have each value of a facet."""
        ...

    def ask(self, question: Question) -> Found:
        """`candidates`, `find` and `tally` in one go."""
        ...

    def candidates(self, query: EngineQuery) -> tuple[Candidate, ...]:
        """The best matches by score, at most `query.limit`."""
        ...

    def tally(self, query: EngineQuery, facets: Sequence[str] = ()) -> Tally:
        """Count all matches of `query` (its limit does not matter) and their facet values."""
        ...

    def find(self, exact: Sequence[str], kind: Kind | None = None) -> tuple[Candidate, ...]:
        """Documents that carry any of these codes or numbers as a whole."""
        ...

    def get(self, ids: Sequence[str]) -> tuple[Candidate, ...]:
        """The live documents with these ids, in the order asked."""
        ...

    def complete(
        self, terms: Sequence[str], prefix: str, limit: int, *, marked: Sequence[str] = (), together: bool = False
    ) -> tuple[Candidate, ...]:
        """Procedures whose title and phrases have all `terms` and a syllable that begins with `prefix` (folded).

        `marked` are canonical syllables that must be there too. `together`: neighbours stand beside each other in either.
        The best by `standing`, best first; without terms and prefix none.
        """
        ...

    def complete_exact(self, prefix: str, limit: int) -> tuple[Candidate, ...]:
        """Procedures of which a code begins with `prefix`, best `standing` first."""
        ...

    def entries(self) -> Iterator[Entry]:
        """Every document and tombstone, in order of id."""
        ...

    def save_models(self, content: bytes) -> None:
        """Keep the language models that belong to this generation (indexer.query.models)."""
        ...

    def load_models(self) -> bytes | None:
        """What `save_models` kept, or None."""
        ...

    def save_bookmark(self, text: str) -> None:
        """Keep, with this generation, how far it followed which store, and what it was made with (indexer.follow.Bookmark); at
        once, not with the commit."""
        ...

    def load_bookmark(self) -> str:
        """What `save_bookmark` kept, or ""."""
        ...

    def close(self) -> None:
        """Give up the writer and files; writes that were not committed may be lost, and may be repeated."""
        ...


class Generations(Protocol):
    """The generations of one analysis version, side by side; one is live."""

    @property
    def place(self) -> str:
        """What tells its generations from those of other engines that follow the same store; "" for the embedded one."""
        ...

    @property
    def shared(self) -> bool:
        """Whether other machines may write it too: then writers are told apart by leases in the store."""
        ...

    def check(self) -> None:
        """Look once that this is what it should be; raises EngineGone or EngineRefused with the remedy."""
        ...

    def health(self) -> Health:
        """How the live generation is now. Raises EngineGone."""
        ...

    def create(self, lengths: Mapping[Kind, Mapping[str, int]] | None = None) -> Engine:
        """A new, empty generation beside the live one. `lengths`: average terms per field, for `FILLER`."""
        ...

    def live_name(self) -> str:
        """Name of the live generation; cheap. Raises IndexMissing or IndexMismatch with the command that mends it."""
        ...

    def previous_name(self) -> str:
        """Name of the generation that is kept for `roll_back`, "" when there is none."""
        ...

    def open(self, name: str) -> Engine:
        """An existing generation. Raises StaleCursor when it is gone."""
        ...

    def swap(self, name: str, kept: str | None = None) -> None:
        """Make a generation live at once. `kept` stays for `roll_back`: the one that was live, unless another is named."""
        ...

    def roll_back(self) -> str:
        """Make the previous generation live again and return its name; UsageError when there is none.

        Raises what `open` and `count` raise when it does not answer; then nothing changed.
        """
        ...

    def names(self) -> tuple[str, ...]:
        """All generations, oldest first."""
        ...

    def drop(self, name: str) -> None:
        """Delete a generation that is neither live nor previous; UsageError otherwise."""
        ...

    def drop_older(self) -> tuple[str, ...]:
        """Delete every generation of older analysis versions; returns them as VERSION/GENERATION."""
        ...

    def close(self) -> None:
        """Give up connections."""
        ...

"""What the digital signatures of files are worth; a file is known by its digest and examined once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from core.states import SignatureCondition
from store.tables import signatures


@dataclass(frozen=True, slots=True)
class Examined:
    """The result of one examination."""

    condition: SignatureCondition
    signer: str = ""
    signed_at: datetime | None = None
    detail: str = ""


def digests(connection: Connection) -> set[str]:
    """The files examined so far."""
    return set(connection.scalars(select(signatures.c.digest)))


def last(connection: Connection) -> datetime | None:
    """When a file was examined last."""
    examined: datetime | None = connection.scalar(select(func.max(signatures.c.examined_at)))
    return examined


def all_of(connection: Connection) -> dict[str, Examined]:
    """Digest → what was found."""
    rows = connection.execute(select(signatures))
    return {
        row.digest: Examined(SignatureCondition(row.condition), row.signer, row.signed_at, row.detail) for row in rows
    }


def write(connection: Connection, digest: str, found: Examined, at: datetime) -> None:
    """Keep the result of an examination."""
    connection.execute(delete(signatures).where(signatures.c.digest == digest))
    values = {"condition": found.condition.value, "signer": found.signer, "signed_at": found.signed_at}
    connection.execute(insert(signatures).values(digest=digest, **values, detail=found.detail, examined_at=at))

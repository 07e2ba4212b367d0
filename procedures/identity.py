"""Which offerings are one procedure: national code, else old code, else name with sector, tier and agency."""

from __future__ import annotations

from collections.abc import Mapping

from core.model import Procedure
from core.plain import digest
from procedures import likeness

DIGEST_LENGTH = 16


def key_of(procedure: Procedure, national: Mapping[str, str] | None = None) -> str:
    """The key of the unified record an offering belongs to.

    `national` maps old codes to national ones where a page showed both. Twelve names carry several codes and one name
    ten, so that a name alone never merges: without any code the sector, the tiers and the agency must agree too.
    """
    if procedure.code:
        return procedure.code
    if procedure.old_code:
        return (national or {}).get(procedure.old_code, procedure.old_code)
    parts = [
        likeness.name(procedure.name),
        likeness.texts(list(procedure.sectors)),
        sorted(procedure.tiers),
        likeness.texts(list(procedure.agencies)),
    ]
    return f"x-{digest(parts)[:DIGEST_LENGTH]}"

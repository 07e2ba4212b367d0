"""Decision files that are badly signed, or unsigned on a site that signs the others; every file is examined once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from core.clock import Clock
from core.errors import ArchiveAway, ArchiveError
from core.sites import Province
from core.states import SignatureCondition
from freshness.signatures import Signature, examine, load_roots
from store import signatures
from store.archive import Archive
from store.database import Database
from store.findings import Finding
from store.tables import captures, pages, records
from vietnamese.syllables import fold_text

RULES = frozenset({"pdf_unsigned", "pdf_bad_signature"})

LAW = "NĐ 30/2020/NĐ-CP Đ5, Đ12 k1"
SIGNED_SINCE = date(2020, 3, 5)
"""First day of NĐ 30/2020: electronic documents carry the digital signature of the agency. Older files are not judged."""

HABIT = 0.5
"""A site that signs at least half of its decisions forgot the others; one that signs none posts scans of paper."""

PDF = "application/pdf"
_DECISION = fold_text("Quyết định")


@dataclass(frozen=True, slots=True)
class File:
    """A PDF of a decision, where it is offered and what its signature is worth."""

    site_id: str
    url: str
    title: str
    document_url: str
    capture_id: int | None
    signature: Signature


def examine_new(database: Database, province: Province, archive: Archive, clock: Clock) -> int:
    """Examine every PDF that was read and not yet examined; returns how many. Each file is written by itself.

    Those on an archive's server that does not answer now are left for the next time.
    """
    roots = load_roots(province.folder / "roots")
    with database.read() as connection:
        todo = _unexamined(connection)
    for done, (digest, capture) in enumerate(todo.items()):
        try:
            found = examine(archive.read(capture).body, roots)
        except ArchiveAway:
            return done
        except ArchiveError as error:
            found = Signature(SignatureCondition.UNREADABLE, detail=str(error)[:300])
        with database.write() as connection:
            signatures.write(connection, digest, signatures.Examined(found.condition, found.signer, found.signed_at, found.detail), clock())  # fmt: skip
    return len(todo)


def _unexamined(connection: Connection) -> dict[str, Row[Any]]:
    known = signatures.digests(connection)
    query = select(captures, records.c.content).join(records, records.c.page_id == captures.c.page_id)
    query = query.join(pages, (pages.c.id == captures.c.page_id) & (pages.c.capture_id == captures.c.id))
    query = query.where(records.c.kind == "attachment", records.c.withdrawn_at.is_(None))
    rows = connection.execute(query.order_by(captures.c.id))
    return {row.digest: row for row in rows if row.content.get("media_type") == PDF and row.digest not in known}


def decision_files(connection: Connection) -> Iterator[File]:
    """Every examined PDF of a decision issued since files must be signed."""
    known = signatures.all_of(connection)
    if not known:
        return
    query = select(pages.c.url, captures.c.digest, captures.c.id).join(captures, captures.c.id == pages.c.capture_id)
    query = query.join(records, records.c.page_id == pages.c.id).where(records.c.kind == "attachment")
    files = {row.url: row for row in connection.execute(query.where(records.c.withdrawn_at.is_(None)))}
    documents = select(records, pages.c.url).join(pages, pages.c.id == records.c.page_id)
    documents = documents.where(records.c.kind == "document", records.c.withdrawn_at.is_(None))
    for row in connection.execute(documents.order_by(records.c.id)):
        if not _is_decision(row) or not _is_due(row):
            continue
        for item in row.files:
            file = files.get(item["url"])
            if file is not None and file.digest in known:
                one = known[file.digest]
                signature = Signature(SignatureCondition(one.condition), one.signer, one.signed_at, one.detail)
                yield File(row.site_id, item["url"], row.title, row.url, file.id, signature)


def _is_decision(row: Row[Any]) -> bool:
    kind = fold_text(f"{row.content.get('document_type', '')} {row.title}")
    return kind.startswith(_DECISION) or "/qd-" in str(row.content.get("number", "")).lower().replace("đ", "d")


def _is_due(row: Row[Any]) -> bool:
    issued = row.content.get("issued_on")
    return bool(issued) and date.fromisoformat(issued) >= SIGNED_SINCE


def findings_of_signatures(connection: Connection, province: Province) -> Iterator[Finding]:
    """One finding per file; a site that signs none of its files is a figure, not a finding per file.

    Whose a signature is can be judged only when the province keeps trusted certificates in `roots/`.
    """
    bad = {SignatureCondition.BROKEN}
    if load_roots(province.folder / "roots"):
        bad.add(SignatureCondition.UNTRUSTED)
    by_site: dict[str, list[File]] = defaultdict(list)
    for file in decision_files(connection):
        by_site[file.site_id].append(file)
    for files in by_site.values():
        signed = sum(file.signature.condition is not SignatureCondition.UNSIGNED for file in files)
        for file in files:
            if file.signature.condition in bad:
                yield _finding("pdf_bad_signature", file)
            elif file.signature.condition is SignatureCondition.UNSIGNED and signed >= HABIT * len(files):
                yield _finding("pdf_unsigned", file)


def _finding(rule: str, file: File) -> Finding:
    condition = file.signature.condition.vietnamese
    message = (
        f"Tệp của “{file.title}”: {condition.lower()}. Đăng lại tệp do văn thư phát hành, có chữ ký số của cơ quan."
    )
    evidence = {
        "file": file.url,
        "condition": condition,
        "signer": file.signature.signer,
        "signed_at": _text(file.signature.signed_at),
        "detail": file.signature.detail,
    }
    return Finding(rule, file.site_id, message, url=file.document_url, field=file.url, law=LAW, capture_id=file.capture_id, evidence=evidence)  # fmt: skip


def _text(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""

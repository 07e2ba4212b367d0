"""The national catalogue: one line a procedure with code, name, sectors, agencies, audiences; a complete snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.codes import is_internal
from core.model import Procedure
from procedures.formats.line import code_of, name_of, one_line, text, texts
from store.register import Entry

COMPLETE = True


def recognises(line: Mapping[str, Any]) -> bool:
    """Whether a line is of the catalogue."""
    return "code" in line and ("issued_by" in line or "subjects" in line)


def read(line: Mapping[str, Any]) -> Entry:
    """One line of the catalogue; BadLine when it cannot be an entry."""
    code = code_of(line.get("code"))
    procedure = Procedure(
        name=name_of(line.get("name")),
        code=code,
        code_raw=str(line["code"]).strip(),
        sectors=texts(line.get("fields")),
        agencies=texts(line.get("agencies")),
        audiences=texts(line.get("subjects")),
        list_only=True,
    )
    kind = one_line(line.get("type"))
    return Entry(
        procedure,
        format="catalog",
        issued_by=one_line(line.get("issued_by")),
        state=one_line(line.get("state")),
        type=kind,
        internal=is_internal(code) or kind.endswith("INTERNAL"),
        url=text(line.get("url")),
    )

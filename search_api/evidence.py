"""The evidence pack of a finding: page, field and rule, the two texts side by side, and the capture with its digest."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import Connection, Row, select

from core.clock import local_date
from core.errors import ArchiveError
from core.finding_rules import RULES
from reports.values import Json, stamp
from reports.wording import EVIDENCE, STATES, evidence_text, section
from search_api.pages import render
from search_api.parts import ID_LIMIT, AppParts, header, parts_of
from search_api.problems import NotHere
from search_api.schemas import procedure_url
from search_api.wording import FIELDS, moment
from store.tables import captures, findings

router = APIRouter()


@router.get("/api/v1/findings/{finding_id:int}")
def finding(request: Request, finding_id: int) -> Json:
    """One finding with everything that proves it."""
    parts = parts_of(request)
    with parts.database.read() as connection:
        return pack(connection, parts, _found(connection, finding_id))


@router.get("/bang-chung/{finding_id:int}.json", include_in_schema=False)
def page_json(request: Request, finding_id: int) -> Json:
    """The twin of the page."""
    return finding(request, finding_id)


@router.get("/bang-chung/{finding_id:int}", include_in_schema=False)
def page(request: Request, finding_id: int) -> HTMLResponse:
    """The pack for people."""
    return render(request, "evidence.html", pack=finding(request, finding_id))


@router.get("/bang-chung/{finding_id:int}.zip", include_in_schema=False)
def archive(request: Request, finding_id: int) -> Response:
    """The pack as a ZIP: what was found, the page as it came, its headers and its digest."""
    parts = parts_of(request)
    with parts.database.read() as connection:
        row = _found(connection, finding_id)
        told = pack(connection, parts, row)
        capture = _capture(connection, row.capture_id)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack_file:
        pack_file.writestr("ket-luan.json", json.dumps(told, ensure_ascii=False, indent=2))
        has_copy = capture is not None and _put_capture(pack_file, parts, capture)
        pack_file.writestr("ket-luan.txt", in_words(told, has_copy=has_copy))
    disposition = {"Content-Disposition": f'attachment; filename="bang-chung-{finding_id}.zip"'}
    return Response(out.getvalue(), media_type="application/zip", headers=disposition)


def in_words(told: Json, *, has_copy: bool) -> str:
    """A pack as a plain text, for whoever is handed the file and asks what it proves. `has_copy`: the page lies beside it."""
    capture = told["capture"] or {}
    facts = {
        "Đơn vị": told["site"]["owner"],
        "Chuyên mục": section(told["section"]) if told["section"] else "",
        "Địa chỉ": told["page"],
        "Mã thủ tục": told["code"],
        "Mục": told["field_text"],
        "Quy tắc": f"{told['title']} ({told['rule']})",
        "Căn cứ": told["law"],
        "Trạng thái": told["state_text"],
        "Thấy lần đầu": moment(told["first_seen"]),
        "Thấy gần nhất": moment(told["last_seen"]),
        **{EVIDENCE.get(key, key): evidence_text(value) for key, value in {**(told["texts"] or {}), **told["evidence"]}.items()},
        "Bản lưu lấy về": moment(capture.get("fetched_at")) if capture else "không có, phát hiện dựa trên cả lượt kiểm tra",
        "SHA-256 của bản lưu": capture.get("sha256", ""),
    }  # fmt: skip
    lines = [told["title"], told["message"], "", *(f"{name}: {text}" for name, text in facts.items() if text)]
    if has_copy:
        lines += ["", "Bản lưu nằm trong gói này; kiểm tra nó chưa bị sửa: sha256sum -c sha256.txt"]
    return "\r\n".join(lines) + "\r\n"


def _put_capture(pack_file: zipfile.ZipFile, parts: AppParts, capture: Row[Any]) -> bool:
    """Put the page as it came into the pack; whether it could be read."""
    lines = [capture.url, stamp(capture.fetched_at) or "", f"HTTP {capture.status}", ""]
    lines += [f"{name}: {value}" for name, value in capture.headers.items()]
    pack_file.writestr("tieu-de.txt", "\n".join(lines) + "\n")
    try:
        body = parts.archive.read(capture).body
    except ArchiveError as error:  # the pack says so instead of passing for whole
        pack_file.writestr("THIEU-BAN-LUU.txt", f"{error}\n")
        return False
    name = "trang.html" if "html" in header(capture.headers, "content-type").lower() else "tep.bin"
    pack_file.writestr(name, body)
    pack_file.writestr("sha256.txt", f"{capture.digest}  {name}\n")
    return True


def pack(connection: Connection, parts: AppParts, row: Row[Any]) -> Json:
    """The pack of a row of `findings`."""
    rule = RULES.get(row.rule)
    day = local_date(parts.clock())
    owner = parts.province.owner_on(row.site_id, day)
    two = {name: row.evidence[name] for name in ("page", "register") if name in row.evidence}
    rest = {name: value for name, value in row.evidence.items() if name not in two and name != "field"}  # told above
    return {
        "id": row.id,
        "rule": row.rule,
        "title": rule.title if rule else row.rule,
        "audience": rule.audience if rule else "operator",
        "law": row.law or "không phải luật",
        "message": row.message,
        "state": row.state,
        "state_text": STATES.get(row.state, row.state),
        "site": {"id": row.site_id, "owner": owner, "url": f"/nguon/{row.site_id}"},
        "section": row.section,
        "page": row.url,
        "code": row.code,
        "procedure": procedure_url(row.code) if row.code else None,
        "field": row.field,
        "field_text": FIELDS.get(row.field, row.field),
        "texts": two if len(two) == 2 else None,
        "evidence": rest if len(two) == 2 else dict(row.evidence),
        "first_seen": stamp(row.first_seen),
        "last_seen": stamp(row.last_seen),
        "resolved_at": stamp(row.resolved_at),
        "capture": _capture_json(_capture(connection, row.capture_id)),
        "zip": f"/bang-chung/{row.id}.zip",
    }


def _capture_json(capture: Row[Any] | None) -> Json | None:
    if capture is None:
        return None
    return {
        "id": capture.id,
        "url": capture.url,
        "fetched_at": stamp(capture.fetched_at),
        "status": capture.status,
        "headers": dict(capture.headers),
        "sha256": capture.digest,
        "bytes": capture.body_bytes,
        "warc": {"file": capture.archive, "offset": capture.offset, "length": capture.length},
        "copy": f"/ban-luu/{capture.id}",
    }


def _found(connection: Connection, finding_id: int) -> Row[Any]:
    if finding_id < ID_LIMIT:
        row = connection.execute(select(findings).where(findings.c.id == finding_id)).first()
        if row is not None:
            return row
    raise NotHere("Không có phát hiện này.", "Mở lại từ trang nguồn.")


def _capture(connection: Connection, capture_id: int | None) -> Row[Any] | None:
    if capture_id is None:
        return None
    return connection.execute(select(captures).where(captures.c.id == capture_id)).first()

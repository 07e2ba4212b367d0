"""`/bien-tap/xuat`: the reports as files; an editor gets their own sites, lead and operator all of them."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from core.clock import local_date
from reports import document, files, sheets
from reports.mail import leads_nowhere
from reports.sheets import SHEETS, Report
from search_api.parts import parts_of
from search_api.problems import NotHere
from search_api.signed_in import SignedIn, private
from store.accounts import Role
from store.sessions import Session

router = APIRouter(include_in_schema=False)


@router.get("/bien-tap/xuat")
def choose(request: Request, session: SignedIn) -> HTMLResponse:
    """What can be had."""
    parts = parts_of(request)
    as_of, leads_to = local_date(parts.clock()), parts.settings.text("public_url")
    nowhere = leads_nowhere(parts.settings)
    return private(request, "sheets.html", session, sheets=SHEETS, as_of=as_of, leads_to=leads_to, nowhere=nowhere)


@router.get("/bien-tap/xuat/{name}")
def download(request: Request, session: SignedIn, name: str) -> Response:
    """`bao-cao.xlsx`, `bao-cao.docx`, or one sheet as `.csv`."""
    stem, _, ending = name.rpartition(".")
    if stem == "bao-cao" and ending == "xlsx":
        content, media = files.as_xlsx(_report(request, session)), files.XLSX
    elif stem == "bao-cao" and ending == "docx":
        content, media = document.as_docx(_report(request, session)), document.DOCX
    elif stem in SHEETS and ending == "csv":
        content, media = files.as_csv(_report(request, session).sheet(stem)).encode(), "text/csv; charset=utf-8"
    else:
        raise NotHere("Không có tệp này.", "Chọn tệp ở /bien-tap/xuat.")
    day = local_date(parts_of(request).clock())
    headers = {"Content-Disposition": f'attachment; filename="{stem}-{day}.{ending}"', "Cache-Control": "no-store"}
    return Response(content, media_type=media, headers=headers)


def _report(request: Request, session: Session) -> Report:
    parts = parts_of(request)
    account = session.account
    sites = account.sites if account.role is Role.EDITOR else None
    with parts.database.read() as connection:
        return sheets.report(connection, parts.province, parts.settings, parts.clock(), sites)

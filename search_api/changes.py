"""What the register changed, for people and programs: a page, `/api/v1/changes`, a JSON Feed and an Atom feed."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from sqlalchemy import Connection

from core import codes
from core.clock import VIETNAM
from core.errors import QueryRefused
from core.plain import digest
from reports.values import Json, stamp
from search_api.pages import render
from search_api.parts import parts_of
from search_api.schemas import procedure_url
from search_api.wording import FIELDS, brief, day
from store import register, register_changes
from store.register_changes import Change, ChangeFilter

router = APIRouter()

Kind = Literal["", "added", "amended", "withdrawn", "replaced"]

KINDS = {
    "added": "Mới công bố",
    "amended": "Sửa đổi",
    "withdrawn": "Bãi bỏ",
    "replaced": "Được thay thế",
    "first_seen": "Có trong danh mục",
}

FIELD_NAMES = {**FIELDS, "issued_by": "Cơ quan công bố", "state": "Trạng thái", "type": "Loại"}

FEED_SIZE = 50
ATOM = "http://www.w3.org/2005/Atom"


@router.get("/api/v1/changes")
def changes(
    request: Request,
    since: str = "",
    code: str = "",
    sector: str = "",
    agency: str = "",
    kind: Kind = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Json:
    """Changes in the order they were written. `since`: a day (2026-11-01), or the `next` of the answer before."""
    after, from_day = _since(since)
    wanted = ChangeFilter(after, from_day, codes.normalise(code) or code, sector, agency, kind, limit)
    with parts_of(request).database.read() as connection:
        found = register_changes.listed(connection, wanted)
        newest = register_changes.newest(connection)
    following = found[-1].id if found else max(after, 0)
    return {
        "items": [change_json(change) for change in found],
        "next": str(following if found or after else newest),
        "more": len(found) == limit,
    }


def _since(text: str) -> tuple[int, date | None]:
    if not text:
        return 0, None
    if re.fullmatch(r"\d{1,15}", text):
        return int(text), None
    try:
        return 0, datetime.fromisoformat(text).date() if "T" in text else date.fromisoformat(text)
    except ValueError:
        raise QueryRefused(
            f"“{text[:40]}” không phải là ngày.", "Ghi since=2026-11-01, hoặc số “next” lần trước."
        ) from None


def change_json(change: Change) -> Json:
    """One change as the API tells it."""
    return {
        "id": change.id,
        "as_of": change.as_of.isoformat(),
        "kind": change.kind,
        "kind_text": KINDS[change.kind],
        "code": change.code,
        "name": change.name,
        "url": procedure_url(change.code),
        "sectors": list(change.sectors),
        "agencies": list(change.agencies),
        "fields": [
            {"field": f.field, "label": FIELD_NAMES.get(f.field, f.field), "old": f.old, "new": f.new}
            for f in change.fields
        ],
        "replaced_by": list(change.replaced_by),
        "source": change.source,
        "imported_at": stamp(change.at),
    }


def history_json(connection: Connection, code: str) -> list[Json]:
    """The life of a code in the register, the newest first; the last line is the snapshot that knew it first."""
    found = register_changes.listed(connection, ChangeFilter(code=code, limit=1000, newest_first=True))
    steps = [change_json(change) for change in found]
    known = register.known(connection, [code]).get(code, [])
    first = min(known, key=lambda item: (item.snapshot.as_of, item.snapshot.id), default=None)
    if first is not None and not any(step["kind"] == "added" for step in steps):
        begin = {"kind": "first_seen", "kind_text": KINDS["first_seen"], "as_of": first.snapshot.as_of.isoformat()}
        steps.append({**begin, "fields": [], "replaced_by": [], "source": first.snapshot.source})
    return steps


@router.get("/thay-doi", include_in_schema=False)
def page(
    request: Request, code: str = "", sector: str = "", agency: str = "", kind: Kind = "", since: str = ""
) -> HTMLResponse:
    """What changed lately, newest first; `since` as for the API."""
    about = {"code": code, "sector": sector, "agency": agency, "kind": kind, "since": since}
    feed = _query({name: value for name, value in about.items() if name != "kind"})
    return render(
        request,
        "changes.html",
        items=[change_json(change) for change in _newest(request, about)],
        title=_title(about),
        kinds={name: text for name, text in KINDS.items() if name != "first_seen"},
        about=about,
        is_filtered=any(about.values()),
        most=FEED_SIZE,
        all_of=_query({name: value for name, value in about.items() if name != "since"}),
        feed=feed,
    )


@router.get("/thay-doi.json", include_in_schema=False)
def json_feed(request: Request, code: str = "", sector: str = "", agency: str = "", since: str = "") -> Response:
    """JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""
    about = {"code": code, "sector": sector, "agency": agency, "since": since}
    base = str(request.base_url).rstrip("/")
    feed: Json = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _title(about),
        "home_page_url": f"{base}/thay-doi{_query(about)}",
        "feed_url": f"{base}/thay-doi.json{_query(about)}",
        "language": "vi",
        "items": [_feed_item(base, change) for change in _newest(request, about)],
    }
    return _kept(request, JSONResponse(feed, media_type="application/feed+json"))


@router.get("/thay-doi.atom", include_in_schema=False)
def atom_feed(request: Request, code: str = "", sector: str = "", agency: str = "", since: str = "") -> Response:
    """Atom (RFC 4287)."""
    about = {"code": code, "sector": sector, "agency": agency, "since": since}
    base = str(request.base_url).rstrip("/")
    found = _newest(request, about)
    feed = ET.Element("feed", {"xmlns": ATOM, "xml:lang": "vi"})
    updated = max((c.at for c in found if c.at), default=datetime(1970, 1, 1, tzinfo=UTC))
    address = f"{base}/thay-doi.atom{_query(about)}"
    _texts(feed, {"id": address, "title": _title(about), "updated": updated.isoformat()})
    ET.SubElement(feed, "link", {"rel": "self", "href": address, "type": "application/atom+xml"})
    ET.SubElement(feed, "link", {"rel": "alternate", "href": f"{base}/thay-doi{_query(about)}", "type": "text/html"})
    _texts(ET.SubElement(feed, "author"), {"name": f"Tra cứu thủ tục {parts_of(request).province.name}"})
    for change in found:
        item = _feed_item(base, change)
        entry = ET.SubElement(feed, "entry")
        _texts(entry, {"id": item["id"], "title": item["title"], "updated": (change.at or updated).isoformat()})
        _texts(entry, {"published": item["date_published"], "summary": item["content_text"]})
        ET.SubElement(entry, "link", {"rel": "alternate", "href": item["url"], "type": "text/html"})
        for tag in item["tags"]:
            ET.SubElement(entry, "category", {"term": tag})
    text = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return _kept(request, Response(text, media_type="application/atom+xml"))


def _kept(request: Request, answer: Response) -> Response:
    """304 for a reader that has this very feed already: they ask every hour, for years."""
    tag = f'"{digest(bytes(answer.body))[:32]}"'
    answer.headers["ETag"] = tag
    answer.headers["Cache-Control"] = "max-age=900"
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers={"ETag": tag, "Cache-Control": "max-age=900"})
    return answer


def _newest(request: Request, about: dict[str, Any]) -> list[Change]:
    code = codes.normalise(about["code"]) or about["code"]
    kind = about.get("kind", "")
    wanted = ChangeFilter(
        *_since(about["since"]), code, about["sector"], about["agency"], kind, FEED_SIZE, newest_first=True
    )
    with parts_of(request).database.read() as connection:
        return register_changes.listed(connection, wanted)


def _title(about: dict[str, Any]) -> str:
    of = next((about[name] for name in ("code", "sector", "agency") if about[name]), "")
    title = f"Thay đổi của thủ tục hành chính: {of}" if of else "Thay đổi của thủ tục hành chính"
    from_day = _since(about["since"])[1]
    return f"{title}, từ {day(from_day)}" if from_day else title


def _query(about: dict[str, Any]) -> str:
    given = {name: value for name, value in about.items() if value}
    return "?" + urlencode(given) if given else ""


def _feed_item(base: str, change: Change) -> Json:
    published = datetime.combine(change.as_of, time(7), VIETNAM).isoformat()
    return {
        "id": f"{base}{procedure_url(change.code)}#{change.kind}-{change.as_of.isoformat()}-{change.id}",
        "url": f"{base}{procedure_url(change.code)}",
        "title": f"{KINDS[change.kind]}: {change.name} ({change.code})",
        "content_text": told(change),
        "date_published": published,
        "date_modified": stamp(change.at),
        "tags": [*change.sectors, *change.agencies],
    }


def told(change: Change) -> str:
    """A change in words: each field old → new, or what came instead."""
    if change.kind == "amended":
        parts = (f"{FIELD_NAMES.get(f.field, f.field)}: {brief(f.old) or '(trống)'} → {brief(f.new) or '(trống)'}" for f in change.fields)  # fmt: skip
        return ". ".join(parts)
    heirs = f" Thay bằng {', '.join(change.replaced_by)} (cùng tên, cùng lĩnh vực)." if change.replaced_by else ""
    return f"{KINDS[change.kind]} theo danh mục quốc gia ngày {day(change.as_of)}.{heirs}"


def _texts(parent: ET.Element, values: dict[str, str]) -> None:
    for name, value in values.items():
        ET.SubElement(parent, name).text = _XML_REFUSED.sub("", value)


_XML_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters XML 1.0 has no way to write; crawled and imported texts hold some."""

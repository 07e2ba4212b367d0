"""Citizens' pages: the same objects as the API, as HTML."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated, Any
from xml.sax.saxutils import escape

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from sqlalchemy import select

from core.errors import QueryRefused
from core.states import ProcedureState
from core.unified import ONE_UNITS
from indexer.engines import Kind
from indexer.query.answer import Ask
from indexer.query.ranking import CANDIDATES
from reports.values import Json
from search_api import api
from search_api.closed import OF_SEARCH, left_out, odd_values, refuse
from search_api.inert import make_inert
from search_api.last_good import answers_of
from search_api.pages import render, web_link, with_query
from search_api.parts import ID_LIMIT, AppParts, header, parts_of
from search_api.problems import NotHere
from search_api.schemas import WrittenJson, body_of, procedure_url
from search_api.turns import in_turn
from search_api.units import NamedUnits
from search_api.wording import CHANNELS
from store import records
from store.tables import captures
from store.tables import procedures as procedure_table
from vietnamese.syllables import fold_text

router = APIRouter(include_in_schema=False)

Many = Annotated[list[str] | None, Query()]

EXAMPLES = ("làm lại căn cước", "sổ đỏ", "mở quán ăn", "1.001193")
PAGE_SIZE = 10
FACETS = {
    "tier": "Nơi nộp", "sector": "Lĩnh vực", "service_level": "Trực tuyến", "days": "Thời hạn", "cost": "Phí",
    "form": "Biểu mẫu", "audience": "Ai làm", "state": "Hiệu lực", "agency": "Cơ quan thực hiện", "site": "Trang đăng",
}  # fmt: skip
MOST_VALUES = 8

FRAME_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"


@router.get("/")
def home(request: Request) -> Response:
    """The search box; with a question it leads to the answer."""
    if "q" in request.query_params:
        return RedirectResponse(f"/tim?{request.url.query}")
    return render(request, "home.html", examples=EXAMPLES)


async def _asked(request: Request, q: str = "", kind: Kind = "procedure", cursor: str = "", raw: bool = False) -> Ask:
    return Ask(q, kind, _filters(request), PAGE_SIZE, cursor, raw, grouped=True, other_kinds=True)


Asked = Annotated[Ask, Depends(_asked)]
"""What the page of results and its twin are asked for."""


@router.get("/tim")
async def results(request: Request, ask: Asked) -> Response:
    """One page of results; an empty question leads back to the search box with a word on what to type."""
    return await in_turn(request, lambda: _results(request, ask))


def _results(request: Request, ask: Ask) -> Response:
    q, kind, raw, filters = ask.q, ask.kind, ask.raw, ask.filters
    try:
        found = api.searched(request, ask)
    except QueryRefused as refused:
        return render(request, "home.html", status=422, examples=EXAMPLES, refused=refused)
    query = {"q": q, "kind": kind if kind != "procedure" else None, "raw": 1 if raw else None}
    return render(
        request,
        "results.html",
        q=q,
        kind=kind,
        raw=raw,
        found=found,
        groups=_groups(found["items"]),
        anchor=ANCHORS.get(next(iter(found["intents"]), ""), ""),
        query={**query, **{name: list(values) for name, values in filters.items()}},
        filters=filters,
        left_out=left_out(odd_values(request.query_params, OF_SEARCH), FACETS),
        sectors_near=_sectors_near(request, q, found),
        FACETS=FACETS,
        where=with_query({"don-vi": q if found["places"] else None}).rstrip("?"),
        facets=[
            (name, label, _shown_values(found["facets"].get(name, []), filters.get(name, ())))
            for name, label in FACETS.items()
        ],
        most=CANDIDATES,
    )


def _shown_values(counted: list[Json], chosen: tuple[str, ...]) -> list[Json]:
    """The most frequent values, and those that are chosen however rare they are: what cannot be seen cannot be undone."""
    counts = {found["value"]: found["count"] for found in counted}
    shown = dict.fromkeys((*list(counts)[:MOST_VALUES], *chosen))
    return [{"value": value, "count": counts.get(value, 0)} for value in shown]


def _sectors_near(request: Request, q: str, found: Json) -> list[str]:
    """When nothing was found: the sectors that the filters kept away, else those spelt nearly as was asked, then the largest."""
    if found["items"]:
        return []
    counted = [value["value"] for value in found["facets"].get("sector", ())]
    if not counted and not found["saved_at"]:
        of_all = answers_of(request).search(Ask(BROAD, "procedure", limit=1)).answer.facets
        largest = [value for value, _ in of_all.get("sector", ())]
        plain = {fold_text(name): name for name in largest}
        counted = [*(plain[name] for name in get_close_matches(fold_text(q), plain, NEAR_SECTORS)), *largest]
    return list(dict.fromkeys(counted))[:NEAR_SECTORS]


BROAD = "thủ tục"
"""A question that procedures of every sector answer."""

NEAR_SECTORS = 5

ANCHORS = {"papers": "#chuan-bi", "fee": "#noi-nop", "time": "#noi-nop", "place": "#noi-nop", "form": "#chuan-bi"}
"""Where on a procedure's page the answer to what was asked stands."""


def _groups(items: list[Json]) -> list[Json]:
    """The same items with each variant under the hit it belongs to; nothing is added or left out."""
    leaders = [{**item, "variants": []} for item in items if not item.get("variant_of")]
    by_key = {item["key"]: item for item in leaders if item["kind"] == "procedure"}
    for item in items:
        if item.get("variant_of"):
            by_key[item["variant_of"]]["variants"].append(item)
    return leaders


@router.get("/tim.json")
async def results_json(request: Request, ask: Asked) -> Response:
    """The twin of the results; filters are those of /api/v1/search."""
    refuse(odd_values(request.query_params, OF_SEARCH), OF_SEARCH)
    return await in_turn(request, lambda: WrittenJson(api.searched(request, ask)))


def _filters(request: Request) -> dict[str, tuple[str, ...]]:
    """What is chosen, without what there is not: the page says that it was left out."""
    values, odd = request.query_params, {*odd_values(request.query_params, OF_SEARCH)}
    return {
        name: tuple(chosen)
        for name in FACETS
        if (chosen := [value for value in values.getlist(name) if value and (name, value) not in odd])
    }


@router.get("/thu-tuc/{code}")
def procedure(request: Request, code: str) -> Response:
    """A procedure in the order of the national portal; `.json` behind the code gives the object."""
    parts = parts_of(request)
    with parts.database.read() as connection:
        item = api.whole_procedure(request, connection, code.removesuffix(".json"))
    if code.endswith(".json"):
        return JSONResponse(item)
    register = item["register"] or {}
    values = {name: field["value"] for name, field in item["fields"].items()}
    return render(
        request,
        "procedure.html",
        item=item,
        values=values,
        state=ProcedureState(item["state"]).vietnamese,
        filing=web_link(register.get("url", "")) or parts.settings.text("portal_url"),
        linked=_linked_data(item, values),
        has_address=_has_address(item),
        **_places(request, item),
    )


def _has_address(item: Json) -> bool:
    address = item["fields"].get("address")
    return bool(address and address["value"]) and address["verified"] != ONE_UNITS


def _places(request: Request, item: Json) -> Json:
    """Units that are no more: those that `?don-vi=` names, or the only one, stand open, the others folded."""
    named = NamedUnits((request.query_params.get("don-vi", ""),), parts_of(request).province.name)
    here = [place for place in item["places"] if len(item["places"]) == 1 or named.has(place["unit"])]
    return {"here": here, "elsewhere": [place for place in item["places"] if place not in here]}


def _linked_data(item: Json, values: dict[str, Any]) -> Json:
    """schema.org GovernmentService."""
    channels = [CHANNELS.get(c.get("kind", ""), "") for c in values.get("channels", [])]
    return {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "name": item["name"],
        "identifier": item["code"] or item["key"],
        "serviceType": ", ".join(item["sectors"]),
        "provider": [{"@type": "GovernmentOrganization", "name": name} for name in item["agencies"]],
        "availableChannel": [{"@type": "ServiceChannel", "name": name} for name in channels if name],
        "inLanguage": "vi",
    }


@router.get("/tin/{record_id:int}")
def record(request: Request, record_id: int) -> HTMLResponse:
    """An article or document: what it is, where it stands, and the archived copy; 410 once its site shows it no more.

    What an agency took back, perhaps because it names somebody, is not spread on: neither its text nor a copy.
    """
    parts = parts_of(request)
    with parts.database.read() as connection:
        found = records.by_id(connection, [record_id]).get(record_id) if record_id < ID_LIMIT else None
        if found is None:
            raise NotHere("Không có bản tin hay văn bản này.", "Hãy tìm lại từ trang chủ.")
        url = connection.scalar(select(captures.c.url).where(captures.c.id == found.capture_id)) or ""
    gone = found.withdrawn_at is not None
    text = "" if gone else body_of(found)[:600]
    return render(request, "record.html", status=410 if gone else 200, record=found, text=text, url=url)


def _capture(parts: AppParts, capture_id: int) -> Any:
    if capture_id < ID_LIMIT:
        with parts.database.read() as connection:
            row = connection.execute(select(captures).where(captures.c.id == capture_id)).first()
        if row is not None:
            return row
    raise NotHere("Không có bản lưu này.", "Hãy mở lại từ trang thủ tục.")


@router.get("/ban-luu/{capture_id:int}")
def archived(request: Request, capture_id: int) -> HTMLResponse:
    """The frame around an archived copy, with its date."""
    row = _capture(parts_of(request), capture_id)
    return render(request, "archived.html", capture=row)


@router.get("/ban-luu/{capture_id:int}/noi-dung")
def archived_content(request: Request, capture_id: int) -> Response:
    """The archived copy itself, inert, under a policy that lets it do nothing."""
    parts = parts_of(request)
    response = parts.archive.read(_capture(parts, capture_id))
    media = header(response.headers, "content-type").lower()
    headers = {"Content-Security-Policy": FRAME_POLICY}
    if "html" not in media and media and not media.startswith("text/"):
        return PlainTextResponse("Bản lưu này là một tệp, không xem được tại đây. Hãy mở ở trang gốc.", headers=headers)
    charset = media.partition("charset=")[2].split(";")[0].strip(" \"'")
    return HTMLResponse(make_inert(response.body, charset), headers=headers)


@router.get("/opensearch.xml")
def opensearch(request: Request) -> Response:
    """Lets browsers offer the search in their address bar."""
    base, name = str(request.base_url).rstrip("/"), escape(f"Tra cứu thủ tục {parts_of(request).province.name}")
    text = (
        '<?xml version="1.0" encoding="UTF-8"?><OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">'
        f"<ShortName>Tra cứu</ShortName><Description>{name}</Description><InputEncoding>UTF-8</InputEncoding>"
        f'<Url type="text/html" template="{escape(base)}/tim?q={{searchTerms}}"/></OpenSearchDescription>'
    )
    return Response(text, media_type="application/opensearchdescription+xml")


@router.get("/robots.txt")
def robots(request: Request) -> PlainTextResponse:
    """Procedures may be found by search engines; questions and archived copies may not."""
    base = str(request.base_url).rstrip("/")
    return PlainTextResponse(
        f"User-agent: *\nDisallow: /tim\nDisallow: /ban-luu/\nDisallow: /api/\nSitemap: {base}/sitemap.xml\n"
    )


@router.get("/sitemap.xml")
def sitemap(request: Request) -> Response:
    """All public procedures; the protocol allows 50,000 addresses."""
    base = str(request.base_url).rstrip("/")
    query = select(procedure_table.c.key, procedure_table.c.updated_at).where(procedure_table.c.is_public)
    with parts_of(request).database.read() as connection:
        rows = connection.execute(query.order_by(procedure_table.c.key).limit(50_000)).all()
    urls = "".join(
        f"<url><loc>{escape(base + procedure_url(row.key))}</loc><lastmod>{row.updated_at:%Y-%m-%d}</lastmod></url>"
        for row in rows
    )
    text = f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
    return Response(text, media_type="application/xml")

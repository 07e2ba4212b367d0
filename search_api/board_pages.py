"""The board and the page of a site: who is late with what, by which rule, with what proof."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from core.clock import local_date
from core.sections import SECTIONS
from reports import board, files, sheets
from reports.board import TREND_DAYS, BoardFilter
from reports.findings import MOST_FINDINGS
from reports.site import by_rule
from reports.values import Json
from reports.wording import KINDS_OF_SITE, SHORT_WORDS
from search_api import api, plots
from search_api.api import board_filter
from search_api.closed import OF_BOARD, left_out, odd_values
from search_api.pages import render
from search_api.parts import AppParts, parts_of
from search_api.units import ended_on, heirs_of

router = APIRouter(include_in_schema=False)

Filter = Annotated[BoardFilter, Depends(board_filter)]

LABELS = {"kind": "Loại", "verdict": "Trạng thái", "section": "Chuyên mục", "sort": "Thứ tự"}

SORT_WORDS = {"worst": "Xấu nhất trước", "todo": "Nhiều việc nhất", "newest": "Lâu chưa có gì mới", "name": "Tên"}


@router.get("/nguon.json")
def sources_json(request: Request, wanted: Filter) -> Json:
    """The twin of the board."""
    return api.board_json(request, wanted)


@router.get("/nguon.csv")
def sources_csv(request: Request, wanted: Filter) -> Response:
    """The board for spreadsheets, in the words of the page; programs ask /api/v1/freshness.csv."""
    sheet = sheets.board_sheet(api.board_json(request, wanted))
    name = f"trang-nguon-{local_date(parts_of(request).clock())}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(files.as_csv(sheet), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/nguon")
def sources(request: Request, q: str = "") -> HTMLResponse:
    """The board, worst first; what there is not in an old address is left out, and said to be."""
    odd = [*odd_values(request.query_params, OF_BOARD, once=True)]
    given = {name: request.query_params.get(name, "") for name in OF_BOARD}
    wanted = BoardFilter(q[:100], **{name: v for name, v in given.items() if v and (name, v) not in odd})
    shown = api.board_json(request, wanted)
    today = local_date(parts_of(request).clock())
    query = {name: value for name, value in asdict(wanted).items() if value and (name, value) != ("sort", "worst")}
    return render(
        request,
        "board.html",
        board=shown,
        wanted=wanted,
        left_out=left_out(odd, LABELS),
        query=query,
        names=board.section_names(shown["sites"]),
        verdicts=board.WORST_FIRST,
        kinds=KINDS_OF_SITE,
        sections={name: label for name, label in SECTIONS.items() if name},
        sorts=SORT_WORDS,
        short={verdict.value: word for verdict, word in SHORT_WORDS.items()},
        spark=partial(plots.spark, today=today, days=TREND_DAYS),
        stacked=plots.stacked(shown["days"], today, TREND_DAYS),
        today=today,
    )


def _former(parts: AppParts, site_id: str) -> list[Json]:
    """Units whose site this was and that are no more, with their last day past and who has their tasks today."""
    site, today = parts.province.site(site_id), local_date(parts.clock())
    ended = ((owner.value, ended_on(owner.value, site, today)) for owner in site.owners)
    return [
        {"unit": unit, "since": since.isoformat(), "heirs": list(heirs_of(unit, site, parts.province, today))}
        for unit, since in ended
        if since is not None
    ]


@router.get("/nguon/{site_id}")
def source(request: Request, site_id: str) -> Response:
    """One site; `.json` behind the id gives the object."""
    shown = api.site(request, site_id.removesuffix(".json"))
    shown["former"] = _former(parts_of(request), shown["id"])
    if site_id.endswith(".json"):
        return JSONResponse(shown)
    today = local_date(parts_of(request).clock())
    return render(
        request,
        "site.html",
        site=shown,
        rules=by_rule([item for item in shown["findings"] if item["audience"] == "editor"]),
        faults=by_rule([item for item in shown["findings"] if item["audience"] == "operator"]),
        kind=KINDS_OF_SITE.get(shown["kind"], ""),
        spark=partial(plots.spark, today=today, days=TREND_DAYS),
        days=TREND_DAYS,
        is_cut=len(shown["findings"]) >= MOST_FINDINGS,
    )

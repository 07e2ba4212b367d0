"""The figures the province reports, counted from the store and beside the published ones: each with its day and source."""

from __future__ import annotations

import threading
import tomllib
from collections import Counter, defaultdict
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection, String, cast, func, or_, select

from core.clock import local_date
from core.errors import ConfigError
from core.states import SignatureCondition
from reports.values import Json
from search_api.dossiers import share, stated
from search_api.figure import COUNTED, NO_SOURCE, figure
from search_api.pages import render
from search_api.parts import AppParts, parts_of
from search_api.service_figures import service_figures
from search_api.wording import day as written_day
from store import changes, register, register_changes, signatures
from store.tables import pages, records

router = APIRouter()

MOST_REPORTS = 20

GROUPS = {
    "services": "Dịch vụ công theo mức độ",
    "totals": "Tổng thủ tục công khai",
    "centres": "Thủ tục tại các trung tâm, bộ phận một cửa",
    "reviewed": "Rà soát thủ tục",
    "dossiers": "Hồ sơ tiếp nhận và đúng hạn",
    "published": "Công khai kết quả và xin lỗi",
    "iso": "Công bố ISO 9001",
    "signed": "Văn bản có chữ ký số",
}


@router.get("/api/v1/figures")
def figures(request: Request) -> Json:
    """Every figure with its day, its source and how it came about; “không có nguồn” where there is none."""
    parts = parts_of(request)
    with parts.database.read() as connection:
        groups = request.app.state.figures.groups(connection, parts)
    return {
        "as_of": parts.clock().isoformat(),
        "groups": [{"id": name, "title": title, "items": groups.get(name, [])} for name, title in GROUPS.items()],
    }


@router.get("/so-lieu.json", include_in_schema=False)
def page_json(request: Request) -> Json:
    """The twin of the page."""
    return figures(request)


@router.get("/so-lieu", include_in_schema=False)
def page(request: Request) -> HTMLResponse:
    """The figures for people."""
    return render(request, "figures.html", figures=figures(request), NO_SOURCE=NO_SOURCE)


class KeptFigures:
    """The figures by group, counted again only when something in the store changed or a new day began. Thread-safe: who asks
    meanwhile waits for the count."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._as_of: object = None
        self._groups: dict[str, list[Json]] = {}

    def groups(self, connection: Connection, parts: AppParts) -> dict[str, list[Json]]:
        """The figures of today."""
        day = local_date(parts.clock())
        as_of = changes.last(connection), signatures.last(connection), day
        with self._lock:
            if as_of != self._as_of:
                self._groups = _count(connection, parts, day)
                self._as_of = as_of
            return self._groups


def _count(connection: Connection, parts: AppParts, day: date) -> dict[str, list[Json]]:
    found: dict[str, list[Json]] = defaultdict(list)
    for name, item in published(parts.province.folder):
        found[name].append(item)
    service_figures(connection, parts, day, found)
    found["reviewed"] += _reviewed(connection)
    found["dossiers"] += _dossiers(connection, parts, day)
    found["published"] += _results_and_apologies(connection, parts, day)
    found["iso"].append(_iso(connection, parts, day))
    found["signed"] += _signed(connection, day)
    return dict(found)


@lru_cache(maxsize=8)
def published(folder: Path) -> tuple[tuple[str, Json], ...]:
    """The published figures of the province's figures.toml; none when there is no such file."""
    path = folder / "figures.toml"
    if not path.exists():
        return ()
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return (*map(_of_row, _with(data, "figure")), *map(_of_dossiers, _with(data, "dossiers")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise ConfigError(f"{path} cannot be used: {error!r}", "mend that line") from None


def _with(data: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [{**row, "source": data["source"][row["source"]]} for row in data.get(name, [])]


def _of_row(row: dict[str, Any]) -> tuple[str, Json]:
    of = f"{row['of_value']} {row['of']}" if "of_value" in row else ""
    note = row.get("note", "Tổng của các số trên." if "sum_of" in row else "")
    more = {"of": of, "note": note, "url": row["source"]["url"], "year": row["year"]}
    return row["group"], figure(
        row["label"], row["value"], row["source"]["published_on"], row["source"]["name"], **more
    )


def _of_dossiers(row: dict[str, Any]) -> tuple[str, Json]:
    source = row["source"]
    of = f"{row['received']:,} hồ sơ tiếp nhận".replace(",", ".")
    note = f"{row['on_time']:,} hồ sơ trả đúng hạn".replace(",", ".")
    value = share(row["on_time"], row["received"])
    more = {"unit": "%", "of": of, "note": note, "url": source["url"], "year": row["year"]}
    return "dossiers", figure(f"Đúng hạn năm {row['year']}", value, source["published_on"], source["name"], **more)


def _reviewed(connection: Connection) -> list[Json]:
    """Kept and changed between the first and the last complete snapshot of the register, from the change log."""
    complete = [s for s in register.snapshots(connection) if s.complete]
    if len(complete) < 2:
        why = "Cần ít nhất hai bản đầy đủ của danh mục quốc gia."
        return [figure(label, None, None, COUNTED, note=why) for label in ("Giữ nguyên", "Sửa đổi, bãi bỏ, thay thế")]
    first, last = complete[-1], complete[0]
    codes = register.codes_of(connection, first.id)
    wanted = register_changes.ChangeFilter(limit=1_000_000)
    changed = {c.code for c in register_changes.listed(connection, wanted) if c.kind != "added"} & codes
    source = f"nhật ký thay đổi của danh mục quốc gia, {written_day(first.as_of)}–{written_day(last.as_of)}"
    return [
        figure("Giữ nguyên", len(codes - changed), last.as_of, source),
        figure("Sửa đổi, bãi bỏ, thay thế", len(changed), last.as_of, source),
        figure("Cộng", len(codes), last.as_of, source, note="Tổng của hai số trên."),
    ]


def _dossiers(connection: Connection, parts: AppParts, day: date) -> list[Json]:
    """What sites state in their own reports, newest first; the denominator is named, for it is not always the same."""
    found = []
    for row in _texts_with(connection, ("đúng hạn", "Đúng hạn", "trước hạn", "trước và đúng hạn")):
        content = row.content
        said = stated(" ".join(str(content.get(name, "")) for name in ("title", "summary", "body", "text")))
        if said is None or said.share is None:
            continue
        whole = said.received or said.resolved or 0
        of = f"{whole:,} hồ sơ {said.of}".replace(",", ".")
        note = f"{said.on_time:,} hồ sơ đúng hạn. {row.title}".replace(",", ".", 1)
        label = f"Đúng hạn, {parts.province.owner_on(row.site_id, day)}"
        found.append(figure(label, said.share, _day(row.published), COUNTED, unit="%", of=of, note=note, url=row.url))
    if not found:
        return [figure("Đúng hạn theo các trang", None, None, COUNTED, note="Chưa trang nào công bố số hồ sơ.")]
    return found[:MOST_REPORTS]


def _results_and_apologies(connection: Connection, parts: AppParts, day: date) -> list[Json]:
    found = []
    asked = {
        "Trang công khai kết quả giải quyết hồ sơ": ("kết quả giải quyết", "tình hình giải quyết"),
        "Trang công khai xin lỗi khi trễ hạn": ("thư xin lỗi", "xin lỗi tổ chức", "xin lỗi công dân", "xin lỗi và hẹn lại"),
    }  # fmt: skip
    total = len(parts.province.sites_on(day))
    for label, words in asked.items():
        query = select(records.c.site_id, func.max(records.c.published)).where(records.c.withdrawn_at.is_(None))
        query = query.where(or_(*(records.c.title.like(f"%{w}%") for word in words for w in _cases(word)))).group_by(
            records.c.site_id
        )
        rows = [tuple(row) for row in connection.execute(query)]
        newest = max((_day(row[1]) or date.min for row in rows), default=None)
        sites = [{"site": row[0], "unit": parts.province.owner_on(row[0], day)} for row in sorted(rows)]
        found.append(figure(label, len(rows) or None, newest, COUNTED, of=f"{total} trang", sites=sites))
    return found


def _iso(connection: Connection, parts: AppParts, day: date) -> Json:
    body = cast(records.c.content, String)
    query = select(records.c.site_id).distinct().where(records.c.withdrawn_at.is_(None), records.c.kind != "document")
    ids = sorted(connection.scalars(query.where(body.ilike("%ISO 9001:20%"))))
    sites = [{"site": site_id, "unit": parts.province.owner_on(site_id, day)} for site_id in ids]
    return figure("Trang có công bố ISO 9001", len(ids) or None, day if ids else None, COUNTED, sites=sites)


def _signed(connection: Connection, day: date) -> list[Json]:
    known = signatures.all_of(connection)
    counts = Counter(one.condition for one in known.values())
    total = f"{len(known)} tệp PDF đã xem"
    if not known:
        return [figure("Tệp có chữ ký số hợp lệ", None, None, COUNTED, note="Chưa xem tệp nào.")]
    return [figure(c.vietnamese, counts[c], day, COUNTED, of=total) for c in SignatureCondition]


def _texts_with(connection: Connection, words: tuple[str, ...]) -> list[Any]:
    # The JSON text itself is escaped; what it says is asked for by name.
    said = [func.coalesce(records.c.content[name].as_string(), "") for name in ("body", "text", "summary")]
    query = select(records, pages.c.url).join(pages, pages.c.id == records.c.page_id)
    query = query.where(records.c.withdrawn_at.is_(None), records.c.kind != "procedure")
    query = query.where(or_(*(text.like(f"%{word}%") for text in said for word in words)))
    return list(connection.execute(query.order_by(records.c.published.desc(), records.c.id.desc()).limit(500)))


def _cases(word: str) -> tuple[str, ...]:
    """The ways a heading is written: SQLite folds no letters beyond ASCII."""
    return word, word.capitalize(), word.upper(), word.title()


def _day(moment: datetime | None) -> date | None:
    return local_date(moment) if moment else None

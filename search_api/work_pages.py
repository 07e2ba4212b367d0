"""`/bien-tap`: the worklist, one finding with what can be done about it, and the log."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from core.clock import local_date
from core.errors import UsageError
from reports import worklist as report
from reports.values import Json
from reports.worklist import GROUPS, WorkFilter
from search_api.parts import parts_of
from search_api.problems import NotHere
from search_api.signed_in import Form, SessionForm, SignedIn, private, see_other
from store import accounts, acts, worklist
from store.accounts import Account, Role
from store.acts import ActKind
from store.sessions import Session
from store.worklist import Wish, WorkRefused

router = APIRouter(include_in_schema=False)

MOST_ACTS = 200
NOTHING_SENT = Form({})
NOTICES = {
    ActKind.ASSIGNED: "Đã giao việc.",
    ActKind.ACKNOWLEDGED: "Đã ghi: bạn nhận việc này.",
    ActKind.SNOOZED: "Đã hoãn; việc tự mở lại khi hết hạn.",
    ActKind.CLAIMED: "Đã ghi: đã sửa. Lượt kiểm tra tới sẽ xem lại; nếu chưa đúng, việc tự mở lại.",
    ActKind.REVIEWED: "Đã ghi: đã rà soát, vẫn đúng. Đồng hồ im lặng tính lại từ hôm nay.",
    ActKind.FALSE_ALARM: "Đã ghi: báo nhầm. Nhận định này được hỏi lại khi hết hạn.",
    ActKind.COMMENTED: "Đã ghi chú.",
    ActKind.UNDONE: "Đã hoàn tác.",
}


def work_filter(group: str = "todo", site: str = "", rule: str = "", page: int = 1) -> WorkFilter:
    """The part of the worklist that an address asks for."""
    return WorkFilter(group if group in GROUPS else "todo", site, rule, min(max(page, 1), 10_000))


Filter = Annotated[WorkFilter, Depends(work_filter)]


@router.get("/bien-tap/viec.json")
def work_json(request: Request, session: SignedIn, wanted: Filter) -> Json:
    """The twin of the worklist."""
    return _work(request, session, wanted)


def _work(request: Request, session: Session, wanted: WorkFilter) -> Json:
    parts = parts_of(request)
    with parts.database.read() as connection:
        return report.work(connection, parts.province, session.account, wanted, parts.clock())


@router.get("/bien-tap")
def work(request: Request, session: SignedIn, wanted: Filter, da: str = "", so: int = 0) -> HTMLResponse:
    """The worklist."""
    return _page(request, session, wanted, notice=f"{_notice(da)} ({so} việc)" if so and _notice(da) else _notice(da))


def _page(
    request: Request, session: Session, wanted: WorkFilter, *, notice: str = "", refused: str = "", status: int = 200
) -> HTMLResponse:
    shown = _work(request, session, wanted)
    query = {name: value for name, value in asdict(wanted).items() if value not in ("", "todo", 1)}
    return private(
        request, "work.html", session, status=status, shown=shown, wanted=wanted, query=query, groups=GROUPS,
        notice=notice, refused=refused,
    )  # fmt: skip


def _notice(kind: str) -> str:
    return NOTICES.get(ActKind(kind), "") if kind in set(ActKind) else ""


@router.post("/bien-tap")
def work_on_many(request: Request, session: SignedIn, form: SessionForm) -> Response:
    """“Đã nhận” or “đã sửa” for several findings at once; all of them or none."""
    parts = parts_of(request)
    kind = ActKind.CLAIMED if form.text("act") == ActKind.CLAIMED else ActKind.ACKNOWLEDGED
    ids = form.numbers("id")
    wanted = work_filter(form.text("group"), form.text("site"), form.text("rule"))
    if not ids:
        return _page(
            request, session, wanted, refused="Chưa chọn việc nào. Đánh dấu ở đầu dòng rồi bấm lại.", status=422
        )
    for finding_id in ids:
        _see(request, session, finding_id)
    try:
        with parts.database.write() as connection:
            for finding_id in ids:
                worklist.do(connection, finding_id, session.account, Wish(kind), parts.clock())
    except WorkRefused as error:
        return _page(request, session, wanted, refused=f"{error.message} {error.remedy}", status=422)
    where = {"da": kind.value, "so": len(ids), "group": wanted.group, "site": wanted.site, "rule": wanted.rule}
    return see_other(f"/bien-tap?{urlencode({name: value for name, value in where.items() if value})}")


@router.get("/bien-tap/viec/{finding_id}")
def task(request: Request, session: SignedIn, finding_id: str, da: str = "") -> Response:
    """One finding: what is wrong, how we know, what can be done, what was done. `.json` gives the object."""
    number = finding_id.removesuffix(".json")
    shown = _see(request, session, int(number) if number.isascii() and number.isdecimal() and len(number) < 16 else 0)
    if finding_id.endswith(".json"):
        return JSONResponse(shown, headers={"Cache-Control": "no-store"})
    return _task_page(request, session, shown, notice=_notice(da))


def _see(request: Request, session: Session, finding_id: int) -> Json:
    parts = parts_of(request)
    with parts.database.read() as connection:
        shown = report.task(connection, parts.province, session.account, finding_id, parts.clock())
    if shown is None:
        raise NotHere("Không có việc này trong danh sách của bạn.", "Mở danh sách việc ở /bien-tap.")
    return shown


def _task_page(
    request: Request,
    session: Session,
    shown: Json,
    *,
    notice: str = "",
    refused: str = "",
    sent: Form = NOTHING_SENT,
    status: int = 200,
) -> HTMLResponse:
    """`sent`: the form that was refused, so that nobody types a reason twice."""
    parts = parts_of(request)
    today = local_date(parts.clock())
    with parts.database.read() as connection:
        people = accounts.able_to_work_on(connection, shown["site"])
    return private(
        request, "task.html", session, status=status, task=shown, people=people, notice=notice, refused=refused, sent=sent,
        tomorrow=today + timedelta(days=1), next_week=today + timedelta(days=7),
        longest_snooze=today + worklist.SNOOZE_MOST, false_alarm_ends=today + timedelta(days=worklist.FALSE_ALARM_DAYS),
    )  # fmt: skip


@router.post("/bien-tap/viec/{finding_id}")
def act(request: Request, session: SignedIn, finding_id: int, form: SessionForm) -> Response:
    """Do one act; a refusal is said on the same page."""
    parts = parts_of(request)
    shown = _see(request, session, finding_id)
    try:
        with parts.database.write() as connection:
            wish = _wish(form, accounts.able_to_work_on(connection, shown["site"]))
            worklist.do(connection, finding_id, session.account, wish, parts.clock())
    except UsageError as error:
        refused = f"{error.message} {error.remedy}"
        return _task_page(request, session, shown, refused=refused, sent=form, status=422)
    return see_other(f"/bien-tap/viec/{finding_id}?da={wish.kind.value}")


def _wish(form: Form, people: list[Account]) -> Wish:
    kind = form.text("act")
    if kind not in NOTICES:
        raise WorkRefused("Không có cách xử lý này.", "Chọn một nút trên trang.")
    try:
        until = date.fromisoformat(form.text("until")) if form.text("until") else None
    except ValueError:
        raise WorkRefused("Ngày chưa đúng.", "Chọn ngày trong lịch.") from None
    assignee = next((person for person in people if person.id == form.number("assignee")), None)
    return Wish(ActKind(kind), form.text("text"), until, assignee, form.number("act_id") or None)


@router.get("/bien-tap/nhat-ky")
def log(request: Request, session: SignedIn) -> HTMLResponse:
    """What was done lately; an editor sees the log of their own sites."""
    parts = parts_of(request)
    account = session.account
    with parts.database.read() as connection:
        rows = acts.recent(connection, account.sites if account.role is Role.EDITOR else None, MOST_ACTS)
        shown = report.act_rows(rows)
        titles = report.titles_of(connection, rows)
    owners = parts.province.owners_on(local_date(parts.clock()))
    return private(request, "log.html", session, log=shown, owners=owners, titles=titles, most=MOST_ACTS)

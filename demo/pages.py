"""The pages of a site on a day: address → what renders it, in the markup of the site's family."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import jinja2

from demo import chance, files, leads, wording
from demo.agenda import BY_ID, Item
from demo.catalogue import DATA
from demo.families import FAMILIES, Family
from demo.parts import PageOf, parts_of
from demo.plan import Plan
from demo.state import LATE_NUMBER, ShownProcedure, SiteState, item_of

Body = Callable[[], bytes]

_WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")
_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.FileSystemLoader(DATA.parent / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
)
_ENVIRONMENT.filters.update(
    day=lambda moment: f"{moment:%d/%m/%Y}",
    hour=lambda moment: f"{moment:%H:%M}",
    seconds=lambda moment: f"{moment:%H:%M:%S}",
    spaced=lambda moment: f"{moment.day} - {moment.month} - {moment.year}",
    iso=lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S}+0700",
    vhv=lambda moment: f"{moment:%H:%M} {moment:%d/%m/%Y}",
    liferay=lambda moment: f"{moment:%d/%m/%Y | %I:%M %p}",
    nukeviet=lambda moment: f"{_WEEKDAYS[moment.weekday()]} - {moment:%d/%m/%Y %H:%M}",
)


def _in_order(target: str) -> str:
    path, _, query = target.partition("?")
    return f"{path}?{'&'.join(sorted(query.split('&')))}"


@dataclass(frozen=True, slots=True)
class Page:
    """An address of a site. `render` gives its bytes in UTF-8 before site faults touch them; `kind` as the templates know it."""

    kind: str
    media_type: str
    render: Body
    modified: datetime | None = None
    section: str = ""


class SitePages:
    """All pages of a site on a day. `paths` is complete: what is not in it does not exist."""

    def __init__(self, plan: Plan, state: SiteState) -> None:
        self._plan, self._state = plan, state
        self.family: Family = FAMILIES[state.unit.family]
        self.paths: dict[str, Page] = {}
        self._titles: dict[tuple[str, int], Item] = {}
        self._build()
        self._by_parameters = {_in_order(path): page for path, page in self.paths.items() if "?" in path}

    def at(self, target: str) -> Page | None:
        """The page of an address; the order of its parameters does not matter, as on real servers."""
        return self.paths.get(target) or self._by_parameters.get(_in_order(target))

    def _build(self) -> None:
        family, state = self.family, self._state
        self.paths[family.home()] = self._html("home", "", lambda: self._home())
        for section in state.sections:
            if section.kind == "procedures":
                self._procedures()
            elif section.kind == "text":
                path = family.listing(section.id, 1)
                self.paths[path] = self._html("text", section.id, lambda s=section.id: {"body": self._text(s)})  # type: ignore[misc]
            else:
                self._section(section.id)

    def _section(self, section: str) -> None:
        places = self._state.places[section][::-1]
        per = self.family.per_page
        pages = max(-(-len(places) // per), 1)
        for number in range(1, pages + 1):
            chunk = places[(number - 1) * per : number * per]
            path = self.family.listing(section, number)
            self.paths[path] = self._html(
                "list",
                section,
                lambda c=chunk, n=number: self._list(section, c, (n, pages)),  # type: ignore[misc]
            )
        for place in places:
            item = self._item(section, place)
            kind = "document" if item.is_document else "article"
            path = self.family.item(section, item)
            self.paths[path] = self._html(kind, section, lambda i=item: self._article(i), item.published)  # type: ignore[misc]
            if item.is_document:
                self.paths[self.family.file(self._scan(item))] = Page(
                    "file",
                    "application/pdf",
                    lambda i=item: files.pdf([i.doc_number, i.title, *i.body]),  # type: ignore[misc]
                )

    def _procedures(self) -> None:
        shown, per = self._state.shown, 30
        pages = max(-(-len(shown) // per), 1)
        for number in range(1, pages + 1):
            chunk = shown[(number - 1) * per : number * per]
            path = self.family.listing("procedures", number)
            self.paths[path] = self._html(
                "procedures",
                "procedures",
                lambda c=chunk, n=number: self._rows(c, (n, pages)),  # type: ignore[misc]
            )
        for one in shown:
            path = self.procedure_path(one)
            self.paths[path] = self._html("procedure", "procedures", lambda o=one: self._procedure(o))  # type: ignore[misc]
            if one.form and not one.form_dead:
                kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
                self.paths[self.family.file(one.form)] = Page(
                    "file",
                    kind,
                    lambda o=one: files.docx(list(o.form_lines)),  # type: ignore[misc]
                )

    @property
    def today(self) -> date:
        """The box's day."""
        return self._state.today

    def framed(self, content: str) -> str:
        """A page of the site's own frame around ready markup."""
        return self._fill("other", "", {"extra": content})

    def procedure_path(self, shown: ShownProcedure) -> str:
        """Address of a procedure's page."""
        return self.family.procedure(shown.key, shown.first_name)

    def _item(self, section: str, place: tuple[int, date]) -> Item:
        key = (section, place[0])
        if key not in self._titles:
            self._titles[key] = item_of(self._plan, self._state, section, place)
        return self._titles[key]

    def _scan(self, item: Item) -> str:
        number = "muon" if item.number == LATE_NUMBER else str(item.number + 5000)
        return f"{wording.slug(item.doc_number)}-{number}.pdf"

    def _html(
        self, kind: str, section: str, context: Callable[[], dict[str, Any]], modified: datetime | None = None
    ) -> Page:
        def render() -> bytes:
            return self._fill(kind, section, context()).encode()

        return Page(kind, "text/html", render, modified, section)

    def _fill(self, kind: str, section: str, context: dict[str, Any]) -> str:
        state, family = self._state, self.family
        heading = BY_ID[section].heading if section else ""
        page = {"kind": kind, "section": section, "heading": heading, "title": heading or "Trang chủ"}
        page |= {"list_href": family.listing(section, 1) if section else "", **context.pop("page", {})}
        return _ENVIRONMENT.get_template(f"{state.unit.family}.html").render(
            site=self._site(),
            home=family.home(),
            menu=[{"heading": s.heading, "href": family.listing(s.id, 1)} for s in state.sections],
            page=page,
            side=[] if kind == "home" else self._side(),
            today=self._today(),
            charset="utf-8",
            **({"extra": "", "token": "{{token}}", "counter": "{{counter}}", "item": None, "files": []} | context),
        )

    def _today(self) -> str:
        day = self._state.today
        return f"{_WEEKDAYS[day.weekday()]}, ngày {day:%d/%m/%Y}" if self._state.has("today_in_header") else ""

    def _site(self) -> dict[str, str]:
        unit, rng = self._state.unit, chance.draw("contact", self._state.unit.id)
        return {
            "name": self._state.owner,
            "address": f"Số {rng.randint(1, 300)} đường Lê Lợi, tỉnh Thanh Hóa",
            "phone": f"0237 3{rng.randint(100, 999)} {rng.randint(100, 999)}",
            "email": f"{unit.label}@thanhhoa.localhost",
            "responsible": wording.person(rng),
        }

    def _row(self, item: Item) -> dict[str, Any]:
        dated = item.section not in self._state.undated
        return {
            "title": item.title,
            "href": self.family.item(item.section, item),
            "published": item.published if dated else None,
            "summary": item.summary,
            "doc_number": item.doc_number,
        }

    def _newest(self, section: str, count: int) -> list[dict[str, Any]]:
        places = self._state.places[section][::-1][:count]
        return [self._row(self._item(section, place)) for place in places]

    def _home(self) -> dict[str, Any]:
        shown = [s for s in ("news", "direction", "legal_docs") if s in {x.id for x in self._state.sections}]
        blocks = [{"heading": BY_ID[s].heading, "entries": self._newest(s, 5)} for s in shown]
        return {"blocks": blocks, "pager": []}

    def _side(self) -> list[dict[str, Any]]:
        # Families with a side-bar of newest items change every page when news come; the others show old, much-read ones.
        if self.family.sidebar:
            return self._newest("news", 4)
        old = [place for place in self._state.places["legal_guidance"] if place[0] < 0][:3]
        return (
            [self._row(self._item("legal_guidance", place)) for place in old] if self._shows("legal_guidance") else []
        )

    def _shows(self, section: str) -> bool:
        return any(item.id == section for item in self._state.sections)

    def _list(self, section: str, places: tuple[tuple[int, date], ...], of: tuple[int, int]) -> dict[str, Any]:
        rows = [self._row(self._item(section, place)) for place in places]
        return {"items": rows, "pager": self._pager(section, of)}

    def _pager(self, section: str, of: tuple[int, int]) -> list[dict[str, str]]:
        number, pages = of
        if pages == 1:
            return []
        near = [n for n in range(1, pages + 1) if n in (1, pages) or abs(n - number) <= 3]
        return [{"label": str(n), "href": "" if n == number else self.family.listing(section, n)} for n in near]

    def _article(self, item: Item) -> dict[str, Any]:
        shown = self._row(item) | {
            "body": item.body, "author": item.author, "doc_type": item.doc_type, "issuer": item.issuer,
            "signer": item.signer, "issued_on": item.issued_on, "effective_on": item.effective_on,
        }  # fmt: skip
        scan = [{"href": self.family.file(self._scan(item)), "name": self._scan(item)}] if item.is_document else []
        if self._leads_nowhere(item) and (fault := self._state.has("dead_link")):
            shown["body"] = (*item.body, leads.dead(self._plan.preset, fault))
        return {"item": shown, "files": scan, "page": {"title": item.title}}

    def _leads_nowhere(self, item: Item) -> bool:
        """Whether the dead link also stands in this item: the oldest of a section that few look at."""
        return item.section == "legal_guidance" and item.number == self._state.places["legal_guidance"][0][0]

    def _rows(self, shown: tuple[ShownProcedure, ...], of: tuple[int, int]) -> dict[str, Any]:
        rows = [
            {
                "code": one.code_text,
                "name": one.procedure.name,
                "href": self.procedure_path(one),
                "sector": ", ".join(one.procedure.sectors),
                "level": one.procedure.service_level_raw,
            }
            for one in shown
        ]
        return {"rows": rows, "pager": self._pager("procedures", of)}

    def _procedure(self, one: ShownProcedure) -> dict[str, Any]:
        href = self.family.file(one.form)
        page = PageOf(one.procedure, href, one.form, one.code_label, one.code_text)
        return {"parts": parts_of(page, self.family), "page": {"title": one.procedure.name}}

    def _text(self, section: str) -> list[str]:
        rng = chance.draw("text", self._state.unit.id, section)
        if section == "contact":
            site = self._site()
            return [f"Địa chỉ: {site['address']}", f"Điện thoại: {site['phone']}", f"Thư điện tử: {site['email']}"]
        text = [*wording.paragraphs(rng, self._state.owner, 4), leads.living(self._plan.preset, self._state.unit)]
        fault = self._state.has("dead_link")
        return [*text, leads.dead(self._plan.preset, fault)] if fault else text

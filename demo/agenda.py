"""What each section of a site shows and since when: news, documents, questions, on a schedule in working days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from demo import chance, wording, workdays
from demo.units import DAY_ZERO, Unit


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a site. `kind`: article, document, qna, text or procedures; `gap` = working days between items at most."""

    id: str
    heading: str
    kind: str
    gap: int


SECTIONS: tuple[Section, ...] = (
    Section("about", "Giới thiệu", "text", 0),
    Section("news", "Tin tức - Sự kiện", "article", 2),
    Section("direction", "Chỉ đạo điều hành", "article", 2),
    Section("legal_docs", "Văn bản", "document", 3),
    Section("procedures", "Thủ tục hành chính", "procedures", 0),
    Section("legal_guidance", "Phổ biến pháp luật", "article", 4),
    Section("planning", "Quy hoạch", "article", 8),
    Section("projects", "Đấu thầu", "article", 6),
    Section("consultation", "Góp ý dự thảo", "article", 8),
    Section("qna", "Hỏi đáp", "qna", 6),
    Section("mandatory_on_web", "Công khai thông tin", "article", 6),
    Section("contact", "Liên hệ", "text", 0),
)
"""The sections NĐ 43/2011 Đ10 requires of a component site, with Luật TCTT 2016 Đ19; headings are `menu_aliases_vi`."""

BY_ID = {section.id: section for section in SECTIONS}
SCHEDULED = tuple(section for section in SECTIONS if section.gap)


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a section. Dates are Vietnam time; `issued_on` only on documents."""

    section: str
    number: int
    title: str
    published: datetime
    summary: str
    body: tuple[str, ...]
    author: str
    doc_number: str = ""
    doc_type: str = ""
    issuer: str = ""
    signer: str = ""
    issued_on: date | None = None
    effective_on: date | None = None

    @property
    def is_document(self) -> bool:
        """Whether it is a legal document."""
        return self.issued_on is not None


@lru_cache(maxsize=4096)
def _past(seed: int, preset: str, site: str, section: str, count: int) -> tuple[date, ...]:
    """Publication days up to the day before day 0, oldest first."""
    gap, day = BY_ID[section].gap, DAY_ZERO[preset]
    days: list[date] = []
    rng = chance.draw(seed, preset, site, section, "past")
    for n in range(count):
        day = workdays.step(day, -(1 if n == 0 else rng.randint(1, gap)))
        days.append(day)
    return tuple(reversed(days))


@lru_cache(maxsize=4096)
def _coming(seed: int, preset: str, site: str, section: str, horizon: int) -> tuple[date, ...]:
    """Publication days from day 0 on, `horizon` calendar days far."""
    gap, begin = BY_ID[section].gap, DAY_ZERO[preset]
    day, days = begin, []
    rng = chance.draw(seed, preset, site, section, "coming")
    while day < begin + timedelta(days=horizon):
        day = workdays.step(day, rng.randint(1, gap))
        days.append(day)
    return tuple(days)


def days_of(seed: int, preset: str, site: str, section: str, shape: tuple[int, date]) -> list[tuple[int, date]]:
    """(number, day) of every item that stands on a site in the morning of a day, oldest first.

    `shape` = (items before day 0, the day). An item published on a day is there from the next morning on.
    Numbers go on from -count; they are an item's identity on every day.
    """
    count, today = shape
    past = _past(seed, preset, site, section, count)
    horizon = 32 * (1 + (today - DAY_ZERO[preset]).days // 32)
    coming = _coming(seed, preset, site, section, horizon)
    numbered = [*zip(range(-len(past), 0), past, strict=True), *enumerate(coming)]
    return [(number, day) for number, day in numbered if day < today]


def item(seed: int, preset: str, unit: Unit, section: str, place: tuple[int, date]) -> Item:
    """The item with this number and publication day."""
    number, day = place
    rng = chance.draw(seed, preset, unit.id, section, "item", number)
    posted = datetime.combine(day, time(rng.randint(8, 16), rng.randint(0, 59)))
    owner = unit.owner
    if BY_ID[section].kind == "document":
        return _document(rng.getrandbits(40), unit, section, (number, posted))
    title = wording.headline(rng)
    body = wording.paragraphs(rng, owner, rng.randint(2, 5))
    if BY_ID[section].kind == "qna":
        title = f"Hỏi về {rng.choice(wording.SUBJECTS)} (câu {rng.randint(10, 999)})"
        asked = workdays.step(day, -rng.randint(1, 5))
        body = [f"Ngày hỏi: {asked:%d/%m/%Y}", f"Ngày trả lời: {day:%d/%m/%Y}", *body[:2]]
    return Item(
        section, number, title, posted, body[0] if len(body[0]) > 40 else body[-1], tuple(body), wording.person(rng)
    )


_DOCUMENT_TYPES = (("Quyết định", "QĐ"), ("Công văn", "CV"), ("Thông báo", "TB"), ("Kế hoạch", "KH"))


def _document(key: int, unit: Unit, section: str, place: tuple[int, datetime]) -> Item:
    number, posted = place
    rng = chance.draw(key)
    name, short = rng.choice(_DOCUMENT_TYPES)
    body = "UBND" if unit.owner.startswith("UBND") else "".join(word[0] for word in unit.owner.split()).upper()
    issued = posted.date() if rng.random() < 0.5 else workdays.step(posted.date(), -1)
    subject = rng.choice(wording.SUBJECTS)
    return Item(
        section,
        number,
        f"{name} về việc {rng.choice(('tăng cường', 'triển khai', 'kiểm tra', 'đôn đốc'))} {subject} năm {issued.year} (đợt {rng.randint(1, 99)})",
        posted,
        "",
        tuple(wording.paragraphs(rng, unit.owner, 3)),
        wording.person(rng),
        doc_number=f"{rng.randint(10, 3900)}/{short}-{wording.folded(body) if body != 'UBND' else body}",
        doc_type=name,
        issuer=unit.owner,
        signer=wording.person(rng),
        issued_on=issued,
        effective_on=issued + timedelta(days=rng.choice((0, 10))),
    )

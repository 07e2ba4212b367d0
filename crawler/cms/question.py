"""Questions and answers (Hỏi – đáp): what was asked and answered, when, about which procedures; never by whom."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from functools import lru_cache

from lxml.html import HtmlElement

from core import codes
from core.clock import VIETNAM
from core.model import Article, Asked, Found, Record
from core.plain import digest
from crawler import dates
from crawler.cms.privacy import names_the_asker, without_addressee, without_asker
from crawler.cms.repeated import having
from crawler.cms.tree import Line, text_of
from vietnamese.syllables import fold_text

_LABELS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(rf"^\W*(?:{words})\s*(?::|$)\s*", re.I))
    for name, words in (
        ("asked_on", r"ngày (?:hỏi|gửi(?: câu hỏi)?|đặt câu hỏi)|(?:thời gian|ngày giờ) (?:gửi|hỏi)|gửi (?:lúc|ngày)"),
        ("answered_on", r"ngày (?:trả lời|phản hồi)|thời gian trả lời|trả lời ngày"),
        (
            "answered_by",
            r"(?:cơ quan|đơn vị|phòng|bộ phận|nơi) (?:trả lời|phản hồi|giải đáp)|người trả lời|trả lời bởi",
        ),
        ("title", r"tiêu đề(?: câu hỏi)?|chủ đề"),
        ("question", r"(?:nội dung )?(?:câu hỏi|hỏi)(?: (?:số )?\d+)?|nội dung hỏi|(?:q|h)(?=\s*[:.])"),
        ("answer", r"(?:nội dung )?(?:câu )?trả lời|(?:nội dung )?(?:giải đáp|phản hồi|đáp)|(?:a|đ)(?=\s*[:.])"),
    )
)
_END = re.compile(
    r"^(?:tác giả(?: bài viết)?|nguồn(?: tin)?|tệp đính kèm|(?:các )?(?:câu hỏi|tin|bài viết) (?:khác|liên quan)|chia sẻ|in bài viết|quay lại)\s*(?::|$)",
    re.I,
)
_QUOTED = re.compile(r"thủ tục(?: hành chính)?\s*[“\"«]([^”\"»]{8,200})[”\"»]", re.I)
_OF_PROCEDURE = re.compile(r"thu[-_]?tuc|tthc", re.I)
_CODE_IN_ADDRESS = re.compile(r"(?<!\d)[1-6]\.\d{6}(?!\d)")


@dataclass(slots=True)
class _Draft:
    parts: dict[str, list[str]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        clean = without_addressee if name == "answer" else without_asker
        return clean("\n".join(self.parts.get(name, ())))

    def day(self, name: str) -> date | None:
        return dates.day_in(" ".join(self.parts.get(name, ())))


def read_questions(stream: list[Line], title: str, root: HtmlElement) -> tuple[Record, ...]:
    """The questions of a page, in order; none when it labels neither a question with an answer nor the dates of both."""
    drafts = [draft for draft in _drafts(stream) if _is_one(draft)]
    if len(drafts) > 1:  # whose link it is cannot be told
        return tuple(_record(draft, "", _NO_LINKS) for draft in drafts)
    return tuple(_record(draft, title, _linked(root)) for draft in drafts)


@dataclass(frozen=True, slots=True)
class _Linked:
    """The procedures that a page links: by the link's words, and by the code in its address ("Xem tại đây")."""

    names: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


_NO_LINKS = _Linked()

MOST_LINKED = 5
"""Links to procedures above which a page lists them beside the answer."""


def _linked(root: HtmlElement) -> _Linked:
    links = [(a.get("href") or "", text_of(a)) for a in having(root, ("a",), _leads_to_procedure)]
    if len(links) > MOST_LINKED:
        return _NO_LINKS
    names = dict.fromkeys(words for _, words in links if len(words) >= 12)
    found = dict.fromkeys(code for address, _ in links for code in _CODE_IN_ADDRESS.findall(address))
    return _Linked(tuple(names), tuple(found))


def _leads_to_procedure(anchor: HtmlElement) -> bool:
    return _OF_PROCEDURE.search(anchor.get("href") or "") is not None


def _drafts(stream: list[Line]) -> list[_Draft]:
    """Lines by the label they stand under; a second question, or a date after an answer, opens another draft."""
    drafts = [_Draft()]
    current = ""
    for line in stream:
        if _END.match(line.text):
            break
        if names_the_asker(line.text):
            current = "asker" if line.text.rstrip().endswith(":") else current
            continue
        name, rest = _label(line.text)
        if name:
            again = name in drafts[-1].parts if name != "answer" else False
            if again or (name in ("question", "title", "asked_on") and "answer" in drafts[-1].parts):
                drafts.append(_Draft())
            current = name
            drafts[-1].parts.setdefault(name, [])
        else:
            rest = line.text
        if rest and current not in ("", "asker"):
            drafts[-1].parts[current].append(rest)
            if current in ("asked_on", "answered_on", "answered_by", "title"):
                current = "" if current in ("asked_on", "answered_on") else current
        elif rest and not name and not current:
            drafts[-1].parts.setdefault("rest", []).append(rest)
    return drafts


def _label(text: str) -> tuple[str, str]:
    name, end = _label_of(text[:60])
    return (name, text[end:].strip()) if name else ("", "")


@lru_cache(20_000)  # the menus of a site stand on all of its pages
def _label_of(head: str) -> tuple[str, int]:
    found = ((name, match.end()) for name, pattern in _LABELS if (match := pattern.match(head)))
    return next(found, ("", 0))


def _is_one(draft: _Draft) -> bool:
    return bool(draft.text("question") and "answer" in draft.parts) or (
        "asked_on" in draft.parts and "answered_on" in draft.parts
    )


def _record(draft: _Draft, title: str, linked: _Linked) -> Record:
    question, answer = draft.text("question"), draft.text("answer")
    both = f"{question}\n{answer}"
    asked = Asked(
        question=question,
        answer=answer,
        asked_on=draft.day("asked_on"),
        answered_on=draft.day("answered_on"),
        answered_by=" ".join(draft.parts.get("answered_by", ())),
        codes=tuple(dict.fromkeys((*codes.find_all(" ".join((both, *linked.names))), *linked.codes))),
        procedures=tuple(dict.fromkeys((*_QUOTED.findall(both), *linked.names))),
    )
    heading = without_asker(title) or draft.text("title") or _first_sentence(question)
    body = "\n".join(filter(None, (question, answer))) or draft.text("rest")
    day = asked.answered_on or asked.asked_on
    published = datetime.combine(day, time(), VIETNAM) if day else None
    found = {name: Found(f"label of {name}", 0.9) for name in draft.parts if name != "rest"}
    return Record(
        "article",
        Article(heading, body=body, asked=asked),
        f"{fold_text(heading)[:80]} {digest(question)[:8]}",
        published,
        found=found,
    )


def with_question(page: Record, asked: Record) -> Record:
    """The record of a page of text that is one question: what was asked and answered added, who asked taken out."""
    own, inner = page.content, asked.content
    assert isinstance(own, Article)
    assert isinstance(inner, Article)
    body = inner.body if inner.asked and inner.asked.question else without_asker(own.body)
    content = replace(
        own,
        title=without_asker(own.title) or inner.title,
        summary=without_asker(own.summary),
        body=body,
        author="",
        asked=inner.asked,
    )
    return replace(
        page, content=content, published=page.published or asked.published, found={**page.found, **asked.found}
    )


def without_persons(page: Record) -> Record:
    """The record of a page in the section of questions without what tells who asked."""
    own = page.content
    assert isinstance(own, Article)
    body = without_asker(own.body)
    title = without_asker(own.title) or _first_sentence(body)
    content = replace(own, title=title, summary=without_asker(own.summary), body=body)
    return replace(page, content=content)


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=[.?!])\s|\n", text, maxsplit=1)[0][:200]

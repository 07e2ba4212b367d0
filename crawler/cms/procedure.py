"""A procedure out of labelled values: the parts of the law from whatever lines and tables stand under their names."""

from __future__ import annotations

import re
from collections.abc import Iterable

from core import codes
from core.model import (
    Channel,
    ChannelKind,
    Duration,
    Fee,
    FileLink,
    Found,
    LegalBasis,
    Paper,
    PaperCase,
    Procedure,
    Record,
    Result,
    StepCase,
)
from core.states import Tier
from crawler import dates
from crawler.cms.amounts import duration_of, fees_of
from crawler.cms.files import files_in
from crawler.cms.labels import Labelled, Value, procedure_parts
from crawler.cms.tables import Row, Table
from crawler.cms.tree import Line, clean
from crawler.cms.vocabulary import CORE, WEAK
from vietnamese.syllables import fold_text

Parts = dict[str, list[Value]]

_NOTHING = {"khong co thong tin", "dang cap nhat", "noi dung dang cap nhat", "chua co thong tin", "khong xac dinh", ""}
_BULLET = re.compile(r"^[\s\-–+*•·●▪➢✓o]*(?=[\s\-–+*•·●▪➢✓]|\w|[(“\"])[\s\-–+*•·●▪➢✓]*")
_STEP = re.compile(r"^\W*Bước\s*(\d+|[IVX]+)\b", re.I)
_NUMBERED = re.compile(r"^(\d{1,2})\s*[.)/]\s+\D")
_NAMES_A_PROCEDURE = re.compile(r"^(?:quy trình|thủ tục|trình tự|hướng dẫn (?:thủ tục|quy trình|hồ sơ))\b", re.I)
_AGENCY = re.compile(
    r"[,;]\s*(?=(?:Ủy ban|Uỷ ban|UBND|HĐND|Sở|Bộ|Công an|Cục|Tổng cục|Chi cục|Trung tâm|Phòng|Cơ quan|Văn phòng|Ban |Đại sứ|Tập đoàn|"
    r"Tòa án|Viện|Trường|Thanh tra|Ngân hàng|Kho bạc|Bảo hiểm|Hội đồng)\b)|[;\n]"
)
_AUDIENCE = re.compile(r"[,;](?!\s*(?:công chức|viên chức)\b)(?![^(]*\))\s*", re.I)
"""Commas between audiences, not those in brackets and in "Cán bộ, công chức, viên chức", which the register counts as one."""
_COUNTS = (
    re.compile(r"(?P<word>bản (?:chính|gốc|sao)|bản)\s*:\s*(?P<n>\d+)", re.I),
    re.compile(r"(?P<n>\d+)\s*\(?[^\d\W]*\)?\s*(?P<word>bản (?:chính|gốc|sao)|bản)", re.I),
)
_RESULT_CODE = re.compile(r"(?:\(?\s*Mã\s*:?\s*)?\b(KQ\.[A-Z]\d+\.\d+)\)?", re.I)
_NUMBER = re.compile(r"\b\d{1,5}(?:/\d{4})?/[A-ZĐa-zđ0-9]{1,8}(?:-[A-ZĐa-zđ&]{1,10})*\b|\b\d{1,4}-[A-ZĐ/]{2,12}\d*\b")
_NUMBER_LABEL = re.compile(r"[\s(–-]*(?:Số\s*(?:hiệu)?\s*:?\s*)$", re.I)
_TIERS = (("bo", Tier.MINISTRY), ("tinh", Tier.PROVINCE), ("huyen", Tier.DISTRICT), ("xa", Tier.COMMUNE), ("phuong", Tier.COMMUNE), ("trung uong", Tier.MINISTRY))  # fmt: skip
_CHANNELS: tuple[tuple[str, ChannelKind], ...] = (
    ("truc tuyen", "truc_tuyen"), ("buu chinh", "buu_chinh"), ("buu dien", "buu_chinh"), ("truc tiep", "truc_tiep"),
    ("qua mang", "truc_tuyen"), ("tai tru so", "truc_tiep"), ("tai bo phan", "truc_tiep"),
)  # fmt: skip


def is_procedure(parts: Parts) -> bool:
    """Whether labels make the page a procedure: two parts that only procedures have, or one and a code or a level."""
    strong = {name for name, values in parts.items() if name in CORE and any(v.key not in WEAK for v in values)}
    return len(strong) >= 2 or (len(CORE & set(parts)) >= 2 and "code" in parts)


def read_procedure(labelled: Labelled, title: str, url: str) -> Record:
    """The procedure whose labels were found; `title` names it when no label does."""
    parts = procedure_parts(labelled)
    name = _text(parts, "name") or title
    code_raw = _text(parts, "code")
    code = codes.normalise(code_raw) or codes.normalise(name) or ""
    procedure = Procedure(
        name=_BULLET.sub("", name),
        code=code,
        code_raw=code_raw,
        old_code=codes.find_old(f"{code_raw} {_text(parts, 'old_code')} {name}") or "",
        decision_number=_decision(_text(parts, "decision_number")),
        decision_date=dates.day_in(_text(parts, "decision_date") or _text(parts, "decision_number")),
        tiers=_tiers(_lines(parts, "tiers")),
        sectors=_split_lines(_lines(parts, "sectors"), re.compile(r"\s*;\s*")),
        steps=_steps(_lines(parts, "steps")),
        channels=_channels(parts),
        papers=_papers(parts.get("papers", []), url),
        number_of_sets=_text(parts, "number_of_sets"),
        audiences=_split_lines(_lines(parts, "audiences"), _AUDIENCE),
        agencies=_split_lines(_lines(parts, "agencies"), _AGENCY),
        competent_agencies=_split_lines(_lines(parts, "competent_agencies"), _AGENCY),
        delegated_agencies=_split_lines(_lines(parts, "delegated_agencies"), _AGENCY),
        coordinating_agencies=_split_lines(_lines(parts, "coordinating_agencies"), _AGENCY),
        address=_text(parts, "address"),
        results=_results(_lines(parts, "results")),
        legal_bases=_bases(parts.get("legal_bases", [])),
        requirements=_text(parts, "requirements", "\n"),
        keywords=_text(parts, "keywords"),
        description=_text(parts, "description", "\n"),
        type_raw=_text(parts, "type_raw"),
        state_raw=_text(parts, "state_raw"),
        service_level_raw=_text(parts, "service_level_raw"),
        related=tuple(_BULLET.sub("", line) for line in _lines(parts, "related")),
    )
    return Record(
        "procedure", procedure, code or procedure.name, files=files_in(labelled.root, url), found=_found(parts)
    )


def steps_without_labels(
    stream: list[Line], title: str, files: tuple[FileLink, ...], *, numbered: bool = False
) -> Record | None:
    """A procedure told as free text: at least two lines "Bước n" and nothing else to hold on to.

    With `numbered` (a page of the procedures' section) lines "1.", "2.", "3." … under a title that names a procedure will do.
    """
    texts = [line.text for line in stream]
    step = _STEP if not numbered or any(_STEP.match(text) for text in texts) else _NUMBERED
    places = [place for place, text in enumerate(texts) if step.match(text)]
    if step is _NUMBERED and not (_NAMES_A_PROCEDURE.match(title) and _in_order([texts[place] for place in places])):
        return None
    if len(places) < 2:
        return None
    steps = _steps(texts[places[0] : places[-1] + 1], step)
    where = "lines “Bước n”" if step is _STEP else "numbered lines"
    found = {"name": Found("title", 0.7), "steps": Found(where, 0.7 if step is _STEP else 0.5)}
    return Record("procedure", Procedure(name=title, steps=steps), title, files=files, found=found)


def _in_order(texts: list[str]) -> bool:
    numbers = [int(match[1]) for text in texts if (match := _NUMBERED.match(text))]
    return len(numbers) >= 3 and numbers == list(range(1, len(numbers) + 1))


def row_procedure(row: Row) -> Procedure | None:
    """A procedure of a list: name, code, time, fee as its row says; None when the row names none."""
    name = _BULLET.sub("", row.text("name") or row.text("title"))
    code_raw = row.text("code") or (row.text("number") if codes.normalise(row.text("number")) else "")
    if not name or len(name) < 4 or fold_text(name) in _NOTHING:
        return None
    time, fee = row.text("time"), row.text("fees")
    durations = (duration_of(time, fees_of([fee])),) if time or fee else ()
    return Procedure(
        name=name,
        code=codes.normalise(code_raw) or codes.normalise(name) or "",
        code_raw=code_raw,
        old_code=codes.find_old(f"{code_raw} {name}") or "",
        tiers=_tiers([row.text("tiers")]),
        sectors=(row.text("sectors") or row.group,) if row.text("sectors") or row.group else (),
        channels=(Channel("khac", durations),) if durations else (),
        agencies=_split_lines([row.text("agencies")], _AGENCY),
        address=row.text("address"),
        legal_bases=_bases_of_lines([row.text("legal_bases")]),
        service_level_raw=row.text("service_level_raw"),
        list_only=True,
    )


def _found(parts: Parts) -> dict[str, Found]:
    return {
        name: Found(f"label “{values[0].label.rstrip(' :')}”", 0.8 if values[0].key in WEAK else 0.95)
        for name, values in parts.items()
    }


def _lines(parts: Parts, name: str) -> list[str]:
    texts = [line.text for value in parts.get(name, ())[:1] for line in value.lines]
    return [text for text in texts if fold_text(text) not in _NOTHING and any(map(str.isalnum, text))]


def _text(parts: Parts, name: str, joint: str = " ") -> str:
    return joint.join(_lines(parts, name))


def _decision(text: str) -> str:
    numbered = _NUMBER.search(text)
    return numbered[0] if numbered else text.split(" ngày ")[0].strip()


def _tiers(texts: Iterable[str]) -> tuple[str, ...]:
    padded = f" {fold_text(' '.join(texts))} "
    found = [tier.value for word, tier in _TIERS if f" {word} " in padded]
    return tuple(dict.fromkeys(found or ([Tier.OTHER.value] if padded.strip() else [])))


def _split_lines(texts: Iterable[str], border: re.Pattern[str]) -> tuple[str, ...]:
    pieces = [_BULLET.sub("", piece).strip(" .") for text in texts for piece in border.split(text)]
    return tuple(dict.fromkeys(piece for piece in pieces if piece))


def _steps(texts: list[str], step: re.Pattern[str] = _STEP) -> tuple[StepCase, ...]:
    if not texts:
        return ()
    if not any(step.match(text) for text in texts):
        return (StepCase(tuple(filter(None, (_BULLET.sub("", text) for text in texts)))),)
    steps: list[str] = []
    for text in texts:
        if step.match(text) or not steps:
            steps.append(_BULLET.sub("", text))
        else:
            steps[-1] += "\n" + text
    return (StepCase(tuple(steps)),)


def _channel_kind(text: str) -> ChannelKind | None:
    folded = fold_text(text)
    return next((kind for word, kind in _CHANNELS if word in folded), None)


def _channels(parts: Parts) -> tuple[Channel, ...]:
    values = parts.get("channels", []) + parts.get("time", [])
    for table in (table for value in values for table in value.tables):
        if table.has("channel"):
            return _table_channels(table)
    fees = fees_of(_lines(parts, "fees"))
    times = _times_by_channel(_lines(parts, "time"))
    named = _named_channels(_lines(parts, "channels"))
    kinds = list(dict.fromkeys([*named, *(kind for kind in times if kind)]))
    if not kinds and not times and not fees:
        return ()
    if not kinds:
        return (Channel("khac", _durations(times.get(None, []), fees)),)
    return tuple(
        Channel(kind, _durations(times.get(kind) or times.get(None, []), fees), named.get(kind, "")) for kind in kinds
    )


def _durations(texts: list[str], fees: tuple[Fee, ...]) -> tuple[Duration, ...]:
    if not texts:
        return (Duration("", fees=fees),) if fees else ()
    return (duration_of("\n".join(texts), fees),)


def _table_channels(table: Table) -> tuple[Channel, ...]:
    found: dict[ChannelKind, list[Duration]] = {}
    notes: dict[ChannelKind, list[str]] = {}
    for row in table.rows:
        kind = _channel_kind(row.text("channel")) or "khac"
        fee = row.text("fees")
        duration = duration_of(row.text("time"), fees_of([fee]) if fold_text(fee) not in _NOTHING else ())
        if duration.text or duration.fees:
            found.setdefault(kind, []).append(duration)
        else:
            found.setdefault(kind, [])
        if row.text("note"):
            notes.setdefault(kind, []).append(row.text("note"))
    return tuple(Channel(kind, tuple(items), "\n".join(notes.get(kind, []))) for kind, items in found.items())


def _named_channels(texts: list[str]) -> dict[ChannelKind, str]:
    found: dict[ChannelKind, str] = {}
    for text in texts:
        pieces = re.split(r"[,;]|\bhoặc\b", text) if len(text) < 120 else [text]
        for piece in pieces:
            kind = _channel_kind(piece)
            if kind and kind not in found:
                found[kind] = text if len(text) >= 40 else ""
    return found


def _times_by_channel(texts: list[str]) -> dict[ChannelKind | None, list[str]]:
    found: dict[ChannelKind | None, list[str]] = {}
    current: ChannelKind | None = None
    for text in texts:
        kind = _channel_kind(text) if len(text) < 30 else None
        if kind:
            current = kind
            continue
        body, following = _trailing_channel(text)
        found.setdefault(current, []).append(body)
        current = following or current
    return found


def _trailing_channel(text: str) -> tuple[str, ChannelKind | None]:
    """A channel's name left at the end of the line before its own by careless markup."""
    ended = re.search(r"(?<=[.)])\s+(Trực tiếp|Trực tuyến|Dịch vụ bưu chính|Bưu chính)$", text)
    return (text[: ended.start()].strip(), _channel_kind(ended[1])) if ended else (text, None)


def _papers(values: list[Value], url: str) -> tuple[PaperCase, ...]:
    cases: list[PaperCase] = []
    heading = ""
    loose: list[str] = []
    for item in (item for value in values for item in value.items):
        if isinstance(item, Table):
            papers = tuple(_row_paper(row, url) for row in item.rows if row.text("paper") or row.text("name"))
            if papers:
                cases.append(PaperCase(papers, heading))
            heading, loose = "", []
        elif any(map(str.isalnum, item.text)) and fold_text(item.text) not in _NOTHING:
            heading = _BULLET.sub("", item.text).rstrip(" :")
            loose.append(item.text)
    if cases or not loose:
        return tuple(cases) if len(cases) != 1 else (PaperCase(cases[0].papers, cases[0].name),)
    return (PaperCase(tuple(_line_paper(text) for text in loose)),)


def _row_paper(row: Row, url: str) -> Paper:
    originals, copies = _counts(row.text("count"))
    form = row.cells.get("form")
    files = files_in(form.element, url) if form else ()
    name = _BULLET.sub("", row.text("paper") or row.text("name"))
    return Paper(name, originals, copies, form.text if form else "", files[0].url if files else "")


def _line_paper(text: str) -> Paper:
    originals, copies = _counts(text)
    return Paper(_BULLET.sub("", text), originals, copies)


def _counts(text: str) -> tuple[int | None, int | None]:
    originals = copies = None
    for rule in _COUNTS:
        for match in rule.finditer(text):
            if "sao" in match["word"].lower():
                copies = int(match["n"])
            else:
                originals = int(match["n"])
        if originals is not None or copies is not None:
            break
    return originals, copies


def _results(texts: list[str]) -> tuple[Result, ...]:
    found: list[Result] = []
    for text in texts:
        code = _RESULT_CODE.search(text)
        name = _BULLET.sub("", _RESULT_CODE.sub("", text)).strip(" :–-").removesuffix("()").strip()
        if name:
            found.append(Result(name, code[1] if code else ""))
        elif code and found:
            found[-1] = Result(found[-1].name, code[1])
    return tuple(found)


def _bases(values: list[Value]) -> tuple[LegalBasis, ...]:
    for table in (table for value in values for table in value.tables):
        if table.has("number"):
            rows = (row for row in table.rows if row.text("number") or row.text("title"))
            return tuple(
                LegalBasis(
                    row.text("number"), row.text("title"), dates.day_in(row.text("issued_on")), row.text("issuer")
                )
                for row in rows
            )
    return _bases_of_lines([line.text for value in values[:1] for line in value.lines])


def _bases_of_lines(texts: list[str]) -> tuple[LegalBasis, ...]:
    found = []
    for text in texts:
        for piece in re.split(r";\s+(?=\D)", text):
            name = _BULLET.sub("", clean(piece)).rstrip(" .;")
            numbers = list(_NUMBER.finditer(name))
            if not name or fold_text(name) in _NOTHING:
                continue
            if len(numbers) > 1 and numbers[0][0] == numbers[-1][0]:
                name = _NUMBER_LABEL.sub("", name[: numbers[-1].start()]).strip()
            found.append(LegalBasis(numbers[0][0] if numbers else "", name, dates.day_in(name)))
    return tuple(found)

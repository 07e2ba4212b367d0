"""A procedure out of labelled values: the parts of the law from whatever lines and tables stand under their names."""

from __future__ import annotations

import re
from collections.abc import Iterable

from core import codes
from core.model import (
    Channel,
    FileLink,
    Found,
    LegalBasis,
    Procedure,
    Record,
    Result,
    StepCase,
)
from core.states import Tier
from crawler import dates
from crawler.cms.amounts import duration_of, fees_of
from crawler.cms.channels import channels_of
from crawler.cms.files import files_in
from crawler.cms.labels import Labelled, Value, procedure_parts
from crawler.cms.papers import papers_of
from crawler.cms.part_lines import BULLET, NOTHING, Parts, lines_of, words_of
from crawler.cms.tables import Row
from crawler.cms.tree import Line, clean
from crawler.cms.vocabulary import CORE, WEAK
from vietnamese.syllables import fold_text

_STEP = re.compile(r"^\W*Bước\s*(\d+|[IVX]+)\b", re.I)
_NUMBERED = re.compile(r"^(\d{1,2})\s*[.)/]\s+\D")
_NAMES_A_PROCEDURE = re.compile(r"^(?:quy trình|thủ tục|trình tự|hướng dẫn (?:thủ tục|quy trình|hồ sơ))\b", re.I)
_AGENCY = re.compile(
    r"[,;]\s*(?=(?:Ủy ban|Uỷ ban|UBND|HĐND|Sở|Bộ|Công an|Cục|Tổng cục|Chi cục|Trung tâm|Phòng|Cơ quan|Văn phòng|Ban |Đại sứ|Tập đoàn|"
    r"Tòa án|Viện|Trường|Thanh tra|Ngân hàng|Kho bạc|Bảo hiểm|Hội đồng)\b)|[;\n]"
)
_AUDIENCE = re.compile(r"[,;](?!\s*(?:công chức|viên chức)\b)(?![^(]*\))\s*", re.I)
"""Commas between audiences, not those in brackets and in "Cán bộ, công chức, viên chức", which the register counts as one."""
_RESULT_CODE = re.compile(r"(?:\(?\s*Mã\s*:?\s*)?\b(KQ\.[A-Z]\d+\.\d+)\)?", re.I)
_NUMBER = re.compile(r"\b\d{1,5}(?:/\d{4})?/[A-ZĐa-zđ0-9]{1,8}(?:-[A-ZĐa-zđ&]{1,10})*\b|\b\d{1,4}-[A-ZĐ/]{2,12}\d*\b")
_NUMBER_LABEL = re.compile(r"[\s(–-]*(?:Số\s*(?:hiệu)?\s*:?\s*)$", re.I)
_TIERS = (("bo", Tier.MINISTRY), ("tinh", Tier.PROVINCE), ("huyen", Tier.DISTRICT), ("xa", Tier.COMMUNE), ("phuong", Tier.COMMUNE), ("trung uong", Tier.MINISTRY))  # fmt: skip


def is_procedure(parts: Parts) -> bool:
    """Whether labels make the page a procedure: two parts that only procedures have, or one and a code or a level."""
    strong = {name for name, values in parts.items() if name in CORE and any(v.key not in WEAK for v in values)}
    return len(strong) >= 2 or (len(CORE & set(parts)) >= 2 and "code" in parts)


def read_procedure(labelled: Labelled, title: str, url: str) -> Record:
    """The procedure whose labels were found; `title` names it when no label does."""
    parts = procedure_parts(labelled)
    name = words_of(parts, "name") or title
    code_raw = words_of(parts, "code")
    code = codes.normalise(code_raw) or codes.normalise(name) or ""
    procedure = Procedure(
        name=BULLET.sub("", name),
        code=code,
        code_raw=code_raw,
        old_code=codes.find_old(f"{code_raw} {words_of(parts, 'old_code')} {name}") or "",
        decision_number=_decision(words_of(parts, "decision_number")),
        decision_date=dates.day_in(words_of(parts, "decision_date") or words_of(parts, "decision_number")),
        tiers=_tiers(lines_of(parts, "tiers")),
        sectors=_split_lines(lines_of(parts, "sectors"), re.compile(r"\s*;\s*")),
        steps=_steps(lines_of(parts, "steps")),
        channels=channels_of(parts),
        papers=papers_of(parts.get("papers", []), url),
        number_of_sets=words_of(parts, "number_of_sets"),
        audiences=_split_lines(lines_of(parts, "audiences"), _AUDIENCE),
        agencies=_split_lines(lines_of(parts, "agencies"), _AGENCY),
        competent_agencies=_split_lines(lines_of(parts, "competent_agencies"), _AGENCY),
        delegated_agencies=_split_lines(lines_of(parts, "delegated_agencies"), _AGENCY),
        coordinating_agencies=_split_lines(lines_of(parts, "coordinating_agencies"), _AGENCY),
        address=words_of(parts, "address"),
        results=_results(lines_of(parts, "results")),
        legal_bases=_bases(parts.get("legal_bases", [])),
        requirements=words_of(parts, "requirements", "\n"),
        keywords=words_of(parts, "keywords"),
        description=words_of(parts, "description", "\n"),
        type_raw=words_of(parts, "type_raw"),
        state_raw=words_of(parts, "state_raw"),
        service_level_raw=words_of(parts, "service_level_raw"),
        related=tuple(BULLET.sub("", line) for line in lines_of(parts, "related")),
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
    name = BULLET.sub("", row.text("name") or row.text("title"))
    code_raw = row.text("code") or (row.text("number") if codes.normalise(row.text("number")) else "")
    if not name or len(name) < 4 or fold_text(name) in NOTHING:
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


def _decision(text: str) -> str:
    numbered = _NUMBER.search(text)
    return numbered[0] if numbered else text.split(" ngày ")[0].strip()


def _tiers(texts: Iterable[str]) -> tuple[str, ...]:
    padded = f" {fold_text(' '.join(texts))} "
    found = [tier.value for word, tier in _TIERS if f" {word} " in padded]
    return tuple(dict.fromkeys(found or ([Tier.OTHER.value] if padded.strip() else [])))


def _split_lines(texts: Iterable[str], border: re.Pattern[str]) -> tuple[str, ...]:
    pieces = [BULLET.sub("", piece).strip(" .") for text in texts for piece in border.split(text)]
    return tuple(dict.fromkeys(piece for piece in pieces if piece))


def _steps(texts: list[str], step: re.Pattern[str] = _STEP) -> tuple[StepCase, ...]:
    if not texts:
        return ()
    if not any(step.match(text) for text in texts):
        return (StepCase(tuple(filter(None, (BULLET.sub("", text) for text in texts)))),)
    steps: list[str] = []
    for text in texts:
        if step.match(text) or not steps:
            steps.append(BULLET.sub("", text))
        else:
            steps[-1] += "\n" + text
    return (StepCase(tuple(steps)),)


def _results(texts: list[str]) -> tuple[Result, ...]:
    found: list[Result] = []
    for text in texts:
        code = _RESULT_CODE.search(text)
        name = BULLET.sub("", _RESULT_CODE.sub("", text)).strip(" :–-").removesuffix("()").strip()
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
            name = BULLET.sub("", clean(piece)).rstrip(" .;")
            numbers = list(_NUMBER.finditer(name))
            if not name or fold_text(name) in NOTHING:
                continue
            if len(numbers) > 1 and numbers[0][0] == numbers[-1][0]:
                name = _NUMBER_LABEL.sub("", name[: numbers[-1].start()]).strip()
            found.append(LegalBasis(numbers[0][0] if numbers else "", name, dates.day_in(name)))
    return tuple(found)

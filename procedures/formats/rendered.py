"""Procedures as rendered text: cells glued together, labels leaked in, letters decomposed; partial."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from core.codes import is_internal
from core.model import Procedure, StepCase
from core.states import Tier
from procedures.formats import glued
from procedures.formats.line import code_of, name_of, one_line, text
from store.register import Entry

COMPLETE = False

_TIERS = {
    "cấp bộ": Tier.MINISTRY,
    "cấp tỉnh": Tier.PROVINCE,
    "cấp huyện": Tier.DISTRICT,
    "cấp xã": Tier.COMMUNE,
    "cơ quan khác": Tier.OTHER,
}
_LEAKED = re.compile(
    r"\s*(Từ khóa(?=Không có thông tin|Mô tả|$)|Từ khóa.{0,200}?Mô tả|Chọn cơ quan thực hiện|Mã:\s*KQ)", re.DOTALL
)
_PARTS = re.compile(r"\n(?=\s*(?:Bước|BƯỚC|B)\s*\d+)")
_NEXT_AGENCY = re.compile(r",\s+(?=[A-ZĐÂÁÀẢÃẠÊÔƠƯỦỨỬỰ])")
_NEXT_AUDIENCE = re.compile(r",\s+(?![^(]*\))(?=[A-ZĐ])")


def recognises(line: Mapping[str, Any]) -> bool:
    """Whether a line is of the rendered form."""
    return "ma_thu_tuc" in line or "ten_thu_tuc" in line


def read(line: Mapping[str, Any]) -> Entry:
    """One rendered procedure; BadLine when it cannot be an entry."""
    code = code_of(line.get("ma_thu_tuc"))
    outcome = text(line.get("ket_qua_xu_ly"))
    steps = tuple(part.strip() for part in _PARTS.split(text(line.get("trinh_tu_thuc_hien"))) if part.strip())
    related = text(line.get("thu_tuc_lien_quan"))
    procedure = Procedure(
        name=name_of(line.get("ten_thu_tuc")),
        code=code,
        code_raw=str(line["ma_thu_tuc"]).strip(),
        decision_number=one_line(line.get("so_quyet_dinh")),
        tiers=_tiers(one_line(line.get("cap_thuc_hien"))),
        sectors=tuple(filter(None, [one_line(line.get("linh_vuc"))])),
        steps=(StepCase(steps),) if steps else (),
        channels=glued.channels(text(line.get("cach_thuc_thuc_hien"))),
        papers=glued.papers(text(line.get("thanh_phan_ho_so"))),
        audiences=_split(_NEXT_AUDIENCE, line.get("doi_tuong_thuc_hien")),
        agencies=_split(_NEXT_AGENCY, line.get("co_quan_thuc_hien")),
        competent_agencies=_split(_NEXT_AGENCY, line.get("co_quan_co_tham_quyen")),
        delegated_agencies=_split(_NEXT_AGENCY, line.get("co_quan_duoc_uy_quyen")),
        coordinating_agencies=_split(_NEXT_AGENCY, line.get("co_quan_phoi_hop")),
        address=text(line.get("dia_chi_tiep_nhan")),
        results=glued.results(outcome),
        legal_bases=glued.legal_bases(text(line.get("can_cu_phap_ly"))),
        requirements=text(_LEAKED.split(text(line.get("yeu_cau_dieu_kien")))[0]),
        keywords=glued.leaked(outcome, "Từ khóa", "Mô tả"),
        description=glued.leaked(outcome, "Mô tả", "Chọn cơ quan thực hiện"),
        type_raw=one_line(line.get("loai_thu_tuc")),
        related=glued.related(related),
    )
    return Entry(
        procedure,
        format="rendered",
        internal=is_internal(code),
        url=text(line.get("detail_url")),
    )


def _tiers(words: str) -> tuple[str, ...]:
    found = (_TIERS.get(part.strip().lower()) for part in words.split(","))
    return tuple(dict.fromkeys(tier.value for tier in found if tier is not None))


def _split(between: re.Pattern[str], raw: Any) -> tuple[str, ...]:
    """The parts of a joined list: a comma stands between two only before a capital (“Bộ, cơ quan ngang Bộ” is one)."""
    return tuple(dict.fromkeys(part.strip() for part in between.split(one_line(raw)) if part.strip()))

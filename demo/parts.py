"""The parts of a procedure's page in the order a civil servant expects (DOMAIN §1.2), ready for a family's markup."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.model import Procedure
from demo.families import Family

CHANNELS = {"truc_tiep": "Trực tiếp", "truc_tuyen": "Trực tuyến", "buu_chinh": "Dịch vụ bưu chính"}


@dataclass(frozen=True, slots=True)
class Part:
    """A labelled part. `kind`: text, lines, steps, channels, papers, bases."""

    label: str
    kind: str
    value: Any


@dataclass(frozen=True, slots=True)
class PageOf:
    """What a page says beside the procedure itself."""

    procedure: Procedure
    form_href: str
    form_file: str
    code_label: str = "Mã thủ tục"
    code_text: str = ""


def parts_of(page: PageOf, family: Family) -> list[Part]:
    """All parts; empty ones are left out, as the real pages do."""
    p = page.procedure
    limit = p.channels[0].durations[0]
    decision = f"{p.decision_number} ngày {p.decision_date:%d/%m/%Y}" if p.decision_date else p.decision_number
    filing: list[Part] = [Part("Cách thức thực hiện", "channels", _channels(p))]
    if not family.table_of_channels:
        filing = [
            Part("Cách thức thực hiện", "lines", [CHANNELS[c.kind] for c in p.channels]),
            Part("Thời hạn giải quyết", "text", limit.text),
            Part("Phí, lệ phí", "text", limit.fees[0].text),
        ]
    found = [
        Part(page.code_label, "text", page.code_text),
        Part("Số quyết định", "text", decision),
        Part("Tên thủ tục", "text", p.name),
        Part("Lĩnh vực", "text", ", ".join(p.sectors)),
        Part("Mức độ cung cấp dịch vụ công trực tuyến", "text", p.service_level_raw),
        Part("Trình tự thực hiện", "steps", [f"Bước {n}: {text}" for n, text in enumerate(p.steps[0].steps, 1)]),
        *filing,
        Part("Thành phần hồ sơ", "papers", _papers(page)),
        Part("Số lượng hồ sơ", "text", p.number_of_sets),
        Part("Đối tượng thực hiện", "text", ", ".join(p.audiences)),
        Part("Cơ quan thực hiện", "text", ", ".join(p.agencies)),
        Part("Địa chỉ tiếp nhận hồ sơ", "text", p.address),
        Part("Kết quả thực hiện", "text", "; ".join(r.name for r in p.results)),
        Part(
            "Căn cứ pháp lý",
            "bases",
            [(b.number, b.name, f"{b.issued_on:%d/%m/%Y}", b.issuer) for b in p.legal_bases if b.issued_on],
        ),
        Part("Yêu cầu, điều kiện thực hiện", "text", p.requirements or "Không có thông tin"),
    ]
    return [part for part in found if part.value]


def _channels(p: Procedure) -> list[tuple[str, str, str, str]]:
    rows = [(c, d) for c in p.channels for d in c.durations]
    return [(CHANNELS[c.kind], d.text, ", ".join(f.text for f in d.fees), c.note) for c, d in rows]


def _papers(page: PageOf) -> list[tuple[str, str, str, str]]:
    rows = []
    for paper in page.procedure.papers[0].papers:
        counts = f"Bản chính: {paper.originals} - Bản sao: {paper.copies}"
        href = page.form_href if paper.form_name else ""
        rows.append((paper.name, page.form_file if href else "", href, counts))
    return rows

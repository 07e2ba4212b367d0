"""The real catalogue as search sources, for the benchmarks and the tests beside them."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from indexer.query.terms import Source

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
CONFIG = ROOT / "config"
FILES = ("catalog.jsonl.gz", "procedures_api.jsonl.gz", "procedures_rendered.jsonl.gz", "news_danang.jsonl.gz")
PART_CHARACTERS = 6000


def lines_of(path: Path) -> Iterator[Any]:
    """The rows of a gzipped JSONL file."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def corpus_codes(path: Path) -> list[str]:
    """One code a line."""
    return path.read_text(encoding="utf-8").split()


def procedures(data: Path, codes: list[str]) -> list[Source]:
    """The procedures of these codes with the text there is of them."""
    wanted = set(codes)
    entries = {row["code"]: row for row in lines_of(data / "catalog.jsonl.gz") if row["code"] in wanted}
    bodies = {
        row["code"]: _api_body(row) for row in lines_of(data / "procedures_api.jsonl.gz") if row["code"] in wanted
    }
    for row in lines_of(data / "procedures_rendered.jsonl.gz"):
        if row["ma_thu_tuc"] in wanted:
            bodies.setdefault(row["ma_thu_tuc"], _rendered_body(row))
    return [_source(entries[code], bodies.get(code, ())) for code in codes if code in entries]


def _source(entry: Any, body: tuple[str, ...]) -> Source:
    return Source(
        id=f"procedure:{entry['code']}",
        kind="procedure",
        version=1,
        title=entry["name"],
        sectors=tuple(entry["fields"]),
        agencies=tuple(entry["agencies"]),
        body=body,
        codes=(entry["code"],),
        citizen="Công dân Việt Nam" in entry["subjects"],
        facets={"sector": tuple(entry["fields"]), "agency": tuple(entry["agencies"])},
    )


def _flat(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return " . ".join(map(_flat, value))
    if isinstance(value, dict):
        kept = (v for k, v in value.items() if not k.lower().endswith(("id", "ids", "code")))
        return " . ".join(_flat(v) for v in kept if isinstance(v, (str, list, dict)))
    return ""


def _api_body(row: Any) -> tuple[str, ...]:
    papers = (
        p.get("name", "") for case in row.get("executionCases") or [] for p in case.get("profileComponents") or []
    )
    parts = (
        _flat([r.get("name", "") for r in row.get("resultsDetails") or []]),
        _flat(row.get("requirementsAndConditions", "")),
        " . ".join(papers),
        _flat(row.get("executionSteps", "")),
        _flat(row.get("description", "")),
    )
    return tuple(part[:PART_CHARACTERS] for part in parts if part)


def _rendered_body(row: Any) -> tuple[str, ...]:
    names = ("ket_qua_xu_ly", "yeu_cau_dieu_kien", "thanh_phan_ho_so", "trinh_tu_thuc_hien")
    parts = [row.get(name) or "" for name in names]
    parts[0] = re.split(r"Mã:|Từ khóa|Chọn cơ quan", parts[0])[0]
    return tuple(part[:PART_CHARACTERS] for part in parts if part and not part.startswith("Không có thông tin"))


def news(data: Path) -> list[Source]:
    """Real news items, so that the language models know everyday text as they do in a province."""
    found = []
    for number, row in enumerate(lines_of(data / "news_danang.jsonl.gz"), 1):
        texts = [re.sub("<[^>]+>", " \n ", v) for v in row.values() if isinstance(v, str) and len(v) > 20 and " " in v]
        body = tuple(line for text in texts for line in text.split("\n") if line.strip())
        found.append(Source(f"record:{number}", "article", 1, body[0][:200] if body else "tin", body=body))
    return found

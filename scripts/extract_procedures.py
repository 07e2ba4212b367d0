"""Carries the facts of the real catalogue into demo/data/procedures.jsonl.gz: codes, names, agencies, limits, fees; no running text.

Run it as `python scripts/extract_procedures.py FOLDER`, FOLDER being the one with catalog.jsonl.gz and
procedures_api.jsonl.gz. Entries of other provinces and internal procedures are left out.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parents[1] / "demo" / "data" / "procedures.jsonl.gz"
PROVINCE = "UBND tỉnh Thanh Hóa"
UNITS = {"WORKING_DAY": "ngay_lam_viec", "DAY": "ngay"}
MAX_NAME = 220
"""Longer names hold several procedures in one line."""


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a gzipped JSON-lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        yield from map(json.loads, stream)


def is_ours(entry: dict[str, Any]) -> bool:
    """Whether citizens of this province can meet it."""
    issuer = entry["issued_by"]
    local = not issuer.startswith("UBND") or issuer == PROVINCE
    return local and not entry["type"].endswith("INTERNAL") and entry["code"][0] in "123" and len(entry["code"]) == 8


def details(entry: dict[str, Any]) -> dict[str, Any]:
    """Limit, fee, results and publication decision, where the structured record states plain numbers."""
    found: dict[str, Any] = {}
    for method in entry["executionMethods"]:
        amount, unit = method.get("processingTime"), UNITS.get(method.get("processingTimeUnit"))
        if isinstance(amount, int) and amount > 0 and unit:
            found.setdefault("time", [amount, unit])
        for fee in method.get("fees") or []:
            if isinstance(fee.get("value"), int) and fee["value"] >= 1000:
                found.setdefault("fee", fee["value"])
    results = [[item["name"].strip(), item.get("code") or ""] for item in entry.get("resultsDetails") or []]
    if results and len(results[0][0]) < 100:
        found["results"] = results[:1]
    return found


def main(folder: Path) -> None:
    """Write the file; the same input gives the same bytes."""
    known = {entry["code"]: details(entry) for entry in lines(folder / "procedures_api.jsonl.gz")}
    rows: dict[str, str] = {}
    for entry in lines(folder / "catalog.jsonl.gz"):
        name = " ".join(entry["name"].split()).rstrip(" .")
        if not is_ours(entry) or not 10 <= len(name) <= MAX_NAME:
            continue
        row = {
            "code": entry["code"],
            "name": name,
            "sectors": [" ".join(item.split()) for item in entry["fields"] if item.strip()],
            "agencies": list(dict.fromkeys(" ".join(item.split()) for item in entry["agencies"] if item.strip())),
            "subjects": entry["subjects"],
            "issued_by": entry["issued_by"],
            **known.get(entry["code"], {}),
        }
        rows[entry["code"]] = json.dumps(row, ensure_ascii=False)
    text = "\n".join(rows[code] for code in sorted(rows)) + "\n"
    TARGET.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

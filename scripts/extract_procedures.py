"""Carries the facts of the real catalogue into demo/data/procedures.jsonl.gz: codes, names, agencies, limits, fees; no running text.

Run it as `python scripts/extract_procedures.py FOLDER`, FOLDER being the one with catalog.jsonl.gz, procedures_api.jsonl.gz
and procedures_rendered.jsonl.gz. Entries of other provinces and internal procedures are left out.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parents[1] / "demo" / "data" / "procedures.jsonl.gz"
PROVINCE = "UBND tỉnh Thanh Hóa"
UNITS = {"WORKING_DAY": "ngay_lam_viec", "DAY": "ngay"}
WRITTEN_UNITS = {"Ngày làm việc": "ngay_lam_viec", "Ngày": "ngay"}
FREE = ("Miễn", "(Miễn")
FIRST_WAY = re.compile(
    r"\D*(?P<amount>\d{1,3}) ?(?P<unit>Ngày làm việc|Ngày|Giờ)?(?:(?P<free>Miễn phí)|(?P<fee>\d{1,3}(?:,\d{3})+) VNĐ)?"
)
"""The first way of filing in the table of a shown page. Without a unit, limit and fee run into one another: “120 VNĐ”."""
NEXT_AGENCY = re.compile(r",\s+(?=[A-ZĐÂÁÀẢÃẠÊÔƠƯỦỨỬỰ])")
NO_AGENCY = "Không có thông tin"
MAX_NAME = 320
"""The permits to build a house have up to 308 characters; longer names hold several procedures in one line."""


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
    """Limit, fee and results, where the structured record states plain numbers."""
    found: dict[str, Any] = {}
    limits = [(case.get("processingDay") or {}) for case in entry.get("cases") or []]
    ways = [(way.get("processingTime"), way.get("processingTimeUnit")) for way in entry["executionMethods"]]
    for amount, unit in (*ways, *((limit.get("qty"), limit.get("type")) for limit in limits)):
        if isinstance(amount, int) and amount > 0 and unit in UNITS:
            found.setdefault("time", [amount, UNITS[unit]])
    fees = [fee for way in entry["executionMethods"] for fee in way.get("fees") or []]
    for fee in fees:
        if isinstance(fee.get("value"), int) and fee["value"] >= 1000:
            found.setdefault("fee", fee["value"])
    if fees and all(fee.get("value") == 0 and (fee.get("description") or "").startswith(FREE) for fee in fees):
        found["fee"] = 0
    results = [[item["name"].strip(), item.get("code") or ""] for item in entry.get("resultsDetails") or []]
    if results and len(results[0][0]) < 100:
        found["results"] = results[:1]
    return found


def shown(page: dict[str, Any]) -> dict[str, Any]:
    """Limit and fee of the first way of filing on a page as it is shown, where both can be told apart."""
    way = FIRST_WAY.match(page["cach_thuc_thuc_hien"])
    found: dict[str, Any] = {}
    if way and way["unit"]:
        if way["unit"] in WRITTEN_UNITS:
            found["time"] = [int(way["amount"]), WRITTEN_UNITS[way["unit"]]]
        if way["free"] or way["fee"]:
            found["fee"] = int((way["fee"] or "0").replace(",", ""))
    return found


def names(texts: Iterable[str]) -> list[str]:
    """Each name once, with single spaces and no full stop."""
    return list(dict.fromkeys(filter(None, (" ".join(text.split()).rstrip(" .") for text in texts))))


def main(folder: Path) -> None:
    """Write the file; the same input gives the same bytes."""
    known, agencies = {}, {}
    for page in lines(folder / "procedures_rendered.jsonl.gz"):
        known[page["ma_thu_tuc"]] = shown(page)
        told = names(NEXT_AGENCY.split(page["co_quan_thuc_hien"]))
        agencies[page["ma_thu_tuc"]] = [name for name in told if name != NO_AGENCY]
    for entry in lines(folder / "procedures_api.jsonl.gz"):
        known[entry["code"]] = {**known.get(entry["code"], {}), **details(entry)}
    rows: dict[str, str] = {}
    for entry in lines(folder / "catalog.jsonl.gz"):
        name = " ".join(entry["name"].split()).rstrip(" .")
        if not is_ours(entry) or not 10 <= len(name) <= MAX_NAME:
            continue
        row = {
            "code": entry["code"],
            "name": name,
            "sectors": [" ".join(item.split()) for item in entry["fields"] if item.strip()],
            "agencies": names(entry["agencies"]) or agencies.get(entry["code"], []),
            "subjects": entry["subjects"],
            "issued_by": entry["issued_by"],
            **known.get(entry["code"], {}),
        }
        rows[entry["code"]] = json.dumps(row, ensure_ascii=False)
    text = "\n".join(rows[code] for code in sorted(rows)) + "\n"
    TARGET.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

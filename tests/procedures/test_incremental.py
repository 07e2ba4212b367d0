"""Whatever happens in whatever order, unifying what changed ends where unifying everything from nothing would."""

from __future__ import annotations

import json
import random
import shutil
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from core.clock import fixed
from core.model import Channel, Duration, Fee, Procedure, Record
from core.sites import Province
from procedures import unify
from procedures.register import import_file
from procedures.unify import unify_changes
from store import changes, matches, offerings, page_records, records
from store.database import Database, open_database
from store.prepared import Prepared, prepare
from store.tables import keys_to_propose, matched_records, offering_keys, pages, procedures, shown_old_codes
from store.tables import matches as matches_table
from store.tables import records as records_table
from tests.procedures.conftest import NOON

pytestmark = pytest.mark.slow

SITES = ("s-stp", "h-nongcong", "h-quanhoa", "s-hcc")
CODES = ("1.000001", "1.000002", "1.000003")
OLD = ("T-THA-100001-TT", "T-THA-100002-TT")
NAMES = ("Đăng ký kết hôn", "Thủ tục đăng ký kết hôn", "Cấp giấy phép xây dựng", "Đăng ký khai sinh")
PAGES = 14


@dataclass
class Life:
    """A store in which things happen by chance."""

    database: Database
    province: Province
    rng: random.Random
    folder: Path
    day: int = 0

    def step(self) -> str:
        """One thing that happens; returns what, for the message of a failure."""
        self.day += 1
        kind = self.rng.choice(("publish",) * 6 + ("withdraw", "again", "confirm", "refuse", "undo", "register"))
        getattr(self, kind)()
        return kind

    @property
    def now(self) -> datetime:
        return NOON + timedelta(days=self.day)

    def publish(self) -> None:
        page = self.rng.randint(1, PAGES)
        content = self._content()
        items = [prepare(Record("procedure", content, key=self.rng.choice(("", content.code or content.name))))]
        if self.rng.random() < 0.2:
            items.append(prepare(Record("procedure", replace(self._content(), list_only=True), key="row")))
        self._write(page, items)

    def withdraw(self) -> None:
        self._write(self.rng.randint(1, PAGES), [])

    def again(self) -> None:
        """A page that was withdrawn shows what it showed."""
        with self.database.read() as connection:
            gone = connection.execute(select(records_table).where(records_table.c.withdrawn_at.is_not(None))).all()
            if not gone:
                return
            row = self.rng.choice(gone)
            old = records.of_page(connection, row.page_id)
        self._write(row.page_id, [prepare(Record("procedure", r.content, key=r.key)) for r in old])

    def confirm(self) -> None:
        self._decide("confirm", "proposed")

    def refuse(self) -> None:
        self._decide("refuse", "proposed")

    def undo(self) -> None:
        self._decide("undo", "confirmed", "refused")

    def register(self) -> None:
        chosen = self.rng.sample(CODES, self.rng.randint(1, 3))
        path = self.folder / f"catalog-{(date(2018, 8, 9) + timedelta(days=self.day)).isoformat()}.jsonl"
        common = {"fields": ["Hộ tịch"], "agencies": ["UBND cấp xã"], "issued_by": "Bộ Tư pháp", "subjects": [], "state": "ACTIVE", "type": "STANDARD", "url": ""}  # fmt: skip
        rows = [{"code": code, "name": self.rng.choice(NAMES), **common} for code in chosen]
        path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
        import_file(self.database, path, clock=fixed(self.now), province="Thanh Hóa", confirmed=True)

    def _content(self) -> Procedure:
        rng = self.rng
        code = rng.choice((*CODES, "", "", ""))
        limit = Duration("3 ngày", 3, "ngay", (Fee(rng.choice(("50.000 đồng", "30.000 đồng", "50000 đồng"))),))
        return Procedure(
            rng.choice(NAMES),
            code=code,
            old_code=rng.choice((*OLD, "", "")),
            sectors=rng.choice((("Hộ tịch",), ("Đất đai",), ())),
            tiers=rng.choice((("xa",), ())),
            channels=(Channel("truc_tiep", (limit,)),),
            service_level_raw=rng.choice(("", "Mức độ 3", "Toàn trình")),
        )

    def _write(self, page: int, items: list[Prepared]) -> None:
        site = SITES[page % len(SITES)]
        with self.database.write() as connection:
            values = {"id": page, "site_id": site, "server": "a", "first_seen": NOON, "next_due": NOON}
            connection.execute(insert(pages).values(url=f"http://{site}/{page}", **values).prefix_with("OR IGNORE"))
            page_records.write(connection, page_records.Origin(page, site, "tthc", "generic", None, self.now), items)

    def _decide(self, act: str, *states: Any) -> None:
        with self.database.write() as connection:
            found = matches.listed(connection, states)
            if not found:
                return
            one = self.rng.choice(found)
            taken = {m.proposal.key for m in matches.listed(connection, ("confirmed",))}
            if act == "undo":
                matches.undo(connection, one.id, "A", self.now)
            elif act == "refuse" or (one.proposal.key not in taken and one.proposal.target not in taken):
                matches.decide(connection, one.id, act, "A", self.now)  # type: ignore[arg-type]


def kept(database: Database) -> dict[str, Any]:
    """What people see of it, times of checks left aside (they are in no digest).

    A procedure that nobody shows and no register knows is nothing, whether its row is kept or not.
    """
    with database.read() as connection:
        rows = connection.execute(select(procedures).order_by(procedures.c.key)).all()
        shown = {r.key: (r.name, r.plain_name, r.is_public, r.state, r.reference, r.digest) for r in rows if r.content.get("offerings") or r.content.get("register")}  # fmt: skip
        matched = sorted((r.record_id, r.key) for r in connection.execute(select(matched_records)))
        listed = matches.listed(connection, ("proposed", "confirmed", "refused"))
        live = set(connection.scalars(select(matches_table.c.id).where(matches_table.c.lapsed_at.is_(None))))
        proposals = sorted((m.proposal.key, m.proposal.target, m.state, json.dumps(m.proposal.why, sort_keys=True)) for m in listed if m.id in live)  # fmt: skip
        keys = sorted((r.record_id, r.key, r.leads_to) for r in connection.execute(select(offering_keys)) if r.leads_to)
        pairs = sorted(tuple(r) for r in connection.execute(select(shown_old_codes)))
    return {"shown": shown, "matched": matched, "proposals": proposals, "keys": keys, "pairs": pairs}


def from_nothing(life: Life, name: str) -> dict[str, Any]:
    """The same from a copy of the store in which nothing was ever unified."""
    copy = life.folder / name
    copy.mkdir()
    for file in (life.folder / "life").iterdir():
        shutil.copy(file, copy / file.name)
    database = open_database(copy / "store.db")
    with database.write() as connection:
        for table in (matched_records, procedures, offering_keys, shown_old_codes, keys_to_propose):
            connection.execute(delete(table))
        connection.execute(update(matches_table).values(lapsed_at=life.now))
        coded = connection.scalars(select(records_table.c.code).where(records_table.c.code != "").distinct())
        codeless = offerings.ids_without_code(connection)
        changes.append(connection, "unify", [*coded, *CODES, *(f"record:{one}" for one in codeless)], life.now)
    unify_changes(database, life.province, fixed(life.now))
    found = kept(database)
    database.close()
    return found


@pytest.mark.parametrize("seed", range(6))
def test_what_changed_alone_leads_to_what_everything_would(
    seed: int, province: Province, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unify, "BATCH", 3)  # so that what belongs together comes in several batches
    (tmp_path / "life").mkdir()
    database = open_database(tmp_path / "life" / "store.db")
    life = Life(database, province, random.Random(seed), tmp_path)
    done = []
    for number in range(10):
        done += [life.step() for _ in range(life.rng.randint(1, 6))]
        unify_changes(database, province, fixed(life.now))
        now, then = kept(database), from_nothing(life, f"copy-{number}")
        for part in now:
            assert now[part] == then[part], (part, done)
    database.close()

"""A procedure as the box publishes it: real facts, generated text, in the law of the preset's day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from textwrap import shorten

from core.model import (
    Channel,
    ChannelKind,
    Duration,
    DurationUnit,
    Fee,
    LegalBasis,
    Paper,
    PaperCase,
    Procedure,
    Result,
    StepCase,
)
from demo import chance
from demo.catalogue import Facts, all_facts, laws_for
from demo.units import DAY_ZERO
from demo.wording import CITIZENS_PAPERS, PAPERS, REQUIREMENTS, STEPS

CITIZENS = "Công dân Việt Nam"
UNIT_WORDS = {"ngay_lam_viec": "ngày làm việc", "ngay": "ngày"}
LEVELS = {
    "seed": {"thong_tin": "Mức độ 2", "mot_phan": "Mức độ 3", "toan_trinh": "Mức độ 4"},
    "today": {
        "thong_tin": "Cung cấp thông tin trực tuyến",
        "mot_phan": "Dịch vụ công trực tuyến một phần",
        "toan_trinh": "Dịch vụ công trực tuyến toàn trình",
    },
}
"""Normalised level → the wording of the preset's regime (NĐ 43/2011 Đ3 k4; NĐ 224/2026 Đ14)."""

DESKS = {
    "seed": "Bộ phận tiếp nhận và trả kết quả",
    "today": "Trung tâm Phục vụ hành chính công",
}
TOPIC_CHARACTERS = 60
"""Of a procedure's name in the title of its form, whole words."""

_TIMES = (3, 5, 7, 10, 15, 20, 30)
_FEES = (0, 0, 8_000, 15_000, 50_000, 150_000, 300_000, 500_000)


@dataclass(frozen=True, slots=True)
class Offer:
    """A procedure with its normalised service level (core.states.ServiceLevel value) and the form it offers."""

    procedure: Procedure
    level: str
    form_name: str

    @property
    def time(self) -> str:
        """The limit in words."""
        return self.procedure.channels[0].durations[0].text

    @property
    def fee(self) -> str:
        """The fee in words."""
        return self.procedure.channels[0].durations[0].fees[0].text


def money(amount: int) -> str:
    """50000 → `50.000 đồng`, 0 → `Miễn phí`."""
    return f"{amount:,}".replace(",", ".") + " đồng" if amount else "Miễn phí"


@lru_cache(maxsize=20_000)
def offer(preset: str, seed: int, code: str) -> Offer:
    """The offer of a code; the same on every site of the box until a fault changes it."""
    facts, rng = all_facts()[code], chance.draw(seed, "offer", code)
    day = DAY_ZERO[preset]
    amount, unit = facts.time or (rng.choice(_TIMES), "ngay_lam_viec")
    fee = facts.fee if facts.fee is not None else rng.choice(_FEES)
    level = rng.choice(("thong_tin", "thong_tin", "mot_phan", "toan_trinh"))
    form_name = f"Mẫu đơn số {rng.randint(1, 40):02d}"
    decided = day - timedelta(days=rng.randint(90, 700))
    procedure = Procedure(
        name=facts.name,
        code=code,
        code_raw=code,
        decision_number=f"{rng.randint(100, 4900)}/QĐ-UBND",
        decision_date=decided,
        sectors=facts.sectors[:1],
        steps=(_steps(preset, seed, code),),
        channels=_channels(level, amount, unit, fee),
        papers=(_papers(seed, facts, form_name),),
        number_of_sets="01 bộ",
        audiences=facts.subjects[:3] or (CITIZENS,),
        results=tuple(Result(name, code) for name, code in facts.results)
        or (Result("Văn bản trả lời của cơ quan giải quyết"),),
        legal_bases=_bases(facts.sectors, day),
        requirements=rng.choice(REQUIREMENTS),
        service_level_raw=LEVELS[preset][level],
    )
    return Offer(procedure, level, form_name)


def _steps(preset: str, seed: int, code: str) -> StepCase:
    rng = chance.draw(seed, "steps", code)
    middle = sorted(rng.sample(range(1, len(STEPS) - 1), rng.randint(1, 3)))
    picked = (STEPS[0], *(STEPS[n] for n in middle), STEPS[-1])
    return StepCase(tuple(text.format(desk=DESKS[preset]) for text in picked))


def _channels(level: str, amount: int, unit: str, fee: int) -> tuple[Channel, ...]:
    kinds: list[ChannelKind] = ["truc_tiep", "buu_chinh"]
    if level != "thong_tin":
        kinds.insert(1, "truc_tuyen")
    return tuple(Channel(kind, (duration(amount, unit, fee),)) for kind in kinds)


def duration(amount: int, unit: str, fee: int) -> Duration:
    """A limit with the fee that hangs on it, in words and numbers."""
    typed: DurationUnit = "ngay" if unit == "ngay" else "ngay_lam_viec"
    return Duration(f"{amount} {UNIT_WORDS[typed]}", float(amount), typed, (Fee(money(fee), fee),))


def _papers(seed: int, facts: Facts, form_name: str) -> PaperCase:
    rng = chance.draw(seed, "papers", facts.code)
    topic = shorten(facts.name.removeprefix("Thủ tục "), TOPIC_CHARACTERS, placeholder="").rstrip(" ,;.")
    first = Paper(f"Đơn đề nghị {topic[:1].lower()}{topic[1:]}", 1, 0, form_name)
    rest = rng.sample(CITIZENS_PAPERS if CITIZENS in facts.subjects else PAPERS, rng.randint(1, 3))
    return PaperCase((first, *(Paper(text, rng.randint(0, 1), 1) for text in rest)))


def _bases(sectors: tuple[str, ...], day: date) -> tuple[LegalBasis, ...]:
    return tuple(LegalBasis(law.number, law.name, law.issued_on, law.issuer) for law in laws_for(sectors, day))

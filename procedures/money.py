"""Fees in words: “Miễn phí” only where a text says so, the words where there are words, never a bare 0."""

from __future__ import annotations

import re

from core.model import Fee

FREE = "Miễn phí"

PLAUSIBLE = 1_000
"""No fee is less than 1,000 đồng: 41 rendered records write “50 VNĐ (50.000đ)”, thousands taken for đồng."""

_NO = re.compile(r"^[\W_]*(không( có| thu| quy định| mất)?( (lệ )?phí)*( và lệ phí)?|0( đồng)?)[\W_]*$", re.IGNORECASE)
_FREE = re.compile(r"^[\W_]*(miễn (phí|lệ phí|thu phí|nộp phí)|không (thu|mất|phải nộp) (lệ )?phí)", re.IGNORECASE)
_ON_CONDITION = re.compile(
    r"\b(?:đối với|với|cho|khi|nếu|trường hợp|người|từ|đến|trong|tại|qua|trực tuyến|trực tiếp|trừ|một phần|lần)\b",
    re.IGNORECASE,
)
"""Whom, when or where alone nothing is to pay: the others pay."""
_ABOUT_MONEY = re.compile(
    r"phí|thu\b|đồng|quy định|miễn|mức|giá\b|nghị quyết|thông tư|quyết định|nghị định|luật|%|vnđ|usd|chi tiết|biểu|văn bản"
    r"|HĐND|\d{2,}[.,]\d{3}|đ/",
    re.IGNORECASE,
)


def says_free(words: str) -> bool:
    """Whether a text itself says that nobody is to pay: “Miễn phí”, “Không thu phí”, “Không”."""
    if _NO.match(words):
        return True
    more = re.search(r"\d", words) or _ON_CONDITION.search(words) or len(words) >= 60
    return bool(_FREE.match(words)) and not more


def grouped(amount: int) -> str:
    """25000 → “25.000”."""
    return f"{amount:,}".replace(",", ".")


def fee(amount: int | None, words: str, currency: str = "đồng") -> Fee | None:
    """One fee out of a number and the words beside it; None when neither says anything.

    A 0 is only “not a plain number” to the register: of 329 detailed procedures with a fee of 0 or none, all but a
    few carry other words, and then the words are the fee.
    """
    clean = " ".join(words.split())
    bracketed = clean.startswith("(") and clean.endswith(")") and clean.count("(") == 1
    clean = clean[1:-1].strip() if bracketed else clean
    clean = "" if len(clean) < 2 else clean
    if not amount or (currency == "đồng" and amount < PLAUSIBLE):
        if not clean:
            return None
        return Fee(FREE, 0) if says_free(clean) else Fee(clean)
    price = f"{grouped(amount)} {currency}"
    plain = amount if currency == "đồng" else None
    if not clean:
        return Fee(price, plain)
    if grouped(amount) in clean or str(amount) in clean:
        return Fee(clean, plain)
    return Fee(f"{clean.rstrip(' :.')}: {price}", plain)


def speaks_of_money(words: str) -> bool:
    """Whether words beside a fee are about the fee; some describe the way of filing instead."""
    return bool(_ABOUT_MONEY.search(words)) or says_free(words)

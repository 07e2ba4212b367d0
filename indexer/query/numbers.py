"""Whether a question is a document's number and nothing else."""

from __future__ import annotations

import re
from collections.abc import Collection

from vietnamese.syllables import fold_text

_NAMES = (
    "văn bản", "luật", "pháp lệnh", "nghị định", "nghị quyết", "quyết định", "chỉ thị", "thông tư", "thông tư liên tịch",
    "công văn", "kế hoạch", "thông báo", "báo cáo", "tờ trình", "hướng dẫn",
)  # fmt: skip
_BEFORE = re.compile(rf"^(?:(?:{'|'.join(map(fold_text, _NAMES))}) )?(?:so )?(?=\d)")


def parts_of_number(text: str, numbers: Collection[str]) -> tuple[str, ...]:
    """The folded parts of the number that a text is, said with or without “Quyết định số” before it; none where the text says
    more, or less than tells one document from another (`Quyết định 993`). `numbers`: as `vietnamese.numbers` read it."""
    parts = tuple(part for part in _BEFORE.sub("", fold_text(text)).split() if part != "nam")
    joined = "".join(parts).lstrip("0")
    return parts if joined in {number.replace("-", "") for number in numbers} else ()

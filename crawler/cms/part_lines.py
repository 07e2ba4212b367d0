"""The lines that stand under the labels of a procedure, without what only says that there is nothing."""

from __future__ import annotations

import re

from crawler.cms.labels import Value
from vietnamese.syllables import fold_text

Parts = dict[str, list[Value]]
"""The values of a page by the name of the part."""

NOTHING = {"khong co thong tin", "dang cap nhat", "noi dung dang cap nhat", "chua co thong tin", "khong xac dinh", ""}
BULLET = re.compile(r"^[\s\-–+*•·●▪➢✓o]*(?=[\s\-–+*•·●▪➢✓]|\w|[(“\"])[\s\-–+*•·●▪➢✓]*")


def lines_of(parts: Parts, name: str) -> list[str]:
    """The lines of a part that say something."""
    texts = [line.text for value in parts.get(name, ())[:1] for line in value.lines]
    return [text for text in texts if fold_text(text) not in NOTHING and any(map(str.isalnum, text))]


def words_of(parts: Parts, name: str, joint: str = " ") -> str:
    """These lines as one text."""
    return joint.join(lines_of(parts, name))

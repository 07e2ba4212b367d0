"""How much each site of a box holds."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Size:
    """`pages` over all 48 sites, about (attachments counted); `procedures` a site; `items` a section (1 where not named)."""

    pages: int
    procedures: int
    items: dict[str, int] = field(default_factory=dict)

    def count(self, section: str) -> int:
        """Items of a section before day 0."""
        return self.items.get(section, 1)


SIZES: dict[str, Size] = {
    "small": Size(1_440, 3, {"news": 2, "direction": 1}),
    "default": Size(3_100, 12, {"news": 8, "direction": 4, "legal_docs": 4, "legal_guidance": 2, "projects": 2, "qna": 2}),
    "large": Size(
        50_000,
        80,
        {
            "news": 400, "direction": 150, "legal_docs": 60, "legal_guidance": 40, "planning": 15, "projects": 30,
            "consultation": 10, "qna": 20, "mandatory_on_web": 20,
        },
    ),
}  # fmt: skip
"""The twelve sections of a site and their first items alone make 1,300 pages: no box is smaller."""

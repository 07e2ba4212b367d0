"""The text of a page whose shape says nothing, by trafilatura: slow (about 20 ms), so only where the readers gave up."""

from __future__ import annotations

import logging

from crawler.cms.tree import clean

ENOUGH = 200  # characters: what is shorter is a notice or a menu that the readers were right to leave
RUNNING = 60  # characters of a line of running text; entries of menus and lists of files are shorter
LARGEST = 1_000_000  # characters of source


def main_text(source: str) -> str:
    """The running text of a page, one paragraph a line; "" when there is none worth the name. Dates are never asked for:
    what guesses a date from a footer or a header of today's would make old pages fresh."""
    if len(source) > LARGEST:
        return ""
    import trafilatura  # slow to load, and most runs never need it

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    text = trafilatura.extract(source, favor_precision=True, include_comments=False, include_tables=False) or ""
    lines = [line for line in (clean(line).lstrip("- ") for line in text.splitlines()) if line]
    running = [line for line in lines if len(line) >= RUNNING]
    enough = sum(map(len, running)) >= ENOUGH and len(running) * 2 >= len(lines)
    return "\n".join(lines) if enough else ""

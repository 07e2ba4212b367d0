"""The tool of the system that readers use: where it is, and what to do where it is not."""

from __future__ import annotations

import shutil

OLD_WORD = "catdoc"
"""Reads old Word files; Debian's package of the same name. antiword leaves out the rest of a row before a merged one, and the
letter that stands for "ư" in old fonts (0xAD, a soft hyphen elsewhere): lost without a word, see docs/adr/0022."""

REMEDY = f"apt install {OLD_WORD}"
REMEDY_AFTERWARDS = f"{REMEDY}, then `tracuu reread`"


def old_word_reader() -> str | None:
    """The path of the tool; None where there is none."""
    return shutil.which(OLD_WORD)

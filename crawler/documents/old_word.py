"""Word 6 to 2003 and RTF by `catdoc`, a tool of the system, within limits."""

from __future__ import annotations

import re
import resource
import signal
import subprocess
import tempfile
from pathlib import Path

from crawler.charset import mended
from crawler.documents.cell_marks import CELL, TWICE, grids_of
from crawler.documents.extract import MAX_TABLES, MAX_TEXT, OLE, PACKAGE, Extracted, cell_text
from crawler.tools import REMEDY_AFTERWARDS, old_word_reader

NO_TOOL = f"attachment_no_tool: {REMEDY_AFTERWARDS}"

TOOL_SECONDS = 20  # the largest real file takes one
TOOL_MEMORY = 512_000_000  # bytes of address space
TOOL_OUTPUT = 8_000_000  # bytes: MAX_TEXT characters of Vietnamese take up to three each

RTF = b"{\\rtf"
_WORD = (b"\xec\xa5", b"\xdc\xa5")  # first bytes of the stream of Word 97–2003, and of Word 6 and 95
_VERSIONS = range(0x65, 0x113)  # nFib, the two bytes after them ([MS-DOC] 2.5.1)
_ENCRYPTED = 0x01  # fEncrypted, in the byte at 11
_SECTOR = 512
_PAST_A_LIMIT = (-signal.SIGXFSZ, -signal.SIGXCPU, -signal.SIGKILL)
_FIELD_CODES = re.compile(r'\b(?:HYPERLINK|PAGEREF|TOC|INCLUDEPICTURE)(?:\s+(?:\\\w|"[^"\n]*"))+|\\\* MERGEFORMAT')
_ALIEN = re.compile("[\u0590-\u1dff\u2e80-\ud7ff\uf900-\ufaff]")  # scripts that bytes read as text come out in
MOST_ALIEN = 0.01  # share of letters; Vietnamese files have none
_CONFIG = {
    # Cells and rows keep their marks (catdoc's "ascii" makes them tabs and line ends), soft hyphens stay what they are.
    ".catdocrc": "map_path = {home}\nformat = marks\nuse_locale = no\nsource_charset = cp1252\n",
    "marks.specchars": "",
    "marks.replchars": "",
}


def read_doc(body: bytes) -> Extracted:
    """The text and tables of a .doc; where there is no tool to read it, `no_tool` with the remedy among the notes."""
    is_rtf = body[:1024].lstrip().startswith(RTF)
    if not is_rtf and not body.startswith(OLE):
        return Extracted(condition="broken")
    if not is_rtf and (PACKAGE in body or _is_encrypted(body)):
        return Extracted(condition="encrypted")
    notes = ("attachment_is_rtf",) if is_rtf else ()
    if (tool := old_word_reader()) is None:
        return Extracted(condition="no_tool", notes=(*notes, NO_TOOL))
    return _read_by(tool, body, notes)


def _is_encrypted(body: bytes) -> bool:
    for start in range(_SECTOR, len(body) - _SECTOR, _SECTOR):
        if body[start : start + 2] in _WORD and int.from_bytes(body[start + 2 : start + 4], "little") in _VERSIONS:
            return bool(body[start + 11] & _ENCRYPTED)
    return False


def _read_by(tool: str, body: bytes, notes: tuple[str, ...]) -> Extracted:
    with tempfile.TemporaryDirectory(prefix="tracuu-doc-") as home:
        for name, text in _CONFIG.items():
            Path(home, name).write_text(text.format(home=home), encoding="utf-8")
        source, target = Path(home, "file.doc"), Path(home, "file.txt")
        source.write_bytes(body)
        with target.open("wb") as out:
            try:
                code = subprocess.run(
                    [tool, "-d", "utf-8", "-w", str(source)],
                    stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.DEVNULL, timeout=TOOL_SECONDS,
                    check=False, env={"HOME": home, "LC_ALL": "C.UTF-8"}, preexec_fn=_within_limits,
                ).returncode  # fmt: skip
            except subprocess.TimeoutExpired:
                return Extracted(condition="too_large", notes=notes)
        if code:
            return Extracted(condition="too_large" if code in _PAST_A_LIMIT else "broken", notes=notes)
        return _told(target.read_bytes().decode("utf-8", "replace"), notes)


def _within_limits() -> None:
    """In the tool's process, before it begins: what it may use. Its output is a file, so that the kernel caps it too."""
    for limit, most in (
        (resource.RLIMIT_AS, TOOL_MEMORY),
        (resource.RLIMIT_FSIZE, TOOL_OUTPUT),
        (resource.RLIMIT_CPU, TOOL_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))


def _told(raw: str, notes: tuple[str, ...]) -> Extracted:
    """What the tool gave, out of old fonts: the marks are line ends for that, for a line is in one font or another."""
    lettered, old = mended(_FIELD_CODES.sub("", raw.replace(CELL, f"\n{CELL}\n").replace(TWICE, f"\n{TWICE}\n")))
    marked = lettered.replace(f"\n{CELL}\n", CELL).replace(f"\n{TWICE}\n", TWICE)
    lines = [" | ".join(map(cell_text, line.split(CELL))).strip(" |") for line in re.split(f"[\n{TWICE}]", marked)]
    text = "\n".join(filter(None, lines))
    notes += tuple(f"attachment_{note}" for note in old)
    if len(_ALIEN.findall(text)) > MOST_ALIEN * len(text):
        return Extracted(condition="broken", notes=notes)
    return Extracted(text[:MAX_TEXT], grids=grids_of(marked)[:MAX_TABLES], notes=notes)

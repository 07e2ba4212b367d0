"""The query log: a SQLite file of its own, without anything personal."""

from __future__ import annotations

import logging
import re
import sqlite3
import threading
import unicodedata
from contextlib import closing
from datetime import datetime
from pathlib import Path

logger = logging.getLogger(__name__)

LONGEST = 300
"""Characters of a query that are kept."""

_WORD = r"[^\W\d_]+"
_NAME = rf"{_WORD}(?:\s+{_WORD}){{0,4}}"
_UPPER = "".join(c for c in map(chr, range(0x41, 0x1F00)) if c.isupper())
_LOWER = "".join(c for c in map(chr, range(0x61, 0x1F00)) if c.islower())
_CAPITALISED = rf"[{_UPPER}]\w*"
_FAMILY = (
    "nguyễn|trần|lê|phạm|hoàng|huỳnh|phan|vũ|võ|đặng|bùi|đỗ|hồ|ngô|dương|lý|mai|trịnh|đinh|lưu|cao|tống|lương|hà|quách|phùng|"
    "nguyen|tran|pham|hoang|huynh|phan|bui|ngo|trinh|dinh"
)
_MIDDLE = "thị|văn|đình|hữu|xuân|ngọc|minh|quang|đức|thanh|kim|thu|công|hồng|bá|duy|trọng|thi|van|huu|ngoc"
_NO_NAME = "Sơ|Lịch|Táng|Trữ|Động|Hưu|Đẳng"  # hồ sơ, lý lịch, mai táng, lưu trữ, lương hưu: typed with capitals too
_SOMEBODY = "tôi|toi|mình|minh|em|cháu|chau|con|chồng|chong|vợ|vo|bố|bo|mẹ|me|cha|bé|ông|bà|anh|chị"
_LANE = "ngõ|ngo|ngách|ngach|hẻm|hem|tổ|to"
_PLACE = "thôn|thon|xóm|xom|ấp|bản|tổ dân phố|to dan pho|khu phố|khu pho"

PERSONAL: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[\w.+-]+(?:@|\s?[\[(]at[\])]\s?)[\w-]+(?:\s?\.\s?(?:com|vn|net|org|gov|edu)\b|\.[\w-]+)+", re.I), "[thư]"),
    (re.compile(r"https?://\S+|www\.\S+", re.I), "[địa chỉ mạng]"),
    (re.compile(r"\b[HGhg]\d{2}(?:\.\d{1,3})*[-.]\d{6}-\d{4,6}\b"), "[hồ sơ]"),
    (re.compile(r"(?<![\d.])(?:(?:\+?84|0)(?:[ .,-]?\d){9,10}|\(0\d{2,3}\)(?:[ .,-]?\d){6,8})(?!\d)"), "[điện thoại]"),
    (re.compile(r"(?<![\d.])(?![1-6]\.\d{6}\b)\d(?:[ .-]?\d){11,15}(?!\d)|(?<![\d.])(?![1-6]\.\d{6}\b)\d(?:[ .-]?\d){8,9}(?!\d)"), "[số giấy tờ]"),
    (re.compile(r"(?<!\w)[A-Z]\d{7,8}(?!\w)", re.I), "[hộ chiếu]"),
    (re.compile(r"(?<!\w)\d{2}\s?[-.]?\s?[A-Z]\d?\s?[-.]?\s?\d{3}[.\s]?\d{2}(?!\d)", re.I), "[biển số]"),
    (re.compile(r"(?<![\d/])(?:0?[1-9]|[12]\d|3[01])[/.-](?:0?[1-9]|1[0-2])[/.-](?:19|20)\d{2}(?!\d)"), "[ngày]"),
    (re.compile(rf"\b((?:họ\s+(?:và\s+)?tên|ho\s+(?:va\s+)?ten|(?:tên|ten)(?:\s+(?:{_SOMEBODY}))?)(?:\s+(?:là|la)|\s*:))\s*{_NAME}", re.I), r"\1 [tên]"),
    (re.compile(rf"\b((?:{_SOMEBODY})\s+(?:tên|ten))\s+(?!là\b|la\b|\[){_NAME}", re.I), r"\1 [tên]"),
    (re.compile(rf"(?<!\w)(?:{_FAMILY})\s+(?:{_MIDDLE})\s+{_WORD}(?!\w)", re.I), "[tên]"),
    (re.compile(rf"(?<!\w)(?:le|vu|vo|dang|do|ho|duong|luu)\s+(?:thi|van)\s+{_WORD}(?!\w)", re.I), "[tên]"),
    (re.compile(rf"\b((?i:ông|bà|anh|chị|bé|cháu|ong|ba|chi))\s+{_CAPITALISED}(?:\s+{_CAPITALISED}){{1,4}}"), r"\1 [tên]"),
    (re.compile(rf"(?<!\w)(?=[{_UPPER}])(?i:{_FAMILY})\s+(?!{_NO_NAME})[{_UPPER}][{_LOWER}]+(?:\s+[{_UPPER}][{_LOWER}]+){{1,3}}"), "[tên]"),
    (re.compile(rf"\b(?:số|so)\s+(?:nhà\s+|nha\s+)?\d+[\w/]*,?\s+(?:(?:{_LANE})\s+\d+[\w/]*,?\s*)*(?:(?<=\d)|(?<=\s)(?:đường|duong|phố|pho|{_LANE})\s+{_NAME})", re.I), "[địa chỉ]"),
    (re.compile(r"\b(?:số\s+nhà|so\s+nha)\s+\d+[\w/]*", re.I), "[địa chỉ]"),
    (re.compile(rf"\b(?i:{_PLACE})\s+(?:\d+|{_CAPITALISED})(?:\s+{_CAPITALISED})*"), "[địa chỉ]"),
)  # fmt: skip
"""What is replaced before anything is written: mail and web addresses, dossier codes, phones, numbers of papers (CCCD 12,
CMND 9, tax 10, insurance 10, accounts), passports, plates, days of birth, names and addresses. Too much rather than too little:
the log is read for what is missing, not for who asked."""

_TABLE = """CREATE TABLE IF NOT EXISTS queries (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, q TEXT NOT NULL, read_as TEXT NOT NULL,
    kind TEXT NOT NULL, total INTEGER NOT NULL, milliseconds REAL NOT NULL)"""

_INSERT = "INSERT INTO queries (at, q, read_as, kind, total, milliseconds) VALUES (?, ?, ?, ?, ?, ?)"


def without_personal(text: str) -> str:
    """The text, composed, with everything personal replaced."""
    text = unicodedata.normalize("NFC", text)[:LONGEST]
    for pattern, word in PERSONAL:
        text = pattern.sub(word, text)
    return text


class QueryLog:
    """Thread-safe. `failures` counts what could not be written: logging never breaks an answer."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self.failures = 0

    def add(self, at: datetime, q: str, read_as: str, *, kind: str, total: int, milliseconds: float) -> None:
        """Write one query; who asked is never known here. The time is kept to the hour only."""
        moment = at.replace(minute=0, second=0, microsecond=0).isoformat()
        row = (moment, without_personal(q), without_personal(read_as), kind, total, round(milliseconds, 1))
        with self._lock:
            try:
                with self._open() as connection:
                    connection.execute(_INSERT, row)
            except (sqlite3.Error, OSError, UnicodeError) as error:
                self.failures += 1
                self._close()
                logger.warning("a query was not logged (%d so far): %s", self.failures, error)

    def _open(self) -> sqlite3.Connection:
        """The connection, kept: opened for every query, closing it would wait for the disk each time."""
        if self._connection is not None and not self._path.exists():  # taken away to be read elsewhere
            self._close()
        if self._connection is None:
            # Half a second: an answer does not wait longer for its log.
            self._connection = sqlite3.connect(self._path, timeout=0.5, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode=WAL")
            # What a killed process wrote stays; only a power cut may take the last seconds (sqlite.org/wal.html, 2.2).
            self._connection.execute("PRAGMA synchronous=NORMAL")
            self._connection.execute(_TABLE)
        return self._connection

    def close(self) -> None:
        """Give the file back."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def gaps(self, limit: int = 50, least: int = 1) -> list[tuple[str, int]]:
        """Queries asked at least so often that found nothing, the most frequent first: what is missing in the content."""
        if not self._path.exists():
            return []
        query = "SELECT lower(q), count(*) n FROM queries WHERE total = 0 GROUP BY 1 HAVING n >= ? ORDER BY n DESC, 1 LIMIT ?"
        with closing(sqlite3.connect(self._path, timeout=0.5)) as connection:
            try:
                return [(str(q), int(n)) for q, n in connection.execute(query, (least, limit))]
            except sqlite3.OperationalError:  # made, but nothing was ever asked
                return []

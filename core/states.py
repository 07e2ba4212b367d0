"""The closed vocabularies: outcomes of a visit and a page, verdicts, states of findings, service levels."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """How the last check of a page, or a visit to a site, ended."""

    OK = "ok"
    UNCHANGED = "unchanged"
    NEVER = "never"  # not checked yet
    DNS = "dns"
    REFUSED = "refused"
    TLS = "tls"
    TIMEOUT = "timeout"
    HTTP_4XX = "http_4xx"
    HTTP_5XX = "http_5xx"
    GONE = "gone"  # 404/410: one positive sign of absence, not yet a tombstone
    SOFT_404 = "soft_404"
    BLOCKED = "blocked"  # WAF or challenge page, 403, 429
    LOGIN = "login"
    MAINTENANCE = "maintenance"
    EMPTY = "empty"  # a template without content
    PARKED = "parked"
    SPAM = "spam"
    MOVED = "moved"  # redirected to a host that is not this site's
    NEW_OWNER = "new_owner"
    REDIRECT_LOOP = "redirect_loop"
    ROBOTS = "robots"  # forbidden by robots.txt
    ROBOTS_UNREACHABLE = "robots_unreachable"  # robots.txt answered 5xx or not at all: do not crawl (RFC 9309 §2.3.1.4)
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    UNSAFE = "unsafe"  # the address or scheme is not allowed
    INTERRUPTED = "interrupted"  # the run ended before it was done
    PARTIAL = "partial"  # a visit: some pages failed, or were left for the next one
    ABSENT = "absent"  # a visit: most of the site's pages say that they are not there, so it was not seen well

    @property
    def is_good(self) -> bool:
        """Whether content of the site itself was seen."""
        return self in (Outcome.OK, Outcome.UNCHANGED)


class Verdict(StrEnum):
    """The state of a site or section on the board. `unknown` is never shown green."""

    FRESH = "fresh"
    DUE = "due"
    OVERDUE = "overdue"
    UNKNOWN = "unknown"

    @property
    def vietnamese(self) -> str:
        """The word on the board."""
        return _VERDICT_WORDS[self]


_VERDICT_WORDS = {
    Verdict.FRESH: "Cập nhật tốt",
    Verdict.DUE: "Cần cập nhật",
    Verdict.OVERDUE: "Chậm cập nhật",
    Verdict.UNKNOWN: "Không xác định",
}


class FindingState(StrEnum):
    """The life of a finding."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"
    FALSE_ALARM = "false_alarm"


class ServiceLevel(StrEnum):
    """How much of a procedure is online, normalised (DOMAIN §2.2); the raw wording is always kept beside it."""

    INFORMATION = "thong_tin"
    PARTIAL = "mot_phan"
    FULL = "toan_trinh"

    @property
    def vietnamese(self) -> str:
        """The label on pages."""
        return {
            "thong_tin": "Cung cấp thông tin",
            "mot_phan": "Trực tuyến một phần",
            "toan_trinh": "Trực tuyến toàn trình",
        }[self.value]


def level_label(value: str) -> str:
    """The label of a service level as the store keeps it, for nobody outside knows `mot_phan`; other texts as they are."""
    return ServiceLevel(value).vietnamese if value in set(ServiceLevel) else value


class Tier(StrEnum):
    """Level of government that handles a procedure."""

    MINISTRY = "bo"
    PROVINCE = "tinh"
    DISTRICT = "huyen"
    COMMUNE = "xa"
    OTHER = "khac"

    @property
    def vietnamese(self) -> str:
        """The label on pages."""
        return {"bo": "Cấp bộ", "tinh": "Cấp tỉnh", "huyen": "Cấp huyện", "xa": "Cấp xã", "khac": "Cơ quan khác"}[
            self.value
        ]


class ProcedureState(StrEnum):
    """Life cycle of a procedure (DOMAIN §1.5). No visible decision means unclear, not in force."""

    IN_FORCE = "con_hieu_luc"
    AMENDED = "sua_doi"
    REPEALED = "bi_bai_bo"
    UNPUBLISHED = "chua_cong_bo"
    UNCLEAR = "khong_ro"

    @property
    def vietnamese(self) -> str:
        """The label on pages."""
        return {
            "con_hieu_luc": "Còn hiệu lực",
            "sua_doi": "Đã sửa đổi",
            "bi_bai_bo": "Đã bãi bỏ",
            "chua_cong_bo": "Chưa công bố",
            "khong_ro": "Không rõ hiệu lực",
        }[self.value]


class SignatureCondition(StrEnum):
    """What the digital signature of a file is worth."""

    UNSIGNED = "unsigned"
    VALID = "valid"  # intact, covers the whole file, its chain ends at a trusted root
    UNTRUSTED = "untrusted"  # intact, but the chain ends nowhere known or the certificate did not hold on that day
    BROKEN = "broken"  # the file was changed after it was signed
    UNREADABLE = "unreadable"  # not a PDF that can be opened

    @property
    def vietnamese(self) -> str:
        """The label on pages."""
        return {
            "unsigned": "Không có chữ ký số",
            "valid": "Chữ ký số hợp lệ",
            "untrusted": "Chữ ký số không rõ nguồn gốc",
            "broken": "Tệp bị sửa sau khi ký",
            "unreadable": "Không mở được tệp",
        }[self.value]

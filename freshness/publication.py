"""What a site as a whole publishes: twice, only as a row, not at all, and the forms it offers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from core.clock import written_day
from core.sites import Province, Site
from freshness.duties import Duty
from freshness.evidence import Dead, SiteEvidence
from freshness.known import PUBLISHED, SAME_CONTENT, Known
from store import procedures as procedure_store
from store import record_checks
from store.findings import Finding
from store.record_checks import Light
from store.tables import pages, records
from vietnamese.names import name as plain_name
from vietnamese.names import plain
from vietnamese.syllables import fold_text

RULES = frozenset({"missing", "duplicate", "list_only", "form_dead", "form_changed", "form_double"})
NEEDS_REGISTER = frozenset({"missing"})

SAME_FORMS = "NĐ 63/2010 Đ25"
CONTENT_DUE = "43.dvc"
"""The rule under which a component site itself must show a procedure's content (NĐ 43/2011 Đ18 k1 with TT 32/2017 Đ5).
Since NĐ 224/2026 Đ9 procedures are shown by integration, so that a row that leads to the national portal is enough."""

_FORM_WORDS = {"mau", "don", "khai", "phieu"}

ONE_VISIT = timedelta(hours=12)
"""Page and file of one visit are looked at within so long of each other."""

LONGEST_LOOK = timedelta(days=8)
"""Files are looked at weekly at the latest: a change seen today may be so old."""

SETTLED = timedelta(days=3)
"""A row whose own page was found so lately may still be waiting to be read."""


@dataclass(frozen=True, slots=True)
class Form:
    """A file as it was last read: its content's digest, version and when it changed."""

    version: int
    changed_at: datetime
    digest: str


def duplicates(connection: Connection) -> list[Finding]:
    """A procedure in full on several pages of one site."""
    found = []
    for (site_id, code), lights in record_checks.twice_on_a_site(connection).items():
        urls = sorted({light.url for light in lights})
        first = lights[0]
        message = f"“{first.title}” ({code}) đăng ở {len(urls)} địa chỉ khác nhau. Giữ một, gỡ các bản còn lại."
        evidence = {"urls": urls, "captures": [light.capture_id for light in lights]}
        found.append(Finding("duplicate", site_id, message, code=code, law=SAME_CONTENT, capture_id=first.capture_id, evidence=evidence))  # fmt: skip
    return found


def rows_without_content(connection: Connection, known: Known, province: Province, now: datetime) -> list[Finding]:
    """Procedures of which a site shows only the name where the law of the day wants the content on the site itself."""
    found = []
    rows = record_checks.only_listed(connection)
    titles = record_checks.full_titles(connection, {light.site_id for light in rows})
    in_full = {(site_id, plain_name(title)) for site_id, title in titles}
    for light in rows:
        if (light.site_id, plain_name(light.title)) in in_full:
            continue
        site = _site(province, light.site_id)
        rule = next((r for r in known.law.in_force(site.kind_on(known.today), known.today) if r.id == CONTENT_DUE), None) if site else None  # fmt: skip
        if rule is None or not _settled(connection, light, now):
            continue
        code = f" ({light.code})" if light.code else ""
        message = f"“{light.title}”{code} chỉ có tên trong danh sách. Đăng đủ trình tự, hồ sơ, thời hạn, phí."
        evidence = {"row": light.title, "page": light.url}
        found.append(Finding("list_only", light.site_id, message, code=light.code, url=light.url, field=light.title[:200], law=rule.article, capture_id=light.capture_id, evidence=evidence))  # fmt: skip
    return found


def _site(province: Province, site_id: str) -> Site | None:
    return next((site for site in province.sites if site.id == site_id), None)


def _settled(connection: Connection, light: Light, now: datetime) -> bool:
    seen = connection.scalar(select(records.c.first_seen).where(records.c.id == light.id))
    return seen is not None and now - seen > SETTLED


def missing(connection: Connection, known: Known, site: Site, evidence: SiteEvidence, duty: Duty) -> list[Finding]:
    """Codes the unit must publish and does not; without a list, or after an incomplete visit, nothing is said."""
    if not duty.codes or evidence.visit is None or evidence.visit.outcome not in ("ok", "unchanged"):
        return []
    there = record_checks.codes_shown(connection, site.id, duty.codes)
    lacking = [code for code in duty.codes if code not in there]
    if not lacking:
        return []
    # A page that names the procedure without its code, or under its old one, shows it all the same.
    named = {plain_name(title) for title in record_checks.titles_without_code(connection).get(site.id, [])}
    of_codes = procedure_store.by_key(connection, lacking)
    found = []
    for code in lacking:
        procedure = of_codes.get(code)
        withdrawn = procedure is not None and procedure.register is not None and procedure.register.withdrawn_on
        name = procedure.name if procedure else code
        if withdrawn or plain_name(name) in named or (procedure is not None and not procedure.is_public):
            continue  # not in force, shown without its code, internal or another province's
        basis = duty.basis.get(code)
        because = f" theo {basis.text}" if basis else ""
        message = f"Trang chưa đăng “{name}” ({code}) mà đơn vị phải công khai{because}. Đăng thủ tục này."
        proof = {"name": name, "basis": basis.text if basis else "danh mục của đơn vị trong cấu hình"}
        proof |= {"decision": basis.url} if basis and basis.url else {}
        capture = (
            basis.capture_id if basis else None
        )  # what is not there was not captured: the decision proves the duty
        found.append(Finding("missing", site.id, message, code=code, law=PUBLISHED, capture_id=capture, evidence=proof))
    return found


def forms_read(connection: Connection) -> dict[str, Form]:
    """Address of every file whose content was read in more than one version, or that shares its content with another."""
    query = select(pages.c.url, records.c.version, records.c.changed_at, pages.c.body_digest)
    query = query.join(records, records.c.page_id == pages.c.id).where(records.c.kind == "attachment")
    return {
        row.url: Form(row.version, row.changed_at, row.body_digest or "")
        for row in connection.execute(query.where(records.c.withdrawn_at.is_(None)))
    }


def forms(connection: Connection, dead: Mapping[str, Dead]) -> list[Finding]:
    """Forms that cannot be fetched, that changed without the page saying so, and two files under one name."""
    read = forms_read(connection)
    changed = {url: form for url, form in read.items() if form.version > 1}
    found: list[Finding] = []
    for light, url, label in record_checks.linking(connection, dead):
        if not _still_offered(light, dead[url]):
            continue
        name = label or url.rpartition("/")[2]
        message = f"Không tải được biểu mẫu “{name}” của “{light.title}”. Đăng lại tệp hoặc sửa đường dẫn."
        proof = {"form": url, "outcome": dead[url].outcome, "referrer": light.url, "capture": dead[url].capture_id}
        found.append(_of_form("form_dead", light, url, message, proof))
    for light, url, label in record_checks.linking(connection, changed):
        when = changed[url].changed_at
        if _may_be_announced(light, when):
            continue
        name = label or url.rpartition("/")[2]
        message = f"Biểu mẫu “{name}” của “{light.title}” đã thay từ {written_day(when)} mà trang không báo. Ghi rõ ngày cập nhật biểu mẫu."
        found.append(_of_form("form_changed", light, url, message, {"form": url, "changed_at": when.isoformat()}))
    return [*found, *_double(connection, read)]


def _double(connection: Connection, read: Mapping[str, Form]) -> Iterator[Finding]:
    groups: dict[tuple[int, str], list[tuple[Light, str, str]]] = defaultdict(list)
    for light, url, label in record_checks.several_labels(connection):
        groups[light.id, plain(label)].append((light, url, label))
    for links in groups.values():
        digests = {read[url].digest for _, url, _ in links if url in read}
        light, _, label = links[0]
        if not _names_a_form(label) or len(links) < 2 or len(digests) < 2:
            continue
        urls = sorted(url for _, url, _ in links)
        message = f"“{light.title}” có {len(urls)} tệp khác nhau cùng mang tên “{label}”. Giữ bản đúng, gỡ bản kia."
        yield _of_form("form_double", light, urls[0], message, {"forms": urls})


def _names_a_form(label: str) -> bool:
    """Whether a label names one form, and is no “Tải về” that stands under every file."""
    words = fold_text(label).split()
    return bool(_FORM_WORDS & set(words)) and (len(words) >= 4 or any(word[0].isdigit() for word in words))


def _of_form(rule: str, light: Light, url: str, message: str, evidence: dict[str, Any]) -> Finding:
    return Finding(rule, light.site_id, message, code=light.code, url=light.url, field=url, law=SAME_FORMS, capture_id=light.capture_id, evidence=evidence)  # fmt: skip


def _still_offered(light: Light, dead: Dead) -> bool:
    """Whether the page was seen well since its file is gone: a procedure that is taken down takes its files with it."""
    if light.seen_at is None or dead.since is None:
        return light.seen_at is not None
    return light.seen_at >= dead.since - ONE_VISIT


def _may_be_announced(light: Light, when: datetime) -> bool:
    """Whether the page itself changed when the file did, or so shortly before that it cannot be told which came first."""
    if light.version == 1 or light.changed_at is None:
        return False  # as it was when it was first read, and so was the file
    return light.changed_at > when - LONGEST_LOOK


def by_site(found: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Findings by site."""
    grouped: dict[str, list[Finding]] = defaultdict(list)
    for item in found:
        grouped[item.site_id].append(item)
    return grouped

"""Broken links: an address that is gone, with the pages that still lead there, one finding for each site that does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from sqlalchemy import Connection

from freshness.evidence import SiteEvidence
from freshness.rules import HOUSE, LawBook
from store import page_links, record_checks
from store.findings import Finding
from store.page_links import Absent, Referrer

RULES = frozenset({"link_dead"})

SHOWN = 20
"""Referrers named in the evidence; how many there are is told beside them."""

TEMPLATE_LEAST = 12
TEMPLATE_SHARE = 0.5
"""A link on so many pages and this share of a site stands in a template or block: one place to mend."""


def broken(
    connection: Connection, law: LawBook, today: date, evidence: Mapping[str, SiteEvidence]
) -> Iterator[Finding]:
    """One finding per address that is not there and site that leads to it; forms of procedures have a rule of their own.

    How often an address must be absent, always while its own site was seen to be well, is a house number
    (`[[dead_link]]` of thresholds.toml); so 403, 429, TLS and time-outs make no link broken, and none whole again.
    """
    least = law.absences_on(today)
    if least is None:
        return
    absent = page_links.absent(connection, least)
    forms = {(light.site_id, url) for light, url, _ in record_checks.linking(connection, absent)}
    groups: dict[tuple[str, str], dict[str, Referrer]] = defaultdict(dict)
    for one in page_links.leading_to(connection, list(absent.values())):
        if (one.site_id, one.target) not in forms and one.url != one.target:
            groups[one.site_id, one.target].setdefault(one.url, one)
    for (site_id, target), referrers in sorted(groups.items()):
        pages = evidence[site_id].pages if site_id in evidence else 0
        yield _finding(site_id, absent[target], list(referrers.values()), pages)


def _finding(site_id: str, target: Absent, referrers: Sequence[Referrer], pages: int) -> Finding:
    first, count = referrers[0], len(referrers)
    words = first.words[:120] or target.url
    if count >= TEMPLATE_LEAST and count >= TEMPLATE_SHARE * pages:
        where, remedy = f"ở {count} trang, chẳng hạn {first.url},", "Sửa một lần trong mẫu hoặc khối dùng chung."
    else:
        where = f"ở {first.url}" if count == 1 else f"ở {count} trang, chẳng hạn {first.url},"
        remedy = "Sửa hoặc gỡ liên kết."
    proof = {
        "target": target.url,
        "outcome": target.outcome,
        "absences": target.absences,
        "since": target.since,
        "referrers": [{"name": r.title[:120], "url": r.url, "words": r.words[:120]} for r in referrers[:SHOWN]],
        "pages": count,
    }
    if target.site_id != site_id:
        proof["site"] = target.site_id
    message = f"Liên kết “{words}” {where} dẫn tới một địa chỉ không còn. {remedy}"
    return Finding(
        "link_dead", site_id, message, url=target.url, law=HOUSE, capture_id=first.capture_id, evidence=proof
    )

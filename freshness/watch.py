"""The monitor watches itself: a site without a fresh visit is the operator's alarm, never the editor's."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.clock import local_date
from core.sites import Site
from freshness.evidence import SiteEvidence
from freshness.wording import dated
from store.findings import Finding


def unwatched(site: Site, evidence: SiteEvidence, now: datetime, hours: timedelta) -> list[Finding]:
    """The finding that nobody looked at a site for too long; how a visit ended is another matter."""
    last = evidence.visit.ended_at if evidence.visit is not None else None
    if last is not None and now - last <= hours:
        return []
    when = f"lần cuối {dated(last)}" if last is not None else "chưa lần nào"
    message = f"{site.owner_on(local_date(now))} không được kiểm tra quá {hours.total_seconds() / 3600:.0f} giờ ({when}). Xem lịch chạy và khóa máy chủ."
    return [Finding("unwatched", site.id, message, evidence={"last_visit": str(last or "")})]

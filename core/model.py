"""What readers extract and what the store keeps: procedures, articles, legal documents, lists, attachments.

A reader turns one capture into one `Reading`. Everything here is plain data and round-trips through JSON with
`core.plain`. An empty string or tuple means "the page does not say"; nothing is ever guessed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

ChannelKind = Literal["truc_tiep", "truc_tuyen", "buu_chinh", "khac"]
DurationUnit = Literal["gio", "ngay", "ngay_lam_viec", "tuan", "thang", "nam", ""]
LOST_PROCEDURE = "lost_procedure"
"""Note of a page that showed procedures and shows none now although it answers well: its records stay."""

RecordKind = Literal["procedure", "article", "document", "attachment"]
PageKind = Literal["home", "list", "procedure", "article", "document", "attachment", "other"]


@dataclass(frozen=True, slots=True)
class Fee:
    """One fee. `amount` in đồng when the text is a plain number; `text` is the page's own wording and always wins."""

    text: str
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class Duration:
    """Time limit of one way of filing, with the fees that hang on it. `text` is the page's own wording."""

    text: str
    amount: float | None = None
    unit: DurationUnit = ""
    fees: tuple[Fee, ...] = ()


@dataclass(frozen=True, slots=True)
class Channel:
    """One way of filing: in person, online, by public post."""

    kind: ChannelKind
    durations: tuple[Duration, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper of the dossier; counts are None when the page does not say."""

    name: str
    originals: int | None = None
    copies: int | None = None
    form_name: str = ""
    form_url: str = ""


@dataclass(frozen=True, slots=True)
class PaperCase:
    """The papers of one case (trường hợp); `name` is empty when there is only one."""

    papers: tuple[Paper, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class StepCase:
    """The steps of one case (trường hợp), in order."""

    steps: tuple[str, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """One legal text a procedure rests on."""

    number: str
    name: str = ""
    issued_on: date | None = None
    issuer: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What the citizen gets; `code` such as KQ.G15.000031 when shown."""

    name: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Procedure:
    """An administrative procedure as one page shows it: the parts of NĐ 63/2010 Đ8 k2 and TT 32/2017 Đ5 k1 (DOMAIN §1)."""

    name: str
    code: str = ""  # national, normalised: 1.001193
    code_raw: str = ""  # as written: 1.001193.000.00.00.H56
    old_code: str = ""  # Đề án 30
    decision_number: str = ""
    decision_date: date | None = None
    tiers: tuple[str, ...] = ()  # core.states.Tier values
    sectors: tuple[str, ...] = ()
    steps: tuple[StepCase, ...] = ()
    channels: tuple[Channel, ...] = ()
    papers: tuple[PaperCase, ...] = ()
    number_of_sets: str = ""
    audiences: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()  # cơ quan thực hiện
    competent_agencies: tuple[str, ...] = ()  # cơ quan có thẩm quyền
    delegated_agencies: tuple[str, ...] = ()
    coordinating_agencies: tuple[str, ...] = ()
    address: str = ""  # địa chỉ tiếp nhận
    results: tuple[Result, ...] = ()
    legal_bases: tuple[LegalBasis, ...] = ()
    requirements: str = ""
    keywords: str = ""
    description: str = ""
    type_raw: str = ""  # loại thủ tục
    state_raw: str = ""
    service_level_raw: str = ""  # the page's own wording; regime and normalised value are worked out in procedures/
    related: tuple[str, ...] = ()
    list_only: bool = False  # a row of a list: no content is due on it


@dataclass(frozen=True, slots=True)
class Asked:
    """A citizen's question and its answer (Hỏi – đáp, NĐ 43/2011 Đ15 k2). Names and addresses of askers are never in it."""

    question: str = ""
    answer: str = ""
    asked_on: date | None = None
    answered_on: date | None = None
    answered_by: str = ""  # the office
    codes: tuple[str, ...] = ()  # national codes named or linked
    procedures: tuple[str, ...] = ()  # names of procedures quoted or linked


@dataclass(frozen=True, slots=True)
class Article:
    """A news item or page of text; with `asked`, a question and its answer."""

    title: str
    summary: str = ""
    body: str = ""
    author: str = ""
    source: str = ""
    topics: tuple[str, ...] = ()
    asked: Asked | None = None


@dataclass(frozen=True, slots=True)
class LegalDocument:
    """A legal document (văn bản). Four dates are kept apart: issued, effective, gazette, and the record's `published`."""

    title: str  # trích yếu
    number: str = ""  # số ký hiệu
    document_type: str = ""
    issuer: str = ""
    signer: str = ""
    issued_on: date | None = None
    effective_on: date | None = None
    gazette_on: date | None = None
    state_raw: str = ""
    sectors: tuple[str, ...] = ()
    body: str = ""


@dataclass(frozen=True, slots=True)
class AttachmentText:
    """The text of a file. `condition` says why the text may be empty; it is never silently so."""

    title: str
    text: str
    media_type: str
    condition: Literal["ok", "scanned", "encrypted", "broken", "too_large", "unsupported", "no_tool"] = "ok"
    pages: int | None = None
    digest: str = ""  # sha256 of the file


Content = Procedure | Article | LegalDocument | AttachmentText

CONTENT_TYPES: dict[RecordKind, type[Content]] = {
    "procedure": Procedure,
    "article": Article,
    "document": LegalDocument,
    "attachment": AttachmentText,
}


@dataclass(frozen=True, slots=True)
class FileLink:
    """A file offered by a page (form, scan of a document)."""

    url: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """Where a field was read and how sure the reader is (0–1)."""

    where: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Record:
    """One thing a reader extracted. `key` tells several records of one page apart (a list row's code or name)."""

    kind: RecordKind
    content: Content
    key: str = ""
    published: datetime | None = None  # stated on the page, Vietnam time made aware; never guessed
    files: tuple[FileLink, ...] = ()
    found: dict[str, Found] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Link:
    """A link worth following. `section` is the menu heading it stands under, when known."""

    url: str
    text: str = ""
    section: str = ""


@dataclass(frozen=True, slots=True)
class ListItem:
    """One entry of a list page. `published` is the date shown beside it."""

    title: str
    url: str = ""
    published: date | None = None
    number: str = ""  # số ký hiệu, for lists of documents
    issued_on: date | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """All that one capture says. `reader` and `why` name the family and the evidence for it."""

    reader: str
    why: str
    page_kind: PageKind
    title: str = ""
    section: str = ""  # id of freshness_rules.json sections ("news", "tthc", …), "" when unknown
    records: tuple[Record, ...] = ()
    items: tuple[ListItem, ...] = ()
    links: tuple[Link, ...] = ()
    content_links: tuple[Link, ...] = ()  # those that stand in the text itself: no menu, side bar, footer
    text: str = ""  # normalised main text, without chrome: the second fingerprint is taken over it
    site_name: str = ""
    charset: str = ""  # what the bytes were really written in
    notes: tuple[str, ...] = ()  # named observations: "tcvn3", "nfd", "glued_words", …

"""SharePoint 2010/2013 publishing pages and the national data base of legal documents; derived from real captures."""

from __future__ import annotations

import re
from datetime import date

from lxml.html import HtmlElement

from core.model import LegalDocument, ListItem, Record
from crawler import dates, urls
from crawler.cms import article, document
from crawler.cms.base import Family
from crawler.cms.draft import Draft, Page
from crawler.cms.files import files_in
from crawler.cms.labels import Labelled, read_labels
from crawler.cms.selectors import first, select
from crawler.cms.signs import in_source, in_url
from crawler.cms.tree import lines, text_of

_ISSUER = re.compile(r"^(?:QUỐC HỘI|CHÍNH PHỦ|ỦY BAN|UỶ BAN|BỘ|THỦ TƯỚNG|CHỦ TỊCH|HỘI ĐỒNG)\b")
_NAMES_ITSELF = re.compile(r"^(?:BỘ LUẬT|LUẬT|HIẾN PHÁP|PHÁP LỆNH|NGHỊ QUYẾT|NGHỊ ĐỊNH|THÔNG TƯ|QUYẾT ĐỊNH|CHỈ THỊ)\b")
_PARTS = re.compile(r"^(?:LỜI NÓI ĐẦU|CHƯƠNG|PHẦN|MỤC|ĐIỀU|CĂN CỨ)\b")
_PLACE_AND_DAY = re.compile(r"^[^,]{2,30}, ngày \d{1,2} tháng")
_TAB_TITLE = re.compile(r"^(?P<kind>.+?)\s+(?P<number>\S*\d\S*[/-]\S+|Không số)$")


class SharePoint(Family):
    """Publishing pages: the visible boilerplate of the layouts is furniture, <title> is often the same on every page."""

    name = "sharepoint"
    signs = (
        in_source(r'content="Microsoft SharePoint', weight=2),
        in_source(r"_spBodyOnLoadWrapper", r"s4-workspace", r"ms-rtestate-field", r"MSOZoneCell_", weight=2),
        in_url(r"/Pages/[\w-]+\.aspx|/VBQPPL_UserControls/", 3),
    )
    noise = r"Source|PublishedDate|RootFolder|ContentTypeId|isDlg|Mobile|_layouts_redirect"
    main = ".box-tab-vb, .results, #content .right-790, #DeltaPlaceHolderMain, #MSO_ContentTable, #s4-mainarea"
    title = ".vbProperties td.title, .news-title, h1.title, .ms-rteElement-H1"
    body = "#toanvancontent, .ms-rtestate-field, .article-content"
    date = ".news-date, .date-post, .ngaydang"
    item = "ul.listLaw > li .item, .Union_block, .news-item, .dfwp-item"
    item_title = ".title a, h2 a, a"
    item_date = ".right .green, .date, .time"

    def understand(self, page: Page) -> Draft:
        """A tab of a legal document (full text, attributes, history, related) is that document."""
        box = first(page.body, ".box-tab-vb")
        return self.read_tab(page, box) if box is not None else super().understand(page)

    def read_tab(self, page: Page, box: HtmlElement) -> Draft:
        """The document a tab belongs to: its own head (`.vbInfo`) and attributes, never the tables of related ones."""
        name = next((text_of(step) for step in reversed(select(box, ".box-map li a"))), "")
        head = first(box, ".vbProperties") if "thuoctinh" in page.url else None
        labelled = read_labels(head) if head is not None else Labelled(box, [])
        info = dict(text_of(line).partition(":")[::2] for line in select(box, ".vbInfo li"))
        full = first(box, "#toanvancontent")
        record = document.read_document(
            labelled, name, page.url, body=article.body_text(full) if full is not None else ""
        )
        content = record.content
        assert isinstance(content, LegalDocument)
        files = files_in(page.body, page.url)
        completed = _completed(content, name, head, {label.strip(): text.strip() for label, text in info.items()}, box)
        key = completed.number or name
        record = Record("document", completed, key, None, files, record.found)
        return Draft("document", name or completed.title, (record,), text=article.body_text(box), content=full)

    def read_items(self, page: Page, main: HtmlElement) -> Draft | None:
        """Results of a search for documents: number, subject and date of each."""
        results = select(page.body, "ul.listLaw > li .item")
        if not results:
            return super().read_items(page, main)
        items = tuple(_result(result, page.url) for result in results)
        return Draft(
            "list", article.heading(page.root, main, self.title)[0], items=items, text="\n".join(i.title for i in items)
        )


def _completed(
    read: LegalDocument, name: str, head: HtmlElement | None, info: dict[str, str], box: HtmlElement
) -> LegalDocument:
    """Number and kind from the tab's name ("Luật 21-LCT/HDNN8"), validity from its head, the title from the text's own."""
    named = _TAB_TITLE.match(name)
    titles = [text_of(cell) for cell in select(head, "td.title")] if head is not None else []
    state = next(
        (text.split(":", 1)[1].strip() for text in titles if text.lower().startswith("tình trạng hiệu lực")), ""
    )
    subject = titles[0] if titles and ":" not in titles[0] else ""
    full = [line.text for line in lines(box)] if first(box, "#toanvancontent") is not None else []
    return LegalDocument(
        title=subject or _heading_of(full) or name,
        number=read.number or (named["number"] if named and named["number"] != "Không số" else ""),
        document_type=read.document_type or (named["kind"] if named else ""),
        issuer=read.issuer or next((text for text in full[:20] if _ISSUER.match(text)), ""),
        signer=read.signer,
        issued_on=read.issued_on or _issued(full, info, box),
        effective_on=read.effective_on or dates.day_in(info.get("Ngày có hiệu lực", "")),
        gazette_on=read.gazette_on,
        state_raw=state or info.get("Hiệu lực", ""),
        sectors=read.sectors,
        body=read.body,
    )


def _issued(full: list[str], info: dict[str, str], box: HtmlElement) -> date | None:
    """The day of issue: certified, in the history, in the text's head or its last sentence; never a related document's."""
    stated = info.get("Ngày ký xác thực", "") or info.get("Ngày ban hành", "")
    history = next((row for row in select(box, ".vbProperties tr") if "được ban hành" in text_of(row)), None)
    if day := dates.day_in(stated) or dates.day_in(text_of(history)):
        return day
    placed = [text for text in full if _PLACE_AND_DAY.search(text) or "thông qua ngày" in text]
    return next((day for text in placed if (day := dates.day_in(text.rpartition("thông qua")[2]))), None)


def _heading_of(full: list[str]) -> str:
    """The lines in capitals with which a text names itself: "LUẬT" and what follows."""
    start = next((place for place, text in enumerate(full[:60]) if _NAMES_ITSELF.match(text)), None)
    if start is None:
        return ""
    name = [full[start]]
    for text in full[start + 1 : start + 4]:
        if text != text.upper() or _PARTS.match(text):
            break
        name.append(text)
    return " ".join(name)


def _result(result: HtmlElement, base: str) -> ListItem:
    link = first(result, ".title a")
    name = text_of(link)
    named = _TAB_TITLE.match(name)
    subject = text_of(first(result, ".des"))
    day = dates.day_in(text_of(first(result, ".right")))
    target = urls.canonical(link.get("href") or "", base) if link is not None else ""
    return ListItem(subject or name, target, day, named["number"] if named else "", day)

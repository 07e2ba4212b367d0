"""SharePoint 2010/2013 publishing pages and the national data base of legal documents; derived from real captures."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from core.model import LegalDocument, ListItem, Record
from crawler import dates, urls
from crawler.cms import article, document
from crawler.cms.base import Draft, Family, Page, in_source, in_url
from crawler.cms.files import files_in
from crawler.cms.labels import Labelled, read_labels
from crawler.cms.tree import first, select, text_of

_TAB_TITLE = re.compile(r"^(?P<kind>.+?)\s+(?P<number>\S*\d\S*[/-]\S+|Không số)$")


class SharePoint(Family):
    """Publishing pages: the visible boilerplate of the layouts is furniture, <title> is often the same on every page."""

    name = "sharepoint"
    signs = (
        in_source(r'(?:name="GENERATOR" content|content)="Microsoft SharePoint', 2),
        in_source(r"_spBodyOnLoadWrapper|s4-workspace|ms-rtestate-field|MSOZoneCell_", 2),
        in_url(r"/Pages/[\w-]+\.aspx|/VBQPPL_UserControls/", 3),
    )
    main = ".box-tab-vb, .results, #content .right-790, #DeltaPlaceHolderMain, #MSO_ContentTable, #s4-mainarea"
    title = ".vbProperties td.title, .news-title, h1.title, .ms-rteElement-H1"
    body = "#toanvancontent, .ms-rtestate-field, .article-content"
    date = ".news-date, .date-post, .ngaydang"
    item = "ul.listLaw > li .item, .news-item, .dfwp-item"
    item_title = ".title a, a"
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
        own = read_labels(first(box, ".vbInfo") if first(box, ".vbInfo") is not None else box)
        labelled.values += own.values
        full = first(box, "#toanvancontent")
        record = document.read_document(labelled, name, page.url, article.body_text(full) if full is not None else "")
        content = record.content
        assert isinstance(content, LegalDocument)
        files = files_in(page.body, page.url)
        completed = _completed(content, name, head, full)
        key = completed.number or name
        record = Record("document", completed, key, None, files, record.found)
        return Draft("document", completed.title, (record,), text=article.body_text(box))

    def read_items(self, page: Page, main: HtmlElement) -> Draft | None:
        """Results of a search for documents: number, subject and date of each."""
        results = select(page.body, "ul.listLaw > li .item")
        if not results:
            return super().read_items(page, main)
        items = tuple(_result(result, page.url) for result in results)
        return Draft(
            "list", article.heading(page.root, main, self.title)[0], items=items, text="\n".join(i.title for i in items)
        )


def _completed(read: LegalDocument, name: str, head: HtmlElement | None, full: HtmlElement | None) -> LegalDocument:
    """Number and kind from the tab's name ("Luật 21-LCT/HDNN8"), the title from the text's own heading, the sentence on validity."""
    named = _TAB_TITLE.match(name)
    titles = [text_of(cell) for cell in select(head, "td.title")] if head is not None else []
    state = next(
        (text.split(":", 1)[1].strip() for text in titles if text.lower().startswith("tình trạng hiệu lực")), ""
    )
    subject = titles[0] if titles and ":" not in titles[0] else ""
    return LegalDocument(
        title=subject or (_heading_of(full) if full is not None else "") or name,
        number=read.number or (named["number"] if named and named["number"] != "Không số" else ""),
        document_type=read.document_type or (named["kind"] if named else ""),
        issuer=read.issuer,
        signer=read.signer,
        issued_on=read.issued_on,
        effective_on=read.effective_on,
        gazette_on=read.gazette_on,
        state_raw=state or read.state_raw,
        sectors=read.sectors,
        body=read.body,
    )


def _heading_of(full: HtmlElement) -> str:
    """The lines in capitals with which a text names itself: "LUẬT" and what follows."""
    capitals: list[str] = []
    for line in full.text_content().replace("\r", "").split("\n")[:120]:
        text = " ".join(line.split())
        if text and text == text.upper() and any(map(str.isalpha, text)):
            capitals.append(text)
        elif text and len(capitals) >= 2:
            break
    start = next(
        (
            n
            for n, text in enumerate(capitals)
            if re.match(r"^(?:BỘ LUẬT|LUẬT|HIẾN PHÁP|PHÁP LỆNH|NGHỊ|THÔNG TƯ|QUYẾT ĐỊNH|CHỈ THỊ)\b", text)
        ),
        None,
    )
    return " ".join(capitals[start : start + 3]) if start is not None else ""


def _result(result: HtmlElement, base: str) -> ListItem:
    link = first(result, ".title a")
    name = text_of(link)
    named = _TAB_TITLE.match(name)
    subject = text_of(first(result, ".des"))
    day = dates.day_in(text_of(first(result, ".right")))
    target = urls.canonical(link.get("href") or "", base) if link is not None else ""
    return ListItem(subject or name, target, day, named["number"] if named else "", day)

"""Domino gazettes (`.nsf`): issues by year, documents of an issue as bare rows; derived from one real gazette."""

from __future__ import annotations

from lxml.html import HtmlElement

from core.model import FileLink, Found, LegalDocument, ListItem, Record
from crawler import dates, urls
from crawler.cms.base import Family
from crawler.cms.draft import Draft, Page
from crawler.cms.files import files_in
from crawler.cms.selectors import first, select
from crawler.cms.signs import in_source, in_url
from crawler.cms.tree import clean, text_of


class Domino(Family):
    """A gazette's pages; DC.Date in their head is the template's."""

    name = "domino"
    signs = (
        in_url(r"\.nsf(?:/|$|\?)", 4),
        in_source(r"congbao\.nsf", r"\$file/", r"doc-notation", r"openForm&", weight=3),
    )
    main = ".cb-div-body, body"
    title = ".cb-title, h1"

    def understand(self, page: Page) -> Draft:
        """Documents of an issue, else the list of issues, else whatever the base makes of it."""
        rows = [row for row in page.body.iter("tr") if first(row, ".doc-notation") is not None]
        if rows:
            read = [_document(row, page.url) for row in rows]
            items = tuple(item for item, _ in read)
            title = self.list_title(page, page.body)
            return Draft(
                "list", title, tuple(r for _, r in read), items, "\n".join(f"{i.number} {i.title}" for i in items)
            )
        issues = tuple(ListItem(clean(text_of(issue)).lstrip("‣ ")) for issue in select(page.body, ".gazette-no"))
        if issues:
            return Draft(
                "list", self.list_title(page, page.body), items=issues, text="\n".join(i.title for i in issues)
            )
        files = files_in(page.body, page.url)
        if files and len(text_of(page.body)) < 200:
            return _issue_file(files)
        return super().understand(page)


def _document(row: HtmlElement, base: str) -> tuple[ListItem, Record]:
    notation = first(row, ".doc-notation")
    kind = text_of(first(row, ".doc-cate"))
    link = next((a for a in row.iter("a") if notation in set(a.iter())), None)
    number = text_of(notation).removeprefix("số ").strip()
    whole = text_of(link if link is not None else row)
    title = clean(whole.replace(text_of(notation), "", 1).replace(kind, "", 1))
    cell = first(row, "td")
    issued = dates.day_in(text_of(cell))
    target = urls.canonical(link.get("href") or "", base) if link is not None else ""
    content = LegalDocument(title, number, kind, issued_on=issued)
    found = {"number": Found(".doc-notation"), "document_type": Found(".doc-cate"), "issued_on": Found("first cell")}
    return ListItem(title, target, issued, number, issued), Record(
        "document", content, number, None, files_in(row, base), found
    )


def _issue_file(files: tuple[FileLink, ...]) -> Draft:
    title = files[0].name
    content = LegalDocument(title)
    return Draft("document", title, (Record("document", content, title, None, files),), text=title)

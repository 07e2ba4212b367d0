"""What all families share: a family is selectors and signs; how a page becomes a `Reading` is written once, here."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import ClassVar

from lxml.html import HtmlElement

from core.model import Article, Found, Link, Reading, Record
from crawler import dates
from crawler.cms import article, document, fallback, listing, procedure, question
from crawler.cms.comments import comments_of, first_of_comments
from crawler.cms.draft import Draft, Page, author_of, dated, is_law, is_list, procedure_list, questions, text_of_items
from crawler.cms.files import files_in
from crawler.cms.labels import Labelled, document_parts, procedure_parts, read_labels
from crawler.cms.links import links_in_text, section_of_page, without_noise
from crawler.cms.privacy import without_asker
from crawler.cms.selectors import first, select
from crawler.cms.signs import Sign
from crawler.cms.tables import Table, data_tables
from crawler.cms.tree import own_lines, text_of
from crawler.cms.votes import main_part

HOME = re.compile(r"^/(?:(?:index|default|home|trang-?chu|trangchu)(?:\.\w{2,5})?/?|(?:portal/)?pages/(?:default|home|trang-?chu)\.aspx|(?:web|portal|vi)(?:/trang-chu(?:\.html?)?)?/?)?$", re.I)  # fmt: skip
SHORTEST_BODY = 40  # characters; the shortest real article body seen has 22 and is a test post
LIST_COLUMNS = {
    "code",
    "time",
    "fees",
    "sectors",
    "legal_bases",
    "agencies",
    "tiers",
    "service_level_raw",
    "files",
    "address",
    "index",
}


class Family:
    """A CMS family. Subclasses set selectors (CSS, "" = the family has none) and override a step only where they must."""

    name: ClassVar[str] = "generic"
    signs: ClassVar[tuple[Sign, ...]] = ()
    main: ClassVar[str] = ""
    title: ClassVar[str] = ""
    summary: ClassVar[str] = ".sapo, .summary, .lead, .news-summary, [itemprop=description]:not(meta)"
    body: ClassVar[str] = ""
    date: ClassVar[str] = ""
    author: ClassVar[str] = "[itemprop=author]:not(meta), .author, .tac-gia"
    item: ClassVar[str] = ""
    item_title: ClassVar[str] = "a"
    item_date: ClassVar[str] = ".date, .time, .ngay"
    home: ClassVar[re.Pattern[str]] = HOME
    noise: ClassVar[str] = (
        ""  # names of parameters that lead to the same page: where one came from, how a frame is shown
    )

    def read(self, page: Page, why: str) -> Reading:
        """Everything the page says."""
        draft = self.understand(page)
        section, texts = self.section_of(page, draft), self.content_links_of(page, draft)
        if section == "qna":
            items = (replace(item, title=without_asker(item.title)) for item in draft.items)
            draft = replace(draft, title=without_asker(draft.title), items=tuple(items))
        return Reading(
            reader=self.name,
            why=why,
            page_kind=draft.kind,
            title=draft.title,
            section=section,
            records=draft.records,
            items=tuple(replace(item, url=without_noise(item.url, self.noise)) for item in draft.items),
            links=tuple(_of_nobody(link) if "qna" in (section, link.section) else link for link in self.links_of(page)),
            content_links=tuple(map(_of_nobody, texts) if section == "qna" else texts),
            text=draft.text,
            site_name=article.site_name(page.root),
            charset=page.decoded.charset,
            notes=(*page.decoded.notes, *draft.notes),
        )

    def links_of(self, page: Page) -> tuple[Link, ...]:
        """The page's links, each address once in the family's one form."""
        found: dict[str, Link] = {}
        for link in page.links:
            url = without_noise(link.url, self.noise)
            known = found.setdefault(url, replace(link, url=url))
            if not known.section and link.section:
                found[url] = replace(known, section=link.section)
        return tuple(found.values())

    def content_links_of(self, page: Page, draft: Draft) -> tuple[Link, ...]:
        """The links of the text that was read, in the family's one form."""
        if draft.content is None:
            return ()
        found = links_in_text(draft.content, page.url, page.blocks)
        return tuple(replace(link, url=without_noise(link.url, self.noise)) for link in found)

    def section_of(self, page: Page, draft: Draft) -> str:
        """The section that the page itself says it belongs to; the front page belongs to none."""
        if draft.kind == "home":
            return ""
        title = "" if draft.kind in ("article", "document", "procedure") else draft.title
        return section_of_page(page.trail, page.url, title, page.site.sections)

    def understand(self, page: Page) -> Draft:
        """What the page is: home, procedure, document, list or article – the first that holds."""
        main = self.main_of(page)
        if self.is_home(page) and not is_law(page.body):
            return self.read_home(page)
        labelled = read_labels(main)
        if procedure.is_procedure(procedure_parts(labelled)):
            return self.read_procedure(page, main, labelled)
        if document.is_document(document_parts(labelled)):
            return self.read_document(page, main, labelled)
        tables = [table for table in data_tables(main) if table.rows]
        return (
            self.read_tables(page, main, tables)
            or self.read_items(page, main)
            or self.read_article(page, main)
            or self.read_shape(page, main)
        )

    def main_of(self, page: Page) -> HtmlElement:
        """The part of the page that is not furniture."""
        found = first(page.body, self.main)
        return found if found is not None else page.body

    def is_home(self, page: Page) -> bool:
        """Whether the address is the site's front page."""
        path, _, query = page.url.split("//", 1)[-1].partition("/")[2].partition("?")
        return self.home.match("/" + path) is not None and not query

    def read_home(self, page: Page) -> Draft:
        """The front page: entries with dates, no record of its own."""
        items = (
            listing.items_by_css(page.body, page.url, self.item, self.item_title, self.item_date) if self.item else ()
        )
        known = {entry.url for entry in items}
        items += tuple(entry for entry in listing.items_by_shape(page.body, page.url) if entry.url not in known)
        if items:
            return Draft("home", article.page_title(page.root), items=items, text=text_of_items(items))
        title = article.page_title(page.root) or article.heading(page.root, page.body)[0]
        return Draft("home", title, text=article.body_text(page.body))

    def read_procedure(self, page: Page, main: HtmlElement, labelled: Labelled) -> Draft:
        """A procedure's own page."""
        title, element, _ = article.heading(page.root, main, self.title)
        record = procedure.read_procedure(labelled, title, page.url)
        moment, where = article.posted_visibly(main, element, self.date)
        record = dated(record, moment, where)
        text = article.body_text(labelled.root)
        return Draft("procedure", title or record.key, (record,), text=text, content=labelled.root)

    def read_document(self, page: Page, main: HtmlElement, labelled: Labelled) -> Draft:
        """A legal document's own page."""
        title, element, _ = article.heading(page.root, main, self.title)
        around = main if main is not page.body else labelled.root.getparent()
        record = document.read_document(labelled, title, page.url, around=around)
        moment, where = article.posted_visibly(main, element, self.date)
        if record.published is None:
            record = dated(record, moment, where)
        text = article.body_text(labelled.root)
        return Draft("document", title, (record,), text=text, content=labelled.root if around is None else around)

    def read_tables(self, page: Page, main: HtmlElement, tables: list[Table]) -> Draft | None:
        """A list shown as a table: of procedures (no content is due on them) or of documents."""
        for table in tables:
            title = self.table_title(page, main, table)
            if table.has("name") and LIST_COLUMNS & set(table.columns):
                return procedure_list(table, title, page.url)
            if table.has("number", "title") or table.has("title", "issued_on") or table.has("number", "issued_on"):
                rows = [read for row in table.rows if (read := document.row_document(row, page.url))]
                items = tuple(entry for entry, _ in rows)
                return Draft("list", title, tuple(record for _, record in rows), items, text_of_items(items))
        return None

    def read_items(self, page: Page, main: HtmlElement) -> Draft | None:
        """A list by the family's own markup."""
        if not self.item or select(main, self.body):
            return None
        items = listing.items_by_css(main, page.url, self.item, self.item_title, self.item_date)
        title = self.list_title(page, main)
        return Draft("list", title, items=items, text=text_of_items(items)) if items else None

    def list_title(self, page: Page, main: HtmlElement) -> str:
        """The name of a list: the last step of the breadcrumb, else the <title> without the site's name."""
        own = text_of(first(main, self.title))
        if own or page.trail:
            return own or page.trail[-1]
        shown, _, where = article.heading(page.root, main)
        return shown if where == article.NAMED else article.short_title(page.root) or shown

    def table_title(self, page: Page, main: HtmlElement, table: Table) -> str:
        """The heading that stands above a table, else the list's name."""
        for up in (table.element, *table.element.iterancestors()):
            if up is main or up.tag == "body":
                break
            for before in up.itersiblings(preceding=True):
                if before.tag in ("h1", "h2", "h3", "h4", "h5") and (text := text_of(before)):
                    return text
        return self.list_title(page, main)

    def read_article(self, page: Page, main: HtmlElement) -> Draft | None:
        """A page of text by the family's own markup."""
        for css in self.body.split(", ") if self.body else ():
            for holder in select(main, css):
                if text_of(holder):
                    return self.article_of(page, main, holder, 0.95)
        return None

    def read_shape(self, page: Page, main: HtmlElement) -> Draft:
        """Neither labels nor known markup: where entries make up the page it is a list, where text does an article."""
        holder = main_part(main, self.comments_in(page, main))
        entries = listing.entries_by_shape(main, page.url, page.blocks)
        if entries and is_list(page, main, entries):
            return self.list_of(page, main, entries)
        whole = sum(len(line.text) for line in own_lines(holder))
        linked = sum(len(text_of(anchor)) for anchor in holder.iter("a"))
        dated = sum(1 for entry in entries if entry.item.published)
        if whole - linked >= SHORTEST_BODY and linked * 2 < whole and not (dated >= 3 and dated * 80 > whole - linked):
            draft = self.article_of(page, main, holder, 0.6)
            if draft:
                return draft
        if entries and (dated or len(entries) >= 3):
            return self.list_of(page, main, entries)
        title = article.heading(page.root, main, self.title)[0]
        shown = article.body_text(main)
        if len(text_of(page.body)) >= fallback.ENOUGH and (text := fallback.main_text(page.decoded.text)):
            found = {"title": Found("title", 0.5), "body": Found("trafilatura", 0.4)}
            return Draft(
                "article", title, (Record("article", Article(title, body=text), found=found),), text=f"{title}\n{text}"
            )
        return Draft("other", title, text=shown)

    def comments_in(self, page: Page, main: HtmlElement) -> frozenset[HtmlElement]:
        """The elements of readers' comments: below the page's title, for side bars above it have boxes of that name."""
        if first_of_comments(own_lines(main)) is None:
            return frozenset()
        title = article.heading(page.root, main, self.title)[1]
        return comments_of(main, article.after_title(main, title, ()))

    def list_of(self, page: Page, main: HtmlElement, entries: tuple[listing.Entry, ...]) -> Draft:
        """A list of the entries found by their shape."""
        items = tuple(entry.item for entry in entries)
        return Draft("list", self.list_title(page, main), items=items, text=text_of_items(items))

    def article_of(self, page: Page, main: HtmlElement, holder: HtmlElement, sure: float) -> Draft | None:
        """An article (or a procedure told in steps) whose text is in `holder`."""
        title, element, where = article.heading(page.root, main, self.title)
        summary_at = first(main, self.summary)
        summary = text_of(summary_at)
        leave_out = [place for place in (summary_at,) if place is not None]
        if article.has_no_content(title):
            return None
        stream = article.without_dateline(article.after_title(holder, element, leave_out))
        section = self.section_of(page, Draft("procedure", title))
        if section != "qna":
            stream = stream[: first_of_comments(stream)]
        signed = article.signature(stream)
        stream = stream[:-1] if signed else stream
        text = "\n".join(line.text for line in stream)
        if len(text) < SHORTEST_BODY and not summary and not title:
            return None
        if (not text and not summary) or article.is_placeholder(text):
            return None
        files = files_in(holder, page.url)
        if told := procedure.steps_without_labels(stream, title, files, numbered=section == "procedures"):
            return Draft("procedure", title, (told,), text=text, content=holder)
        asked = question.read_questions(stream, title, main)
        wider = question.read_questions(article.after_title(main, element, ()), title, main)
        asked = wider if len(wider) > len(asked) else asked
        if len(asked) > 1:
            return replace(questions(title, asked), content=holder)
        moment, place = article.posted(page.root, main, element, self.date)
        if moment is None and (moment := dates.in_path(page.url)):
            place = "address"
        found = {"title": Found(where, sure), "body": Found(self.body or "text weight", sure)}
        summary = summary or article.summary_of(stream)
        content = Article(title, summary, text, author_of(main, self.author) or signed)
        record = dated(Record("article", content, files=files, found=found), moment, place)
        if asked:
            record = question.with_question(record, asked[0])
        elif section == "qna":
            record = question.without_persons(record)
        return Draft("article", title, (record,), text=f"{title}\n{text}", content=holder)


def _of_nobody(link: Link) -> Link:
    """A link to a question, whose text often begins with who asked. The address stays: it is what is asked for."""
    return replace(link, text=without_asker(link.text))

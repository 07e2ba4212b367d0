"""Files a page offers: forms, scans of documents, with the name a reader sees."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from lxml.html import HtmlElement

from core.model import FileLink
from crawler import urls
from crawler.cms.tree import clean, text_of
from vietnamese.syllables import fold_text

_DOWNLOAD = re.compile(r"download|tai-?ve|taive|\$file|/attachments?/|getfile|/upload", re.I)
_IN_SCRIPT = re.compile(r"""["']([^"'\s][^"']*?\.(?:pdf|docx?|xlsx?))["']""", re.I)
_ANY_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|zip|rar|odt|rtf)$", re.I)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_VAGUE = {
    "tai ve",
    "tai dai",
    "tai day",
    "download",
    "xem",
    "xem chi tiet",
    "tai file",
    "tep dinh kem",
    "tai lieu dinh kem",
    "",
}


def files_in(root: HtmlElement, base: str) -> tuple[FileLink, ...]:
    """Links to documents under `root`, also those that only a script opens; each address once."""
    found: dict[str, FileLink] = {}
    for element in root.iter("a", "embed", "iframe", "object"):
        for target in _targets(element):
            url = urls.canonical(target, base)
            if url and url not in found and _is_file(url):
                found[url] = FileLink(url, _name(element, url))
    return tuple(found.values())


def _targets(element: HtmlElement) -> list[str]:
    href = element.get("href") or element.get("src") or element.get("data") or ""
    script = f"{element.get('onclick') or ''} {href if href.startswith('javascript:') else ''}"
    if len(script) > 1 and (opened := _IN_SCRIPT.findall(script)):
        return [address for address in opened if "/" in address] or opened
    return [href] if href and not href.startswith(("javascript:", "#", "mailto:", "tel:", "data:")) else []


def _is_file(url: str) -> bool:
    if _ANY_FILE.search(unquote(urlsplit(url).path)):
        return True
    query = urlsplit(url).query
    return bool(_DOWNLOAD.search(url)) and urls.kind_of(url) == "page" and bool(query) and not query.endswith("=")


def _name(element: HtmlElement, url: str) -> str:
    name = clean(text_of(element)) or clean(element.get("title") or "")
    if fold_text(name) in _VAGUE:
        before = element.getprevious()
        name = clean(text_of(before)) if before is not None else ""
    return name or file_name(urlsplit(url).path.rsplit("/", 1)[-1])


def file_name(encoded: str) -> str:
    """The name of a file as an address or header has it, without the control characters that no store takes."""
    return _CONTROL.sub("", unquote(encoded))

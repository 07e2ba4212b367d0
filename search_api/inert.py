"""Making an archived page harmless: its text and layout stay, nothing runs, loads or sends."""

from __future__ import annotations

from bs4 import BeautifulSoup, Comment
from bs4.element import Declaration, Doctype, ProcessingInstruction, Tag

REMOVED = (
    "script", "noscript", "iframe", "frame", "frameset", "object", "embed", "applet", "link", "base", "meta",
    "style", "img", "picture", "source", "audio", "video", "track", "svg", "math", "canvas", "template", "portal",
)  # fmt: skip
"""Elements that run, load or redirect; style sheets too, because they load by url() and @import."""

KEPT = frozenset(("colspan", "rowspan", "lang", "dir", "title", "start", "headers", "scope", "id"))
"""Attributes that stay; all others (on…, style, href, src, action, …) go."""

HEAD = (
    '<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Bản lưu</title><style>'
    "body{font:1rem/1.55 system-ui,sans-serif;margin:1rem;overflow-wrap:anywhere;color:#111;background:#fff}"
    "table{border-collapse:collapse}td,th{border:1px solid #999;padding:.3rem;vertical-align:top}"
    "</style></head><body>"
)


def make_inert(body: bytes, charset: str = "") -> str:
    """An HTML document with the text and structure of `body`; forms are disabled and links lead nowhere."""
    soup = BeautifulSoup(body, "lxml", from_encoding=charset or None)
    for node in soup.find_all(
        string=lambda text: isinstance(text, (Comment, Declaration, Doctype, ProcessingInstruction))
    ):
        node.extract()
    for tag in soup.find_all(REMOVED):
        tag.decompose()
    for tag in soup.find_all(True):
        _strip(tag)
    root = soup.body or soup
    return f"{HEAD}{root.decode_contents()}</body></html>"


def _strip(tag: Tag) -> None:
    tag.attrs = {name: value for name, value in tag.attrs.items() if name in KEPT}
    if tag.name in ("input", "button", "select", "textarea", "fieldset"):
        tag.attrs["disabled"] = ""
    if tag.name == "form":
        tag.name = "div"
    if tag.name == "a":
        tag.name = "span"

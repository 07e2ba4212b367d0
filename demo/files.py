"""Attachments of the box: PDF with a text layer and DOCX, the same bytes every time."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

_EPOCH = (2018, 1, 1, 0, 0, 0)
_LINES_PER_PAGE = 46


def docx(paragraphs: list[str]) -> bytes:
    """A DOCX with these paragraphs (ECMA-376: the least that readers accept)."""
    ns = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    rels = "http://schemas.openxmlformats.org/package/2006/relationships"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    body = "".join(f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>' for text in paragraphs)
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{rels}"><Relationship Id="rId1" Type="{kind}" Target="word/document.xml"/>'
        "</Relationships>",
        "word/document.xml": f"<w:document {ns}><w:body>{body}</w:body></w:document>",
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>' + text)
    return stream.getvalue()


def pdf(paragraphs: list[str]) -> bytes:
    """A PDF 1.4 whose text can be taken out: a Type 0 font with a ToUnicode map (ISO 32000-1 §9.10.3), nothing embedded."""
    wrapped = [line for text in paragraphs for line in [*_wrap(text), ""]]
    pages = [wrapped[n : n + _LINES_PER_PAGE] for n in range(0, max(len(wrapped), 1), _LINES_PER_PAGE)]
    letters = sorted({letter for line in wrapped for letter in line} | {" "})
    kids = " ".join(f"{7 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /ArialMT /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 6 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /ArialMT /FontDescriptor 5 0 R /DW 500"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        b"<< /Type /FontDescriptor /FontName /ArialMT /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 900"
        b" /Descent -200 /CapHeight 700 /StemV 80 >>",
        _stream(_to_unicode(letters)),
    ]
    for n, lines in enumerate(pages):
        page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {8 + 2 * n} 0 R"
        objects += [f"{page} /Resources << /Font << /F1 3 0 R >> >> >>".encode(), _stream(_content(lines))]
    return _assemble(objects)


def _wrap(text: str, width: int = 90) -> list[str]:
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + len(word) + 1 > width:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return [*lines, line]


def _content(lines: list[str]) -> bytes:
    shown = "".join(f"<{line.encode('utf-16-be').hex()}> Tj T*\n" for line in lines)
    return f"BT /F1 11 Tf 60 780 Td 16 TL\n{shown}ET".encode()


def _to_unicode(letters: list[str]) -> bytes:
    rows = [f"<{ord(letter):04x}> <{ord(letter):04x}>" for letter in letters if ord(letter) < 0x10000]
    blocks = [rows[n : n + 100] for n in range(0, len(rows), 100)]
    maps = "".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <ffff> endcodespacerange\n{maps}endcmap end end"
    ).encode()


def _stream(data: bytes) -> bytes:
    return f"<< /Length {len(data)} >>\nstream\n".encode() + data + b"\nendstream"


def _assemble(objects: list[bytes]) -> bytes:
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    out_of = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    start = len(out)
    out += f"{out_of}trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)

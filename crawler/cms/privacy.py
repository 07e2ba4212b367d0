"""Takes out of a citizen's question who asked it: names, addresses, telephone and identity numbers, e-mails.

NĐ 13/2023 on personal data: the question is published by the office, its copy here needs only the question.
"""

from __future__ import annotations

import re

LEFT_OUT = "…"

_NAME = r"[A-ZÀ-ÝĂĐĨŨƠƯẠ-Ỹ][\wÀ-ỹ]*(?:\s+[A-ZÀ-ÝĂĐĨŨƠƯẠ-Ỹ][\wÀ-ỹ]*){1,5}"
_ONE_NAME = r"[A-ZÀ-ÝĂĐĨŨƠƯẠ-Ỹ][\wÀ-ỹ]*(?:\s+[A-ZÀ-ÝĂĐĨŨƠƯẠ-Ỹ][\wÀ-ỹ]*){0,5}"
_OFFICE = r"(?!\s*(?:Ủy|Uỷ|UBND|Sở|Bộ|Công [Aa]n|Phòng|Ban|Trung [Tt]âm|Chủ [Tt]ịch|Giám [Đđ]ốc))"
_PERSON = r"(?:[Ôô]ng|[Bb]à|[Aa]nh|[Cc]hị|[Bb]ạn|[Cc]ô|[Cc]hú|[Cc]ông dân|[Đđ]ộc giả|[Bb]ạn đọc)"
_EMAIL = re.compile(r"[\w.+-]+\s?@\s?[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\d/.-])(?:\+?84|0)(?:[\s.-]?\d){8,10}(?![\d/])")
_IDENTITY = re.compile(
    r"((?:CMND|CMTND|CCCD|[Cc]hứng minh (?:nhân dân|thư)|[Cc]ăn cước(?: công dân)?|[Hh]ộ chiếu)(?:\s*số)?\s*:?\s*)\w?\d{7,12}"
)
_SAYS_NAME = re.compile(rf"\b((?:[Tt]ôi|[Ee]m|[Cc]háu)(?:\s+tên)?\s+(?:là|tên là)\s*:?\s*|[Tt]ên tôi là\s*|[Hh]ọ (?:và )?tên\s*:\s*){_OFFICE}{_ONE_NAME}")  # fmt: skip
_CALLED = re.compile(rf"\b({_PERSON}\s+){_OFFICE}{_NAME}(\s*\([^)]{{3,80}}\))?")
_LIVES = re.compile(
    r"\b((?:[Hh]iện\s+)?(?:trú|thường trú|cư trú|sinh sống|ở|sống)\s+(?:tại|ở)\s+)(?=(?:số|thôn|xóm|làng|bản|khu phố|phố|đường|ngõ|tổ|SN)\b)[^.;\n]{4,120}?(?=[.;\n]|,\s*(?:tôi|nay|xin|muốn|có|hiện)\b|$)",
    re.I,
)
_ADDRESSED = re.compile(r"(?:(?<=^)|(?<=[\n.;]))\s*[Đđ]ịa chỉ(?: của tôi)?\s*:\s*[^\n;]{3,120}")
_SIGNED = re.compile(
    rf"\n\s*(?:(?:Trân trọng|Xin (?:chân thành )?cảm ơn|Người (?:gửi|hỏi))[^\n]{{0,40}}\n\s*)?{_NAME}\s*$"
)
_LABELLED = re.compile(
    r"^(?:[Hh]ọ (?:và |, )?tên|[Nn]gười (?:hỏi|gửi)(?: câu hỏi)?|[Tt]ên người (?:hỏi|gửi)|[Cc]ông dân|[Đđ]ịa chỉ(?: thư điện tử| email)?|[Ee]-?mail|[Tt]hư điện tử"
    r"|(?:[Ss]ố )?[Đđ]iện thoại|[Đđ]T|SĐT|[Nn]ăm sinh|[Nn]ghề nghiệp|(?:[Ss]ố )?(?:CMND|CCCD))\s*:"
)


def names_the_asker(line: str) -> bool:
    """Whether a line is a field about the asker ("Người gửi: …", "Địa chỉ: …")."""
    return _LABELLED.match(line) is not None


def without_asker(text: str) -> str:
    """The text with what tells who asked replaced by "…"; offices and their heads stay."""
    text = "\n".join(line for line in text.split("\n") if not names_the_asker(line))
    text = _EMAIL.sub(LEFT_OUT, _IDENTITY.sub(rf"\1{LEFT_OUT}", text))
    text = _PHONE.sub(LEFT_OUT, text)
    text = _SIGNED.sub("", _ADDRESSED.sub("", text))
    text = _LIVES.sub(rf"\1{LEFT_OUT}", text)
    text = _SAYS_NAME.sub(rf"\1{LEFT_OUT}", text)
    return _CALLED.sub(rf"\1{LEFT_OUT}", text).strip()

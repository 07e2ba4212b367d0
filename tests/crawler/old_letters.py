"""Vietnamese text, and the same text put back into the encodings of former times."""

from __future__ import annotations

import unicodedata

from hypothesis import strategies as st

from crawler.old_fonts import _TCVN3_BYTES, _TCVN3_LETTERS, _VNI_LETTERS, _VNI_MARKS

PHRASE = "Thủ tục hành chính về đăng ký khai sinh, người dân nộp tại ủy ban nhân dân xã"


def tone_apart(letter: str) -> tuple[str, str]:
    parts = unicodedata.normalize("NFD", letter)
    tones = "".join(mark for mark in parts if mark in "\u0300\u0301\u0303\u0309\u0323")
    return "".join(part for part in parts if part not in tones), tones


SENTENCES = st.lists(
    st.sampled_from(
        ["Thông báo về việc niêm yết danh sách hộ nghèo", "Ủy ban nhân dân xã đã tổ chức hội nghị", "Người dân nộp hồ sơ ở bộ phận một cửa",
         "Quyết định công bố thủ tục hành chính", "giấy chứng nhận quyền sử dụng đất", "kế hoạch phòng, chống lụt bão năm 2018"]
    ),
    min_size=1, max_size=6,
)  # fmt: skip


IN_TCVN3 = str.maketrans(_TCVN3_LETTERS, _TCVN3_BYTES)


def in_vni(text: str) -> str:
    singles = {letter: sign for sign, letter in _VNI_LETTERS.items() if letter not in "ơƠưƯ"}
    horns = {"ơ": "ô", "ư": "ö", "Ơ": "Ô", "Ư": "Ö"}
    marks = {mark: sign for sign, mark in _VNI_MARKS.items()}
    found = []
    for letter in text:
        apart = unicodedata.normalize("NFD", letter)
        if letter in "íìÍÌ":
            found.append(letter)  # the code page has them as they are
        elif letter in singles:
            found.append(singles[letter])
        elif "\u031b" in apart:
            rest = apart[1:].replace("\u031b", "")
            found.append(horns[unicodedata.normalize("NFC", apart[0] + "\u031b")] + (marks[rest] if rest else ""))
        elif len(apart) > 1:
            order = sorted(apart[1:], key=lambda mark: mark not in "\u0302\u0306")
            found.append(apart[0] + marks["".join(order)])
        else:
            found.append(letter)
    return "".join(found)


IN_UNICODE = "<p>Ủy ban nhân dân tỉnh công bố danh mục thủ tục.</p>"

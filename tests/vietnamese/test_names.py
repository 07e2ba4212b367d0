"""One name in every spelling is one name."""

from __future__ import annotations

import pytest

from vietnamese.names import name, plain


@pytest.mark.parametrize(
    "spelling",
    [
        "Xoá đăng ký thường trú",
        "XÓA  ĐĂNG KÝ THƯỜNG TRÚ.",
        "Thủ tục xóa đăng ký thường trú",
        "Thủ tục: Xóa đăng ký thường trú",
        "1. Xóa đăng ký thường trú",
        "2.1.Thủ tục xóa đăng ký thường trú",
    ],
)
def test_spelling_alone_tells_no_two_names_apart(spelling: str) -> None:
    assert name(spelling) == name("Xóa đăng ký thường trú")


def test_a_number_that_says_something_stays() -> None:
    assert name("16 tuổi trở lên") == plain("16 tuổi trở lên")
    assert name("1.003197 xóa") == plain("1.003197 xóa")
    assert name("Thủ tục") == plain("thủ tục")

"""What is personal goes out of a query, what is asked about stays in it."""

from __future__ import annotations

import unicodedata

import pytest

from store.personal import LONGEST, without_personal


@pytest.mark.parametrize(
    ("typed", "secret"),
    [
        ("tôi tên là Nguyễn Văn An hỏi khai sinh", "Nguyễn"),
        (unicodedata.normalize("NFD", "tên là Nguyễn Văn An"), "An"),
        ("ten la nguyen van an", "nguyen"),
        ("họ và tên: Lê Hồng Phong", "Phong"),
        ("nguyen thi hoa xin xac nhan", "hoa"),
        ("ông Trần Bình mất sổ đỏ", "Bình"),
        ("bà ĐỖ THỊ MAI xin trợ cấp", "MAI"),
        ("038201001234 làm lại căn cước", "038201001234"),
        ("cmnd 171 234 567", "171"),
        ("sđt 0912 345 678", "678"),
        ("+84912345678 gọi lại", "12345678"),
        ("gửi về a.b@example.vn", "example"),
        ("H56.38-201101-0001 xong chưa", "201101"),
        ("hồ sơ H56.12.34-180809-0012", "180809"),
        ("hộ chiếu C1234567", "C1234567"),
        ("36A-123.45 sang tên", "123"),
        ("sinh ngày 12/03/1988", "1988"),
        ("ở số nhà 12 đường Lê Lợi", "Lợi"),
        ("thôn Đông làm sổ đỏ", "Đông"),
        ("con tôi là bé Trần Gia Bảo 3 tuổi", "Bảo"),
        ("khai sinh cho Phạm Hoài Nam", "Nam"),
        ("chồng tên Hùng mất thẻ", "Hùng"),
        ("nhà số 5 ngõ 12 đường Trần Phú", "Phú"),
        ("số 5, ngõ 12", "12"),
        ("mã số thuế 2800123456", "2800123456"),
        ("gọi 0912,345,678", "345"),
        ("gọi (0237) 3 852 246", "852"),
        ("gửi an[at]gmail.com", "gmail"),
        ("gửi nguyen.an@gmail . com", "nguyen"),
        ("tên em là an", " an"),
        ("mình tên Hương xin xác nhận", "Hương"),
        ("nguyeenx thij mai", "mai"),
        ("Nguyeenx Vawn An", "An"),
        ("nguye6n4 hoa xin xác nhận", "hoa"),
        ("họ tên Cầm Bá Thước", "Thước"),
        ("tôi là Lò Thị Mai", "Mai"),
        ("toi la lo thi mai", "mai"),
        ("em là Hương, mất thẻ", "Hương"),
        ("khai sinh cho Lộc Văn Páo", "Páo"),
        ("giàng a chứ làm khai sinh", "chứ"),
        ("khai sinh cho trần diệu linh", "linh"),
        ("nguyễn_văn_an", "an"),
        ("nguyễn thị mai hương xin", "hương"),
        ("le duy nga xin xac nhan", "nga"),
        ("thôn yên hoành làm sổ đỏ", "yên"),
        ("thon yen hoanh xa dinh tan", "hoanh"),
        ("ban pom khuong", "khuong"),
        ("tdp 5", "5"),
        ("12 Lê Lợi, phường Lam Sơn", "Lợi"),
        ("12 lê lợi phường lam sơn", "12"),
        ("SN 25 phố Tân Sơn", "Sơn"),
        ("số 7/15 ngõ 3 Trần Phú", "Phú"),
        ("0912\N{NON-BREAKING HYPHEN}345\N{EN DASH}678", "345"),
        ("0912\N{ZERO WIDTH SPACE}345\x00678", "345"),
        ("0912_345/678", "345"),
        ("0912 - 345 - 678", "345"),
        ("038 201\N{MINUS SIGN}001\N{HYPHEN}234", "201"),
        ("nguyễn\ue001 văn an", "an"),
        ("36A 1234", "1234"),
        ("36AA 12345", "12345"),
        ("36MD1 234.56", "234"),
        ("hộ chiếu C 1234567", "1234567"),
        ("sinh ngày 12 tháng 5 năm 1990", "1990"),
        ("sinh 12051990", "12051990"),
        ("12/5/90", "90"),
        ("x" * 293 + " 038201001234", "0382"),
    ],
)
def test_what_is_personal_is_replaced(typed: str, secret: str) -> None:
    assert secret not in without_personal(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "1.001193", "1.001193.000.00.00.H56", "15/2024/QĐ-UBND", "đăng ký kết hôn", "ho so dat dai", "do cong trinh",
        "lý lịch tư pháp", "hỗ trợ thôn bản đặc biệt khó khăn", "nghị định 100/2019/NĐ-CP", "đổi bằng lái xe",
        "Hồ Sơ Đất Đai", "Lý Lịch Tư Pháp Số 2", "HỒ SƠ KHAI SINH", "huyện Hà Trung", "Mai Táng Phí Người Có Công", "tờ khai số 5",
        "mẫu 01, 02, 03, 04, 05", "phí 1,000,000 đồng", "tên miền là gì",
        "thôn văn hóa", "xóm mới thành lập", "trưởng thôn xin nghỉ", "đăng ký văn bản IDERA", "tôi là công dân", "tôi là người nước ngoài",
        "tôi là Công dân Việt Nam", "tôi là lương y", "đổi họ tên cho con", "xin ghi tên la tinh",
        "thi tran ngoc lac", "quy hoach do thi nong thon", "quy trinh van hanh ho", "mo trung tam tu van du hoc", "đề nghị độ cao công trình",
        "thuộc Bộ quản lý công trình", "Giải thưởng Hồ Chí Minh", "đường Nguyễn Trãi", "CHO PHÉP ĐẶT VĂN PHÒNG ĐẠI DIỆN", "nhập ngũ sau ngày 30/4/1975",
        "Nghị định số 57/2018/NĐ-CP ngày 17/4/2018", "giai đoạn 12/2024 - 2025", "năm 2020 2021 2022",
        "vốn 1.234.567.890 đồng", "tổng đài 1900 123456", "đạt 81 phần trăm", "quân khu 4", "iso 17025: 2017", "ho so hop le thi nop o dau",
    ],
)  # fmt: skip
def test_what_is_not_personal_stays(typed: str) -> None:
    assert without_personal(typed) == typed


def test_no_more_is_kept_than_is_said() -> None:
    assert len(without_personal("khai sinh " * LONGEST)) <= LONGEST

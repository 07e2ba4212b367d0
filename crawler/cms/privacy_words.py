"""The words by which `privacy` knows a person's name or address, beside `core.personal_names`; each is an alternation for a pattern."""

from __future__ import annotations

SURNAMES_IN_SMALL = "nguyễn|trần|lê|phạm|hoàng|huỳnh|phan|trịnh|bùi|đặng|ngô|đinh"  # not đỗ, vũ: "bạn đỗ đại học"
OFFICES = (
    "ủy ban|uỷ ban|ubnd|hđnd|hội đồng|sở|bộ|công an|phòng|ban|trung tâm|chủ|giám|trưởng|phó|bí|chánh|viện|thanh tra|cục|"
    "chi cục|hiệu|thủ tướng|thẩm|chấp|đảng|công|cán|văn phòng|kho|ngân hàng|bảo hiểm|luật|nghị|thông tư|quyết|chi|cựu|giáo|"
    "việt|bác sĩ|bác sỹ|kế toán|hộ|đại|đoàn|tòa|toà|cơ quan|tổng|quý|cổng|báo|kính|điều|theo|căn"
)
"""First words of what looks like a name and is an office, a post or a law."""
NO_PERSONS = (
    "bà (?:rịa|trưng|triệu(?! thị)|nà|mẹ|con)|cô (?:tô(?! thị)|giáo|nuôi)|bác (?:hồ(?! thị| văn)|sĩ|sỹ)|chú ý|em bé|bạn (?:đọc|lào|bè)|"
    r"anh (?:quốc|ruột|hùng (?:lao|lực|liệt))|\w+ (?:ông|bà|anh|chị|em|bạn|tôi|hai|ba)"
)
"""What only looks like "bà" and her name: Bà Rịa, đường Bà Triệu, Cô Tô, Bà Mẹ Việt Nam Anh Hùng."""
POSTS = "chủ tịch|phó|giám đốc|trưởng|bí thư|ủy viên|uỷ viên|chánh|cục trưởng|chi cục trưởng|thứ trưởng|bộ trưởng|viện trưởng|hiệu trưởng|tổng"
"""After a name in an answer: an official's, which stays."""
BEFORE_A_NAME = "chào|gửi|trả lời|công dân|độc giả|bạn đọc|cử tri|người (?:hỏi|gửi)|(?:câu hỏi|đơn|thư|ý kiến|phản ánh|kiến nghị) của"
"""Whom an answer names after them is who asked."""
NAMED_AFTER = (
    "đường|phố|đại lộ|ngã (?:ba|tư|năm)|cầu|chợ|công viên|quảng trường|bệnh viện|phòng khám|trường|học|viện|sở|non|thông|chuyên|"
    "xã|phường|thị trấn|huyện|quận|thị xã|thành phố|tỉnh|làng|thôn|tiểu khu|di tích|đền|chùa|lăng|nhà thờ|tượng đài|bảo tàng|"
    "sân vận động|khu|tòa nhà|tnhh|cổ phần|tư nhân|dntn|htx|hợp tác xã|doanh nghiệp|công ty|cửa hàng|giải thưởng|báo chí|quỹ|tộc|vua|hội|"
    "vi|quy|xâm|tội|sư|mô|giá|mức|khung|cây|trồng|thi|hai"
)
"""A street, a school, a place or a company that bears a person's name; vi phạm, quy phạm, giá trần, trồng ngô."""
NAMED_AFTER_SHORT = "thpt|thcs|th|tp|tt|tx|cp|[pqhx]"
SAID_OF_PLACES = (
    "khác|nào|này|kia|đó|ấy|biên giới|đảo|đặc biệt|vùng|miền núi|nghèo|nơi|cũ|mới|ngoài|lân cận|bãi ngang|vực|công (?:nghiệp|nghệ)|"
    "kinh tế|tập thể|tái định|lớn|nhỏ|dân cư|chung|đâu|gì|hội|chức|thuộc|khó|có|sâu|xa|giáp|liền|du lịch|đô thị|nhà|trên|mà|phố"
)
"""Said of a kind of place, by the law: "trú tại xã khác", "sống ở xã đặc biệt khó khăn"."""
DWELLS = "(?:đăng ký )?(?:hộ khẩu )?(?:thường|tạm|cư) trú|trú|cư ngụ|ngụ|(?:sinh )?sống|hộ khẩu|hktt|quê quán|quê|nguyên quán"
HOUSEHOLDS = "vợ chồng|chúng tôi|nhà (?:tôi|em|mình|cháu)|gia đình|ông|bà|anh|chị|hiện|hiện nay|công dân|người dân"
NUMBERED = (
    "cmnd|cmtnd|cmt|cccd|bhxh|bhyt|stk|chứng minh (?:nhân dân|thư)|căn cước(?: công dân)?|hộ chiếu|định danh(?: cá nhân)?|"
    "tài khoản|sổ (?:bảo hiểm|hộ khẩu)|số sổ"
)
UNITS = "đồng|đ|vnđ|vnd|usd|triệu|tỷ|m2|m²|ha|kg|tấn"
